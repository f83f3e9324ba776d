export const lodging = {
  title: 'Nhật ký các trường gửi lên',
  lead: 'Trường có nhật ký riêng gửi bản xác nhận vào nhật ký chung ở đây. Từ đó trường không thể đưa ra một lịch sử khác mà không bị thấy.',
  none: 'Chưa có nhật ký trường nào. Người vận hành ghi khoá của từng nhật ký vào tệp school-logs.',
  counts: (logs: number, silent: number, days: number) =>
    silent === 0
      ? `${logs} nhật ký, không trường nào im quá ${days} ngày.`
      : `${logs} nhật ký, ${silent} trường chưa gửi hoặc im quá ${days} ngày: hãy hỏi xem máy chủ của trường có chạy và có mạng không.`,
  columns: { school: 'Trường', year: 'Năm học', leaves: 'Đã giữ', last: 'Lần gửi cuối', state: 'Tình trạng' },
  school: (code: string, name: string | null) => (name === null ? `Mã trường ${code}` : `${name} (${code})`),
  leaves: (count: number) => `${count} lần ghi`,
  last: (time: string, days: number) => (days < 1 ? time : `${time}, ${days} ngày trước`),
  states: {
    forked: 'Hai lịch sử',
    silent: 'Im quá lâu',
    never: 'Chưa gửi lần nào',
    fine: 'Đều đặn',
    older: 'Đã có nhật ký sau',
    removed: 'Khoá đã bỏ',
  },
  /** Of the school's own log, wherever its office works. */
  own: {
    title: (years: string) => `Nhật ký năm học ${years} có hai lịch sử`,
    text: 'Nơi khác (cấp trên, nhân chứng, hoặc trường gửi lên đây) giữ một bản của nhật ký này mà ở đây không có, ký bằng chính khoá của nhật ký. Những gì đang có ở đây vẫn còn nguyên, nhưng nhật ký tạm dừng ghi nên chưa phát hành thêm được.',
    todo: [
      'Ngừng ký và đóng dấu. Gọi người vận hành và nơi giữ bản ấy theo số điện thoại đã biết từ trước.',
      'Người vận hành chạy hocba audit và giữ nguyên thư mục lodged: đó là bằng chứng.',
      'Máy chủ trước đây còn chạy ở máy khác: tắt máy này và dùng máy kia. Điểm đã gõ ở đây phải gõ lại ở đó.',
      'Vừa khôi phục bản sao lưu cũ: đưa bản mới hơn trở lại, nhật ký sẽ tự ghi tiếp.',
      'Không còn bản sao lưu mới hơn: người vận hành lấy các lá còn thiếu từ bản sao hocba mirror, bằng hocba log catch-up.',
      'Không ai khôi phục gì, hoặc không còn bản sao nào: coi như khoá đã lộ, chạy hocba log stolen.',
    ],
    link: 'Xem căn cứ kiểm tra',
  },
  /** Of the school's own log that writes no more: what happened, is the work safe, what to do. */
  stopped: {
    title: (years: string) => `Nhật ký năm học ${years} tạm dừng ghi`,
    text: 'Những gì đã lưu, đã ký vẫn còn nguyên. Học bạ đóng dấu lúc này chờ ở máy chủ và tự vào nhật ký khi ghi tiếp được; đến lúc đó mới giao được tệp bằng chứng.',
    why: {
      'witness-policy':
        'Tệp witness-policy viết sai. Người vận hành sửa theo mục “Nhân chứng” của hướng dẫn quản trị; máy chủ tự ghi tiếp.',
      'known-checkpoints':
        'known-checkpoints phải là thư mục chỉ có bản xác nhận. Người vận hành bỏ tệp khác ra; máy chủ tự ghi tiếp.',
      clock:
        'Lần ghi trước mang giờ về sau: đồng hồ của máy từng chạy nhanh. Người vận hành làm theo mục “Đồng hồ của máy từng chạy nhanh” của hướng dẫn quản trị.',
      restored:
        'Kho vừa được đưa bản sao lưu trở lại, chưa bên nào xác nhận. Người vận hành làm theo mục “Đưa bản sao lưu trở lại” của hướng dẫn quản trị.',
      'other-history':
        'Bên khác đã thấy một bản mới hơn hoặc khác. Người vận hành làm theo mục “Khi có hai lịch sử” của hướng dẫn quản trị.',
      key: 'Tệp khoá của nhật ký thiếu hoặc hỏng. Người vận hành đưa tệp đúng trong bản sao lưu trở lại thư mục keys.',
      files:
        'Tệp của nhật ký không như đã ký. Người vận hành giữ nguyên kho, chạy hocba audit, rồi đưa bản sao lưu đúng trở lại.',
      disk: 'Máy chủ không ghi được vào thư mục dữ liệu: đĩa đầy, hay thiếu quyền ghi. Người vận hành dọn đĩa hoặc sửa quyền.',
      other: 'Máy chủ đang tự thử lại. Sau vài phút vẫn còn dòng này thì người vận hành xem cửa sổ máy chủ.',
    },
  },
  /** Of another school's log, for who runs the shared one. */
  others: {
    title: 'Một trường gửi lên hai lịch sử dưới cùng một khoá',
    text: 'Bản đến sau không được nhận, bản đang giữ vẫn còn nguyên, bằng chứng đã được giữ.',
    line: (code: string, year: string) => `Mã trường ${code}, năm học ${year.replace('-', '–')}`,
    link: 'Xem bằng chứng và việc phải làm',
  },
  forks: 'Bằng chứng hai lịch sử',
  fork: (held: number, shown: number, time: string) =>
    shown === held
      ? `Hai bản khác nhau cùng ${held} lần ghi; giữ từ ${time}`
      : `Đã giữ bản ${held} lần ghi; bản ${shown} lần ghi đưa ra sau không nối tiếp bản ấy; giữ từ ${time}`,
  files: { held: 'Bản đang giữ', shown: 'Bản đưa ra sau', proof: 'Bằng chứng không nối tiếp' },
  todoTitle: 'Việc phải làm',
  todo: [
    'Gọi ngay hiệu trưởng và người vận hành của trường theo số điện thoại đã biết từ trước, không qua mạng của trường.',
    'Trường ngừng đóng dấu, chạy hocba audit, rồi cho biết có vừa khôi phục bản sao lưu cũ hay không.',
    'Trường tìm lại được bản mới hơn: nhật ký của trường tự ghi tiếp. Ở đây người vận hành chuyển bằng chứng từ thư mục forked vào hồ sơ vụ việc.',
    'Không tìm lại được, hoặc có người khác giữ khoá: trường chạy hocba log stolen. Ở đây ghi khoá mới vào school-logs, bỏ dòng khoá cũ, rồi sửa danh sách tin cậy.',
  ],
  until: 'Báo động này tự hết khi việc 3 hoặc việc 4 đã xong; không có nút nào tắt được.',
};
