import { type CellItem, parseCell } from '@hocba/record';
import { type Answer, get } from '../api/client.ts';
import { Outbox, type OutboxState, type Unsent } from '../api/outbox.ts';
import { type Change, Sheet, type Source } from '../grid/sheet.ts';
import type { CellState } from '../grid/view.ts';

export type SheetData = Answer<'GET', '/api/classes/:classId/sheet'>;
type Outcome = Parameters<ConstructorParameters<typeof Outbox>[2]['outcome']>[1];
export interface Conflict {
  row: number;
  column: number;
  theirs: string;
  mine: string;
  by: string;
}
export interface SessionEvents {
  cell(row: number, column: number): void;
  saving(state: OutboxState): void;
}

/**
 * One class sheet while it is open: the values, each cell's version, and what waits to be sent. The server decides
 * per cell; a value somebody else set meanwhile stays in the cell until this person has chosen.
 */
export class SheetSession {
  readonly classId: string;
  readonly data: SheetData;
  readonly sheet: Sheet;
  readonly outbox: Outbox;
  private readonly versions = new Map<string, number>();
  private readonly places = new Map<string, { row: number; column: number }>();
  private readonly states = new Map<string, { state: CellState; note?: string | undefined }>();
  private readonly events: SessionEvents;
  private seq: number;
  conflicts: readonly Conflict[] = [];

  constructor(classId: string, data: SheetData, events: SessionEvents) {
    this.classId = classId;
    this.data = data;
    this.events = events;
    this.seq = data.seq;
    const rows = data.pupils.map((pupil) => ({
      pupilId: pupil.pupilId,
      name: pupil.fullName,
      frozen: pupil.frozen,
    }));
    const values = rows.map(() => data.columns.map(() => ''));
    rows.forEach((pupil, row) =>
      data.columns.forEach((column, n) =>
        this.places.set(`${pupil.pupilId}|${column.item}`, { row, column: n }),
      ),
    );
    for (const cell of data.cells) {
      const key = `${cell.pupilId}|${cell.item}`;
      const place = this.places.get(key);
      const line = place && values[place.row];
      if (!place || !line) continue;
      line[place.column] = cell.value ?? '';
      this.versions.set(key, cell.version);
    }
    this.sheet = new Sheet(data.columns, rows, values, readCell);
    this.outbox = new Outbox(classId, data.period, {
      outcome: (unsent, outcome) => this.settle(unsent, outcome),
      state: (state) => this.events.saving(state),
    });
  }

  /** Needed for the record, or printed on it: a subject's comments count too, as they do in Việc của tôi. */
  isWanted(column: number): boolean {
    const spec = this.data.columns[column];
    return spec !== undefined && (spec.required || spec.item.endsWith('.comment'));
  }
  /** "Toán, Mức"; only "Họ và tên" would not tell which subject. */
  columnName(column: number): string {
    const spec = this.data.columns[column];
    return spec ? (spec.group === spec.title ? spec.title : `${spec.group}, ${spec.title}`) : '';
  }
  stateOf(row: number, column: number): { state: CellState; note?: string | undefined } {
    return this.states.get(`${row}:${column}`) ?? { state: 'saved' };
  }
  placeOf(pupilId: string, item: string): { row: number; column: number } | undefined {
    return this.places.get(`${pupilId}|${item}`);
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
      this.mark(row, column, 'pending');
    }
    if (unsent.length > 0) this.outbox.add(unsent);
  }

  /** The person's choice in a conflict: the other's value stands, or one's own is written over its version. */
  resolve(conflict: Conflict, mine: boolean): void {
    this.dropConflict(conflict.row, conflict.column);
    this.mark(conflict.row, conflict.column, 'saved');
    if (!mine) return;
    this.changed(this.sheet.set([{ row: conflict.row, column: conflict.column, raw: conflict.mine }]), 'key');
  }

  /** What others have set since; a cell that this person has changed and not sent meets it at the server. */
  async follow(): Promise<void> {
    const answer = await get('/api/classes/:classId/changes', {
      params: { classId: this.classId },
      query: { after: this.seq, period: this.data.period },
    });
    this.seq = Math.max(this.seq, answer.seq);
    for (const cell of answer.cells) {
      const key = `${cell.pupilId}|${cell.item}`;
      const place = this.places.get(key);
      if (!place || this.outbox.holds(cell.pupilId, cell.item)) continue;
      if (cell.version <= (this.versions.get(key) ?? 0)) continue;
      this.versions.set(key, cell.version);
      this.sheet.accept(place.row, place.column, cell.value ?? '');
      this.events.cell(place.row, place.column);
    }
  }

  /** Empty cells that are wanted, column by column. */
  gaps(): { column: number; rows: number[] }[] {
    return this.sheet.columns.flatMap((_, n) => {
      if (!this.isWanted(n)) return [];
      const rows = this.sheet.rows.flatMap((_, row) => (this.sheet.value(row, n) === '' ? [row] : []));
      return rows.length > 0 ? [{ column: n, rows }] : [];
    });
  }

  /** Pupils whose comment, in a column of this person's own, stands word for word with another pupil too. */
  twins(): { column: number; rows: number[] }[] {
    return this.sheet.columns.flatMap((spec, column) => {
      if (!spec.editable || !spec.item.endsWith('.comment')) return [];
      const by = new Map<string, number[]>();
      this.sheet.rows.forEach((_, row) => {
        const text = this.sheet.value(row, column);
        if (text !== '') by.set(text, [...(by.get(text) ?? []), row]);
      });
      const rows = [...by.values()].filter((same) => same.length > 1).flat();
      return rows.length > 0 ? [{ column, rows }] : [];
    });
  }

  isOwnComment(row: number, column: number): boolean {
    const item = this.sheet.columns[column]?.item ?? '';
    return item.endsWith('.comment') && this.sheet.editable(row, column);
  }

  /** The server's sentences, by item and level (`TOAN.comment:T`) or by item alone (`HOMEROOM.comment`). */
  suggestions(row: number, column: number): readonly string[] {
    const item = this.sheet.columns[column]?.item;
    if (!item || !this.isOwnComment(row, column)) return [];
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

  private settle(unsent: Unsent, outcome: Outcome): void {
    const key = `${unsent.pupilId}|${unsent.item}`;
    const place = this.places.get(key);
    if (!place) return;
    const { row, column } = place;
    if ('ok' in outcome) {
      this.versions.set(key, outcome.version);
      if (this.sheet.value(row, column) !== (unsent.value ?? '')) return;
      this.sheet.accept(row, column, outcome.value ?? '');
      this.mark(row, column, 'saved');
    } else if ('conflict' in outcome) {
      const { version, value, by } = outcome.conflict;
      this.versions.set(key, version);
      this.sheet.accept(row, column, value ?? '');
      this.dropConflict(row, column);
      this.conflicts = [
        ...this.conflicts,
        { row, column, theirs: value ?? '', mine: unsent.value ?? '', by },
      ];
      this.mark(row, column, 'conflict');
    } else {
      this.sheet.refuse(row, column, outcome.message);
      this.mark(row, column, 'refused', outcome.message);
    }
  }

  private mark(row: number, column: number, state: CellState, note?: string): void {
    if (state === 'saved') this.states.delete(`${row}:${column}`);
    else this.states.set(`${row}:${column}`, { state, note });
    this.events.cell(row, column);
  }

  private dropConflict(row: number, column: number): void {
    this.conflicts = this.conflicts.filter((c) => c.row !== row || c.column !== column);
  }
}

function readCell(item: string, raw: string): { ok: true; value: string } | { ok: false; message: string } {
  const read = parseCell(item as CellItem, raw);
  return read.ok ? { ok: true, value: read.value } : { ok: false, message: read.message };
}
