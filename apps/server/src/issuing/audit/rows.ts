import { type HeldRow, NOTED_TABLES, type RowNote, rowNote } from '../../store/noted-rows.ts';
import type { AuditNotes } from './report.ts';

export type NamedRow = Pick<HeldRow, 'name' | 'digest'>;

/** What the trail notes of rows, by their names: of a table that is only appended to what it said first, of others what it says last. */
export class RowNotes {
  readonly byName = new Map<string, RowNote>();

  /** The next one. @param object of an event of act `ROW_ACT` */
  add(object: string): void {
    const note = rowNote(object);
    if (note !== null && !(NOTED_TABLES[note.table].appended && this.byName.has(note.name)))
      this.byName.set(note.name, note);
  }
}

/**
 * Holds every row that a record is made of beside its cells against what the trail notes of it: one that was changed, added or taken
 * away behind the application is named.
 *
 * @param rows table by table, as of the moment of the notes
 */
export function auditRows(
  { byName }: RowNotes,
  rows: readonly (readonly NamedRow[])[],
  notes: AuditNotes,
): void {
  const left = new Map(byName);
  for (const table of rows) {
    const faults: [name: string, code: string][] = [];
    for (const { name, digest } of table) {
      const note = left.get(name);
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
