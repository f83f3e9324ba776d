export const classTable = {
  title: (klass: string) => `Bảng tổng hợp · lớp ${klass}`,
  pdf: 'Bản in (PDF)',
  pdfOf: (grade: number) => `Bản in khối ${grade} (PDF)`,
  excel: 'Tải Excel',
  draft: 'Thời điểm này chưa khoá nên bản in là dự thảo. Giáo viên chủ nhiệm khoá ở bảng lớp.',
  grade: (grade: number) => `khối ${grade}`,
  caption: (form: number, klass: string, period: string, year: string) =>
    `Mẫu ${form}. Bảng tổng hợp kết quả đánh giá giáo dục, lớp ${klass}, ${period.slice(0, 1).toLowerCase()}${period.slice(1)}, năm học ${year.replace('-', '–')}`,
  empty: 'Lớp chưa có học sinh.',
  open: 'Xem bảng tổng hợp',
};
