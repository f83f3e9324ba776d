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
    grades: [4],
    sentences: {
      T: [
        'Gõ mười ngón đều tay, đúng cả hàng phím số.',
        'Tạo, sao chép, di chuyển tệp và thư mục nhanh, khoa học.',
        'Tìm kiếm bằng từ khóa phù hợp và chọn đúng kết quả cần dùng.',
        'Soạn thảo văn bản có hình ảnh, căn chỉnh đẹp mắt.',
        'Tạo chương trình kéo thả có nhân vật chuyển động đúng kịch bản.',
      ],
      H: [
        'Gõ mười ngón khá đều; nên luyện thêm hàng phím số.',
        'Tìm được thông tin trên mạng; cần ghi lại địa chỉ trang đã đọc.',
        'Định dạng được trang trình chiếu; nên thống nhất một kiểu chữ trong cả bài.',
        'Tạo được chương trình tuần tự; cần chạy thử sau mỗi khối lệnh.',
        'Biết tôn trọng bản quyền; cần hỏi ý kiến trước khi dùng phần mềm lạ.',
      ],
      C: [
        'Mở và lưu được văn bản; cần luyện sao chép, cắt, dán đoạn chữ.',
        'Gõ được câu ngắn có dấu; cần luyện quy tắc gõ dấu mỗi buổi năm phút.',
        'Tạo được một trang trình chiếu; cần tập thêm trang mới và chọn bố cục.',
        'Tìm được ảnh theo từ khóa cho sẵn; cần tập tự chọn từ khóa.',
        'Kéo thả được vài khối lệnh; cần đọc lại kịch bản để xếp lệnh đúng thứ tự.',
      ],
    },
  },
  {
    subject: 'TH',
    grades: [5],
    sentences: {
      T: [
        'Lập trình kéo thả có vòng lặp, điều kiện và tự sửa được lỗi.',
        'Đối chiếu thông tin từ hai trang mạng trước khi dùng vào bài.',
        'Thiết kế bài trình chiếu mạch lạc, hiệu ứng vừa phải, dễ theo dõi.',
        'Tổ chức tệp theo cây thư mục hợp lí và sao lưu bài cẩn thận.',
        'Làm thiệp, tờ rơi trên máy tính có bố cục hài hòa.',
      ],
      H: [
        'Dùng được lệnh lặp có số lần cho trước; nên thử lệnh lặp có điều kiện.',
        'Chỉnh sửa văn bản khá tốt; cần xem lại toàn trang trước khi lưu.',
        'Chọn được thông tin cho bài trình bày; cần nêu rõ nguồn lấy thông tin.',
        'Tìm được tệp trong cây thư mục; nên đặt tên tệp kèm ngày tháng.',
        'Hiểu quy tắc chia sẻ nội dung số; cần xin phép khi dùng ảnh của người khác.',
      ],
      C: [
        'Ghép được lệnh di chuyển cho nhân vật; cần học thêm khối lệnh lặp lại.',
        'Mở được trang mạng theo hướng dẫn; cần tự gõ địa chỉ trang đã học.',
        'Gõ được đoạn văn ngắn; cần luyện chọn chữ và đổi kiểu chữ.',
        'Lưu được bài vào thư mục có sẵn; cần tự tạo thư mục mang tên mình.',
        'Nhận ra thông tin không nên chia sẻ; cần ôn cách báo người lớn khi gặp điều lạ trên mạng.',
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
    grades: [4],
    sentences: {
      T: [
        'Trồng và chăm hoa trong chậu đúng quy trình, cây phát triển tốt.',
        'Lắp ghép mô hình kĩ thuật chắc chắn, đúng bản vẽ.',
        'Làm đèn lồng, chuồn chuồn thăng bằng đẹp, đúng các bước.',
        'Kể tên nhiều loài hoa, cây cảnh và nêu rõ đặc điểm từng loài.',
        'Chọn giá thể, dụng cụ trồng cây hợp lí và giải thích được lí do.',
      ],
      H: [
        'Nhận biết các loại hoa phổ biến; cần nêu thêm cách tưới cho từng loại.',
        'Lắp được mô hình theo nhóm; nên kiểm tra từng mối ghép trước khi sang bước sau.',
        'Làm đồ chơi dân gian đúng các bước; nên hoàn thiện phần trang trí.',
        'Gieo được hạt đúng độ sâu; cần theo dõi và ghi nhật kí cây mỗi tuần.',
        'Gọi đúng tên chi tiết lắp ghép; cần xếp lại vào hộp theo nhóm sau khi dùng.',
      ],
      C: [
        'Nhận biết dụng cụ trồng cây; cần thực hành gieo hạt cùng nhóm.',
        'Chọn được chi tiết lắp ghép; cần đối chiếu với hình trong sách ở mỗi bước.',
        'Tưới được cây theo phân công; cần học cách nhận ra khi đất còn ẩm.',
        'Làm được phần việc đơn giản của nhóm; cần tập đọc bản hướng dẫn trước khi làm.',
        'Biết giữ an toàn khi dùng kéo; cần luyện cắt theo đường cong.',
      ],
    },
  },
  {
    subject: 'CN',
    grades: [5],
    sentences: {
      T: [
        'Phác thảo ý tưởng sản phẩm có ghi chú kích thước rõ ràng.',
        'Nêu vai trò của sáng chế và kể về một nhà sáng chế bằng lời của mình.',
        'Sử dụng tủ lạnh, điện thoại tiết kiệm, an toàn và nhắc người thân cùng làm.',
        'Lắp mô hình xe chạy bằng pin hoạt động tốt, biết tìm chỗ hỏng để chỉnh lại.',
        'Đánh giá được ưu điểm của sản phẩm và đề xuất cách cải tiến.',
      ],
      H: [
        'Vẽ được ý tưởng; cần ghi tên vật liệu bên cạnh hình vẽ.',
        'Biết cách dùng điện thoại gọi khẩn cấp; cần nhớ các số 113, 114, 115.',
        'Sắp xếp được thực phẩm trong tủ lạnh; nên giải thích vì sao đặt ở từng ngăn.',
        'Lắp được mô hình máy phát điện gió; cần siết chặt trục quay.',
        'Kể được vài sáng chế; cần nói thêm sáng chế đó thay đổi cuộc sống thế nào.',
      ],
      C: [
        'Kể được một đồ dùng công nghệ; cần nói thêm nó giúp ích điều gì.',
        'Nhận ra biểu tượng trên điện thoại; cần tập gọi và nhận cuộc gọi đúng phép lịch sự.',
        'Lắp được khung mô hình cùng bạn; cần làm lần lượt theo từng hình hướng dẫn.',
        'Vẽ được hình đơn giản của sản phẩm; cần thêm mũi tên chỉ các bộ phận.',
        'Biết cất thực phẩm vào tủ lạnh; cần nhớ đóng kín cửa tủ.',
      ],
    },
  },
];
