import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readOneClass, readWorkbook } from './index.ts';

interface Expected {
  grade: number;
  klass: string;
  pupils: {
    row: number;
    code: string;
    name: string;
    result: string | null;
    blocking: string[];
    planted: string | null;
    problems: string[];
  }[];
}

const folder = new URL('../cases/', import.meta.url);

/** Columns of the faults that stand in `lop5-messy.xlsx`, read off the sheet. */
const FAULT_COLUMNS: Readonly<Record<number, string[]>> = {
  10: ['mark-not-whole Toán:mark'],
  12: ['mark-out-of-range Tiếng Việt:mark'],
  14: ['level-not-in-scale Trách nhiệm', 'missing Đạo đức'],
  21: ['mark-not-whole Toán:mark'],
  23: ['mark-out-of-range Tiếng Việt:mark'],
  25: ['level-not-in-scale Trách nhiệm'],
  32: ['mark-not-whole Toán:mark'],
  34: ['mark-out-of-range Tiếng Việt:mark'],
  36: ['level-not-in-scale Trách nhiệm'],
  38: ['duplicate-pupil Mã học sinh'],
};

describe.each(['lop2', 'lop4', 'lop5-messy'])('%s.xlsx', async (name) => {
  const file = `${name}.xlsx`;
  const bytes = readFileSync(fileURLToPath(new URL(file, folder)));
  const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), 'utf8')) as Expected;
  const sheet = readOneClass(await readWorkbook(bytes, file), {
    fileName: file,
    schoolYear: '2030-2031',
  });

  test('class, grade and school year come from the title', () => {
    expect([sheet.grade, sheet.className, sheet.schoolYear]).toEqual([
      expected.grade,
      expected.klass,
      '2025-2026',
    ]);
    expect(sheet.unknownColumns).toEqual([]);
    expect(sheet.remarks).toEqual([]);
  });

  test('every row is there once, with its pupil', () => {
    const found = sheet.rows.map(({ row, code, name: pupil }) => ({ row, code, name: pupil }));
    expect(found).toEqual(expected.pupils.map(({ row, code, name: pupil }) => ({ row, code, name: pupil })));
    expect(sheet.rows.every((row) => row.birthDate !== null)).toBe(true);
  });

  test.each(expected.pupils)('row $row: result, blocking cells, problems', (pupil) => {
    const row = sheet.rows.find((one) => one.row === pupil.row);
    expect(row?.result).toBe(pupil.result);
    if (pupil.result !== null) expect(row?.blocking).toEqual(pupil.blocking);
    else expect(row?.blocking).toEqual([]);
    const codes = new Set(row?.problems.map((problem) => problem.code));
    for (const code of pupil.problems) expect(codes).toContain(code);
    expect(codes.has('result-differs')).toBe(pupil.planted !== null);
    if (pupil.planted !== null) expect(row?.stated.result).toBe(pupil.planted);
    if (pupil.result !== null && pupil.planted === null) expect(row?.problems).toEqual([]);
    for (const problem of row?.problems ?? []) {
      expect(problem.message).toContain(`${file}, dòng ${pupil.row}, cột `);
    }
  });

  test('each fault is told at its column', () => {
    for (const row of sheet.rows) {
      const told = row.problems.map((problem) => `${problem.code} ${problem.column}`);
      if (name === 'lop5-messy' && FAULT_COLUMNS[row.row] !== undefined)
        expect(told).toEqual(FAULT_COLUMNS[row.row]);
      else if (row.result === null) expect(told).toEqual(['missing Đạo đức']);
      else if (told.length > 0) expect(told).toEqual(['result-differs Xếp loại']);
    }
  });
});
