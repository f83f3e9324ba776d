import type { SubjectBand } from './sentence.ts';

export const TECHNOLOGY: readonly SubjectBand[] = [
  {
    subject: 'TH',
    grades: [3],
    sentences: {
      T: [
        'Mở, tắt máy tính đúng cách và dùng chuột thành thạo.',
        'Gõ đúng ngón ở hàng phím cơ sở, tư thế ngồi ngay ngắn.',
        'Tạo, đổi tên và tìm lại thư mục nhanh, không cần gợi ý.',
        'Tạo bài trình chiếu có tiêu đề và hình ảnh cân đối.',
        'Nêu đúng thông tin cá nhân nào không được chia sẻ trên mạng.',
      ],
      H: [
        'Dùng được chuột và bàn phím; nên luyện gõ mà không nhìn phím.',
        'Mở được phần mềm đã học; cần nhớ lưu bài trước khi thoát.',
        'Tạo được thư mục; cần đặt tên rõ nghĩa để dễ tìm.',
        'Chèn được ảnh vào trang trình chiếu; nên chỉnh cỡ ảnh cho cân với chữ.',
        'Biết nhờ người lớn khi vào mạng; cần ôn thêm các tình huống mất an toàn.',
      ],
      C: [
        'Nhận biết các bộ phận của máy tính; cần luyện thao tác nháy đúp chuột.',
        'Gõ được tên mình; cần đặt tay đúng hàng phím cơ sở khi gõ.',
        'Mở được bài khi có bạn giúp; cần tự nhớ ba bước mở phần mềm.',
        'Chọn được hình trong thư viện ảnh; cần tập kéo thả hình vào đúng chỗ.',
        'Biết tắt máy theo hướng dẫn; cần nhắc lại thứ tự các bước sau mỗi buổi.',
      ],
    },
  },
  {
    subject: 'TH',
    grades: [4, 5],
    sentences: {
      T: [
        'Soạn thảo văn bản có hình, căn lề và định dạng đẹp mắt.',
        'Lập trình kéo thả có vòng lặp, điều kiện và tự sửa được lỗi.',
        'Tìm kiếm bằng từ khóa phù hợp và đối chiếu thông tin từ hai nguồn.',
        'Thiết kế bài trình chiếu mạch lạc, hiệu ứng vừa phải, dễ theo dõi.',
        'Tổ chức tệp theo cây thư mục khoa học và sao lưu bài cẩn thận.',
      ],
      H: [
        'Gõ mười ngón khá đều; nên luyện thêm hàng phím số.',
        'Tạo được chương trình tuần tự; cần thử dùng khối lệnh lặp để gọn hơn.',
        'Tìm được thông tin trên mạng; cần ghi lại nguồn của thông tin.',
        'Định dạng được chữ; nên thống nhất một kiểu chữ trong cả bài.',
        'Biết tôn trọng bản quyền; cần xin phép khi dùng ảnh của người khác.',
      ],
      C: [
        'Mở và lưu được văn bản; cần luyện sao chép, cắt, dán đoạn chữ.',
        'Kéo thả được vài khối lệnh; cần đọc lại kịch bản để xếp lệnh đúng thứ tự.',
        'Gõ được câu ngắn có dấu; cần luyện quy tắc gõ dấu mỗi buổi năm phút.',
        'Tạo được một trang trình chiếu; cần tập thêm trang mới và chọn bố cục.',
        'Tìm được ảnh theo từ khóa cho sẵn; cần tập tự chọn từ khóa.',
      ],
    },
  },
  {
    subject: 'CN',
    grades: [3],
    sentences: {
      T: [
        'Dùng đèn học, quạt điện, máy thu hình an toàn và nêu đúng tác dụng từng bộ phận.',
        'Làm đồ dùng học tập bằng giấy đúng kích thước, đường cắt thẳng.',
        'Làm biển báo giao thông đúng hình, đúng màu và giải thích được ý nghĩa.',
        'Chọn vật liệu, dụng cụ hợp lí và dọn chỗ làm gọn gàng.',
        'Giới thiệu sản phẩm đã làm rõ từng bước, ngắn gọn.',
      ],
      H: [
        'Nêu được tác dụng của đồ dùng điện; cần nhớ thêm lưu ý an toàn khi dùng.',
        'Cắt được theo đường kẻ; nên giữ kéo thẳng để mép giấy đều.',
        'Làm xong sản phẩm theo mẫu; cần dán chắc các mối nối.',
        'Phân biệt đối tượng tự nhiên và sản phẩm công nghệ; nên lấy thêm ví dụ ở lớp.',
        'Làm được đồ chơi đơn giản; cần trang trí cân đối hơn.',
      ],
      C: [
        'Gọi đúng tên đồ dùng trong nhà; cần học thêm cách bật, tắt an toàn.',
        'Gấp được giấy theo nếp có sẵn; cần tập đo và kẻ trước khi cắt.',
        'Hoàn thành một phần sản phẩm; cần làm lần lượt theo tranh hướng dẫn.',
        'Nhận ra biển báo quen thuộc; cần tập nói ý nghĩa của từng biển.',
        'Biết chọn giấy và hồ dán; cần tập dùng kéo đúng cách cùng bạn.',
      ],
    },
  },
  {
    subject: 'CN',
    grades: [4, 5],
    sentences: {
      T: [
        'Trồng và chăm hoa trong chậu đúng quy trình, cây phát triển tốt.',
        'Lắp ghép mô hình kĩ thuật chắc chắn, đúng bản vẽ.',
        'Phác thảo ý tưởng sản phẩm có ghi chú kích thước rõ ràng.',
        'Nêu được vai trò của sáng chế và kể về một nhà sáng chế.',
        'Sử dụng tủ lạnh, điện thoại tiết kiệm, an toàn và nhắc người thân cùng làm.',
      ],
      H: [
        'Kể tên các loại hoa, cây cảnh; cần nêu thêm cách tưới cho từng loại.',
        'Lắp được mô hình theo nhóm; nên kiểm tra từng mối ghép trước khi sang bước sau.',
        'Vẽ được ý tưởng; cần ghi tên vật liệu bên cạnh hình vẽ.',
        'Làm đồ chơi dân gian đúng các bước; nên hoàn thiện phần trang trí.',
        'Biết cách dùng đồ điện tử; cần nhớ thời gian sử dụng hợp lí.',
      ],
      C: [
        'Nhận biết dụng cụ trồng cây; cần thực hành gieo hạt cùng nhóm.',
        'Chọn được chi tiết lắp ghép; cần đối chiếu với hình trong sách ở mỗi bước.',
        'Kể được một đồ dùng công nghệ; cần nói thêm nó giúp ích điều gì.',
        'Làm được phần việc đơn giản của nhóm; cần tập đọc bản hướng dẫn trước khi làm.',
        'Biết giữ an toàn khi dùng kéo; cần luyện cắt theo đường cong.',
      ],
    },
  },
];
