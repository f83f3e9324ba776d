/**
 * What a verdict says, in Vietnamese. Each fragment's codes are these keys and no others: a code without words does not
 * compile, and English has the same keys.
 */
export const vi = {
  language: 'vi' as 'vi' | 'en',
  verdicts: {
    genuine: 'Thật, còn hiệu lực',
    replaced: 'Thật, đã được thay thế',
    recalled: 'Thật, đã thu hồi',
    'not-genuine': 'Không thật',
    'to-be-confirmed': 'Cần xác nhận lại',
    'not-fully-checked': 'Chưa kiểm tra được đủ',
    training: 'Bản tập huấn, không có giá trị pháp lý',
  },
  next: {
    'not-genuine':
      'Chưa dùng bản này làm căn cứ: hãy giữ nguyên nó, mang đến văn thư của trường ghi trên học bạ cùng giấy tờ của học sinh để hỏi và xin lại bản đúng.',
    'to-be-confirmed':
      'Con dấu hoặc chứng thư đã ký bản này đang bị nghi ngờ: hãy mang nó cùng giấy tờ của học sinh đến văn thư của trường đã phát hành để được xác nhận lại.',
    recalled:
      'Bản này không dùng được nữa: hãy mang nó cùng giấy tờ của học sinh đến văn thư của trường đã phát hành để hỏi vì sao thu hồi và đã có bản mới chưa.',
    replaced:
      'Hãy dùng bản mới: xin ở văn thư của trường đã phát hành, mang theo bản này và giấy tờ của học sinh, rồi quét mã QR trên bản mới để biết nó còn hiệu lực.',
    'not-fully-checked':
      'Chưa thể kết luận thật hay giả: hãy xem dòng nào ở dưới chưa kiểm tra được, hoặc mang bản này cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
    'out-of-date':
      'Căn cứ trên máy này còn thiếu hoặc đã cũ: khi có mạng, hãy tải căn cứ mới (mở lại trang) rồi kiểm tra lại, vẫn chưa được thì mang bản này cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
    'no-proof':
      'Hãy chọn cùng lúc tệp bằng chứng cùng tên, hoặc dùng tệp PDF mà trường đã giao, không có thì mang bản này cùng giấy tờ của học sinh đến văn thư của trường đã phát hành để xin lại.',
    'never-issued':
      'Nếu trường có giao tệp bằng chứng cùng tên thì hãy chọn cùng lúc với tệp này, hoặc dùng tệp PDF mà trường đã giao, rồi kiểm tra lại: không có thì chưa dùng bản này làm căn cứ, và mang nó cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
    'other-proof':
      'Tệp bằng chứng đưa kèm là của học bạ khác: hãy chọn đúng tệp bằng chứng cùng tên, hoặc dùng tệp PDF mà trường đã giao, rồi kiểm tra lại, không có thì chưa dùng bản này làm căn cứ, và mang nó cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
    'proof-incomplete':
      'Hãy tải lại tệp bằng chứng rồi chọn cùng lúc với học bạ, hoặc dùng tệp PDF mà trường đã giao, không có thì mang bản này cùng giấy tờ của học sinh đến văn thư của trường đã phát hành để xin lại.',
    'changed-print':
      'Hãy xin trường tệp gốc (PDF, hoặc XML kèm bằng chứng) hay quét mã QR trên bản in, và đừng dựa vào trang mà tệp này hiện ra: dữ liệu đã ký bên trong vẫn nguyên, nêu ở dưới; không có tệp gốc thì mang bản này cùng giấy tờ của học sinh đến văn thư của trường đã phát hành để xin lại.',
    'unknown-school':
      'Danh sách tin cậy ở đây không có trường này, nên chưa nói được gì về nó: hãy kiểm tra ở trang của nơi phát hành (quét mã QR trên bản in, xem kĩ tên miền), hoặc mang bản này cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
    'unchecked-print':
      'Chưa so được ở đây trang mà tệp này hiện ra nên đừng dựa vào trang ấy: chỉ dữ liệu đã ký bên trong, nêu ở dưới, là thật và còn hiệu lực, cần chính trang in thì mang bản này cùng giấy tờ của học sinh đến văn thư của trường đã phát hành để xin tệp có chữ ký số của trường.',
    'broken-pdf':
      'Hãy xin tệp gốc ở nơi đã ký nó, hoặc quét mã QR nếu đây là bản in học bạ, và đừng dựa vào tệp này; không có thì mang nó cùng giấy tờ của học sinh đến văn thư của trường ghi trên học bạ để hỏi.',
  },
  isRecalled: 'bản này đã thu hồi',
  isReplaced: 'bản này đã được thay thế',
  neverIssued: 'chưa từng phát hành',
  otherProof: 'bằng chứng đi kèm là của học bạ khác',
  changedPrint: 'tệp PDF đã đổi từ khi phát hành',
  brokenPdf: 'chữ ký trên tệp PDF không khớp với nội dung tệp',
  otherSoftware: 'học bạ của phần mềm khác',
  otherPdf: 'tệp do phần mềm khác ký',
  addedAfter: 'có phần thêm vào sau khi ký',
  ended: {
    reasons: {
      'data-entry-error': 'ghi sai dữ liệu',
      'identity-change': 'thay đổi hộ tịch',
      'decision-changed': 'quyết định thay đổi',
      'issued-in-error': 'phát hành nhầm',
      other: 'lý do khác',
    },
    recalledBy: (reason: string, leaf: string, log: string | null) =>
      `Lý do thu hồi: ${reason}; ghi ở mục ${leaf} của nhật ký${log === null ? '' : ` ${log}`}`,
    replacedBy: (leaf: string, log: string | null) =>
      `Bản thay thế ghi ở mục ${leaf} của nhật ký${log === null ? '' : ` ${log}`}`,
  },
  trust: {
    asOf: (day: string) => `xét theo danh sách tin cậy ngày ${day}`,
    ended: (day: string) => `danh sách ấy đã quá hạn dùng từ ngày ${day}, cần tải danh sách mới`,
  },
  howMany: {
    archive: (count: number, of: number) => (count === of ? `cả ${count} tệp` : `${count} trong ${of} tệp`),
    book: (count: number, of: number) =>
      count === of ? `cả ${count} năm học` : `${count} trong ${of} năm học`,
  },
  names: {
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
    list: 'Danh sách khép năm học',
  },
  codes: {
    document: {
      intact: 'đúng mẫu, đúng từng trường',
      'not-canonical':
        'tệp không ở dạng chuẩn, đã bị sửa, bị hỏng, hoặc bị phần mềm khác lưu lại theo cách không nhận ra được; hãy xin lại tệp gốc',
      'changed-on-its-way':
        'dữ liệu vẫn đúng như đã ký, nhưng thư điện tử hay phần mềm nào đó đã lưu tệp lại theo cách viết khác (bảng mã, xuống dòng, thụt lề, phần thêm ở đầu hay cuối); hãy xin lại tệp gốc, tốt nhất trong tệp .zip, và đừng mở ra lưu lại',
      'not-a-record': 'không đọc được như một học bạ',
      'newer-kind':
        'tệp ghi một mẫu hoặc quy định mà phiên bản này chưa biết, nên chưa xét được ai đã ký và nội dung, chỉ biết tệp không đổi từ khi ký; khi có mạng, hãy tải lại trang (hay cập nhật phần mềm) rồi kiểm tra lại, hoặc quét mã QR trên bản in',
      'not-a-table': 'không đọc được như một bảng tổng hợp của lớp',
      inconsistent: 'dữ liệu mâu thuẫn với chính nó',
      'unknown-format': 'không phải tệp học bạ (.xml, .pdf, hay .zip chứa các tệp ấy)',
      empty: 'tệp trống, có lẽ tải chưa xong; hãy tải lại rồi chọn lại',
      incomplete:
        'tệp thiếu phần cuối, có lẽ tải chưa xong nên chưa kết luận được gì; hãy tải lại, hoặc xin trường gửi lại, rồi chọn lại',
      'web-page':
        'đây là một trang web được lưu lại (thường là trang báo lỗi hay trang đăng nhập), không phải tệp học bạ; hãy tải lại tệp',
      archive: 'gói nhiều tệp; từng tệp có kết luận riêng, ở đây là kết luận nặng nhất',
      book: 'sổ nhiều năm học; từng năm có kết luận riêng, ở đây là kết luận nặng nhất',
      'no-one-book': 'các học bạ trong tệp PDF không cùng một học sinh, hoặc một năm học có hai bản',
      'archive-damaged':
        'tệp nén bị hỏng hoặc không ở dạng .zip thông thường; hãy tải lại, hoặc giải nén rồi chọn các tệp bên trong',
      'archive-incomplete': 'tệp nén thiếu phần cuối, có lẽ tải chưa xong; hãy tải lại rồi chọn lại',
      'archive-misnamed':
        'tệp là gói nén .zip nhưng mang đuôi khác, nên mở ra có thể thấy thứ không có trong gói; hãy đổi đuôi thành .zip rồi chọn lại',
      'archive-zip64':
        'tệp nén ở dạng Zip64 (một số ổ đĩa trên mạng tạo ra), ở đây không mở được; hãy giải nén rồi chọn các tệp bên trong',
      'archive-method':
        'tệp nén dùng một cách nén mà ở đây không mở được; hãy giải nén rồi chọn các tệp bên trong',
      'archive-split':
        'đây là một khúc của tệp nén chia nhiều khúc; hãy lấy đủ các khúc, giải nén rồi chọn các tệp bên trong',
      'other-archive': 'tệp nén không phải .zip (như .rar, .7z, .gz); hãy giải nén rồi chọn tệp bên trong',
      'archive-encrypted': 'tệp nén có mật khẩu; hãy giải nén rồi chọn từng tệp',
      'archive-too-large':
        'tệp nén quá lớn, quá nhiều tệp, hoặc phình ra bất thường khi giải nén; hãy chia theo từng lớp rồi chọn lại',
      'archive-empty': 'tệp nén không có tệp nào',
      'archive-within': 'tệp nén nằm trong tệp nén không được mở; hãy giải nén rồi chọn lại',
      'archive-reader-absent':
        'phần đọc tệp nén chưa có trên máy này; hãy mở lại trang khi có mạng, hoặc giải nén rồi chọn từng tệp',
      'pdf-reader-absent': 'phần đọc tệp PDF chưa có trên máy này; hãy mở lại trang khi có mạng',
      'proof-alone': 'tệp bằng chứng không có tệp học bạ (.xml) cùng tên; hãy chọn cả hai cùng lúc',
      'list-without-record':
        'danh sách khép năm học này ghi một học bạ mà trong các tệp đưa kèm không có, hoặc có mà không đọc được; hãy xin nơi gửi đưa đủ các năm',
      'table-reader-absent':
        'phần đọc bảng tổng hợp của lớp chưa có trên máy này; hãy mở lại trang khi có mạng',
      'foreign-reader-absent':
        'phần đọc học bạ của phần mềm khác chưa có trên máy này; hãy mở lại trang khi có mạng',
      'too-large':
        'tệp quá lớn nên không đọc (hơn 10 MB, với .zip là 50 MB); học bạ nhỏ hơn nhiều, hãy chọn đúng tệp, hoặc chia gói .zip theo từng lớp',
      unreadable: 'không đọc được tệp',
      'folder-empty': 'trong thư mục không có tệp học bạ nào (.xml, .pdf, .zip)',
      'a-picture':
        'đây là ảnh; ảnh không mang chữ ký số, hãy quét hoặc chọn ảnh mã QR ở phần dành cho bản in',
      'no-record-inside':
        'tệp PDF ghi là bản in của học bạ số, nhưng học bạ XML bên trong đã bị gỡ, bị hỏng, hay bị phần mềm khác lưu lại ở dạng không đọc được ở đây; hãy dùng tệp gốc nhận từ trường, hoặc quét mã QR trên bản in',
      'pdf-without-data':
        'tệp PDF không mang học bạ đã ký (như bản quét, hay bản in lại ra PDF): không ai bảo đảm trang nó hiện ra; hãy dùng tệp gốc nhận từ trường, hoặc quét mã QR trên bản in',
      'pdf-copied':
        'tệp PDF là bản chép từ một tệp đã ký (in ra PDF, ghép hay lưu lại bằng phần mềm khác) nên chữ ký không còn theo nó: không ai bảo đảm trang nó hiện ra; hãy dùng tệp gốc nhận từ trường, hoặc quét mã QR trên bản in',
      'pdf-encrypted':
        'tệp PDF có mật khẩu hay bị khoá nên không đọc được học bạ bên trong; hãy dùng tệp gốc nhận từ trường, hoặc quét mã QR trên bản in',
      'pdf-not-read':
        'tệp PDF bị hỏng, hoặc ở dạng mà ở đây không đọc được; nếu là học bạ, hãy dùng tệp gốc nhận từ trường',
      'foreign-pdf': 'tệp PDF không mang học bạ XML; chỉ xét các chữ ký trên tệp, không xét nội dung trang',
      'foreign-pdf-unread':
        'tệp PDF bị khoá, bị hỏng hoặc ở dạng mà ở đây không đọc được; chỉ xét các chữ ký trên tệp, không xét nội dung trang',
      foreign:
        'học bạ do phần mềm khác viết; chỉ xét phần đã ký theo mẫu chung của Bộ, không xét từng trường',
      'foreign-dressed':
        'học bạ do phần mềm khác viết, ngoài phần đã ký còn ghi chú hoặc lệnh trình bày: trình duyệt mở tệp có thể hiện khác dữ liệu đã ký; chỉ xét phần đã ký theo mẫu chung của Bộ',
    },
    signatures: {
      'each-at-its-place': 'chữ ký nào cũng đúng, và ký đúng phần mà vai trò ấy phải ký',
      'signer-unnamed': 'chữ ký đúng, nhưng chứng thư hay học bạ không nêu số định danh của người ký',
      misplaced: 'có chữ ký đứng ngoài chỗ dành cho người ký',
      'all-valid': 'đủ người ký, chữ ký nào cũng đúng',
      incomplete: 'chưa đủ chữ ký để phát hành',
      'signature-invalid': 'có chữ ký không đúng với nội dung',
      'wrong-references': 'có chữ ký không ký đúng phần phải ký',
      'time-differs': 'ngày ký ghi trong học bạ khác thời điểm đã ký',
      'signer-differs': 'người ký không phải người ghi trong học bạ',
      'pdf-intact': 'chữ ký nào trên tệp cũng đúng, và chữ ký cuối phủ cả tệp',
      'pdf-added-after':
        'chữ ký đúng, nhưng sau chữ ký cuối tệp có phần thêm vào; trang hiện ra có thể khác bản đã ký',
      'weak-algorithm': 'có chữ ký dùng thuật toán không còn được chấp nhận',
      'pdf-unreadable': 'có chữ ký thuộc loại chưa xét được ở đây, hoặc quá nhiều chữ ký',
    },
    certificates: {
      'chain-valid': 'chứng thư dẫn về gốc tin cậy vào lúc ký',
      'no-roots': 'chưa có chứng thư gốc để đối chiếu',
      untrusted: 'chứng thư không dẫn về gốc tin cậy',
      'training-certificate': 'chứng thư tập huấn dùng cho học bạ thật',
      'unknown-authority': 'nơi cấp chứng thư không có trong danh sách tin cậy của máy này',
      'not-reached': 'chưa xét',
      'training-root-not-given': 'chứng thư tập huấn, chưa có gốc tập huấn để đối chiếu',
      'valid-when-signed': 'chứng thư có hiệu lực và chưa bị thu hồi vào lúc ký',
      'no-proven-time': 'chưa có thời điểm ký được chứng minh để xét chứng thư',
      'signer-not-trusted': 'chứng thư không dẫn về gốc tin cậy',
      'signature-invalid': 'có chữ ký không đúng với nội dung',
      'signer-revoked': 'chứng thư đã bị thu hồi trước khi ký',
      'signer-revoked-no-proof': 'chứng thư đã bị thu hồi; chưa chứng minh được là ký trước đó',
      'signer-status-unknown': 'chưa biết chứng thư đã bị thu hồi hay chưa vào lúc ký',
      'algorithm-refused': 'thuật toán của chứng thư không còn được chấp nhận',
    },
    time: {
      'no-timestamp': 'chữ ký chưa có dấu thời gian của bên thứ ba',
      'foreign-times':
        'có chữ ký mà thời điểm chỉ là lời của người ký, hoặc dấu thời gian kèm theo chưa đủ căn cứ để tin',
      proven: 'thời điểm ký có dấu thời gian của bên thứ ba',
      'proven-for-long': 'thời điểm ký có dấu thời gian của bên thứ ba, kèm dữ liệu để kiểm tra lâu dài',
      'proven-by-log':
        'nhật ký phát hành có dấu thời gian của bên thứ ba, sau khi bản này đã được ghi vào đó',
      'log-evidence-refused':
        'bằng chứng thời gian của nhật ký không phải của bản này, hoặc đã hỏng hay quá hạn',
      'clock-behind': 'đồng hồ của máy này chậm; hãy chỉnh lại ngày giờ rồi kiểm tra lại',
      'training-certificate': 'dấu thời gian của bộ tập huấn trên học bạ thật',
      'timestamp-invalid': 'dấu thời gian không đúng với chữ ký',
      'times-out-of-order': 'các dấu thời gian mâu thuẫn nhau',
      'unsigned-properties-malformed': 'phần kèm theo chữ ký không đúng mẫu',
      'spare-validation-data': 'chữ ký mang theo dữ liệu kiểm tra không dùng đến',
      'authority-not-trusted': 'bên cấp dấu thời gian không nằm trong danh sách tin cậy',
      'authority-expired': 'chứng thư của bên cấp dấu thời gian đã hết hạn mà chưa gia hạn dấu thời gian',
      'authority-revoked': 'chứng thư của bên cấp dấu thời gian đã bị thu hồi',
      'authority-status-unknown': 'chưa biết chứng thư của bên cấp dấu thời gian còn hiệu lực hay không',
    },
    issuance: {
      logged: 'có trong nhật ký phát hành',
      'never-issued':
        'trường này đã ghi mọi học bạ phát hành vào nhật ký, mà bản này không có bằng chứng: chưa từng phát hành',
      'no-proof': 'thiếu tệp bằng chứng phát hành',
      'proof-incomplete': 'tệp bằng chứng phát hành thiếu phần cuối, có lẽ tải chưa xong',
      'foreign-no-log': 'không có nhật ký phát hành nào mà máy này biết để đối chiếu',
      'not-reached': 'chưa xét',
      'no-log-key': 'chưa có khoá của nhật ký để đối chiếu',
      'not-in-log': 'bằng chứng không khớp nhật ký phát hành',
      'other-record': 'bằng chứng này của học bạ khác',
      'after-theft': 'chỉ khoá nhật ký đã lộ bảo đảm bằng chứng này, sau bản xác nhận cuối cùng được tin',
      'before-last-tree':
        'nhật ký đã dừng vì nghi lộ khoá; hãy lấy lại bằng chứng theo bản xác nhận cuối cùng được tin',
      'wrong-log': 'nhật ký không phải nơi ghi loại học bạ này',
      'list-before-log':
        'danh sách tin cậy có trước bản này và chưa ghi nhật ký này cho trường; nhật ký có thể mới được mở, cần tải danh sách mới hơn',
      'leaf-time-false': 'thời điểm ghi vào nhật ký trái với thời điểm ký, hoặc với lúc nhân chứng đã thấy',
      'clock-behind':
        'nhật ký ghi bản này vào một lúc mà đồng hồ của máy này chưa tới; hãy chỉnh lại ngày giờ rồi kiểm tra lại',
    },
    witness: {
      'none-required': 'chưa có nhân chứng',
      met: 'đủ nhân chứng xác nhận nhật ký',
      missing: 'chưa đủ nhân chứng xác nhận nhật ký',
      'not-reached': 'chưa xét',
    },
    status: {
      current: 'còn hiệu lực theo tệp tình trạng',
      recalled: 'đã thu hồi theo tệp tình trạng',
      replaced: 'đã được thay thế theo tệp tình trạng',
      'no-status-file': 'chưa có tệp tình trạng để biết đã thu hồi hay chưa',
      'status-of-other-log': 'tệp tình trạng là của nhật ký khác (năm học hay trường khác)',
      'newer-than-status-file': 'tệp tình trạng cũ hơn học bạ này',
      'status-too-old': 'tệp tình trạng đã quá cũ để biết còn hiệu lực hay không',
      'clock-behind': 'đồng hồ của máy này chậm hơn tệp tình trạng; hãy chỉnh lại ngày giờ rồi kiểm tra lại',
      'status-file-invalid': 'tệp tình trạng không đúng chữ ký',
      'status-contradicts':
        'tệp tình trạng cũ nói đã thu hồi hoặc thay thế, tệp mới lại nói còn hiệu lực; hãy hỏi nơi phát hành và báo cấp trên',
      'foreign-no-status': 'không biết đã thu hồi hay thay thế chưa; hãy hỏi nơi phát hành',
      'not-reached': 'chưa xét',
    },
    print: {
      'same-pages':
        'trang in đúng như in lại từ dữ liệu đã ký; địa chỉ trong mã QR không được ký, hãy xem nó dẫn tới đâu',
      'signed-by-school': 'trường đã ký số cả tệp PDF, và từ đó không có gì đổi',
      'signature-removed': 'trang bìa ghi trường đã ký số tệp này, nhưng chữ ký ấy đã bị gỡ',
      'signature-broken':
        'chữ ký số trên tệp PDF không đúng, hoặc tệp đã bị sửa hay thêm vào sau khi ký (phần mềm khác lưu lại cũng là sửa); hãy xin tệp gốc',
      'signed-by-other': 'tệp PDF được ký bằng con dấu không phải của trường này',
      'signer-unknown': 'tệp PDF có chữ ký số, nhưng ở đây chưa đủ căn cứ để biết là của trường',
      'signer-suspected': 'con dấu đã ký tệp PDF đang bị nghi ngờ vào thời điểm ấy',
      altered:
        'trang in khác với dữ liệu đã ký: tệp PDF đã bị sửa (phần mềm khác lưu lại cũng là sửa); hãy xin tệp gốc',
      'other-form-version': 'trang in theo mẫu phiên bản khác, chưa in lại được để so',
      'no-printer-here': 'ở đây chưa in lại được để so; hãy đọc dữ liệu trong tệp thay vì trang in',
      claim: 'mã QR mang đúng dữ liệu đã phát hành; hãy so chữ in với dữ liệu ấy',
      'claim-no-claim': 'mã QR không mang dữ liệu đã ký',
      'claim-other-code': 'không phải mã QR trên bản in học bạ',
      'claim-malformed': 'mã QR không đọc được như dữ liệu đã ký',
      'claim-newer-version': 'mã QR không thuộc mẫu nào mà phiên bản này biết',
      'claim-training-unknown': 'mã QR tự ghi là của bản tập huấn; chưa có khoá để đối chiếu gì thêm',
      'claim-no-certified-key': 'chưa có khoá được nhật ký xác nhận để đối chiếu mã QR',
      'claim-signature-invalid': 'chữ ký trong mã QR không đúng',
      'claim-key-of-other-school': 'khoá ký mã QR không phải của nơi phát hành',
      'claim-list-before-claim':
        'danh sách tin cậy có trước bản in này và chưa ghi nơi phát hành của nó; cần tải danh sách mới hơn',
      'claim-after-key-ended': 'ngày phát hành nằm ngoài thời hạn của khoá ký mã QR',
      'claim-leaf-differs': 'nhật ký không có bản phát hành mà mã QR nêu',
      'claim-outside-log': 'năm học hay ngày phát hành nằm ngoài nhật ký của khoá ký mã QR',
      book: 'trang in của sổ nhiều năm chưa in lại được để so; hãy đọc dữ liệu trong tệp',
      'not-a-print': 'không phải tệp in',
    },
    issuer: {
      'no-register': 'chưa có danh sách con dấu đã đăng ký để đối chiếu',
      'school-unknown': 'trường không có trong danh sách đã đăng ký',
      registered: 'con dấu đã được đăng ký của trường vào lúc phát hành',
      'seal-not-registered': 'con dấu chưa từng được đăng ký của trường này',
      'register-before-record':
        'danh sách tin cậy có trước bản này và chưa có con dấu này; con dấu có thể mới được đăng ký, cần tải danh sách mới hơn',
      'seal-not-registered-then': 'vào lúc phát hành, con dấu này không phải con dấu đã đăng ký của trường',
      'time-unknown': 'chưa biết thời điểm phát hành để đối chiếu con dấu',
      'register-too-old':
        'danh sách tin cậy đã quá hạn dùng nên chưa biết con dấu còn được tin hay không; cần tải danh sách mới',
      suspected: 'chứng thư đang bị nghi ngờ vào thời điểm ấy; cần trường và Sở xác nhận lại',
      'not-reached': 'chưa xét',
    },
    list: {
      'names-record': 'danh sách mà lớp đã ký khi khép năm học ghi đúng bản này',
      'names-other':
        'danh sách khép năm học không ghi bản này (bản này có sau khi khép, hoặc danh sách cũ hơn); hãy hỏi nơi phát hành',
      'not-in-log': 'danh sách khép năm học đưa kèm không khớp nhật ký phát hành',
      'not-reached': 'danh sách khép năm học chưa đối chiếu được',
    },
    table: {
      agrees: 'giáo viên môn học đã ký đúng các mức và điểm này trong bảng',
      'none-named': 'học bạ không nêu bảng nào, nên không có chữ ký của giáo viên môn học để đối chiếu',
      'not-given':
        'giáo viên môn học ký ở bảng này; hãy kiểm tra cùng tệp bảng tổng hợp của lớp để đối chiếu',
      'reader-absent':
        'phần đọc bảng tổng hợp chưa có trên máy này nên chưa đối chiếu; hãy mở lại trang khi có mạng',
      'other-contents': 'bảng đưa kèm không phải bảng mà học bạ đã ký',
      'row-differs': 'bảng ghi khác học bạ',
      'not-genuine': 'bảng đưa kèm không thật',
      recalled: 'bảng đã thu hồi',
      'not-fully-checked': 'bảng khớp học bạ nhưng bản thân bảng chưa kiểm tra được đủ',
    },
  },
};

export type VerdictWords = typeof vi;
