export const closing = {
  title: (name: string) => `Khép năm học lớp ${name}`,
  about:
    'Danh sách này ghi mỗi em có học bạ đã phát hành hay không, và vì sao không. Giáo viên chủ nhiệm ký, nhà trường đóng dấu, rồi ghi vào nhật ký công khai (không kèm tên học sinh): từ đó thiếu hay thêm một học bạ đều bị phát hiện.',
  link: 'Khép năm học của lớp',
  counts: (issued: number, none: number, waiting: number) =>
    `${issued} em có học bạ đã phát hành · ${none} em không có · ${waiting} em đang chờ.`,
  record: 'Học bạ năm học',
  states: { issued: 'Đã phát hành', none: 'Không có', waiting: 'Đang chờ' },
  reason: 'Vì sao không có',
  chooseReason: 'Chọn lý do…',
  reasons: {
    transferred: 'Chuyển trường',
    left: 'Thôi học',
    deceased: 'Đã mất',
    undecided: 'Chờ kết quả rèn luyện trong hè',
    other: 'Lý do khác',
  },
  note: 'Nói rõ lý do',
  inTheWay: (waiting: number, missing: number) =>
    [
      waiting > 0 ? `Còn ${waiting} học bạ chưa phát hành xong` : '',
      missing > 0 ? `${missing} em chưa chọn lý do` : '',
    ]
      .filter((part) => part !== '')
      .join('; ')
      .concat('.'),
  prepare: 'Ký danh sách này',
  seal: 'Đóng dấu và khép năm học',
  prepared: (at: string) => `Giáo viên chủ nhiệm đã ký lúc ${at}, đang chờ nhà trường đóng dấu.`,
  closed: (at: string) => `Đã khép năm học lúc ${at}.`,
  leaf: (index: number) => `Danh sách là mục số ${index} của nhật ký công khai.`,
  leafWaits: 'Nhật ký công khai sẽ nhận danh sách trong ít phút.',
  all: {
    title: 'Khép năm học các lớp',
    every: 'Tất cả các lớp',
    column: 'Khép năm học',
    turns: {
      notYet: 'Chưa tới lượt',
      toSign: 'Chờ chủ nhiệm ký',
      toSeal: 'Chờ đóng dấu',
      closed: 'Đã khép',
    },
    waiting: 'Danh sách chờ đóng dấu',
    has: (issued: number) => `${issued} em có học bạ đã phát hành`,
    everybody: 'Em nào cũng có học bạ.',
    none: (name: string, reason: string) => `${name}: không có học bạ, ${reason}`,
    seal: (lists: number) => `Đóng dấu ${lists} danh sách`,
    progress: (done: number, of: number) => `Đã đóng dấu ${done}/${of} danh sách…`,
    stop: 'Dừng lại',
    sealed: (done: number) => `Đã đóng dấu ${done} danh sách.`,
    failed: (name: string) => `Lớp ${name} chưa đóng dấu được; các lớp trước đó đã khép.`,
    nothing: 'Chưa có danh sách nào chờ đóng dấu.',
  },
  outdated:
    'Sau lần khép trước, học bạ của lớp đã thay đổi. Danh sách cũ vẫn được giữ; hãy ký danh sách mới.',
};
