import type { Kysely } from 'kysely';
import type { Database } from '../../../store/tables.ts';

/** Whether a leaf stands here anew, because the log in which it was first was stolen: then it keeps its time. */
export async function isLoggedAgain(
  db: Kysely<Database>,
  origin: string,
  leafHash: Uint8Array,
): Promise<boolean> {
  const row = await db
    .selectFrom('log_leaf as l')
    .innerJoin('log_end as e', 'e.origin', 'l.origin')
    .select('l.origin')
    .where('l.leaf_hash', '=', leafHash)
    .where('l.origin', '<>', origin)
    .where('e.how', '=', 'stolen')
    .executeTakeFirst();
  return row !== undefined;
}
