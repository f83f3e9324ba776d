/** What is said of a class's table and of what other software signed; it comes with what shows them, in both languages. */
export const otherFacts = {
  claimedTimes: 'Các chữ ký trong tệp, với giờ ký do chính tệp ghi:',
  pupil: 'Học sinh',
  outcome: 'Kết quả',
  classTable: (name: string) => `Bảng tổng hợp lớp ${name}`,
  classTableRegion: 'Mức và điểm của lớp',
  pupils: (count: number) => `${count} học sinh`,
};
