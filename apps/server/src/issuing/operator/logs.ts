import { setTimeout as pause } from 'node:timers/promises';
import { type Checkpoint, LedgerError } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { type Connection, openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { lodgedSize, shownForks } from '../above/lodge.ts';
import { acceptCheckpoint, lodgingReceipt } from '../lodging/accept.ts';
import { aheadUntil, stateClockAhead } from '../log/clock.ts';
import { endOf } from '../log/ends.ts';
import { KeyError } from '../log/keys.ts';
import { originsMade } from '../log/pending.ts';
import { layPublicKey } from '../log/public-key.ts';
import { type PublishedLog, publishedLog } from '../log/published.ts';
import { readLogSettings } from '../log/settings.ts';
import { type LogStanding, lifeOf } from '../trust/log-standing.ts';
import { catchUp } from '../writer/catch-up.ts';
import { type CloseObstacles, tooEarlyToClose } from '../writer/coming-closes.ts';
import { EndError, orderClose, orderSuccession } from '../writer/end-log.ts';

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
  readonly life: LogStanding['life'];
  readonly next: string | null;
  /** What a mirror, a witness or a verifier knows it by; null before the first tree is published. */
  readonly vkey: string | null;
  /** Leaves of the newest tree that the level above has in its log; 0 where none was lodged. */
  readonly lodged: number;
  /** The level above has shown a tree under this log's key that this log did not have. */
  readonly forked: boolean;
  /** Its files or key are not as they were signed, and this code says how; null where they are. */
  readonly fault: string | null;
  /** It signed ahead of time, and writes nothing until then; null where that is not so. */
  readonly aheadUntil: Date | null;
}

/** All logs of a store, with how many leaves are published and whether they take more. */
export async function listLogs(store: OperatorStore): Promise<ListedLog[]> {
  return withDatabase(store, async (db) => {
    const found: ListedLog[] = [];
    for (const origin of await originsMade(db)) {
      const end = await endOf(db, origin);
      const now = (store.now ?? (() => new Date()))();
      const { log, fault } = await readable(store.dataFolder, origin);
      found.push({
        origin,
        size: log?.checkpoint.size ?? 0,
        life: await lifeOf(db, store.dataFolder, origin),
        next: end?.next ?? null,
        vkey: log?.vkey ?? null,
        fault,
        lodged: await lodgedSize(store.dataFolder, origin),
        forked: (await shownForks(store.dataFolder, origin)).length > 0,
        aheadUntil: end?.how === 'stolen' ? null : await aheadUntil(db, origin, now),
      });
    }
    return found;
  });
}

/** A log whose files are damaged is listed all the same: that is when somebody looks. */
async function readable(
  dataFolder: string,
  origin: string,
): Promise<{ log: PublishedLog | null; fault: string | null }> {
  try {
    return { log: await publishedLog(dataFolder, origin), fault: null };
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return { log: null, fault: error.code };
    throw error;
  }
}

/** A close that was ordered while something of the year was still open: nothing was ordered. */
export class TooEarly extends Error {
  readonly obstacles: CloseObstacles;
  constructor(obstacles: CloseObstacles) {
    super('something of the year is still open');
    this.obstacles = obstacles;
  }
}

/**
 * Writes an operator's order to end a log. It cannot be taken back, so a close asks first what of the year is open.
 *
 * @param insist for a stolen key: the published tree is believed on one person's word; for a close: with what is still open
 * @param publicKey of a log whose key is lost: its verifier key, from elsewhere
 * @returns for a stolen key what goes on and how much is believed; null for a close
 * @throws EndError, TooEarly
 */
export async function orderLogEnd(
  store: OperatorStore,
  how: 'close' | 'stolen',
  origin: string,
  insist: boolean,
  publicKey?: string,
): Promise<{ readonly next: string; readonly size: number } | null> {
  return withDatabase(store, async (db) => {
    const deps = { db, dataDir: store.dataFolder, now: store.now ?? (() => new Date()) };
    if (how === 'stolen') {
      if (publicKey !== undefined) {
        const done = await layPublicKey(store.dataFolder, origin, publicKey);
        if (done !== 'laid') throw new EndError(done);
      }
      return orderSuccession(deps, origin, insist);
    }
    const logHost = readLogSettings(store.dataFolder).place;
    // Of a log that is unknown or has ended the order itself says so.
    const going = (await originsMade(db)).includes(origin) && (await endOf(db, origin)) === null;
    const obstacles = insist || !going ? null : await tooEarlyToClose({ ...deps, logHost }, origin);
    if (obstacles !== null) throw new TooEarly(obstacles);
    await orderClose(deps, origin);
    return null;
  });
}

/**
 * Writes an operator's word that a log's clock ran ahead and is right now.
 *
 * @returns when the log had signed last, by its own clock
 * @throws ClockError
 */
export async function orderClock(store: OperatorStore, origin: string): Promise<Date> {
  return withDatabase(store, (db) => stateClockAhead(db, origin, (store.now ?? (() => new Date()))()));
}

/**
 * Brings a log up to a mirror of it, after an older backup was brought back; no server may run.
 *
 * @param folder null: up to the log's own files
 * @throws CatchUpError; LedgerError, KeyError
 */
export async function catchUpTo(
  store: OperatorStore,
  origin: string,
  folder: string | null,
): Promise<{ readonly from: number; readonly size: number }> {
  const now = store.now ?? (() => new Date());
  return withDatabase(store, (db) => catchUp({ db, dataDir: store.dataFolder, now }, origin, folder));
}

/**
 * Takes a checkpoint that was carried here from another installation, and waits a while for its leaf to be published by the server.
 *
 * @returns the tree that is lodged; its receipt, null while no server has published it: the same call again gives it
 * @throws LodgingRefused; LedgerError, Error for settings that cannot be read
 */
export async function acceptLodging(
  store: OperatorStore,
  file: Uint8Array,
  patienceMs: number,
): Promise<{ readonly lodged: Checkpoint; readonly already: boolean; readonly receipt: Uint8Array | null }> {
  return withDatabase(store, async (db) => {
    const dataDir = store.dataFolder;
    const { place } = readLogSettings(dataDir);
    const taken = await acceptCheckpoint({ db, dataDir, place, now: store.now ?? (() => new Date()) }, file);
    const until = Date.now() + patienceMs;
    let receipt = await lodgingReceipt({ db, dataDir }, taken.lodged.origin);
    while (receipt === null && Date.now() < until) {
      await pause(250);
      receipt = await lodgingReceipt({ db, dataDir }, taken.lodged.origin);
    }
    return { ...taken, receipt };
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
