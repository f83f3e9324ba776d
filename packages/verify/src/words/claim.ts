/** What a QR's claim is worth, in words. They stand apart: they come with what reads a claim. */
const vi = {
  claims: {
    'no-claim': 'Chưa kiểm tra được: mã QR này không mang dữ liệu đã ký',
    malformed: 'Không thật: mã QR không đọc được như dữ liệu đã ký',
    'no-certified-key': 'Chưa kiểm tra được: máy này chưa có khoá để đối chiếu mã QR',
    'signature-invalid': 'Không thật: chữ ký trong mã QR không đúng',
    'key-of-other-school': 'Không thật: khoá ký mã QR không phải của nơi phát hành',
    'after-key-ended': 'Không thật: ngày phát hành nằm ngoài thời hạn của khoá ký mã QR',
    'outside-log': 'Chưa kiểm tra được: năm học hay ngày phát hành trong mã QR nằm ngoài nhật ký của khoá ký',
  },
  claimMatches: (day: string) => `Chữ in khớp bản phát hành ngày ${day}; chưa kiểm tra thu hồi`,
};

const en: typeof vi = {
  claims: {
    'no-claim': 'Could not be checked: this QR code carries no signed data',
    malformed: 'Not genuine: the QR code cannot be read as signed data',
    'no-certified-key': 'Could not be checked: this device has no key to hold the QR code against',
    'signature-invalid': 'Not genuine: the signature in the QR code is wrong',
    'key-of-other-school': 'Not genuine: the key that signed the QR code is not the issuer’s',
    'after-key-ended':
      'Not genuine: the day of issue lies outside the time of the key that signed the QR code',
    'outside-log':
      'Could not be checked: the school year or the day of issue in the QR code lies outside the log of its key',
  },
  claimMatches: (day) =>
    `These words were issued on ${day} (day/month/year); whether the record was recalled since was not checked`,
};

export const claimWords = { vi, en };

export type ClaimWords = typeof vi;
