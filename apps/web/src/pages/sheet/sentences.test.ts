import { describe, expect, test } from 'vitest';
import { type Beside, fitting, type Sentence } from './sentences.ts';

const sentence = (id: string, over: Partial<Sentence> = {}): Sentence => ({
  id,
  bank: 'national',
  grades: [4, 5],
  level: 'T',
  trait: null,
  text: `Câu ${id}.`,
  ...over,
});
const ids = (sentences: readonly Sentence[], beside: Beside) => fitting(sentences, beside).map((s) => s.id);

describe('the sentences that fit a pupil', () => {
  const shelf = [
    sentence('own', { bank: 'own', level: null }),
    sentence('t'),
    sentence('h', { level: 'H' }),
    sentence('t1', { grades: [1] }),
  ];
  test.each<[string, number, string[]]>([
    ['T', 4, ['own', 't']],
    ['H', 5, ['own', 'h']],
    ['C', 4, ['own']],
    ['T', 1, ['t1']],
    ['', 4, []],
  ])('of a subject: level %s in grade %d', (level, grade, expected) => {
    expect(ids(shelf, { grade, known: { of: 'subject', level } })).toEqual(expected);
  });

  test('of a block: each trait at its own level, the lowest first, one’s own before all', () => {
    const block = [
      sentence('own', { bank: 'own', level: null }),
      sentence('love-t', { trait: 'YEU_NUOC' }),
      sentence('love-c', { trait: 'YEU_NUOC', level: 'C' }),
      sentence('kind-d', { trait: 'NHAN_AI', level: 'Đ' }),
      sentence('work-c', { trait: 'CHAM_CHI', level: 'C' }),
    ];
    const levels = new Map([
      ['YEU_NUOC', 'T'],
      ['NHAN_AI', 'Đ'],
      ['CHAM_CHI', 'C'],
    ]);
    expect(ids(block, { grade: 4, known: { of: 'traits', levels } })).toEqual([
      'own',
      'work-c',
      'kind-d',
      'love-t',
    ]);
    expect(ids(block, { grade: 4, known: { of: 'traits', levels: new Map() } })).toEqual(['own']);
  });

  test('of the year: only what fits the result, and nothing national while there is none', () => {
    const year = [sentence('any', { bank: 'school', level: null }), sentence('htxs', { level: 'HTXS' })];
    expect(ids(year, { grade: 4, known: { of: 'year', result: 'HTXS' } })).toEqual(['any', 'htxs']);
    expect(ids(year, { grade: 4, known: { of: 'year', result: 'HT' } })).toEqual(['any']);
    expect(ids(year, { grade: 4, known: { of: 'year', result: null } })).toEqual(['any']);
  });
});
