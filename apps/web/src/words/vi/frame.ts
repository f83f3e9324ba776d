/** What stands on every page, and before anyone has signed in. */
export const frame = {
  app: 'Học bạ số',
  trainingLabel: 'Trường tập huấn',
  training: 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ',
  schoolYear: (year: string) => `Năm học ${year.replace('-', '–')}`,
  nav: {
    work: 'Việc của tôi',
    signing: 'Ký',
    school: 'Toàn trường',
    issued: 'Đã phát hành',
    registers: 'Sổ của trường',
    verify: 'Kiểm tra học bạ',
  },
  signOut: 'Đăng xuất',
  loading: 'Đang mở…',
  notReached: 'Không nối được máy chủ. Việc chưa gửi vẫn còn trên trang này; hãy giữ trang mở.',
  notUnderstood: (status: number): string =>
    `Máy chủ trả lời không đúng (${status}). Hãy thử lại sau ít phút.`,
  pageNotThere:
    'Chưa tải được phần này của trang. Những gì đã ghi vẫn còn nguyên. Hãy kiểm tra đường truyền rồi tải lại trang.',
  retry: 'Thử lại',
  notFound: 'Không có trang này',
  notFoundNote: 'Địa chỉ này không dẫn tới trang nào. Những gì đã lưu vẫn còn nguyên.',
  skip: 'Sang nội dung chính',
  reference: (code: string) => `Mã: ${code}`,
  sessionEnded: {
    title: 'Phiên làm việc đã hết',
    text: (name: string) =>
      `Mời ${name} đăng nhập lại để làm tiếp. Những gì vừa nhập vẫn còn trên trang này.`,
    other: (name: string, me: string) =>
      `Đó là tài khoản của ${name}. Trang này đang giữ việc của ${me}, nên chỉ ${me} làm tiếp được.`,
  },
  signIn: {
    title: 'Đăng nhập',
    username: 'Tên đăng nhập',
    password: 'Mật khẩu',
    button: 'Đăng nhập',
    own: {
      lead: 'Mật khẩu này chỉ dùng một lần để vào lần đầu. Mời thầy/cô đặt mật khẩu của riêng mình; không ai khác biết mật khẩu mới.',
      note: 'Ít nhất 8 ký tự; nên dùng vài từ không liền nghĩa. Không dùng tên mình, tên trường.',
      password: 'Mật khẩu mới',
      again: 'Nhập lại mật khẩu mới',
      differ: 'Hai lần nhập chưa giống nhau.',
      button: 'Đặt mật khẩu và vào',
    },
    accounts: 'Tài khoản tập huấn',
    accountsNote: 'Trường mẫu, học sinh và giáo viên đều do phần mềm đặt ra. Chọn một tài khoản để vào thử.',
    passwordNote: (password: string) => `Mật khẩu chung của các tài khoản này: ${password}`,
    use: 'Vào thử',
    useOf: (who: string) => `Vào thử: ${who}`,
  },
  periods: {
    GHK1: 'Giữa học kỳ I',
    CHK1: 'Cuối học kỳ I',
    GHK2: 'Giữa học kỳ II',
    CN: 'Cuối năm',
    BS: 'Đánh giá bổ sung',
  },
};
