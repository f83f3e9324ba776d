import type { SubjectBand } from './sentence.ts';

export const LANGUAGES: readonly SubjectBand[] = [
  {
    subject: 'NN1',
    grades: [1, 2, 3],
    sentences: {
      T: [
        'Chào hỏi, giới thiệu tên và tuổi bằng tiếng nước ngoài tự tin, phát âm rõ.',
        'Nghe hiểu và làm theo chỉ dẫn trong lớp mà không cần dịch.',
        'Nhớ nhiều từ về đồ dùng, màu sắc, con vật và dùng đúng khi nói.',
        'Hát và đọc vần theo nhịp chính xác, ngữ điệu tự nhiên.',
        'Viết đúng các từ đã học và hoàn thành câu theo mẫu.',
        'Đọc to các từ và câu ngắn dưới tranh, nối đúng âm đầu với chữ cái.',
      ],
      H: [
        'Nhận biết từ qua tranh tốt; nên nói to cả câu thay vì một từ.',
        'Trả lời được câu hỏi quen thuộc; cần luyện thêm âm cuối của từ.',
        'Viết được từ theo mẫu; nên chép lại từ mới ba lần sau mỗi bài.',
        'Nghe được từ riêng lẻ; cần nghe lại cả đoạn hội thoại ở nhà.',
        'Nhớ mẫu câu giới thiệu; nên cùng bạn hỏi đáp thành từng cặp.',
        'Đếm và gọi tên màu đúng; nên ghép số, màu và đồ vật thành một câu.',
      ],
      C: [
        'Nói được lời chào và tên mình; cần tập thêm mỗi tuần một mẫu câu ngắn.',
        'Chỉ đúng tranh khi nghe vài từ quen; cần nghe bài hát của sách mỗi ngày.',
        'Tô và chép được chữ cái; cần luyện đọc bảng chữ cái theo nhịp.',
        'Nhắc lại được từ theo băng; cần chơi thẻ hình để nhớ nghĩa của từ.',
        'Hiểu lời chỉ dẫn khi có cử chỉ; cần ôn các câu lệnh trong lớp cùng bạn.',
        'Hát theo được đoạn điệp khúc; cần chỉ tranh khi hát để nhớ nghĩa từng từ.',
      ],
    },
  },
  {
    subject: 'NN1',
    grades: [4, 5],
    sentences: {
      T: [
        'Hỏi và đáp trôi chảy về trường lớp, sở thích, hoạt động hằng ngày.',
        'Đọc hiểu đoạn văn ngắn và tìm đúng thông tin theo câu hỏi.',
        'Viết đoạn giới thiệu bản thân năm đến bảy câu, đúng thì và chính tả.',
        'Nghe hội thoại và ghi được ý chính ngay ở lần nghe đầu.',
        'Thuyết trình ngắn có tranh minh họa, trọng âm và ngữ điệu phù hợp.',
        'Ghép câu hỏi với câu trả lời thành đoạn hội thoại mới cùng bạn, nói tự nhiên.',
      ],
      H: [
        'Đọc hiểu câu đơn; nên đoán nghĩa từ mới qua ngữ cảnh trước khi tra từ điển.',
        'Viết câu đúng mẫu; cần kiểm tra động từ đi với chủ ngữ.',
        'Nghe được thông tin về số và thời gian; nên luyện nghe tên riêng và địa điểm.',
        'Nói được về sở thích; cần thêm câu giải thích lí do.',
        'Nhớ từ theo chủ đề; nên ghi mỗi từ kèm một câu ví dụ.',
        'Phát âm đúng từng từ; cần nhấn trọng âm và nối âm khi nói cả câu.',
      ],
      C: [
        'Trả lời được bằng từ đơn; cần tập ghép thành câu ngắn có chủ ngữ.',
        'Đọc được từ quen thuộc; cần luyện đọc từng câu và chỉ tay theo chữ.',
        'Viết được tên, tuổi và lớp; cần chép mẫu câu rồi thay từ của mình.',
        'Nghe hiểu khi lời nói chậm; cần nghe lại bài cũ mỗi tối năm phút.',
        'Nhớ từ về gia đình, con vật; cần ôn từ mới bằng trò chơi ghép tranh.',
        'Nhận ra câu hỏi quen khi nghe; cần tập trả lời bằng mẫu câu có sẵn mỗi buổi ba câu.',
      ],
    },
  },
  {
    subject: 'TDT',
    grades: [1, 2, 3, 4, 5],
    sentences: {
      T: [
        'Trò chuyện bằng tiếng dân tộc về gia đình và bản làng tự nhiên, rõ ý.',
        'Đọc đúng và hiểu bài đọc ngắn viết bằng tiếng dân tộc.',
        'Viết đúng chữ và dấu của tiếng dân tộc trong đoạn ba đến năm câu.',
        'Kể lại truyện cổ của dân tộc mình sinh động, đúng trình tự.',
        'Thuộc nhiều câu ca, câu đố và giải thích được ý nghĩa.',
        'Nghe hiểu lời kể của người già và thuật lại bằng lời của mình.',
      ],
      H: [
        'Nói được về việc hằng ngày; nên dùng thêm từ chỉ cảm xúc.',
        'Đọc đúng từng câu; cần đọc liền mạch cả bài.',
        'Viết được từ theo chủ đề; cần ghi đúng dấu thanh của từng từ.',
        'Kể được đoạn đầu của câu chuyện; nên nghe ông bà kể thêm phần sau.',
        'Hiểu bài hát đã học; cần tập hát rõ lời hơn.',
        'Trả lời đúng câu hỏi ngắn; nên tự đặt câu hỏi cho bạn.',
      ],
      C: [
        'Nghe hiểu lời chào và câu hỏi quen thuộc; cần nói thêm với người thân mỗi ngày.',
        'Nhận ra chữ cái của tiếng dân tộc; cần luyện ghép chữ thành tiếng.',
        'Chép được từ theo mẫu; cần đọc to từ vừa chép.',
        'Nhắc lại được câu ngắn; cần tập nói câu đó trong trò chơi cùng bạn.',
        'Biết tên gọi đồ vật trong nhà; cần học thêm tên cây và con vật.',
        'Thích nghe truyện kể; cần nhớ tên nhân vật và một việc chính của truyện.',
      ],
    },
  },
];
