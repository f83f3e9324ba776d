import {
  decodeLeaf,
  formatLoggedStatuses,
  isLeafOfReceipt,
  LENGTH_WITH_PREVIOUS,
  LedgerError,
  LOGGED_STATUSES_PATH,
  type LoggedStatusReceipt,
  openStatus,
  parseLoggedStatuses,
  type Status,
  type StatusEntry,
  signStatus,
  statementHeader,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { type Kysely, sql } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { mayFollow } from '../log/ends.ts';
import { ed25519, KeyError, noteSigner, sha256 } from '../log/keys.ts';
import { compareOrigins, folderOf, nameIn, statusKeyFile, statusKeyName } from '../log/origin.ts';
import { publishedLog } from '../log/published.ts';
import { beginsWith } from '../log/statements.ts';

/** Where the file lies below the log's folder. */
export const STATUS_PATH = 'status';

/** How long a status is handed out before it is dated anew, as long as the tree has not grown. */
const FRESH_MS = 60_000;

export interface StatusDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  now(): Date;
}

export interface SignedStatus {
  readonly bytes: Uint8Array;
  readonly asOf: Date;
}

/** Verifier key of the school's status files. @throws KeyError before the first was made */
export async function statusVkey(dataDir: string, origin: string): Promise<string> {
  return (await noteSigner(statusKeyFile(dataDir), statusKeyName(origin), false)).vkey;
}

/**
 * What the published status says, verified; null where there is none, or none of its key.
 *
 * @throws LedgerError for a file that is not the status of this log
 */
export async function publishedStatus(dataDir: string, origin: string): Promise<Status | null> {
  const bytes = await fileStorage(folderOf(dataDir, origin)).read(STATUS_PATH);
  if (bytes === null) return null;
  try {
    return await openStatus(sha256, ed25519, await statusVkey(dataDir, origin), origin, bytes);
  } catch (error) {
    if (error instanceof KeyError) return null;
    throw error;
  }
}

/** Publications by place of the file, each after the one before it: an older status never overwrites a newer one. */
const lastOf = new Map<string, Promise<unknown>>();

/**
 * Makes and publishes the dated answer to "is this the newest?": every leaf of the published log that a later leaf
 * recalls or replaces. Computed from the leaves themselves; only the reason's code is the store's.
 *
 * @throws Refusal `log-unavailable` before the log's first checkpoint
 */
export function publishStatus(deps: StatusDeps, origin: string): Promise<SignedStatus> {
  const place = folderOf(deps.dataDir, origin);
  const before = lastOf.get(place) ?? Promise.resolve();
  const made = before.then(() => makeStatus(deps, origin));
  const settled = made
    .catch(() => {})
    .then(() => {
      if (lastOf.get(place) === settled) lastOf.delete(place);
    });
  lastOf.set(place, settled);
  return made;
}

/**
 * The published status if it is of this minute and of the published tree, else a new one. What the status says follows
 * from the tree alone, so one of the same size is as true as a new one.
 *
 * @throws Refusal `log-unavailable` before the log's first checkpoint
 */
export async function currentStatus(deps: StatusDeps, origin: string): Promise<SignedStatus> {
  return (await storedStatus(deps, origin)) ?? publishStatus(deps, origin);
}

async function storedStatus(deps: StatusDeps, origin: string): Promise<SignedStatus | null> {
  const log = await publishedLog(deps.dataDir, origin);
  const bytes = await fileStorage(folderOf(deps.dataDir, origin)).read(STATUS_PATH);
  if (log === null || bytes === null) return null;
  try {
    const vkey = await statusVkey(deps.dataDir, origin);
    const { asOf, size } = await openStatus(sha256, ed25519, vkey, origin, bytes);
    const age = deps.now().getTime() - asOf * 1000;
    if (size !== log.checkpoint.size || age < 0 || age > FRESH_MS) return null;
    return { bytes, asOf: new Date(asOf * 1000) };
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return null;
    throw error;
  }
}

async function makeStatus(deps: StatusDeps, origin: string): Promise<SignedStatus> {
  const log = await publishedLog(deps.dataDir, origin);
  if (log === null) throw new Refusal('log-unavailable');
  const { size } = log.checkpoint;
  const asOf = new Date(Math.floor(deps.now().getTime() / 1000) * 1000);
  const bytes = await signStatus(
    sha256,
    ed25519,
    await noteSigner(statusKeyFile(deps.dataDir), statusKeyName(origin), true),
    { origin, asOf: asOf.getTime() / 1000, size, entries: await entriesOf(deps, origin, size) },
  );
  const files = fileStorage(folderOf(deps.dataDir, origin));
  await files.write(STATUS_PATH, bytes);
  const stored = await loggedStatuses(deps.db, origin, size);
  const told = await toldBefore(deps.db, origin, await files.read(LOGGED_STATUSES_PATH), stored);
  const receipts = [...stored, ...told].sort((a, b) => a.index - b.index);
  if (receipts.length > 0) await files.write(LOGGED_STATUSES_PATH, formatLoggedStatuses(receipts));
  return { bytes, asOf };
}

/** Of every status file whose leaf stands in the log's published tree, with the salt of that leaf: a status is public, and so may that be. */
async function loggedStatuses(
  db: Kysely<Database>,
  origin: string,
  size: number,
): Promise<LoggedStatusReceipt[]> {
  const rows = await db
    .selectFrom('log_statement as s')
    .innerJoin('believed_leaf as l', (join) =>
      join.onRef('l.origin', '=', 's.origin').onRef('l.leaf_hash', '=', 's.leaf_hash'),
    )
    .select(['l.leaf_index', 's.salt'])
    .select(sql<Uint8Array>`sha256(s.document)`.as('digest'))
    .where('s.origin', '=', origin)
    .where('l.leaf_index', '<', String(size))
    .where(beginsWith(statementHeader('status')))
    .orderBy('l.leaf_index')
    .execute();
  return rows.map(({ leaf_index, salt, digest }) => ({ index: Number(leaf_index), salt, digest }));
}

/**
 * Of what the log has told before, that of which the store has the leaf and no more: its document came after the backup that was brought back. Whoever keeps a
 * copy would else see a logged status withdrawn.
 */
async function toldBefore(
  db: Kysely<Database>,
  origin: string,
  file: Uint8Array | null,
  stored: readonly LoggedStatusReceipt[],
): Promise<LoggedStatusReceipt[]> {
  const known = new Set(stored.map(({ index }) => index));
  const others = (file === null ? [] : readableReceipts(file)).filter(({ index }) => !known.has(index));
  if (others.length === 0) return [];
  const rows = await db
    .selectFrom('believed_leaf')
    .select(['leaf_index', 'leaf'])
    .where('origin', '=', origin)
    .where(
      'leaf_index',
      'in',
      others.map(({ index }) => String(index)),
    )
    .execute();
  const leaves = new Map(rows.map(({ leaf_index, leaf }) => [Number(leaf_index), leaf]));
  return others.filter((one) => isLeafOfReceipt(sha256, leaves.get(one.index) ?? new Uint8Array(), one));
}

function readableReceipts(file: Uint8Array): LoggedStatusReceipt[] {
  try {
    return parseLoggedStatuses(file);
  } catch (error) {
    if (error instanceof LedgerError) return [];
    throw error;
  }
}

/** What later leaves say of the leaves of a log, also those of later logs. */
async function entriesOf(deps: StatusDeps, origin: string, size: number): Promise<StatusEntry[]> {
  const { db } = deps;
  const rows = await db
    .selectFrom('believed_leaf')
    .select(['origin', 'leaf_index', 'leaf', 'leaf_hash'])
    .where(mayFollow(sql.ref('origin'), origin))
    .where(sql<boolean>`length(leaf) = ${LENGTH_WITH_PREVIOUS}`)
    .orderBy('leaf_index')
    .execute();
  rows.sort((a, b) => compareOrigins(a.origin, b.origin));
  const sizes = new Map([[origin, size]]);
  const reasons = await recallReasons(db, origin);
  const entries = new Map<number, StatusEntry>();
  for (const row of rows) {
    const { kind, previous } = decodeLeaf(row.leaf);
    if (previous === undefined) continue;
    const published =
      sizes.get(row.origin) ?? (await publishedLog(deps.dataDir, row.origin))?.checkpoint.size;
    sizes.set(row.origin, published ?? 0);
    const by = Number(row.leaf_index);
    if (by >= (published ?? 0)) continue;
    const index = await indexIn(db, origin, previous);
    if (index === null || index >= size) continue;
    const where = row.origin === origin ? { index, by } : { index, by, log: row.origin };
    // A replacement comes after the recall that asked for it, and is the last word.
    if (kind === 'replace') entries.set(index, { ...where, state: 'replaced' });
    if (kind === 'recall' && entries.get(index)?.state !== 'replaced') {
      entries.set(index, { ...where, state: 'recalled', reason: reasons.get(hex(row.leaf_hash)) ?? 'other' });
    }
  }
  return [...entries.values()].sort((a, b) => a.index - b.index);
}

/** Where the leaf that is spoken of stands in this log, by its hash: an index alone may be another log's. */
async function indexIn(
  db: Kysely<Database>,
  origin: string,
  previous: { readonly leafHash: Uint8Array },
): Promise<number | null> {
  const row = await db
    .selectFrom('believed_leaf')
    .select('leaf_index')
    .where('origin', '=', origin)
    .where('leaf_hash', '=', previous.leafHash)
    .executeTakeFirst();
  return row === undefined ? null : Number(row.leaf_index);
}

async function recallReasons(db: Kysely<Database>, origin: string): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const schoolId of await schoolsOf(db, origin)) {
    const rows = await inSchool(db, schoolId, (trx) =>
      trx
        .selectFrom('recalled_record')
        .select(['leaf_hash', 'reason_code'])
        .where('school_id', '=', schoolId)
        .execute(),
    );
    for (const row of rows) reasons.set(hex(row.leaf_hash), row.reason_code);
  }
  return reasons;
}

/** The log's own school; of a log that schools share, all of them. */
async function schoolsOf(db: Kysely<Database>, origin: string): Promise<string[]> {
  const schools = await db.selectFrom('school').select(['school_id', 'code']).execute();
  const own = schools.filter(({ code }) => code === nameIn(origin));
  return (own.length > 0 ? own : schools).map(({ school_id }) => school_id);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
