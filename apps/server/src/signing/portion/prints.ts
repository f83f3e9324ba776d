import { sql, type Transaction } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { type Batch, endItems, type Item, keepSigned } from '../items/items.ts';
import { PRINT } from '../items/prepared.ts';
import { refusalText } from '../items/refusal-text.ts';
import type { SlotCertificate } from '../signers/signers.ts';
import type { PortionDeps, ReadyPrint } from './portion-deps.ts';

/** Files that are dated at once. */
const AT_ONCE = 4;

/** The prints of a portion, made and stored; without the room for it they end here. */
export async function preparePrints(
  deps: PortionDeps,
  batch: Batch,
  by: SlotCertificate,
  items: readonly Item[],
): Promise<readonly ReadyPrint[]> {
  if (deps.prints !== undefined) return deps.prints.prepare(batch, by, items);
  const reason = refusalText('prints-off');
  await inSchool(deps.db, batch.schoolId, (trx) =>
    endItems(
      trx,
      batch,
      items.map(({ recordId, slotId }) => ({ recordId, slotId, state: 'refused' as const, reason })),
      deps.now(),
    ),
  );
  return [];
}

/** @param values in the order of the prints @throws AuthorityUnavailable once all under way have come to their end */
export async function finishPrints(
  deps: PortionDeps,
  batch: Batch,
  prints: readonly ReadyPrint[],
  values: readonly Uint8Array[],
): Promise<void> {
  const signed = prints.map((print, n) => ({ print, value: values[n] ?? new Uint8Array() }));
  deps.at?.('signed');
  // What follows asks others for time: what the seal has signed must not have to be signed again.
  await inSchool(deps.db, batch.schoolId, (trx) =>
    keepSigned(
      trx,
      batch,
      signed.map(({ print: { recordId, slotId }, value }) => ({ recordId, slotId, value })),
      deps.now(),
    ),
  );
  deps.at?.('kept');
  for (let at = 0; at < signed.length; at += AT_ONCE) {
    const part = signed.slice(at, at + AT_ONCE);
    const outcomes = await Promise.allSettled(part.map(({ print, value }) => print.finish(value)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  deps.at?.('stored');
}

/**
 * Prints of records that were issued in the batch, or earlier without one: to be signed by the same seal in the same batch.
 * None where the batch has no address to print.
 */
export async function addPrints(
  trx: Transaction<Database>,
  batch: Pick<Batch, 'schoolId' | 'batchId'>,
  recordIds: readonly string[],
  now: Date,
): Promise<void> {
  if (recordIds.length === 0) return;
  await sql`
    insert into signing_item (school_id, batch_id, record_id, slot_id, state, changed_at)
    select b.school_id, b.batch_id, r.record_id, ${PRINT}, 'waiting', ${now}
    from signing_batch b, unnest(${sql.val([...recordIds])}::uuid[]) as r (record_id)
    where b.school_id = ${batch.schoolId} and b.batch_id = ${batch.batchId} and b.public_url is not null
    on conflict do nothing`.execute(trx);
}

/** Issued records of a class that stand, and whose print nobody has signed or is signing. */
export async function recordsWithoutPrint(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
): Promise<string[]> {
  const { rows } = await sql<{ record_id: string }>`
    select i.record_id from issued_record i
    join record r on r.school_id = i.school_id and r.record_id = i.record_id
    where i.school_id = ${schoolId} and r.class_id = ${classId} and r.pupil_id is not null
      and not exists (select 1 from recalled_record c where c.school_id = i.school_id and c.record_id = i.record_id)
      and not exists (select 1 from signed_print p where p.school_id = i.school_id and p.record_id = i.record_id)
      and not exists (select 1 from signing_item n where n.school_id = i.school_id and n.record_id = i.record_id
        and n.slot_id = ${PRINT} and n.state in ('waiting', 'prepared'))
    order by i.record_id`.execute(trx);
  return rows.map((row) => row.record_id);
}
