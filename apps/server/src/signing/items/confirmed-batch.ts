import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { isNoted } from '../../store/noted-rows.ts';
import type { Database } from '../../store/tables.ts';
import type { Batch, ItemKey } from './items.ts';
import { PRINT } from './prepared.ts';

/**
 * SHA-256 over what a person chose to sign, as a batch's row holds it and the audit trail notes it: `<record>/<slot>` of each item, in
 * the order of their characters, a line each. A print that follows a seal of the same batch is not chosen: it comes by itself.
 */
export function digestOfChosen(items: readonly ItemKey[]): Uint8Array {
  const slots = new Set(items.filter(({ slotId }) => slotId !== PRINT).map(({ recordId }) => recordId));
  const chosen = items.filter(({ recordId, slotId }) => slotId !== PRINT || !slots.has(recordId));
  const lines = chosen.map(({ recordId, slotId }) => `${recordId}/${slotId}`).sort();
  return new Uint8Array(createHash('sha256').update(lines.join('\n')).digest());
}

/** What a batch's person has confirmed. */
export interface Confirmed {
  /** Items by `keyOf`: those that were chosen, and prints that follow them. */
  readonly items: ReadonlySet<string>;
  readonly publicUrl: string | null;
}

/**
 * What may be signed in a batch: it is as its person began it and has not ended. Who owns the tables could put another's record among its items,
 * begin a batch in somebody's name or open one again that was stopped.
 *
 * @param batch as it is worked on
 * @returns null where it is another one than was noted, or has other items
 */
export async function confirmedBatch(trx: Kysely<Database>, batch: Batch): Promise<Confirmed | null> {
  const row = await trx
    .selectFrom('signing_batch')
    .select(['role', 'requested_by', 'finished_at', 'public_url', 'chosen'])
    .where('school_id', '=', batch.schoolId)
    .where('batch_id', '=', batch.batchId)
    .executeTakeFirst();
  if (row === undefined || row.finished_at !== null) return null;
  if (row.role !== batch.role || row.requested_by !== batch.staffId) return null;
  const items = (await itemsOfBatches(trx, batch.schoolId, batch.batchId)).get(batch.batchId) ?? [];
  if (!isChosen(items, row.chosen)) return null;
  if (!(await isNoted(trx, batch.schoolId, 'signing_batch', batch.batchId))) return null;
  return {
    items: new Set(items.map(({ recordId, slotId }) => `${recordId}/${slotId}`)),
    publicUrl: row.public_url,
  };
}

export function isChosen(items: readonly ItemKey[], chosen: Uint8Array): boolean {
  return Buffer.compare(digestOfChosen(items), chosen) === 0;
}

/** Items of one batch, or of all of the school's, by batch. A text a batch: rows cost more to read than what stands in them. */
export async function itemsOfBatches(
  trx: Kysely<Database>,
  schoolId: string,
  batchId?: string,
): Promise<ReadonlyMap<string, readonly ItemKey[]>> {
  const { rows } = await sql<{ batch_id: string; items: string }>`
    select batch_id, string_agg(record_id || '/' || slot_id, E'\n') as items from signing_item
    where school_id = ${schoolId} and ${batchId === undefined ? sql`true` : sql`batch_id = ${batchId}`}
    group by batch_id`.execute(trx);
  return new Map(rows.map(({ batch_id, items }) => [batch_id, items.split('\n').map(keyIn)]));
}

function keyIn(line: string): ItemKey {
  const at = line.indexOf('/');
  return { recordId: line.slice(0, at), slotId: line.slice(at + 1) };
}
