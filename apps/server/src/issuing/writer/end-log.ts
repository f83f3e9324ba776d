import {
  evaluateQuorum,
  KIND_CODES,
  LedgerError,
  type Log,
  openCheckpoint,
  parseCheckpointText,
  parseNote,
  parseVkey,
  SUCCESSION_PATH,
  signSuccession,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { type Kysely, sql } from 'kysely';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { endOf, type LogEnd, lockForEnd } from '../log/ends.ts';
import { ed25519, KeyError, noteSigner, sha256 } from '../log/keys.ts';
import { dropOrder, isOrdered, keepOrder } from '../log/orders.ts';
import { folderOf, logKeyFile } from '../log/origin.ts';
import { vkeyOf } from '../log/public-key.ts';
import { publishedLog } from '../log/published.ts';
import { addStatement, newestStatement } from '../log/statements.ts';
import { witnessPolicy } from '../log/witnesses.ts';

export type EndErrorCode =
  | 'unknown-log'
  | 'ended-already'
  | 'nothing-cosigned'
  | 'cosigned-there'
  | 'last-tree-wrong'
  | 'key-missing'
  /** Witnesses have cosigned it, and who they are is not known any more. */
  | 'policy-missing'
  | 'key-there'
  | 'public-key-wrong';

/** Why an operator's order to end a log is not taken. */
export class EndError extends Error {
  readonly code: EndErrorCode;
  constructor(code: EndErrorCode) {
    super(code);
    this.name = 'EndError';
    this.code = code;
  }
}

export interface EndDeps {
  /** The owner of the tables, or any role that may write `log_end`. */
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  now(): Date;
}

/**
 * Orders that a log takes no further leaf; the sequencer closes it in its next pass, with all that waits. Late acts about the year go
 * to the school's newest open log.
 *
 * @throws EndError 'unknown-log' | 'ended-already'
 */
export async function orderClose(deps: EndDeps, origin: string): Promise<void> {
  const { db, dataDir, now } = deps;
  await keeping(dataDir, origin, () =>
    inTransaction(db, async (trx) => {
      const before = await lockedEnd(trx, origin);
      if (before !== null) return orderAgain(dataDir, before, { how: 'closed', last_note: null });
      const end = {
        origin,
        how: 'closed',
        next: null,
        last_size: null,
        last_note: null,
        ordered_at: now(),
      } as const;
      await keepOrder(dataDir, end);
      await trx.insertInto('log_end').values(end).execute();
    }),
  );
}

/** What is stored and was not ordered here, if it is the very order that is given now: one from before orders were kept, or whose keeping was lost. */
async function orderAgain(
  dataDir: string,
  before: LogEnd,
  now: Pick<LogEnd, 'how' | 'last_note'>,
): Promise<void> {
  const same =
    before.how === now.how && Buffer.compare(before.last_note ?? NONE, now.last_note ?? NONE) === 0;
  if (!same || (await isOrdered(dataDir, before))) throw new EndError('ended-already');
  await keepOrder(dataDir, before);
}

const NONE = new Uint8Array();

/** An order whose row was not stored is none: its keeping goes. */
async function keeping<T>(dataDir: string, origin: string, order: () => Promise<T>): Promise<T> {
  try {
    return await order();
  } catch (error) {
    if (!(error instanceof EndError)) await dropOrder(dataDir, origin);
    throw error;
  }
}

/**
 * Orders what is to be done when a log's key may be in wrong hands: the log is believed up to the newest checkpoint that its
 * witnesses' quorum had cosigned, and a new log with a new key goes on. Leaves behind that checkpoint are logged again there.
 *
 * @param alone where no witness was ever configured: the published tree is taken, on the operator's word alone
 * @returns origin of the log that goes on, and the size that is believed of the old one
 * @throws EndError 'unknown-log' | 'ended-already' | 'nothing-cosigned' | 'last-tree-wrong'; 'cosigned-there' for who says `alone`
 *   of a log that witnesses have cosigned: what they saw is believed before one person's word
 */
export async function orderSuccession(
  deps: EndDeps,
  origin: string,
  alone = false,
): Promise<{ readonly next: string; readonly size: number }> {
  const { db, dataDir, now } = deps;
  return keeping(dataDir, origin, () =>
    inTransaction(db, async (trx) => {
      const before = await lockedEnd(trx, origin);
      if (before !== null && (await isOrdered(dataDir, before))) throw new EndError('ended-already');
      const note = alone ? await uncosigned(trx, dataDir, origin) : await cosigned(trx, dataDir, origin);
      const { size } = parseCheckpointText(parseNote(note).text);
      if (before !== null) {
        await orderAgain(dataDir, before, { how: 'stolen', last_note: note });
        return { next: before.next ?? '', size };
      }
      const next = await followingOrigin(trx, origin);
      await trx.insertInto('log_state').values({ origin: next, inception: now() }).execute();
      const last = { last_size: String(size), last_note: note };
      const end = { origin, how: 'stolen', next, ...last, ordered_at: now() } as const;
      await keepOrder(dataDir, end);
      await trx.insertInto('log_end').values(end).execute();
      return { next, size };
    }),
  );
}

/** The log is held until the order is stored. @returns how it was ordered to end before */
async function lockedEnd(trx: Kysely<Database>, origin: string): Promise<LogEnd | null> {
  await lockForEnd(trx, origin);
  const known = await trx
    .selectFrom('log_state')
    .select('origin')
    .where('origin', '=', origin)
    .where('lock', 'is not', null)
    .executeTakeFirst();
  if (known === undefined) throw new EndError('unknown-log');
  return endOf(trx, origin);
}

/** The published tree of a log that no quorum has ever cosigned. */
async function uncosigned(trx: Kysely<Database>, dataDir: string, origin: string): Promise<Uint8Array> {
  const row = await trx
    .selectFrom('log_cosigned')
    .select('size')
    .where('origin', '=', origin)
    .executeTakeFirst();
  if (row !== undefined) throw new EndError('cosigned-there');
  const log = await publishedLog(dataDir, origin).catch((error: unknown) => {
    throw asEndError(error);
  });
  if (log === null) throw new EndError('nothing-cosigned');
  return log.note;
}

/** The stored cosigned checkpoint, held against log and witnesses once more. */
async function cosigned(trx: Kysely<Database>, dataDir: string, origin: string): Promise<Uint8Array> {
  const row = await trx
    .selectFrom('log_cosigned')
    .select('note')
    .where('origin', '=', origin)
    .executeTakeFirst();
  const policy = await witnessPolicy(dataDir);
  if (row === undefined) throw new EndError('nothing-cosigned');
  if (policy === null) throw new EndError('policy-missing');
  try {
    const key = parseVkey(sha256, await vkeyOf(dataDir, origin));
    const witnesses = policy.witnesses.map((one) => one.key);
    const opened = await openCheckpoint(ed25519, row.note, [key], witnesses);
    const quorum = evaluateQuorum(
      policy,
      opened.cosigned.map((done) => done.key),
    );
    if (quorum !== 'met') throw new EndError('nothing-cosigned');
  } catch (error) {
    throw asEndError(error);
  }
  return row.note;
}

function asEndError(error: unknown): unknown {
  if (error instanceof KeyError) return new EndError('key-missing');
  return error instanceof LedgerError ? new EndError('last-tree-wrong') : error;
}

/** `…/2025-2026` is followed by `…/2025-2026.2`, that by `….3`. */
async function followingOrigin(trx: Kysely<Database>, origin: string): Promise<string> {
  const [, base = origin, number] =
    /^(.*?)(?:\.(\d+))?$/.exec(origin.slice(origin.lastIndexOf('/') + 1)) ?? [];
  const folder = origin.slice(0, origin.lastIndexOf('/') + 1);
  const next = `${folder}${base}.${Number(number ?? 1) + 1}`;
  const taken = await trx
    .selectFrom('log_state')
    .select('origin')
    .where('origin', '=', next)
    .executeTakeFirst();
  // An origin is never used twice.
  return taken === undefined ? next : followingOrigin(trx, next);
}

/**
 * Closes a log that was ordered to be closed, and freezes it once its witnesses have cosigned the last tree.
 *
 * @returns whether witnesses are still waited for
 */
export async function carryOutClose(dataDir: string, log: Log): Promise<boolean> {
  await log.close();
  const policy = await witnessPolicy(dataDir);
  if (policy === null || log.life !== 'closed') return false;
  try {
    await log.freeze(policy);
    return false;
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === 'quorum-missing')) throw error;
    return true;
  }
}

/**
 * Carries out a succession, as often as it is asked: the old log's published tree is the last that is believed; the new log's key
 * states so in a leaf and in a file beside both logs; every leaf behind that tree, and what waits, goes on in the new log.
 * The new log must have been made. The old key is not used: it is the thief's too.
 */
export async function carryOutSuccession(deps: EndDeps, end: LogEnd): Promise<void> {
  const { db, dataDir } = deps;
  const { origin, next, last_note: note, last_size: size } = end;
  if (next === null || note === null || size === null) return;
  const last = parseCheckpointText(parseNote(note).text);
  const old = fileStorage(folderOf(dataDir, origin));
  const document = await signSuccession(
    sha256,
    ed25519,
    await noteSigner(logKeyFile(dataDir, next), next, false),
    { last, next, since: Math.floor(end.ordered_at.getTime() / 1000) },
  );
  // The old log is opened by nobody any more.
  await old.removeLitter?.();
  await old.write('checkpoint', note);
  await inTransaction(db, async (trx) => {
    if ((await newestStatement(trx, next, 'succession')) !== null) return;
    await addStatement(trx, next, document, deps.now());
    // A claim key's leaf certifies a key for its own log alone.
    await sql`
      insert into log_pending (origin, leaf, leaf_hash)
      select ${next}, leaf, leaf_hash from log_leaf
      where origin = ${origin} and leaf_index >= ${size}::bigint and get_byte(leaf, 1) <> ${KIND_CODES.claimKey}
      order by leaf_index`.execute(trx);
    await sql`
      with moved as (
        delete from log_pending where origin = ${origin} returning pending_id, leaf, leaf_hash)
      insert into log_pending (origin, leaf, leaf_hash)
      select ${next}, leaf, leaf_hash from moved
      where get_byte(leaf, 1) <> ${KIND_CODES.claimKey} order by pending_id`.execute(trx);
  });
  await old.write(SUCCESSION_PATH, document);
  // Where that log has ended by now as well, the file beside it says by which it was followed itself.
  const itsEnd = await endOf(db, next);
  if (itsEnd?.how !== 'stolen') await fileStorage(folderOf(dataDir, next)).write(SUCCESSION_PATH, document);
}
