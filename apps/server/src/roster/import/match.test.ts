import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchRows } from './match.ts';

const pupil = (pupilId: string, pupilCode: string, fullName: string) => ({ pupilId, pupilCode, fullName });
const class4 = [
  pupil('a', 'MAU1', 'Nguyễn Thị Mẫu Hà'),
  pupil('b', 'MAU2', 'Nguyễn Thị Mẫu Hạ'),
  pupil('c', 'MAU3', 'Đặng Mẫu Đức'),
  pupil('d', 'MAU4', 'Lý Mẫu Ân'),
  pupil('e', 'MAU5', 'Lý Mẫu Ân'),
];

describe('a row finds its pupil', () => {
  test.each([
    ['by code', { code: 'MAU1', name: 'Tên khác' }, 'code', 'a'],
    ['by code in another case', { code: 'mau1', name: '' }, 'code', 'a'],
    ['by the exact name', { code: 'X', name: 'Đặng Mẫu Đức' }, 'name', 'c'],
    ['by the name, whatever blanks and case', { code: 'X', name: ' đặng  mẫu ĐỨC' }, 'name', 'c'],
    [
      'by the name in the other form of accents',
      { code: 'X', name: 'Đặng Mẫu Đức'.normalize('NFD') },
      'name',
      'c',
    ],
    ['by the name without marks', { code: 'X', name: 'Dang Mau Duc' }, 'similarName', 'c'],
  ])('%s', (_, row, match, pupilId) => {
    expect(matchRows([row], class4)[0]).toMatchObject({ match, pupil: { pupilId } });
  });
  test.each([
    ['two pupils of that name', { code: 'X', name: 'Lý Mẫu Ân' }],
    ['two that differ only in a mark', { code: 'X', name: 'Nguyen Thi Mau Ha' }],
    ['nobody', { code: 'X', name: 'Ai Đó' }],
  ])('or is new: %s', (_, row) => {
    expect(matchRows([row], class4)[0]).toEqual({ match: 'new' });
  });
  test('a code has the first right to a pupil, a second row of the name is new', () => {
    const rows = [
      { code: 'X', name: 'Đặng Mẫu Đức' },
      { code: 'MAU3', name: 'Đặng Mẫu Đức' },
    ];
    expect(matchRows(rows, class4).map((m) => m.match)).toEqual(['new', 'code']);
  });
  test('two rows of one name and other codes match nobody', () => {
    const rows = [
      { code: 'X', name: 'Đặng Mẫu Đức' },
      { code: 'Y', name: 'Đặng Mẫu Đức' },
    ];
    expect(matchRows(rows, class4).map((m) => m.match)).toEqual(['new', 'new']);
  });
});

test('no pupil is ever taken by two rows, and a code always wins', () => {
  const name = fc.constantFrom('An', 'Ân', 'Ấn', 'Bình', 'Binh', 'Đức', 'Duc');
  const code = fc.constantFrom('M1', 'M2', 'M3', 'M4', 'N1', 'N2');
  const list = fc.uniqueArray(fc.record({ code, name }), { selector: (r) => r.code, maxLength: 6 });
  fc.assert(
    fc.property(list, list, (rows, known) => {
      const pupils = known.map((k) => pupil(k.code, k.code, k.name));
      const matches = matchRows(rows, pupils);
      const taken = matches.flatMap((m) => ('pupil' in m ? [m.pupil.pupilId] : []));
      expect(new Set(taken).size).toBe(taken.length);
      rows.forEach((row, i) => {
        if (known.some((k) => k.code === row.code)) expect(matches[i]).toMatchObject({ match: 'code' });
      });
    }),
  );
});
