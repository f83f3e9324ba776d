export const comparison = {
  link: 'Đối chiếu học bạ',
  title: (klass: string) => `Đối chiếu học bạ lớp ${klass}`,
  note: 'So từng học bạ đã chốt hoặc đã phát hành với dữ liệu lớp hiện nay, bảng tổng hợp đã ký và tệp Excel xuất ra. Chỉ nêu chỗ khác, không sửa gì.',
  prints: 'So cả bản in đã phát hành (lâu hơn vài giây)',
  start: 'Đối chiếu',
  busy: 'Đang đối chiếu…',
  outcome: (records: number, differing: number) =>
    records === 0
      ? 'Lớp chưa có học bạ nào để đối chiếu.'
      : differing === 0
        ? `${records} học bạ, không có chỗ nào khác.`
        : `${records} học bạ, ${differing} em có chỗ khác.`,
  nightly: 'Máy chủ tự đối chiếu hằng ngày',
  nightlyOutcome: (classes: number, open: number) =>
    classes === 0
      ? 'Chưa có lần đối chiếu nào trong năm học này.'
      : open === 0
        ? `${classes} lớp, không lớp nào có chỗ khác.`
        : `${classes} lớp, ${open} lớp cần xem.`,
  failed:
    'Lần gần nhất không đối chiếu được. Hãy bấm “Đối chiếu” ở lớp này; nếu vẫn lỗi, hãy báo quản trị trường.',
  whatNow:
    'Học bạ đã phát hành vẫn là bản có giá trị. Nếu học bạ sai, hãy thu hồi và lập bản thay thế; nếu dữ liệu lớp bị đổi mà không ai sửa, hãy báo quản trị trường.',
};
