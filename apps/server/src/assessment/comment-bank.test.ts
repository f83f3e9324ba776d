import { parseCell, SUBJECTS } from '@hocba/record';
import { describe, expect, test } from 'vitest';
import { OTHER_SENTENCES, subjectSentences, suggestionsFor } from './comment-bank.ts';

const LEVELS = ['T', 'H', 'C'] as const;
/** What teachers themselves strike out: blame, a character deduced from a mark, the teacher's own sex. */
const UNWANTED = /\b(?:lười|yếu|kém|mất gốc|dốt|hư|chậm chạp|năng khiếu|hăng hái|cô|thầy)(?![\p{L}])/iu;

const all = SUBJECTS.flatMap((s) =>
  LEVELS.map((level) => ({ subject: s.code, level, list: subjectSentences(s.code, level) })),
);

describe.each(all)('$subject $level', ({ subject, level, list }) => {
  test('has enough sentences for a class, each once', () => {
    expect(list.length).toBeGreaterThanOrEqual(18);
    expect(new Set(list).size).toBe(list.length);
  });
  test('has none of the known faults', () => {
    for (const sentence of list) {
      expect(sentence).toMatch(/^\p{Lu}[^{}]+\.$/u);
      expect(sentence).not.toMatch(/^Em\b/u);
      expect(sentence).not.toMatch(UNWANTED);
      expect(sentence.length).toBeLessThan(160);
      expect(parseCell(`${subject}.comment`, sentence)).toEqual({
        ok: true,
        value: sentence,
        normalised: false,
      });
      // H and C say what to practise next.
      if (level !== 'T') expect(sentence).toMatch(/(?:cần|nên) \p{L}+/u);
    }
  });
});

test('Toán and Tiếng Việt speak of their subject', () => {
  const words = {
    TOAN: /tính|toán|hình|số|đo|phép/iu,
    TV: /đọc|viết|câu|từ|truyện|chính tả|kể/iu,
  } as const;
  for (const subject of ['TOAN', 'TV'] as const) {
    for (const level of LEVELS) {
      for (const sentence of subjectSentences(subject, level)) expect(sentence).toMatch(words[subject]);
    }
  }
});

test('the other comments have eight sentences each, without the known faults', () => {
  for (const [item, list] of Object.entries(OTHER_SENTENCES)) {
    expect(new Set(list).size, item).toBeGreaterThanOrEqual(8);
    for (const sentence of list ?? []) {
      expect(sentence).toMatch(/^\p{Lu}.+\.$/u);
      expect(sentence).not.toMatch(/^Em\b/u);
      expect(sentence).not.toMatch(UNWANTED);
      expect(sentence).toBe(sentence.normalize('NFC'));
    }
  }
});

test('a teacher is offered sentences for the columns that are his', () => {
  const offered = suggestionsFor(4, ['AN.level', 'AN.comment']);
  expect(Object.keys(offered)).toEqual(['AN.comment:T', 'AN.comment:H', 'AN.comment:C']);
  expect(Object.keys(suggestionsFor(4, ['HOMEROOM.comment', 'HEIGHT.number']))).toEqual(['HOMEROOM.comment']);
});
