/**
 * The state of a class sheet without any page: values, the selected range, and undo by act. A paste of 900 cells
 * is one act. Cells that may not be edited are left as they are by every command.
 */
export interface SheetColumn {
  readonly item: string;
  readonly title: string;
  readonly kind: 'level' | 'trait' | 'mark' | 'text' | 'number';
  readonly editable: boolean;
}
export interface SheetRow {
  readonly pupilId: string;
  readonly name: string;
  readonly frozen: boolean;
}
export interface Place {
  readonly row: number;
  readonly column: number;
}
export interface Change {
  readonly row: number;
  readonly column: number;
  readonly before: string;
  readonly after: string;
}
/** A text that is not accepted, and why. */
export interface Fault {
  readonly raw: string;
  readonly message: string;
}
export type Source = 'key' | 'paste' | 'fill' | 'bank';
/** Reads what was typed or pasted into a cell: the value to keep, or why it is refused (the raw text then stays visible). */
export type ReadCell = (
  item: string,
  raw: string,
) => { ok: true; value: string } | { ok: false; message: string };

export class Sheet {
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly SheetRow[];
  private readonly values: string[][];
  private readonly faults = new Map<string, Fault>();
  private hidden: ReadonlySet<number> = new Set();
  private readonly undoable: Change[][] = [];
  private readonly redoable: Change[][] = [];
  private readonly read: ReadCell;
  /** Whether the row has the column's cell at all. */
  private readonly takes: (row: number, column: number) => boolean;
  anchor: Place = { row: 0, column: 0 };
  focus: Place = { row: 0, column: 0 };

  constructor(
    columns: readonly SheetColumn[],
    rows: readonly SheetRow[],
    values: string[][],
    read: ReadCell,
    takes: (row: number, column: number) => boolean = () => true,
  ) {
    this.columns = columns;
    this.rows = rows;
    this.values = values;
    this.read = read;
    this.takes = takes;
  }

  value(row: number, column: number): string {
    return this.values[row]?.[column] ?? '';
  }
  /** Why the cell's text is not accepted, or undefined. A refused text is shown and never sent. */
  fault(row: number, column: number): Fault | undefined {
    return this.faults.get(`${row}:${column}`);
  }
  allFaults(): (Place & Fault)[] {
    return [...this.faults].map(([key, fault]) => {
      const [row = 0, column = 0] = key.split(':').map(Number);
      return { row, column, ...fault };
    });
  }

  /** Leaves out columns: commands pass over them as if they were not there, their values stay. */
  hide(columns: ReadonlySet<number>): void {
    this.hidden = columns;
    const column = this.hidden.has(this.focus.column) ? this.step(-1, 1) : this.focus.column;
    this.moveTo(this.focus.row, column, false);
  }
  shown(column: number): boolean {
    return !this.hidden.has(column);
  }
  /** The column so many shown ones further on (to the left if negative), or the last there is on that side. */
  step(column: number, by: number): number {
    const side = Math.sign(by);
    let at = column;
    for (let left = Math.abs(by), next = column + side; left > 0 && this.columns[next]; next += side) {
      if (!this.shown(next)) continue;
      at = next;
      left--;
    }
    return at;
  }
  editable(row: number, column: number): boolean {
    return Boolean(this.columns[column]?.editable) && !this.rows[row]?.frozen && this.takes(row, column);
  }

  range(): { top: number; left: number; bottom: number; right: number } {
    return {
      top: Math.min(this.anchor.row, this.focus.row),
      bottom: Math.max(this.anchor.row, this.focus.row),
      left: Math.min(this.anchor.column, this.focus.column),
      right: Math.max(this.anchor.column, this.focus.column),
    };
  }
  moveTo(row: number, column: number, extend: boolean): void {
    const place = {
      row: Math.max(0, Math.min(this.rows.length - 1, row)),
      column: Math.max(0, Math.min(this.columns.length - 1, column)),
    };
    this.focus = place;
    if (!extend) this.anchor = place;
  }

  /** Sets cells as one act. Returns the changes that were accepted; refused texts stay as faults. */
  set(cells: readonly { row: number; column: number; raw: string }[]): Change[] {
    const changes: Change[] = [];
    for (const { row, column, raw } of cells) {
      const item = this.columns[column]?.item;
      if (item === undefined || !this.rows[row] || !this.editable(row, column)) continue;
      const key = `${row}:${column}`;
      const before = this.value(row, column);
      const text = raw.normalize('NFC').trim();
      const outcome = text === '' ? ({ ok: true, value: '' } as const) : this.read(item, text);
      if (!outcome.ok) {
        this.faults.set(key, { raw: text, message: outcome.message });
        continue;
      }
      this.faults.delete(key);
      if (outcome.value === before) continue;
      this.put(row, column, outcome.value);
      changes.push({ row, column, before, after: outcome.value });
    }
    if (changes.length > 0) {
      this.undoable.push(changes);
      this.redoable.length = 0;
    }
    return changes;
  }

  /** What the server says the cell holds now; no act of this person, so nothing to undo. */
  accept(row: number, column: number, value: string): void {
    this.faults.delete(`${row}:${column}`);
    this.put(row, column, value);
  }
  refuse(row: number, column: number, message: string): void {
    this.faults.set(`${row}:${column}`, { raw: this.value(row, column), message });
  }

  undo(): Change[] {
    return this.turn(this.undoable, this.redoable);
  }
  redo(): Change[] {
    return this.turn(this.redoable, this.undoable);
  }
  private turn(from: Change[][], to: Change[][]): Change[] {
    const act = from.pop();
    if (!act) return [];
    // Backwards: an act may have set one cell twice.
    const reverse = act
      .map((change) => ({ ...change, before: change.after, after: change.before }))
      .reverse();
    for (const change of reverse) {
      this.faults.delete(`${change.row}:${change.column}`);
      this.put(change.row, change.column, change.after);
    }
    to.push(reverse);
    return reverse;
  }

  /** Pastes rows of fields from the range's top left corner; one single value fills the whole range. */
  paste(fields: readonly (readonly string[])[]): Change[] {
    const range = this.range();
    const single = fields.length === 1 && fields[0]?.length === 1 ? fields[0][0] : undefined;
    if (single !== undefined)
      return this.set(this.cellsOf(range).map((place) => ({ ...place, raw: single })));
    const targets = this.shownBetween(range.left, this.columns.length - 1);
    const cells = fields.flatMap((line, down) =>
      line.flatMap((raw, across) => {
        const column = targets[across];
        return column === undefined ? [] : [{ row: range.top + down, column, raw }];
      }),
    );
    const width = Math.max(...fields.map((line) => line.length));
    this.anchor = { row: range.top, column: range.left };
    this.focus = {
      row: Math.min(this.rows.length - 1, range.top + fields.length - 1),
      column: targets[Math.min(targets.length, width) - 1] ?? range.left,
    };
    return this.set(cells);
  }
  fillDown(): Change[] {
    const range = this.range();
    if (range.top === range.bottom) {
      const from = range.top - 1;
      return from < 0 ? [] : this.set([{ ...this.focus, raw: this.value(from, this.focus.column) }]);
    }
    return this.set(
      this.cellsOf({ ...range, top: range.top + 1 }).map((p) => ({
        ...p,
        raw: this.value(range.top, p.column),
      })),
    );
  }
  fillRight(): Change[] {
    const range = this.range();
    const cells = this.cellsOf(range).filter((p) => p.column !== range.left);
    return this.set(cells.map((p) => ({ ...p, raw: this.value(p.row, range.left) })));
  }
  fillSelection(raw: string): Change[] {
    return this.set(this.cellsOf(this.range()).map((place) => ({ ...place, raw })));
  }
  clear(): Change[] {
    return this.fillSelection('');
  }
  copied(): string[][] {
    const { top, bottom, left, right } = this.range();
    const rows: string[][] = [];
    for (let row = top; row <= bottom; row++) {
      rows.push(this.shownBetween(left, right).map((column) => this.value(row, column)));
    }
    return rows;
  }

  private shownBetween(left: number, right: number): number[] {
    return this.columns.flatMap((_, n) => (n >= left && n <= right && this.shown(n) ? [n] : []));
  }

  private cellsOf(range: { top: number; left: number; bottom: number; right: number }): Place[] {
    const places: Place[] = [];
    for (let row = range.top; row <= range.bottom; row++) {
      for (const column of this.shownBetween(range.left, range.right)) places.push({ row, column });
    }
    return places;
  }
  private put(row: number, column: number, value: string): void {
    const line = this.values[row];
    if (line) line[column] = value;
  }
}
