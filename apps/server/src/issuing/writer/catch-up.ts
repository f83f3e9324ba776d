import { CLOSED_PATH, catchUpLog, LOGGED_STATUSES_PATH, leafHash } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { type Kysely, sql } from 'kysely';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { endOf } from '../log/ends.ts';
import { ed25519, KeyError, noteSigner, sha256 } from '../log/keys.ts';
import { checkpointLock } from '../log/lock.ts';
import { folderOf, logKeyFile } from '../log/origin.ts';
import { SEQUENCER_LOCK } from './sequencer.ts';

export type CatchUpErrorCode =
  | 'unknown-log'
  | 'ended-already'
  | 'closed-there'
  | 'server-running'
  | 'lock-moved'
  | 'key-missing';

/** Why a log is not brought up to a copy of it. */
export class CatchUpError extends Error {
  readonly code: CatchUpErrorCode;
  constructor(code: CatchUpErrorCode) {
    super(code);
    this.name = 'CatchUpError';
    this.code = code;
  }
}

export interface CatchUpDeps {
  /** The owner of the tables: leaves that were numbered here and never signed give their places to those that were. */
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  now(): Date;
}

/**
 * After a backup was brought back that is older than what others have seen of a log: takes the leaves between, out of a mirror or out of the log's own
 * files, into the store, so that the log goes on where it stood and no file that was handed out since becomes one that was never issued.
 * What those leaves speak of comes back with nobody's tables; an audit names each (`leaf-without-record`). No server may run meanwhile.
 *
 * @param folder of a mirror; null: the log's own, where only the database is older
 * @returns leaves of the log before and after
 * @throws CatchUpError; LedgerError as `catchUpLog`
 */
export async function catchUp(
  { db, dataDir, now }: CatchUpDeps,
  origin: string,
  folder: string | null,
): Promise<{ readonly from: number; readonly size: number }> {
  const lock = checkpointLock(db, origin);
  if ((await lock.load()) === null) throw new CatchUpError('unknown-log');
  if ((await endOf(db, origin)) !== null) throw new CatchUpError('ended-already');
  const storage = fileStorage(folderOf(dataDir, origin));
  const source = folder === null ? storage : fileStorage(folder);
  if ((await source.read(CLOSED_PATH)) !== null) throw new CatchUpError('closed-there');
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(${SEQUENCER_LOCK}::bigint) as held`.execute(trx);
    if (rows[0]?.held !== true) throw new CatchUpError('server-running');
    const ports = {
      ...{ origin, sha256, ed25519, storage, lock },
      signer: await noteSigner(logKeyFile(dataDir, origin), origin, false).catch((error: unknown) => {
        throw error instanceof KeyError ? new CatchUpError('key-missing') : error;
      }),
      now: () => now().getTime(),
    };
    const { from, size, leaves, lock: locked } = await catchUpLog(ports, source);
    // It is held against the leaves when the next status is published.
    const told = source === storage ? null : await source.read(LOGGED_STATUSES_PATH);
    if (told !== null) await storage.write(LOGGED_STATUSES_PATH, told);
    await giveUpPlaces(trx, origin, from);
    for (const [i, leaf] of leaves.entries()) {
      const hash = leafHash(sha256, leaf);
      await trx.deleteFrom('log_pending').where('leaf_hash', '=', hash).execute();
      await trx
        .insertInto('log_leaf')
        .values({ origin, leaf_index: String(from + i), leaf, leaf_hash: hash })
        .execute();
    }
    if (!(await checkpointLock(trx, origin).swap(locked.old, locked.next)))
      throw new CatchUpError('lock-moved');
    await trx.deleteFrom('log_staged').where('origin', '=', origin).execute();
    return { from, size };
  });
}

/** What was numbered here since, and is in no tree that was ever signed, waits for a number again. */
async function giveUpPlaces(trx: Kysely<Database>, origin: string, from: number): Promise<void> {
  await sql`alter table log_leaf disable trigger refuse_row_change`.execute(trx);
  await sql`
    with moved as (
      delete from log_leaf where origin = ${origin} and leaf_index >= ${from}::bigint returning leaf, leaf_hash, leaf_index)
    insert into log_pending (origin, leaf, leaf_hash)
    select ${origin}, leaf, leaf_hash from moved order by leaf_index`.execute(trx);
  await sql`alter table log_leaf enable trigger refuse_row_change`.execute(trx);
}
