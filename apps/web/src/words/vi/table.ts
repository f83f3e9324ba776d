export const table = {
  title: (klass: string, period: string) => `Bảng tổng hợp lớp ${klass} · ${period}`,
  import: 'Nhập từ Excel',
  columns: 'Xem cột',
  allColumns: 'Tất cả',
  codes: 'Chỉ mức và điểm',
  results: 'Kết quả cuối năm',
};
