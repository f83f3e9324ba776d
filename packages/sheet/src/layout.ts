/**
 * Where things stand in a class sheet: finds the header rows and gives each column its meaning by its header.
 * Source: the layouts of CSDL ngành, „KQHT-C1-CN” templates by TT 27/2020: a title, two or three header rows with
 * merged cells (subject, then Mức/Điểm), one row a pupil.
 */
import {
  type CellItem,
  type Grade,
  itemName,
  partsOf,
  type RuleSet,
  requiredItems,
  ruleSetFor,
  subjectOf,
  traitOf,
} from '@hocba/record';
import { SheetError } from './errors.ts';
import {
  FIELDS,
  type FieldKey,
  headerKey,
  isTraitBand,
  PARTS,
  type PartKey,
  SUBJECT_HEADERS,
  splitPart,
  TRAIT_HEADERS,
  withoutBand,
} from './headers.ts';
import { cellText, columnLetters, isBlank, type RawCell, type RawSheet } from './matrix.ts';
import { classNameIn, gradeOfClass, readTitle, type SheetTitle } from './title.ts';

/** A column with a meaning: a cell of the assessment, or a field about the pupil. */
export interface Column {
  /** Counted from 0. */
  readonly index: number;
  /** As Excel names it. */
  readonly letters: string;
  /** The header as reports name it: `Toán`, `Toán:mark`, `Yêu nước`, `Mã học sinh`. */
  readonly header: string;
  readonly field?: FieldKey;
  readonly item?: CellItem;
}

/** A column that carries a header nobody knows; its values are not read. */
export interface UnknownColumn {
  readonly letters: string;
  readonly header: string;
}

export interface Layout {
  readonly sheet: RawSheet;
  /** First row of pupils, counted from 0. */
  readonly firstRow: number;
  readonly columns: readonly Column[];
  readonly unknown: readonly UnknownColumn[];
  readonly grade: Grade;
  /** Class of the title, else the one class that all rows name; null if there is neither. */
  readonly className: string | null;
  /** Whether the title itself names the class, so that rows of another class are wrong. */
  readonly classInTitle: boolean;
  /** `2025-2026`; the caller's default where the title has none. */
  readonly schoolYear: string;
  readonly schoolYearInTitle: boolean;
  /** Rules of that school year. */
  readonly ruleSet: RuleSet;
  /** Names of further class sheets in the file, which are not read. */
  readonly otherSheets: readonly string[];
}

export interface LayoutOptions {
  /** File name for messages. */
  readonly fileName: string;
  /** School year of a sheet whose title names none. */
  readonly schoolYear: string;
}

/** How far down a header may begin. */
const SEARCH_ROWS = 30;
const MAX_HEADER_ROWS = 4;

/**
 * Finds the class sheet in a workbook.
 * @throws SheetError `no-header`, `missing-header` (with the names), `duplicate-header`, `grade-unknown`,
 *   `period-not-supported`, `school-year-not-supported`
 */
export function findLayout(sheets: readonly RawSheet[], options: LayoutOptions): Layout {
  const found = sheets.flatMap((sheet) => {
    const rows = sheet.rows.slice(0, SEARCH_ROWS);
    const anchor = rows.findIndex((row) => anchorKind(row) !== null);
    return anchor < 0 ? [] : [{ sheet, anchor, kind: anchorKind(rows[anchor] ?? []) }];
  });
  // A page of instructions may hold a list too; a page with pupil codes is the one meant.
  const classSheets = found.filter((one) => one.kind === 'code');
  const [first] = [...classSheets, ...found];
  if (first === undefined) throw new SheetError('no-header', options.fileName);
  const others = classSheets.filter((one) => one !== first).map((one) => one.sheet.name);
  return { ...layoutAt(first.sheet, first.anchor, options), otherSheets: others };
}

/** The row that heads the pupil's own columns: two of them are needed, since one word may stand anywhere. */
function anchorKind(row: readonly RawCell[]): 'code' | 'name' | null {
  const fields = new Set(row.flatMap((cell) => FIELDS.get(headerKey(cellText(cell))) ?? []));
  if (fields.has('code') && fields.size > 1) return 'code';
  return fields.has('name') && fields.has('index') ? 'name' : null;
}

function layoutAt(sheet: RawSheet, anchor: number, options: LayoutOptions): Omit<Layout, 'otherSheets'> {
  const { fileName } = options;
  const depth = headerDepth(sheet, anchor);
  const { columns, unknown } = readColumns(sheet.rows.slice(anchor, anchor + depth));
  refuseDoubles(columns, fileName);
  const code = columns.find((column) => column.field === 'code');
  const name = columns.find((column) => column.field === 'name');
  const absent = [...(code ? [] : ['Mã học sinh']), ...(name ? [] : ['Họ tên'])];
  if (absent.length > 0) throw new SheetError('missing-header', fileName, absent);

  const title = readTitle(sheet.rows.slice(0, anchor).flatMap((row) => row.map(cellText)));
  if (title.otherPeriod !== null) throw new SheetError('period-not-supported', fileName, [title.otherPeriod]);
  const firstRow = firstPupilRow(sheet, anchor + depth);
  const classColumn = columns.find((column) => column.field === 'className');
  const classes = classColumn === undefined ? [] : classesOf(sheet, firstRow, classColumn.index);
  const grade = gradeOf(title, classes);
  if (grade === null) throw new SheetError('grade-unknown', fileName);
  const schoolYear = title.schoolYear ?? options.schoolYear;
  const ruleSet = ruleSetOf(schoolYear, fileName);
  refuseMissing(columns, ruleSet, grade, fileName);
  return {
    sheet,
    firstRow,
    columns,
    unknown,
    grade,
    schoolYear,
    ruleSet,
    className: title.className ?? (classes.length === 1 ? (classes[0] ?? null) : null),
    classInTitle: title.className !== null,
    schoolYearInTitle: title.schoolYear !== null,
  };
}

/** Header rows from the anchor down: rows of header words, without a code or a name under their headers. */
function headerDepth(sheet: RawSheet, anchor: number): number {
  const identity = (sheet.rows[anchor] ?? []).flatMap((cell, index) => {
    const field = FIELDS.get(headerKey(cellText(cell)));
    return field === 'code' || field === 'name' ? [index] : [];
  });
  let depth = 1;
  for (; depth < MAX_HEADER_ROWS; depth += 1) {
    const row = sheet.rows[anchor + depth];
    if (row === undefined || identity.some((index) => !isBlank(row[index]))) break;
    const words = row.filter((cell) => !isBlank(cell)).map((cell) => headerKey(cellText(cell)));
    if (words.length === 0 || words.filter(isHeaderWord).length * 2 < words.length) break;
  }
  return depth;
}

function isHeaderWord(key: string): boolean {
  return (
    PARTS.has(key) || SUBJECT_HEADERS.has(key) || TRAIT_HEADERS.has(withoutBand(key)) || isTraitBand(key)
  );
}

/** Some templates number their columns under the header: (1) (2) (3) … is no pupil. */
function firstPupilRow(sheet: RawSheet, from: number): number {
  const texts = (sheet.rows[from] ?? [])
    .map((cell) => headerKey(cellText(cell)))
    .filter((text) => text !== '');
  const numbering =
    texts.length >= 5 &&
    texts.every((text, index) => /^\d{1,3}$/.test(text) && Number(text) - index === Number(texts[0]));
  return numbering ? from + 1 : from;
}

function readColumns(rows: readonly (readonly RawCell[])[]): { columns: Column[]; unknown: UnknownColumn[] } {
  const columns: Column[] = [];
  const unknown: UnknownColumn[] = [];
  let previous: Column | undefined;
  for (const [index, path] of headerPaths(rows).entries()) {
    if (path.length === 0) continue;
    const letters = columnLetters(index);
    const meaning = meaningOf(
      path,
      previous?.item !== undefined && partsOf(previous.item).kind === 'traitLevel',
    );
    if (meaning === null) unknown.push({ letters, header: path.join(' – ') });
    else columns.push({ index, letters, ...meaning });
    previous = meaning === null ? undefined : columns.at(-1);
  }
  return { columns, unknown };
}

/**
 * The headers above each column, top down. A merged header stands in its first cell only: an empty cell continues
 * the one to its left, as long as the group above stays the same and something stands below.
 */
function headerPaths(rows: readonly (readonly RawCell[])[]): string[][] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const own = rows.map((row) => Array.from({ length: width }, (_, index) => shownText(row[index])));
  const paths: string[][] = Array.from({ length: width }, () => []);
  const open: string[] = rows.map(() => '');
  for (let column = 0; column < width; column += 1) {
    for (let level = 0; level < rows.length; level += 1) {
      const text = own[level]?.[column] ?? '';
      const below = own.slice(level + 1).some((row) => row[column] !== '');
      if (text !== '') {
        open[level] = text;
        open.fill('', level + 1);
      }
      const header = text !== '' ? text : below ? (open[level] ?? '') : '';
      if (header !== '') paths[column]?.push(header);
    }
  }
  return paths;
}

function shownText(cell: RawCell | undefined): string {
  return cellText(cell).normalize('NFC').replace(/\s+/g, ' ').trim();
}

type Meaning = { header: string; field: FieldKey } | { header: string; item: CellItem };

/** @param afterTrait whether the column to the left is a quality or competence: decides `Khoa học`, `Tin học` */
function meaningOf(path: readonly string[], afterTrait: boolean): Meaning | null {
  const keys = path.map(headerKey);
  const part = keys.length > 1 ? PARTS.get(keys.at(-1) ?? '') : undefined;
  const at = part === undefined ? keys.length - 1 : keys.length - 2;
  const header = path[at] ?? '';
  const key = keys[at] ?? '';
  const inBand = keys.slice(0, at).some(isTraitBand) || (isTraitBand(key) && withoutBand(key) !== key);

  const trait = TRAIT_HEADERS.get(withoutBand(key));
  const subject = SUBJECT_HEADERS.get(key);
  if (trait !== undefined && (part === undefined || part === 'level')) {
    if (inBand || subject === undefined || (part === undefined && afterTrait)) {
      return { header, item: `${trait}.level` };
    }
  }
  if (inBand) return null;
  if (subject !== undefined) return subjectMeaning(header, `${subject}.${part ?? 'level'}`);
  if (part !== undefined) return null;
  const field = FIELDS.get(key);
  if (field !== undefined) return { header, field };
  const split = splitPart(key);
  const named = split === null ? undefined : SUBJECT_HEADERS.get(split.name);
  if (split === null || named === undefined) return null;
  return subjectMeaning(subjectOf(named).name, `${named}.${split.part}`);
}

function subjectMeaning(name: string, item: CellItem): Meaning {
  const part = item.slice(item.indexOf('.') + 1) as PartKey;
  return { header: part === 'level' ? name : `${name}:${part}`, item };
}

function refuseDoubles(columns: readonly Column[], fileName: string): void {
  const seen = new Map<string, Column>();
  for (const column of columns) {
    const key = column.item ?? column.field ?? '';
    const other = seen.get(key);
    if (other !== undefined) {
      const both = `“${column.header}” (cột ${other.letters} và ${column.letters})`;
      throw new SheetError('duplicate-header', fileName, [both]);
    }
    seen.set(key, column);
  }
}

function ruleSetOf(schoolYear: string, fileName: string): RuleSet {
  try {
    return ruleSetFor(schoolYear);
  } catch {
    throw new SheetError('school-year-not-supported', fileName, [schoolYear]);
  }
}

function refuseMissing(columns: readonly Column[], ruleSet: RuleSet, grade: Grade, fileName: string): void {
  const present = new Set(columns.map((column) => column.item));
  const missing = requiredItems(ruleSet, grade, 'CN').filter((item) => !present.has(item));
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

function classesOf(sheet: RawSheet, firstRow: number, column: number): string[] {
  const names = sheet.rows.slice(firstRow).map((row) => classNameIn(cellText(row[column])));
  return [...new Set(names.filter((name) => name !== ''))];
}

/** The title's word counts before the rows'; without a title the first class named. */
function gradeOf(title: SheetTitle, classes: readonly string[]): Grade | null {
  if (title.grade !== null) return title.grade;
  for (const name of classes) {
    const grade = gradeOfClass(name);
    if (grade !== null) return grade;
  }
  return null;
}
