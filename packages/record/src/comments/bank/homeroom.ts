import type { HomeroomPart } from './sentence.ts';

export const HOMEROOM_SENTENCES: HomeroomPart = {
  HTXS: [
    'Hoàn thành xuất sắc chương trình của năm học; đọc rộng, tính toán vững và biết giúp bạn cùng tiến bộ.',
    'Kết quả đồng đều ở mọi môn học; tự học tốt và điều hành nhóm khéo léo.',
    'Nắm chắc kiến thức, kĩ năng; trình bày mạch lạc và luôn hoàn thành nhiệm vụ đúng hẹn.',
    'Cả năm giữ được nếp học tự giác; mạnh về đọc hiểu và giải quyết tình huống mới.',
    'Học vững các môn, khéo tay trong hoạt động tạo hình, lễ phép và biết sẻ chia.',
    'Biết đặt mục tiêu cho từng tháng và theo đuổi đến cùng; là chỗ dựa của nhóm học tập.',
  ],
  HTT: [
    'Hoàn thành tốt nội dung các môn; có thể đọc thêm sách khoa học trong hè để mở rộng hiểu biết.',
    'Kiến thức chắc, chữ viết đẹp; nên luyện thêm bài toán nhiều bước.',
    'Tiến bộ rõ ở kĩ năng nói trước lớp; tính toán cẩn thận, giữ lời hứa với bạn.',
    'Học đều, chuẩn bị bài đầy đủ; nên thử sức ở các câu hỏi nâng cao.',
    'Phối hợp nhóm tốt, đọc lưu loát; cần kiểm tra lại bài để tránh sai sót nhỏ.',
    'Có trách nhiệm với việc chung của tổ; nên rèn thêm tốc độ làm bài kiểm tra.',
  ],
  HT: [
    'Hoàn thành chương trình của lớp; nên đọc truyện mỗi ngày trong hè để viết đoạn văn hay hơn.',
    'Đã vững các phép tính cơ bản; cần luyện thêm giải toán có lời văn.',
    'Đi học đều, hòa đồng với bạn; cần mạnh dạn nói ý kiến trong giờ học.',
    'Nhiều cố gắng ở học kỳ II, nhất là phần đọc; nên ôn bảng nhân và chính tả trong hè.',
    'Thực hiện tốt nội quy, khéo tay; cần tập trung hơn khi nghe hướng dẫn.',
    'Biết hỏi khi chưa hiểu; cần duy trì thói quen tự học ba mươi phút mỗi tối.',
  ],
  CHT: [
    'Đã tiến bộ ở phần đọc so với đầu năm; cần được kèm thêm phép tính và chính tả trong hè.',
    'Thân thiện, chịu khó đến lớp; cần ôn lại kiến thức nền cùng giáo viên và gia đình trong hè.',
    'Làm được bài ở mức đơn giản; cần luyện đọc và tính nhẩm đều đặn mỗi ngày.',
    'Khéo tay, biết giúp việc lớp; cần thêm thời gian và sự hỗ trợ để đạt yêu cầu của môn Toán, Tiếng Việt.',
    'Cố gắng nhiều ở cuối năm; cần theo kế hoạch ôn tập từng tuần để được đánh giá bổ sung.',
    'Hợp tác tốt với bạn; cần rèn thói quen ngồi học tập trung và hoàn thành từng việc nhỏ.',
  ],
};
