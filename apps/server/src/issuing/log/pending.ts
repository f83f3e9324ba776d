import { leafHash, type PendingLeaf } from '@hocba/ledger';
import { type Kysely, sql } from 'kysely';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { requireOpenLog } from './ends.ts';
import { sha256 } from './keys.ts';
import { compareOrigins, nameIn, partsOfPlace } from './origin.ts';

/**
 * Hands a leaf to the sequencer, in the transaction of the act that it stands for: both exist or neither. The
 * hash is unique, so that nothing is logged twice.
 *
 * @returns the leaf's hash
 * @throws Refusal `log-unavailable` for a log that takes no further leaf
 */
export async function addPending(
  trx: Kysely<Database>,
  origin: string,
  leaf: Uint8Array,
): Promise<Uint8Array> {
  const hash = leafHash(sha256, leaf);
  await requireOpenLog(trx, origin);
  await trx.insertInto('log_pending').values({ origin, leaf, leaf_hash: hash }).execute();
  return hash;
}

/** Gives pending leaves their indexes, durably and once, in the order of their arrival. */
export async function numberPending(db: Kysely<Database>, origin: string, atMost: number): Promise<void> {
  await inTransaction(db, async (trx) => {
    // One at a time per log, whoever asks: an index is given once.
    await sql`select pg_advisory_xact_lock(hashtextextended(${origin}, 7306931417))`.execute(trx);
    await sql`
      with moved as (
        delete from log_pending where (origin, pending_id) in (
          select origin, pending_id from log_pending where origin = ${origin} order by pending_id limit ${atMost})
        returning pending_id, leaf, leaf_hash)
      insert into log_leaf (origin, leaf_index, leaf, leaf_hash)
      select ${origin}, row_number() over (order by pending_id) - 1
        + (select coalesce(max(leaf_index) + 1, 0) from log_leaf where origin = ${origin}), leaf, leaf_hash
      from moved order by pending_id`.execute(trx);
  });
}

export async function numberedFrom(
  db: Kysely<Database>,
  origin: string,
  index: number,
  atMost: number,
): Promise<PendingLeaf[]> {
  const rows = await db
    .selectFrom('log_leaf')
    .select(['leaf', 'leaf_hash'])
    .where('origin', '=', origin)
    .where('leaf_index', '>=', String(index))
    .orderBy('leaf_index')
    .limit(atMost)
    .execute();
  return rows.map((row) => ({ bytes: row.leaf, leafHash: row.leaf_hash }));
}

/** Logs for which leaves wait without a number. */
export async function originsPending(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('log_pending').select('origin').distinct().execute();
  return rows.map((row) => row.origin);
}

/** Logs that were made, in the order in which they came to be. */
export async function originsMade(
  db: Kysely<Database>,
  which: 'made' | 'unmade too' = 'made',
): Promise<string[]> {
  let query = db.selectFrom('log_state').select('origin');
  if (which === 'made') query = query.where('lock', 'is not', null);
  const rows = await query.execute();
  return rows.map((row) => row.origin).sort(compareOrigins);
}

/** Of those, the logs that a school's leaves go into: its own, and one that the installation's schools share. */
export async function originsOf(
  { db, logHost }: { readonly db: Kysely<Database>; readonly logHost: string },
  schoolCode: string,
  which: 'made' | 'unmade too' = 'made',
): Promise<string[]> {
  const { shared } = partsOfPlace(logHost);
  return (await originsMade(db, which)).filter((origin) => [schoolCode, shared].includes(nameIn(origin)));
}

/** How many leaves a log has been given, numbered or not. */
export async function leavesGiven(db: Kysely<Database>, origin: string): Promise<number> {
  const { rows } = await sql<{ given: string }>`
    select (select count(*) from log_pending where origin = ${origin})
      + (select coalesce(max(leaf_index) + 1, 0) from log_leaf where origin = ${origin}) as given`.execute(
    db,
  );
  return Number(rows[0]?.given ?? 0);
}
