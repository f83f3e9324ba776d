import type { Kysely } from 'kysely';
import { isChosen, itemsOfBatches } from '../../../signing/items/confirmed-batch.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';

/**
 * Names batches whose items are not those that their person chose: one that was put among them would have been signed by a key that was open for others, one
 * that was taken away is not known to have been asked for. That the batch itself is as it was begun the trail's notes say.
 */
export async function auditBatches(db: Kysely<Database>, schoolId: string, notes: AuditNotes): Promise<void> {
  const { batches, items } = await inSnapshot(db, schoolId, async (trx) => ({
    batches: await trx
      .selectFrom('signing_batch')
      .select(['batch_id', 'chosen'])
      .where('school_id', '=', schoolId)
      .orderBy('batch_id')
      .execute(),
    items: await itemsOfBatches(trx, schoolId),
  }));
  for (const { batch_id, chosen } of batches)
    if (!isChosen(items.get(batch_id) ?? [], chosen)) notes.problem('batch', batch_id, 'items-differ');
}
