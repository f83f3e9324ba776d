/** Results as an Excel file: the national layout, or all that a class sheet holds. Read back by `readResults`. */
import {
  type CellItem,
  type Grade,
  type OverallResult,
  PERIOD_NAMES,
  type Period,
  partsOf,
} from '@hocba/record';
import { cellText } from '../matrix.ts';
import { classNameIn, readTitle } from '../title.ts';
import { type ResultsColumn, resultsColumns } from './national.ts';
import type { OutCell, OutColumn, OutTable } from './table.ts';
import { writeWorkbook } from './workbook-file.ts';

export interface ResultsPupil {
  readonly code: string;
  readonly name: string;
  /** ISO date. */
  readonly birthDate: string | null;
  readonly values: ReadonlyMap<CellItem, string>;
  /** These three at the end of the year only. */
  readonly result?: OverallResult | null;
  readonly completed?: boolean;
  readonly promoted?: boolean;
}

export interface ResultsClass {
  readonly name: string;
  readonly grade: Grade;
  readonly pupils: readonly ResultsPupil[];
}

/** One sheet: a class, or several of grades that share their columns. */
export interface ResultsSheet {
  readonly period: Period;
  readonly schoolYear: string;
  readonly classes: readonly ResultsClass[];
}

/**
 * @param sheets at least one, each with at least one class
 * @param options `comments`: with all comments, health and absences, which the national layout does not have
 * @returns bytes of an `.xlsx`
 */
export function writeResults(
  sheets: readonly ResultsSheet[],
  options: { readonly comments: boolean },
): Promise<Uint8Array> {
  return writeWorkbook(sheets.map((sheet) => resultsTable(sheet, options.comments)));
}

function resultsTable(sheet: ResultsSheet, comments: boolean): OutTable {
  const { period, classes } = sheet;
  const items = resultsColumns([...new Set(classes.map((c) => c.grade))], period, comments);
  const closing = period === 'CN';
  const [only, ...more] = classes;
  return {
    name: only !== undefined && more.length === 0 ? only.name : PERIOD_NAMES[period],
    above: [titleOf(sheet)],
    columns: [
      { path: ['STT'], width: 5, align: 'center' },
      { path: ['Mã lớp'], width: 8 },
      { path: ['Mã học sinh'], width: 16 },
      { path: ['Họ tên'], width: 26 },
      { path: ['Ngày sinh'], width: 12 },
      ...items.map(outColumn),
      ...(closing
        ? ['Hoàn thành CT lớp', 'Lên lớp', 'Xếp loại'].map(
            (header): OutColumn => ({ path: [header], width: 9, align: 'center' }),
          )
        : []),
    ],
    rows: classes.flatMap(({ name, pupils }) =>
      pupils.map((pupil, at): OutCell[] => [
        at + 1,
        name,
        pupil.code,
        pupil.name,
        pupil.birthDate === null ? null : cellText({ date: pupil.birthDate }),
        ...items.map(({ item }) => outCell(item, pupil.values.get(item))),
        ...(closing ? [pupil.completed ? 'x' : null, pupil.promoted ? 'x' : null, pupil.result ?? null] : []),
      ]),
    ),
  };
}

function outColumn({ path, item }: ResultsColumn): OutColumn {
  const kind = partsOf(item).kind;
  const text = kind === 'subjectComment' || kind === 'traitComment' || kind === 'text';
  return text ? { path, width: 36 } : { path, width: 7, align: 'center' };
}

/** Marks and measures as numbers, so that Excel can count with them. */
function outCell(item: CellItem, value: string | undefined): OutCell {
  if (value === undefined || value === '') return null;
  const kind = partsOf(item).kind;
  const number = kind === 'mark' || kind === 'count' || kind === 'height' || kind === 'weight';
  return number ? Number(value.replace(',', '.')) : value;
}

/** The title as the reader finds period, class and school year in it. */
function titleOf({ period, schoolYear, classes }: ResultsSheet): string {
  const title = (who: string) =>
    `KẾT QUẢ HỌC TẬP ${PERIOD_NAMES[period].toUpperCase()}${who} - NĂM HỌC ${schoolYear}`;
  const [first, ...more] = classes;
  if (first === undefined) return title('');
  const named = title(` - LỚP ${first.name}`);
  // A name that the title could not tell whole (`4A-CLC`) stands in the column alone.
  if (more.length === 0 && readTitle([named]).className === classNameIn(first.name)) return named;
  return classes.every((c) => c.grade === first.grade) ? title(` - KHỐI ${first.grade}`) : title('');
}
