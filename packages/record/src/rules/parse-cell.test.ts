import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CELL_ITEMS } from '../codes/items.ts';
import { cleanText, TEXT_LIMIT } from './cell-text.ts';
import { parseCell, parseResult } from './parse-cell.ts';

describe('levels', () => {
  test.each([
    ['T', 'T', false],
    ['t', 'T', true],
    [' T ', 'T', true],
    ['HTT', 'T', true],
    ['hoàn thành tốt', 'T', true],
    ['H', 'H', false],
    ['ht', 'H', true],
    ['Hoàn  Thành', 'H', true],
    ['C', 'C', false],
    ['CHT', 'C', true],
    ['Chưa hoàn thành', 'C', true],
    ['Hoàn thành tốt'.normalize('NFD'), 'T', true],
    ['', '', false],
    ['  ', '', true],
  ])('subject %j is %j', (raw, value, normalised) => {
    expect(parseCell('TOAN.level', raw)).toEqual({ ok: true, value, normalised });
  });

  test.each([
    ['T', 'T', false],
    ['t', 'T', true],
    ['Tốt', 'T', true],
    ['Đ', 'Đ', false],
    ['đ', 'Đ', true],
    ['ĐẠT', 'Đ', true],
    ['đạt'.normalize('NFD'), 'Đ', true],
    ['C', 'C', false],
    ['cần cố gắng', 'C', true],
    ['\u00a0C', 'C', true],
  ])('trait %j is %j', (raw, value, normalised) => {
    expect(parseCell('YEU_NUOC.level', raw)).toEqual({ ok: true, value, normalised });
  });

  test.each(['Đ', 'Tốt', 'HTXS', 'hoàn thành xuất sắc', '9', 'TT', 'T.', 'X', 'hoan thanh'])(
    'subject %j is outside',
    (raw) => {
      expect(parseCell('DD.level', raw)).toMatchObject({ ok: false, code: 'level-not-in-scale' });
    },
  );

  test.each(['H', 'D', 'd', 'HTT', 'Hoàn thành', 'HT', 'CHT', '10', 'Tot', 'Đ.'])(
    'trait %j is outside',
    (raw) => {
      const parsed = parseCell('NHAN_AI.level', raw);
      expect(parsed).toMatchObject({ ok: false, code: 'level-not-in-scale' });
      if (!parsed.ok) expect(parsed.message).toContain('Nhân ái');
    },
  );
});

describe('marks', () => {
  test.each([
    ['0', '0', false],
    ['9', '9', false],
    ['10', '10', false],
    ['9.0', '9', true],
    ['9,00', '9', true],
    [' 8 ', '8', true],
    ['08', '8', true],
    ['-0', '0', true],
    ['', '', false],
  ])('%j is %j', (raw, value, normalised) => {
    expect(parseCell('TV.mark', raw)).toEqual({ ok: true, value, normalised });
  });

  test.each([
    ['8,5', 'mark-not-whole'],
    ['8.5', 'mark-not-whole'],
    ['9,999', 'mark-not-whole'],
    ['0.5', 'mark-not-whole'],
    ['85', 'mark-out-of-range'],
    ['-1', 'mark-out-of-range'],
    ['11', 'mark-out-of-range'],
    ['10,5', 'mark-out-of-range'],
    ['-0,5', 'mark-out-of-range'],
    ['999999999999', 'mark-out-of-range'],
    ['T', 'not-a-number'],
    ['9 điểm', 'not-a-number'],
    ['1e1', 'not-a-number'],
    ['0x9', 'not-a-number'],
    ['９', 'not-a-number'],
    ['8.', 'not-a-number'],
    ['.5', 'not-a-number'],
    ['8,5,0', 'not-a-number'],
    ['NaN', 'not-a-number'],
    ['Infinity', 'not-a-number'],
    ['+9', 'not-a-number'],
  ])('%j is refused as %s', (raw, code) => {
    expect(parseCell('TV.mark', raw)).toMatchObject({ ok: false, code });
  });
});

describe('texts and measures', () => {
  test('text is NFC, trimmed, with plain line breaks and nothing that XML cannot carry', () => {
    expect(parseCell('HOMEROOM.comment', ' Ngoan\r\nlễ phép\u000b \u202e\t. ')).toEqual({
      ok: true,
      value: 'Ngoan\nlễ phép  .',
      normalised: true,
    });
    expect(parseCell('AWARD.text', 'é'.normalize('NFD'))).toMatchObject({ value: 'é', normalised: true });
    expect(cleanText('e\u200b\u0301')).toBe('é');
    expect(parseCell('HOMEROOM.comment', 'a'.repeat(TEXT_LIMIT)).ok).toBe(true);
    expect(parseCell('HOMEROOM.comment', 'a'.repeat(TEXT_LIMIT + 1))).toMatchObject({
      code: 'text-too-long',
    });
  });

  test.each([
    ['HEIGHT.number', '120', '120'],
    ['HEIGHT.number', '120,5', '120.5'],
    ['WEIGHT.number', '25.50', '25.5'],
    ['ABSENT_EXCUSED.count', '3', '3'],
    ['ABSENT_UNEXCUSED.count', '0', '0'],
  ] as const)('%s %j is %j', (item, raw, value) => {
    expect(parseCell(item, raw)).toMatchObject({ ok: true, value });
  });

  test.each([
    ['HEIGHT.number', '1,2'],
    ['HEIGHT.number', '300'],
    ['WEIGHT.number', '25,55'],
    ['WEIGHT.number', '0'],
    ['ABSENT_EXCUSED.count', '1,5'],
    ['ABSENT_EXCUSED.count', '-1'],
    ['ABSENT_EXCUSED.count', '501'],
  ] as const)('%s %j is out of range', (item, raw) => {
    expect(parseCell(item, raw)).toMatchObject({ ok: false, code: 'number-out-of-range' });
  });
});

test('any text gives an answer; a value taken is taken again unchanged', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CELL_ITEMS), fc.string({ unit: 'binary', maxLength: 40 }), (item, raw) => {
      const first = parseCell(item, raw);
      if (!first.ok) expect(first.message.length).toBeGreaterThan(5);
      else expect(parseCell(item, first.value)).toEqual({ ok: true, value: first.value, normalised: false });
      expect(cleanText(cleanText(raw))).toBe(cleanText(raw));
    }),
    { numRuns: 2000 },
  );
});

test('the quick way through plain text gives what the thorough one gives', () => {
  const thorough = (raw: string): string => cleanText(`\ufeff${raw}`);
  const units = [...'aệÂđ 9.,\n–“…', '\u0301', 'ê'.normalize('NFD'), '\u00a0', '\r'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...units), { maxLength: 12 }), (parts) => {
      expect(cleanText(parts.join(''))).toBe(thorough(parts.join('')));
    }),
    { numRuns: 1000 },
  );
});

test('stated results by code or words', () => {
  expect(['HTXS', 'htt ', 'Hoàn thành', 'chưa hoàn  thành'].map(parseResult)).toEqual([
    'HTXS',
    'HTT',
    'HT',
    'CHT',
  ]);
  expect(['', 'T', 'Giỏi', 'HT.'].map(parseResult)).toEqual([undefined, undefined, undefined, undefined]);
});
