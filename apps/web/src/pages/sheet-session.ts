import { type CellItem, parseCell } from '@hocba/record';
import type { Answer } from '../api/client.ts';
import { Outbox, type OutboxState, type Unsent } from '../api/outbox.ts';
import { type Change, Sheet, type Source } from '../grid/sheet.ts';
import type { CellState } from '../grid/view.ts';

export type SheetData = Answer<'GET', '/api/classes/:classId/sheet'>;
export interface Conflict {
  row: number;
  column: number;
  theirs: string;
  mine: string;
  by: string;
  version: number;
}
export interface SessionEvents {
  cell(row: number, column: number, state: CellState, note?: string): void;
  conflicts(all: readonly Conflict[]): void;
  saving(state: OutboxState): void;
}

/**
 * One class sheet while it is open: the values, each cell's version, and what waits to be sent. The server decides
 * per cell; a value somebody else set meanwhile stays in the cell until this person has chosen.
 */
export class SheetSession {
  readonly data: SheetData;
  readonly sheet: Sheet;
  readonly outbox: Outbox;
  private readonly versions = new Map<string, number>();
  private readonly places = new Map<string, { row: number; column: number }>();
  private readonly required: ReadonlySet<number>;
  private conflicts: Conflict[] = [];
  private readonly events: SessionEvents;

  constructor(classId: string, data: SheetData, events: SessionEvents) {
    this.data = data;
    this.events = events;
    const columns = data.columns.map((column) => ({ ...column, title: column.title }));
    const rows = data.pupils.map((pupil) => ({
      pupilId: pupil.pupilId,
      name: pupil.fullName,
      frozen: pupil.frozen,
    }));
    const values = rows.map(() => columns.map(() => ''));
    rows.forEach((pupil, row) =>
      columns.forEach((column, n) => this.places.set(`${pupil.pupilId}|${column.item}`, { row, column: n })),
    );
    for (const cell of data.cells) {
      const key = `${cell.pupilId}|${cell.item}`;
      const place = this.places.get(key);
      const line = place && values[place.row];
      if (!place || !line) continue;
      line[place.column] = cell.value ?? '';
      this.versions.set(key, cell.version);
    }
    this.sheet = new Sheet(columns, rows, values, readCell);
    this.required = new Set(data.columns.flatMap((column, n) => (column.required ? [n] : [])));
    this.outbox = new Outbox(classId, data.period, {
      outcome: (unsent, outcome) => this.settle(unsent, outcome),
      state: (state) => this.events.saving(state),
    });
  }

  isRequired(column: number): boolean {
    return this.required.has(column);
  }

  changed(changes: readonly Change[], source: Source): void {
    const last = new Map(changes.map((change) => [`${change.row}:${change.column}`, change]));
    const unsent: Unsent[] = [];
    for (const { row, column, after } of last.values()) {
      const pupilId = this.sheet.rows[row]?.pupilId;
      const item = this.sheet.columns[column]?.item;
      if (pupilId === undefined || item === undefined) continue;
      unsent.push({
        pupilId,
        item,
        base: this.versions.get(`${pupilId}|${item}`) ?? 0,
        value: after === '' ? null : after,
        source,
      });
      this.events.cell(row, column, 'pending');
    }
    this.outbox.add(unsent);
  }

  /** The person's choice in a conflict: the other's value stands, or one's own is written over its version. */
  resolve(conflict: Conflict, mine: boolean): void {
    this.dropConflict(conflict.row, conflict.column);
    this.events.cell(conflict.row, conflict.column, 'saved');
    if (mine) {
      const changes = this.sheet.set([{ row: conflict.row, column: conflict.column, raw: conflict.mine }]);
      this.changed(changes, 'key');
    }
  }

  /** Empty required cells, column by column. */
  gaps(): { column: number; title: string; rows: number[] }[] {
    return this.sheet.columns.flatMap((column, n) => {
      if (!this.required.has(n)) return [];
      const rows = this.sheet.rows.flatMap((_, row) => (this.sheet.value(row, n) === '' ? [row] : []));
      return rows.length > 0 ? [{ column: n, title: column.title, rows }] : [];
    });
  }

  suggestions(row: number, column: number): readonly string[] {
    const item = this.sheet.columns[column]?.item;
    if (!item?.endsWith('.comment')) return [];
    const levelItem = item.replace('.comment', '.level');
    const level = this.sheet.columns.findIndex((c) => c.item === levelItem);
    const key = level < 0 ? item : `${item}:${this.sheet.value(row, level)}`;
    return this.data.suggestions[key] ?? this.data.suggestions[item] ?? [];
  }

  /** A different sentence for each neighbour, into empty cells only. */
  fillBlanks(column: number): Change[] {
    const cells = this.sheet.rows.flatMap((_, row) => {
      const bank = this.suggestions(row, column);
      const sentence = bank[row % Math.max(1, bank.length)];
      return this.sheet.value(row, column) === '' && sentence ? [{ row, column, raw: sentence }] : [];
    });
    return this.sheet.set(cells);
  }

  private settle(
    unsent: Unsent,
    outcome: Parameters<ConstructorParameters<typeof Outbox>[2]['outcome']>[1],
  ): void {
    const key = `${unsent.pupilId}|${unsent.item}`;
    const place = this.places.get(key);
    if (!place) return;
    if ('ok' in outcome) {
      this.versions.set(key, outcome.version);
      if (this.sheet.value(place.row, place.column) === (unsent.value ?? '')) {
        this.sheet.accept(place.row, place.column, outcome.value ?? '');
        this.events.cell(place.row, place.column, 'saved');
      }
      return;
    }
    if ('conflict' in outcome) {
      const { version, value, by } = outcome.conflict;
      this.versions.set(key, version);
      this.sheet.accept(place.row, place.column, value ?? '');
      this.dropConflict(place.row, place.column);
      this.conflicts = [
        ...this.conflicts,
        { ...place, theirs: value ?? '', mine: unsent.value ?? '', by, version },
      ];
      this.events.conflicts(this.conflicts);
      this.events.cell(place.row, place.column, 'conflict');
      return;
    }
    this.sheet.refuse(place.row, place.column, outcome.message);
    this.events.cell(place.row, place.column, 'refused', outcome.message);
  }

  private dropConflict(row: number, column: number): void {
    this.conflicts = this.conflicts.filter((c) => c.row !== row || c.column !== column);
    this.events.conflicts(this.conflicts);
  }
}

function readCell(item: string, raw: string): { ok: true; value: string } | { ok: false; message: string } {
  const read = parseCell(item as CellItem, raw);
  return read.ok ? { ok: true, value: read.value } : { ok: false, message: read.message };
}
