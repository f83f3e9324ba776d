/**
 * Results row by row: each cell's value, what is wrong with it, and the result the rules give.
 * A row with a problem is refused whole; the others stand.
 */
import {
  type CellItem,
  checkPeriod,
  checkPupilYear,
  duplicateProblem,
  duplicatePupils,
  type Grade,
  type OverallResult,
  PERIOD_NAMES,
  type Period,
  type PeriodAssessment,
  type Problem,
  parseCell,
  partsOf,
  proposeResult,
  type SubjectLevel,
  type TraitLevel,
} from '@hocba/record';
import type { Column, UnknownColumn } from './columns.ts';
import { SheetError } from './errors.ts';
import type { RowNote, RowProblem } from './finding.ts';
import { type Identity, readIdentity } from './identity.ts';
import { findLayouts, type Layout, type LayoutOptions } from './layout.ts';
import { cellText, type RawCell, type RawSheet } from './matrix.ts';
import { placeOf, type SheetPlace } from './place.ts';
import { readStated, type Stated } from './stated.ts';

/** One filled cell: the text as it stood and the value that it means. */
export interface SheetCell {
  readonly raw: string;
  /** Level letter, whole mark or cleaned text; null if it is not readable, and then a problem says so. */
  readonly value: string | null;
}

export interface ClassRow {
  /** Row of the sheet, counted from 1. */
  readonly row: number;
  readonly code: string;
  readonly name: string;
  /** ISO date; null if absent or not readable. */
  readonly birthDate: string | null;
  readonly className: string | null;
  readonly cells: ReadonlyMap<CellItem, SheetCell>;
  readonly stated: Stated;
  /** By TT 27/2020 Điều 9; null where a required cell is missing or wrong, on a repeated pupil, and before the year's end. */
  readonly result: OverallResult | null;
  /** Every cell that keeps the pupil from HTXS, by header: levels, then marks, then traits; empty without a result. */
  readonly blocking: readonly string[];
  readonly problems: readonly RowProblem[];
  readonly warnings: readonly RowProblem[];
  readonly notes: readonly RowNote[];
}

export interface ClassSheet {
  readonly fileName: string;
  readonly sheetName: string;
  readonly grade: Grade;
  readonly className: string | null;
  readonly schoolYear: string;
  readonly period: Period;
  readonly rows: readonly ClassRow[];
  /** Columns that were not read since their header is not known. */
  readonly unknownColumns: readonly UnknownColumn[];
  /** What concerns the sheet and no row, as Vietnamese sentences. */
  readonly remarks: readonly string[];
}

/** All classes of a file, in the order of its sheets and rows. */
export interface ResultsFile {
  readonly fileName: string;
  readonly classes: readonly ClassSheet[];
  /** What concerns the file and no class. */
  readonly remarks: readonly string[];
}

/**
 * Reads results of one class or of a whole school out of a workbook's values: a class a sheet, or many in one.
 * @param options file name for messages; school year and period for a sheet whose title names none
 * @throws SheetError when the file is refused whole
 */
export function readResults(sheets: readonly RawSheet[], options: LayoutOptions): ResultsFile {
  const { layouts, passedOver } = findLayouts(sheets, options);
  const several = new Set(layouts.map((layout) => layout.sheet)).size > 1;
  const read = layouts.map((layout) => readRows(layout, options.fileName, several));
  const drafts = read.flatMap((one) => one.drafts);
  if (drafts.length === 0) throw new SheetError('no-rows', options.fileName);
  // One pupil has one row a period, whichever sheet it stands on.
  const repeated = duplicatePupils(
    drafts.map(({ identity, layout }) => ({
      pupilCode: identity.code === '' ? '' : `${layout.period} ${identity.code.toUpperCase()}`,
    })),
  );
  const firstOf = new Map(
    [...repeated].flatMap(([index, first]) => {
      const [again, before] = [drafts[index], drafts[first]];
      return again && before ? [[again, rowPhrase(again, before)] as const] : [];
    }),
  );
  return {
    fileName: options.fileName,
    classes: read
      .filter((one) => one.drafts.length > 0)
      .map(({ layout, drafts: its, skipped }) => ({
        layout,
        its,
        skipped,
        grades: gradesOf(layout, its, options),
      }))
      .map(({ layout, its, skipped, grades }) => ({
        fileName: options.fileName,
        sheetName: layout.sheet.name,
        grade: layout.grade,
        className: layout.className,
        schoolYear: layout.schoolYear,
        period: layout.period,
        rows: its.map((draft, i) =>
          judge(layout, draft, firstOf.get(draft) ?? null, grades[i] ?? layout.grade),
        ),
        unknownColumns: layout.unknown,
        remarks: remarksOf(layout, skipped),
      })),
    remarks:
      passedOver.length === 0
        ? []
        : [`Không đọc trang ${passedOver.map((name) => `“${name}”`).join(', ')}: không có bảng kết quả.`],
  };
}

/**
 * Reads a file that holds one class at one period.
 * @throws SheetError as `readResults`, and `several-classes`
 */
export function readOneClass(sheets: readonly RawSheet[], options: LayoutOptions): ClassSheet {
  const [only, ...more] = readResults(sheets, options).classes;
  if (only === undefined || more.length > 0) throw new SheetError('several-classes', options.fileName);
  return only;
}

function gradesOf(layout: Layout, drafts: readonly Draft[], options: LayoutOptions) {
  const rows = drafts.map(({ identity: { code, name } }) => ({ code, name }));
  return options.gradesOfRows?.(layout.className, rows) ?? [];
}

/** Where a pupil stands already, as seen from the row that repeats it. */
function rowPhrase(again: Draft, before: Draft): string {
  const row = `dòng ${before.place.row}`;
  return again.layout.sheet === before.layout.sheet ? row : `${row} trang “${before.layout.sheet.name}”`;
}

function readRows(layout: Layout, fileName: string, several: boolean) {
  const file = several ? `${fileName}, trang ${layout.sheet.name}` : fileName;
  const skipped: number[] = [];
  const drafts = layout.rowIndexes.flatMap((index): Draft[] => {
    const draft = readDraft(layout, layout.sheet.rows[index] ?? [], { file, row: index + 1 });
    if (draft === null) skipped.push(index + 1);
    return draft === null ? [] : [draft];
  });
  return { layout, drafts, skipped };
}

/** A row as read, before it is compared with others and with the rules. */
interface Draft {
  readonly layout: Layout;
  readonly place: SheetPlace;
  readonly identity: Identity;
  readonly stated: Stated;
  readonly cells: ReadonlyMap<CellItem, SheetCell>;
  readonly columns: ReadonlyMap<CellItem, Column>;
  readonly problems: readonly RowProblem[];
  readonly warnings: readonly RowProblem[];
  readonly notes: readonly RowNote[];
}

/** null for a row that holds no pupil: a signature line, a total. */
function readDraft(layout: Layout, row: readonly RawCell[], place: SheetPlace): Draft | null {
  const cells = new Map<CellItem, SheetCell>();
  const columns = new Map<CellItem, Column>();
  const notes: RowNote[] = [];
  for (const column of layout.columns) {
    if (column.item === undefined) continue;
    columns.set(column.item, column);
    const raw = cellText(row[column.index]);
    if (raw.trim() === '') continue;
    const parsed = parseCell(column.item, raw);
    cells.set(column.item, { raw, value: parsed.ok ? parsed.value : null });
    if (parsed.ok && parsed.normalised) notes.push(normalised(place, column, raw, parsed.value));
  }
  const identity = readIdentity(layout, row, place);
  const readable = [...cells.values()].some((cell) => cell.value !== null);
  if (identity.code === '' && identity.name === '' && !readable) return null;
  const stated = readStated(layout, row, place);
  return {
    layout,
    place,
    identity,
    stated: stated.stated,
    cells,
    columns,
    problems: identity.problems,
    warnings: stated.warnings,
    notes: [...identity.notes, ...notes, ...stated.notes],
  };
}

function normalised(place: SheetPlace, column: Column, was: string, is: string): RowNote {
  const message = `${placeOf(place, column)}: “${was}” được hiểu là “${is}”.`;
  return {
    code: 'normalised',
    column: column.header,
    message,
    was,
    is,
    ...(column.item ? { item: column.item } : {}),
  };
}

/** @param first where the same pupil stands already, in words; null if this is the first or only one */
function judge(layout: Layout, draft: Draft, first: string | null, grade: Grade): ClassRow {
  const { place, identity, cells, stated } = draft;
  const assessment = assessmentOf(grade, cells);
  const unreadable = [...cells].flatMap(([item, cell]) =>
    cell.value === null ? [{ item, raw: cell.raw }] : [],
  );
  const closing = layout.period === 'CN';
  const proposal = proposeResult(layout.ruleSet, assessment);
  const stands =
    closing &&
    first === null &&
    identity.problems.length === 0 &&
    proposal.missing.length === 0 &&
    proposal.result !== null;
  const cellCheck = { ruleSet: layout.ruleSet, assessment, unreadable };
  const said = closing
    ? checkPupilYear({
        ...cellCheck,
        schoolYear: layout.schoolYear,
        // What is stated is held against a result, so there must be one.
        ...(stands ? { stated: statedFor(stated) } : {}),
      })
    : checkPeriod({ ...cellCheck, period: layout.period });
  const found = said.map((problem) => ({ severity: problem.severity, ...located(layout, draft, problem) }));
  const repeated = first === null ? [] : [located(layout, draft, duplicateProblem(first))];
  const problems = [...repeated, ...draft.problems, ...found.filter((one) => one.severity === 'blocking')];
  const unreadResult = stands && stated.result === null && stated.resultText !== '';
  return {
    row: place.row,
    code: identity.code,
    name: identity.name,
    birthDate: identity.birthDate,
    className: identity.className,
    cells,
    stated,
    result: stands ? proposal.result : null,
    blocking: stands ? blockingHeaders(layout, proposal.blocking) : [],
    problems: [
      ...problems.map(plain),
      ...(unreadResult ? [resultNotReadable(layout, draft, proposal.result)] : []),
    ],
    warnings: [...draft.warnings, ...found.filter((one) => one.severity === 'warning').map(plain)],
    notes: [
      ...draft.notes,
      ...found.filter((one) => one.severity === 'note' && one.code !== 'normalised').map(plain),
    ],
  };
}

function plain({ code, column, message, item }: RowProblem): RowProblem {
  return { code, column, message, ...(item ? { item } : {}) };
}

function statedFor(stated: Stated): { result?: OverallResult; completed?: boolean; promoted?: boolean } {
  return {
    ...(stated.result === null ? {} : { result: stated.result }),
    ...(stated.completed === null ? {} : { completed: stated.completed }),
    ...(stated.promoted === null ? {} : { promoted: stated.promoted }),
  };
}

function assessmentOf(grade: Grade, cells: ReadonlyMap<CellItem, SheetCell>): PeriodAssessment {
  const assessment: PeriodAssessment = { grade, levels: {}, marks: {}, traits: {} };
  for (const [item, { value }] of cells) {
    if (value === null) continue;
    const parts = partsOf(item);
    // parseCell has held each value against its scale.
    if (parts.kind === 'subjectLevel') assessment.levels[parts.subject] = value as SubjectLevel;
    if (parts.kind === 'mark') assessment.marks[parts.subject] = Number(value);
    if (parts.kind === 'traitLevel') assessment.traits[parts.trait] = value as TraitLevel;
  }
  return assessment;
}

const FIELD_OF_PROBLEM: Readonly<Record<string, Column['field']>> = {
  result: 'result',
  completed: 'completed',
  promoted: 'promoted',
  'pupil.pupilCode': 'code',
};

/** A problem of the rules, told at its place in the sheet. */
function located(layout: Layout, draft: Draft, problem: Problem): RowProblem {
  const field = FIELD_OF_PROBLEM[problem.field ?? ''];
  const column =
    problem.item === undefined
      ? layout.columns.find((one) => field !== undefined && one.field === field)
      : draft.columns.get(problem.item);
  return {
    code: problem.code,
    column: column?.header ?? '',
    message: `${placeOf(draft.place, column)}: ${problem.message} ${problem.action}`,
    ...(problem.item ? { item: problem.item } : {}),
  };
}

function resultNotReadable(layout: Layout, draft: Draft, result: OverallResult | null): RowProblem {
  const column = layout.columns.find((one) => one.field === 'result');
  return {
    code: 'result-differs',
    column: column?.header ?? '',
    message: `${placeOf(draft.place, column)}: “${draft.stated.resultText}” không phải là HTXS, HTT, HT hoặc CHT; theo quy định là ${result ?? ''}.`,
  };
}

const KIND_ORDER: Readonly<Record<string, number>> = { subjectLevel: 0, mark: 1, traitLevel: 2 };

/** Headers in the order of the sheet, levels before marks before traits. */
function blockingHeaders(layout: Layout, items: readonly CellItem[]): string[] {
  const blocking = new Set(items);
  const order = (column: Column) => (column.item ? (KIND_ORDER[partsOf(column.item).kind] ?? 3) : 3);
  return layout.columns
    .filter((column) => column.item !== undefined && blocking.has(column.item))
    .sort((a, b) => order(a) - order(b) || a.index - b.index)
    .map((column) => column.header);
}

function remarksOf(layout: Layout, skipped: readonly number[]): string[] {
  const headers = layout.unknown.map((column) => `${column.letters} (${column.header})`);
  const has = (field: Column['field']) => layout.columns.some((column) => column.field === field);
  return [
    ...(headers.length === 0 ? [] : [`Không nhận ra tiêu đề nên không đọc các cột: ${headers.join(', ')}.`]),
    ...(skipped.length === 0 ? [] : [`Bỏ qua dòng không có học sinh: ${skipped.join(', ')}.`]),
    ...(has('birthDate') ? [] : ['Bảng không có cột “Ngày sinh”.']),
    ...(has('result') || layout.period !== 'CN'
      ? []
      : ['Bảng không có cột “Xếp loại” nên không đối chiếu được kết quả.']),
    ...(layout.periodInTitle
      ? []
      : [`Tiêu đề không ghi kỳ đánh giá; được hiểu là ${PERIOD_NAMES[layout.period].toLowerCase()}.`]),
    ...(layout.schoolYearInTitle
      ? []
      : [`Tiêu đề không ghi năm học; áp dụng quy định của năm học ${layout.schoolYear}.`]),
  ];
}
