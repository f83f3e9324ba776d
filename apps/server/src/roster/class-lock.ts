import type { Transaction } from 'kysely';
import type { Database } from '../store/tables.ts';

/**
 * Orders all acts on a class: whoever holds its counter's row until the end of the transaction decides on what he has
 * read, and nobody else changes it meanwhile. A class gets its row with its first act.
 * @returns number of the class's last act
 */
export async function lockClass(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
): Promise<number> {
  await trx
    .insertInto('class_counter')
    .values({ school_id: schoolId, class_id: classId })
    .onConflict((oc) => oc.columns(['school_id', 'class_id']).doNothing())
    .execute();
  const row = await trx
    .selectFrom('class_counter')
    .select('seq')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return Number(row.seq);
}
