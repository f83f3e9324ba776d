export const registers = {
  title: 'Sổ của trường',
  doors: [
    { at: '/hoc-sinh', name: 'Học sinh', what: 'Tìm, xem hồ sơ, chuyển lớp, chuyển trường' },
    { at: '/nam-hoc', name: 'Năm học', what: 'Mở năm học mới, kết chuyển lớp' },
    { at: '/ban-giao', name: 'Nghiệm thu, bàn giao', what: 'Biên bản bàn giao lớp cuối năm' },
    { at: '/tra-hoc-ba', name: 'Trả học bạ', what: 'Học bạ trả khi hoàn thành tiểu học, chuyển trường' },
    { at: '/phan-cong', name: 'Lớp và phân công', what: 'Chủ nhiệm, giáo viên từng môn, lớp ghép' },
    { at: '/giao-vien', name: 'Cán bộ, giáo viên', what: 'Vai trò, ai dạy gì, người thay', admin: true },
    { at: '/thong-tin-truong', name: 'Thông tin của trường', what: 'Tên, mã, tỉnh, xã, mẫu học bạ' },
    { at: '/can-cu', name: 'Căn cứ kiểm tra', what: 'Con dấu, nhật ký, nhân chứng; điều gì sắp hết hạn' },
    { at: '/nhap', name: 'Nhập và xuất Excel', what: 'Kết quả nhiều lớp, danh sách học sinh, giáo viên' },
  ] as readonly { at: string; name: string; what: string; admin?: boolean }[],
};
