import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPupilList, readStaffList, readWorkbook, writePupilList, writeStaffList } from '../index.ts';
import type { RawCell } from '../matrix.ts';

const FILE = 'danh-sach.xlsx';
const name = fc.constantFrom('Đặng Mẫu Đức', 'Nguyễn Thị Mẫu', 'Ksor H’Mẫu', 'Trần Mẫu Ánh');
const line = fc
  .oneof(
    fc.constantFrom('=1+1', '+84', '-', '@x', "'=x", 'Xã Mẫu, Tỉnh Mẫu', '0123', '5/9'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  )
  .map((text) => text.replace(/\s+/g, ' ').trim())
  .filter((text) => text !== '');
const day = fc
  .date({ min: new Date('2013-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));
const personalId = fc.integer({ min: 0, max: 99_999_999 }).map((n) => `0790${String(n).padStart(8, '0')}`);
const facts = fc.record(
  {
    fullName: name,
    birthDate: day,
    sex: fc.constantFrom('male' as const, 'female' as const),
    personalId,
    registerNumber: line.map((text) => text.slice(0, 20).trim()).filter((text) => text !== ''),
    birthPlace: line,
    homeTown: line,
    address: line,
    ethnicity: fc.constantFrom('Kinh', 'Ê-đê', 'Hmông'),
    nationality: fc.constant('Việt Nam'),
    fatherName: name,
    motherName: name,
    guardianName: name,
  },
  { requiredKeys: ['fullName'] },
);

describe('pupils', () => {
  test('what is written is what is read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(facts, { minLength: 1, maxLength: 8 }), async (list) => {
        const out = list.map((one, at) => ({
          code: `00${at}`,
          className: `${(at % 5) + 1}A`,
          status: 'Đang học',
          facts: one,
        }));
        const read = readPupilList(await readWorkbook(await writePupilList(out), FILE), FILE);
        expect(read.remarks).toEqual([]);
        expect(
          read.rows.map(({ code, className, facts: its, problems }) => ({
            code,
            className,
            facts: its,
            problems,
          })),
        ).toEqual(
          out.map(({ code, className, facts: its }) => ({ code, className, facts: its, problems: [] })),
        );
      }),
      { numRuns: 6 },
    );
  });

  const HEADER = [
    'Mã lớp',
    'Mã học sinh',
    'Họ tên',
    'Ngày sinh',
    'Giới tính',
    'Số định danh cá nhân',
    'Loại khuyết tật',
  ];
  const one = (cells: Readonly<Record<string, RawCell>>) => {
    const good: Record<string, RawCell> = { 'Mã lớp': '4A', 'Mã học sinh': '001', 'Họ tên': 'Đặng Mẫu Đức' };
    const row = HEADER.map((header) => ({ ...good, ...cells })[header] ?? null);
    const [read] = readPupilList([{ name: 'x', rows: [['DANH SÁCH'], HEADER, row] }], FILE).rows;
    if (read === undefined) throw new Error('no row');
    return read;
  };

  test.each([
    ['Mã học sinh', null, 'missing'],
    ['Mã học sinh', '../x', 'code-not-valid'],
    ['Họ tên', '=cmd', 'name-not-valid'],
    ['Họ tên', null, 'missing'],
    ['Ngày sinh', '31/02/2018', 'birth-date-not-valid'],
    ['Ngày sinh', 'hôm qua', 'birth-date-not-valid'],
    ['Giới tính', 'X', 'sex-not-valid'],
    ['Số định danh cá nhân', '79018000001', 'personal-id-malformed'],
    ['Số định danh cá nhân', '07901800000a', 'personal-id-malformed'],
    ['Số định danh cá nhân', 7901800, 'personal-id-malformed'],
  ] as [string, RawCell, string][])('%s = %j is %s', (header, value, code) => {
    const { problems } = one({ [header]: value });
    expect(problems.map((p) => [p.code, p.column])).toEqual([[code, header]]);
    expect(problems[0]?.message).toMatch(/^danh-sach\.xlsx, dòng 3, cột [A-G] \(/);
  });

  test.each([
    ['Ngày sinh', 43348, { birthDate: '2018-09-05' }],
    ['Ngày sinh', { date: '2018-09-05' }, { birthDate: '2018-09-05' }],
    ['Giới tính', 'nữ'.normalize('NFD'), { sex: 'female' }],
    ['Số định danh cá nhân', '079218000001', { personalId: '079218000001' }],
    ['Số định danh cá nhân', 79218000001, { personalId: '079218000001' }],
  ] as [string, RawCell, object][])('%s = %j is read as %j', (header, value, expected) => {
    const read = one({ [header]: value });
    expect([read.problems, read.facts]).toEqual([[], { fullName: 'Đặng Mẫu Đức', ...expected }]);
  });

  test('headers in several rows and any order; strange columns are named; twins are told; a footer is passed over', () => {
    const rows: RawCell[][] = [
      ['Thông tin chung', null, 'Gia đình', null, 'Mã học sinh'],
      ['Họ và tên', 'Lớp', 'Họ tên mẹ', 'Nghề nghiệp mẹ', null],
      ['Trần Mẫu Ánh', '1A', 'Lê Mẫu', 'x', 'A1'],
      ['Trần Mẫu Ánh', '1A', 'Lê Mẫu', 'x', 'a1'],
      [null, null, 'Người lập biểu', null, null],
    ];
    expect(() => readPupilList([{ name: 'x', rows }], FILE)).toThrow(/tiêu đề/);
    const [top = [], under = [], ...rest] = rows;
    const flat = under.map((cell, at) => cell ?? top[at] ?? null);
    const read = readPupilList([{ name: 'x', rows: [flat, ...rest] }], FILE);
    expect(read.rows.map((row) => [row.row, row.facts.motherName, row.problems.map((p) => p.code)])).toEqual([
      [2, 'Lê Mẫu', []],
      [3, 'Lê Mẫu', ['duplicate-pupil']],
    ]);
    expect(read.remarks).toEqual(['Không dùng các cột: D (Nghề nghiệp mẹ).']);
  });
});

describe('staff', () => {
  test('what is written is what is read', async () => {
    const person = fc.record({ fullName: name, personalId, title: line });
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 6 }), async (list) => {
        const out = list.map((one, at) => ({ code: `GV0${at}`, ...one }));
        const read = readStaffList(await readWorkbook(await writeStaffList(out), FILE), FILE);
        const seen = read.rows.map(({ code, fullName, personalId: id, title, problems }) => ({
          code,
          fullName,
          personalId: id,
          title,
          problems,
        }));
        expect(seen).toEqual(out.map((one) => ({ ...one, problems: [] })));
      }),
      { numRuns: 4 },
    );
  });

  test('of 72 columns those that are needed are read', () => {
    const extra = Array.from({ length: 67 }, (_, at) => `Cột ${at}`);
    const header = ['STT', 'Mã giáo viên', 'Họ tên', 'Ngày sinh', ...extra, 'Số CMND/CCCD'];
    const row = [1, 'GV1', 'Lê Mẫu Cô', 30_000, ...extra.map(() => 'x'), '079180000001'];
    const read = readStaffList([{ name: 'CSDL', rows: [header, row] }], FILE);
    expect(read.rows.map((r) => [r.code, r.fullName, r.personalId, r.problems])).toEqual([
      ['GV1', 'Lê Mẫu Cô', '079180000001', []],
    ]);
    expect(read.remarks[0]).toContain('Cột 66');
  });
});
