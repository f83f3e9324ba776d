import {
  type HeldRow,
  NOTED_TABLES,
  type RowNote,
  rowNote,
  takenBackName,
} from '../../../store/noted-rows.ts';
import type { AuditNotes } from '../report.ts';

export type NamedRow = Pick<HeldRow, 'name' | 'digest'>;

/**
 * What the trail notes of rows, by their names: of a table that is only appended to what it said first, of others what it says last. What a
 * migration found there when a table came to be noted counts that one time: whoever takes migrations back and has them run again would else
 * have all rows noted as he left them. One that has to note rows of a noted table anew needs a word of its own here.
 */
export class RowNotes {
  readonly byName = new Map<string, RowNote>();
  /** What was noted last of a row that is only appended, where that was said more than once. */
  readonly again = new Map<string, RowNote>();
  readonly #tables = new Set<string>();
  /** Tables that were noted before those notes of a migration began that are being gone through. */
  #before: ReadonlySet<string> | null = null;

  /** The next one. @param object of an event of act `ROW_ACT`. @param found whether a migration found it */
  add(object: string, found = false): void {
    const note = rowNote(object);
    if (note === null) return;
    if (!found) this.other();
    else {
      this.#before ??= new Set(this.#tables);
      if (this.#before.has(note.table) || this.byName.has(note.name)) return;
    }
    this.#tables.add(note.table);
    const repeated = NOTED_TABLES[note.table].appended && this.byName.has(note.name);
    (repeated ? this.again : this.byName).set(note.name, note);
  }

  /** An event that is no note of a migration stands between. */
  other(): void {
    this.#before = null;
  }
}

/**
 * Holds every row that a record is made of beside its cells against what the trail notes of it: one that was changed, added or taken
 * away behind the application is named. What was lost and taken back is held to its note of then: who did what to a record before is not known any more.
 *
 * @param rows table by table, as of the moment of the notes
 */
export function auditRows(
  { byName, again }: RowNotes,
  rows: readonly (readonly NamedRow[])[],
  notes: AuditNotes,
): void {
  const left = new Map(byName);
  for (const table of rows) {
    const faults: [name: string, code: string][] = [];
    for (const { name, digest } of table) {
      const first = left.get(name);
      const isBack = first !== undefined && byName.has(takenBackName(first.of));
      const note = (isBack ? again.get(name) : undefined) ?? first;
      left.delete(name);
      notes.rows++;
      if (note === undefined) faults.push([name, 'not-noted']);
      else if (note.digest !== digest) faults.push([name, 'changed-behind']);
    }
    for (const [name, code] of faults.sort(ascending)) notes.problem('row', name, code);
  }
  const gone = [...left.values()].filter(({ digest }) => digest !== null);
  for (const name of gone.map((note) => note.name).sort()) notes.problem('row', name, 'taken-away');
}

const ascending = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;
