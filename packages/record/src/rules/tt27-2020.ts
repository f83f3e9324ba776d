import type { RuleSet } from './ruleset.ts';

const TT27 = 'TT 27/2020/TT-BGDĐT';

/**
 * TT 27/2020/TT-BGDĐT of 04/09/2020 with the forms corrected by QĐ 2904/QĐ-BGDĐT. Grade 1 since 2020-2021, all
 * grades since 2024-2025; records of this system begin where it holds for every grade.
 */
export const TT27_2020: RuleSet = {
  id: 'TT27_2020',
  name: 'Thông tư 27/2020/TT-BGDĐT',
  firstSchoolYear: '2024-2025',
  marks: { least: 0, most: 10 },
  conditions: [
    { result: 'HTXS', subjectLevels: ['T'], traitLevels: ['T'], leastMark: 9, rule: 'TT27.HTXS' },
    { result: 'HTT', subjectLevels: ['T'], traitLevels: ['T'], leastMark: 7, rule: 'TT27.HTT' },
    { result: 'HT', subjectLevels: ['T', 'H'], traitLevels: ['T', 'Đ'], leastMark: 5, rule: 'TT27.HT' },
  ],
  otherwise: { result: 'CHT', rule: 'TT27.CHT' },
  electivesLower: false,
  awards: [
    { title: 'Học sinh Xuất sắc', result: 'HTXS', rule: 'TT27.AWARD.XS' },
    {
      title: 'Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện',
      result: 'HTT',
      rule: 'TT27.AWARD.TB',
    },
  ],
  rules: [
    {
      id: 'TT27.LEVEL',
      article: `${TT27}, Điều 7 khoản 1`,
      sentence:
        'Mỗi môn học, hoạt động giáo dục được đánh giá theo ba mức: Hoàn thành tốt (T), Hoàn thành (H), Chưa hoàn thành (C).',
    },
    {
      id: 'TT27.TRAIT',
      article: `${TT27}, Điều 7 khoản 1`,
      sentence: 'Mỗi phẩm chất, năng lực được đánh giá theo ba mức: Tốt (T), Đạt (Đ), Cần cố gắng (C).',
    },
    {
      id: 'TT27.MARK',
      article: `${TT27}, Điều 7 khoản 2`,
      sentence: 'Bài kiểm tra định kỳ được cho điểm theo thang 10 điểm, không cho điểm thập phân.',
    },
    {
      id: 'TT27.HTXS',
      article: `${TT27}, Điều 9 khoản 2`,
      sentence:
        'Hoàn thành xuất sắc: tất cả môn học, hoạt động giáo dục đạt mức Hoàn thành tốt; các phẩm chất, năng lực đạt mức Tốt; bài kiểm tra định kỳ cuối năm học của các môn học đạt 9 điểm trở lên.',
    },
    {
      id: 'TT27.HTT',
      article: `${TT27}, Điều 9 khoản 2`,
      sentence:
        'Hoàn thành tốt: chưa đạt mức Hoàn thành xuất sắc, nhưng tất cả môn học, hoạt động giáo dục đạt mức Hoàn thành tốt; các phẩm chất, năng lực đạt mức Tốt; bài kiểm tra định kỳ cuối năm học của các môn học đạt 7 điểm trở lên.',
    },
    {
      id: 'TT27.HT',
      article: `${TT27}, Điều 9 khoản 2`,
      sentence:
        'Hoàn thành: chưa đạt hai mức trên, nhưng tất cả môn học, hoạt động giáo dục đạt mức Hoàn thành tốt hoặc Hoàn thành; các phẩm chất, năng lực đạt mức Tốt hoặc Đạt; bài kiểm tra định kỳ cuối năm học của các môn học đạt 5 điểm trở lên.',
    },
    {
      id: 'TT27.CHT',
      article: `${TT27}, Điều 9 khoản 2`,
      sentence: 'Chưa hoàn thành: những học sinh không thuộc ba mức trên.',
    },
    {
      id: 'TT27.FORM',
      article: `${TT27}, Điều 10 và Phụ lục 1`,
      sentence: 'Học bạ ghi đủ thông tin của học sinh, kết quả đánh giá và nhận xét của năm học.',
    },
    {
      id: 'TT27.COMPLETED',
      article: `${TT27}, Điều 11 khoản 1`,
      sentence:
        'Học sinh được xác nhận hoàn thành chương trình lớp học khi kết quả giáo dục là Hoàn thành xuất sắc, Hoàn thành tốt hoặc Hoàn thành.',
    },
    {
      id: 'TT27.PROMOTED',
      article: `${TT27}, Điều 11 khoản 2 và 3`,
      sentence:
        'Học sinh chưa hoàn thành được hướng dẫn, giúp đỡ và đánh giá bổ sung; nếu vẫn chưa đủ, hiệu trưởng xét, quyết định được lên lớp hoặc chưa được lên lớp.',
    },
    {
      id: 'TT27.AWARD.XS',
      article: `${TT27}, Điều 13`,
      sentence: 'Danh hiệu Học sinh Xuất sắc chỉ dành cho học sinh đạt kết quả Hoàn thành xuất sắc.',
    },
    {
      id: 'TT27.AWARD.TB',
      article: `${TT27}, Điều 13`,
      sentence:
        'Danh hiệu Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện chỉ dành cho học sinh đạt kết quả Hoàn thành tốt, có thành tích nổi bật hoặc tiến bộ rõ rệt và được tập thể lớp công nhận.',
    },
  ],
};
