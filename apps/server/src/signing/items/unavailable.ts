/** Why an authority's word could not be had. Nothing is wrong with a record: what waits is tried again. */
export type UnavailableCode =
  /** No authority is set, or a certificate names none. */
  | 'not-configured'
  | 'unreachable'
  /** An address that is not to be asked: a private network's, which no setting allows. */
  | 'address-refused'
  | 'bad-answer'
  /** Every one that is set has a certificate that ends before what it dates would be worth its price. */
  | 'ends-too-soon'
  /** Whose certificate was revoked: what it dates proves nothing. */
  | 'revoked'
  /** The public log has no proof yet of what was issued. */
  | 'log-unavailable'
  /** A signature states a time that has not come: what dates it now would contradict it for ever. */
  | 'signed-ahead'
  /** This machine's clock and the authority's are more than a minute apart. */
  | 'clock-differs';

/** Of a batch, a renewal or a log that waits: what is missing, and who mends it. */
export const UNAVAILABLE_TEXT: Readonly<Record<UnavailableCode, string>> = {
  'not-configured':
    'Chưa có nơi cấp dấu thời gian hoặc nơi hỏi thu hồi chứng thư; hãy báo quản trị cài đặt. Hệ thống sẽ tự thử lại.',
  unreachable:
    'Không liên lạc được với nơi cấp dấu thời gian hoặc nơi hỏi thu hồi chứng thư. Hệ thống sẽ tự thử lại.',
  'address-refused':
    'Địa chỉ hỏi thu hồi hoặc dấu thời gian nằm trong mạng nội bộ chưa được phép; hãy báo quản trị. Hệ thống sẽ tự thử lại.',
  'bad-answer': 'Nơi cấp dấu thời gian hoặc nơi hỏi thu hồi trả lời không tin được. Hệ thống sẽ tự thử lại.',
  'ends-too-soon':
    'Chứng thư của nơi cấp dấu thời gian sắp hết hạn; hãy báo quản trị đặt thêm nơi khác. Hệ thống sẽ tự thử lại.',
  revoked:
    'Chứng thư của nơi cấp dấu thời gian đã bị thu hồi; hãy báo quản trị đặt nơi khác. Hệ thống sẽ tự thử lại.',
  'log-unavailable':
    'Nhật ký công khai chưa ghi được phần đang chờ; hãy báo quản trị nếu kéo dài. Hệ thống sẽ tự thử lại.',
  'signed-ahead':
    'Một chữ ký ghi giờ chưa tới: đồng hồ máy chủ từng chạy nhanh lúc ký, hoặc đang chạy chậm; hãy báo quản trị xem đồng hồ. Đến giờ ấy hệ thống sẽ tự đi tiếp.',
  'clock-differs':
    'Đồng hồ máy chủ lệch quá một phút so với nơi cấp dấu thời gian hoặc nơi hỏi thu hồi; hãy báo quản trị chỉnh giờ. Hệ thống sẽ tự thử lại.',
};

/** An authority that gives time or tells of revocation cannot be relied on now. Codes only, no data. */
export class AuthorityUnavailable extends Error {
  readonly code: UnavailableCode;
  constructor(code: UnavailableCode, options?: ErrorOptions) {
    super(`authority unavailable: ${code}`, options);
    this.name = 'AuthorityUnavailable';
    this.code = code;
  }
}
