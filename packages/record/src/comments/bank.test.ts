import { describe, expect, test } from 'vitest';
import { subjectsOf } from '../codes/subjects.ts';
import { traitsOf } from '../codes/traits.ts';
import { GRADES, RESULTS } from '../codes/words.ts';
import { parseCell } from '../rules/parse-cell.ts';
import { bandOf, COMMENT_BANK, sentenceOf, sentencesFor } from './bank.ts';
import { lintComment } from './lint.ts';

const SYLLABLE =
  /^(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?(?:[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iêu|iu|oa|oai|oay|oao|oă|oe|oeo|oi|oo|ôi|ơi|ua|uâ|uây|ue|uê|ui|uơ|uô|uôi|uy|uya|uyê|uyu|ưa|ưi|ươ|ươi|ươu|ưu|yê|yêu)(?:ch|ng|nh|[cmnpt])?$/u;
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/** Names of letters, and a numeral. */
const NO_SYLLABLES = new Set(['ng', 'nh', 'd', 'r', 's', 'x', 'ch', 'tr', 'II', 'X']);

/** Whether a word can be Vietnamese: onset, rime, at most one tone, and after c, ch, p, t only sắc or nặng. */
function isSyllable(word: string): boolean {
  const spread = word.toLowerCase().normalize('NFD');
  const tones = spread.match(TONES) ?? [];
  const base = spread.replace(TONES, '').normalize('NFC');
  const stopped = /(?:ch|[cpt])$/u.test(base) && base.length > 2;
  return SYLLABLE.test(base) && tones.length <= 1 && (!stopped || /[\u0301\u0323]/u.test(tones[0] ?? ''));
}

describe('the national bank of comments', () => {
  test('holds more than 1,000 sentences, each once', () => {
    expect(COMMENT_BANK.length).toBeGreaterThanOrEqual(1000);
    const folded = COMMENT_BANK.map((s) => s.text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' '));
    expect(folded.filter((t, i) => folded.indexOf(t) !== i)).toEqual([]);
    expect(new Set(COMMENT_BANK.map((s) => s.code)).size).toBe(COMMENT_BANK.length);
  });

  test('no two sentences are nearly the same', () => {
    const words = COMMENT_BANK.map((s) => new Set(s.text.toLowerCase().split(/[^\p{L}\p{N}]+/u)));
    const near: string[] = [];
    for (const [i, a] of words.entries()) {
      for (const [j, b] of words.entries()) {
        if (j <= i) continue;
        const shared = [...a].filter((w) => b.has(w)).length;
        if (shared / (a.size + b.size - shared) > 0.7)
          near.push(`${COMMENT_BANK[i]?.text} / ${COMMENT_BANK[j]?.text}`);
      }
    }
    expect(near).toEqual([]);
  });

  test('none has one of the ten faults', () => {
    const found = COMMENT_BANK.flatMap((s) => {
      const level = s.level === 'T' || s.level === 'HTXS' ? 'T' : 'C';
      return lintComment(s.text, { item: s.item, ...(s.item === 'HOMEROOM.comment' ? {} : { level }) }).map(
        (f) => `${f.code} (${f.found ?? ''}): ${s.text}`,
      );
    });
    expect(found).toEqual([]);
  });

  test('each is a clean sentence of moderate length that a cell takes as it is', () => {
    for (const s of COMMENT_BANK) {
      expect(s.text).toMatch(/^\p{Lu}[^{}\n"]+[^\s.]\.$/u);
      expect(s.text.length).toBeLessThan(130);
      expect(parseCell(s.item, s.text)).toEqual({ ok: true, value: s.text, normalised: false });
    }
  });

  test('every word is spelled as Vietnamese is', () => {
    const wrong = COMMENT_BANK.flatMap((s) =>
      s.text.split(/[^\p{L}]+/u).filter((w) => w !== '' && !NO_SYLLABLES.has(w) && !isSyllable(w)),
    );
    expect(wrong).toEqual([]);
    expect(['đươc', 'nhữg', 'tiêng', 'họcc', 'hoàn', 'nghiêng', 'quyển', 'khuya'].map(isSyllable)).toEqual([
      false,
      false,
      true,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test('every grade finds sentences for each of its subjects and levels, each trait and level, each result', () => {
    for (const grade of GRADES) {
      for (const { code } of subjectsOf(grade)) {
        for (const level of ['T', 'H', 'C'] as const) {
          const found = sentencesFor({ item: `${code}.comment`, grade, level });
          expect(found.length, `${code} ${grade} ${level}`).toBeGreaterThanOrEqual(
            code === 'TV' || code === 'TOAN' ? 12 : 6,
          );
        }
      }
      for (const { code, group } of traitsOf(grade)) {
        for (const level of ['T', 'Đ', 'C'] as const) {
          const found = sentencesFor({ item: `${group}.comment`, grade, traits: { [code]: level } });
          expect(found.map((s) => [s.trait, s.level])).toEqual(Array(6).fill([code, level]));
        }
      }
      for (const result of RESULTS)
        expect(sentencesFor({ item: 'HOMEROOM.comment', grade, result })).toHaveLength(6);
    }
  });

  test('no sentence is offered to a grade that lacks the subject or the competence', () => {
    expect(sentencesFor({ item: 'KH.comment', grade: 3 })).toEqual([]);
    expect(sentencesFor({ item: 'SPECIFIC.comment', grade: 2 }).some((s) => s.trait === 'TIN_HOC')).toBe(
      false,
    );
    expect(sentencesFor({ item: 'SPECIFIC.comment', grade: 3 }).some((s) => s.trait === 'TIN_HOC')).toBe(
      true,
    );
    expect(sentencesFor({ item: 'QUALITIES.comment', grade: 3, traits: {} })).toEqual([]);
    expect(sentencesFor({ item: 'TOAN.mark', grade: 3 })).toEqual([]);
  });

  test('a band is the grades that share the sentences of a column', () => {
    expect(GRADES.map((grade) => bandOf('TV.comment', grade))).toEqual([[1], [2, 3], [2, 3], [4, 5], [4, 5]]);
    expect(bandOf('QUALITIES.comment', 2)).toEqual([1, 2, 3, 4, 5]);
    expect(bandOf('HOMEROOM.comment', 4)).toEqual([1, 2, 3, 4, 5]);
    expect(bandOf('KH.comment', 1)).toEqual([1]);
  });

  test('a sentence is found by its code', () => {
    expect(sentenceOf('TV.1.T.1')).toMatchObject({ item: 'TV.comment', grades: [1], level: 'T' });
    expect(sentenceOf('TV.1.T.99')).toBeUndefined();
  });
});
