import type { SubjectBand } from './sentence.ts';

export const SOCIETY: readonly SubjectBand[] = [
  {
    subject: 'DD',
    grades: [1, 2, 3],
    sentences: {
      T: [
        'Nói lời chào, cảm ơn, xin lỗi đúng lúc, giọng nhẹ nhàng.',
        'Giữ sách vở, đồ dùng gọn gàng và nhắc bạn cùng giữ.',
        'Nêu được cách xử lí phù hợp trong nhiều tình huống ở trường và ở nhà.',
        'Kể được việc đã làm để quan tâm ông bà, cha mẹ, anh chị em.',
        'Nhận lỗi và sửa lỗi nhanh, biết nói thật trong mọi việc.',
      ],
      H: [
        'Nêu đúng việc nên làm; cần thực hiện đều hơn ở nhà.',
        'Lễ phép với người lớn; nên chủ động chào khi gặp khách đến trường.',
        'Biết xếp đồ dùng sau giờ học; cần tự làm mà không đợi nhắc.',
        'Đóng vai tình huống đúng ý; nên nói rõ vì sao chọn cách làm đó.',
        'Biết chia sẻ đồ dùng với bạn; cần hỏi ý kiến bạn trước khi mượn.',
      ],
      C: [
        'Nhận ra việc đúng qua tranh; cần tập làm việc đó trong ngày.',
        'Biết nói cảm ơn khi được nhắc; cần luyện nói lời cảm ơn, xin lỗi mỗi ngày.',
        'Cất được đồ dùng khi có người hướng dẫn; cần tập theo bảng việc nhỏ ở nhà.',
        'Nghe và hiểu câu chuyện đạo đức; cần nêu một điều học được từ câu chuyện.',
        'Chơi hòa thuận với bạn cùng bàn; cần tập chờ đến lượt trong trò chơi chung.',
      ],
    },
  },
  {
    subject: 'DD',
    grades: [4],
    sentences: {
      T: [
        'Nêu việc làm biết ơn người lao động và tham gia thực hiện ở trường.',
        'Xử lí bất hòa với bạn khéo léo, giữ được tình bạn.',
        'Bảo quản đồ dùng của lớp, của bạn cẩn thận như của mình.',
        'Kể được nhiều việc làm giúp đỡ người gặp khó khăn và nói rõ cảm xúc khi giúp.',
        'Trình bày quyền và bổn phận của trẻ em bằng ví dụ gần gũi.',
      ],
      H: [
        'Nhận biết được khó khăn của bạn; nên mạnh dạn hỏi và giúp bạn.',
        'Biết tôn trọng tài sản của người khác; cần trả đồ đúng hẹn.',
        'Nêu được quyền trẻ em; nên nói thêm bổn phận đi cùng mỗi quyền.',
        'Hiểu giá trị của đồng tiền; cần tập ghi lại khoản tiết kiệm nhỏ.',
        'Tham gia lao động ở lớp; nên nhận thêm việc vừa sức ở nhà.',
      ],
      C: [
        'Kể được một việc tốt đã làm; cần thực hiện thêm một việc nhỏ mỗi tuần.',
        'Tham gia việc chung của lớp khi được phân công; cần làm đến khi xong việc.',
        'Chọn được cách xử lí đúng khi có gợi ý; cần tập nêu lí do của mình.',
        'Biết xin lỗi khi làm bạn buồn; cần tập nói lời hòa giải.',
        'Giữ được đồ dùng của mình; cần giữ gìn cả bàn ghế, sách của thư viện.',
      ],
    },
  },
  {
    subject: 'DD',
    grades: [5],
    sentences: {
      T: [
        'Lập và thực hiện kế hoạch cá nhân đều đặn, biết tự điều chỉnh.',
        'Bảo vệ điều đúng bằng lời lẽ ôn hòa, có lí lẽ.',
        'Biết sử dụng tiền hợp lí qua bảng chi tiêu nhỏ.',
        'Tôn trọng sự khác biệt về hoàn cảnh, sở thích và phong tục của bạn.',
        'Nêu rõ cách phòng tránh xâm hại và số điện thoại cần gọi khi nguy hiểm.',
      ],
      H: [
        'Lập được kế hoạch tuần; cần đánh dấu việc đã làm mỗi tối.',
        'Nêu được việc làm bảo vệ môi trường; cần duy trì phân loại rác ở nhà.',
        'Biết ơn người có công với đất nước; nên tìm hiểu thêm về người có công ở địa phương.',
        'Phân biệt được việc đúng, việc sai; cần dám nói ý kiến của mình trong nhóm.',
        'Gặp khó khăn biết nhờ giúp; nên thử tự giải quyết trước một bước.',
      ],
      C: [
        'Biết nghe góp ý; cần nói lại điều sẽ thay đổi.',
        'Nhận ra thời gian sử dụng chưa hợp lí; cần cùng người thân lập thời gian biểu.',
        'Nêu được một khoản nên chi; cần tập phân biệt điều cần và điều muốn.',
        'Biết bỏ rác đúng chỗ khi được nhắc; cần tự làm trong mọi giờ ra chơi.',
        'Kể được tình huống nguy hiểm đã học; cần luyện nói lời từ chối dứt khoát.',
      ],
    },
  },
  {
    subject: 'TNXH',
    grades: [1],
    sentences: {
      T: [
        'Giới thiệu rành mạch các thành viên trong gia đình và việc làm của từng người.',
        'Gọi đúng tên bộ phận của cây, con vật và nêu được ích lợi.',
        'Nói đúng tên các giác quan và cách bảo vệ mắt, tai.',
        'Mô tả bầu trời ban ngày, ban đêm và thời tiết bằng nhiều từ gợi tả.',
        'Giữ vệ sinh cơ thể tốt và giải thích được vì sao cần làm như vậy.',
      ],
      H: [
        'Kể được những người trong nhà; nên nói thêm việc làm của mỗi người.',
        'Nhận biết con vật quen thuộc; cần quan sát kĩ các bộ phận bên ngoài.',
        'Nêu được việc giữ vệ sinh; cần thực hiện đúng giờ mỗi ngày.',
        'Nhớ đèn tín hiệu giao thông; nên tập nói việc cần làm khi gặp từng màu đèn.',
        'Mô tả được thời tiết hôm nay; cần chọn trang phục phù hợp với thời tiết.',
      ],
      C: [
        'Chỉ được bộ phận bên ngoài của cơ thể; cần học thêm tên các giác quan.',
        'Kể được một người thân; cần tập giới thiệu cả gia đình qua ảnh.',
        'Nhận ra cây trong sân trường; cần quan sát và vẽ lại rễ, thân, lá.',
        'Biết rửa tay khi được nhắc; cần tự rửa tay trước khi ăn.',
        'Gọi được tên đồ dùng trong lớp; cần học cách dùng và cất an toàn.',
      ],
    },
  },
  {
    subject: 'TNXH',
    grades: [2],
    sentences: {
      T: [
        'Kể về các thế hệ trong gia đình và nghề nghiệp của người lớn rõ ràng.',
        'Nêu và làm đúng cách phòng tránh ngộ độc khi ở nhà.',
        'Phân loại thực vật, động vật theo nơi sống chính xác, có ví dụ riêng.',
        'Chỉ đúng cơ quan vận động, hô hấp, bài tiết trên sơ đồ và nêu cách bảo vệ.',
        'Nêu đặc điểm của các mùa và việc cần làm khi có thiên tai.',
      ],
      H: [
        'Vẽ được sơ đồ gia đình hai thế hệ; nên thêm thế hệ ông bà.',
        'Nhớ biển báo giao thông gần trường; cần nói ý nghĩa của từng biển.',
        'Nêu được nơi sống của con vật; cần giải thích vì sao con vật sống được ở đó.',
        'Chỉ được xương và cơ chính; nên tập ngồi đúng tư thế để bảo vệ cột sống.',
        'Kể được hàng hóa ở chợ; cần nêu cách chọn hàng phù hợp.',
      ],
      C: [
        'Kể được việc làm của một người thân; cần hỏi thêm về nghề của người đó.',
        'Nói được một việc làm nguy hiểm; cần học thêm cách gọi người lớn giúp đỡ.',
        'Nhận ra cây sống trên cạn; cần tìm thêm cây sống dưới nước qua tranh.',
        'Hít vào, thở ra theo hướng dẫn được; cần chỉ lại đường đi của không khí trên hình.',
        'Phân biệt được mùa nóng, mùa lạnh; cần quan sát và vẽ thêm các mùa khác.',
      ],
    },
  },
  {
    subject: 'TNXH',
    grades: [3],
    sentences: {
      T: [
        'Vẽ sơ đồ họ hàng nội, ngoại đúng và xưng hô phù hợp.',
        'Trình bày chức năng của cơ quan tiêu hóa, tuần hoàn rõ ràng, có hình minh họa.',
        'So sánh được đặc điểm của các nhóm thực vật và động vật đã học.',
        'Xác định đúng bốn phương và dùng la bàn đơn giản thành thạo.',
        'Giới thiệu sản phẩm của địa phương kèm số liệu tự tìm hiểu.',
      ],
      H: [
        'Nêu được tên các cơ quan; cần chỉ đúng vị trí trên sơ đồ cơ thể.',
        'Phân loại được lá cây theo hình dạng; nên thêm tiêu chí màu sắc, kích thước.',
        'Kể được hoạt động sản xuất ở nơi sống; cần nêu ích lợi của hoạt động đó.',
        'Chỉ được các châu lục trên quả địa cầu; nên học thêm tên các đại dương.',
        'Nêu được thức ăn có lợi; cần giải thích vì sao nên hạn chế đồ ngọt.',
      ],
      C: [
        'Biết cách xưng hô với người thân gần; cần học thêm họ hàng bên nội, bên ngoại.',
        'Nhận ra cơ quan hô hấp qua tranh; cần tập nói việc nên làm để bảo vệ.',
        'Kể được tên vài con vật; cần xếp chúng vào nhóm có cánh, có vây, có chân.',
        'Tìm được hướng mặt trời mọc; cần luyện xác định các hướng còn lại.',
        'Quan sát được tranh về làng quê và đô thị; cần nêu một điểm khác nhau.',
      ],
    },
  },
  {
    subject: 'HDTN',
    grades: [1, 2, 3],
    sentences: {
      T: [
        'Giới thiệu sở thích và điểm đáng yêu của bản thân tự tin trước lớp.',
        'Tự chuẩn bị đồ dùng cá nhân và sắp xếp góc học tập ngăn nắp.',
        'Cùng nhóm làm sản phẩm tái chế, phân việc rõ và đúng hạn.',
        'Nhận biết và gọi tên được nhiều cảm xúc của mình và của bạn.',
        'Nói đúng cách ứng xử an toàn khi gặp người lạ hoặc bị lạc.',
      ],
      H: [
        'Tham gia đủ các buổi sinh hoạt; nên nói ý kiến của mình trong nhóm.',
        'Làm được việc nhà vừa sức; cần làm đều vào một giờ cố định.',
        'Biết nhận phần việc của nhóm; cần báo với bạn khi làm xong.',
        'Kể được một chuyến đi; nên vẽ lại điều nhớ nhất.',
        'Nêu được cảm xúc vui, buồn; cần tập nói nguyên nhân của cảm xúc.',
      ],
      C: [
        'Làm theo bạn trong hoạt động chung; cần tập nhận một việc nhỏ của riêng mình.',
        'Nói được tên và tuổi trước nhóm; cần tập giới thiệu thêm sở thích.',
        'Biết thu dọn khi có hiệu lệnh; cần cất đồ đúng chỗ mà không đợi nhắc.',
        'Nghe lời dặn trước chuyến tham quan; cần nhớ số điện thoại của gia đình.',
        'Chơi cùng nhóm nhỏ; cần tập chia đồ chơi và chờ lượt.',
      ],
    },
  },
  {
    subject: 'HDTN',
    grades: [4, 5],
    sentences: {
      T: [
        'Điều hành buổi sinh hoạt nhóm mạch lạc, lắng nghe mọi ý kiến.',
        'Lập kế hoạch chi tiêu cho một sự kiện nhỏ, tính toán hợp lí.',
        'Tham gia việc công ích và ghi nhật kí hoạt động đầy đủ.',
        'Nêu được ước mơ nghề nghiệp và phẩm chất cần có của nghề đó.',
        'Xử lí khéo léo tình huống bị bắt nạt, biết tìm người hỗ trợ.',
      ],
      H: [
        'Hoàn thành việc được giao; nên đề xuất thêm ý tưởng cho nhóm.',
        'Lập được danh sách việc cần làm; cần ghi rõ người làm và thời hạn.',
        'Biết kiềm chế khi không đồng ý; cần nói ra ý kiến bằng lời ôn hòa.',
        'Tìm hiểu được một nghề ở địa phương; nên phỏng vấn thêm người làm nghề.',
        'Tham gia giữ gìn cảnh quan trường; cần duy trì việc chăm bồn cây hằng tuần.',
      ],
      C: [
        'Có mặt trong các hoạt động; cần chọn một việc và làm đến cùng.',
        'Nêu được một điểm mạnh của mình; cần tìm thêm điều muốn học trong năm tới.',
        'Làm việc nhóm khi có bạn hướng dẫn; cần nhắc lại nhiệm vụ trước khi bắt đầu.',
        'Biết báo người lớn khi gặp nguy hiểm; cần luyện thêm các tình huống giả định.',
        'Ghi được vài dòng về trải nghiệm; cần viết thêm cảm nghĩ sau mỗi hoạt động.',
      ],
    },
  },
];
