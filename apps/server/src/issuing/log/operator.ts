import { CLOSED_PATH } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import type { Kysely } from 'kysely';
import { type Connection, openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { orderClose, orderSuccession } from './end-log.ts';
import { endOf } from './ends.ts';
import { folderOf } from './origin.ts';
import { originsMade } from './pending.ts';
import { publishedLog } from './published.ts';

/** A store as the command line opens it, beside a server that may run. */
export interface OperatorStore {
  readonly connection: Connection;
  readonly dataFolder: string;
  readonly now?: () => Date;
}

export interface ListedLog {
  readonly origin: string;
  /** Leaves that are published. */
  readonly size: number;
  readonly life: 'open' | 'ending' | 'closed' | 'stolen';
  readonly next: string | null;
  /** What a mirror, a witness or a verifier knows it by; null before the first tree is published. */
  readonly vkey: string | null;
}

/** All logs of a store, with how many leaves are published and whether they take more. */
export async function listLogs(store: OperatorStore): Promise<ListedLog[]> {
  return withDatabase(store, async (db) => {
    const found: ListedLog[] = [];
    for (const origin of await originsMade(db)) {
      const end = await endOf(db, origin);
      const log = await publishedLog(store.dataFolder, origin);
      const closed = await fileStorage(folderOf(store.dataFolder, origin)).read(CLOSED_PATH);
      const life =
        end === null ? 'open' : end.how === 'stolen' ? 'stolen' : closed === null ? 'ending' : 'closed';
      found.push({
        origin,
        size: log?.checkpoint.size ?? 0,
        life,
        next: end?.next ?? null,
        vkey: log?.vkey ?? null,
      });
    }
    return found;
  });
}

/**
 * Writes an operator's order to end a log.
 *
 * @returns for a stolen key what goes on and how much is believed; null for a close
 * @throws EndError
 */
export async function orderLogEnd(
  store: OperatorStore,
  how: 'close' | 'stolen',
  origin: string,
  alone: boolean,
): Promise<{ readonly next: string; readonly size: number } | null> {
  return withDatabase(store, async (db) => {
    const deps = { db, dataDir: store.dataFolder, now: store.now ?? (() => new Date()) };
    if (how === 'stolen') return orderSuccession(deps, origin, alone);
    await orderClose(deps, origin);
    return null;
  });
}

async function withDatabase<T>(store: OperatorStore, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const db = openDatabase(store.connection, { connections: 2 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
