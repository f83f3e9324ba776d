/** “Cuối học kỳ I” inside a sentence: only its first letter changes. */
const inside = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

export const period = {
  choice: 'Kỳ đánh giá',
  closedOption: (name: string) => `${name} (đã khoá)`,
  isClosed: (name: string) => `${name} đã khoá`,
  closedBy: (who: string, day: string) => `${who} khoá ngày ${day}. Các ô chỉ để xem.`,
  locked: (name: string, day: string) =>
    `${name} đã khoá sổ hết ngày ${day}. Các ô chỉ để xem; hiệu trưởng có thể dời ngày khoá ở trang Năm học.`,
  because: (reason: string) => `Lý do: ${reason}`,
  close: (name: string) => `Khoá ${inside(name)}`,
  closeNote: 'Khoá khi mọi môn đã đủ. Sau đó các ô không đổi được cho đến khi hiệu trưởng mở lại.',
  closeReason: 'Lý do, nếu khoá khi còn thiếu',
  reopen: (name: string) => `Mở lại ${inside(name)}`,
  reopenNote: 'Mở lại để giáo viên sửa. Lần mở và lý do được giữ lại.',
  reopenReason: 'Lý do mở lại',
};

export const sitting = {
  title: 'Kiểm tra lại',
  mark: (mark: string) => `${mark} điểm`,
  lastCounts: 'Mọi lần đều được giữ; điểm của lần cuối được tính.',
  newMark: (nth: number) => `Điểm lần ${nth}`,
  day: 'Ngày kiểm tra',
  reason: 'Lý do cho kiểm tra lại',
  save: 'Ghi lần kiểm tra lại',
};
