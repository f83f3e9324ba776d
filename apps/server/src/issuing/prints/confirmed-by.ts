import type { Transaction } from 'kysely';
import { PRINT } from '../../signing/items/prepared.ts';
import type { Database } from '../../store/tables.ts';

/** Who confirmed that a record's print be signed: the persons of the batches in which it was. */
export async function printConfirmedBy(
  trx: Transaction<Database>,
  schoolId: string,
  recordId: string,
): Promise<string[]> {
  const batches = await trx
    .selectFrom('signing_item as i')
    .innerJoin('signing_batch as b', (on) =>
      on.onRef('b.school_id', '=', 'i.school_id').onRef('b.batch_id', '=', 'i.batch_id'),
    )
    .select('b.requested_by')
    .where('i.school_id', '=', schoolId)
    .where('i.record_id', '=', recordId)
    .where('i.slot_id', '=', PRINT)
    .where('i.state', '=', 'signed')
    .execute();
  return batches.map((batch) => batch.requested_by);
}
