export const importing = {
  title: (klass: string) => `Nhập từ Excel · lớp ${klass}`,
  choose: 'Chọn tệp Excel, hoặc thả tệp vào đây',
  chooseNote:
    'Bảng kết quả theo mẫu quốc gia, kỳ nào cũng được (.xlsx), không quá 5 MB. Xem trước rồi mới ghi.',
  reading: 'Đang đọc tệp…',
  preview: (file: string) => `Xem trước tệp ${file}: chưa ghi gì.`,
  rows: (count: number) => `${count} dòng đọc được.`,
  refused: (count: number) => `${count} dòng không nhập được; các dòng khác vẫn nhập được`,
  refusedRow: (row: number, name: string) => `Dòng ${row}, ${name}`,
  how: 'Khớp với',
  what: 'Sẽ ghi',
  apply: (count: number) => `Nhập ${count} dòng đã chọn`,
  match: {
    new: 'học sinh mới',
    code: 'khớp mã',
    name: 'khớp họ tên',
    similarName: 'gần giống tên, xin xem kỹ',
  },
  row: 'Dòng',
  newNotChosen:
    'Lớp đã có danh sách nên học sinh mới không được chọn sẵn. Chỉ chọn em nào đúng là học sinh của lớp này.',
  cells: (count: number) => `${count} ô`,
  done: (rows: number, cells: number) => `Đã nhập ${rows} em, ${cells} ô.`,
  toTable: 'Xem bảng lớp',
  pick: 'Chọn',
};
