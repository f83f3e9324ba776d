import type { LeftOver } from '@hocba/signature/node';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { Batch, ItemKey } from './items.ts';
import { isPrintItem, PRINT } from './prepared.ts';

/** What a confirmation at a signing service covers beyond its order; kept with the batch, sealed, until the next order. */
export async function keepLeftOver(
  trx: Transaction<Database>,
  { schoolId, batchId }: Batch,
  certificateId: string,
  left: LeftOver,
): Promise<void> {
  await trx
    .updateTable('signing_batch')
    .set({
      left_sealed: Buffer.from(left.sealed),
      left_signatures: left.signatures,
      left_until: left.until,
      left_certificate: certificateId,
    })
    .where('school_id', '=', schoolId)
    .where('batch_id', '=', batchId)
    .where('finished_at', 'is', null)
    .execute();
}

/**
 * What is left for an order of this certificate. Who sends the order drops it in the order's own transaction: whatever stops
 * the order, it is not used for another.
 */
export async function leftOverOf(
  trx: Kysely<Database>,
  batch: Batch,
  certificateId: string,
  now: Date,
): Promise<LeftOver | null> {
  const row = await trx
    .selectFrom('signing_batch')
    .select(['left_sealed', 'left_signatures', 'left_until', 'left_certificate'])
    .where('school_id', '=', batch.schoolId)
    .where('batch_id', '=', batch.batchId)
    .where('left_certificate', '=', certificateId)
    .where('left_until', '>', now)
    .executeTakeFirst();
  if (!row?.left_sealed || row.left_signatures === null || row.left_until === null) return null;
  return {
    sealed: new Uint8Array(row.left_sealed),
    signatures: row.left_signatures,
    until: row.left_until,
  };
}

export async function dropLeftOver(
  trx: Transaction<Database>,
  { schoolId, batchId }: Pick<Batch, 'schoolId' | 'batchId'>,
): Promise<void> {
  await trx
    .updateTable('signing_batch')
    .set({ left_sealed: null, left_signatures: null, left_until: null, left_certificate: null })
    .where('school_id', '=', schoolId)
    .where('batch_id', '=', batchId)
    .execute();
}

/**
 * Signatures of the batch that come after these items: prints that wait already, and those of the records that these
 * items seal, which wait for the records' proofs.
 */
export async function signaturesToFollow(
  trx: Kysely<Database>,
  batch: Batch,
  items: readonly ItemKey[],
): Promise<number> {
  if (batch.role !== 'schoolSeal') return 0;
  const sealed = items.filter((item) => !isPrintItem(item)).map(({ recordId }) => recordId);
  const going = items.filter(isPrintItem).map(({ recordId }) => recordId);
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from (
      select i.record_id from signing_item i
      where i.school_id = ${batch.schoolId} and i.batch_id = ${batch.batchId} and i.slot_id = ${PRINT}
        and i.state in ('waiting', 'prepared') and not (i.record_id = any(${sql.val(going)}::uuid[]))
      union
      select r.record_id from record r
      join signing_batch b on b.school_id = r.school_id and b.batch_id = ${batch.batchId}
      where r.school_id = ${batch.schoolId} and r.record_id = any(${sql.val(sealed)}::uuid[])
        and r.pupil_id is not null and b.public_url is not null
    ) as follow`.execute(trx);
  return Number(rows[0]?.count ?? 0);
}
