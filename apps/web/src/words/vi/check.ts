export const check = {
  title: (klass: string) => `Kiểm tra trước khi chốt · lớp ${klass}`,
  ready: (count: number) => `${count} em đủ điều kiện tạo học bạ`,
  blocked: (count: number) => `${count} em còn việc phải làm`,
  /** For who teaches a subject of the class: what the others still have to do is told to its homeroom teacher. */
  own: (problems: number): string =>
    problems === 0
      ? 'Phần của thầy/cô ở lớp này đã đủ. Khi mọi phần đã đủ, giáo viên chủ nhiệm chốt dữ liệu.'
      : 'Ở phần của thầy/cô còn những việc dưới đây.',
  noProblems: 'Không có lỗi nào.',
  allFrozen: 'Mọi em của lớp đã có học bạ.',
  pupils: (count: number) => `${count} em`,
  wholeClass: 'Cả lớp',
  toResults: 'Sang trang Kết quả cuối năm',
  toSheet: 'Mở bảng lớp',
  freeze: (count: number) => `Chốt dữ liệu và tạo ${count} học bạ`,
  freezeNote:
    'Sau khi chốt, các ô của những em này không sửa được nữa, trừ khi trả lại để sửa; khi đó chữ ký đã có sẽ mất giá trị.',
  frozen: (count: number) => `Đã tạo ${count} học bạ.`,
  thenSign: 'Xem lại học bạ, rồi mỗi người ký phần của mình ở trang',
  leftOut: 'Chưa tạo học bạ cho:',
  toRecords: 'Xem học bạ của lớp',
  blocking: 'Phải làm',
  warning: 'Nên xem lại',
};
