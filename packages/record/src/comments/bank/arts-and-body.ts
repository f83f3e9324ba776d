import type { SubjectBand } from './sentence.ts';

export const ARTS_AND_BODY: readonly SubjectBand[] = [
  {
    subject: 'GDTC',
    grades: [1, 2, 3],
    sentences: {
      T: [
        'Tập hợp hàng dọc, hàng ngang nhanh, dóng hàng thẳng.',
        'Thực hiện bài thể dục đúng nhịp, động tác dứt khoát.',
        'Giữ thăng bằng tốt khi đi trên vạch và đi qua chướng ngại vật.',
        'Chơi trò chơi vận động đúng luật, phối hợp nhịp nhàng với đồng đội.',
        'Tung và bắt bóng chính xác ở nhiều khoảng cách.',
      ],
      H: [
        'Thuộc động tác thể dục; cần vươn tay, duỗi chân hết tầm.',
        'Đi đều đúng hướng; nên nghe khẩu lệnh để đổi chân kịp nhịp.',
        'Bật xa đúng tư thế; cần luyện tiếp đất bằng nửa bàn chân trước.',
        'Chơi trò chơi đúng luật; cần di chuyển nhanh hơn khi đến lượt.',
        'Ném bóng trúng đích gần; nên tăng dần khoảng cách khi tập.',
      ],
      C: [
        'Bắt chước được từng động tác; cần tập chậm theo nhịp đếm.',
        'Đứng đúng hàng khi có vạch; cần luyện dóng hàng theo bạn phía trước.',
        'Tham gia trò chơi cùng tổ; cần nhớ luật chơi trước khi vào cuộc.',
        'Tung được bóng lên cao; cần tập bắt bóng bằng hai tay ở gần.',
        'Chạy được đoạn ngắn; cần tập thở đều và chạy nhẹ mỗi sáng.',
      ],
    },
  },
  {
    subject: 'GDTC',
    grades: [4, 5],
    sentences: {
      T: [
        'Thực hiện đúng kĩ thuật chạy ngắn, xuất phát nhanh, về đích mạnh.',
        'Hoàn thiện bài thể dục với vòng, gậy; động tác đẹp và đều.',
        'Phối hợp dẫn bóng, chuyền bóng nhịp nhàng trong nhóm.',
        'Điều khiển tổ khởi động đúng trình tự, hô nhịp rõ.',
        'Biết tự chọn bài tập vừa sức và theo dõi sự tiến bộ của mình.',
      ],
      H: [
        'Nắm kĩ thuật nhảy dây; cần tăng dần số lần liên tục.',
        'Chuyền bóng đúng hướng; nên quan sát đồng đội trước khi chuyền.',
        'Thuộc bài thể dục; cần kết hợp hít thở đúng nhịp.',
        'Chạy đúng đường chạy; cần tập giữ tốc độ ở đoạn cuối.',
        'Tham gia môn thể thao tự chọn; nên luyện thêm động tác cơ bản ở nhà.',
      ],
      C: [
        'Thực hiện được nửa đầu bài thể dục; cần học thêm mỗi tuần hai động tác.',
        'Dẫn bóng được khi đi chậm; cần luyện chạm bóng nhẹ và đều.',
        'Nhảy dây được vài lần; cần tập nhảy chụm chân tại chỗ.',
        'Theo kịp lớp khi khởi động; cần tập bền sức bằng đi bộ nhanh mỗi ngày.',
        'Nhớ một số quy định an toàn; cần kiểm tra giày và sân trước khi tập.',
      ],
    },
  },
  {
    subject: 'AN',
    grades: [1, 2, 3],
    sentences: {
      T: [
        'Hát đúng giai điệu, rõ lời và biết lấy hơi đúng chỗ.',
        'Gõ đệm theo phách, theo nhịp chính xác bằng thanh phách, trống con.',
        'Đọc nhạc theo kí hiệu bàn tay đúng cao độ.',
        'Vận động theo bài hát nhịp nhàng, nét mặt tươi vui.',
        'Nhận ra tiếng nhạc cụ dân tộc đã nghe và gọi đúng tên.',
      ],
      H: [
        'Thuộc lời bài hát; cần hát đúng chỗ ngân dài.',
        'Gõ đệm theo phách được; nên nghe bạn để giữ nhịp đều.',
        'Nhớ động tác phụ họa; cần làm khớp với câu hát.',
        'Đọc đúng tên nốt; cần luyện cao độ cùng kí hiệu bàn tay.',
        'Nghe nhạc chú ý; nên nói thêm cảm nhận bằng một câu.',
      ],
      C: [
        'Hát được câu đầu của bài; cần nghe và hát theo từng câu ngắn.',
        'Vỗ tay được theo nhịp chậm; cần luyện vỗ theo phách cùng nhóm.',
        'Nhận ra bài hát khi nghe nhạc dạo; cần học thuộc lời mỗi tuần một đoạn.',
        'Làm được vài động tác; cần tập trước gương theo nhạc.',
        'Biết tên một nhạc cụ; cần xem và nghe thêm tiếng của các nhạc cụ khác.',
      ],
    },
  },
  {
    subject: 'AN',
    grades: [4, 5],
    sentences: {
      T: [
        'Hát bè đơn giản vững, giữ được giai điệu của bè mình.',
        'Đọc bài nhạc ngắn đúng cao độ, trường độ, kết hợp đánh nhịp.',
        'Thổi sáo hoặc kèn phím đúng mẫu âm, hơi đều.',
        'Biểu diễn tự tin, thể hiện đúng sắc thái của bài hát.',
        'Nêu được nét đặc sắc của bài dân ca và hát đúng chất dân ca.',
      ],
      H: [
        'Hát đúng cao độ; cần thể hiện to nhỏ theo sắc thái.',
        'Đọc nhạc đúng tên nốt; nên luyện trường độ nốt đơn, nốt đen.',
        'Chơi được mẫu tiết tấu; cần giữ tốc độ đều đến cuối bài.',
        'Nêu được tên tác giả bài hát; nên tìm hiểu thêm hoàn cảnh ra đời.',
        'Biểu diễn cùng nhóm; cần nhìn khán giả và đứng đúng đội hình.',
      ],
      C: [
        'Hát theo được giai điệu; cần luyện riêng những câu có nốt cao.',
        'Nhận biết khuông nhạc và khóa son; cần học thêm vị trí từng nốt.',
        'Gõ được tiết tấu hai nhịp; cần tập chậm rồi ghép vào bài hát.',
        'Đứng hát cùng nhóm nhỏ; cần tập hát một mình đoạn điệp khúc.',
        'Nghe và phân biệt được nhanh, chậm; cần nghe thêm để nhận ra to, nhỏ.',
      ],
    },
  },
  {
    subject: 'MT',
    grades: [1, 2, 3],
    sentences: {
      T: [
        'Phối màu tươi sáng, tô đều và gọn nét.',
        'Tạo hình từ đất nặn sinh động, các phần gắn chắc chắn.',
        'Vẽ tranh về trường, về gia đình có hình to, nhỏ hợp lí.',
        'Xé dán giấy khéo, tạo được bố cục đẹp.',
        'Giới thiệu bài vẽ của mình và nêu điều thích ở bài của bạn.',
      ],
      H: [
        'Vẽ được hình chính; cần thêm cảnh phụ để tranh đầy đặn.',
        'Tô màu kín hình; nên thử pha hai màu để có màu mới.',
        'Nặn được hình quen thuộc; cần vuốt đất kĩ ở chỗ nối.',
        'Dùng được chấm và nét; nên sắp xếp chúng thành hoa văn lặp lại.',
        'Nói được tên bài vẽ; cần kể thêm câu chuyện trong tranh.',
      ],
      C: [
        'Vẽ được nét thẳng, nét cong; cần ghép các nét thành hình đơn giản.',
        'Nhận biết ba màu cơ bản; cần tập tô theo một chiều trong hình.',
        'Xé được giấy thành mảng; cần phác hình trước khi xé.',
        'Làm được sản phẩm cùng bạn; cần tự chọn màu và vật liệu.',
        'Lăn tròn, vê dài được đất nặn; cần ghép chúng thành con vật quen thuộc.',
      ],
    },
  },
  {
    subject: 'MT',
    grades: [4, 5],
    sentences: {
      T: [
        'Bố cục tranh cân đối, có gần có xa, hòa sắc đẹp.',
        'Mô phỏng được họa tiết vốn cổ và vận dụng vào sản phẩm trang trí.',
        'Tạo hình khối ba chiều từ vật liệu tái chế độc đáo, chắc chắn.',
        'Phân tích được màu nóng, màu lạnh trong tác phẩm và nêu cảm nhận.',
        'Lên ý tưởng, phác thảo và hoàn thành sản phẩm đúng kế hoạch.',
      ],
      H: [
        'Vẽ đúng chủ đề; cần sắp xếp hình chính nổi bật hơn.',
        'Phối được màu tương phản; nên thử thêm sắc độ đậm, nhạt.',
        'Làm được khối hộp, khối trụ; cần ghép khối cho cân đối.',
        'Nhận xét được bài của bạn; cần nêu lí do cho mỗi nhận xét.',
        'Trang trí được đường diềm; nên chú ý khoảng cách đều giữa các họa tiết.',
      ],
      C: [
        'Phác được hình đơn giản; cần quan sát tỉ lệ của vật mẫu.',
        'Tô được mảng màu lớn; cần chừa khoảng nghỉ và viền gọn.',
        'Tham gia sản phẩm nhóm; cần tự làm trọn một chi tiết.',
        'Chép được họa tiết có sẵn; cần kẻ trục đối xứng trước khi vẽ.',
        'Chọn được vật liệu tái chế; cần lên ý tưởng bằng một hình phác nhỏ.',
      ],
    },
  },
];
