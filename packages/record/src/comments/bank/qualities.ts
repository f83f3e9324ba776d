import type { TraitPart } from './sentence.ts';

export const QUALITY_SENTENCES: readonly TraitPart[] = [
  {
    trait: 'YEU_NUOC',
    sentences: {
      T: [
        'Hát Quốc ca to, rõ và đứng nghiêm trang trong lễ chào cờ.',
        'Yêu quý cảnh đẹp quê hương, biết kể cho bạn nghe về di tích gần nhà.',
        'Giữ gìn cây xanh, bồn hoa và đồ dùng chung của trường như của nhà mình.',
        'Kể được chuyện về người có công với đất nước và tham gia viếng nghĩa trang trang nghiêm.',
        'Mặc trang phục, hát làn điệu của quê mình và giới thiệu với bạn nơi khác.',
        'Viết thiệp gửi chú bộ đội, góp sách vở cho bạn vùng khó khăn.',
      ],
      Đ: [
        'Đứng nghiêm khi chào cờ; nên hát Quốc ca to và rõ hơn.',
        'Biết tên cảnh đẹp của địa phương; cần tìm hiểu thêm để giới thiệu với bạn.',
        'Tham gia chăm sóc bồn hoa của lớp; nên duy trì việc này mỗi tuần.',
        'Nhớ ngày lễ lớn của đất nước; nên nói thêm ý nghĩa của từng ngày.',
        'Thích nghe bài hát về quê hương; cần thuộc lời và hát cùng lớp.',
        'Biết giữ sạch lớp, sạch trường; nên nhắc bạn cùng làm.',
      ],
      C: [
        'Biết đứng vào hàng khi chào cờ; cần giữ yên lặng đến hết buổi lễ.',
        'Thích nghe chuyện về quê hương; cần tham gia cùng lớp giữ sạch sân trường.',
        'Nhận ra đồ dùng chung; cần nhẹ tay và cất đúng chỗ sau khi dùng.',
        'Nhận ra Quốc kỳ, Quốc ca; cần học thuộc lời Quốc ca từng đoạn.',
        'Kể được tên xã, phường mình ở; cần tìm hiểu thêm một nét đẹp của nơi ấy.',
        'Theo bạn đi tưới cây; cần tập nhận một chậu cây và chăm đều.',
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
        'Nói lời động viên khi bạn làm chưa đúng và chỉ cho bạn cách làm.',
        'Quan tâm ông bà, cha mẹ bằng những việc nhỏ làm mỗi ngày.',
        'Bênh vực bạn bị trêu chọc bằng lời lẽ nhẹ nhàng.',
      ],
      Đ: [
        'Chơi hòa đồng với bạn; nên chủ động giúp bạn mới đến lớp.',
        'Biết chia sẻ khi được hỏi; cần để ý hơn đến bạn ngồi cạnh.',
        'Thương yêu người thân; nên thể hiện bằng việc làm nhỏ mỗi ngày.',
        'Biết cảm ơn, xin lỗi; cần nói kèm ánh mắt và giọng chân thành.',
        'Vui vẻ với bạn cùng tổ; nên mở lời với cả bạn ít chơi cùng.',
        'Chăm sóc con vật nuôi khi được nhắc; nên tự nhớ giờ cho ăn.',
      ],
      C: [
        'Biết chơi cùng nhóm quen; cần tập nói lời nhẹ nhàng khi không vừa ý.',
        'Biết nghe bạn kể chuyện buồn; cần tập hỏi thăm và an ủi bạn.',
        'Đã bớt tranh giành đồ chơi; cần học cách thay phiên và nhường bạn.',
        'Chịu nghe khi bạn giải thích; cần tập nhận phần chưa đúng về mình.',
        'Cho bạn mượn đồ khi được nhắc; cần tập tự đề nghị giúp bạn.',
        'Biết thương em nhỏ ở nhà; cần nhẹ tay và nói nhỏ khi chơi với em.',
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
        'Tự giác ôn bài mỗi tối và ghi lại điều chưa hiểu để hỏi.',
        'Luyện viết đều đặn, trang vở sau đẹp hơn trang vở trước.',
        'Xung phong nhận việc khó của tổ và làm đến khi xong.',
      ],
      Đ: [
        'Làm đủ bài ở lớp; nên xem trước bài mới ở nhà.',
        'Đi học đều; cần chuẩn bị đồ dùng từ tối hôm trước.',
        'Giúp gia đình khi được nhờ; nên nhận một việc nhà cố định.',
        'Làm bài tập ở nhà khá đều; nên làm vào một giờ cố định.',
        'Nghe giảng chú ý ở đầu giờ; cần giữ sự chú ý đến hết tiết.',
        'Đọc sách khi được giao; nên chọn thêm sách mình thích ở thư viện.',
      ],
      C: [
        'Hoàn thành bài khi có người ngồi cùng; cần tập trung trọn mười lăm phút mỗi lần học.',
        'Đã đi học đều hơn học kỳ trước; cần đến lớp đúng giờ mỗi ngày.',
        'Làm được phần đầu của bài; cần cố làm nốt trước khi chuyển sang việc khác.',
        'Mở sách vở đúng lúc khi được nhắc; cần bày sẵn đồ dùng trước mỗi tiết.',
        'Làm được việc nhà đơn giản; cần làm đều và làm xong mới chơi.',
        'Viết được nửa trang mỗi buổi; cần tăng thêm vài dòng mỗi tuần.',
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
        'Nói đúng sự thật kể cả khi điều đó không có lợi cho mình.',
        'Báo lại khi được cộng điểm nhầm, trả đúng tiền thừa khi mua hàng.',
        'Nhắc bạn trung thực khi chơi và khi làm bài.',
      ],
      Đ: [
        'Biết nhận lỗi khi được hỏi; nên tự nói ra sớm hơn.',
        'Làm bài bằng sức mình; cần mạnh dạn hỏi khi chưa hiểu.',
        'Giữ lời hứa với bạn thân; cần giữ lời với cả nhóm.',
        'Trả đồ mượn đúng người; nên trả đúng hẹn hơn.',
        'Kể lại sự việc gần đúng; cần kể đủ cả phần việc của mình.',
        'Tự chấm bài theo đáp án; cần đánh dấu cả chỗ làm sai.',
      ],
      C: [
        'Đã kể lại đúng sự việc khi bình tĩnh; cần tập nói thật ngay từ đầu.',
        'Biết mượn đồ phải trả; cần trả đúng người, đúng lúc.',
        'Tự làm được phần bài quen thuộc; cần thử hết sức mình trước khi hỏi bạn.',
        'Nhận lỗi khi có người hỏi riêng; cần tập nói với bạn lời xin lỗi.',
        'Chơi đúng luật khi có người theo dõi; cần giữ luật cả khi không có ai nhắc.',
        'Biết đồ nào là của mình; cần hỏi trước khi dùng đồ của bạn.',
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
        'Giữ lời hứa với tổ, việc nào nhận cũng báo lại khi xong.',
        'Chăm bồn cây của lớp đều đặn cả năm, không đợi phân công.',
        'Nhận lỗi khi làm hỏng đồ chung và cùng bạn sửa lại.',
      ],
      Đ: [
        'Làm tốt việc của mình; nên hỗ trợ thêm việc chung của tổ.',
        'Trực nhật đúng phiên; cần sắp xếp lại bàn ghế ngay ngắn.',
        'Thực hiện nội quy khá đều; cần nhớ mang đủ đồ dùng theo thời khóa biểu.',
        'Giữ gìn sách vở sạch sẽ; nên bọc và dán nhãn đầy đủ.',
        'Làm xong phần mình trong nhóm; cần xem lại sản phẩm chung với bạn.',
        'Tắt điện, khóa nước khi được nhắc; nên tự kiểm tra trước khi ra khỏi phòng.',
      ],
      C: [
        'Làm việc được giao khi có bạn cùng làm; cần tập tự hoàn thành phần của mình.',
        'Biết nội quy lớp học; cần thực hiện từng điều theo bảng nhắc việc.',
        'Giữ được đồ dùng cá nhân trong lớp; cần kiểm tra cặp trước khi ra về.',
        'Nhớ việc trực nhật khi xem bảng; cần làm đủ các bước của buổi trực.',
        'Nhận việc nhỏ vừa sức; cần hỏi lại khi chưa rõ việc phải làm.',
        'Biết cất ghế cuối giờ; cần dọn cả giấy vụn quanh chỗ ngồi.',
      ],
    },
  },
];
