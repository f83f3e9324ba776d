/** Pupils and staff as the national files list them. */
import type { RowNote, RowProblem } from '../finding.ts';
import type { RawSheet } from '../matrix.ts';
import { classNameIn } from '../title.ts';
import { readBirthDate, readCode, readName, readPersonalId, readPlain, readSex, type Sex } from './fields.ts';
import { PUPIL_HEADERS, type PupilField, STAFF_HEADERS } from './headers.ts';
import { type PeopleRow, type PeopleTable, readPeopleTable } from './people-table.ts';

/** What may be told of a pupil; absent where the file has no such column or an empty cell. */
export interface PupilFacts {
  readonly fullName?: string;
  readonly birthDate?: string;
  readonly sex?: Sex;
  readonly personalId?: string;
  readonly registerNumber?: string;
  readonly birthPlace?: string;
  readonly homeTown?: string;
  readonly address?: string;
  readonly ethnicity?: string;
  readonly nationality?: string;
  readonly fatherName?: string;
  readonly motherName?: string;
  readonly guardianName?: string;
}

export interface ListedPupil {
  readonly row: number;
  readonly code: string;
  /** As classes are compared; null if the file has no such column or the cell is empty. */
  readonly className: string | null;
  readonly facts: PupilFacts;
  readonly problems: readonly RowProblem[];
  readonly notes: readonly RowNote[];
}

export interface ListedStaff {
  readonly row: number;
  readonly code: string;
  readonly fullName: string;
  readonly personalId: string | null;
  readonly title: string | null;
  readonly problems: readonly RowProblem[];
  readonly notes: readonly RowNote[];
}

export interface PeopleList<R> {
  readonly rows: readonly R[];
  readonly remarks: readonly string[];
}

const TEXTS: readonly (readonly [field: PupilField & keyof PupilFacts, limit: number])[] = [
  ['registerNumber', 20],
  ['birthPlace', 200],
  ['homeTown', 200],
  ['address', 300],
  ['ethnicity', 40],
  ['nationality', 60],
];
const NAMES = ['fatherName', 'motherName', 'guardianName'] as const;

/** @throws SheetError when the file is refused whole */
export function readPupilList(sheets: readonly RawSheet[], fileName: string): PeopleList<ListedPupil> {
  const table = readPeopleTable(sheets, PUPIL_HEADERS, ['code', 'name'], fileName);
  const rows = withoutTwins(table, (row): ListedPupil => {
    const code = readCode(row, 'code');
    const className = classNameIn(row.text('className'));
    const facts = {
      fullName: readName(row, 'name', true),
      birthDate: readBirthDate(row, 'birthDate'),
      sex: readSex(row, 'sex'),
      personalId: readPersonalId(row, 'personalId'),
      ...Object.fromEntries(TEXTS.map(([field, limit]) => [field, readPlain(row, field, limit)])),
      ...Object.fromEntries(NAMES.map((field) => [field, readName(row, field, false)])),
    };
    return {
      row: row.row,
      code,
      className: className === '' ? null : className,
      facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null)),
      problems: row.problems,
      notes: row.notes,
    };
  });
  return { rows, remarks: remarksOf(table) };
}

/** @throws SheetError when the file is refused whole */
export function readStaffList(sheets: readonly RawSheet[], fileName: string): PeopleList<ListedStaff> {
  const table = readPeopleTable(sheets, STAFF_HEADERS, ['code', 'name'], fileName);
  const rows = withoutTwins(
    table,
    (row): ListedStaff => ({
      row: row.row,
      code: readCode(row, 'code'),
      fullName: readName(row, 'name', true) ?? '',
      personalId: readPersonalId(row, 'personalId'),
      title: readPlain(row, 'title', 60),
      problems: row.problems,
      notes: row.notes,
    }),
  );
  return { rows, remarks: remarksOf(table) };
}

/** Reads each row; the second and later ones of one code are told so. */
function withoutTwins<F extends string, R extends { readonly code: string }>(
  table: PeopleTable<F | 'code'>,
  read: (row: PeopleRow<F | 'code'>) => R,
): R[] {
  const first = new Map<string, number>();
  return table.rows.map((row) => {
    const made = read(row);
    const key = made.code.toUpperCase();
    const before = first.get(key);
    if (key !== '' && before !== undefined)
      row.tell('duplicate-pupil', 'code', `mã này đã có ở dòng ${before}. Hãy xoá dòng thừa hoặc sửa mã.`);
    else first.set(key, row.row);
    return made;
  });
}

function remarksOf(table: PeopleTable<string>): string[] {
  const headers = table.unknown.map((column) => `${column.letters} (${column.header})`);
  return headers.length === 0 ? [] : [`Không dùng các cột: ${headers.join(', ')}.`];
}
