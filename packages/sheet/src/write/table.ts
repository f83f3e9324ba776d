/** A table as it is to be written: columns with their headers, rows of values. */

/** Text, whole or decimal number, calendar day, or nothing. */
export type OutCell = string | number | { readonly date: string } | null;

export interface OutColumn {
  /** Headers from the top down; neighbours with the same beginning share one merged header. */
  readonly path: readonly string[];
  /** In characters. */
  readonly width: number;
  readonly align?: 'left' | 'center';
  /** Written upwards, so that a narrow column can carry its last header. */
  readonly upright?: boolean;
}

export interface OutTable {
  /** Name of the sheet; shortened and made unique where Excel asks for it. */
  readonly name: string;
  /** Lines above the header. */
  readonly above: readonly string[];
  readonly columns: readonly OutColumn[];
  /** Values by column. */
  readonly rows: readonly (readonly OutCell[])[];
  /** Lines below the rows: texts with the column in which each begins. */
  readonly below?: readonly (readonly { readonly column: number; readonly text: string }[])[];
}

/** One cell of the header in grid coordinates from 0. */
export interface HeaderCell {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly text: string;
  readonly upright: boolean;
}

/** Lays the headers out: a group over its columns, a header without parts down to the last header row. */
export function headerCells(columns: readonly OutColumn[]): { depth: number; cells: HeaderCell[] } {
  const depth = Math.max(1, ...columns.map(({ path }) => path.length));
  const cells: HeaderCell[] = [];
  for (let level = 0; level < depth; level += 1) {
    for (let at = 0; at < columns.length; ) {
      const column = columns[at];
      const text = column?.path[level];
      const last = level === (column?.path.length ?? 0) - 1;
      let width = 1;
      if (column !== undefined && !last && text !== undefined) {
        while (sharesHeader(column, columns[at + width], level)) width += 1;
      }
      if (column !== undefined && text !== undefined) {
        const rows = last ? depth - level : 1;
        cells.push({
          row: level,
          column: at,
          rows,
          columns: width,
          text,
          upright: last && column.upright === true,
        });
      }
      at += width;
    }
  }
  return { depth, cells };
}

/** Whether two neighbours stand under one header at this level, which is the last one of neither. */
function sharesHeader(one: OutColumn, next: OutColumn | undefined, level: number): boolean {
  return (
    next !== undefined &&
    next.path.length > level + 1 &&
    one.path.slice(0, level + 1).every((text, at) => text === next.path[at])
  );
}
