/** A sheet's raw values, as they cross from the reading thread: plain data, counted from 0. */

import type { SheetErrorCode } from './errors.ts';

/** A stored value. A date is a calendar day, `YYYY-MM-DD`, whatever time of day the cell carried. */
export type RawCell = string | number | boolean | { readonly date: string } | null;

export interface RawSheet {
  readonly name: string;
  readonly rows: readonly (readonly RawCell[])[];
}

/** What the reading thread answers. */
export type WorkerAnswer = { ok: true; sheets: RawSheet[] } | { ok: false; code: SheetErrorCode };

/** Letters of a column as Excel shows them. @param index counted from 0 (0 → `A`, 26 → `AA`) */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** The text of a cell as a person would read it: numbers without grouping, days as dd/mm/yyyy; `''` if empty. */
export function cellText(cell: RawCell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return numberText(cell);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  const [year, month, day] = cell.date.split('-');
  return `${day}/${month}/${year}`;
}

/** Whether nothing visible stands in the cell. */
export function isBlank(cell: RawCell | undefined): boolean {
  return cellText(cell).trim() === '';
}

/** Whole numbers in full: a pupil's code that Excel keeps as a number must not read `7,9e+12`. */
function numberText(value: number): string {
  return Number.isSafeInteger(value) ? value.toFixed(0) : String(value);
}
