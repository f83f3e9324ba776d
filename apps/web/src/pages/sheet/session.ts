import { type CellItem, parseCell } from '@hocba/record';
import type { SheetData } from '../../api/answers.ts';
import { CallError, get } from '../../api/client.ts';
import { Outbox, type OutboxState, type Unsent } from '../../api/outbox.ts';
import { type Change, Sheet, type Source } from '../../grid/sheet.ts';
import type { CellState, Standing } from '../../grid/view.ts';
import { words } from '../../words/index.ts';
import { SheetComments } from './comments.ts';

type Outcome = Parameters<ConstructorParameters<typeof Outbox>[2]['outcome']>[1];
export interface Conflict {
  row: number;
  column: number;
  theirs: string;
  mine: string;
  by: string;
}
const TURN_MS = 100;
const SENT_TURNS = 150;

/** What stands in a field before it is entered. */
interface Typed {
  row: number;
  column: number;
  text: string;
}

export interface SessionEvents {
  cell(row: number, column: number): void;
  /** Sentences have come, or what looks at comments. */
  comments(): void;
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
  /** The sitting that each cell shows, and its version. */
  private readonly versions = new Map<string, { attempt: number; version: number }>();
  private readonly places = new Map<string, { row: number; column: number }>();
  private readonly states = new Map<string, { state: CellState; note?: string | undefined }>();
  private readonly events: SessionEvents;
  private seq: number;
  private readonly listeners = new Set<(typed: Typed) => void>();
  readonly comments: SheetComments;
  conflicts: readonly Conflict[] = [];
  /** Every sitting of tests that were taken again. */
  sittings: SheetData['sittings'];

  constructor(classId: string, data: SheetData, events: SessionEvents) {
    this.classId = classId;
    this.data = data;
    this.events = events;
    this.seq = data.seq;
    const rows = data.pupils.map((pupil) => ({
      pupilId: pupil.pupilId,
      name: pupil.fullName,
      frozen: pupil.frozen || this.closed,
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
      this.versions.set(key, { attempt: cell.attempt, version: cell.version });
    }
    this.sittings = data.sittings;
    this.sheet = new Sheet(data.columns, rows, values, readCell, (row, column) => this.takes(row, column));
    this.comments = new SheetComments(this, () => this.events.comments());
    this.outbox = new Outbox(classId, data.period, {
      outcome: (unsent, outcome) => this.settle(unsent, outcome),
      state: (state) => this.events.saving(state),
    });
  }

  /** Needed for the record, or printed on it: a subject's comments count too, as they do in Việc của tôi. */
  isWanted(row: number, column: number): boolean {
    const spec = this.data.columns[column];
    const grade = this.data.pupils[row]?.grade;
    if (spec === undefined || grade === undefined || !this.takes(row, column)) return false;
    if (this.data.period === 'BS' || this.isExempt(row, column) || this.pauses(row)) return false;
    return spec.requiredIn.includes(grade) || (this.data.period === 'CN' && spec.item.endsWith('.comment'));
  }
  /** Whether the pupil has this cell at all: in a combined class the pupil's own grade decides. */
  takes(row: number, column: number): boolean {
    const grade = this.data.pupils[row]?.grade;
    return grade !== undefined && this.data.columns[column]?.possibleIn.includes(grade) === true;
  }
  /** Tạm nghỉ học: the place is kept and nothing is missing. */
  private pauses(row: number): boolean {
    return this.data.pupils[row]?.suspendedOn != null;
  }
  private isExempt(row: number, column: number): boolean {
    const item = this.data.columns[column]?.item;
    // A subject that is lifted needs no comment either.
    const exempt = this.data.pupils[row]?.exempt ?? [];
    return (
      item !== undefined && (exempt.includes(item) || exempt.includes(item.replace('.comment', '.level')))
    );
  }
  /** What the cell is for its pupil where that is not the usual. */
  standingOf(row: number, column: number): Standing | undefined {
    if (!this.takes(row, column)) return 'none';
    if (this.pauses(row)) return 'paused';
    if (this.isExempt(row, column)) return 'exempt';
    return this.attemptOf(row, column) > 1 ? 'again' : undefined;
  }
  /** Waits until everything typed so far is stored. @throws CallError if it cannot be sent now */
  async sent(): Promise<void> {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.outbox.flush();
    for (let turn = 0; this.outbox.waiting > 0; turn++) {
      if (this.outbox.stuck || turn >= SENT_TURNS) {
        throw new CallError('offline', 0, words.save.offline(this.outbox.waiting));
      }
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
  }
  get closed(): boolean {
    return this.data.periods.some((p) => p.period === this.data.period && (p.closed || p.lockedOn !== null));
  }
  attemptOf(row: number, column: number): number {
    return this.versions.get(this.keyOf(row, column))?.attempt ?? 1;
  }
  private keyOf(row: number, column: number): string {
    return `${this.sheet.rows[row]?.pupilId ?? ''}|${this.sheet.columns[column]?.item ?? ''}`;
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
      const known = this.versions.get(`${pupilId}|${item}`);
      unsent.push({
        pupilId,
        item,
        attempt: known?.attempt ?? 1,
        base: known?.version ?? 0,
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
    if (answer.sittings.length > 0) this.sittings = answer.sittings;
    for (const cell of answer.cells) {
      const key = `${cell.pupilId}|${cell.item}`;
      const place = this.places.get(key);
      if (!place || this.outbox.holds(cell.pupilId, cell.item)) continue;
      const known = this.versions.get(key);
      if (known && known.attempt === cell.attempt && cell.version <= known.version) continue;
      this.versions.set(key, { attempt: cell.attempt, version: cell.version });
      this.sheet.accept(place.row, place.column, cell.value ?? '');
      this.events.cell(place.row, place.column);
    }
  }

  /** Empty cells that are wanted, column by column. */
  gaps(): { column: number; rows: number[] }[] {
    return this.sheet.columns.flatMap((_, n) => {
      const rows = this.sheet.rows.flatMap((_, row) =>
        this.isWanted(row, n) && this.sheet.value(row, n) === '' ? [row] : [],
      );
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

  /** Hears what is being typed into a comment; returns how to stop. */
  onTyped(listen: (typed: Typed) => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }
  typed(row: number, column: number, text: string): void {
    for (const listen of this.listeners) listen({ row, column, text });
  }

  /** A different sentence for each neighbour, into empty cells only. */
  fillBlanks(column: number): Change[] {
    const cells = this.sheet.rows.flatMap((_, row) => {
      if (this.sheet.value(row, column) !== '' || this.pauses(row)) return [];
      const bank = this.comments.sentences(row, column);
      const sentence = bank[row % Math.max(1, bank.length)];
      return sentence ? [{ row, column, raw: sentence.text }] : [];
    });
    return this.sheet.set(cells);
  }

  private settle(unsent: Unsent, outcome: Outcome): void {
    const key = `${unsent.pupilId}|${unsent.item}`;
    const place = this.places.get(key);
    if (!place) return;
    const { row, column } = place;
    if ('ok' in outcome) {
      this.versions.set(key, { attempt: unsent.attempt, version: outcome.version });
      if (this.sheet.value(row, column) !== (unsent.value ?? '')) return;
      this.sheet.accept(row, column, outcome.value ?? '');
      this.mark(row, column, 'saved');
    } else if ('conflict' in outcome) {
      const { version, value, by } = outcome.conflict;
      this.versions.set(key, { attempt: unsent.attempt, version });
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
