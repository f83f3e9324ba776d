import type { z } from 'zod';
import { Refusal, type RefusalCode } from '../refusal.ts';
import type { ErrorAnswer } from './api/values.ts';

interface Answer {
  readonly status: number;
  /** What happened, is my work safe, what to do. */
  readonly sentence: string;
}

/** The one table from a domain error to its HTTP status and to the sentence that a teacher reads. */
export const ANSWERS: Readonly<Record<RefusalCode, Answer>> = {
  'not-signed-in': {
    status: 401,
    sentence:
      'Phiên làm việc đã hết hoặc chưa đăng nhập. Những gì đã lưu vẫn còn nguyên. Mời thầy/cô đăng nhập lại.',
  },
  'wrong-credentials': {
    status: 401,
    sentence:
      'Tên đăng nhập hoặc mật khẩu không đúng. Mời thầy/cô kiểm tra lại; nếu quên, hãy nhờ quản trị trường cấp lại.',
  },
  'password-to-choose': {
    status: 403,
    sentence:
      'Mật khẩu này chỉ dùng một lần để vào lần đầu. Mời thầy/cô đặt mật khẩu của riêng mình ngay dưới đây; không ai khác biết mật khẩu mới.',
  },
  'too-many-tries': {
    status: 429,
    sentence:
      'Đã nhập sai quá nhiều lần nên tạm ngừng nhận đăng nhập từ máy này. Tài khoản không bị khoá và dữ liệu không ảnh hưởng.',
  },
  'insecure-connection': {
    status: 403,
    sentence:
      'Kết nối này không được mã hoá nên không đăng nhập được từ máy khác. Hãy mở đúng địa chỉ bắt đầu bằng https:// mà máy chủ đã in ra.',
  },
  'second-factor-needed': {
    status: 403,
    sentence:
      'Việc này cần thầy/cô xác nhận bằng xác thực hai lớp. Chưa có gì bị thay đổi. Hãy xác nhận rồi làm lại.',
  },
  'second-factor-missing': {
    status: 403,
    sentence:
      'Tài khoản này phải đặt xác thực hai lớp trước khi làm việc. Chưa có gì bị thay đổi. Hãy mở trang “Xác thực hai lớp”.',
  },
  'second-factor-refused': {
    status: 409,
    sentence:
      'Không xác nhận được: mã hoặc khoá đăng nhập không đúng, đã dùng hoặc đã quá hạn. Chưa có gì bị thay đổi. Hãy thử lại.',
  },
  'not-allowed': {
    status: 403,
    sentence:
      'Tài khoản này không được giao việc đó. Không có gì bị thay đổi. Nếu phân công chưa đúng, hãy nhờ quản trị trường sửa.',
  },
  'not-found': {
    status: 404,
    sentence:
      'Không tìm thấy nội dung được yêu cầu. Không có gì bị thay đổi. Hãy quay lại trang “Việc của tôi”.',
  },
  'invalid-input': {
    status: 400,
    sentence: 'Dữ liệu gửi lên không đúng quy định nên chưa được ghi. Hãy xem chỗ được nêu, sửa rồi gửi lại.',
  },
  'file-unreadable': {
    status: 422,
    sentence:
      'Không đọc được tệp này như một bảng tính Excel (.xlsx) nên chưa nhập gì. Hãy mở tệp bằng Excel, lưu lại dạng .xlsx rồi chọn lại.',
  },
  'file-too-large': {
    status: 413,
    sentence:
      'Tệp hoặc dữ liệu gửi lên quá lớn nên chưa nhập gì. Mỗi tệp không quá 5 MB; hãy chọn đúng bảng của một lớp.',
  },
  'header-not-found': {
    status: 422,
    sentence:
      'Không tìm thấy dòng tiêu đề của bảng kết quả (Mã học sinh, Họ và tên, các môn học) nên chưa nhập gì. Hãy dùng đúng mẫu bảng của lớp.',
  },
  'import-already-applied': {
    status: 409,
    sentence: 'Tệp này đã được nhập rồi nên không nhập lần nữa. Dữ liệu của lần nhập trước vẫn còn nguyên.',
  },
  'import-already-undone': {
    status: 409,
    sentence:
      'Lần nhập này đã được hoàn tác rồi. Dữ liệu hiện có vẫn còn nguyên; muốn nhập lại, hãy chọn lại tệp.',
  },
  'class-too-large': {
    status: 422,
    sentence:
      'Lớp có hơn 500 học sinh ở một khối nên không in được thành một bảng. Chưa có gì bị thay đổi. Hãy xem lại danh sách lớp, có thể nhiều lớp đã được nhập vào một; bảng Excel của lớp vẫn tải được.',
  },
  'class-exists': {
    status: 409,
    sentence: 'Năm học này đã có lớp cùng tên nên chưa tạo lớp mới. Hãy chọn tên khác hoặc sửa lớp đã có.',
  },
  'year-exists': {
    status: 409,
    sentence: 'Năm học này đã được mở nên không mở lần nữa. Dữ liệu của năm học đó vẫn còn nguyên.',
  },
  'plan-changed': {
    status: 409,
    sentence:
      'Dữ liệu của trường đã đổi sau khi thầy/cô xem trước nên chưa kết chuyển. Không có gì bị thay đổi. Hãy xem lại bản xem trước mới rồi làm lại.',
  },
  'year-in-use': {
    status: 409,
    sentence:
      'Năm học mới đã có dữ liệu ghi sau khi kết chuyển nên không hoàn tác được. Không có gì bị thay đổi. Hãy sửa từng em bằng chuyển lớp hoặc chuyển trường.',
  },
  'period-closed': {
    status: 409,
    sentence:
      'Kỳ đánh giá này của lớp đã khoá nên không ghi thêm. Những gì đã ghi vẫn còn nguyên. Muốn sửa, hãy đề nghị hiệu trưởng mở lại.',
  },
  'period-incomplete': {
    status: 409,
    sentence:
      'Kỳ đánh giá còn thiếu nên chưa khoá. Những gì đã ghi vẫn còn nguyên. Hãy bổ sung, hoặc ghi lý do rồi khoá.',
  },
  'year-locked': {
    status: 409,
    sentence:
      'Năm học đã khoá sổ nên không ghi thêm. Những gì đã ghi vẫn còn nguyên. Muốn sửa, hãy đề nghị hiệu trưởng dời ngày khoá ở trang “Năm học”.',
  },
  'left-in-locked-year': {
    status: 409,
    sentence:
      'Ngày rời lớp nằm trong năm học đã khoá sổ nên chưa ghi được. Danh sách lớp và những gì đã ghi vẫn còn nguyên. Em rời lớp sau ngày khoá thì ghi ngày sau ngày ấy; em đã rời từ trước thì đề nghị hiệu trưởng dời ngày khoá ở trang “Năm học”.',
  },
  'nothing-to-freeze': {
    status: 409,
    sentence:
      'Chưa có học sinh nào đủ điều kiện để chốt. Điểm và nhận xét đã nhập vẫn còn nguyên. Hãy xem trang “Kiểm tra” để biết còn thiếu gì.',
  },
  'not-ready-to-sign': {
    status: 409,
    sentence:
      'Chưa ký được vì còn bước trước chưa xong. Các chữ ký đã có vẫn còn nguyên. Hãy xem danh sách bên dưới để biết đang chờ ai.',
  },
  'signature-refused': {
    status: 409,
    sentence:
      'Chữ ký trả về không kiểm tra được nên không được ghi nhận. Học bạ chưa bị thay đổi. Hãy ký lại; nếu vẫn vậy, hãy báo quản trị trường.',
  },
  'record-damaged': {
    status: 409,
    sentence:
      'Dữ liệu đang lưu cùng học bạ này không phải của học bạ này, có thể đã bị sửa ngoài phần mềm, nên không in. Học bạ đã phát hành còn nguyên. Hãy báo quản trị trường khôi phục từ bản sao lưu.',
  },
  'certificate-unusable': {
    status: 409,
    sentence:
      'Chứng thư số không dùng được (hết hạn, không đúng người hoặc chưa đăng ký) nên chưa ký. Học bạ không bị thay đổi. Hãy báo quản trị trường.',
  },
  'key-file-not-opened': {
    status: 409,
    sentence:
      'Không mở được tệp khoá: mật khẩu không đúng hoặc tệp không phải tệp khoá (.p12, .pfx) có khoá ký. Chưa ký gì và chưa lưu gì. Hãy kiểm tra rồi thử lại.',
  },
  'pairing-refused': {
    status: 409,
    sentence:
      'Mã ghép không đúng, đã dùng hoặc đã quá 5 phút nên máy ký chưa được ghép. Hãy lấy mã mới ở trang “Cách ký”.',
  },
  'agent-unpaired': {
    status: 401,
    sentence:
      'Máy ký này không còn được ghép với tài khoản. Những chữ ký đã nộp vẫn còn. Hãy lấy mã ghép mới ở trang “Cách ký”.',
  },
  'order-closed': {
    status: 409,
    sentence:
      'Yêu cầu ký này đã đóng (hết hạn, đã dừng hoặc đã ký xong). Những chữ ký đã nộp vẫn còn. Hãy gửi lại phần còn lại trên trang ký.',
  },
  'signing-service': {
    status: 502,
    sentence:
      'Dịch vụ ký từ xa không trả lời hoặc không có chứng thư phù hợp nên chưa kết nối. Học bạ không bị thay đổi. Hãy thử lại sau.',
  },
  'already-issued': {
    status: 409,
    sentence:
      'Học bạ đã phát hành nên không sửa được nữa; bản đã phát hành vẫn còn nguyên. Muốn đính chính, hãy đề nghị hiệu trưởng thu hồi.',
  },
  'not-issued': {
    status: 409,
    sentence:
      'Học bạ này chưa phát hành nên chưa làm được việc đó. Không có gì bị thay đổi. Hãy làm lại sau khi nhà trường đóng dấu và phát hành.',
  },
  'table-in-use': {
    status: 409,
    sentence:
      'Còn học bạ dựa trên bảng tổng hợp này nên bảng chưa được thu hồi; không có gì thay đổi. Hãy trả lại hoặc thu hồi các học bạ ấy trước.',
  },
  'already-recalled': {
    status: 409,
    sentence:
      'Học bạ này đã được thu hồi trước đó. Quyết định thu hồi cũ vẫn còn nguyên và không cần làm lại.',
  },
  'year-not-ready': {
    status: 409,
    sentence:
      'Chưa khép được năm học của lớp. Không có gì bị thay đổi. Hãy giải quyết những việc được nêu rồi làm lại.',
  },
  'already-closed': {
    status: 409,
    sentence:
      'Năm học của lớp đã khép và danh sách đã ký vẫn đúng với hiện tại. Không có gì bị thay đổi và không cần làm lại.',
  },
  'log-unavailable': {
    status: 503,
    sentence:
      'Nhật ký phát hành tạm thời chưa ghi được. Các chữ ký đã lưu, không cần ký lại; máy chủ sẽ tự phát hành tiếp. Hãy xem lại sau ít phút.',
  },
  'log-unknown': {
    status: 404,
    sentence:
      'Nơi này chưa ghi khoá của nhật ký ấy nên không nhận. Không có gì bị thay đổi. Hãy đề nghị người vận hành cấp trên ghi khoá công khai của nhật ký trường.',
  },
  'log-not-shared': {
    status: 409,
    sentence:
      'Nơi này chưa có nhật ký chung đang mở cho năm học ấy nên chưa nhận. Không có gì bị thay đổi. Hãy gửi lại khi cấp trên đã mở năm học.',
  },
  'log-behind': {
    status: 503,
    sentence:
      'Nhật ký chung ở đây cũ hơn bản đã đưa cho trường, hoặc khác bản ấy, nên tạm dừng ghi và không nhận. Nhật ký của trường vẫn còn nguyên. Hãy báo ngay cho người vận hành cấp trên; sau khi sửa xong máy chủ trường sẽ tự gửi lại.',
  },
  'checkpoint-refused': {
    status: 403,
    sentence:
      'Bản xác nhận không do khoá đã biết của nhật ký này ký nên không nhận. Không có gì bị thay đổi. Hãy kiểm tra khoá công khai đã báo cho cấp trên.',
  },
  'checkpoint-behind': {
    status: 409,
    sentence:
      'Bản xác nhận không bắt đầu từ bản đang giữ ở đây nên chưa nhận. Không có gì bị thay đổi. Hãy hỏi lại bản đang giữ rồi gửi bản nối tiếp.',
  },
  'checkpoint-unproven': {
    status: 422,
    sentence:
      'Bằng chứng không cho thấy nhật ký nối tiếp bản đang giữ ở đây nên không nhận. Bản đang giữ vẫn còn nguyên. Hãy chạy hocba audit ở trường để biết nhật ký có bị đổi không.',
  },
  'checkpoint-forked': {
    status: 409,
    sentence:
      'Nhật ký đưa ra một lịch sử khác với bản đang giữ ở đây nên không nhận. Bản đang giữ vẫn còn nguyên và bản mới được giữ làm bằng chứng. Hãy báo ngay cho người vận hành hai nơi.',
  },
  'approval-needed': {
    status: 409,
    sentence:
      'Việc này cần hai người: một người đề nghị, một người khác duyệt. Chưa có gì bị thay đổi. Hãy gửi đề nghị để người thứ hai duyệt.',
  },
  'approval-own': {
    status: 403,
    sentence:
      'Người đề nghị không tự duyệt được, kể cả bằng tài khoản khác. Chưa có gì bị thay đổi. Hãy để một người khác có quyền duyệt.',
  },
  'approval-nobody': {
    status: 409,
    sentence:
      'Trường chưa có người thứ hai được duyệt việc này nên chưa gửi đề nghị; chưa có gì bị thay đổi. Nếu thầy/cô là người duyệt, hãy để văn thư hoặc quản trị đề nghị; nếu không, hãy giao vai ấy cho phó hiệu trưởng hoặc người cấp trên cử đến.',
  },
  'approval-waiting': {
    status: 409,
    sentence:
      'Việc này đã có một đề nghị đang chờ duyệt nên không gửi thêm. Chưa có gì bị thay đổi. Hãy chờ kết quả, hoặc rút đề nghị cũ rồi gửi lại.',
  },
  'approval-closed': {
    status: 409,
    sentence:
      'Đề nghị này đã được quyết định, đã rút hoặc đã quá hạn. Kết quả trước đó vẫn còn nguyên. Nếu vẫn cần, hãy gửi đề nghị mới.',
  },
  'approval-outdated': {
    status: 409,
    sentence:
      'Dữ liệu liên quan đã đổi sau khi đề nghị được gửi nên chưa làm gì. Không có gì bị thay đổi. Đề nghị ấy không duyệt hay dùng được nữa; nếu vẫn cần, người đề nghị hãy gửi lại.',
  },
  'evidence-missing': {
    status: 400,
    sentence:
      'Đề nghị đính chính phải nêu minh chứng (số, ngày và nơi lưu giấy tờ) nên chưa được gửi. Chưa có gì bị thay đổi. Hãy ghi minh chứng rồi gửi lại.',
  },
  'too-often': {
    status: 429,
    sentence:
      'Gửi quá nhiều lần trong thời gian ngắn nên tạm chưa nhận. Những gì đã nhận vẫn còn nguyên. Hãy gửi lại sau.',
  },
  'cross-site-request': {
    status: 403,
    sentence:
      'Yêu cầu đến từ một trang khác nên bị từ chối. Dữ liệu không bị thay đổi. Hãy mở trực tiếp trang học bạ số rồi làm lại.',
  },
  internal: {
    status: 500,
    sentence:
      'Máy chủ gặp lỗi nên việc này chưa xong. Những gì đã báo “Đã lưu” vẫn còn nguyên. Hãy thử lại; nếu vẫn lỗi, hãy báo quản trị kèm mã bên dưới.',
  },
};

/** Status and JSON body of a refusal. `reference` lets the operator find the line in the log. */
export function errorAnswer(
  refusal: Refusal,
  reference: string,
): { status: number; body: z.output<typeof ErrorAnswer> } {
  const { status, sentence } = ANSWERS[refusal.code];
  return {
    status,
    body: {
      error: refusal.code,
      message: sentence,
      reference,
      ...(refusal.details.length > 0 ? { details: [...refusal.details] } : {}),
    },
  };
}

/** SQLSTATE by which the database itself holds the locks of a school year (migration 0037). */
const YEAR_LOCKED = 'HB001';

/**
 * Any error as a refusal. What the framework refuses about the request's form becomes `invalid-input` or
 * `file-too-large`; what nobody foresaw becomes `internal`, whose text says nothing of its cause.
 */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if ((error as { code?: unknown }).code === YEAR_LOCKED) return new Refusal('year-locked');
  const { code, statusCode, validation, validationContext } = error as {
    code?: unknown;
    statusCode?: unknown;
    validation?: readonly { instancePath?: unknown; keyword?: unknown; params?: unknown }[];
    validationContext?: unknown;
  };
  if (Array.isArray(validation)) {
    const part = typeof validationContext === 'string' ? validationContext : 'body';
    return new Refusal(
      'invalid-input',
      validation.slice(0, 20).map((issue) => issueSentence(part, issue)),
    );
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
    return new Refusal('file-too-large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new Refusal('invalid-input', ['Yêu cầu phải gửi dữ liệu dạng application/json.']);
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Refusal('invalid-input');
  return new Refusal('internal');
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'nội dung',
  params: 'đường dẫn',
  querystring: 'tham số',
};

/** Names the field, never its value, which may be a pupil's. */
function issueSentence(
  part: string,
  issue: { instancePath?: unknown; keyword?: unknown; params?: unknown },
): string {
  const path =
    typeof issue.instancePath === 'string' && issue.instancePath !== '' ? issue.instancePath.slice(1) : '';
  const where = `Trong ${PARTS[part] ?? part}${path === '' ? '' : `, mục ${path}`}`;
  if (issue.keyword === 'unrecognized_keys') {
    const keys = (issue.params as { keys?: unknown } | undefined)?.keys;
    const names = Array.isArray(keys) ? keys.filter((key) => /^\w{1,40}$/.test(String(key))).join(', ') : '';
    return `${where}: có trường không được nhận${names === '' ? '' : ` (${names})`}.`;
  }
  return `${where}: giá trị không hợp lệ.`;
}
