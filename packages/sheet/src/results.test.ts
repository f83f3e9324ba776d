import { GRADES, type Grade } from '@hocba/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SheetError } from './errors.ts';
import type { RawCell, RawSheet } from './matrix.ts';
import { readSample, type SampleColumn, sampleColumns, sampleSheet } from './testing/sample-matrix.ts';

const columns = sampleColumns(2);

function rename(key: string, top: string, sub?: string): SampleColumn[] {
  return columns.map((column) => (column.key === key ? { ...column, top, sub: sub ?? column.sub } : column));
}

function refusal(read: () => unknown): SheetError {
  try {
    read();
  } catch (error) {
    if (error instanceof SheetError) return error;
    throw error;
  }
  throw new Error('not refused');
}

/** Row of one pupil with the given cells. */
function pupil(...cells: [string, RawCell][]) {
  const given = cells.map(([key, value]): [number, string, RawCell] => [0, key, value]);
  const [row] = readSample(sampleSheet(columns, { pupils: 1, cells: given })).rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

describe('finding columns', () => {
  test.each(GRADES.map((grade) => ({ grade })))('grade $grade: the template as it is', ({ grade }) => {
    const title = `KẾT QUẢ CUỐI NĂM - LỚP ${grade}A1 - NĂM HỌC 2025-2026`;
    const sheet = readSample(sampleSheet(sampleColumns(grade as Grade), { title }));
    expect(sheet.rows.map((row) => [row.result, row.problems, row.warnings, row.notes])).toEqual([
      ['HTXS', [], [], []],
      ['HTXS', [], [], []],
    ]);
    expect(sheet.remarks).toEqual([]);
  });

  test('order does not matter: whole groups may stand anywhere', () => {
    const groups = [...new Set(columns.map((column) => column.top))];
    fc.assert(
      fc.property(fc.shuffledSubarray(groups, { minLength: groups.length }), (order) => {
        const moved = order.flatMap((top) => columns.filter((column) => column.top === top));
        const [row] = readSample(
          sampleSheet(moved, {
            cells: [
              [0, 'TOAN.mark', 8],
              [0, 'result', 'HTT'],
            ],
          }),
        ).rows;
        expect([row?.result, row?.blocking, row?.problems]).toEqual(['HTT', ['Toán:mark'], []]);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['NN1.level', 3, 'Ngoại ngữ 1'],
    ['NN1.level', 3, 'TIẾNG  ANH'],
    ['TH.level', 4, 'TH-CN (Tin học)'],
    ['TH.level', 4, 'Tin học'],
    ['TNXH.level', 2, 'TN&XH'],
    ['LSDL.level', 5, 'Lịch sử & Địa lý'],
    ['HDTN.level', 1, 'HĐTN'],
    ['GDTC.level', 1, 'GDTC'],
    ['MT.level', 1, 'Mỹ thuật'],
    ['AN.level', 1, 'Nghệ thuật (Âm nhạc)'],
    ['DD.level', 1, 'Đạo đức'.normalize('NFD')],
  ] as const)('%s in grade %i may be headed %s', (key, grade, header) => {
    const item = key.split('.')[0];
    const all = sampleColumns(grade).map((column) =>
      column.key.startsWith(`${item}.`) && column.sub !== '' ? { ...column, top: header } : column,
    );
    const [row] = readSample(sampleSheet(all, { title: `LỚP ${grade}A1`, cells: [[0, key, 'H']] })).rows;
    expect(row?.blocking).toEqual([header.normalize('NFC').replace(/\s+/g, ' ')]);
  });

  test.each([
    ['TU_CHU_TU_HOC.level', 'Tự chủ'],
    ['GIAO_TIEP_HOP_TAC.level', 'Giao tiếp, hợp tác'],
    ['GIAI_QUYET_VAN_DE.level', 'GQVĐ'],
    ['THAM_MI.level', 'Thẩm mỹ'],
    ['KHOA_HOC.level', 'NL Khoa học'],
  ])('the trait %s may be headed %s', (key, header) => {
    const all = columns.map((column) => (column.key === key ? { ...column, sub: header } : column));
    expect(readSample(sampleSheet(all, { cells: [[0, key, 'Đ']] })).rows[0]?.blocking).toEqual([header]);
  });

  test('Khoa học, Tin học and Công nghệ are told apart from the competences of the same name', () => {
    const cells: [number, string, RawCell][] = [
      [0, 'KH.level', 'H'],
      [1, 'KHOA_HOC.level', 'Đ'],
    ];
    const flat = sampleColumns(4).map((column) =>
      ['Năng lực', 'Phẩm chất'].includes(column.top) ? { ...column, top: column.sub, sub: '' } : column,
    );
    for (const all of [sampleColumns(4), flat]) {
      const [first, second] = readSample(sampleSheet(all, { title: 'LỚP 4A1', cells })).rows;
      expect([first?.blocking, second?.blocking]).toEqual([['Khoa học'], ['Khoa học']]);
      expect(first?.cells.get('KH.level')?.value).toBe('H');
      expect(second?.cells.get('KHOA_HOC.level')?.value).toBe('Đ');
    }
  });

  test('three header rows, a numbering row, blank rows and a footer', () => {
    const { rows } = sampleSheet(columns);
    const [title = [], tops = [], subs = [], ...pupils] = rows;
    const band = columns.map((column, index) =>
      column.sub === '' ? column.top : index === 5 ? 'Môn học' : null,
    );
    const lower = tops.map((top, index) => (columns[index]?.sub === '' ? null : top));
    const numbers = columns.map((_, index) => index + 1);
    const footer: RawCell[] = [null, null, null, null, null, null, 'HIỆU TRƯỞNG'];
    const sheet: RawSheet = {
      name: 'x',
      rows: [title, [], band, lower, subs, numbers, ...pupils, [], footer],
    };
    const read = readSample(sheet);
    expect(read.rows.map((row) => [row.row, row.result])).toEqual([
      [7, 'HTXS'],
      [8, 'HTXS'],
    ]);
    expect(read.remarks).toEqual(['Bỏ qua dòng không có học sinh: 10.']);
  });

  test('one header row: the part stands in the header itself', () => {
    const flat = columns.map((column) => ({
      ...column,
      top:
        column.sub === 'Điểm'
          ? `Điểm ${column.top}`
          : column.sub === 'Mức' || column.sub === ''
            ? column.top
            : column.sub,
      sub: '',
    }));
    const [title = [], header = [], , ...pupils] = sampleSheet(flat, { cells: [[0, 'TOAN.mark', 6]] }).rows;
    const read = readSample({ name: 'x', rows: [title, header, ...pupils] });
    expect(read.rows.map((row) => [row.result, row.blocking])).toEqual([
      ['HT', ['Toán:mark']],
      ['HTXS', []],
    ]);
  });

  test('an unknown column is reported and not read', () => {
    const read = readSample(
      sampleSheet([...columns, { key: 'note', top: 'Ghi chú', sub: '', value: 'abc' }]),
    );
    expect(read.unknownColumns.map((column) => column.header)).toEqual(['Ghi chú']);
    expect(read.remarks).toEqual([
      `Không nhận ra tiêu đề nên không đọc các cột: ${read.unknownColumns[0]?.letters} (Ghi chú).`,
    ]);
    expect(read.rows[0]?.problems).toEqual([]);
  });

  test('electives are recorded and lower nothing', () => {
    const elective: SampleColumn = { key: 'TDT.level', top: 'Tiếng dân tộc', sub: 'Mức', value: 'C' };
    const [row] = readSample(sampleSheet([...columns, elective])).rows;
    expect([row?.result, row?.problems, row?.cells.get('TDT.level')?.value]).toEqual(['HTXS', [], 'C']);
  });
});

describe('refused whole', () => {
  test.each([
    ['no header at all', { name: 'x', rows: [['a', 'b'], ['c']] }, 'no-header', ''],
    ['an empty sheet', { name: 'x', rows: [] }, 'no-header', ''],
    ['no code column', sampleSheet(columns.filter((c) => c.key !== 'code')), 'missing-header', 'Mã học sinh'],
    [
      'no mark column',
      sampleSheet(columns.filter((c) => c.key !== 'TOAN.mark')),
      'missing-header',
      'Toán – Điểm',
    ],
    [
      'no trait column',
      sampleSheet(columns.filter((c) => c.key !== 'NHAN_AI.level')),
      'missing-header',
      'Phẩm chất – Nhân ái',
    ],
    [
      'a subject twice',
      sampleSheet([...columns, { key: 'y', top: 'Toán', sub: 'Mức', value: 'T' }]),
      'duplicate-header',
      'Toán',
    ],
    [
      'a subject under a strange name',
      sampleSheet(rename('DD.level', 'Đạo giáo')),
      'missing-header',
      'Đạo đức – Mức',
    ],
    ['no pupil', sampleSheet(columns, { pupils: 0 }), 'no-rows', ''],
    [
      'a year before the rules',
      sampleSheet(columns, { title: 'LỚP 2A1 NĂM HỌC 2019-2020' }),
      'school-year-not-supported',
      '2019-2020',
    ],
  ] as [string, RawSheet, string, string][])('%s', (_, sheet, code, named) => {
    const error = refusal(() => readSample(sheet));
    expect(error.code).toBe(code);
    expect(error.message).toContain('mau.xlsx');
    expect(error.message).toContain(named);
  });

  test('two header rows in the wrong order name what lacks', () => {
    const [title = [], tops = [], subs = [], ...pupils] = sampleSheet(columns).rows;
    const error = refusal(() => readSample({ name: 'x', rows: [title, subs, tops, ...pupils] }));
    expect(error.code).toBe('missing-header');
    expect(error.headers).toContain('Toán – Điểm');
  });

  test('no grade anywhere', () => {
    const sheet = sampleSheet(
      columns.filter((c) => c.key !== 'className'),
      { title: null },
    );
    expect(refusal(() => readSample(sheet)).code).toBe('grade-unknown');
  });
});

describe('one row', () => {
  test.each([
    ['TOAN.mark', '8,5', 'mark-not-whole', 'Toán:mark'],
    ['TOAN.mark', 8.5, 'mark-not-whole', 'Toán:mark'],
    ['TOAN.mark', 85, 'mark-out-of-range', 'Toán:mark'],
    ['TOAN.mark', -1, 'mark-out-of-range', 'Toán:mark'],
    ['TOAN.mark', 'mười', 'not-a-number', 'Toán:mark'],
    ['TOAN.mark', { date: '2026-05-08' }, 'not-a-number', 'Toán:mark'],
    ['TOAN.mark', null, 'missing', 'Toán:mark'],
    ['TOAN.mark', '   ', 'missing', 'Toán:mark'],
    ['TOAN.level', 'Đ', 'level-not-in-scale', 'Toán'],
    ['TOAN.level', '=cmd|calc', 'level-not-in-scale', 'Toán'],
    ['TOAN.level', '#N/A', 'level-not-in-scale', 'Toán'],
    ['YEU_NUOC.level', 'H', 'level-not-in-scale', 'Yêu nước'],
    ['code', null, 'missing', 'Mã học sinh'],
    ['code', '../../etc', 'code-not-valid', 'Mã học sinh'],
    ['code', 2 ** 60, 'code-not-valid', 'Mã học sinh'],
    ['name', '', 'missing', 'Họ tên'],
    ['name', '=HYPERLINK("http://a.example")', 'name-not-valid', 'Họ tên'],
    ['name', 'Nguyễn\u202eVăn', 'name-not-valid', 'Họ tên'],
    ['name', 'Hà\ufffdMẫu', 'name-not-valid', 'Họ tên'],
    ['birthDate', '31/02/2018', 'birth-date-not-valid', 'Ngày sinh'],
    ['birthDate', '05/09/1018', 'birth-date-not-valid', 'Ngày sinh'],
    ['birthDate', null, 'missing', 'Ngày sinh'],
    ['className', '2A2', 'class-differs', 'Mã lớp'],
  ] as [string, RawCell, string, string][])('%s = %j is %s', (key, value, code, header) => {
    const row = pupil([key, value]);
    expect(row.problems.map((problem) => [problem.code, problem.column])).toEqual([[code, header]]);
    expect(row.problems[0]?.message).toMatch(/^mau\.xlsx, dòng 4, cột [A-Z]+ \(/);
    expect(row.result).toBe(null);
    expect(row.blocking).toEqual([]);
  });

  test.each([
    ['t', 'T'],
    ['T ', 'T'],
    ['htt', 'T'],
    ['HTT', 'T'],
    ['Hoàn thành tốt'.normalize('NFD'), 'T'],
    ['ht', 'H'],
    ['cht', 'C'],
  ])('the level %j is read as %s, and noted', (raw, value) => {
    const row = pupil(['TOAN.level', raw]);
    expect(row.cells.get('TOAN.level')).toEqual({ raw, value });
    expect(row.notes.map(({ code, column, was, is }) => [code, column, was, is])).toEqual([
      ['normalised', 'Toán', raw, value],
    ]);
    expect(row.problems.filter((problem) => problem.code !== 'result-differs')).toEqual([]);
  });

  test.each([
    ['05/09/2018', '2018-09-05'],
    ['5/9/2018', '2018-09-05'],
    ['2018-09-05', '2018-09-05'],
    [{ date: '2018-09-05' }, '2018-09-05'],
    [43348, '2018-09-05'],
    ['43348', '2018-09-05'],
  ] as [RawCell, string][])('the birth date %j is %s', (cell, iso) => {
    const row = pupil(['birthDate', cell]);
    expect([row.birthDate, row.problems]).toEqual([iso, []]);
  });

  test('a code that Excel keeps as a number stays whole', () => {
    expect(pupil(['code', 7949480355001]).code).toBe('7949480355001');
  });

  test('what is stated is held against the result', () => {
    const differs = pupil(['AN.level', 'H']);
    expect([differs.result, differs.problems.map((p) => [p.code, p.column])]).toEqual([
      'HT',
      [['result-differs', 'Xếp loại']],
    ]);
    expect(pupil(['result', 'hoàn thành xuất sắc']).problems).toEqual([]);
    expect(pupil(['result', 'Giỏi']).problems.map((p) => p.code)).toEqual(['result-differs']);
    const unstated = pupil(['result', null]);
    expect([unstated.problems, unstated.warnings.map((w) => w.code)]).toEqual([[], ['result-not-stated']]);
    expect(pupil(['completed', null]).warnings.map((w) => [w.code, w.column])).toEqual([
      ['completion-differs', 'Hoàn thành CT lớp'],
    ]);
    expect(pupil(['promoted', 'đang xét']).warnings.map((w) => w.code)).toEqual(['tick-not-readable']);
  });

  test('a good level beside a low mark is a warning only', () => {
    const row = pupil(['TOAN.mark', 3], ['result', 'CHT'], ['completed', null], ['promoted', null]);
    expect([row.result, row.problems, row.warnings.map((w) => w.code)]).toEqual([
      'CHT',
      [],
      ['level-mark-odd'],
    ]);
  });

  test('an unreadable elective is told, and the result stands', () => {
    const elective: SampleColumn = { key: 'TDT.level', top: 'Tiếng dân tộc', sub: 'Mức', value: 'X' };
    const [row] = readSample(sampleSheet([...columns, elective], { pupils: 1 })).rows;
    expect([row?.result, row?.problems.map((p) => [p.code, p.column])]).toEqual([
      'HTXS',
      [['level-not-in-scale', 'Tiếng dân tộc']],
    ]);
  });

  test('the second and later rows of one code get no result', () => {
    const cells: [number, string, RawCell][] = [
      [0, 'code', 'AB1'],
      [1, 'code', 'ab1 '],
      [2, 'code', 'AB2'],
      [3, 'code', 'AB1'],
    ];
    const rows = readSample(sampleSheet(columns, { pupils: 4, cells })).rows;
    expect(rows.map((row) => [row.result, row.problems.map((p) => p.code)])).toEqual([
      ['HTXS', []],
      [null, ['duplicate-pupil']],
      ['HTXS', []],
      [null, ['duplicate-pupil']],
    ]);
    expect(rows[3]?.problems[0]?.message).toContain('dòng 4.');
  });

  test('nothing in a cell makes the reading fail', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.constantFrom(...columns.map((column) => column.key)), value, (key, cell) => {
        const row = readSample(sampleSheet(columns, { cells: [[1, key, cell]] })).rows[0];
        expect([row?.result, row?.problems]).toEqual(['HTXS', []]);
      }),
      { numRuns: 300 },
    );
  });
});
