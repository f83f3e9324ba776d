/** Who a row is about: class, code, name, birth date. */

import type { Column } from './columns.ts';
import type { RowNote, RowProblem, RowProblemCode } from './finding.ts';
import type { Layout } from './layout.ts';
import { cellText, isBlank, type RawCell } from './matrix.ts';
import { placeOf, type SheetPlace } from './place.ts';
import { classNameIn, gradeOfClass } from './title.ts';

export interface Identity {
  readonly code: string;
  readonly name: string;
  /** ISO date. */
  readonly birthDate: string | null;
  readonly className: string | null;
  readonly problems: readonly RowProblem[];
  readonly notes: readonly RowNote[];
}

/** Longest name in characters; longer ones are no person's. */
const NAME_LIMIT = 100;
// Files are named by code, so it holds nothing that a path or a shell would read.
const CODE = /^[0-9A-Za-z](?:[0-9A-Za-z_-]|\.(?!\.)){0,29}$/;
// A control or format character hides something; a formula's first character is never a name's.
const NAME_REFUSED = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\ufffd<>"\\]|^[=+\-@]/u;

export function readIdentity(layout: Layout, row: readonly RawCell[], place: SheetPlace): Identity {
  const problems: RowProblem[] = [];
  const notes: RowNote[] = [];
  const columnOf = (field: Column['field']) => layout.columns.find((column) => column.field === field);
  const tell = (code: RowProblemCode, column: Column, sentence: string) =>
    problems.push({ code, column: column.header, message: `${placeOf(place, column)}: ${sentence}` });

  /** Text of a field, blanks made single; says so where that changed something. */
  const text = (column: Column): string => {
    const was = cellText(row[column.index]);
    const is = was.normalize('NFC').replace(/\s+/g, ' ').trim();
    if (is === '') tell('missing', column, 'còn trống. Hãy điền vào ô này.');
    else if (is !== was) {
      const message = `${placeOf(place, column)}: “${was}” được hiểu là “${is}”.`;
      notes.push({ code: 'normalised', column: column.header, message, was, is });
    }
    return is;
  };

  const codeColumn = columnOf('code');
  const code = codeColumn === undefined ? '' : text(codeColumn);
  if (codeColumn !== undefined && code !== '' && !codeIsValid(row[codeColumn.index], code)) {
    tell(
      'code-not-valid',
      codeColumn,
      'mã học sinh không hợp lệ (chỉ gồm chữ không dấu và số, tối đa 30 ký tự; định dạng cột là Văn bản).',
    );
  }
  const nameColumn = columnOf('name');
  const name = nameColumn === undefined ? '' : text(nameColumn);
  if (nameColumn !== undefined && !nameIsValid(name)) {
    tell('name-not-valid', nameColumn, 'không phải là họ tên. Hãy ghi lại bằng chữ.');
  }
  const birthColumn = columnOf('birthDate');
  let birthDate: string | null = null;
  if (birthColumn !== undefined) {
    const cell = row[birthColumn.index] ?? null;
    birthDate = readDate(cell);
    if (isBlank(cell)) tell('missing', birthColumn, 'còn trống. Hãy điền ngày sinh.');
    else if (birthDate === null || !isPlausible(birthDate, layout.schoolYear)) {
      birthDate = null;
      tell(
        'birth-date-not-valid',
        birthColumn,
        'không phải ngày sinh hợp lệ. Hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/09/2018.',
      );
    }
  }
  const classColumn = columnOf('className');
  const written = classColumn === undefined ? '' : classNameIn(cellText(row[classColumn.index]));
  if (classColumn !== undefined && written === '' && layout.classPerRow) {
    tell('missing', classColumn, 'còn trống. Hãy ghi lớp của học sinh.');
  }
  if (classColumn !== undefined && written !== '') {
    const wrongClass = layout.classInTitle && written !== layout.className;
    const grade = gradeOfClass(written);
    if (wrongClass || (grade !== null && grade !== layout.grade && !layout.classPerRow)) {
      tell(
        'class-differs',
        classColumn,
        `lớp “${written}” khác với lớp của bảng (${layout.className ?? `khối ${layout.grade}`}).`,
      );
    }
  }
  return { code, name, birthDate, className: written === '' ? layout.className : written, problems, notes };
}

/** Whether a text may be a person's name. */
export function nameIsValid(name: string): boolean {
  return name.length <= NAME_LIMIT && !NAME_REFUSED.test(name);
}

/** A number beyond 2^53 has lost its last digits in Excel already. */
export function codeIsValid(cell: RawCell | undefined, code: string): boolean {
  return (typeof cell !== 'number' || Number.isSafeInteger(cell)) && CODE.test(code);
}

/**
 * A calendar day out of a date cell, an Excel serial number (1900 system) or a text `dd/mm/yyyy`, `yyyy-mm-dd`.
 * @returns ISO date, null for anything else
 */
export function readDate(cell: RawCell): string | null {
  if (cell === null || typeof cell === 'boolean') return null;
  if (typeof cell === 'object') return calendarDay(cell.date);
  const text = typeof cell === 'number' ? String(cell) : cell.normalize('NFC').trim();
  const dayFirst = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.replace(/\s*([/.-])\s*/g, '$1'));
  if (dayFirst !== null) {
    const [, day = '', month = '', year = ''] = dayFirst;
    return calendarDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return calendarDay(text);
  // Serials between 1954 and 2064: a shorter number is a year or a slip.
  const serial = /^\d{5}(?:\.\d+)?$/.test(text) ? Math.floor(Number(text)) : 0;
  if (serial < 20_000 || serial > 60_000) return null;
  return new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10);
}

function calendarDay(iso: string): string | null {
  const time = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === iso ? iso : null;
}

/** Born 3 to 30 years before the school year: wide enough for every pupil, too narrow for a wrong century. */
function isPlausible(birthDate: string, schoolYear: string): boolean {
  const age = Number(schoolYear.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return age >= 3 && age <= 30;
}
