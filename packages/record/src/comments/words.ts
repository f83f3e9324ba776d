/**
 * Words that the linter looks for, as data: lower case, NFC, each a whole word or phrase. Some entries are patterns.
 */
export const TEACHER = ['cô', 'cô giáo', 'thầy', 'thầy giáo'];

/** Speaks of all teachers alike, or of no teacher at all. */
export const NEUTRAL_TEACHER = [
  'thầy,? cô(?: giáo)?',
  'thầy giáo,? cô giáo',
  'cô(?: giáo)?(?:,| và| hoặc) thầy(?: giáo)?',
  'thầy(?: giáo)? (?:và|hoặc) cô(?: giáo)?',
  'cô bác',
  'cô chú',
  'cô bé',
  'cô tấm',
  'cô đọng',
  'cô đơn',
];

export const NEGATIVE = [
  'lười(?: biếng| học)?',
  'yếu kém',
  '(?:học|đọc|viết|tính|còn|rất|quá|khá) yếu',
  '(?:học|rất|quá|còn|tiếp thu) kém',
  'mất gốc',
  'hổng kiến thức',
  'mất căn bản',
  'dốt',
  'ngu',
  'đần',
  'chậm chạp',
  'chậm hiểu',
  'tiếp thu chậm',
  'cẩu thả',
  'ẩu',
  'quậy(?: phá)?',
  'nghịch ngợm',
  'ham chơi',
  'mải chơi',
  '(?:hay|còn|rất|quá) hư',
  'hư đốn',
  'bướng(?: bỉnh)?',
  'vô lễ',
  'hỗn (?:láo|xược|hào)',
  'lì lợm',
  'ỷ lại',
  'thụ động',
  'nhút nhát',
  'vụng về',
  'không chịu',
  'chẳng chịu',
  'hay quên',
  'mất trật tự',
  'nói chuyện riêng',
  'gian dối',
  'tồi(?: tệ)?',
  '(?:quá|rất) tệ',
];

/** Character and gift, which a level or mark of a subject does not show. */
export const BEHAVIOUR = [
  'hăng hái',
  'hăng say',
  'năng khiếu',
  'thông minh',
  'sáng dạ',
  'lanh lợi',
  'nhanh trí',
  'tài năng',
  'thiên bẩm',
  'say mê',
  'đam mê',
  'chăm chỉ',
  'chăm ngoan',
  'ngoan',
  'ngoan ngoãn',
  'siêng năng',
  'tích cực phát biểu',
  'tích cực xây dựng bài',
];

/** Says what to do next. "Cần cố gắng" alone does not. */
export const DIRECTION = [
  '(?:cần|nên|hãy) (?!cố gắng)\\p{L}+',
  'cần cố (?!gắng)\\p{L}+',
  'cố gắng (?:đọc|viết|luyện|tính|làm|nói|ôn|tập|giữ)',
  '(?:luyện|tập|rèn|ôn|đọc|học|làm|thực hành) thêm',
  'ôn lại',
  'luyện tập',
  'rèn luyện',
  'mạnh dạn hơn',
];

export const MATHEMATICS_WORDS = [
  'toán',
  'số',
  'chữ số',
  'phép',
  'tính',
  'cộng',
  'trừ',
  'nhân',
  'chia',
  'đếm',
  'hình',
  'góc',
  'đoạn thẳng',
  'đường thẳng',
  'chu vi',
  'diện tích',
  'thể tích',
  'đo',
  'đơn vị',
  'độ dài',
  'mét',
  'đồng hồ',
  'giờ',
  'so sánh',
  'phân số',
  'tỉ số',
  'phần trăm',
  'biểu đồ',
  'biểu thức',
  'bảng nhân',
  'bảng chia',
  'đặt tính',
];

export const VIETNAMESE_WORDS = [
  'đọc',
  'viết',
  'nghe',
  'nói',
  'kể',
  'chữ',
  'chữ cái',
  'vần',
  'đánh vần',
  'chính tả',
  'từ',
  'từ ngữ',
  'vốn từ',
  'từ loại',
  'câu',
  'đoạn văn',
  'bài văn',
  'văn bản',
  'văn',
  'thơ',
  'truyện',
  'chuyện',
  'dấu câu',
  'dấu thanh',
  'ngữ pháp',
  'dàn ý',
  'tiếng việt',
];

/** Says nothing of this pupil, however it is put. */
export const GENERIC = [
  'hoàn thành (?:rất |khá )?(?:tốt |đầy đủ )?(?:các )?(?:nội dung|yêu cầu|nhiệm vụ|bài tập)?(?: (?:của )?(?:môn học|học tập|bài học|chương trình|được giao))?',
  '(?:nắm|hiểu) (?:được |vững |chắc |khá |tốt )*(?:kiến thức|nội dung|bài)(?: (?:cơ bản|bài học|môn học|đã học))?',
  'học (?:rất |khá |khá đều |đều )*(?:tốt|giỏi|khá|được|bài)',
  'tiếp thu(?: bài)?(?: rất| khá)?(?: tốt| nhanh| được)?',
  'hiểu bài',
  'làm bài(?: rất| khá)?(?: tốt| đầy đủ| được)?',
  'có (?:nhiều |rất nhiều |sự )?(?:cố gắng|tiến bộ)',
  '(?:cần|nên|hãy) cố gắng(?: hơn| nhiều| thêm| nữa)*',
  'cố gắng(?: hơn| nhiều| thêm| nữa)*',
  'tiến bộ(?: hơn| nhiều| rõ)*',
  'đạt yêu cầu',
  'cố lên',
  'kĩ năng',
  'kiến thức',
  'môn học',
  'trong học tập',
  'trong giờ học',
];

/** Words that carry no meaning of their own here. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(
  'và có các những của rất khá tốt được đã còn cần nên hãy hơn nữa em con bạn môn toán tiếng việt là ở trong với cho thì về nhiều bài học đều lắm nhé'.split(
    ' ',
  ),
);

/** Endings that are put on for the sake of an ending. */
export const ENDINGS = [
  '(?:tiếp tục |cần |hãy |nên |cố gắng )*phát huy(?: nhé| hơn| nữa| hơn nữa)*',
  'cố lên(?: nhé| nào)?',
  'nhé',
  'nha',
  '(?:rất |thật )?đáng khen',
  '(?:chúc|mong)(?: rằng)? (?:em|con)\\b[^.]*',
  '(?:tin|hi vọng|hy vọng)(?: rằng)? (?:em|con)[^.]*',
  'thành công',
  'giỏi lắm',
  'tuyệt vời',
];

/**
 * A pattern for any of the phrases as whole words: group 1 is what stands before, group 2 the phrase. Written without
 * lookbehind, which old tablets do not have.
 */
export function phrases(list: readonly string[], flags: string): RegExp {
  const longestFirst = [...list].sort((a, b) => b.length - a.length);
  return new RegExp(`(^|[^\\p{L}])(${longestFirst.join('|')})(?![\\p{L}])`, flags);
}
