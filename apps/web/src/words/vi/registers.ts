export const registers = {
  title: 'Sổ của trường',
  doors: [
    { at: '/hoc-sinh', name: 'Học sinh', what: 'Tìm, xem hồ sơ, chuyển lớp, chuyển trường' },
    { at: '/nam-hoc', name: 'Năm học', what: 'Mở năm học mới, kết chuyển lớp' },
    { at: '/ban-giao', name: 'Nghiệm thu, bàn giao', what: 'Biên bản bàn giao lớp cuối năm' },
    { at: '/tra-hoc-ba', name: 'Trả học bạ', what: 'Học bạ trả khi hoàn thành tiểu học, chuyển trường' },
    { at: '/nhap', name: 'Nhập và xuất Excel', what: 'Kết quả nhiều lớp, danh sách học sinh, giáo viên' },
  ],
};
