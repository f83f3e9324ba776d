/** Values that lists of persons share: code, name, day of birth, sex, số định danh cá nhân. */
import { codeIsValid, nameIsValid, readDate } from '../identity.ts';
import { isBlank } from '../matrix.ts';
import type { PeopleRow } from './people-table.ts';

export type Sex = 'male' | 'female';

const SEXES: ReadonlyMap<string, Sex> = new Map([
  ['nam', 'male'],
  ['nữ', 'female'],
  ['nu', 'female'],
  ['trai', 'male'],
  ['gái', 'female'],
]);

export function readCode<F extends string>(row: PeopleRow<F>, field: F): string {
  const code = row.text(field);
  if (code === '') row.tell('missing', field, 'còn trống. Hãy điền mã.');
  else if (!codeIsValid(row.cell(field), code))
    row.tell(
      'code-not-valid',
      field,
      'mã không hợp lệ (chỉ gồm chữ không dấu và số; định dạng cột là Văn bản).',
    );
  return code;
}

/** @param required whether an empty cell is a problem */
export function readName<F extends string>(row: PeopleRow<F>, field: F, required: boolean): string | null {
  const name = row.text(field);
  if (name === '') {
    if (required) row.tell('missing', field, 'còn trống. Hãy điền họ tên.');
    return null;
  }
  if (!nameIsValid(name)) row.tell('name-not-valid', field, 'không phải là họ tên. Hãy ghi lại bằng chữ.');
  return name;
}

/** ISO date; null if the cell is empty or wrong, and then a problem says so. */
export function readBirthDate<F extends string>(row: PeopleRow<F>, field: F): string | null {
  const cell = row.cell(field);
  if (isBlank(cell)) return null;
  const day = readDate(cell);
  if (day === null)
    row.tell('birth-date-not-valid', field, 'không phải ngày sinh hợp lệ. Hãy ghi theo dạng ngày/tháng/năm.');
  return day;
}

export function readSex<F extends string>(row: PeopleRow<F>, field: F): Sex | null {
  const text = row.text(field);
  if (text === '') return null;
  const sex = SEXES.get(text.toLowerCase());
  if (sex === undefined) row.tell('sex-not-valid', field, 'không hiểu. Hãy ghi “Nam” hoặc “Nữ”.');
  return sex ?? null;
}

/**
 * 12 digits. Every province's code begins with 0, which Excel takes away from a number: eleven digits in a number cell
 * get it back, and a note says so.
 */
export function readPersonalId<F extends string>(row: PeopleRow<F>, field: F): string | null {
  const cell = row.cell(field);
  const text = row.text(field).replace(/^['\s]+|\s+/g, '');
  if (text === '') return null;
  if (typeof cell === 'number' && /^\d{11}$/.test(text)) {
    row.note(field, text, `0${text}`);
    return `0${text}`;
  }
  if (/^\d{12}$/.test(text)) return text;
  row.tell('personal-id-malformed', field, 'số định danh cá nhân phải gồm đúng 12 chữ số.');
  return null;
}

/** Free text of at most `limit` characters. */
export function readPlain<F extends string>(row: PeopleRow<F>, field: F, limit: number): string | null {
  const text = row.text(field);
  if (text === '') return null;
  if (text.length > limit) row.tell('text-too-long', field, `dài quá ${limit} ký tự. Hãy viết ngắn lại.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that no fact holds
  if (/[\u0000-\u001f\u202a-\u202e\u2066-\u2069\ufffd]/.test(text))
    row.tell('text-not-valid', field, 'có ký tự không hiển thị được. Hãy gõ lại ô này.');
  return text;
}
