/** The one place that makes Excel files. Values only: no formula, link or macro is ever written. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import writeXlsxFile, { type Cell, type CellObject, type SheetData } from 'write-excel-file/node';
import { guardFormula } from '../formula-guard.ts';
import { headerCells, type OutCell, type OutTable } from './table.ts';

const FONT = 'Times New Roman';
const HEADER_FILL = '#e8eef7';
const LINE = { borderStyle: 'thin', borderColor: '#808080' } as const;
/** Excel's own limits for a sheet's name. */
const NAME_LENGTH = 31;
const NAME_REFUSED = /[[\]:*?/\\\p{Cc}\p{Cf}]/gu;

/**
 * Writes tables as an `.xlsx`, a sheet each.
 * @param tables at least one
 * @returns the file's bytes
 */
export async function writeWorkbook(tables: readonly OutTable[]): Promise<Uint8Array> {
  const taken = new Set<string>();
  const sheets = tables.map((table) => {
    const { depth, data } = sheetData(table);
    return {
      data,
      sheet: sheetName(table.name, taken),
      columns: table.columns.map(({ width }) => ({ width })),
      orientation: 'landscape' as const,
      stickyRowsCount: table.above.length + depth,
    };
  });
  const bytes = new Uint8Array(await writeXlsxFile(sheets, { fontFamily: FONT, fontSize: 11 }).toBuffer());
  const marked = sheets.some(({ data }) => data.some((row) => row.some(isMarked)));
  return marked ? withoutMarks(bytes) : bytes;
}

function sheetData(table: OutTable): { depth: number; data: SheetData } {
  const width = table.columns.length;
  const { depth, cells } = headerCells(table.columns);
  const header: Cell[][] = Array.from({ length: depth }, () => new Array<Cell>(width).fill(null));
  for (const cell of cells) {
    const row = header[cell.row];
    if (row === undefined) continue;
    row[cell.column] = {
      value: written(cell.text),
      type: String,
      columnSpan: cell.columns,
      rowSpan: cell.rows,
      fontWeight: 'bold',
      align: 'center',
      alignVertical: 'center',
      wrap: true,
      backgroundColor: HEADER_FILL,
      ...LINE,
      ...(cell.upright ? { textRotation: 90 } : {}),
    };
  }
  return {
    depth,
    data: [
      ...table.above.map((text): Cell[] => [{ ...plainText(text), fontWeight: 'bold' }]),
      ...header,
      ...table.rows.map((row) =>
        table.columns.map(
          ({ align }, at): Cell => ({
            ...bodyCell(row[at] ?? null),
            ...LINE,
            alignVertical: 'top',
            ...(align === undefined ? {} : { align }),
          }),
        ),
      ),
      ...(table.below ?? []).map((line) => {
        const row = new Array<Cell>(width).fill(null);
        for (const { column, text } of line) row[column] = plainText(text);
        return row;
      }),
    ],
  };
}

function plainText(text: string): CellObject {
  return text === '' ? {} : { value: written(text), type: String };
}

function bodyCell(value: OutCell): CellObject {
  if (value === null || value === '') return {};
  if (typeof value === 'number') return { value, type: Number };
  if (typeof value === 'object') {
    return { value: new Date(`${value.date}T00:00:00Z`), type: Date, format: 'dd/mm/yyyy' };
  }
  // As text, so that a code keeps its leading zeros when somebody types over it.
  return { value: written(value), type: String, format: '@', wrap: value.length > 30 };
}

// Only the characters that XML may carry; the others would make the file unreadable for everybody.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to write otherwise
const UNWRITABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

/** A text as the file holds it: NFC, no formula, and the format's own escape `_xHHHH_` (ECMA-376 Part 1, 22.9.2.19). */
function written(text: string): string {
  const safe = guardFormula(text.normalize('NFC').toWellFormed()).replace(UNWRITABLE, escaped);
  return safe in Object.prototype ? `${safe}${MARK}` : safe;
}

/**
 * The library looks its texts up in a plain object, in which `valueOf` is there already: such a text is marked while
 * the library has it, and the mark is taken out of the finished file.
 */
const MARK = '\u{f8ff}\u{f8fe}';
const TEXTS = 'xl/sharedStrings.xml';

function isMarked(cell: Cell): boolean {
  const value = typeof cell === 'object' && cell !== null && 'value' in cell ? cell.value : null;
  return typeof value === 'string' && value.endsWith(MARK);
}

function withoutMarks(bytes: Uint8Array): Uint8Array {
  const parts = unzipSync(bytes);
  const texts = strFromU8(parts[TEXTS] ?? new Uint8Array());
  return zipSync({ ...parts, [TEXTS]: strToU8(texts.replaceAll(`${MARK}</t>`, '</t>')) });
}

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

function sheetName(wanted: string, taken: Set<string>): string {
  const plain =
    wanted
      .normalize('NFC')
      .replace(NAME_REFUSED, '-')
      .replace(/^'+|'+$/g, '')
      .trim() || 'Trang';
  for (let n = 1; ; n += 1) {
    const tail = n === 1 ? '' : ` (${n})`;
    const name = plain.slice(0, NAME_LENGTH - tail.length).trim() + tail;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
