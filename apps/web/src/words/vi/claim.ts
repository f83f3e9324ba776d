/** What is said beside what a QR's claim holds; it comes with its reader, in both languages. */
export const claim = {
  byEye: 'Hãy so từng dòng dưới đây với bản in:',
  born: (day: string) => `sinh ngày ${day}`,
  grade: (grade: number) => `lớp ${grade}`,
  school: (name: string, code: string) => `Trường phát hành: ${name}, mã trường ${code}.`,
  item: 'Nội dung',
};
