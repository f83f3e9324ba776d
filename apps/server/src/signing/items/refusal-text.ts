import type { RefusalCode } from '../../refusal.ts';
import type { StepRefusal } from '../records/state.ts';

type Reason =
  | StepRefusal
  | Extract<RefusalCode, 'certificate-unusable' | 'signature-refused'>
  | 'record-damaged'
  | 'record-not-noted'
  | 'not-as-agreed'
  | 'signer-gone'
  | 'not-returned'
  | 'batch-stopped'
  | 'batch-not-noted'
  | 'prints-off'
  | 'print-failed';

/** Why an item of a batch was not signed, for who asked for the batch. The record itself is as it was. */
const TEXT: Readonly<Record<Reason, string>> = {
  'unknown-slot': 'Học bạ không có phần ký này.',
  'already-signed': 'Đã ký trước đó.',
  'not-ready-to-sign': 'Chưa đến lượt ký: người ký trước chưa ký xong.',
  'not-sealed': 'Chưa đủ chữ ký để phát hành.',
  'already-issued': 'Học bạ đã phát hành.',
  'not-issued': 'Học bạ chưa phát hành.',
  'already-recalled': 'Học bạ đã bị thu hồi.',
  'not-recalled': 'Học bạ chưa bị thu hồi.',
  'record-closed': 'Học bạ đã được trả lại để sửa.',
  'certificate-unusable': 'Chứng thư không dùng được để ký.',
  'record-damaged':
    'Dữ liệu lưu của học bạ này bị hỏng nên không ký được; hãy báo quản trị khôi phục từ bản sao lưu.',
  'record-not-noted':
    'Học bạ này không còn như lúc chốt: có người đã sửa thẳng cơ sở dữ liệu. Không ký gì; giáo viên chủ nhiệm trả lại rồi chốt lại, và báo hiệu trưởng.',
  'not-as-agreed':
    'Bản thay thế ghi khác nội dung mà hai người đã duyệt nên không được phát hành; mọi thứ giữ nguyên. Giáo viên chủ nhiệm trả lại để sửa cho đúng, hoặc văn phòng đề nghị lại nội dung thay thế ở trang Học bạ đã phát hành.',
  'signer-gone': 'Người yêu cầu ký không còn tài khoản hoạt động hoặc không còn giữ vai trò ký này.',
  'not-returned': 'Người ký hoặc dịch vụ ký không trả chữ ký cho học bạ này; hãy ký lại.',
  'batch-stopped': 'Người ký đã dừng lô này trước khi ký.',
  'batch-not-noted':
    'Lô ký này không còn như lúc người ký xác nhận: có người đã sửa thẳng cơ sở dữ liệu. Không ký gì thêm, phần đã ký còn nguyên; hãy báo hiệu trưởng, rồi ký phần còn lại trong lô mới.',
  'prints-off': 'Máy chủ này không ký bản in; học bạ đã phát hành vẫn nguyên giá trị.',
  'print-failed':
    'Không tạo được bản in PDF để ký; học bạ đã phát hành vẫn nguyên giá trị. Hãy báo quản trị.',
  'signature-refused':
    'Chữ ký hoặc dữ liệu không qua được kiểm tra nên không được ghi; học bạ giữ nguyên như trước.',
};

export function refusalText(code: string): string {
  return Object.hasOwn(TEXT, code) ? TEXT[code as Reason] : TEXT['signature-refused'];
}
