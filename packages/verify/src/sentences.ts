import type { Fragment, FragmentName, Verdict } from './verdict.ts';

/** The one sentence of each verdict (docs: verdicts). */
const VERDICT: Readonly<Record<Verdict, string>> = {
  genuine: 'Thật, còn hiệu lực',
  replaced: 'Thật, đã được thay thế',
  recalled: 'Thật, đã thu hồi',
  'not-genuine': 'Không thật',
  'to-be-confirmed': 'Cần xác nhận lại',
  'not-fully-checked': 'Chưa kiểm tra được đủ',
  training: 'Bản tập huấn, không có giá trị pháp lý',
};

/** The verdict's sentence, with what a reader must know beside it: that it was recalled or replaced, and why it is not genuine. */
export function sentenceOf(verdict: Verdict, fragments: readonly Fragment[]): string {
  const status = fragments.find((fragment) => fragment.name === 'status')?.code;
  // Whatever else could not be checked: that it is no longer in force is signed, and must not be kept back.
  if (verdict === 'training' || verdict === 'not-fully-checked' || verdict === 'to-be-confirmed') {
    if (status === 'recalled') return `${VERDICT[verdict]}; bản này đã thu hồi`;
    if (status === 'replaced') return `${VERDICT[verdict]}; bản này đã được thay thế`;
  }
  if (verdict === 'not-genuine') {
    const wrong = fragments.find((fragment) => fragment.state === 'invalid');
    if (wrong?.name === 'issuance') return `${VERDICT['not-genuine']} (chưa từng phát hành)`;
  }
  if (verdict === 'not-fully-checked' && isForeign(fragments))
    return `${VERDICT[verdict]} (học bạ của phần mềm khác)`;
  return VERDICT[verdict];
}

function isForeign(fragments: readonly Fragment[]): boolean {
  return fragments.some(({ name, code }) => name === 'document' && code === 'foreign');
}

const NAME: Readonly<Record<FragmentName, string>> = {
  document: 'Nội dung',
  signatures: 'Chữ ký',
  certificates: 'Chứng thư',
  time: 'Thời điểm ký',
  issuance: 'Phát hành',
  witness: 'Nhân chứng',
  status: 'Tình trạng',
  print: 'Trang in',
  issuer: 'Nơi phát hành',
  table: 'Bảng tổng hợp của lớp',
};

const CODE: Readonly<Record<string, string>> = {
  'document:intact': 'đúng mẫu, đúng từng trường',
  'document:not-canonical': 'tệp không ở dạng chuẩn, đã bị sửa hoặc hỏng',
  'document:not-a-record': 'không đọc được như một học bạ',
  'document:not-a-table': 'không đọc được như một bảng tổng hợp của lớp',
  'document:inconsistent': 'dữ liệu mâu thuẫn với chính nó',
  'document:unknown-format': 'không phải tệp XML hay PDF của học bạ',
  'document:archive': 'gói nhiều tệp; từng tệp có kết luận riêng, ở đây là kết luận nặng nhất',
  'document:book': 'sổ nhiều năm học; từng năm có kết luận riêng, ở đây là kết luận nặng nhất',
  'document:no-one-book': 'các học bạ trong tệp PDF không cùng một học sinh, hoặc một năm học có hai bản',
  'document:archive-damaged': 'tệp nén bị hỏng hoặc không ở dạng .zip thông thường',
  'document:archive-encrypted': 'tệp nén có mật khẩu; hãy giải nén rồi chọn từng tệp',
  'document:archive-too-large': 'tệp nén quá lớn, quá nhiều tệp, hoặc phình ra bất thường khi giải nén',
  'document:archive-empty': 'tệp nén không có tệp nào',
  'document:archive-within': 'tệp nén nằm trong tệp nén không được mở; hãy giải nén rồi chọn lại',
  'document:archive-reader-absent':
    'phần đọc tệp nén chưa có trên máy này; hãy mở lại trang khi có mạng, hoặc giải nén rồi chọn từng tệp',
  'document:pdf-reader-absent': 'phần đọc tệp PDF chưa có trên máy này; hãy mở lại trang khi có mạng',
  'document:proof-alone': 'tệp bằng chứng không có tệp học bạ (.xml) cùng tên',
  'document:foreign-reader-absent':
    'phần đọc học bạ của phần mềm khác chưa có trên máy này; hãy mở lại trang khi có mạng',
  'document:too-large': 'tệp quá lớn',
  'document:no-record-inside': 'tệp PDF không mang học bạ XML bên trong',
  'document:foreign':
    'học bạ do phần mềm khác viết; chỉ xét phần đã ký theo mẫu chung của Bộ, không xét từng trường',
  'signatures:each-at-its-place': 'chữ ký nào cũng đúng, và ký đúng phần mà vai trò ấy phải ký',
  'signatures:signer-unnamed': 'chữ ký đúng, nhưng chứng thư hay học bạ không nêu số định danh của người ký',
  'signatures:misplaced': 'có chữ ký đứng ngoài chỗ dành cho người ký',
  'signatures:all-valid': 'đủ người ký, chữ ký nào cũng đúng',
  'signatures:incomplete': 'chưa đủ chữ ký để phát hành',
  'signatures:signature-invalid': 'có chữ ký không đúng với nội dung',
  'signatures:wrong-references': 'có chữ ký không ký đúng phần phải ký',
  'signatures:time-differs': 'ngày ký ghi trong học bạ khác thời điểm đã ký',
  'signatures:signer-differs': 'người ký không phải người ghi trong học bạ',
  'certificates:chain-valid': 'chứng thư dẫn về gốc tin cậy vào lúc ký',
  'certificates:no-roots': 'chưa có chứng thư gốc để đối chiếu',
  'certificates:untrusted': 'chứng thư không dẫn về gốc tin cậy',
  'certificates:training-certificate': 'chứng thư tập huấn dùng cho học bạ thật',
  'certificates:unknown-authority': 'nơi cấp chứng thư không có trong danh sách tin cậy của máy này',
  'certificates:not-reached': 'chưa xét',
  'certificates:training-root-not-given': 'chứng thư tập huấn, chưa có gốc tập huấn để đối chiếu',
  'certificates:valid-when-signed': 'chứng thư có hiệu lực và chưa bị thu hồi vào lúc ký',
  'certificates:no-proven-time': 'chưa có thời điểm ký được chứng minh để xét chứng thư',
  'certificates:signer-not-trusted': 'chứng thư không dẫn về gốc tin cậy',
  'certificates:signer-revoked': 'chứng thư đã bị thu hồi trước khi ký',
  'certificates:signer-revoked-no-proof': 'chứng thư đã bị thu hồi; chưa chứng minh được là ký trước đó',
  'certificates:signer-status-unknown': 'chưa biết chứng thư đã bị thu hồi hay chưa vào lúc ký',
  'certificates:algorithm-refused': 'thuật toán của chứng thư không còn được chấp nhận',
  'time:no-timestamp': 'chữ ký chưa có dấu thời gian của bên thứ ba',
  'time:foreign-times': 'thời điểm ký là lời của người ký; dấu thời gian của phần mềm khác chưa được xét',
  'time:proven': 'thời điểm ký có dấu thời gian của bên thứ ba',
  'time:proven-for-long': 'thời điểm ký có dấu thời gian của bên thứ ba, kèm dữ liệu để kiểm tra lâu dài',
  'time:clock-behind': 'đồng hồ của máy này chậm; hãy chỉnh lại ngày giờ rồi kiểm tra lại',
  'time:training-certificate': 'dấu thời gian của bộ tập huấn trên học bạ thật',
  'time:timestamp-invalid': 'dấu thời gian không đúng với chữ ký',
  'time:times-out-of-order': 'các dấu thời gian mâu thuẫn nhau',
  'time:unsigned-properties-malformed': 'phần kèm theo chữ ký không đúng mẫu',
  'time:spare-validation-data': 'chữ ký mang theo dữ liệu kiểm tra không dùng đến',
  'time:authority-not-trusted': 'bên cấp dấu thời gian không nằm trong danh sách tin cậy',
  'time:authority-expired': 'chứng thư của bên cấp dấu thời gian đã hết hạn mà chưa gia hạn dấu thời gian',
  'time:authority-revoked': 'chứng thư của bên cấp dấu thời gian đã bị thu hồi',
  'time:authority-status-unknown': 'chưa biết chứng thư của bên cấp dấu thời gian còn hiệu lực hay không',
  'issuance:logged': 'có trong nhật ký phát hành',
  'issuance:never-issued':
    'trường này đã ghi mọi học bạ phát hành vào nhật ký, mà bản này không có bằng chứng: chưa từng phát hành',
  'issuance:no-proof': 'thiếu tệp bằng chứng phát hành',
  'issuance:foreign-no-log': 'không có nhật ký phát hành nào mà máy này biết để đối chiếu',
  'issuance:not-reached': 'chưa xét',
  'issuance:no-log-key': 'chưa có khoá của nhật ký để đối chiếu',
  'issuance:not-in-log': 'bằng chứng không khớp nhật ký phát hành',
  'issuance:other-record': 'bằng chứng này của học bạ khác',
  'issuance:after-theft':
    'chỉ khoá nhật ký đã lộ bảo đảm bằng chứng này, sau bản xác nhận cuối cùng được tin',
  'issuance:before-last-tree':
    'nhật ký đã dừng vì nghi lộ khoá; hãy lấy lại bằng chứng theo bản xác nhận cuối cùng được tin',
  'issuance:wrong-log': 'nhật ký không phải nơi ghi loại học bạ này',
  'witness:none-required': 'chưa có nhân chứng',
  'witness:met': 'đủ nhân chứng xác nhận nhật ký',
  'witness:missing': 'chưa đủ nhân chứng xác nhận nhật ký',
  'witness:not-reached': 'chưa xét',
  'status:current': 'còn hiệu lực theo tệp tình trạng',
  'status:recalled': 'đã thu hồi theo tệp tình trạng',
  'status:replaced': 'đã được thay thế theo tệp tình trạng',
  'status:no-status-file': 'chưa có tệp tình trạng để biết đã thu hồi hay chưa',
  'status:status-of-other-log': 'tệp tình trạng là của nhật ký khác (năm học hay trường khác)',
  'status:newer-than-status-file': 'tệp tình trạng cũ hơn học bạ này',
  'status:status-too-old': 'tệp tình trạng đã quá cũ để biết còn hiệu lực hay không',
  'status:clock-behind':
    'đồng hồ của máy này chậm hơn tệp tình trạng; hãy chỉnh lại ngày giờ rồi kiểm tra lại',
  'status:status-file-invalid': 'tệp tình trạng không đúng chữ ký',
  'status:foreign-no-status': 'không biết đã thu hồi hay thay thế chưa; hãy hỏi nơi phát hành',
  'status:not-reached': 'chưa xét',
  'print:same-pages':
    'trang in đúng như in lại từ dữ liệu đã ký; địa chỉ trong mã QR không được ký, hãy xem nó dẫn tới đâu',
  'print:signed-by-school': 'trường đã ký số cả tệp PDF, và từ đó không có gì đổi',
  'print:signature-removed': 'trang bìa ghi trường đã ký số tệp này, nhưng chữ ký ấy đã bị gỡ',
  'print:signature-broken': 'chữ ký số trên tệp PDF không đúng, hoặc tệp đã bị sửa hay thêm vào sau khi ký',
  'print:signed-by-other': 'tệp PDF được ký bằng con dấu không phải của trường này',
  'print:signer-unknown': 'tệp PDF có chữ ký số, nhưng ở đây chưa đủ căn cứ để biết là của trường',
  'print:signer-suspected': 'con dấu đã ký tệp PDF đang bị nghi ngờ vào thời điểm ấy',
  'print:altered': 'trang in khác với dữ liệu đã ký: tệp PDF đã bị sửa',
  'print:other-form-version': 'trang in theo mẫu phiên bản khác, chưa in lại được để so',
  'print:no-printer-here': 'ở đây chưa in lại được để so; hãy đọc dữ liệu trong tệp thay vì trang in',
  'print:claim': 'mã QR mang đúng dữ liệu đã phát hành; hãy so chữ in với dữ liệu ấy',
  'print:claim-no-claim': 'mã QR không mang dữ liệu đã ký',
  'print:claim-malformed': 'mã QR không đọc được như dữ liệu đã ký',
  'print:claim-no-certified-key': 'chưa có khoá được nhật ký xác nhận để đối chiếu mã QR',
  'print:claim-signature-invalid': 'chữ ký trong mã QR không đúng',
  'print:claim-key-of-other-school': 'khoá ký mã QR không phải của nơi phát hành',
  'print:claim-after-key-ended': 'ngày phát hành nằm ngoài thời hạn của khoá ký mã QR',
  'print:book': 'trang in của sổ nhiều năm chưa in lại được để so; hãy đọc dữ liệu trong tệp',
  'print:not-a-print': 'không phải tệp in',
  'issuer:no-register': 'chưa có danh sách con dấu đã đăng ký để đối chiếu',
  'issuer:school-unknown': 'trường không có trong danh sách đã đăng ký',
  'issuer:registered': 'con dấu đã được đăng ký của trường vào lúc phát hành',
  'issuer:seal-not-registered': 'con dấu chưa từng được đăng ký của trường này',
  'issuer:seal-not-registered-then':
    'vào lúc phát hành, con dấu này không phải con dấu đã đăng ký của trường',
  'issuer:time-unknown': 'chưa biết thời điểm phát hành để đối chiếu con dấu',
  'issuer:suspected': 'chứng thư đang bị nghi ngờ vào thời điểm ấy; cần trường và Sở xác nhận lại',
  'issuer:not-reached': 'chưa xét',
  'table:agrees': 'giáo viên môn học đã ký đúng các mức và điểm này trong bảng',
  'table:none-named': 'học bạ không nêu bảng nào, nên không có chữ ký của giáo viên môn học để đối chiếu',
  'table:not-given':
    'giáo viên môn học ký ở bảng này; hãy kiểm tra cùng tệp bảng tổng hợp của lớp để đối chiếu',
  'table:other-contents': 'bảng đưa kèm không phải bảng mà học bạ đã ký',
  'table:row-differs': 'bảng ghi khác học bạ',
  'table:not-genuine': 'bảng đưa kèm không thật',
  'table:recalled': 'bảng đã thu hồi',
  'table:not-fully-checked': 'bảng khớp học bạ nhưng bản thân bảng chưa kiểm tra được đủ',
};

/** A fragment in words, such as `Chữ ký: đủ người ký, chữ ký nào cũng đúng`. */
export function fragmentSentence(fragment: Fragment): string {
  return `${NAME[fragment.name]}: ${CODE[`${fragment.name}:${fragment.code}`] ?? fragment.code}`;
}
