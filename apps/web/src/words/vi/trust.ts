export const trust = {
  title: 'Căn cứ kiểm tra',
  lead: 'Ai kiểm tra học bạ của trường cũng dựa vào những điều ghi ở trang này.',
  unreadable:
    'Chưa đọc được căn cứ kiểm tra: một tệp của nhật ký, khoá hay danh sách nhân chứng ở máy chủ không đúng. Học bạ đã phát hành vẫn còn nguyên. Hãy báo người vận hành.',
  none: 'Trường chưa phát hành học bạ nào, nên chưa có gì để kiểm tra.',
  from: {
    above: (name: string, time: string) => `Danh sách do cấp trên ký (${name}), tính đến ${time}.`,
    training: (time: string) =>
      `Danh sách tập huấn do phần mềm tự ký, tính đến ${time}. Học bạ tập huấn không có giá trị pháp lý.`,
    own: (time: string) =>
      `Danh sách do phần mềm này tự ký, tính đến ${time}. Chưa có danh sách của cấp trên.`,
  },
  due: 'Việc cần làm',
  nothingDue: 'Không có việc gì phải làm lúc này.',
  what: {
    'no-key':
      'Có tệp danh sách mới, nhưng chưa có khoá để kiểm tra. Người vận hành cần xin Sở khoá và đặt vào hocba-trust.vkey.',
    'wrong-signature':
      'Tệp danh sách mới không đúng chữ ký nên không được dùng. Người vận hành cần lấy lại tệp từ Sở.',
    'not-a-bundle': 'Tệp danh sách mới bị hỏng nên không được dùng. Người vận hành cần lấy lại tệp từ Sở.',
    'not-understood':
      'Danh sách mới do Sở ký đúng, nhưng phiên bản phần mềm này chưa đọc được nên chưa dùng; danh sách cũ vẫn được dùng. Người vận hành cần cập nhật phần mềm.',
    older:
      'Tệp danh sách mới lại cũ hơn danh sách đang dùng nên không được dùng. Người vận hành cần lấy bản mới nhất từ Sở.',
    'from-the-future':
      'Tệp danh sách mới ghi ngày sau hôm nay nên chưa được dùng. Hãy kiểm tra ngày giờ của máy chủ.',
    'not-from-above':
      'Chưa có danh sách của cấp trên, nên chưa ai kết luận được học bạ của trường là thật. Hãy đề nghị Sở gửi danh sách.',
    'school-unknown': 'Danh sách của cấp trên không có trường này. Hãy đề nghị Sở bổ sung.',
    'seal-unregistered':
      'Con dấu số đang dùng chưa được đăng ký trong danh sách, nên học bạ đóng bằng con dấu ấy sẽ bị coi là không thật. Hãy dừng đóng dấu và đề nghị Sở đăng ký.',
    'list-out-of-date': (day: string) =>
      `Danh sách của cấp trên chỉ dùng được đến ${day}, nên không ai kết luận được học bạ là thật theo danh sách ấy nữa. Hãy đề nghị Sở gửi danh sách mới.`,
    'seal-ends': (day: string) =>
      `Chứng thư con dấu của trường hết hạn ngày ${day}. Hãy xin chứng thư mới và đăng ký với Sở trước ngày ấy.`,
    'evidence-late': (day: string) =>
      `Bằng chứng thời gian của nhật ký chưa gia hạn được, và chỉ có giá trị đến ${day}. Hãy báo người vận hành xem kết nối với nơi cấp dấu thời gian.`,
    'root-ends': (name: string, day: string) =>
      `Chứng thư gốc “${name}” hết hạn ngày ${day}. Hãy hỏi Sở danh sách mới.`,
    'authority-ends': (name: string, day: string) =>
      `Chứng thư của nơi cấp dấu thời gian ${name} hết hạn ngày ${day}, nên không mua dấu lâu dài ở đó nữa. Người vận hành cần chọn nơi khác.`,
    'log-stopped': (name: string) =>
      `Nhật ký năm học ${name} đã dừng vì nghi lộ khoá. Học bạ cần lấy lại bằng chứng từ trang Đã phát hành.`,
    'lodging-stuck': (name: string) =>
      `Bản xác nhận của nhật ký năm học ${name} chưa gửi lên cấp trên được. Vẫn phát hành được, không mất gì. Người vận hành cần xem lý do ở dưới và hỏi cấp trên.`,
    'witness-missing': (name: string) =>
      `Nhật ký năm học ${name} chưa đủ nhân chứng xác nhận. Vẫn phát hành được, không mất gì, nhưng ai kiểm tra sẽ thấy ghi là chưa đủ nhân chứng. Người vận hành cần xem nhân chứng nào không trả lời.`,
    'witness-silent': (witnesses: string, name: string) =>
      `Nhân chứng ${witnesses} chưa xác nhận bản mới nhất của nhật ký năm học ${name}; những nhân chứng khác vẫn đủ, không mất gì. Vài ngày sau vẫn còn báo thì người vận hành cần hỏi người giữ nhân chứng ấy.`,
    'log-undated': (name: string, day: string) =>
      `Nhật ký năm học ${name} chưa có dấu thời gian của bên thứ ba cho những gì ghi từ ngày ${day}. Vẫn phát hành được, không mất gì. Người vận hành cần xem kết nối với nơi cấp dấu thời gian.`,
    suspected: (name: string) =>
      `Một chứng thư của trường đang bị nghi ngờ (${name}). Hãy làm việc với Sở để xác nhận lại học bạ đã ký.`,
  },
  seals: 'Con dấu của trường',
  sealsUnknown: 'Danh sách không có trường này.',
  noSeals: 'Chưa đăng ký con dấu nào.',
  seal: { from: 'Đăng ký từ', until: 'Đến', ours: 'Là con dấu đang dùng ở đây', ends: 'Chứng thư hết hạn' },
  yes: 'Đúng',
  no: 'Không, của nơi khác hoặc đã thay',
  now: 'nay',
  successor: (code: string) => `Trường có mã ${code} giữ tiếp học bạ của trường này.`,
  logs: 'Nhật ký phát hành',
  noLogs: 'Chưa có nhật ký nào.',
  elsewhere: 'Nhật ký này do nơi khác giữ.',
  log: {
    from: (day: string) => `Dùng từ ${day}`,
    leaves: (count: number) => `${count} lần ghi`,
    status: (time: string) => `Tình trạng thu hồi, thay thế tính đến ${time}`,
    statusDays: (days: number) => `bản mang đi nơi khác dùng được ${days} ngày`,
    dated: (time: string, day: string) => `Bằng chứng thời gian ngày ${time}, có giá trị đến ${day}`,
    notDated: 'Chưa có bằng chứng thời gian của bên thứ ba',
    witness: {
      met: 'Đủ nhân chứng xác nhận',
      missing: 'Chưa đủ nhân chứng xác nhận',
      'none-required': 'Chưa dùng nhân chứng',
    },
    life: {
      ending: 'Đã có lệnh khép, máy chủ khép trong ít phút',
      closed: 'Đã khép, không nhận thêm; việc về sau ghi vào nhật ký năm mới',
      stolen: 'Đã dừng vì nghi lộ khoá',
    },
    closedByHand: 'Chưa đặt ngày tự khép; người vận hành khép bằng lệnh',
    closes: (day: string) => `Tự khép từ ngày ${day}.`,
    keptOpenBy: 'Đến ngày ấy vẫn để mở nếu còn:',
    keptOpen: {
      unlockedYears: 'năm học chưa khoá sổ bổ sung',
      unfinishedRecords: (count: number) => `${count} học bạ đã chốt mà chưa phát hành`,
      unclosedClasses: (count: number) => `${count} lớp đã phát hành mà chưa khép năm học của lớp`,
      noLaterLog: 'năm học sau chưa mở, nên thu hồi về sau chưa có chỗ ghi',
    },
    lodged: (above: number, here: number) => `Cấp trên giữ đến ${above} trong ${here} lần ghi`,
    notLodged: 'Chưa có biên nhận nào của cấp trên',
    lodging: {
      malformed: 'lần gửi vừa rồi cấp trên không đọc được',
      'unknown-log': 'cấp trên chưa ghi khoá của nhật ký này',
      'signature-refused': 'cấp trên ghi một khoá khác cho nhật ký này',
      'no-shared-log': 'cấp trên chưa mở nhật ký chung của năm học',
      older: 'cấp trên giữ một bản mới hơn bản ở đây',
      'other-start': 'cấp trên vừa nhận một bản khác; máy chủ sẽ gửi lại',
      unproven: 'cấp trên không thấy nhật ký nối tiếp bản đang giữ',
      forked: 'nơi khác giữ một lịch sử khác, cùng khoá',
      'above-behind': 'nhật ký của cấp trên cũ hơn bản đã đưa cho trường; cấp trên đã được báo',
      'receipt-invalid': 'biên nhận không đúng với khoá của cấp trên đặt ở đây',
      unreachable: 'chưa tới được máy chủ cấp trên; máy chủ sẽ gửi lại',
      'bad-answer': 'máy chủ cấp trên trả lời không đúng; hãy xem lại địa chỉ đã đặt',
      'too-often': 'đã gửi quá nhiều lần; máy chủ sẽ gửi lại',
      'own-files': 'tệp nhật ký ở đây không đúng; người vận hành cần chạy hocba audit',
    },
    seen: (name: string, time: string) => `${name}: xác nhận lúc ${time}`,
    notSeen: (name: string) => `${name}: chưa xác nhận bản mới nhất`,
  },
  suspicions: 'Đang bị nghi ngờ',
  noSuspicions: 'Không có chứng thư nào bị nghi ngờ.',
  suspicion: (decision: string, from: string, to: string | null) =>
    to === null ? `${decision}: từ ${from}` : `${decision}: từ ${from} đến ${to}`,
  ofOurs: 'của trường này',
  details: 'Chi tiết cho người vận hành',
  key: 'Khoá của danh sách',
  claimKeys: 'Khoá của mã QR trên bản in',
  claimKey: (origin: string, from: string, until: string) => `${origin}: từ ${from} đến ${until}`,
  roots: 'Chứng thư gốc của người ký',
  authorities: 'Chứng thư gốc của nơi cấp dấu thời gian',
  stamps: 'Nơi cấp dấu thời gian đã dùng',
  until: (name: string, day: string) => `${name}: đến ${day}`,
  empty: 'Không có.',
};
