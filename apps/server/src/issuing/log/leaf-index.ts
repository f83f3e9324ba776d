import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** Index of a leaf in the log that is believed of it, null while it is pending. A hash is 256 bits: it stands in one log only. */
export async function leafIndexOf(trx: Kysely<Database>, leafHash: Uint8Array): Promise<number | null> {
  const row = await trx
    .selectFrom('believed_leaf')
    .select('leaf_index')
    .where('leaf_hash', '=', leafHash)
    .executeTakeFirst();
  return row ? Number(row.leaf_index) : null;
}
