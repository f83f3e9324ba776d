export const registers = {
  title: 'Sổ của trường',
  doors: [{ at: '/nam-hoc', name: 'Năm học', what: 'Mở năm học mới, kết chuyển lớp' }],
};
