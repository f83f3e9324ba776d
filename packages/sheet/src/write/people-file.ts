/** Pupils and staff as Excel files in the national lists' headers; read back by `readPupilList`, `readStaffList`. */
import { cellText } from '../matrix.ts';
import {
  PUPIL_WORDS,
  type PupilField,
  STAFF_WORDS,
  type StaffField,
  writtenHeader,
} from '../people/headers.ts';
import type { PupilFacts } from '../people/lists.ts';
import type { OutCell, OutTable } from './table.ts';
import { writeWorkbook } from './workbook-file.ts';

export interface PupilOut {
  readonly code: string;
  readonly className: string;
  /** Trạng thái, in words. */
  readonly status: string;
  readonly facts: PupilFacts;
}

export interface StaffOut {
  readonly code: string;
  readonly fullName: string;
  readonly personalId: string;
  readonly title: string;
}

const PUPIL_COLUMNS: readonly (readonly [field: PupilField, width: number])[] = [
  ['index', 5],
  ['className', 8],
  ['code', 16],
  ['name', 26],
  ['birthDate', 12],
  ['sex', 9],
  ['status', 14],
  ['ethnicity', 12],
  ['personalId', 16],
  ['registerNumber', 12],
  ['nationality', 12],
  ['birthPlace', 30],
  ['homeTown', 30],
  ['address', 36],
  ['fatherName', 26],
  ['motherName', 26],
  ['guardianName', 26],
];
const STAFF_COLUMNS: readonly (readonly [field: StaffField, width: number])[] = [
  ['index', 5],
  ['code', 16],
  ['name', 26],
  ['personalId', 16],
  ['title', 20],
];

/** @returns bytes of an `.xlsx` */
export function writePupilList(pupils: readonly PupilOut[]): Promise<Uint8Array> {
  return writeWorkbook([
    tableOf('C1-HocSinh', PUPIL_COLUMNS, PUPIL_WORDS, pupils, (pupil, field, at): OutCell => {
      const { facts } = pupil;
      switch (field) {
        case 'index':
          return at + 1;
        case 'code':
          return pupil.code;
        case 'className':
          return pupil.className;
        case 'status':
          return pupil.status;
        case 'name':
          return facts.fullName ?? null;
        case 'birthDate':
          return facts.birthDate === undefined ? null : cellText({ date: facts.birthDate });
        case 'sex':
          return facts.sex === undefined ? null : facts.sex === 'male' ? 'Nam' : 'Nữ';
        default:
          return facts[field] ?? null;
      }
    }),
  ]);
}

/** @returns bytes of an `.xlsx` */
export function writeStaffList(staff: readonly StaffOut[]): Promise<Uint8Array> {
  return writeWorkbook([
    tableOf('CSDL_GiaoVien', STAFF_COLUMNS, STAFF_WORDS, staff, (person, field, at): OutCell => {
      if (field === 'index') return at + 1;
      if (field === 'name') return person.fullName;
      return field === 'code' || field === 'personalId' || field === 'title' ? person[field] : null;
    }),
  ]);
}

function tableOf<F extends string, R>(
  name: string,
  columns: readonly (readonly [field: F, width: number])[],
  words: Readonly<Record<F, string>>,
  rows: readonly R[],
  cellOf: (row: R, field: F, at: number) => OutCell,
): OutTable {
  return {
    name,
    above: [],
    columns: columns.map(([field, width]) => ({ path: [writtenHeader(words[field])], width })),
    rows: rows.map((row, at) => columns.map(([field]) => cellOf(row, field, at))),
  };
}
