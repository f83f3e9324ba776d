import type { SubjectBand } from './sentence.ts';

export const SCIENCES: readonly SubjectBand[] = [
  {
    subject: 'LSDL',
    grades: [4],
    sentences: {
      T: [
        'Chỉ đúng vị trí các vùng trên bản đồ và nêu được đặc điểm nổi bật của từng vùng.',
        'So sánh khí hậu, địa hình giữa hai vùng bằng bảng rõ ràng.',
        'Trình bày được nét văn hóa, lễ hội của địa phương và cách giữ gìn.',
        'Giới thiệu danh nhân của địa phương kèm tranh ảnh tự sưu tầm, lời kể hấp dẫn.',
        'Nêu được mối liên hệ giữa thiên nhiên và cách sinh sống của người dân từng vùng.',
        'Kể chuyện về một làng nghề truyền thống, nêu đúng nơi có nghề và sản phẩm.',
      ],
      H: [
        'Nêu được tên các vùng; cần luyện chỉ vị trí trên bản đồ treo tường.',
        'Đọc được chú giải bản đồ; cần phân biệt kĩ màu chỉ độ cao.',
        'Mô tả được khí hậu của vùng; cần giải thích ảnh hưởng đến đời sống.',
        'Nêu được lễ hội tiêu biểu; nên tìm hiểu thêm ý nghĩa của lễ hội.',
        'Sưu tầm đủ tranh ảnh; nên viết lời chú thích cho từng ảnh.',
        'Chỉ được sông, núi lớn của vùng; cần nói thêm chúng giúp ích gì cho người dân.',
      ],
      C: [
        'Tìm được địa phương mình trên bản đồ; cần tập chỉ các vùng lần lượt từ bắc vào nam.',
        'Phân biệt được sông, núi, biển trên lược đồ; cần học thêm các kí hiệu khác.',
        'Kể được một lễ hội ở quê; cần hỏi thêm người thân về thời gian và hoạt động.',
        'Quan sát được tranh ảnh; cần nói lại điều nhìn thấy bằng hai câu.',
        'Nêu được tên nơi mình ở; cần tìm hiểu thêm một cảnh đẹp gần nhà.',
        'Nhớ tên một di tích gần nhà; cần cùng bạn sưu tầm ảnh và kể hai điều về di tích.',
      ],
    },
  },
  {
    subject: 'LSDL',
    grades: [5],
    sentences: {
      T: [
        'Kể lại sự kiện lịch sử theo trình tự, nêu được nguyên nhân và kết quả.',
        'Vẽ trục thời gian chính xác, sắp xếp đúng các mốc từ buổi đầu dựng nước.',
        'Xác định vị trí Việt Nam, các nước láng giềng và biển đảo trên bản đồ nhanh, đúng.',
        'Đọc lược đồ, bảng số liệu dân cư và rút ra nhận xét xác đáng.',
        'Liên hệ bài học với di tích lịch sử ở nơi sống và nêu việc nên làm để bảo vệ.',
        'Giới thiệu đất nước láng giềng bằng bản đồ và ba đặc điểm nổi bật.',
      ],
      H: [
        'Nhớ sự kiện chính; nên ghi thêm năm diễn ra vào trục thời gian.',
        'Kể được về nhân vật lịch sử; nên nêu thêm công lao của nhân vật đó.',
        'Gọi đúng tên các châu lục; cần luyện chỉ từng châu lục trên quả địa cầu.',
        'Đọc được bảng số liệu; cần so sánh các số trước khi kết luận.',
        'Trả lời đúng câu hỏi trong sách; cần tự đặt thêm một câu hỏi sau mỗi bài.',
        'Nêu được diễn biến chính; cần chỉ nơi diễn ra sự kiện trên lược đồ.',
      ],
      C: [
        'Nhớ tên một vài anh hùng dân tộc; cần nghe kể chuyện lịch sử và ghi lại một ý chính.',
        'Sắp xếp được hai mốc thời gian; cần ôn trục thời gian của từng bài.',
        'Nhận ra hình dạng nước ta trên bản đồ; cần tập chỉ biển và các quần đảo.',
        'Tìm được thông tin khi có trang sách chỉ sẵn; cần luyện dùng mục lục.',
        'Chép đủ bài vào vở; cần đọc lại và tô đậm từ khóa ở mỗi mục.',
        'Kể được tên thủ đô và vài tỉnh; cần luyện chỉ vị trí của chúng trên bản đồ mỗi tuần.',
      ],
    },
  },
  {
    subject: 'KH',
    grades: [4],
    sentences: {
      T: [
        'Làm thí nghiệm đúng các bước, ghi kết quả đầy đủ và rút ra kết luận.',
        'Giải thích được vòng tuần hoàn của nước bằng sơ đồ tự vẽ.',
        'Phân loại vật dẫn nhiệt, cách nhiệt chính xác và nêu ứng dụng trong nhà.',
        'Vẽ chuỗi thức ăn đúng và nêu được điều xảy ra khi thiếu một mắt xích.',
        'Lập thực đơn cân đối cho một ngày và giải thích cách chọn món.',
        'Giải thích vì sao không khí cần cho sự cháy bằng thí nghiệm do nhóm tự bố trí.',
      ],
      H: [
        'Quan sát thí nghiệm kĩ; cần ghi kết quả ngay sau mỗi lần thử.',
        'Nêu được tính chất của nước; nên lấy thêm ví dụ trong đời sống.',
        'Kể tên các nhóm chất dinh dưỡng; nên ghép từng nhóm với món ăn quen thuộc.',
        'Vẽ được chuỗi thức ăn ba mắt xích; cần thêm mũi tên đúng chiều.',
        'Mô tả được hiện tượng; cần dùng từ khoa học như bay hơi, ngưng tụ.',
        'Nêu được cây cần ánh sáng, nước; nên trồng thử hai chậu cây để so sánh.',
      ],
      C: [
        'Nhận biết được ba thể của nước; cần quan sát thêm nước đá tan và ghi lại.',
        'Kể được món ăn hằng ngày; cần tập xếp món ăn vào từng nhóm chất.',
        'Tham gia cùng nhóm làm thí nghiệm; cần nói lại từng bước đã làm.',
        'Phân biệt được vật phát sáng khi có hình; cần thử với đèn pin ở nhà.',
        'Chỉ được con vật ăn cỏ, ăn thịt; cần nối chúng thành chuỗi thức ăn đơn giản.',
        'Kể được thức ăn, nước uống của con vật nuôi; cần quan sát và ghi lại trong một tuần.',
      ],
    },
  },
  {
    subject: 'KH',
    grades: [5],
    sentences: {
      T: [
        'Phân biệt hỗn hợp, dung dịch và tách được muối khỏi nước đúng cách.',
        'Lắp mạch điện đơn giản hoạt động tốt, giải thích được vật dẫn điện, cách điện.',
        'Trình bày sự sinh sản của thực vật có hoa mạch lạc, chỉ rõ nhị và nhụy.',
        'Nêu các giai đoạn phát triển của con người và cách chăm sóc sức khỏe tuổi dậy thì.',
        'Đề xuất được việc làm tiết kiệm năng lượng phù hợp với gia đình.',
        'Nêu được ích lợi, tác hại của vi khuẩn và cách bảo quản thức ăn hợp vệ sinh.',
      ],
      H: [
        'Phân biệt được vật dẫn điện và cách điện; cần giải thích vì sao chọn vật liệu đó.',
        'Nhớ các bộ phận của hoa; nên quan sát hoa thật để chỉ đúng từng bộ phận.',
        'Nêu được nguyên nhân ô nhiễm đất; cần nói thêm biện pháp bảo vệ.',
        'Làm đúng theo phiếu hướng dẫn; nên tự nêu dự đoán trước khi làm.',
        'Kể được các nguồn năng lượng; nên so sánh nguồn nào dùng được lâu dài.',
        'Vẽ được vòng đời của con vật; cần ghi tên từng giai đoạn bên cạnh hình.',
      ],
      C: [
        'Nhận ra hỗn hợp quen thuộc trong bếp; cần tự pha nước muối và quan sát.',
        'Gọi đúng tên bộ phận chính của cây; cần vẽ và ghi chú thêm hoa, quả, hạt.',
        'Nối được bóng đèn với pin cùng bạn; cần vẽ lại đường dây đã nối.',
        'Trả lời được câu hỏi chọn đáp án; cần tập giải thích bằng một câu ngắn.',
        'Nhớ một nguồn năng lượng quen thuộc; cần kể thêm năng lượng từ gió, nước.',
        'Kể được việc giữ vệ sinh cơ thể; cần nói thêm lí do của mỗi việc làm.',
      ],
    },
  },
];
