import { type CellItem, type Grade, partsOf, type SubjectCode, type SubjectLevel } from '@hocba/record';

/**
 * Sentences to start a comment from. What a pupil does comes from the subject's own programme; a level T says it is
 * done well, H and C say what is done and what to practise next. None starts with "Em", speaks of the teacher,
 * blames, or deduces a character from a mark; a comment stays the teacher's own act.
 */
type Skill = readonly [does: string, practise: string];

const SKILLS: Readonly<Record<SubjectCode, readonly Skill[]>> = {
  TV: [
    ['đọc trôi chảy bài đọc và hiểu nội dung chính', 'đọc to thêm mỗi ngày một đoạn truyện ngắn'],
    ['viết câu đúng ngữ pháp, dùng dấu câu phù hợp', 'đọc lại câu đã viết để sửa dấu câu'],
    ['viết đoạn văn theo chủ đề có mở đầu và kết thúc', 'lập dàn ý ngắn trước khi viết đoạn văn'],
    ['nghe và kể lại câu chuyện theo đúng trình tự', 'tập kể lại câu chuyện theo tranh'],
    ['viết chính tả đúng và trình bày bài sạch', 'luyện viết các từ có âm đầu dễ lẫn'],
    ['tìm từ ngữ theo chủ điểm và đặt câu với từ đó', 'mở rộng vốn từ qua sách của thư viện lớp'],
    ['trả lời câu hỏi về bài đọc bằng câu đầy đủ', 'gạch chân từ khoá trong bài đọc trước khi trả lời'],
    ['đọc thơ, văn với giọng phù hợp nội dung', 'nghe đọc mẫu rồi luyện ngắt nghỉ đúng chỗ'],
  ],
  TOAN: [
    ['thực hiện các phép tính trong phạm vi đã học', 'đặt tính thẳng cột và thử lại kết quả'],
    ['giải bài toán có lời văn theo đủ các bước', 'tóm tắt đề toán trước khi giải'],
    ['nhận dạng và vẽ các hình đã học', 'dùng thước để vẽ hình và đo độ dài'],
    ['so sánh và sắp xếp các số đã học', 'luyện đọc, viết số theo hàng'],
    ['đổi các đơn vị đo độ dài, khối lượng, thời gian', 'ghi nhớ bảng đơn vị đo qua việc đo đồ vật ở nhà'],
    ['tính nhẩm các phép tính thường gặp', 'ôn bảng cộng, bảng nhân mỗi ngày vài phút'],
    ['đọc bảng số liệu, biểu đồ và trả lời câu hỏi toán', 'đối chiếu từng cột số liệu với câu hỏi'],
    ['tìm thành phần chưa biết của phép tính', 'nêu quy tắc trước khi tính'],
  ],
  NN1: [
    ['nghe và làm theo chỉ dẫn bằng tiếng nước ngoài', 'nghe lại bài nghe trong sách ở nhà'],
    ['hỏi và đáp theo các mẫu câu đã học', 'luyện nói theo cặp với bạn'],
    ['đọc và hiểu đoạn văn ngắn về chủ đề quen thuộc', 'ghi từ mới vào sổ và đọc lại'],
    ['viết câu đơn theo mẫu', 'viết thêm câu theo tranh gợi ý'],
    ['phát âm các âm và từ đã học', 'bắt chước giọng đọc mẫu nhiều lần'],
    ['giới thiệu bản thân và gia đình bằng câu ngắn', 'tập giới thiệu trước gương hoặc trước người thân'],
    ['nhớ và dùng từ vựng theo chủ đề', 'ôn từ vựng bằng thẻ hình'],
    ['hát và đọc vần các bài trong chương trình', 'nghe và đọc theo từng câu'],
  ],
  LSDL: [
    ['chỉ bản đồ và nêu vị trí các vùng đã học', 'luyện đọc bảng chú giải của bản đồ'],
    ['kể lại sự kiện lịch sử theo trình tự', 'vẽ trục thời gian cho từng bài'],
    ['nêu đặc điểm tự nhiên của địa phương và vùng miền', 'quan sát tranh ảnh rồi ghi lại ba đặc điểm chính'],
    ['giới thiệu nhân vật lịch sử tiêu biểu', 'đọc thêm truyện kể về nhân vật'],
    ['khai thác thông tin từ lược đồ, bảng số liệu', 'tập đặt câu hỏi cho từng lược đồ'],
    ['trình bày nét văn hoá, lễ hội của các vùng', 'hỏi người thân về lễ hội ở quê'],
    ['so sánh thiên nhiên giữa các vùng', 'lập bảng so sánh hai vùng'],
    ['liên hệ bài học với di tích của địa phương', 'tìm hiểu thêm một di tích gần nơi ở'],
  ],
  KH: [
    ['quan sát thí nghiệm và ghi lại kết quả', 'ghi kết quả ngay khi quan sát'],
    ['nêu tính chất của các chất đã học', 'lấy thêm ví dụ quanh nhà cho mỗi tính chất'],
    ['giải thích hiện tượng tự nhiên đơn giản', 'đặt câu hỏi “vì sao” cho mỗi hiện tượng'],
    ['mô tả các bộ phận và sự phát triển của thực vật, động vật', 'theo dõi một cây nhỏ và ghi nhật kí'],
    ['nêu cách giữ gìn sức khoẻ và dinh dưỡng hợp lí', 'tập lập thực đơn cho một ngày'],
    ['vẽ và giải thích sơ đồ chuỗi thức ăn', 'vẽ lại sơ đồ sau mỗi bài'],
    ['thực hiện các bước của một thí nghiệm an toàn', 'đọc kĩ các bước trước khi làm'],
    ['phân loại sự vật theo đặc điểm khoa học', 'nêu tiêu chí trước khi xếp nhóm'],
  ],
  TH: [
    ['khởi động, sử dụng và tắt máy tính đúng cách', 'nhớ thứ tự các bước khi dùng máy'],
    ['gõ văn bản bằng mười ngón', 'luyện gõ đúng ngón vài phút mỗi buổi'],
    ['sắp xếp tệp và thư mục hợp lí', 'đặt tên tệp rõ nghĩa'],
    ['tạo bài trình chiếu đơn giản có chữ và hình', 'chọn cỡ chữ dễ đọc cho từng trang'],
    ['tìm thông tin theo từ khoá trên mạng an toàn', 'kiểm tra nguồn thông tin trước khi dùng'],
    ['tạo chương trình kéo thả theo kịch bản', 'vẽ kịch bản trước khi kéo thả lệnh'],
    ['soạn thảo và chỉnh sửa văn bản có hình', 'thực hành thêm thao tác chèn hình'],
    ['nêu quy tắc bảo vệ thông tin cá nhân', 'ôn các tình huống an toàn trên mạng'],
  ],
  CN: [
    ['sử dụng đồ dùng công nghệ trong gia đình an toàn', 'đọc kĩ hướng dẫn trước khi dùng'],
    ['làm sản phẩm thủ công theo đúng các bước', 'đo và cắt cẩn thận theo hình mẫu'],
    ['lắp ghép mô hình theo bản hướng dẫn', 'kiểm tra từng mối ghép trước khi sang bước sau'],
    ['nêu tác dụng của các sản phẩm công nghệ', 'quan sát thêm đồ dùng ở nhà'],
    ['trồng và chăm sóc hoa, cây cảnh trong chậu', 'tưới và theo dõi cây theo lịch'],
    ['vẽ phác thảo ý tưởng sản phẩm', 'ghi chú kích thước lên bản phác thảo'],
    ['chọn vật liệu, dụng cụ phù hợp với sản phẩm', 'nêu lí do chọn vật liệu'],
    ['giới thiệu sản phẩm đã làm', 'tập nói về từng bước đã làm'],
  ],
  DD: [
    ['nêu và thực hiện các quy định của lớp học', 'tự nhắc mình bằng bảng việc cần làm'],
    ['xử lí tình huống đạo đức phù hợp', 'tập đóng vai thêm các tình huống'],
    ['nói lời chào hỏi, cảm ơn, xin lỗi đúng lúc', 'thực hành lời nói lễ phép ở nhà'],
    ['kể việc làm thể hiện tình yêu quê hương', 'tham gia thêm một việc nhỏ ở nơi sống'],
    ['giữ gìn đồ dùng của mình và của chung', 'cất đồ dùng đúng chỗ sau giờ học'],
    ['nêu cách quản lí thời gian hợp lí', 'lập thời gian biểu và làm theo'],
    ['thực hiện việc quan tâm, chia sẻ với người khác', 'kể lại việc đã giúp người thân mỗi tuần'],
    ['nhận xét việc nên làm và không nên làm', 'nêu lí do cho mỗi lựa chọn'],
  ],
  TNXH: [
    ['kể về các thành viên và công việc trong gia đình', 'hỏi người thân để kể đầy đủ hơn'],
    ['nêu tên, đặc điểm của cây và con vật xung quanh', 'quan sát thêm cây, con vật ở vườn trường'],
    ['thực hiện cách giữ vệ sinh cơ thể', 'ghi lại việc giữ vệ sinh mỗi ngày'],
    ['nêu quy tắc an toàn giao thông khi đi học', 'thực hành khi đi bộ cùng người lớn'],
    ['mô tả thời tiết và các mùa', 'ghi nhật kí thời tiết trong một tuần'],
    ['chỉ và nói tên các bộ phận của cơ thể', 'ôn qua tranh vẽ cơ thể'],
    ['kể các hoạt động của trường và nơi sống', 'vẽ sơ đồ đường từ nhà đến trường'],
    ['trình bày kết quả quan sát bằng lời và hình vẽ', 'ghi chú bên cạnh hình vẽ'],
  ],
  GDTC: [
    ['thực hiện các động tác đội hình đội ngũ', 'tập lại khẩu lệnh cùng tổ'],
    ['tập bài thể dục đúng nhịp', 'tập trước gương theo từng nhịp'],
    ['thực hiện kĩ thuật chạy và bật nhảy đã học', 'khởi động kĩ và tập bật tại chỗ'],
    ['tham gia trò chơi vận động đúng luật', 'nhớ luật chơi trước khi vào cuộc'],
    ['giữ thăng bằng và phối hợp tay chân', 'tập đi trên vạch kẻ mỗi ngày'],
    ['tung và bắt bóng theo cặp', 'tập tung bóng ở khoảng cách gần trước'],
    ['thực hiện động tác khởi động đúng cách', 'nhớ thứ tự các khớp khi khởi động'],
    ['thực hiện kĩ thuật cơ bản của môn tự chọn', 'tập chậm từng bước của kĩ thuật'],
  ],
  AN: [
    ['hát đúng giai điệu và lời ca', 'nghe mẫu và hát theo từng câu'],
    ['gõ đệm theo phách và theo nhịp', 'vỗ tay theo phách khi nghe nhạc'],
    ['đọc nhạc các mẫu âm đã học', 'luyện cao độ theo kí hiệu bàn tay'],
    ['biểu diễn bài hát kết hợp vận động', 'tập động tác phụ hoạ trước gương'],
    ['nghe và nêu cảm nhận về bản nhạc', 'nghe lại bản nhạc và nói về nhịp điệu'],
    ['nhận biết nhạc cụ đã giới thiệu', 'xem và nghe thêm tiếng các nhạc cụ'],
    ['chơi nhạc cụ gõ đơn giản theo mẫu', 'tập mẫu tiết tấu chậm rồi nhanh dần'],
    ['hát nối tiếp, hát đối đáp cùng nhóm', 'lắng nghe nhóm bạn để vào đúng câu'],
  ],
  MT: [
    ['phối hợp màu sắc trong bài vẽ', 'thử pha thêm các cặp màu'],
    ['vẽ tranh theo chủ đề có bố cục cân đối', 'phác bố cục bằng bút chì trước'],
    ['tạo hình từ giấy, đất nặn, vật liệu tái chế', 'gắn các phần chắc chắn trước khi trang trí'],
    ['trang trí sản phẩm bằng hoạ tiết', 'lặp lại hoạ tiết đều hơn'],
    ['giới thiệu và nhận xét sản phẩm mĩ thuật', 'nói về màu và hình của sản phẩm'],
    ['quan sát và vẽ lại vật mẫu', 'so sánh tỉ lệ các phần của mẫu'],
    ['sử dụng nét và chấm để tạo hình', 'luyện các kiểu nét khác nhau'],
    ['hợp tác làm sản phẩm nhóm', 'chia việc cho từng bạn trước khi làm'],
  ],
  HDTN: [
    ['tham gia sinh hoạt dưới cờ và sinh hoạt lớp', 'chuẩn bị trước phần việc được giao'],
    ['giới thiệu về bản thân và sở thích', 'tập nói trước nhóm nhỏ'],
    ['lập kế hoạch cho một hoạt động của nhóm', 'ghi việc, người làm và thời gian'],
    ['thực hiện việc nhà phù hợp lứa tuổi', 'đánh dấu việc đã làm mỗi ngày'],
    ['tham gia hoạt động vì cộng đồng', 'kể lại điều đã làm sau mỗi hoạt động'],
    ['nhận biết và thể hiện cảm xúc phù hợp', 'nói ra cảm xúc bằng lời'],
    ['nêu cách ứng xử an toàn với người lạ', 'thực hành thêm các tình huống giả định'],
    ['tìm hiểu nghề nghiệp quanh nơi sống', 'phỏng vấn người thân về công việc'],
  ],
  TDT: [
    ['nghe hiểu lời nói quen thuộc bằng tiếng dân tộc', 'trò chuyện thêm với ông bà'],
    ['nói câu chào hỏi, giới thiệu bằng tiếng dân tộc', 'tập nói cùng bạn mỗi ngày'],
    ['đọc từ và câu ngắn bằng tiếng dân tộc', 'đọc lại bài trong sách ở nhà'],
    ['viết chữ và từ đã học bằng tiếng dân tộc', 'luyện viết theo mẫu chữ'],
    ['kể chuyện dân gian ngắn', 'nghe người thân kể và kể lại'],
    ['hát và đọc câu ca của dân tộc mình', 'học thuộc từng câu ngắn'],
    ['dùng từ theo chủ đề gia đình, bản làng', 'ghi từ mới kèm hình vẽ'],
    ['trả lời câu hỏi ngắn bằng tiếng dân tộc', 'trả lời bằng cả câu'],
  ],
};

/** `{W}` is the skill with a capital, `{w}` without, `{a}` what to practise. */
const FRAMES: Readonly<Record<SubjectLevel, readonly string[]>> = {
  T: [
    '{W} thành thạo.',
    '{W} tốt và đúng yêu cầu.',
    '{W} chính xác ở các bài đã học.',
    '{W} chắc chắn, vận dụng được vào tình huống mới.',
    'Tự {w} tốt, không cần gợi ý.',
    '{W} tốt; có thể thử thêm yêu cầu khó hơn.',
    '{W} nhanh và đúng.',
    '{W} tốt, biết tự kiểm tra lại.',
  ],
  H: [
    '{W} được ở mức cơ bản; nên {a}.',
    'Biết {w}; cần {a}.',
    '{W} được phần lớn yêu cầu; nên {a}.',
    '{W} đúng khi có mẫu; cần {a}.',
    'Đã {w} được; để vững hơn nên {a}.',
    '{W} được; bước tiếp theo cần {a}.',
    '{W} khá đều; nên {a}.',
    '{W} đúng ở bài quen thuộc; cần {a}.',
  ],
  C: [
    'Bước đầu {w}; cần {a}.',
    '{W} được khi có gợi ý; cần {a}.',
    'Mới {w} được một phần; cần {a} đều hơn.',
    'Đang tập {w}; nên {a}.',
    '{W} cần thêm thời gian; nên {a}.',
    '{W} được ở yêu cầu ngắn; cần {a}.',
    'Có tiến bộ khi {w}; cần {a}.',
    '{W} được với sự hỗ trợ; nên {a}.',
  ],
};

/** Three frames to a skill, so that thirty-five pupils do not share eight sentences. */
const FRAMES_OF_SKILL = [0, 3, 5] as const;

function sentence(frame: string, [does, practise]: Skill): string {
  return frame
    .replace('{W}', does.slice(0, 1).toUpperCase() + does.slice(1))
    .replace('{w}', does)
    .replace('{a}', practise);
}

/** Sentences for a subject at a level; neighbours in the list differ in skill and in form. */
export function subjectSentences(subject: SubjectCode, level: SubjectLevel): string[] {
  const skills = SKILLS[subject];
  return FRAMES_OF_SKILL.flatMap((step) =>
    skills.map((skill, i) => sentence(FRAMES[level][(i + step) % FRAMES[level].length] ?? '', skill)),
  );
}

export const OTHER_SENTENCES: Readonly<Partial<Record<CellItem, readonly string[]>>> = {
  'QUALITIES.comment': [
    'Đi học đều, đúng giờ; biết giữ gìn đồ dùng và vệ sinh lớp học.',
    'Trung thực khi làm bài, biết nhận và sửa khi chưa đúng.',
    'Chủ động nhận việc của tổ và làm đến nơi đến chốn.',
    'Lễ phép với người lớn, hoà nhã với bạn bè.',
    'Quan tâm, chia sẻ với bạn; tham gia đủ các hoạt động của lớp.',
    'Chăm làm bài ở lớp và ở nhà; cần giữ nếp chuẩn bị sách vở mỗi tối.',
    'Biết yêu quý cảnh vật quê hương, giữ gìn cây xanh trong trường.',
    'Thực hiện đúng nội quy; nên mạnh dạn hơn khi nhận nhiệm vụ mới.',
  ],
  'GENERAL.comment': [
    'Tự chuẩn bị đồ dùng và tự làm các việc cá nhân ở lớp.',
    'Trao đổi rõ ràng với bạn trong nhóm, biết lắng nghe ý kiến khác.',
    'Biết đặt câu hỏi và tìm cách giải quyết khi gặp bài mới.',
    'Hoàn thành nhiệm vụ nhóm đúng thời gian.',
    'Trình bày ý kiến trước lớp ngắn gọn, dễ hiểu.',
    'Biết tự kiểm tra bài; nên tập lập kế hoạch cho từng buổi học.',
    'Hợp tác với bạn khi làm việc nhóm; cần chia sẻ ý kiến nhiều hơn.',
    'Đưa ra được cách làm khác nhau cho một tình huống quen thuộc.',
  ],
  'SPECIFIC.comment': [
    'Diễn đạt mạch lạc khi nói và viết; tính toán đúng các dạng đã học.',
    'Vận dụng được phép tính vào tình huống mua bán đơn giản.',
    'Quan sát, nêu nhận xét về sự vật xung quanh có căn cứ.',
    'Cảm nhận và thể hiện cái đẹp qua bài vẽ, bài hát.',
    'Vận động đúng kĩ thuật, giữ gìn sức khoẻ và vệ sinh cá nhân.',
    'Đọc hiểu tốt; nên luyện thêm cách trình bày lời giải bài toán.',
    'Giải thích được một số hiện tượng gần gũi bằng lời của mình.',
    'Dùng từ phù hợp khi kể chuyện; cần luyện thêm tính nhẩm.',
  ],
  'HOMEROOM.comment': [
    'Nắm vững kiến thức các môn học trong năm; tiếp tục giữ nếp đọc sách mỗi ngày.',
    'Hoàn thành các nội dung học tập; tham gia tích cực sinh hoạt của lớp.',
    'Có tiến bộ rõ ở Tiếng Việt và Toán so với đầu năm; nên luyện viết đoạn văn trong hè.',
    'Thực hiện tốt nội quy, hoàn thành nhiệm vụ được giao trong tổ.',
    'Học đều các môn; nên mạnh dạn phát biểu ý kiến hơn.',
    'Biết tự học và hỗ trợ bạn trong nhóm; tiếp tục phát huy ở năm học tới.',
    'Hoàn thành chương trình của lớp; nên ôn bảng nhân và đọc thêm trong hè.',
    'Tham gia đủ các hoạt động giáo dục; giữ gìn sách vở, chữ viết rõ ràng.',
  ],
};

/**
 * What the sheet offers: by `<item>:<level>` for a subject's comment, by `<item>` for the others.
 * @param items the columns that the asking teacher may fill
 */
export function suggestionsFor(_grade: Grade, items: readonly CellItem[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const item of items) {
    const parts = partsOf(item);
    if (parts.kind === 'subjectComment') {
      for (const level of ['T', 'H', 'C'] as const) {
        found[`${item}:${level}`] = subjectSentences(parts.subject, level);
      }
    }
    const others = OTHER_SENTENCES[item];
    if (others) found[item] = [...others];
  }
  return found;
}
