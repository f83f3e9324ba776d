/** The words of the page that checks records. It stands apart from `vi.ts`: who checks a record loads no staff pages. */
export const verify = {
  title: 'Kiểm tra học bạ',
  banner: 'Kiểm tra học bạ số',
  stays: 'Tệp không rời khỏi máy của anh/chị',
  skip: 'Sang nội dung chính',
  lead: 'Chọn tệp học bạ (.pdf hoặc .xml), hay tệp .zip của một em hoặc cả lớp. Tệp PDF đã mang sẵn bằng chứng phát hành; tệp XML cần đi cùng tệp bằng chứng (.tlog-proof).',
  fetching: 'Đang tải căn cứ tin cậy…',
  choose: 'Chọn tệp, hoặc thả tệp vào đây',
  checking: (done: number, of: number) =>
    of < 2 ? 'Đang kiểm tra…' : `Đang kiểm tra ${done} trong ${of} tệp…`,
  stop: 'Dừng',
  stopped:
    'Đã dừng giữa chừng nên chưa kết luận gì về tệp nào; các tệp vẫn nguyên trên máy. Hãy chọn lại, có thể chọn ít tệp hơn.',
  together: (count: number) => `${count} tệp đã chọn`,
  tooMany: (most: number) => `Nhiều hơn ${most} tệp nên chưa kiểm tra gì. Hãy chọn từng lớp.`,
  passedOver: (count: number) =>
    `Không xem ${count} tệp khác trong thư mục (không phải .xml, .pdf, .zip); kết luận ở dưới không nói gì về chúng.`,
  emptyFolder: 'Trong thư mục này không có tệp học bạ nào (.xml, .pdf, .zip).',
  chooseNote: 'Tệp được kiểm tra ngay trên máy này và không được gửi đi đâu.',
  noTrust:
    'Chưa tải được căn cứ tin cậy từ máy chủ. Vẫn phát hiện được tệp bị sửa, nhưng không thể kết luận là thật. Khi có mạng, hãy mở lại trang này.',
  outdated:
    'Căn cứ tin cậy mới của máy chủ có điều mà trang này chưa biết, nên không dùng căn cứ nào và chưa kết luận được là thật. Tệp không bị ảnh hưởng gì; hãy tải lại trang để có bản mới.',
  illMade:
    'Căn cứ tin cậy của máy chủ được ký đúng nhưng sai mẫu, nên không dùng căn cứ nào và chưa kết luận được là thật. Tệp không bị ảnh hưởng gì; hãy báo trường hoặc Sở, và thử lại sau.',
  clockOff: (days: number) =>
    `Đồng hồ của máy này lệch với máy chủ khoảng ${days} ngày, nên điều nói về thời hạn và tình trạng có thể sai. Hãy chỉnh lại ngày giờ của máy rồi tải lại trang.`,
  proofAlone: 'Đó mới là tệp bằng chứng phát hành. Hãy chọn cùng lúc tệp học bạ (.xml) có cùng tên.',
  unreadable: 'Không đọc được tệp nên chưa kiểm tra gì. Tệp có thể đã bị chuyển hay đổi tên; hãy chọn lại.',
  absent:
    'Một phần của trang chưa tải được nên việc này chưa làm xong; tệp vẫn nguyên trên máy. Khi có mạng, hãy tải lại trang rồi chọn lại.',
  reload: 'Tải lại trang',
  statusAsOf: (time: string) => `tình trạng tính đến ${time}`,
  checked: 'Đã kiểm tra những gì',
  states: {
    valid: 'Đúng',
    invalid: 'Sai',
    'not-checked': 'Chưa kiểm tra',
    error: 'Không kiểm tra được',
  },
  keep: {
    print: 'In hoặc lưu thành PDF',
    copy: 'Chép kết luận thành chữ',
    copied: 'Đã chép; có thể dán vào thư hay tin nhắn.',
    refused: 'Trình duyệt không cho chép. Hãy bôi đen kết luận rồi chép, hoặc in.',
    at: (time: string, page: string) => `Kiểm tra lúc ${time} tại ${page}`,
    digest: (hex: string) => `Mã băm SHA-256 của tệp: ${hex}`,
    log: (origin: string, index: number) =>
      `Nhật ký phát hành: ${origin}, mục ${index.toLocaleString('vi-VN')}`,
    noProof:
      'Bản in hay bản chép này không tự chứng minh điều gì: ai nhận được, hãy kiểm tra lại chính tệp hay bản in học bạ ở địa chỉ trên.',
  },
  print: {
    title: 'Chỉ có bản in?',
    note: 'Quét mã QR ở góc trang in, hoặc chọn ảnh chụp trang ấy. Ảnh được đọc ngay trên máy này, không lưu và không gửi đi đâu.',
    scan: 'Quét mã QR',
    photo: 'Chọn ảnh bản in',
    paste: 'Hoặc dán nội dung mã QR trên bản in',
    compare: 'Đối chiếu',
    reading: 'Đang đọc ảnh…',
  },
  facts: {
    born: (day: string) => `sinh ngày ${day}`,
    className: (name: string) => `lớp ${name}`,
    schoolYear: (year: string) => `năm học ${year.replace('-', '–')}`,
    result: 'Kết quả giáo dục:',
    subject: 'Môn học',
    level: 'Mức',
    mark: 'Điểm',
    details: 'Mức, điểm và người ký trong dữ liệu đã ký',
    roles: {
      subjectTeacher: 'Giáo viên môn học',
      homeroomTeacher: 'Giáo viên chủ nhiệm',
      principal: 'Hiệu trưởng',
      schoolSeal: 'Con dấu của trường',
    },
  },
};

export type VerifyWords = typeof verify;
