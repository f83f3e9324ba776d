export const plans = {
  link: 'Kế hoạch giáo dục cá nhân',
  open: 'Xem kế hoạch',
  title: (klass: string) => `Kế hoạch giáo dục cá nhân · lớp ${klass}`,
  intro:
    'Học sinh khuyết tật được đánh giá theo Thông tư 27/2020, Điều 8. Nội dung được miễn không phải là lý do xếp “Chưa hoàn thành”. Chỉ giáo viên chủ nhiệm, hiệu trưởng và quản trị trường xem được trang này.',
  none: 'Chưa có em nào được đánh giá theo kế hoạch riêng.',
  make: 'Lập hoặc sửa kế hoạch',
  choosePupil: 'Chọn học sinh',
  kind: 'Cách đánh giá',
  kinds: {
    adjusted: 'Yêu cầu được điều chỉnh, không miễn nội dung nào',
    individual: 'Theo kế hoạch giáo dục cá nhân',
    'special-class': 'Lớp dành cho người khuyết tật: chỉ Toán và Tiếng Việt',
  },
  subjects: 'Miễn môn học, hoạt động',
  tests: 'Miễn bài kiểm tra định kỳ',
  traits: 'Miễn phẩm chất, năng lực',
  testOf: (subject: string) => `bài kiểm tra ${subject}`,
  lifts: (list: string) => `miễn ${list}`,
  save: 'Gửi hiệu trưởng xác nhận',
  confirmed: 'Đang áp dụng',
  proposed: 'Chờ hiệu trưởng xác nhận',
  confirm: 'Xác nhận',
  withdraw: 'Thôi áp dụng',
};

export const electives = {
  title: 'Quy định của trường về môn tự chọn',
  note: 'Áp dụng cho mọi lớp của năm học chưa khoá sổ. Mỗi lần đổi được giữ lại.',
  keep: 'Ghi vào học bạ, không làm giảm kết quả chung',
  lower: 'Tính vào kết quả chung như môn bắt buộc',
};
