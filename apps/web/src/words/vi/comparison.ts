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
  whatNow:
    'Học bạ đã phát hành vẫn là bản có giá trị. Nếu học bạ sai, hãy thu hồi và lập bản thay thế; nếu dữ liệu lớp bị đổi mà không ai sửa, hãy báo quản trị trường.',
};
