/** The rows that head a table: merged cells, one to four rows, a row of column numbers under them. */
import { headerKey } from './headers.ts';
import { cellText, isBlank, type RawCell, type RawSheet } from './matrix.ts';

/** How far down a header may begin. */
export const SEARCH_ROWS = 30;
const MAX_HEADER_ROWS = 4;

/**
 * Header rows from the anchor down: rows of header words, without a value under the columns that every data row fills.
 * @param anchor row of the identity headers, counted from 0
 * @param identity columns (from 0) that are never empty in a row of data
 */
export function headerDepth(
  sheet: RawSheet,
  anchor: number,
  identity: readonly number[],
  isHeaderWord: (key: string) => boolean,
): number {
  let depth = 1;
  for (; depth < MAX_HEADER_ROWS; depth += 1) {
    const row = sheet.rows[anchor + depth];
    if (row === undefined || identity.some((index) => !isBlank(row[index]))) break;
    const words = row.filter((cell) => !isBlank(cell)).map((cell) => headerKey(cellText(cell)));
    if (words.length === 0 || words.filter(isHeaderWord).length * 2 < words.length) break;
  }
  return depth;
}

/** Some templates number their columns under the header: (1) (2) (3) … is no row of data. */
export function firstDataRow(sheet: RawSheet, from: number): number {
  const texts = (sheet.rows[from] ?? [])
    .map((cell) => headerKey(cellText(cell)))
    .filter((text) => text !== '');
  const numbering =
    texts.length >= 5 &&
    texts.every((text, index) => /^\d{1,3}$/.test(text) && Number(text) - index === Number(texts[0]));
  return numbering ? from + 1 : from;
}

/**
 * The headers above each column, top down. A merged header stands in its first cell only: an empty cell continues
 * the one to its left, as long as the group above stays the same and something stands below.
 */
export function headerPaths(rows: readonly (readonly RawCell[])[]): string[][] {
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
