export const registers = {
  title: 'Sổ của trường',
  doors: [
    { at: '/hoc-sinh', name: 'Học sinh', what: 'Tìm, xem hồ sơ, chuyển lớp, chuyển trường' },
    { at: '/nam-hoc', name: 'Năm học', what: 'Mở năm học mới, kết chuyển lớp' },
    { at: '/nhap', name: 'Nhập và xuất Excel', what: 'Kết quả nhiều lớp, danh sách học sinh, giáo viên' },
  ],
};
