import { type ClassTableForm, type ClassTableRow, classTableForm } from '@hocba/record';
import { type CalendarDay, calendarDay, placeAndDate, shortDate } from '../dates.ts';
import { FormError } from '../error.ts';
import { homeroomFit, sealedFit } from '../fit/signatures.ts';
import { formText } from '../form-text.ts';
import type { Sheet } from '../sheet.ts';
import { imageFiles } from '../signature-image.ts';
import { type Column, groupsOf, type Part, partsOf } from './columns.ts';
import { type HeadCell, headOf } from './head.ts';
import { CLASS_TABLE_VERSION, type ClassTableInput, MOST_CLASS_TABLE_ROWS } from './input.ts';
import { TABLE, tableSignatures } from './table-signatures.ts';

const PERIOD_TITLES = {
  GHK1: 'Giữa học kỳ I',
  CHK1: 'Cuối học kỳ I',
  GHK2: 'Giữa học kỳ II',
  CN: 'Cuối năm học',
} as const;

/** A body cell: text, or the drawn tick. */
type Cell = { text: string } | { tick: true };

const invalid = (why: string): FormError => new FormError('input-invalid', why);

/** The sheet of one class table. Throws FormError `input-invalid` for what the form has no cell for. */
export function classTableSheet(input: ClassTableInput): Sheet {
  const known = classTableForm(input.grade, input.period);
  if (input.rows.length === 0 || input.rows.length > MOST_CLASS_TABLE_ROWS)
    throw invalid('no rows, or too many');
  for (const row of input.rows) checkRow(row, known);
  const form = {
    ...known,
    subjects: known.subjects.filter((s) => !s.elective || isTaken(s.code, input.rows)),
  };
  const birth = input.rows.some((row) => row.birthDate !== undefined);
  const parts = partsOf(groupsOf(form), birth);
  const { issued } = input;
  const signed = issued === null ? null : tableSignatures(issued.signatures, form);
  const data = {
    title: `Bảng tổng hợp kết quả đánh giá giáo dục, lớp ${formText(input.className)}, ${PERIOD_TITLES[input.period].toLowerCase()}, năm học ${formText(input.schoolYear)}`,
    keywords: [issued === null ? 'hocba-class-table-draft' : CLASS_TABLE_VERSION],
    documentDate: issued === null ? firstDayOf(input.schoolYear) : calendarDay(issued.date),
    training: input.training,
    draft: issued === null,
    form: String(form.number),
    period: PERIOD_TITLES[input.period],
    className: formText(input.className),
    schoolYear: formText(input.schoolYear),
    schoolName: formText(input.school.name),
    place: [input.school.communeName, input.school.provinceName].map(formText).join(', '),
    count: String(input.rows.length),
    principalName: formText(input.principal.fullName),
    homeroomTeacherName: formText(input.homeroomTeacherName),
    deputyTitle: deputyTitle(input.principal.title),
    parts: parts.map((part) => partData(part, form, input.rows)),
    issued:
      issued === null
        ? null
        : {
            placeAndDate: placeAndDate(formText(issued.place), issued.date),
            ...signed,
          },
    fit: {
      sealed: sealedFit(signed?.principal ?? null, signed?.seal ?? null),
      homeroom: homeroomFit(signed?.homeroomTeacher ?? null),
    },
  };
  return {
    main: 'class-table.typ',
    standard: 'a-2a',
    packed: true,
    data,
    files: new Map(imageFiles(TABLE, issued?.signatures ?? [])),
    pages: parts.length * Math.ceil(input.rows.length / 20),
    longer: () => null,
  };
}

/** PDF/A wants a date, and a draft must not have another one each day. */
function firstDayOf(schoolYear: string): CalendarDay {
  const year = /^(\d{4})-\d{4}$/.exec(schoolYear)?.[1];
  if (year === undefined) throw invalid('the school year is not of the form YYYY-YYYY');
  return calendarDay(`${year}-09-01`);
}

function deputyTitle(title: string | undefined): string | null {
  const words = title === undefined ? '' : formText(title);
  return /^phó/i.test(words) ? words.toLocaleUpperCase('vi') : null;
}

function isTaken(code: string, rows: readonly ClassTableRow[]): boolean {
  return rows.some((row) => Object.hasOwn(row.levels, code));
}

/** Refuses what would silently not be printed, and values that no cell may hold. */
function checkRow(row: ClassTableRow, form: ClassTableForm): void {
  if (row.fullName.trim() === '') throw invalid('a row has no name');
  const levels: readonly string[] = form.subjects.map((s) => s.code);
  const marks: readonly string[] = form.subjects.filter((s) => s.mark).map((s) => s.code);
  const traits: readonly string[] = [...form.qualities, ...form.general, ...form.specific].map((t) => t.code);
  for (const [code, level] of Object.entries(row.levels)) {
    if (!levels.includes(code) || !/^[THC]$/.test(level))
      throw invalid('a level that the form has no cell for');
  }
  for (const [code, mark] of Object.entries(row.marks)) {
    if (!marks.includes(code) || !Number.isInteger(mark) || mark < 0 || mark > 10) {
      throw invalid('a mark that the form has no cell for');
    }
  }
  for (const [code, level] of Object.entries(row.traits)) {
    if (!traits.includes(code) || !/^[TĐC]$/.test(level))
      throw invalid('a trait that the form has no cell for');
  }
  const closes = row.result !== undefined || row.awarded === true || row.notPromoted === true;
  if (closes && !form.closing) throw invalid('a result before the end of the year');
  if (row.result !== undefined && !/^(?:HTXS|HTT|HT|CHT)$/.test(row.result))
    throw invalid('an unknown result');
}

function partData(part: Part, form: ClassTableForm, rows: readonly ClassTableRow[]) {
  const head: { rows: number[]; cells: HeadCell[] } = headOf(part, form);
  return {
    widths: part.columns.map((c) => c.width),
    kinds: part.columns.map((c) => c.kind),
    head,
    rows: rows.map((row, i) => part.columns.map((column) => cellOf(row, i, column))),
  };
}

function cellOf(row: ClassTableRow, index: number, { kind, key }: Column): Cell {
  const of = (values: Readonly<Record<string, unknown>>): Cell => ({
    text: Object.hasOwn(values, key) ? String(values[key]) : '',
  });
  switch (kind) {
    case 'number':
      return { text: String(index + 1) };
    case 'name':
      return { text: formText(row.fullName) };
    case 'birth':
      return { text: row.birthDate === undefined ? '' : shortDate(row.birthDate) };
    case 'level':
      return of(row.levels);
    case 'mark':
      return of(row.marks);
    case 'trait':
      return of(row.traits);
    case 'note':
      return { text: row.note === undefined ? '' : formText(row.note) };
    case 'tick':
      return row.result === key ||
        (key === 'awarded' && row.awarded) ||
        (key === 'notPromoted' && row.notPromoted)
        ? { tick: true }
        : { text: '' };
  }
}
