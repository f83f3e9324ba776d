import { type Kysely, type Selectable, sql } from 'kysely';
import {
  heldRow,
  NOTED_TABLE_NAMES,
  NOTED_TABLES,
  type NotedTableName,
  ROW_ACT,
  type RowNote,
  rowNote,
  rowText,
} from '../../store/noted-rows.ts';
import type { AuditEventTable, Database } from '../../store/tables.ts';
import type { AuditNotes } from './report.ts';

type Event = Pick<Selectable<AuditEventTable>, 'act' | 'object'>;

/**
 * What the trail notes of rows, by their names: of a table that is only appended to what it said first, of others what it says last.
 *
 * @param events in their order
 */
export function rowNotes(events: Iterable<Event>): Map<string, RowNote> {
  const notes = new Map<string, RowNote>();
  for (const { act, object } of events) {
    if (act !== ROW_ACT) continue;
    const note = rowNote(object);
    if (note !== null && !(NOTED_TABLES[note.table].appended && notes.has(note.name)))
      notes.set(note.name, note);
  }
  return notes;
}

/**
 * Holds every row that a record is made of beside its cells against what the trail notes of it: one that was changed, added or taken
 * away behind the application is named.
 *
 * @param trx the snapshot that the events of `noted` were read in
 */
export async function auditRows(
  trx: Kysely<Database>,
  schoolId: string,
  noted: ReadonlyMap<string, RowNote>,
  notes: AuditNotes,
): Promise<void> {
  // Times in a row's text are of one zone.
  await sql`set local timezone = 'UTC'`.execute(trx);
  const left = new Map(noted);
  for (const table of NOTED_TABLE_NAMES) {
    const rows = (await textsOf(trx, schoolId, table)).map((text) => heldRow(table, text));
    for (const { name, digest } of rows.sort(byName)) {
      const note = left.get(name);
      left.delete(name);
      notes.rows++;
      if (note === undefined) notes.problem('row', name, 'not-noted');
      else if (note.digest !== digest) notes.problem('row', name, 'changed-behind');
    }
  }
  const gone = [...left.values()].filter(({ digest }) => digest !== null);
  for (const { name } of gone.sort(byName)) notes.problem('row', name, 'taken-away');
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : 1;

async function textsOf(trx: Kysely<Database>, schoolId: string, table: NotedTableName): Promise<string[]> {
  const { rows } = await sql<{ row: string }>`
    select ${rowText} as row from ${sql.table(table)} t where school_id = ${schoolId}`.execute(trx);
  return rows.map(({ row }) => row);
}
