/**
 * Where things stand in a results sheet: its header, its columns, and which classes its rows belong to.
 * Source: the layouts of CSDL ngành, „KQHT-C1-…” templates by TT 27/2020: a title, two or three header rows with
 * merged cells (subject, then Mức/Điểm), one row a pupil; a file holds one class, or a school's classes on sheets of
 * their own, or all of them one under the other with the class in a column.
 */

import type { CellItem } from '@hocba/record';
import {
  type Grade,
  itemName,
  type Period,
  partsOf,
  type RuleSet,
  requiredItems,
  ruleSetFor,
  subjectOf,
  traitOf,
} from '@hocba/record';
import { type Column, readColumns, refuseDoubles, type UnknownColumn } from './columns.ts';
import { SheetError } from './errors.ts';
import { firstDataRow, headerDepth, SEARCH_ROWS } from './header-rows.ts';
import {
  FIELDS,
  GROUP_HEADERS,
  headerKey,
  isTraitBand,
  OTHER_ITEMS,
  PARTS,
  SUBJECT_HEADERS,
  TRAIT_HEADERS,
  withoutBand,
} from './headers.ts';
import { cellText, isBlank, type RawCell, type RawSheet } from './matrix.ts';
import { classNameIn, gradeOfClass, periodIn, readTitle, type SheetTitle } from './title.ts';

/** One class of a sheet: the columns that all its classes share, and the rows that are its own. */
export interface Layout {
  readonly sheet: RawSheet;
  readonly columns: readonly Column[];
  readonly unknown: readonly UnknownColumn[];
  /** The class's rows that are not blank, counted from 0. */
  readonly rowIndexes: readonly number[];
  readonly grade: Grade;
  /** Class of the title, else the one that the rows name; null if there is neither. */
  readonly className: string | null;
  /** Whether the title itself names the class, so that rows of another class are wrong. */
  readonly classInTitle: boolean;
  /** Whether the sheet holds further classes, so that a row must name its own. */
  readonly classPerRow: boolean;
  readonly period: Period;
  readonly periodInTitle: boolean;
  /** `2025-2026`; the caller's default where the title has none. */
  readonly schoolYear: string;
  readonly schoolYearInTitle: boolean;
  /** Rules of that school year. */
  readonly ruleSet: RuleSet;
}

export interface LayoutOptions {
  /** File name for messages. */
  readonly fileName: string;
  /** School year of a sheet whose title names none. */
  readonly schoolYear: string;
  /** Period of a sheet that names none; the end of the year if absent. */
  readonly period?: Period;
  /** Grade of a class whose name does not tell it; null where the caller does not know the class. */
  readonly gradeOf?: (className: string) => Grade | null;
  /** Grades of the pupils of a class's rows, who in a combined class (lớp ghép) are judged by them; null: the class's. */
  readonly gradesOfRows?: (
    className: string | null,
    rows: readonly { readonly code: string; readonly name: string }[],
  ) => readonly (Grade | null)[];
}

export interface Layouts {
  readonly layouts: readonly Layout[];
  /** Names of sheets that hold no results. */
  readonly passedOver: readonly string[];
}

/**
 * Finds every class in a workbook, in the order of its sheets and rows.
 * @throws SheetError `no-header`, `missing-header` (with the names), `duplicate-header`, `grade-unknown`,
 *   `school-year-not-supported`, `no-rows`
 */
export function findLayouts(sheets: readonly RawSheet[], options: LayoutOptions): Layouts {
  const found = sheets.flatMap((sheet) => {
    const rows = sheet.rows.slice(0, SEARCH_ROWS);
    const anchor = rows.findIndex((row) => anchorKind(row) !== null);
    return anchor < 0 ? [] : [{ sheet, anchor, kind: anchorKind(rows[anchor] ?? []) }];
  });
  // A page of instructions may hold a list too; pages with pupil codes are the ones meant.
  const withCodes = found.filter((one) => one.kind === 'code');
  const chosen = withCodes.length > 0 ? withCodes : found.slice(0, 1);
  if (chosen.length === 0) throw new SheetError('no-header', options.fileName);
  const layouts = chosen.flatMap(({ sheet, anchor }) => {
    // With several sheets, what is said of one names it.
    const fileName = chosen.length > 1 ? `${options.fileName}, trang ${sheet.name}` : options.fileName;
    return layoutsAt(sheet, anchor, { ...options, fileName });
  });
  if (layouts.length === 0) throw new SheetError('no-rows', options.fileName);
  const read = new Set(chosen.map((one) => one.sheet));
  return {
    layouts,
    passedOver: sheets.filter((sheet) => !read.has(sheet) && sheet.rows.length > 0).map((s) => s.name),
  };
}

/** The row that heads the pupil's own columns: two of them are needed, since one word may stand anywhere. */
function anchorKind(row: readonly RawCell[]): 'code' | 'name' | null {
  const fields = new Set(row.flatMap((cell) => FIELDS.get(headerKey(cellText(cell))) ?? []));
  if (fields.has('code') && fields.size > 1) return 'code';
  return fields.has('name') && fields.has('index') ? 'name' : null;
}

function layoutsAt(sheet: RawSheet, anchor: number, options: LayoutOptions): Layout[] {
  const { fileName } = options;
  const identity = (sheet.rows[anchor] ?? []).flatMap((cell, index) => {
    const field = FIELDS.get(headerKey(cellText(cell)));
    return field === 'code' || field === 'name' ? [index] : [];
  });
  const depth = headerDepth(sheet, anchor, identity, isHeaderWord);
  const { columns, unknown } = readColumns(sheet.rows.slice(anchor, anchor + depth));
  refuseDoubles(columns, fileName);
  const code = columns.find((column) => column.field === 'code');
  const name = columns.find((column) => column.field === 'name');
  const absent = [...(code ? [] : ['Mã học sinh']), ...(name ? [] : ['Họ tên'])];
  if (absent.length > 0) throw new SheetError('missing-header', fileName, absent);

  const title = readTitle(sheet.rows.slice(0, anchor).flatMap((row) => row.map(cellText)));
  const named = title.period ?? periodIn(headerKey(sheet.name));
  const period = named ?? options.period ?? 'CN';
  const schoolYear = title.schoolYear ?? options.schoolYear;
  const ruleSet = ruleSetOf(schoolYear, fileName);
  const classColumn = columns.find((column) => column.field === 'className');
  const groups = rowsByClass(sheet, firstDataRow(sheet, anchor + depth), classColumn?.index, title);
  return groups.map(({ className, rowIndexes }) => {
    const grade = gradeOf(className, title, options);
    if (grade === null) throw new SheetError('grade-unknown', fileName);
    refuseMissing(columns, ruleSet, grade, period, fileName);
    return {
      sheet,
      columns,
      unknown,
      rowIndexes,
      grade,
      className,
      classInTitle: title.className !== null,
      classPerRow: groups.length > 1,
      period,
      periodInTitle: named !== null,
      schoolYear,
      schoolYearInTitle: title.schoolYear !== null,
      ruleSet,
    };
  });
}

function isHeaderWord(key: string): boolean {
  return (
    PARTS.has(key) ||
    SUBJECT_HEADERS.has(key) ||
    TRAIT_HEADERS.has(withoutBand(key)) ||
    GROUP_HEADERS.has(key) ||
    OTHER_ITEMS.has(key) ||
    isTraitBand(key)
  );
}

interface ClassRows {
  className: string | null;
  rowIndexes: number[];
}

/**
 * The rows by class, each class where it is first named. A title that names the class speaks for all rows; a row that
 * names none goes with the row above it, where it is told that its class is missing.
 */
function rowsByClass(
  sheet: RawSheet,
  firstRow: number,
  column: number | undefined,
  title: SheetTitle,
): ClassRows[] {
  const groups = new Map<string, ClassRows>();
  let last = '';
  sheet.rows.forEach((cells, index) => {
    if (index < firstRow || cells.every((cell) => isBlank(cell))) return;
    const written = column === undefined ? '' : classNameIn(cellText(cells[column]));
    const key = title.className ?? (written === '' ? last : written);
    last = key;
    const group = groups.get(key) ?? { className: key === '' ? null : key, rowIndexes: [] };
    groups.set(key, group);
    group.rowIndexes.push(index);
  });
  const unnamed = groups.get('');
  const [first] = [...groups.values()].filter((group) => group !== unnamed);
  // Rows above the first class that is named: theirs is missing too, they are told so beside that class's rows.
  if (unnamed !== undefined && first !== undefined) {
    first.rowIndexes.unshift(...unnamed.rowIndexes);
    groups.delete('');
  }
  return [...groups.values()];
}

function ruleSetOf(schoolYear: string, fileName: string): RuleSet {
  try {
    return ruleSetFor(schoolYear);
  } catch {
    throw new SheetError('school-year-not-supported', fileName, [schoolYear]);
  }
}

function refuseMissing(
  columns: readonly Column[],
  ruleSet: RuleSet,
  grade: Grade,
  period: Period,
  fileName: string,
): void {
  const present = new Set(columns.map((column) => column.item));
  const missing = requiredItems(ruleSet, grade, period).filter((item) => !present.has(item));
  if (missing.length > 0) throw new SheetError('missing-header', fileName, missing.map(plainHeader));
}

/** The header that a required cell's column would have: `Toán – Điểm`, `Năng lực – Khoa học`. */
function plainHeader(item: CellItem): string {
  const parts = partsOf(item);
  switch (parts.kind) {
    case 'subjectLevel':
      return `${subjectOf(parts.subject).name} – Mức`;
    case 'mark':
      return `${subjectOf(parts.subject).name} – Điểm`;
    case 'traitLevel': {
      const trait = traitOf(parts.trait);
      return `${trait.group === 'QUALITIES' ? 'Phẩm chất' : 'Năng lực'} – ${trait.name}`;
    }
    default:
      return itemName(item);
  }
}

/** The class's own name counts before the title's word for the whole sheet. */
function gradeOf(className: string | null, title: SheetTitle, options: LayoutOptions): Grade | null {
  if (className === null) return title.grade;
  const known = options.gradeOf?.(className) ?? null;
  return known ?? (title.className === null ? gradeOfClass(className) : null) ?? title.grade;
}
