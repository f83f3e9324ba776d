import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommentFaultCode, type LintContext, lintComment } from './lint.ts';

const TOAN: LintContext = { item: 'TOAN.comment', level: 'T' };
const TV: LintContext = { item: 'TV.comment', level: 'T' };
const AN: LintContext = { item: 'AN.comment', level: 'T' };
const AT = { H: { ...AN, level: 'H' }, C: { ...AN, level: 'C' } } as const;
const PC: LintContext = { item: 'QUALITIES.comment', level: 'T' };

const codes = (text: string, context: LintContext): CommentFaultCode[] =>
  lintComment(text, context).map((f) => f.code);

describe('each of the ten faults, and what only looks like it', () => {
  test.each<[CommentFaultCode, string, LintContext]>([
    ['starts-with-em', 'Em hát đúng giai điệu và rõ lời.', AN],
    ['starts-with-em', 'em hát đúng giai điệu và rõ lời.', AN],
    ['starts-with-em', 'Con tính nhẩm nhanh và chính xác.', TOAN],
    ['teacher-sex', 'Biết nghe lời cô, hát đúng giai điệu.', AN],
    ['teacher-sex', 'Gõ đệm đúng phách theo hướng dẫn của thầy giáo.', AN],
    ['negative-word', 'Đọc bài chậm chạp, ngắt nghỉ chưa đúng chỗ.', TV],
    ['negative-word', 'Tính toán còn yếu, hay nhầm phép trừ.', TOAN],
    ['negative-word', 'Mất gốc phần bảng nhân, bảng chia.', TOAN],
    ['negative-word', 'LƯỜI làm bài tập tính nhẩm ở nhà.', TOAN],
    ['behaviour-from-mark', 'Hăng hái giơ tay, tính toán nhanh.', TOAN],
    ['behaviour-from-mark', 'Có năng khiếu âm nhạc, hát đúng cao độ.', AN],
    ['behaviour-from-mark', 'Thông minh, giải bài toán nhanh.', TOAN],
    ['no-direction', 'Hát đúng giai điệu câu đầu của bài.', AT.H],
    ['no-direction', 'Gõ được tiết tấu hai nhịp, cần cố gắng.', AT.C],
    ['no-direction', 'Biết nhường bạn khi chơi.', { item: 'QUALITIES.comment', level: 'Đ' }],
    ['mathematics-word-missing', 'Trình bày bài sạch, vở ghi đầy đủ, rõ ràng.', TOAN],
    ['mathematics-word-missing', 'Làm đúng một số bài trong vở, trình bày rõ.', TOAN],
    ['vietnamese-word-missing', 'Trình bày bài sạch, vở ghi đầy đủ, cẩn thận.', TV],
    ['too-vague', 'Học tốt.', AN],
    ['too-vague', 'Hoàn thành tốt nội dung môn học.', AN],
    ['too-vague', 'Có nhiều cố gắng trong học tập.', PC],
    ['too-vague', 'Nắm vững kiến thức, kĩ năng.', AN],
    ['too-vague', 'Tiếp thu bài nhanh.', TOAN],
    ['forced-ending', 'Hát đúng giai điệu và rõ lời, tiếp tục phát huy nhé!', AN],
    ['forced-ending', 'Hát đúng giai điệu và rõ lời. Cần phát huy.', AN],
    ['forced-ending', 'Hát đúng giai điệu và rõ lời!', AN],
    ['forced-ending', 'Tính nhẩm nhanh, chúc em năm sau học thật tốt.', TOAN],
    ['forced-ending', 'Hát đúng giai điệu và rõ lời, rất đáng khen.', AN],
  ])('%s: %s', (code, text, context) => {
    expect(codes(text, context)).toContain(code);
  });

  test.each<[string, LintContext]>([
    ['Kể lại được chuyện của các em nhỏ trong bài đọc.', TV],
    ['Lễ phép với thầy cô, hòa nhã với bạn bè.', PC],
    ['Kính trọng thầy giáo, cô giáo và người lớn tuổi.', PC],
    ['Kể chuyện cô Tấm bằng giọng kể tự nhiên.', TV],
    ['Nêu được yếu tố hình học chủ yếu trong hình vẽ.', TOAN],
    ['Xem đồng hồ đúng, đọc được giờ hơn và giờ kém.', TOAN],
    ['Chăm chỉ, ngoan ngoãn, hăng hái nhận việc của tổ.', PC],
    ['Hát đúng câu đầu của bài; nên nghe lại bài hát ở nhà.', AT.H],
    ['Gõ được hai nhịp; luyện thêm với nhạc chậm.', AT.C],
    ['Đọc được nốt nhạc; cần cố đọc liền cả dòng nhạc.', AT.C],
    ['Hát đúng giai điệu, biết phát huy thế mạnh giọng hát của mình.', AN],
    ['Tách được hỗn hợp, nhận ra thức ăn hư hỏng.', { item: 'KH.comment', level: 'T' }],
    ['Cẩn thận khi làm bài, đặt tính thẳng cột.', TOAN],
    ['Hoàn thành tốt nội dung môn học, tính nhanh, trình bày thẳng cột.', TOAN],
  ])('nothing against: %s', (text, context) => {
    expect(lintComment(text, context)).toEqual([]);
  });

  test('the same sentence more than twice in a class, whatever its case and stop', () => {
    const text = 'Hát đúng giai điệu và rõ lời.';
    expect(codes(text, { ...AN, others: [text] })).toEqual([]);
    expect(codes(text, { ...AN, others: [text, 'hát đúng giai điệu  và rõ lời'] })).toEqual(['repeated']);
  });

  test('a comment typed with marks apart is read the same', () => {
    const text = 'Em lười đọc sách.';
    expect(lintComment(text.normalize('NFD'), TV)).toEqual(lintComment(text, TV));
  });

  test('an empty comment has no fault; several faults are told together, with the words', () => {
    expect(lintComment('  ', TOAN)).toEqual([]);
    const faults = lintComment('Em lười lắm, cố lên!', { item: 'TOAN.comment', level: 'C' });
    expect(faults.map((f) => f.code)).toEqual([
      'starts-with-em',
      'negative-word',
      'no-direction',
      'mathematics-word-missing',
      'too-vague',
      'forced-ending',
    ]);
    expect(faults.map((f) => f.found)).toEqual(['Em', 'lười', undefined, undefined, undefined, 'cố lên']);
    for (const f of faults) expect(f.message).toMatch(/^\p{Lu}.+\.$/u);
  });

  test('any text gives an answer at once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        expect(Array.isArray(lintComment(text, TOAN))).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(lintComment('cần cố gắng hơn nhiều thêm nữa '.repeat(60), AT.C).length).toBeGreaterThan(0);
  });
});
