/** A list of persons in a workbook: its header, and its rows by field. */

import { refuseDoubles, type UnknownColumn } from '../columns.ts';
import { SheetError } from '../errors.ts';
import type { RowNote, RowProblem, RowProblemCode } from '../finding.ts';
import { firstDataRow, headerDepth, headerPaths, SEARCH_ROWS } from '../header-rows.ts';
import { headerKey } from '../headers.ts';
import { cellText, columnLetters, isBlank, type RawCell, type RawSheet } from '../matrix.ts';
import { placeOf } from '../place.ts';

export interface PeopleColumn<F extends string> {
  readonly index: number;
  readonly letters: string;
  readonly header: string;
  readonly field: F;
}

export interface PeopleTable<F extends string> {
  readonly columns: readonly PeopleColumn<F>[];
  readonly unknown: readonly UnknownColumn[];
  readonly rows: readonly PeopleRow<F>[];
}

/** Reads one row's cells, and gathers what is wrong with them. */
export interface PeopleRow<F extends string> {
  /** Counted from 1. */
  readonly row: number;
  readonly problems: RowProblem[];
  readonly notes: RowNote[];
  has(field: F): boolean;
  cell(field: F): RawCell;
  /** NFC, blanks made single; `''` for none. */
  text(field: F): string;
  tell(code: RowProblemCode, field: F, sentence: string): void;
  note(field: F, was: string, is: string): void;
}

/**
 * Finds the list: the first sheet whose header has all `needed` fields; several header rows and merged cells are
 * understood, columns in any order, further ones named and not read.
 * @throws SheetError `no-header`, `duplicate-header`, `no-rows`
 */
export function readPeopleTable<F extends string>(
  sheets: readonly RawSheet[],
  headers: ReadonlyMap<string, F>,
  needed: readonly F[],
  fileName: string,
): PeopleTable<F> {
  for (const sheet of sheets) {
    const anchor = sheet.rows.slice(0, SEARCH_ROWS).findIndex((row) => {
      const fields = new Set(row.flatMap((cell) => headers.get(headerKey(cellText(cell))) ?? []));
      return needed.every((field) => fields.has(field));
    });
    if (anchor >= 0) return tableAt(sheet, anchor, headers, needed, fileName);
  }
  throw new SheetError('no-header', fileName);
}

function tableAt<F extends string>(
  sheet: RawSheet,
  anchor: number,
  headers: ReadonlyMap<string, F>,
  needed: readonly F[],
  fileName: string,
): PeopleTable<F> {
  const identity = (sheet.rows[anchor] ?? []).flatMap((cell, index) => {
    const field = headers.get(headerKey(cellText(cell)));
    return field !== undefined && needed.includes(field) ? [index] : [];
  });
  const depth = headerDepth(sheet, anchor, identity, (key) => headers.has(key));
  const columns: PeopleColumn<F>[] = [];
  const unknown: UnknownColumn[] = [];
  for (const [index, path] of headerPaths(sheet.rows.slice(anchor, anchor + depth)).entries()) {
    if (path.length === 0) continue;
    const header = path.at(-1) ?? '';
    const field = headers.get(headerKey(header));
    const letters = columnLetters(index);
    if (field === undefined) unknown.push({ letters, header: path.join(' – ') });
    else columns.push({ index, letters, header, field });
  }
  refuseDoubles(columns, fileName);
  const byField = new Map(columns.map((column) => [column.field, column]));
  const first = firstDataRow(sheet, anchor + depth);
  const rows = sheet.rows.flatMap((cells, index) =>
    // A row without any of what names a person is a signature line or a total.
    index < first || identity.every((column) => isBlank(cells[column]))
      ? []
      : [rowOf(byField, cells, index + 1, fileName)],
  );
  if (rows.length === 0) throw new SheetError('no-rows', fileName);
  return { columns, unknown, rows };
}

function rowOf<F extends string>(
  columns: ReadonlyMap<F, PeopleColumn<F>>,
  cells: readonly RawCell[],
  row: number,
  file: string,
): PeopleRow<F> {
  const problems: RowProblem[] = [];
  const notes: RowNote[] = [];
  const cell = (field: F): RawCell => {
    const column = columns.get(field);
    return column === undefined ? null : (cells[column.index] ?? null);
  };
  const at = (field: F) => {
    const column = columns.get(field);
    return { header: column?.header ?? '', place: placeOf({ file, row }, column) };
  };
  return {
    row,
    problems,
    notes,
    has: (field) => columns.has(field),
    cell,
    text: (field) => cellText(cell(field)).normalize('NFC').replace(/\s+/g, ' ').trim(),
    tell: (code, field, sentence) => {
      const { header, place } = at(field);
      problems.push({ code, column: header, message: `${place}: ${sentence}` });
    },
    note: (field, was, is) => {
      const { header, place } = at(field);
      notes.push({
        code: 'normalised',
        column: header,
        message: `${place}: “${was}” được hiểu là “${is}”.`,
        was,
        is,
      });
    },
  };
}
