export const save = {
  saved: (time: string) => `Đã lưu trên máy chủ lúc ${time}`,
  ready: 'Mỗi ô được lưu ngay khi rời ô',
  sending: (count: number) => `Đang gửi ${count} ô…`,
  offline: (count: number) =>
    count === 0
      ? 'Mất mạng. Thầy/cô vẫn nhập được; các ô sẽ tự gửi khi có mạng.'
      : `Mất mạng. ${count} ô vừa nhập còn trên trang này và sẽ tự gửi khi có mạng; xin đừng đóng trang.`,
  trouble: (count: number) =>
    `Máy chủ chưa ghi được ${count} ô. Các ô còn trên trang này và sẽ tự gửi lại; xin đừng đóng trang.`,
  signedOut: (count: number) => `Phiên làm việc đã hết. ${count} ô chưa gửi vẫn còn trên trang này.`,
  leave: (count: number) =>
    `${count} ô chưa gửi được tới máy chủ. Rời trang này bây giờ thì mất các ô đó. Vẫn rời trang?`,
  sendNow: 'Gửi ngay',
};
