import { GRADES, PERIOD_NAMES, PERIODS } from '@hocba/record';
import { describe, expect, test } from 'vitest';
import { SheetError } from './errors.ts';
import type { RawCell, RawSheet } from './matrix.ts';
import { readResults } from './results.ts';
import { readSample, sampleColumns, sampleSheet } from './testing/sample-matrix.ts';

const columns = sampleColumns(2);
const OPTIONS = { fileName: 'mau.xlsx', schoolYear: '2025-2026' };

function refusal(read: () => unknown): SheetError {
  try {
    read();
  } catch (error) {
    if (error instanceof SheetError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('a sheet of many classes', () => {
  const classOf = (names: readonly RawCell[], title = 'KẾT QUẢ CUỐI NĂM - NĂM HỌC 2025-2026') =>
    readResults(
      [
        sampleSheet(columns, {
          title,
          pupils: names.length,
          cells: names.map((name, at) => [at, 'className', name] as const),
        }),
      ],
      OPTIONS,
    ).classes;

  test('is read class by class, by the column, whatever the order of its rows', () => {
    const names = ['2A1', '1B', ' lớp 2a1', '1B', '2A2'];
    expect(
      classOf(names).map(({ className, grade, rows }) => [
        className,
        grade,
        rows.map((r) => [r.row, r.problems]),
      ]),
    ).toEqual([
      [
        '2A1',
        2,
        [
          [4, []],
          [6, []],
        ],
      ],
      [
        '1B',
        1,
        [
          [5, []],
          [7, []],
        ],
      ],
      ['2A2', 2, [[8, []]]],
    ]);
  });

  test.each([[['2A1', null, '2A2']], [[null, '2A1', '2A2']]] as RawCell[][][])(
    'a row without a class in %j is told so',
    (names) => {
      const told = classOf(names).flatMap((one) =>
        one.rows.flatMap((r) => r.problems.map((p) => [p.code, p.column])),
      );
      expect(told).toEqual([['missing', 'Mã lớp']]);
    },
  );

  test('of grades that the sheet has no columns for is refused, and so is a class without a grade', () => {
    expect(refusal(() => classOf(['2A1', '4A'])).code).toBe('missing-header');
    expect(refusal(() => classOf(['2A1', 'Hoa Hồng'])).code).toBe('grade-unknown');
    const named = readResults(
      [
        sampleSheet(columns, {
          title: null,
          cells: [
            [0, 'className', 'Hoa'],
            [1, 'className', 'Hoa'],
          ],
        }),
      ],
      {
        ...OPTIONS,
        gradeOf: (name) => (name === 'HOA' ? 2 : null),
      },
    );
    expect(named.classes.map((one) => [one.className, one.grade])).toEqual([['HOA', 2]]);
  });
});

describe('many sheets', () => {
  test('a page of instructions is passed over, and it says so; every class sheet is read', () => {
    const guide: RawSheet = {
      name: 'Hướng dẫn',
      rows: [
        ['STT', 'Họ tên', 'Ghi chú'],
        [1, 'Ghi đầy đủ', ''],
      ],
    };
    const second = sampleSheet(columns, {
      title: 'CUỐI NĂM - LỚP 2A2 - NĂM HỌC 2025-2026',
      cells: [
        [0, 'className', '2A2'],
        [1, 'className', '2A2'],
      ],
    });
    const read = readResults([guide, sampleSheet(columns), { ...second, name: 'KQHT (2)' }], OPTIONS);
    expect(read.remarks).toEqual(['Không đọc trang “Hướng dẫn”: không có bảng kết quả.']);
    expect(read.classes.map((one) => [one.sheetName, one.className, one.rows.length])).toEqual([
      ['KQHT', '2A1', 2],
      ['KQHT (2)', '2A2', 2],
    ]);
    // The same two pupils stand on both sheets: the first ones count.
    expect(read.classes[1]?.rows.map((row) => row.problems.map((p) => [p.code, p.message]))).toEqual([
      [['duplicate-pupil', expect.stringContaining('mau.xlsx, trang KQHT (2), dòng 4, cột C')]],
      [['duplicate-pupil', expect.stringContaining('dòng 5 trang “KQHT”')]],
    ]);
  });
});

describe('every period', () => {
  test.each(GRADES.flatMap((grade) => PERIODS.map((period) => ({ grade, period }))))(
    'grade $grade, $period',
    ({ grade, period }) => {
      const title = `KẾT QUẢ ${PERIOD_NAMES[period].toUpperCase()} - LỚP ${grade}A1 - NĂM HỌC 2025-2026`;
      const own = sampleColumns(grade, period);
      const sheet = readSample(sampleSheet(own, { title, cells: [[1, 'TOAN.level', null]] }));
      expect([sheet.period, sheet.remarks]).toEqual([period, []]);
      expect(sheet.rows.map((row) => [row.result, row.problems.map((p) => [p.code, p.column])])).toEqual([
        [period === 'CN' ? 'HTXS' : null, []],
        [null, [['missing', 'Toán']]],
      ]);
    },
  );

  test('a mark where the period has no test is told', () => {
    const own = [...sampleColumns(2, 'GHK1'), { key: 'TOAN.mark', top: 'Điểm Toán', sub: '', value: 9 }];
    const [row] = readSample(sampleSheet(own, { title: 'GIỮA HỌC KỲ I - LỚP 2A1 - NĂM HỌC 2025-2026' })).rows;
    expect(row?.problems.map((p) => [p.code, p.item])).toEqual([['mark-not-expected', 'TOAN.mark']]);
  });
});
