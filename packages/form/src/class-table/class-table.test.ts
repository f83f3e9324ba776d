import { createHash } from 'node:crypto';
import {
  CLASS_TABLE_FORMS,
  type ClassTableRow,
  classTableForm,
  type Grade,
  isElective,
  isTested,
  PERIODS,
  type Period,
  subjectsOf,
  traitsOf,
} from '@hocba/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderClassTable } from '../index.ts';
import { drawnSeal, drawnSignature } from '../testing/drawn-png.ts';
import { pageTexts } from '../testing/page-text.ts';
import { sampleClass } from '../testing/sample-class.ts';
import { startTypesetter } from '../typeset.ts';
import { groupsOf, PAGE_WIDTH, partsOf } from './columns.ts';
import { headOf } from './head.ts';
import type { ClassTableInput } from './input.ts';
import { classTableSheet } from './table-data.ts';

const typesetter = startTypesetter();
/** Of the same file before it is packed, which our own reader refuses. */
const textsOf = async (input: ClassTableInput): Promise<string[]> =>
  pageTexts(await typesetter.typeset({ ...classTableSheet(input), packed: false }));

const TRAINING = 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ';
const GRADES: readonly Grade[] = [1, 2, 3, 4, 5];
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Grade and period of each form, for which it stands. */
const NINE: readonly (readonly [number, Grade, Period])[] = [
  [1, 1, 'GHK1'],
  [2, 2, 'CHK1'],
  [3, 1, 'CN'],
  [4, 3, 'GHK2'],
  [5, 3, 'CHK1'],
  [6, 3, 'CN'],
  [7, 4, 'GHK1'],
  [8, 5, 'CHK1'],
  [9, 5, 'CN'],
];

describe('the nine forms as data (TT 27/2020, Phụ lục 2)', () => {
  test('each grade and period has one form, with the subjects, tests and traits of the code lists', () => {
    expect(CLASS_TABLE_FORMS.map((f) => f.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const grade of GRADES) {
      for (const period of PERIODS) {
        const form = classTableForm(grade, period);
        expect(form.subjects.map((s) => [s.code, s.label, s.mark, s.elective])).toEqual(
          subjectsOf(grade).map((s) => [
            s.code,
            s.name,
            isTested(s.code, grade, period),
            isElective(s.code, grade),
          ]),
        );
        expect([...form.qualities, ...form.general, ...form.specific]).toEqual(
          traitsOf(grade).map((t) => ({ code: t.code, label: t.name })),
        );
        expect(form.closing).toBe(period === 'CN');
      }
    }
  });

  test.each(NINE)('mẫu %i stands for grade %i at %s', (number, grade, period) => {
    expect(classTableForm(grade, period).number).toBe(number);
  });
});

describe('columns', () => {
  test('every form stands on one page’s width; with days of birth and electives it is shared out', () => {
    for (const form of CLASS_TABLE_FORMS) {
      const compulsory = { ...form, subjects: form.subjects.filter((s) => !s.elective) };
      expect(partsOf(groupsOf(compulsory), false)).toHaveLength(1);
      expect(partsOf(groupsOf(form), true).length).toBe(form.number === 9 ? 2 : 1);
    }
  });

  test('parts fill the width, keep every column once in its order, and no head cell covers another', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CLASS_TABLE_FORMS),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (form, birth, times) => {
          const subjects = Array.from({ length: times }, () => form.subjects).flat();
          const wide = { ...form, subjects };
          const parts = partsOf(groupsOf(wide), birth);
          const lead = birth ? 3 : 2;
          expect(parts.flatMap((p) => p.columns.slice(lead).map((c) => c.key))).toEqual(
            groupsOf(wide).flatMap((g) => g.columns.map((c) => c.key)),
          );
          for (const part of parts) {
            const width = part.columns.reduce((sum, c) => sum + c.width, 0);
            if (part.groups.length > 1) expect(width).toBeLessThanOrEqual(PAGE_WIDTH + 0.1);
            const { cells } = headOf(part, wide);
            const covered = cells.flatMap((cell) =>
              Array.from(
                { length: cell.columns * cell.rows },
                (_, i) => `${cell.x + (i % cell.columns)},${cell.y + Math.floor(i / cell.columns)}`,
              ),
            );
            expect(new Set(covered).size).toBe(covered.length);
            expect(covered).toHaveLength(part.columns.length * 4);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the pages', () => {
  test.each(NINE)(
    'mẫu %i holds each pupil once, the head on every page, the signatures once',
    async (number, grade, period) => {
      const input = sampleClass(grade, period);
      const pages = await textsOf(input);
      const form = classTableForm(grade, period);
      const text = pages.join(' ');
      for (const [i, { fullName }] of input.rows.entries())
        expect(text, fullName).toContain(`${i + 1} ${fullName} `);
      for (const [i, page] of pages.entries()) {
        expect(page).toContain(`Trang ${i + 1}/${pages.length}`);
        expect(page).toContain('Môn học và hoạt động giáo dục');
        expect(page.includes('Chưa được lên lớp')).toBe(form.closing);
        expect(page.includes('Điểm KTĐK')).toBe(form.subjects.some((s) => s.mark));
        expect(page).not.toContain('BẢN NHÁP');
        for (const { label } of form.subjects.filter((s) => !s.elective)) expect(page).toContain(label);
        expect(page).not.toContain('Tiếng dân tộc');
      }
      expect(pages[0]).toContain(`Mẫu ${number}`);
      expect(pages[0]).toContain('BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP');
      expect(text.split('Xác nhận của Hiệu trưởng')).toHaveLength(2);
      expect(pages.at(-1)).toContain('Đã ký số Trần Thị Bích Ngọc 29-05-2026; 08:00:41 +07:00');
      expect(pages.at(-1)).toContain('Hà Nội, ngày 30 tháng 5 năm 2026');
      // The signatures never stand alone.
      expect(pages.at(-1)).toContain(`35 ${input.rows[34]?.fullName}`);
    },
  );

  test.each([1, 110, 500])('a class of %i is printed whole, and page after page', async (count) => {
    const input = sampleClass(4, 'CN', {}, count);
    const pages = await textsOf(input);
    for (const [i, { fullName }] of input.rows.entries())
      expect(pages.filter((page) => page.includes(` ${i + 1} ${fullName} `))).toHaveLength(1);
    expect(pages[0]).toContain(`Số học sinh: ${count}`);
    expect(pages.at(-1)).toContain(`Trang ${pages.length}/${pages.length}`);
  });

  test('side by side: the parts show the same pupils', async () => {
    const base = sampleClass(5, 'CN');
    const rows = base.rows.map((row) => ({
      ...row,
      birthDate: '2015-03-09',
      levels: { ...row.levels, TDT: 'H' as const },
    }));
    const pages = await textsOf({ ...base, rows });
    expect(pages.length % 2).toBe(0);
    for (const [i, page] of pages.entries()) {
      const numbers = (of: string | undefined) =>
        [...(of ?? '').matchAll(/(\d+) [^\d]+ 09\/03\/2015/g)].map((m) => m[1]);
      expect(page.includes('Tiếng dân tộc')).toBe(i % 2 === 0);
      expect(page.includes('Ghi chú')).toBe(i % 2 === 1);
      if (i % 2 === 1) expect(numbers(page)).toEqual(numbers(pages[i - 1]));
    }
  });

  test('ticks: one for each result, award and pupil kept back, as drawn strokes', async () => {
    const input = sampleClass(4, 'CN');
    const cells = (classTableSheet(input).data as { parts: { rows: object[][] }[] }).parts.flatMap((p) =>
      p.rows.flat(),
    );
    const wanted =
      input.rows.filter((r) => r.result).length +
      input.rows.filter((r) => r.awarded).length +
      input.rows.filter((r) => r.notPromoted).length;
    expect(cells.filter((c) => 'tick' in c)).toHaveLength(wanted);
  });

  test('draft, training, and a table to be signed on paper', async () => {
    const draft = await textsOf(sampleClass(3, 'CHK1', { issued: null, training: true }));
    for (const page of draft) {
      expect(page).toContain('BẢN NHÁP');
      expect(page.split(TRAINING)).toHaveLength(3);
      expect(page).not.toMatch(/Đã ký số|Bùi Hữu Nghĩa/);
    }
    const paper = await textsOf(
      sampleClass(3, 'CHK1', { issued: { place: 'Huế', date: '2026-01-09', signatures: [] } }),
    );
    expect(paper.at(-1)).toContain('Bùi Hữu Nghĩa');
    expect(paper.join(' ')).not.toMatch(/Đã ký số|BẢN NHÁP/);
  });

  test('a deputy, and subject teachers with what they sign for', async () => {
    const base = sampleClass(4, 'GHK1', { principal: { fullName: 'Lý Thu Hà', title: 'Phó Hiệu trưởng' } });
    const signature = {
      role: 'subjectTeacher' as const,
      name: 'Phạm Đức Thắng',
      time: '2026-05-28T20:12:05+07:00',
      subjects: ['TH', 'CN'] as const,
    };
    const issued = { place: 'Hà Nội', date: '2026-05-30', signatures: [signature] };
    const last = (await textsOf({ ...base, issued })).at(-1);
    expect(last).toContain('KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG');
    expect(last).toContain(
      'Phạm Đức Thắng Tin học và Công nghệ (Tin học), Tin học và Công nghệ (Công nghệ) 28-05-2026',
    );
  });

  test('pictures stand in the place of the words of homeroom teacher, head and seal, with the time below; of nobody else', async () => {
    const signatures = [
      { role: 'subjectTeacher' as const, name: 'Lê Quỳnh Như', time: '2026-05-28T08:00:00+07:00' },
      { role: 'homeroomTeacher' as const, name: 'Trần Thị Bích Ngọc', time: '2026-05-29T08:00:41+07:00' },
      { role: 'principal' as const, name: 'Bùi Hữu Nghĩa', time: '2026-05-30T09:15:00+07:00' },
      { role: 'schoolSeal' as const, name: 'Trường Tiểu học Mẫu', time: '2026-05-30T14:02:11+07:00' },
    ].map((s) => ({
      ...s,
      ...(s.role === 'subjectTeacher' ? { subjects: ['NN1'] as const } : {}),
      image: s.role === 'schoolSeal' ? drawnSeal() : drawnSignature(240, 100),
    }));
    const issued = { place: 'Hà Nội', date: '2026-05-30', signatures };
    const sheet = classTableSheet(sampleClass(3, 'CN', { issued }, 3));
    expect([...sheet.files.keys()].sort()).toEqual([
      '/table-homeroomTeacher.rgba',
      '/table-principal.rgba',
      '/table-schoolSeal.rgba',
    ]);
    const last = (await textsOf(sampleClass(3, 'CN', { issued }, 3))).at(-1);
    expect(last).toContain('Đã ký số: 30-05-2026; 09:15:00 +07:00');
    expect(last).toContain('Đã ký số bằng con dấu: 30-05-2026; 14:02:11 +07:00');
    expect(last).toContain('29-05-2026; 08:00:41 +07:00');
    expect(last).not.toContain('Đã ký số bằng con dấu của');
  });

  test('what looks like markup stays text; same input, same bytes', async () => {
    const base = sampleClass(1, 'GHK2', {}, 2);
    const input = {
      ...base,
      rows: base.rows.map((row) => ({ ...row, fullName: '#panic("x") *a* $y$', note: '= T' })),
    };
    const pdf = await renderClassTable(input);
    expect((await textsOf(input)).join(' ')).toContain('1 #panic("x") *a* $y$ ');
    expect(digest(await renderClassTable(input))).toBe(digest(pdf));
  });
});

describe('refused', () => {
  const withRow = (grade: Grade, period: Period, change: Partial<ClassTableRow>): ClassTableInput => {
    const input = sampleClass(grade, period, {}, 1);
    return { ...input, rows: input.rows.map((row) => ({ ...row, ...change })) };
  };
  const signed = (signatures: NonNullable<ClassTableInput['issued']>['signatures']) =>
    sampleClass(4, 'CN', { issued: { place: 'Hà Nội', date: '2026-05-30', signatures } }, 1);
  const seal = { role: 'schoolSeal' as const, name: 'Trường', time: '2026-05-30T14:02:11+07:00' };

  test.each<[string, ClassTableInput]>([
    ['no pupils', sampleClass(4, 'CN', { rows: [] })],
    ['more pupils than a class has', sampleClass(4, 'CN', {}, 501)],
    ['a pupil without a name', withRow(4, 'CN', { fullName: ' ' })],
    ['a subject of another grade', withRow(1, 'CN', { levels: { KH: 'T' } })],
    ['an unknown level', withRow(4, 'CN', { levels: { TV: 'Đ' as 'T' } })],
    ['a mark where no test is set', withRow(4, 'GHK1', { marks: { KH: 7 } })],
    ['a mark of an activity', withRow(4, 'CN', { marks: { HDTN: 7 } })],
    ['half a mark', withRow(4, 'CN', { marks: { TV: 7.5 } })],
    ['a mark above ten', withRow(4, 'CN', { marks: { TV: 11 } })],
    ['a competence of another grade', withRow(2, 'CN', { traits: { TIN_HOC: 'T' } })],
    ['a level of subjects for a quality', withRow(2, 'CN', { traits: { YEU_NUOC: 'H' as 'T' } })],
    ['a result in mid-year', withRow(4, 'CHK1', { result: 'HT' })],
    ['an award in mid-year', withRow(4, 'GHK1', { awarded: true })],
    ['an unknown result', withRow(4, 'CN', { result: 'X' as 'HT' })],
    ['a day of birth that does not exist', withRow(4, 'CN', { birthDate: '2016-02-30' })],
    ['a control character', withRow(4, 'CN', { note: 'a\u0007' })],
    ['two seals', signed([seal, seal])],
    ['a picture that is no PNG', signed([{ ...seal, image: new Uint8Array([0xff, 0xd8, 0xff]) }])],
    ['a teacher without a subject', signed([{ ...seal, role: 'subjectTeacher' }])],
    [
      'a teacher of a subject that is not in the table',
      signed([{ ...seal, role: 'subjectTeacher', subjects: ['TNXH'] }]),
    ],
  ])('%s', async (_, input) => {
    await expect(renderClassTable(input)).rejects.toMatchObject({ name: 'FormError', code: 'input-invalid' });
  });
});
