import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClassSheet, readOneClass, readWorkbook } from '@hocba/sheet';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Server } from '../../example/client.ts';
import { gatherPeople, type People } from '../../example/people.ts';

const SHEET = join(import.meta.dirname, '../../../packages/sheet/cases/lop4.xlsx');
export const PUPILS = 35;

export interface Class35 {
  readonly sheet: ClassSheet;
  readonly file: { readonly name: string; readonly bytes: Uint8Array };
}

/** Rows of the sheet whose year is not whole: here they get the last row's marks. */
const INCOMPLETE = [4, 13, 25];

/** The example's class of 34, all of them with a whole year, and one pupil more, who has the last one's marks. */
export async function readClass(): Promise<Class35> {
  const parts = unzipSync(new Uint8Array(await readFile(SHEET)));
  const place = 'xl/worksheets/sheet1.xml';
  let xml = strFromU8(parts[place] ?? new Uint8Array());
  const rowOf = (n: number): string => new RegExp(`<row r="${n}">.*?</row>`, 's').exec(xml)?.[0] ?? '';
  const last = rowOf(37);
  const movedTo = (n: number): string => last.replaceAll(/(r="[A-Z]*)37"/g, `$1${n}"`);
  for (const n of INCOMPLETE) {
    const own = rowOf(n);
    const head = own.slice(0, own.indexOf(`<c r="F${n}"`));
    xml = xml.replace(own, head + movedTo(n).slice(movedTo(n).indexOf(`<c r="F${n}"`)));
  }
  const more = movedTo(38)
    .replace('<v>34</v>', '<v>35</v>')
    .replace('7921639259034', '7921639259035')
    .replace(/(<c r="D38"[^>]*><is><t>)[^<]*/, '$1Nguyễn Mẫu');
  const bytes = zipSync({
    ...parts,
    [place]: strToU8(xml.replace(last, last + more).replace(':AQ37', ':AQ38')),
  });
  const name = 'lop4.xlsx';
  const sheet = readOneClass(await readWorkbook(bytes, name), { fileName: name, schoolYear: '2025-2026' });
  if (sheet.rows.length !== PUPILS) throw new Error(`bảng có ${sheet.rows.length} học sinh`);
  return { sheet, file: { name, bytes } };
}

/** Teachers who, with principal and seal, make nine signatures of a record: six of subjects, one of them of the class too. */
const TEACHERS = 6;

/** As many of the training school's people as a record of nine signatures takes. */
export async function peopleOfNine(server: Server): Promise<People> {
  const people = await gatherPeople(server);
  if (people.teachers.length < TEACHERS) throw new Error(`chỉ có ${people.teachers.length} giáo viên`);
  return { ...people, teachers: people.teachers.slice(0, TEACHERS) };
}
