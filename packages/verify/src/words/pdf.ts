/** One signature of a PDF that other software signed, in words. They stand apart: they come with what reads such a file. */
const vi = {
  of: (name: string) => `chữ ký của ${name}`,
  nobody: 'người không rõ',
  timestamp: 'dấu thời gian của tệp',
  whole: 'đúng, ký trên cả tệp',
  before: 'đúng, ký trên phần tệp có trước khi được thêm vào',
  broken: 'không đúng với nội dung tệp, hoặc tệp đã bị sửa',
  moved: 'còn lại từ một tệp khác, không nói gì về tệp này',
  weak: 'dùng thuật toán không còn được chấp nhận (như SHA-1)',
  unreadable: 'thuộc loại chưa xét được ở đây',
  provenAt: (time: string) => `có dấu thời gian của bên thứ ba lúc ${time}`,
  claimedAt: (time: string) => `người ký ghi lúc ${time}`,
  untimed: 'không ghi thời điểm ký',
  standing: {
    good: 'chứng thư dẫn về gốc tin cậy, còn hiệu lực và chưa bị thu hồi vào lúc ấy',
    'status-unknown': 'chứng thư dẫn về gốc tin cậy; chưa biết đã bị thu hồi hay chưa vào lúc ấy',
    revoked: 'chứng thư đã bị thu hồi trước lúc ấy',
    'revoked-unproven': 'chứng thư đã bị thu hồi; chưa chứng minh được là ký trước đó',
    training: 'chứng thư tập huấn, không có giá trị pháp lý',
    'algorithm-refused': 'thuật toán của chứng thư không còn được chấp nhận',
    ended: 'chứng thư không có hiệu lực vào thời điểm được chứng minh',
    unknown: 'chứng thư không dẫn về gốc tin cậy ở đây',
    'no-roots': 'chưa có chứng thư gốc để đối chiếu',
  },
};

const en: typeof vi = {
  of: (name) => `signature of ${name}`,
  nobody: 'somebody unknown',
  timestamp: 'timestamp of the file',
  whole: 'holds, over the whole file',
  before: 'holds, over what the file was before it was added to',
  broken: 'does not fit the file, or the file was changed',
  moved: 'is left over from another file, and says nothing of this one',
  weak: 'uses an algorithm that is no longer accepted (such as SHA-1)',
  unreadable: 'is of a kind that is not judged here',
  provenAt: (time) => `dated by a third party at ${time}`,
  claimedAt: (time) => `the signer says ${time}`,
  untimed: 'says no time',
  standing: {
    good: 'certificate leads to a trusted root, was in force and not revoked by then',
    'status-unknown': 'certificate leads to a trusted root; whether it was revoked by then is not known',
    revoked: 'certificate had been revoked before',
    'revoked-unproven': 'certificate has been revoked; that it signed before is not proven',
    training: 'training certificate, without legal value',
    'algorithm-refused': 'the certificate uses an algorithm that is no longer accepted',
    ended: 'certificate was not valid at the time that is proven',
    unknown: 'certificate leads to no root that is trusted here',
    'no-roots': 'no root certificates to hold it against',
  },
};

export const pdfWords = { vi, en };
