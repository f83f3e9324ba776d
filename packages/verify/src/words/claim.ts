/** What a QR's claim is worth, in words. They stand apart: they come with what reads a claim. */
const vi = {
  claims: {
    'no-claim': 'Chưa kiểm tra được: mã QR này không mang dữ liệu đã ký',
    'other-code': 'Chưa kiểm tra được: đây không phải mã QR trên bản in học bạ',
    malformed: 'Không thật: mã QR không đọc được như dữ liệu đã ký',
    'newer-version': 'Chưa kiểm tra được: mã QR không thuộc mẫu nào mà phiên bản này biết',
    'training-unknown': 'Bản tập huấn, không có giá trị pháp lý; ở đây không có khoá để đối chiếu gì thêm',
    'no-certified-key': 'Chưa kiểm tra được: máy này chưa có khoá để đối chiếu mã QR',
    'signature-invalid': 'Không thật: chữ ký trong mã QR không đúng',
    'key-of-other-school': 'Không thật: khoá ký mã QR không phải của nơi phát hành',
    'list-before-claim':
      'Chưa kiểm tra được: danh sách tin cậy ở đây có trước bản in này và chưa ghi nơi phát hành của nó',
    'after-key-ended': 'Không thật: ngày phát hành nằm ngoài thời hạn của khoá ký mã QR',
    'leaf-differs': 'Không thật: nhật ký không có bản phát hành mà mã QR nêu',
    'outside-log': 'Chưa kiểm tra được: năm học hay ngày phát hành trong mã QR nằm ngoài nhật ký của khoá ký',
  },
  /** The eye compares, not the page: that stands in the sentence itself, since a forger prints what he likes around a genuine code. */
  claimMatches: (day: string, standing: string) =>
    `Nếu đúng từng dòng dưới đây, chữ in khớp bản phát hành ngày ${day}; ${standing}`,
  claimEnded: (day: string, standing: string) => `Mã QR là của bản phát hành ngày ${day}; ${standing}`,
  unknown: 'chưa kiểm tra thu hồi',
  current: (time: string) => `chưa thu hồi, tính đến ${time}`,
  next: {
    'other-code': 'Hãy quét mã QR ở góc trang học bạ in, chụp riêng mã ấy.',
    malformed: 'Nếu nội dung mã được chép hay dán, có thể đã thiếu: trước hết hãy quét lại mã trên bản in.',
    'newer-version':
      'Bản in có thể mới hơn phiên bản này: khi có mạng, hãy tải lại trang này rồi quét lại, hoặc quét mã QR bằng máy ảnh của điện thoại để mở trang của nơi phát hành (xem kĩ tên miền).',
    'training-unknown':
      'Mã QR tự ghi là của bản tập huấn, nên chỉ nơi tổ chức tập huấn đối chiếu được; đừng dùng bản in này làm căn cứ.',
    open: 'Khi có mạng, hãy quét mã QR bằng máy ảnh của điện thoại để mở trang của nơi phát hành (xem kĩ tên miền), hoặc hỏi văn thư của trường ghi trên học bạ.',
    'list-before-claim':
      'Khi có mạng, hãy mở lại trang này để tải danh sách mới hơn rồi quét lại, hoặc hỏi văn thư của trường ghi trên học bạ.',
    'no-certified-key':
      'Khi có mạng, hãy mở lại trang này để tải danh sách khoá mới rồi quét lại, hoặc hỏi văn thư của trường ghi trên học bạ.',
  },
};

const en: typeof vi = {
  claims: {
    'no-claim': 'Could not be checked: this QR code carries no signed data',
    'other-code': 'Could not be checked: this is not the QR code of a printed record',
    malformed: 'Not genuine: the QR code cannot be read as signed data',
    'newer-version': 'Could not be checked: the QR code is of no kind that this version knows',
    'training-unknown': 'Training copy, without legal value; there is no key here to hold it against',
    'no-certified-key': 'Could not be checked: this device has no key to hold the QR code against',
    'signature-invalid': 'Not genuine: the signature in the QR code is wrong',
    'key-of-other-school': 'Not genuine: the key that signed the QR code is not the issuer’s',
    'list-before-claim':
      'Could not be checked: the trust list here is older than this print and does not name its issuer yet',
    'after-key-ended':
      'Not genuine: the day of issue lies outside the time of the key that signed the QR code',
    'leaf-differs': 'Not genuine: the log has no such issue as the QR code names',
    'outside-log':
      'Could not be checked: the school year or the day of issue in the QR code lies outside the log of its key',
  },
  claimMatches: (day, standing) =>
    `If it says each line below, the print is as issued on ${day} (day/month/year); ${standing}`,
  claimEnded: (day, standing) => `The QR code is of what was issued on ${day} (day/month/year); ${standing}`,
  unknown: 'whether the record was recalled since was not checked',
  current: (time) => `not recalled as of ${time}`,
  next: {
    'other-code': 'Scan the QR code in the corner of the printed record, that code alone.',
    malformed:
      'If what the code says was copied or pasted, a part may be missing: scan the code on the print again first.',
    'newer-version':
      'The print may be newer than this version: with a network, load this page again and scan again, or scan the QR code with the camera of a phone to open the issuer’s page (mind the name of its host).',
    'training-unknown':
      'The QR code itself says that it is of a training copy, which only the place of that training can check; do not rely on this print.',
    open: 'With a network, scan the QR code with the camera of a phone to open the issuer’s page (mind the name of its host), or ask the clerk of the school that the record names.',
    'list-before-claim':
      'With a network, open this page again to fetch a newer list and scan again, or ask the clerk of the school that the record names.',
    'no-certified-key':
      'With a network, open this page again to fetch the newest list of keys and scan again, or ask the clerk of the school that the record names.',
  },
};

export const claimWords = { vi, en };

export type ClaimWords = typeof vi;
