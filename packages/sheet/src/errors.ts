/**
 * Why a file is refused whole. Everything else is a problem of one row and leaves the other rows alone.
 */
export type SheetErrorCode =
  | 'unreadable'
  | 'empty'
  | 'too-large'
  | 'not-a-workbook'
  | 'old-format'
  | 'encrypted'
  | 'other-document'
  | 'macros'
  | 'corrupt'
  | 'too-many-entries'
  | 'unpacked-too-large'
  | 'ratio-too-high'
  | 'xml-not-allowed'
  | 'too-many-rows'
  | 'too-many-columns'
  | 'too-heavy'
  | 'no-header'
  | 'missing-header'
  | 'duplicate-header'
  | 'grade-unknown'
  | 'school-year-not-supported'
  | 'no-rows'
  | 'several-classes';

/** What happened and what to do, for the person who chose the file. `detail` names headers or limits. */
const SENTENCES: Record<SheetErrorCode, (detail: string) => string> = {
  unreadable: () => 'không mở được tệp. Hãy kiểm tra tên tệp và quyền đọc.',
  empty: () => 'tệp rỗng. Hãy chọn lại tệp bảng điểm.',
  'too-large': () => 'tệp lớn hơn 5 MB nên không được đọc. Hãy giữ lại riêng các bảng kết quả rồi lưu lại.',
  'not-a-workbook': () =>
    'tệp không phải là bảng tính Excel (.xlsx). Hãy lưu bảng thành tệp .xlsx rồi chọn lại.',
  'old-format': () => 'tệp là Excel 97–2003 (.xls). Hãy mở bằng Excel, chọn “Lưu thành” .xlsx rồi chọn lại.',
  encrypted: () => 'tệp có mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi lưu lại.',
  'other-document': () => 'tệp là tài liệu loại khác (không phải bảng tính .xlsx), dù tên có thể là .xlsx.',
  macros: () => 'tệp có macro nên không được nhận. Hãy lưu thành “Excel Workbook (.xlsx)” không có macro.',
  corrupt: () => 'tệp bị hỏng hoặc bị cắt cụt. Hãy tải hoặc lưu lại tệp.',
  'too-many-entries': () => 'tệp chứa hơn 400 phần bên trong nên không được nhận.',
  'unpacked-too-large': () => 'nội dung giải nén của tệp vượt quá 50 MB nên không được nhận.',
  'ratio-too-high': () => 'tệp nén bất thường (quá 100 lần) nên không được nhận.',
  'xml-not-allowed': () => 'tệp chứa khai báo XML không được phép (DTD, thực thể hoặc mã hoá lạ).',
  'too-many-rows': () => 'bảng có hơn 5.000 dòng nên không được nhận.',
  'too-many-columns': () => 'bảng có hơn 200 cột nên không được nhận.',
  'too-heavy': () => 'đọc tệp mất quá nhiều thời gian hoặc bộ nhớ nên đã dừng.',
  'no-header': () =>
    'không tìm thấy hàng tiêu đề có cột “Mã học sinh” (hoặc “Mã giáo viên”) và “Họ tên”. Hãy dùng đúng mẫu.',
  'missing-header': (detail) => `bảng thiếu cột bắt buộc: ${detail}. Hãy thêm các cột này rồi chọn lại.`,
  'duplicate-header': (detail) => `hai cột cùng mang một tiêu đề: ${detail}. Hãy bỏ bớt một cột.`,
  'grade-unknown': () =>
    'không xác định được khối lớp từ dòng tiêu đề hoặc cột “Mã lớp” (ví dụ: “LỚP 2A1”). Hãy ghi tên lớp.',
  'school-year-not-supported': (detail) => `chưa có quy định đánh giá cho năm học ${detail}.`,
  'no-rows': () => 'bảng không có dòng học sinh nào.',
  'several-classes': () => 'tệp có bảng của nhiều lớp; hãy chọn tệp của riêng một lớp.',
};

/** A file refused whole: closed code, and a Vietnamese sentence that names the file. */
export class SheetError extends Error {
  override readonly name = 'SheetError';
  readonly code: SheetErrorCode;
  readonly file: string;
  /** Header names that are missing or doubled; empty otherwise. */
  readonly headers: readonly string[];

  constructor(code: SheetErrorCode, file: string, headers: readonly string[] = []) {
    super(`Tệp “${file}”: ${SENTENCES[code](headers.join('; '))}`);
    this.code = code;
    this.file = file;
    this.headers = headers;
  }
}
