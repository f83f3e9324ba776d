import {
  type CellItem,
  cleanText,
  GRADES,
  type Grade,
  PERIODS,
  type Period,
  parseCell,
  partsOf,
  possibleItems,
} from '@hocba/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readResults, readWorkbook } from '../index.ts';
import { classNameIn } from '../title.ts';
import { resultsColumns } from './national.ts';
import { type ResultsClass, type ResultsPupil, type ResultsSheet, writeResults } from './results-file.ts';

const HOSTILE = [
  '=1+1',
  '+cmd|calc',
  '-5',
  '@SUM(A1)',
  "'",
  "'=x",
  '_x000D_',
  '<b>&',
  '"',
  '0123',
  '5/9',
  '1e9',
];
const comment = fc
  .oneof(
    fc.constantFrom(...HOSTILE),
    fc
      .tuple(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 20 }))
      .map((p) => p.join('')),
    fc.string({ unit: 'grapheme', maxLength: 1900 }),
  )
  // Code points that are no characters are not kept by every XML reader.
  .map((text) => cleanText(text.replace(/\p{Noncharacter_Code_Point}/gu, '')))
  .filter((text) => text !== '' && text.length <= 2000);

/** A value that the cell may hold, as it is stored. */
function storedValue(item: CellItem): fc.Arbitrary<string> {
  switch (partsOf(item).kind) {
    case 'subjectLevel':
      return fc.constantFrom('T', 'H', 'C');
    case 'traitLevel':
      return fc.constantFrom('T', 'Đ', 'C');
    case 'mark':
      return fc.integer({ min: 0, max: 10 }).map(String);
    case 'count':
      return fc.integer({ min: 0, max: 99 }).map(String);
    case 'height':
      return fc.integer({ min: 900, max: 1700 }).map((mm) => String(mm / 10));
    case 'weight':
      return fc.integer({ min: 140, max: 600 }).map((hg) => String(hg / 10));
    default:
      return comment;
  }
}

const name = fc
  .tuple(
    fc.constantFrom('Đặng', 'Nguyễn', 'Ksor', 'Phạm'),
    fc.constantFrom('Mẫu', 'Ánh', 'Thị Đào'),
    fc.nat(99),
  )
  .map(([family, middle, n]) => `${family} ${middle} ${'ABCDEFGHIK'[n % 10]}`);
const birthDate = fc.date({ min: new Date('2015-01-01'), max: new Date('2019-12-31'), noInvalidDate: true });

function pupil(items: readonly CellItem[], closing: boolean, code: string): fc.Arbitrary<ResultsPupil> {
  const values = fc.tuple(...items.map((item) => fc.option(storedValue(item), { freq: 6, nil: undefined })));
  return fc
    .tuple(
      name,
      birthDate,
      values,
      fc.constantFrom('HTXS', 'HTT', 'HT', 'CHT', null),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([fullName, born, given, result, completed, promoted]) => ({
      code,
      name: fullName,
      birthDate: born.toISOString().slice(0, 10),
      values: new Map(
        items.flatMap((item, at) => (given[at] === undefined ? [] : [[item, given[at]] as const])),
      ),
      ...(closing ? { result: result as ResultsPupil['result'] & {}, completed, promoted } : {}),
    }));
}

const CLASS_NAMES = ['A', 'A1', 'A-CLC', '/3', '.2', 'B 2', 'Đ'];

function oneClass(grade: Grade, period: Period, comments: boolean, at: number): fc.Arbitrary<ResultsClass> {
  const items = resultsColumns([grade], period, comments)
    .map((column) => column.item)
    .filter((item) => possibleItems(grade, period).includes(item) || !/\.(level|mark|comment)$/.test(item));
  return fc
    .tuple(
      fc.constantFrom(...CLASS_NAMES),
      ...['001', '002', '003'].map((n) => pupil(items, period === 'CN', `00${at}${grade}${n}`)),
    )
    .map(([tail, ...pupils]) => ({ name: `${grade}${tail}${at === 0 ? '' : at}`, grade, pupils }));
}

/** What of a class can be compared after it was read. */
function comparable(classes: readonly ResultsClass[]) {
  return classes.map((one) => ({
    className: classNameIn(one.name),
    grade: one.grade,
    pupils: one.pupils.map((p) => ({
      ...p,
      values: Object.fromEntries(p.values),
      result: p.result ?? null,
      // Beside an empty result an empty tick says nothing.
      completed: p.completed || (p.result ? (p.completed ?? null) : null),
      promoted: p.promoted || (p.result ? (p.promoted ?? null) : null),
    })),
  }));
}

async function readBack(bytes: Uint8Array) {
  const file = readResults(await readWorkbook(bytes, 'xuất.xlsx'), {
    fileName: 'xuất.xlsx',
    schoolYear: '2030-2031',
  });
  return file.classes.map((one) => ({
    className: one.className,
    grade: one.grade,
    pupils: one.rows.map((row) => ({
      code: row.code,
      name: row.name,
      birthDate: row.birthDate,
      values: Object.fromEntries([...row.cells].map(([item, cell]) => [item, cell.value])),
      result: row.stated.result,
      completed: row.stated.completed,
      promoted: row.stated.promoted,
    })),
  }));
}

const files = fc
  .tuple(
    fc.constantFrom(...GRADES),
    fc.constantFrom(...PERIODS),
    fc.boolean(),
    fc.integer({ min: 1, max: 3 }),
  )
  .chain(([grade, period, comments, count]) =>
    fc
      .tuple(...Array.from({ length: count }, (_, at) => oneClass(grade as Grade, period, comments, at)))
      .map((classes) => ({
        comments,
        sheet: { period, schoolYear: '2025-2026', classes } satisfies ResultsSheet,
      })),
  );

describe('what is written is what is read', () => {
  test('random classes, each on a sheet of its own and all on one', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.boolean(), async ({ comments, sheet }, together) => {
        const sheets = together ? [sheet] : sheet.classes.map((one) => ({ ...sheet, classes: [one] }));
        const bytes = await writeResults(sheets, { comments });
        expect(await readBack(bytes)).toEqual(comparable(sheet.classes));
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('the property speaks of stored values: each is what parseCell makes of itself', () => {
    fc.assert(
      fc.property(files, ({ sheet }) => {
        for (const p of sheet.classes.flatMap((one) => one.pupils)) {
          for (const [item, value] of p.values)
            expect(parseCell(item, value)).toMatchObject({ ok: true, value });
        }
      }),
      { numRuns: 10 },
    );
  });

  test('the layout for grades 1 and 2 has the national file’s columns in its order', () => {
    const headers = resultsColumns([1, 2], 'CN', false).map(({ path }) => path.join(' '));
    expect(headers.slice(0, 7)).toEqual([
      'Toán Mức',
      'Toán Điểm',
      'Tiếng Việt Mức',
      'Tiếng Việt Điểm',
      'Đạo đức Mức',
      'Tự nhiên và Xã hội Mức',
      'Ngoại ngữ Mức',
    ]);
    expect(headers.slice(-6)).toEqual([
      'Năng lực Thể chất',
      'Phẩm chất Yêu nước',
      'Phẩm chất Nhân ái',
      'Phẩm chất Chăm chỉ',
      'Phẩm chất Trung thực',
      'Phẩm chất Trách nhiệm',
    ]);
    expect(headers.some((header) => header.includes('Công nghệ'))).toBe(false);
  });
});
