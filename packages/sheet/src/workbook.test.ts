import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { SheetError } from './errors.ts';
import { withField, worksheet, xlsx } from './testing/xlsx-parts.ts';
import { MAX_FILE_BYTES, readWorkbook, readWorkbookFile } from './workbook.ts';

const CELL = '<row r="1"><c r="A1"><v>1</v></c></row>';
const SHEET = 'xl/worksheets/sheet1.xml';
const good = xlsx(CELL);

async function codeOf(read: Promise<unknown>): Promise<string> {
  const error = await read.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SheetError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.message).toContain('bảng.xlsx');
  return error.code;
}

const zeros = (megabytes: number) => new Uint8Array(megabytes * 1024 * 1024);
/** Text that packs by about 20 to 1, as a real sheet does. */
const cells = (rows: number, columns: number) =>
  Array.from({ length: rows }, (_, row) => {
    const row1 = row + 1;
    const line = Array.from(
      { length: columns },
      (_, column) => `<c r="${letters(column)}${row1}"><v>${(row * 7 + column) % 11}</v></c>`,
    );
    return `<row r="${row1}">${line.join('')}</row>`;
  }).join('');
const letters = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : letters(Math.floor(index / 26) - 1) + letters(index % 26);
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`custom/${at}.bin`, 'x']));
const ole = (text: string) =>
  Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.alloc(512),
    Buffer.from(text, 'utf16le'),
  ]);
const docx = () =>
  zipSync({
    '[Content_Types].xml': strToU8(
      '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    'word/document.xml': strToU8('<w:document/>'),
  });
const dtd = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>';

describe('refused whole', () => {
  test.each([
    ['empty file', () => new Uint8Array(0), 'empty'],
    ['text with the name of a workbook', () => strToU8('STT;Họ tên\n1;A'), 'not-a-workbook'],
    ['HTML that old systems call .xls', () => strToU8('<html><table></table></html>'), 'not-a-workbook'],
    ['Excel 97–2003', () => ole('Workbook'), 'old-format'],
    ['workbook with a password', () => ole('EncryptedPackage'), 'encrypted'],
    ['more than 5 MB', () => Buffer.concat([good, zeros(5)]), 'too-large'],
    ['zip without anything of a workbook', () => zipSync({ 'a.txt': strToU8('a') }), 'not-a-workbook'],
    ['Word document renamed', docx, 'other-document'],
    [
      'OpenDocument renamed',
      () => zipSync({ mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet') }),
      'other-document',
    ],
    ['macros', () => xlsx(CELL, { 'xl/vbaProject.bin': 'x' }), 'macros'],
    ['cut off in the middle', () => good.slice(0, good.length / 2), 'corrupt'],
    ['cut off by one byte', () => good.slice(0, -1), 'corrupt'],
    ['something behind the archive', () => Buffer.concat([good, Buffer.from('x')]), 'corrupt'],
    ['something before the archive', () => Buffer.concat([Buffer.from('GIF8'), good]), 'not-a-workbook'],
    ['401 parts', () => xlsx(CELL, many(397)), 'too-many-entries'],
    ['zip bomb by ratio', () => xlsx(CELL, { 'xl/media/image1.png': zeros(4) }), 'ratio-too-high'],
    [
      'zip bomb that says it is small',
      () => withField(xlsx(CELL, { 'a.bin': zeros(40) }), 'a.bin', 24, 100),
      'ratio-too-high',
    ],
    ['part that says less than it holds', () => withField(good, SHEET, 24, 10), 'corrupt'],
    ['part that says it fills the memory', () => withField(good, SHEET, 24, 0xfffffff0), 'ratio-too-high'],
    ['part with a wrong checksum', () => withField(good, SHEET, 16, 1), 'corrupt'],
    ['part that reaches into the next one', () => withField(good, 'xl/workbook.xml', 20, 2000), 'corrupt'],
    ['path out of the archive', () => xlsx(CELL, { '../evil.xml': 'x' }), 'corrupt'],
    ['two parts that differ by case only', () => xlsx(CELL, { 'XL/workbook.xml': 'x' }), 'corrupt'],
    [
      'document type and entities in a sheet',
      () => xlsx('', { [SHEET]: dtd + worksheet(CELL) }),
      'xml-not-allowed',
    ],
    [
      'document type in the shared strings',
      () => xlsx(CELL, { 'xl/sharedStrings.xml': `${dtd}<sst/>` }),
      'xml-not-allowed',
    ],
    [
      'UTF-16',
      () => xlsx('', { [SHEET]: Buffer.from(`\ufeff${worksheet(CELL)}`, 'utf16le') }),
      'xml-not-allowed',
    ],
    [
      'foreign encoding',
      () => xlsx('', { [SHEET]: `<?xml version="1.0" encoding="windows-1258"?>${worksheet(CELL)}` }),
      'xml-not-allowed',
    ],
    ['no worksheet part', () => xlsx('', { [SHEET]: null }), 'corrupt'],
    [
      'worksheet that is no XML',
      () => xlsx('', { [SHEET]: '<worksheet><sheetData><row r="1"><c r="A1"' }),
      'corrupt',
    ],
    [
      'a value in row 1048576',
      () => xlsx('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
      'too-many-rows',
    ],
    ['5,001 rows', () => xlsx(cells(5001, 1)), 'too-many-rows'],
    ['a value in column XFD', () => xlsx('<row r="1"><c r="XFD1"><v>1</v></c></row>'), 'too-many-columns'],
    ['201 columns', () => xlsx(cells(1, 201)), 'too-many-columns'],
    ['row number in another notation', () => xlsx('<row r="1e9"><c r="A1"><v>1</v></c></row>'), 'corrupt'],
    ['row number behind an entity', () => xlsx('<row r="&#57;9999"><c r="A1"><v>1</v></c></row>'), 'corrupt'],
    ['two row numbers', () => xlsx('<row r="1" x:r="900000"><c r="A1"><v>1</v></c></row>'), 'corrupt'],
  ] as [string, () => Uint8Array, string][])('%s', async (_, make, code) => {
    expect(await codeOf(readWorkbook(make(), 'bảng.xlsx'))).toBe(code);
  });

  test('what takes too long is given up', async () => {
    expect(await codeOf(readWorkbook(good, 'bảng.xlsx', { timeLimit: 0 }))).toBe('too-heavy');
  });
});

describe('read', () => {
  const rowsOf = async (bytes: Uint8Array) => (await readWorkbook(bytes, 'bảng.xlsx'))[0]?.rows;

  test('what write-excel-file wrote: text, numbers, days, truth values, blanks', async () => {
    const day = new Date(Date.UTC(2018, 8, 5));
    const data: SheetData = [
      ['  Đạo đức ', 8, null, true],
      [{ value: day, type: Date, format: 'dd/mm/yyyy' }, 8.5, '=cmd', '☑'],
    ];
    const bytes = await writeXlsxFile(data).toBuffer();
    expect(await rowsOf(bytes)).toEqual([
      ['  Đạo đức ', 8, null, true],
      [{ date: '2018-09-05' }, 8.5, '=cmd', '☑'],
    ]);
  });

  test('of a formula only its stored value', async () => {
    const rows =
      '<row r="1"><c r="A1"><f>1+1</f><v>9</v></c><c r="B1" t="str"><f>HYPERLINK("http://a.example","T")</f><v>T</v></c><c r="C1"><f>NOW()</f></c></row>';
    expect(await rowsOf(xlsx(rows))).toEqual([[9, 'T']]);
  });

  test('an error value is text, so that its cell can be named', async () => {
    expect(await rowsOf(xlsx('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'))).toEqual([['#N/A']]);
  });

  test('cells and rows that only carry a format do not count', async () => {
    const styled = '<row r="1048575" ht="12"/><row r="1048576" ht="12"><c r="XFD1048576"/></row>';
    expect(await rowsOf(xlsx(`<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"/></row>${styled}`))).toEqual([
      [1],
    ]);
  });

  test('5,000 rows of 20 columns', async () => {
    const rows = await rowsOf(xlsx(cells(5000, 20)));
    expect([rows?.length, rows?.[4999]?.length]).toEqual([5000, 20]);
  });
});

describe('files on disk', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hocba-sheet-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('200 MB are refused unread', async () => {
    const path = join(folder, 'bảng.xlsx');
    await writeFile(path, '');
    await truncate(path, 200 * 1024 * 1024);
    expect(await codeOf(readWorkbookFile(path))).toBe('too-large');
    await truncate(path, MAX_FILE_BYTES);
    expect(await codeOf(readWorkbookFile(path))).toBe('not-a-workbook');
  });

  test('a folder or nothing is no file', async () => {
    expect(await codeOf(readWorkbookFile(join(folder, 'không-có', 'bảng.xlsx')))).toBe('unreadable');
    await expect(readWorkbookFile(folder)).rejects.toMatchObject({ code: 'unreadable' });
  });
});
