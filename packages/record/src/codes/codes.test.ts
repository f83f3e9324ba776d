import { describe, expect, test } from 'vitest';
import type { Grade, Period, SubjectCode } from '../model.ts';
import { CELL_ITEMS, isCellItem, itemName, partsOf } from './items.ts';
import { PEOPLES } from './people.ts';
import { PROVINCES, provincesOn } from './provinces.ts';
import { isTested, SUBJECTS, subjectsOf } from './subjects.ts';
import { TRAITS, traitsOf } from './traits.ts';
import { GRADES, isGrade, PERIODS } from './words.ts';

describe('subjects and traits', () => {
  test('stand in the order of the official form', () => {
    expect(SUBJECTS.map((s) => s.code).join(' ')).toBe(
      'TV TOAN NN1 LSDL KH TH CN DD TNXH GDTC AN MT HDTN TDT',
    );
    expect(SUBJECTS.map((s) => s.name)).toContain('Tin học và Công nghệ (Tin học)');
    expect(TRAITS).toHaveLength(15);
    expect(TRAITS.filter((t) => t.group === 'QUALITIES')).toHaveLength(5);
  });

  test.each([
    [1, 'TV TOAN DD TNXH GDTC AN MT HDTN', 'NN1 TDT', 13],
    [2, 'TV TOAN DD TNXH GDTC AN MT HDTN', 'NN1 TDT', 13],
    [3, 'TV TOAN NN1 TH CN DD TNXH GDTC AN MT HDTN', 'TDT', 15],
    [4, 'TV TOAN NN1 LSDL KH TH CN DD GDTC AN MT HDTN', 'TDT', 15],
    [5, 'TV TOAN NN1 LSDL KH TH CN DD GDTC AN MT HDTN', 'TDT', 15],
  ] as const)('grade %i', (grade, compulsory, electives, traits) => {
    const all = subjectsOf(grade);
    expect(
      all
        .filter((s) => s.grades.includes(grade))
        .map((s) => s.code)
        .join(' '),
    ).toBe(compulsory);
    expect(
      all
        .filter((s) => s.electiveIn.includes(grade))
        .map((s) => s.code)
        .join(' '),
    ).toBe(electives);
    expect(traitsOf(grade)).toHaveLength(traits);
  });

  test('tests are set where Điều 7 says so', () => {
    const tested = (grade: Grade, period: Period): string =>
      SUBJECTS.filter((s) => isTested(s.code, grade, period))
        .map((s): SubjectCode => s.code)
        .join(' ');
    for (const end of ['CHK1', 'CN'] as const) {
      expect(tested(1, end)).toBe('TV TOAN');
      expect(tested(2, end)).toBe('TV TOAN');
      expect(tested(3, end)).toBe('TV TOAN NN1 TH CN');
      expect(tested(4, end)).toBe('TV TOAN NN1 LSDL KH TH CN');
      expect(tested(5, end)).toBe('TV TOAN NN1 LSDL KH TH CN');
    }
    for (const middle of ['GHK1', 'GHK2'] as const) {
      expect(GRADES.map((g) => tested(g, middle))).toEqual(['', '', '', 'TV TOAN', 'TV TOAN']);
    }
    expect(PERIODS).toHaveLength(4);
  });
});

describe('cell items', () => {
  test('each is known once, taken apart and named', () => {
    expect(new Set(CELL_ITEMS).size).toBe(CELL_ITEMS.length);
    expect(CELL_ITEMS).toHaveLength(14 * 3 + 15 + 3 + 7);
    for (const item of CELL_ITEMS) {
      expect(isCellItem(item)).toBe(true);
      expect(partsOf(item).kind).toBeTypeOf('string');
      expect(itemName(item)).not.toBe(item);
    }
    expect(itemName('TOAN.mark')).toBe('Điểm kiểm tra môn Toán');
    expect(itemName('YEU_NUOC.level')).toBe('Mức phẩm chất Yêu nước');
    expect(itemName('HDTN.level')).toBe('Mức đạt được Hoạt động trải nghiệm');
  });

  test.each(['', 'TOAN', 'TOAN.Mark', 'toan.mark', 'XYZ.level', '__proto__', 'HEIGHT.level'])(
    '%j is none',
    (text) => {
      expect(isCellItem(text)).toBe(false);
    },
  );
});

describe('national lists', () => {
  test('34 provinces since 01/07/2025, 54 peoples and foreigners, all NFC and distinct', () => {
    expect(provincesOn('2025-07-01')).toHaveLength(34);
    expect(provincesOn('2025-06-30')).toHaveLength(0);
    expect(new Set(PROVINCES.map((p) => p.code)).size).toBe(34);
    expect(PEOPLES).toHaveLength(55);
    for (const { name } of [...PROVINCES, ...PEOPLES, ...SUBJECTS, ...TRAITS])
      expect(name).toBe(name.normalize('NFC'));
    expect(new Set(PEOPLES.map((p) => p.name)).size).toBe(55);
  });

  test('grades are the numbers 1 to 5 and nothing like them', () => {
    expect([1, 5].every(isGrade)).toBe(true);
    expect([0, 6, 1.5, '1', null, undefined, Number.NaN].some(isGrade)).toBe(false);
  });
});
