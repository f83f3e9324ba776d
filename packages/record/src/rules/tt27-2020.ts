import type { Rule, RuleSet } from './ruleset.ts';

/** A rule of the circular, in force since 20/10/2020. */
function rule(id: string, article: string, sentence: string): Rule {
  return { id, article: `TT 27/2020/TT-BGDĐT, ${article}`, sentence, from: '2020-10-20' };
}

/**
 * TT 27/2020/TT-BGDĐT of 04/09/2020 with the forms corrected by QĐ 2904/QĐ-BGDĐT. Grade 1 since 2020-2021, all
 * grades since 2024-2025; records of this system begin where it holds for every grade.
 */
export const TT27_2020: RuleSet = {
  id: 'TT27_2020',
  name: 'Thông tư 27/2020/TT-BGDĐT',
  firstSchoolYear: '2024-2025',
  marks: { least: 0, most: 10 },
  tests: {},
  retestIn: ['CHK1', 'CN'],
  conditions: [
    { result: 'HTXS', subjectLevels: ['T'], traitLevels: ['T'], leastMark: 9, rule: 'TT27.HTXS' },
    { result: 'HTT', subjectLevels: ['T'], traitLevels: ['T'], leastMark: 7, rule: 'TT27.HTT' },
    { result: 'HT', subjectLevels: ['T', 'H'], traitLevels: ['T', 'Đ'], leastMark: 5, rule: 'TT27.HT' },
  ],
  otherwise: { result: 'CHT', rule: 'TT27.CHT' },
  electivesLower: false,
  completing: ['HTXS', 'HTT', 'HT'],
  awards: [
    { title: 'Học sinh Xuất sắc', result: 'HTXS', needsGrounds: false, rule: 'TT27.AWARD.XS' },
    {
      title: 'Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện',
      result: 'HTT',
      needsGrounds: true,
      rule: 'TT27.AWARD.TB',
    },
  ],
  locks: { main: '06-30', supplementary: '08-15' },
  topics: {
    level: 'TT27.LEVEL',
    test: 'TT27.TEST',
    mark: 'TT27.MARK',
    retest: 'TT27.RETEST',
    trait: 'TT27.TRAIT',
    synthesis: 'TT27.SYNTHESIS',
    form: 'TT27.FORM',
    completed: 'TT27.COMPLETED',
    support: 'TT27.SUPPORT',
    promoted: 'TT27.PROMOTED',
    primary: 'TT27.PRIMARY',
    letter: 'TT27.LETTER',
  },
  rules: [
    rule(
      'TT27.LEVEL',
      'Điều 7 khoản 1 điểm a',
      'Giữa và cuối mỗi học kỳ, mỗi môn học, hoạt động giáo dục được đánh giá theo ba mức: Hoàn thành tốt (T), Hoàn thành (H), Chưa hoàn thành (C).',
    ),
    rule(
      'TT27.TEST',
      'Điều 7 khoản 1 điểm b',
      'Cuối học kỳ I và cuối năm học có bài kiểm tra định kỳ ở các môn bắt buộc Tiếng Việt, Toán, Ngoại ngữ 1, Lịch sử và Địa lí, Khoa học, Tin học và Công nghệ; lớp 4 và lớp 5 có thêm bài kiểm tra Tiếng Việt, Toán vào giữa mỗi học kỳ.',
    ),
    rule(
      'TT27.MARK',
      'Điều 7 khoản 1 điểm d',
      'Bài kiểm tra định kỳ được cho điểm theo thang 10 điểm, không cho điểm thập phân.',
    ),
    rule(
      'TT27.RETEST',
      'Điều 7 khoản 1 điểm d',
      'Nếu kết quả kiểm tra cuối học kỳ I hoặc cuối năm học bất thường so với đánh giá thường xuyên, học sinh có thể làm bài kiểm tra khác; điểm được ghi là điểm của bài cuối cùng.',
    ),
    rule(
      'TT27.TRAIT',
      'Điều 7 khoản 2',
      'Giữa và cuối mỗi học kỳ, mỗi phẩm chất, năng lực được đánh giá theo ba mức: Tốt (T), Đạt (Đ), Cần cố gắng (C).',
    ),
    rule(
      'TT27.PLAN',
      'Điều 8 khoản 1 và 2',
      'Học sinh khuyết tật được đánh giá theo yêu cầu đã điều chỉnh hoặc theo kế hoạch giáo dục cá nhân; nội dung được miễn không phải là lí do để xếp mức Chưa hoàn thành.',
    ),
    rule(
      'TT27.SPECIAL_CLASS',
      'Điều 8 khoản 3',
      'Học sinh ở lớp dành cho người khuyết tật được đánh giá định kỳ ở môn Toán và môn Tiếng Việt.',
    ),
    rule(
      'TT27.SYNTHESIS',
      'Điều 9 khoản 1',
      'Giữa và cuối mỗi học kỳ, kết quả của mọi môn học, hoạt động giáo dục và của từng phẩm chất, năng lực được ghi vào Bảng tổng hợp kết quả đánh giá giáo dục của lớp.',
    ),
    rule(
      'TT27.HTXS',
      'Điều 9 khoản 2',
      'Hoàn thành xuất sắc: tất cả môn học, hoạt động giáo dục đạt mức Hoàn thành tốt; các phẩm chất, năng lực đạt mức Tốt; bài kiểm tra định kỳ cuối năm học của các môn học đạt 9 điểm trở lên.',
    ),
    rule(
      'TT27.HTT',
      'Điều 9 khoản 2',
      'Hoàn thành tốt: chưa đạt mức Hoàn thành xuất sắc, nhưng tất cả môn học, hoạt động giáo dục đạt mức Hoàn thành tốt; các phẩm chất, năng lực đạt mức Tốt; bài kiểm tra định kỳ cuối năm học của các môn học đạt 7 điểm trở lên.',
    ),
    rule(
      'TT27.HT',
      'Điều 9 khoản 2',
      'Hoàn thành: chưa đạt hai mức trên, nhưng tất cả môn học, hoạt động giáo dục đạt mức Hoàn thành tốt hoặc Hoàn thành; các phẩm chất, năng lực đạt mức Tốt hoặc Đạt; bài kiểm tra định kỳ cuối năm học của các môn học đạt 5 điểm trở lên.',
    ),
    rule('TT27.CHT', 'Điều 9 khoản 2', 'Chưa hoàn thành: những học sinh không thuộc ba mức trên.'),
    rule(
      'TT27.FORM',
      'Điều 10 và Phụ lục 1',
      'Học bạ ghi đủ thông tin của học sinh, kết quả đánh giá và nhận xét của năm học.',
    ),
    rule(
      'TT27.KEPT',
      'Điều 10 khoản 2',
      'Học bạ do nhà trường lưu giữ trong suốt thời gian học sinh học ở trường, được giao cho học sinh khi hoàn thành chương trình tiểu học hoặc chuyển đi học ở trường khác.',
    ),
    rule(
      'TT27.COMPLETED',
      'Điều 11 khoản 1 điểm a',
      'Học sinh được xác nhận hoàn thành chương trình lớp học khi kết quả giáo dục là Hoàn thành xuất sắc, Hoàn thành tốt hoặc Hoàn thành.',
    ),
    rule(
      'TT27.SUPPORT',
      'Điều 11 khoản 1 điểm b',
      'Học sinh chưa hoàn thành chương trình lớp học được giáo viên hướng dẫn, giúp đỡ, rồi đánh giá bổ sung để xét hoàn thành.',
    ),
    rule(
      'TT27.PROMOTED',
      'Điều 11 khoản 1 điểm c',
      'Học sinh đã được hướng dẫn, giúp đỡ mà vẫn chưa hoàn thành thì hiệu trưởng xem xét, quyết định được lên lớp hoặc chưa được lên lớp.',
    ),
    rule(
      'TT27.PRIMARY',
      'Điều 11 khoản 2',
      'Học sinh hoàn thành chương trình lớp 5 được xác nhận và ghi vào học bạ: Hoàn thành chương trình tiểu học.',
    ),
    rule(
      'TT27.AWARD.XS',
      'Điều 13 khoản 1 điểm a',
      'Danh hiệu Học sinh Xuất sắc chỉ dành cho học sinh đạt kết quả Hoàn thành xuất sắc.',
    ),
    rule(
      'TT27.AWARD.TB',
      'Điều 13 khoản 1 điểm a',
      'Danh hiệu Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện chỉ dành cho học sinh đạt kết quả Hoàn thành tốt, có thành tích nổi bật ở ít nhất một môn học hoặc tiến bộ rõ rệt ở ít nhất một phẩm chất, năng lực, và được tập thể lớp công nhận.',
    ),
    rule(
      'TT27.AWARD.SUDDEN',
      'Điều 13 khoản 1 điểm b',
      'Khen thưởng đột xuất dành cho học sinh có thành tích đột xuất trong năm học.',
    ),
    rule(
      'TT27.AWARD.HIGHER',
      'Điều 13 khoản 2',
      'Học sinh có thành tích đặc biệt được nhà trường xem xét, đề nghị cấp trên khen thưởng.',
    ),
    rule(
      'TT27.LETTER',
      'Điều 13 khoản 3',
      'Thư khen động viên sự cố gắng hoặc việc làm tốt của học sinh; thư khen không phải là khen thưởng được ghi vào học bạ.',
    ),
  ],
};
