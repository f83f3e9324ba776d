import type { SubjectBand } from './sentence.ts';

export const MATHEMATICS: readonly SubjectBand[] = [
  {
    subject: 'TOAN',
    grades: [1],
    sentences: {
      T: [
        'Cộng, trừ trong phạm vi 100 không nhớ nhanh và chính xác.',
        'So sánh và sắp xếp các số có hai chữ số thành thạo.',
        'Nhận dạng đúng hình vuông, hình tròn, hình tam giác, khối hộp trong đồ vật thật.',
        'Nêu được phép tính phù hợp với tranh và nói rõ vì sao chọn phép tính đó.',
        'Đếm, đọc, viết các số đến 100 trôi chảy, cả đếm xuôi và đếm ngược.',
        'Xem đồng hồ đúng giờ và nói được thứ tự các ngày trong tuần.',
        'Đo độ dài bằng xăng-ti-mét chính xác và biết ước lượng trước khi đo.',
      ],
      H: [
        'Cộng, trừ đúng trong phạm vi 20; nên luyện tính nhẩm để nhanh hơn.',
        'Đọc, viết đúng các số đến 100; cần phân biệt kĩ chữ số hàng chục và hàng đơn vị.',
        'Đặt tính đúng; cần viết các chữ số thẳng cột.',
        'Nhận biết các hình đã học; nên đếm hình theo thứ tự để không bỏ sót.',
        'So sánh được hai số; cần dùng đúng dấu lớn hơn, bé hơn.',
        'Viết được phép tính theo tranh; nên kể lại đề toán bằng lời trước khi tính.',
        'Xem được giờ đúng; cần tập xem đồng hồ ở nhà vào những giờ quen thuộc.',
      ],
      C: [
        'Đếm được các số đến 20; cần đếm thêm với que tính để quen các số lớn hơn.',
        'Cộng được khi dùng que tính; cần luyện tách và gộp số trong phạm vi 10.',
        'Nhận ra hình vuông và hình tròn; cần tìm thêm hình tam giác, hình chữ nhật quanh lớp.',
        'Đọc được số có một chữ số; cần luyện đọc, viết số có hai chữ số theo bảng.',
        'Trừ được các số nhỏ bằng ngón tay; cần ôn bảng trừ trong phạm vi 10 mỗi ngày.',
        'Bước đầu biết so sánh số lượng; cần ghép cặp đồ vật để thấy bên nào nhiều hơn.',
        'Hiểu đề toán khi có tranh; cần nói câu trả lời thành lời trước khi viết phép tính.',
      ],
    },
  },
  {
    subject: 'TOAN',
    grades: [2],
    sentences: {
      T: [
        'Cộng, trừ có nhớ trong phạm vi 1000 chính xác, trình bày thẳng cột.',
        'Thuộc bảng nhân, bảng chia 2 và 5, vận dụng nhanh khi tính.',
        'Giải bài toán nhiều hơn, ít hơn đúng, câu lời giải gọn.',
        'Tính độ dài đường gấp khúc chính xác, đổi đúng mét và xăng-ti-mét.',
        'Xem đồng hồ khi kim phút chỉ số 3, số 6 và đọc lịch tháng thành thạo.',
      ],
      H: [
        'Cộng đúng các số không nhớ; cần viết số nhớ khi tính có nhớ.',
        'Nhớ bảng nhân 2; nên ôn bảng nhân 5 qua cách đếm cách năm.',
        'Đọc đúng số có ba chữ số; cần chú ý số có chữ số 0 ở giữa.',
        'Chọn được phép tính cho bài toán một bước; cần ghi đủ đơn vị ở đáp số.',
        'Nhận biết khối trụ, khối cầu; nên tìm thêm đường thẳng, đường cong quanh lớp.',
      ],
      C: [
        'Tính được các phép cộng trong phạm vi 20; cần luyện thêm phép trừ có nhớ.',
        'Đọc được số có hai chữ số; cần tách số thành trăm, chục, đơn vị bằng thẻ.',
        'Hiểu phép nhân qua nhóm đồ vật bằng nhau; cần học thuộc dần bảng nhân 2.',
        'Đo được đồ vật ngắn; cần đặt vạch số 0 của thước trùng với đầu đồ vật.',
        'Kể lại được đề toán khi có tranh; cần tập viết câu lời giải ngắn.',
      ],
    },
  },
  {
    subject: 'TOAN',
    grades: [3],
    sentences: {
      T: [
        'Thuộc các bảng nhân, bảng chia và tính nhẩm nhanh.',
        'Giải bài toán hai bước đúng, lời giải rõ từng bước.',
        'Tính chu vi, diện tích hình chữ nhật và hình vuông chính xác, ghi đúng đơn vị.',
        'Tính giá trị biểu thức đúng thứ tự, biết cách tính thuận tiện.',
        'Xem đồng hồ đến từng phút và tính được khoảng thời gian giữa hai việc.',
      ],
      H: [
        'Nhớ phần lớn bảng nhân; nên ôn thêm bảng nhân 7 và 8.',
        'Giải đúng bài toán một bước; cần đọc kĩ đề để tìm bước thứ hai.',
        'Đặt tính chia đúng; cần thử lại bằng phép nhân sau mỗi bài.',
        'Nhận biết góc vuông, góc không vuông; nên dùng ê ke kiểm tra trước khi kết luận.',
        'Tính đúng biểu thức có một phép tính; cần nhớ nhân chia trước, cộng trừ sau.',
      ],
      C: [
        'Thuộc bảng nhân 2 và 5; cần học thêm mỗi tuần một bảng bằng thẻ số.',
        'Tóm tắt được đề toán khi có sơ đồ; cần tập tự viết câu trả lời.',
        'Đọc được số có bốn chữ số; cần luyện viết số theo hàng nghìn, trăm, chục, đơn vị.',
        'Chia được số nhỏ bằng cách chia đều đồ vật; cần gắn phép chia với bảng nhân.',
        'Xem được giờ đúng và giờ rưỡi; cần tập đếm từng năm phút trên mặt đồng hồ.',
      ],
    },
  },
  {
    subject: 'TOAN',
    grades: [4],
    sentences: {
      T: [
        'Cộng, trừ, nhân, chia phân số thành thạo, rút gọn đến phân số tối giản.',
        'Chia cho số có hai chữ số chính xác, biết ước lượng thương.',
        'Giải bài toán tìm hai số khi biết tổng và hiệu bằng sơ đồ rõ ràng.',
        'Nhận dạng hình bình hành, hình thoi và vẽ đường thẳng song song, vuông góc chính xác.',
        'Đọc biểu đồ cột và nêu được nhận xét có số liệu.',
      ],
      H: [
        'Cộng, trừ phân số cùng mẫu số đúng; cần luyện bước quy đồng khi khác mẫu.',
        'Thực hiện được phép nhân với số có hai chữ số; cần viết tích riêng lùi đúng cột.',
        'Tìm đúng số trung bình cộng; nên làm thêm dạng tổng và hiệu.',
        'Đo góc bằng thước đo độ được; cần đặt tâm thước trùng đỉnh góc.',
        'Đổi được tấn, tạ, yến; nên lập bảng đơn vị để đổi diện tích.',
      ],
      C: [
        'Nhân được với số có một chữ số; cần ôn lại bảng nhân để chia chắc hơn.',
        'Nhận biết phân số qua hình vẽ; cần tô màu và so sánh thêm các phân số cùng mẫu.',
        'Đọc, viết được số có năm chữ số; cần luyện tách số theo hàng và lớp.',
        'Làm được bài toán một phép tính; cần vẽ sơ đồ đoạn thẳng để tìm hướng giải.',
        'Chỉ được góc nhọn, góc tù trên hình; cần dùng ê ke để so với góc vuông.',
      ],
    },
  },
  {
    subject: 'TOAN',
    grades: [5],
    sentences: {
      T: [
        'Tính với số thập phân chính xác và ước lượng được kết quả trước khi tính.',
        'Vận dụng tỉ số phần trăm vào bài toán mua bán hằng ngày hợp lí.',
        'Tính diện tích hình tam giác, hình thang, hình tròn đúng, lập luận mạch lạc.',
        'Giải bài toán chuyển động theo hai cách và biết chọn cách tính gọn hơn.',
        'Tính thể tích hình hộp chữ nhật, hình lập phương đúng, đổi đơn vị khối thành thạo.',
      ],
      H: [
        'Nhân số thập phân đúng các bước; cần đếm kĩ chữ số ở phần thập phân khi đặt dấu phẩy.',
        'Nhớ công thức diện tích; cần đổi về cùng đơn vị đo trước khi tính.',
        'Tìm được tỉ số phần trăm của hai số; nên luyện thêm dạng tìm giá trị phần trăm của một số.',
        'Tính được vận tốc; cần xác định rõ quãng đường và thời gian trong đề toán.',
        'Đọc được biểu đồ hình quạt; cần viết nhận xét kèm số phần trăm.',
      ],
      C: [
        'Cộng được số thập phân khi có mẫu; cần đặt dấu phẩy thẳng cột trong mỗi phép tính.',
        'Đổi được mét sang xăng-ti-mét; cần lập bảng đơn vị đo và luyện mỗi ngày vài phép đổi.',
        'Nhớ công thức chu vi hình vuông; cần đo vật thật để hiểu thêm về diện tích.',
        'Đọc được số thập phân; cần so sánh từng hàng khi xếp thứ tự các số.',
        'Tính được thời gian ở bài đơn giản; cần vẽ sơ đồ đoạn thẳng cho bài toán chuyển động.',
      ],
    },
  },
];
