/** Where something stands, in words: every message names file, row and column. */

export interface SheetPlace {
  readonly file: string;
  /** Counted from 1, as Excel shows it. */
  readonly row: number;
}

/** `lop4.xlsx, dòng 12, cột G (Toán – Điểm)`; without a column the row alone. */
export function placeOf(
  place: SheetPlace,
  column?: { readonly letters: string; readonly header: string },
): string {
  const row = `${place.file}, dòng ${place.row}`;
  return column === undefined ? row : `${row}, cột ${column.letters} (${shownHeader(column.header)})`;
}

/** A report's header as the sheet's reader knows it: `Toán:mark` → `Toán – Điểm`. */
export function shownHeader(header: string): string {
  return header.replace(/:mark$/, ' – Điểm').replace(/:comment$/, ' – Nhận xét');
}
