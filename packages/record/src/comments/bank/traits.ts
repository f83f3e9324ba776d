import type { TraitPart } from './sentence.ts';

export const TRAIT_SENTENCES: readonly TraitPart[] = [
  {
    trait: 'YEU_NUOC',
    sentences: {
      T: [
        'Hát Quốc ca to, rõ và đứng nghiêm trang trong lễ chào cờ.',
        'Yêu quý cảnh đẹp quê hương, biết kể cho bạn nghe về di tích gần nhà.',
        'Giữ gìn cây xanh, bồn hoa và đồ dùng chung của trường như của nhà mình.',
      ],
      Đ: [
        'Đứng nghiêm khi chào cờ; nên hát Quốc ca to và rõ hơn.',
        'Biết tên cảnh đẹp của địa phương; cần tìm hiểu thêm để giới thiệu với bạn.',
        'Tham gia chăm sóc bồn hoa của lớp; nên duy trì việc này mỗi tuần.',
      ],
      C: [
        'Biết đứng vào hàng khi chào cờ; cần giữ yên lặng đến hết buổi lễ.',
        'Thích nghe chuyện về quê hương; cần tham gia cùng lớp giữ sạch sân trường.',
        'Nhận ra đồ dùng chung; cần nhẹ tay và cất đúng chỗ sau khi dùng.',
      ],
    },
  },
  {
    trait: 'NHAN_AI',
    sentences: {
      T: [
        'Hỏi thăm và giúp bạn khi bạn mệt hoặc gặp khó khăn.',
        'Hòa nhã với mọi người, biết nhường nhịn em nhỏ.',
        'Sẵn lòng chia sẻ sách vở, đồ chơi; tôn trọng sự khác biệt của bạn.',
      ],
      Đ: [
        'Chơi hòa đồng với bạn; nên chủ động giúp bạn mới đến lớp.',
        'Biết chia sẻ khi được hỏi; cần để ý hơn đến bạn ngồi cạnh.',
        'Thương yêu người thân; nên thể hiện bằng việc làm nhỏ mỗi ngày.',
      ],
      C: [
        'Biết chơi cùng nhóm quen; cần tập nói lời nhẹ nhàng khi không vừa ý.',
        'Biết nghe bạn kể chuyện buồn; cần tập hỏi thăm và an ủi bạn.',
        'Đã bớt tranh giành đồ chơi; cần học cách thay phiên và nhường bạn.',
      ],
    },
  },
  {
    trait: 'CHAM_CHI',
    sentences: {
      T: [
        'Đi học đều, đúng giờ và chuẩn bị bài đầy đủ.',
        'Làm bài đến nơi đến chốn, gặp bài khó vẫn kiên trì.',
        'Đọc sách thư viện mỗi tuần và giúp gia đình việc nhà vừa sức.',
      ],
      Đ: [
        'Làm đủ bài ở lớp; nên xem trước bài mới ở nhà.',
        'Đi học đều; cần chuẩn bị đồ dùng từ tối hôm trước.',
        'Giúp gia đình khi được nhờ; nên nhận một việc nhà cố định.',
      ],
      C: [
        'Hoàn thành bài khi có người ngồi cùng; cần tập trung trọn mười lăm phút mỗi lần học.',
        'Đã đi học đều hơn học kỳ trước; cần đến lớp đúng giờ mỗi ngày.',
        'Làm được phần đầu của bài; cần cố làm nốt trước khi chuyển sang việc khác.',
      ],
    },
  },
  {
    trait: 'TRUNG_THUC',
    sentences: {
      T: [
        'Luôn nói thật, dám nhận lỗi và sửa lỗi.',
        'Tự làm bài kiểm tra, không nhìn bài của bạn.',
        'Nhặt được của rơi đem trả lại, giữ đúng lời hứa với bạn.',
      ],
      Đ: [
        'Biết nhận lỗi khi được hỏi; nên tự nói ra sớm hơn.',
        'Làm bài bằng sức mình; cần mạnh dạn hỏi khi chưa hiểu.',
        'Giữ lời hứa với bạn thân; cần giữ lời với cả nhóm.',
      ],
      C: [
        'Đã kể lại đúng sự việc khi bình tĩnh; cần tập nói thật ngay từ đầu.',
        'Biết mượn đồ phải trả; cần trả đúng người, đúng lúc.',
        'Tự làm được phần bài quen thuộc; cần thử hết sức mình trước khi hỏi bạn.',
      ],
    },
  },
  {
    trait: 'TRACH_NHIEM',
    sentences: {
      T: [
        'Nhận việc của tổ và hoàn thành đúng hẹn.',
        'Trực nhật sạch sẽ, tắt đèn quạt trước khi ra về.',
        'Bảo vệ của công, nhắc bạn giữ vệ sinh nơi công cộng.',
      ],
      Đ: [
        'Làm tốt việc của mình; nên hỗ trợ thêm việc chung của tổ.',
        'Trực nhật đúng phiên; cần sắp xếp lại bàn ghế ngay ngắn.',
        'Thực hiện nội quy khá đều; cần nhớ mang đủ đồ dùng theo thời khóa biểu.',
      ],
      C: [
        'Làm việc được giao khi có bạn cùng làm; cần tập tự hoàn thành phần của mình.',
        'Biết nội quy lớp học; cần thực hiện từng điều theo bảng nhắc việc.',
        'Giữ được đồ dùng cá nhân trong lớp; cần kiểm tra cặp trước khi ra về.',
      ],
    },
  },
  {
    trait: 'TU_CHU_TU_HOC',
    sentences: {
      T: [
        'Tự lập thời gian biểu và làm theo đều đặn.',
        'Biết tự kiểm tra bài, tìm chỗ sai và sửa lại.',
        'Tự phục vụ tốt: mặc áo, soạn cặp, sắp xếp chỗ ngồi gọn gàng.',
      ],
      Đ: [
        'Tự làm việc cá nhân; nên tập tự soạn sách vở theo thời khóa biểu.',
        'Biết hỏi khi chưa hiểu; cần thử tự tìm trong sách trước khi hỏi.',
        'Hoàn thành bài theo hướng dẫn; nên đặt mục tiêu nhỏ cho mỗi tuần.',
      ],
      C: [
        'Làm được từng bước khi có lời nhắc; cần dùng bảng việc để tự nhắc mình.',
        'Bước đầu biết giữ vệ sinh cá nhân; cần tự chải đầu, rửa mặt mỗi sáng.',
        'Ngồi học được khoảng mười phút; cần tăng dần thời gian tự học ở nhà.',
      ],
    },
  },
  {
    trait: 'GIAO_TIEP_HOP_TAC',
    sentences: {
      T: [
        'Trình bày ý kiến rõ ràng, biết lắng nghe và phản hồi lịch sự.',
        'Phân công việc trong nhóm hợp lí, cùng bạn hoàn thành đúng giờ.',
        'Thuyết phục bạn bằng lí lẽ, chấp nhận ý kiến khác với mình.',
      ],
      Đ: [
        'Nói được ý kiến trong nhóm nhỏ; nên mạnh dạn nói trước lớp.',
        'Biết lắng nghe bạn; cần nhìn vào người đang nói và hỏi lại khi chưa rõ.',
        'Làm việc nhóm đều; nên nhận vai trò báo cáo kết quả.',
      ],
      C: [
        'Trả lời được khi có người hỏi; cần tập nói câu dài và to hơn.',
        'Làm cạnh bạn trong nhóm; cần trao đổi với bạn ít nhất một ý mỗi hoạt động.',
        'Biết chào hỏi; cần tập chờ bạn nói xong rồi mới nói.',
      ],
    },
  },
  {
    trait: 'GIAI_QUYET_VAN_DE',
    sentences: {
      T: [
        'Đặt câu hỏi hay và tìm được nhiều cách làm cho một bài.',
        'Bình tĩnh khi gặp tình huống mới, biết thử rồi điều chỉnh.',
        'Nảy ra ý tưởng riêng khi làm sản phẩm và giải thích được ý tưởng ấy.',
      ],
      Đ: [
        'Giải quyết được việc quen thuộc; nên thử thêm một cách làm khác.',
        'Nhận ra chỗ khó của bài; cần nêu thành câu hỏi cụ thể.',
        'Làm theo mẫu tốt; cần thêm chi tiết của riêng mình.',
      ],
      C: [
        'Biết nhờ giúp khi gặp khó; cần nói rõ mình đã làm đến bước nào.',
        'Chọn được cách làm trong hai cách gợi ý; cần tập nêu lí do chọn.',
        'Bắt đầu thử lại sau khi sai; cần chia việc thành các bước nhỏ.',
      ],
    },
  },
  {
    trait: 'NGON_NGU',
    sentences: {
      T: [
        'Diễn đạt lưu loát khi nói và viết, dùng từ đúng ngữ cảnh.',
        'Đọc hiểu nhanh, thuật lại nội dung bằng lời của mình.',
        'Biết điều chỉnh giọng nói và từ ngữ phù hợp với người nghe.',
      ],
      Đ: [
        'Nói rõ ý chính; nên thêm từ nối để lời kể liền mạch.',
        'Hiểu văn bản ngắn; cần đọc thêm truyện để mở rộng vốn từ.',
        'Viết đủ ý; cần sắp xếp ý theo thứ tự trước, sau.',
      ],
      C: [
        'Nói được câu ngắn; cần tập kể lại việc trong ngày cho người thân nghe.',
        'Hiểu lời dặn từng bước; cần nhắc lại bằng lời trước khi làm.',
        'Đọc được từng đoạn nhỏ; cần luyện đọc to mỗi tối một trang truyện tranh.',
      ],
    },
  },
  {
    trait: 'TINH_TOAN',
    sentences: {
      T: [
        'Tính nhanh, đúng và biết chọn phép tính cho tình huống thực tế.',
        'Lập luận chặt chẽ khi giải thích cách giải một bài toán.',
        'Dùng thước, đồng hồ, cân để đo đạc chính xác trong việc hằng ngày.',
      ],
      Đ: [
        'Tính đúng các phép tính quen thuộc; nên kiểm tra lại kết quả.',
        'Giải được bài toán theo mẫu; cần thử với số liệu trong đời sống.',
        'Đo được đồ vật bằng thước; cần ước lượng trước khi đo.',
      ],
      C: [
        'Tính được khi có đồ dùng trực quan; cần luyện tính nhẩm các số nhỏ.',
        'Nhận ra phép cộng trong tình huống mua bán; cần tập nhận ra phép trừ.',
        'Đếm và so sánh được đồ vật; cần viết kết quả thành phép tính.',
      ],
    },
  },
  {
    trait: 'KHOA_HOC',
    sentences: {
      T: [
        'Quan sát tỉ mỉ, ghi chép và nêu nhận xét có căn cứ.',
        'Giải thích được nhiều hiện tượng thiên nhiên gần gũi bằng lời dễ hiểu.',
        'Biết đặt giả thiết, làm thử và so sánh kết quả.',
      ],
      Đ: [
        'Nêu được đặc điểm của sự vật; nên giải thích thêm nguyên nhân.',
        'Làm theo các bước thử nghiệm; cần ghi lại điều quan sát được.',
        'Quan tâm đến cây, con vật quanh trường; nên theo dõi trong thời gian dài hơn.',
      ],
      C: [
        'Gọi được tên sự vật quen thuộc; cần tập nêu hai đặc điểm của mỗi sự vật.',
        'Xem bạn làm thử nghiệm; cần tự làm một bước cùng nhóm.',
        'Nhận ra trời nắng, trời mưa; cần quan sát và kể lại sự thay đổi trong ngày.',
      ],
    },
  },
  {
    trait: 'CONG_NGHE',
    sentences: {
      T: [
        'Sử dụng đồ dùng công nghệ đúng cách, an toàn và tiết kiệm.',
        'Thiết kế sản phẩm nhỏ từ bản phác thảo đến khi hoàn thiện.',
        'Nhận xét được ưu điểm của sản phẩm và nêu cách cải tiến.',
      ],
      Đ: [
        'Biết công dụng của đồ dùng trong nhà; cần nhớ thêm quy tắc an toàn điện.',
        'Làm được sản phẩm theo hướng dẫn; nên thay đổi một chi tiết theo ý mình.',
        'Chọn đúng dụng cụ; cần sắp xếp lại dụng cụ sau khi làm.',
      ],
      C: [
        'Nhận ra một vài sản phẩm công nghệ; cần tìm hiểu cách dùng cùng người lớn.',
        'Lắp được phần dễ của mô hình; cần đọc kĩ hình hướng dẫn từng bước.',
        'Biết tắt thiết bị khi được nhắc; cần tự kiểm tra trước khi rời phòng.',
      ],
    },
  },
  {
    trait: 'TIN_HOC',
    sentences: {
      T: [
        'Sử dụng máy tính thành thạo cho việc học, lưu bài khoa học.',
        'Tìm thông tin trên mạng an toàn và biết chọn lọc.',
        'Tạo sản phẩm số gọn đẹp, giải thích được các bước đã làm.',
      ],
      Đ: [
        'Làm được thao tác cơ bản trên máy; nên luyện gõ phím đều tay.',
        'Mở và lưu bài đúng; cần đặt tên tệp dễ nhớ.',
        'Biết quy tắc an toàn trên mạng; cần hỏi người lớn trước khi nháy vào liên kết lạ.',
      ],
      C: [
        'Dùng chuột khá vững; cần luyện gõ chữ có dấu.',
        'Mở được bài thực hành cùng bạn; cần tự nhớ đường dẫn đến thư mục của mình.',
        'Nhận biết biểu tượng phần mềm; cần tập mở và đóng phần mềm đúng cách.',
      ],
    },
  },
  {
    trait: 'THAM_MI',
    sentences: {
      T: [
        'Cảm nhận tinh tế vẻ đẹp của bài hát, bức tranh và nói được cảm xúc.',
        'Biết phối màu, chọn hình làm sản phẩm hài hòa.',
        'Biểu diễn tự nhiên, có động tác và nét mặt phù hợp.',
      ],
      Đ: [
        'Nhận ra cái đẹp quanh mình; nên nói rõ đẹp ở điểm nào.',
        'Làm được sản phẩm trang trí; cần chú ý sự cân đối.',
        'Hát và vẽ theo mẫu đều; nên thử sáng tạo thêm một chi tiết.',
      ],
      C: [
        'Thích ngắm tranh, nghe nhạc; cần tập nói một điều mình thích.',
        'Tô màu theo hình có sẵn; cần tự chọn màu cho bài của mình.',
        'Tham gia hát cùng lớp; cần nhớ lời và động tác của một bài.',
      ],
    },
  },
  {
    trait: 'THE_CHAT',
    sentences: {
      T: [
        'Vận động nhanh nhẹn, khéo léo, đúng kĩ thuật.',
        'Giữ vệ sinh cá nhân, ăn mặc gọn gàng, ngồi học đúng tư thế.',
        'Tập thể dục hằng ngày và rủ bạn cùng chơi môn thể thao phù hợp.',
      ],
      Đ: [
        'Tập đúng động tác; nên tăng dần sức bền bằng chạy nhẹ.',
        'Giữ vệ sinh khá tốt; cần uống đủ nước và rửa tay thường xuyên.',
        'Chơi trò chơi vận động đúng luật; cần ngồi thẳng lưng khi học.',
      ],
      C: [
        'Thực hiện được động tác đơn giản; cần tập thêm mỗi ngày mười phút.',
        'Tham gia trò chơi nhẹ cùng bạn; cần vận động ngoài trời nhiều hơn.',
        'Biết rửa tay, đánh răng; cần làm đúng giờ mà không đợi nhắc.',
      ],
    },
  },
];
