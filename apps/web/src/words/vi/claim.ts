/** What is said beside what a QR's claim holds; it comes with its reader, in both languages. */
export const claim = {
  byEye: 'Hãy so từng dòng dưới đây với bản in:',
  born: (day: string) => `sinh ngày ${day}`,
  grade: (grade: number) => `lớp ${grade}`,
  school: (name: string, code: string) => `Trường phát hành: ${name}, mã trường ${code}.`,
  item: 'Nội dung',
  logged: (time: string) => `Nhật ký phát hành có bản này, ghi lúc ${time}.`,
};

/** Of the button that holds it against the log. */
export const lookUp = {
  ask: 'Tìm bản này trong nhật ký phát hành',
  asking: 'Đang lấy nhật ký…',
  note: 'Cần mạng. Trang lấy từ máy chủ của nó một đoạn nhật ký gồm nhiều bản không ghi tên ai; máy chủ không biết anh/chị xem bản nào.',
  absent:
    'Chưa lấy được nhật ký ấy từ máy chủ của trang này: có thể đang mất mạng, bản này mới phát hành, hoặc ghi ở nhật ký nơi khác. Kết luận ở trên giữ nguyên.',
};
