import {
  auditLog,
  CLOSED_PATH,
  checkStatus,
  decodeLeaf,
  type FollowedLeaf,
  judgeByClosing,
  judgeBySuccession,
  type Leaf,
  type LeafTimeFault,
  LedgerError,
  type LogStorage,
  lastSigned,
  leafHash,
  leafTimes,
  openCheckpoint,
  openClosing,
  openStatus,
  parseCheckpointText,
  parseNote,
  parseVkey,
  waitingBase,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../../store/tables.ts';
import { answeredCheckpoints, lodgedCheckpoints, lodgedSize, sizeOf } from '../../above/lodge.ts';
import { endOf, type LogEnd } from '../../log/ends.ts';
import { ed25519, KeyError, sha256 } from '../../log/keys.ts';
import { checkpointLock } from '../../log/lock.ts';
import { isOrdered } from '../../log/orders.ts';
import { compareOrigins, folderOf, isOrigin } from '../../log/origin.ts';
import { originsMade } from '../../log/pending.ts';
import { readingSigner, vkeyOf } from '../../log/public-key.ts';
import { originsPublished } from '../../log/published.ts';
import { newestStatement } from '../../log/statements.ts';
import { STATUS_PATH, statusVkey } from '../../status/status.ts';
import type { AuditNotes, AuditProgress } from '../report.ts';
import { isLoggedAgain } from './logged-again.ts';

/** Leaves of all logs as the public files and the store agree on them. */
export interface KnownLeaves {
  /** By leaf hash, hex. */
  readonly byHash: ReadonlyMap<string, KnownLeaf>;
  /** Hashes that wait for the sequencer, hex. */
  readonly pending: ReadonlySet<string>;
  /** Leaves that each log had when it was read. */
  readonly sizes: ReadonlyMap<string, number>;
}

export interface KnownLeaf {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Leaf;
}

/**
 * Whether a leaf was logged before another of the same school: in the same log by its index, else by the order of the logs.
 */
export function isBefore(a: KnownLeaf, b: KnownLeaf): boolean {
  return a.origin === b.origin ? a.index < b.index : compareOrigins(a.origin, b.origin) < 0;
}

export interface LogAuditDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  now(): Date;
}

/** Re-reads every log: public files against each other and the key, the store's leaves against the files. */
export async function auditLogs(
  deps: LogAuditDeps,
  notes: AuditNotes,
  progress: AuditProgress,
): Promise<KnownLeaves> {
  const byHash = new Map<string, KnownLeaf>();
  const pending = new Set<string>();
  const sizes = new Map<string, number>();
  const named = await originsMade(deps.db);
  // Files are looked for under it.
  for (const origin of named)
    if (!isOrigin(origin)) notes.problem('log', origin.slice(0, 200), 'origin-invalid');
  const made = named.filter(isOrigin);
  // Who empties the tables, the log's own among them, leaves the files that everybody reads.
  for (const origin of await originsPublished(deps.dataDir))
    if (!made.includes(origin)) notes.problem('log', origin, 'log-missing-in-store');
  // A leaf that stands in a log that nobody made could be taken for the one of its hash.
  for (const origin of await originsOfLeaves(deps.db))
    if (!made.includes(origin)) notes.problem('log', origin, 'leaves-of-no-log');
  // Before the logs: of a status that comes out later their leaves say nothing.
  const statuses = new Map<string, Uint8Array | null>();
  for (const origin of made)
    statuses.set(origin, await fileStorage(folderOf(deps.dataDir, origin)).read(STATUS_PATH));
  for (const origin of made) {
    notes.logs++;
    try {
      sizes.set(origin, await auditOne(deps, origin, notes, progress, { byHash, pending }));
    } catch (error) {
      if (!(error instanceof LedgerError) && !(error instanceof KeyError)) throw error;
      notes.problem('log', origin, error.code);
    }
  }
  for (const [origin, bytes] of statuses)
    if (bytes !== null) await auditStatus(deps, origin, bytes, byHash, notes);
  const waiting = await deps.db.selectFrom('log_pending').select(['origin', 'leaf', 'leaf_hash']).execute();
  for (const row of waiting) {
    const hash = hex(leafHash(sha256, row.leaf));
    if (hash !== hex(row.leaf_hash)) notes.problem('leaf', row.origin, 'leaf-hash-differs');
    pending.add(hash);
  }
  notes.pending = pending.size;
  return { byHash, pending, sizes };
}

/** By the index, log after log: there are many leaves of each. */
async function originsOfLeaves(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ origin: string }>`
    with recursive one as (
      select min(origin) as origin from log_leaf
      union all
      select (select min(l.origin) from log_leaf l where l.origin > one.origin) from one where one.origin is not null)
    select origin from one where origin is not null`.execute(db);
  return rows.map(({ origin }) => origin);
}

/** @returns how many leaves it had */
async function auditOne(
  deps: LogAuditDeps,
  origin: string,
  notes: AuditNotes,
  progress: AuditProgress,
  found: { readonly byHash: Map<string, KnownLeaf>; readonly pending: Set<string> },
): Promise<number> {
  const signer = await readingSigner(deps.dataDir, origin);
  const storage = fileStorage(folderOf(deps.dataDir, origin));
  const lock = checkpointLock(deps.db, origin);
  const ports = { origin, sha256, ed25519, storage, lock, signer, now: () => deps.now().getTime() };
  const before = await seenOf(ports);
  const end = await endOf(deps.db, origin);
  const times = leafTimes(deps.now());
  let firstAt: number | null = null;
  const ofFalseTime: { readonly index: number; readonly hash: Uint8Array; readonly code: LeafTimeFault }[] =
    [];
  const log = await auditLog({
    sha256,
    ed25519,
    storage,
    vkey: signer.vkey,
    known: [
      ...(await lodgedOf(deps.dataDir, origin, end, notes)),
      ...(await cosignedOf(deps.db, origin, signer.vkey, notes)),
    ],
    onLeaf(index, bytes) {
      const leaf = decodeLeaf(bytes);
      const hash = leafHash(sha256, bytes);
      found.byHash.set(hex(hash), { origin, index, leaf });
      firstAt ??= leaf.time;
      const code = times.look(leaf);
      if (code !== null) ofFalseTime.push({ index, hash, code });
    },
    onProgress: (done, size) => progress('log', done, size),
  });
  notes.leaves += log.size;
  const lodged = await lodgedSize(deps.dataDir, origin);
  if (lodged > 0) notes.lodged.push({ origin, size: lodged });
  for (const { file, code, index } of log.findings) {
    // Of a log that is being made the empty tree is signed, and then published.
    if (code === 'checkpoint-missing' && before.size === 0) continue;
    if (index === undefined) notes.problem('log', `${origin}/${file}`, code);
    else notes.problem('leaf', `${origin}#${index}`, code);
  }
  for (const { index, hash, code } of ofFalseTime)
    if (!(await isLoggedAgain(deps.db, origin, hash))) notes.problem('leaf', `${origin}#${index}`, code);
  if (!(await isInceptionOf(deps.db, origin, firstAt))) notes.problem('log', origin, 'inception-differs');
  await auditStored(deps.db, origin, log.size, notes, found);
  const published = log.root === null ? null : { size: log.size, root: log.root };
  if (end !== null && !(await isOrdered(deps.dataDir, end)))
    notes.problem('log', origin, 'end-without-order');
  if (end !== null) await auditEnd(deps, end, published, storage, notes);
  // The order is stored before it is carried out.
  else if ((await storage.read(CLOSED_PATH)) !== null && (await endOf(deps.db, origin)) === null)
    notes.problem('log', `${origin}/${CLOSED_PATH}`, 'closed-without-order');
  if (end?.how !== 'stolen' && published !== null && !(await agrees(ports, before, published)))
    notes.problem('log', origin, 'checkpoint-differs-from-store');
  return log.size;
}

/** Between a leaf's time and the making of the log that it is the first of, on clocks that are no more apart. */
const MAKING_S = 10 * 60;

/**
 * Whether a log began when it says, which the bundle tells verifiers: from then on a sealed record without a proof was never issued. It began before its
 * first leaf; one that goes on after a theft began with that order, and holds older leaves.
 */
async function isInceptionOf(db: Kysely<Database>, origin: string, firstAt: number | null): Promise<boolean> {
  const row = await db
    .selectFrom('log_state as s')
    .leftJoin('log_end as e', 'e.next', 's.origin')
    .select(['s.inception', 'e.ordered_at'])
    .where('s.origin', '=', origin)
    .executeTakeFirst();
  const began = Number(row?.inception);
  if (!Number.isFinite(began)) return false;
  const ordered = row?.ordered_at ?? null;
  if (ordered !== null) return began === Number(ordered) || Math.abs(began - Number(ordered)) < 1000;
  return firstAt === null || began / 1000 <= firstAt + MAKING_S;
}

/**
 * What was answered for by the level above: a tree that does not extend one of them is another history. Also of a log whose key was
 * stolen, up to the last tree that is believed: else one row that says so would do away with all of it. What was lodged behind that
 * tree may be the thief's; it is told.
 */
async function lodgedOf(
  dataDir: string,
  origin: string,
  end: LogEnd | null,
  notes: AuditNotes,
): Promise<Uint8Array[]> {
  if (end?.how !== 'stolen' || end.last_note === null) return lodgedCheckpoints(dataDir, origin);
  const last = sizeOf(end.last_note);
  const answered = await answeredCheckpoints(dataDir, origin);
  if (answered.some((note) => sizeOf(note) > last))
    notes.open.push({ what: 'log', id: origin, code: 'lodged-behind-last-tree' });
  return answered.filter((note) => sizeOf(note) <= last);
}

/** The tree that witnesses have cosigned, and that is believed after a theft: one that is none would be found out only then. */
async function cosignedOf(
  db: Kysely<Database>,
  origin: string,
  vkey: string,
  notes: AuditNotes,
): Promise<Uint8Array[]> {
  const row = await db
    .selectFrom('log_cosigned')
    .select(['size', 'note'])
    .where('origin', '=', origin)
    .executeTakeFirst();
  if (row === undefined) return [];
  const opened = await openCheckpoint(ed25519, row.note, [parseVkey(sha256, vkey)]).catch(
    (error: unknown) => {
      if (error instanceof LedgerError) return null;
      throw error;
    },
  );
  if (opened !== null && opened.size === Number(row.size)) return [row.note];
  notes.problem('log', `${origin}/cosigned`, 'checkpoint-differs');
  return [];
}

/** A log that was ended shows its last tree and says so; while the order is still to be carried out the file is not there yet. */
async function auditEnd(
  { db, dataDir }: LogAuditDeps,
  end: LogEnd,
  published: { readonly size: number; readonly root: Uint8Array } | null,
  storage: LogStorage,
  notes: AuditNotes,
): Promise<void> {
  const { origin } = end;
  const problem = (code: string): void => notes.problem('log', origin, code);
  if (end.how === 'closed') {
    const closed = await storage.read(CLOSED_PATH);
    if (closed === null || published === null) return;
    const closing = await openClosing(sha256, ed25519, await vkeyOf(dataDir, origin), closed);
    if (judgeByClosing(closing, { origin, ...published }) !== 'last') problem('leaf-after-close');
    return;
  }
  const stated = end.next === null ? null : await newestStatement(db, end.next, 'succession');
  if (stated === null || end.last_note === null || published === null) return;
  const last = parseCheckpointText(parseNote(end.last_note).text);
  if (judgeBySuccession(last, { origin, ...published }) !== 'last') problem('tree-after-theft');
}

/** The store's leaves: those of the published tree byte for byte, later ones wait for the sequencer. */
async function auditStored(
  db: Kysely<Database>,
  origin: string,
  size: number,
  notes: AuditNotes,
  found: { readonly byHash: ReadonlyMap<string, KnownLeaf>; readonly pending: Set<string> },
): Promise<void> {
  const rows = await db
    .selectFrom('log_leaf')
    .select(['leaf_index', 'leaf', 'leaf_hash'])
    .where('origin', '=', origin)
    .orderBy('leaf_index')
    .execute();
  if (rows.length < size) notes.problem('log', origin, 'leaves-missing-in-store');
  rows.forEach((row, i) => {
    const index = Number(row.leaf_index);
    const hash = hex(leafHash(sha256, row.leaf));
    if (index !== i) notes.problem('leaf', `${origin}#${i}`, 'leaf-index-missing');
    if (hash !== hex(row.leaf_hash)) notes.problem('leaf', `${origin}#${index}`, 'leaf-hash-differs');
    if (index >= size) found.pending.add(hash);
    else if (found.byHash.get(hash)?.index !== index) {
      notes.problem('leaf', `${origin}#${index}`, 'stored-leaf-differs');
    }
  });
}

/** What the store remembers to have signed, and on which tree it goes, in leaves, while that is not published yet. */
interface Seen {
  readonly size: number;
  readonly root: Uint8Array;
  readonly base: number | null;
}

async function seenOf(ports: Parameters<typeof lastSigned>[0]): Promise<Seen> {
  const { record, signed } = await lastSigned(ports);
  // A bundle that is applied between these two is published before its log is read.
  return { size: signed.size, root: signed.root, base: await waitingBase(ports, record) };
}

/**
 * Whether the published tree is one that the store remembers to have signed, or the one before it. A running server may have gone on
 * between the looks, and a killed one may have signed what its next start will publish.
 */
async function agrees(
  ports: Parameters<typeof lastSigned>[0],
  before: Seen,
  published: { readonly size: number; readonly root: Uint8Array },
): Promise<boolean> {
  const after = await seenOf(ports);
  const isOf = ({ size, root, base }: Seen): boolean =>
    base === published.size || (size === published.size && hex(root) === hex(published.root));
  return isOf(before) || isOf(after) || (before.size < published.size && published.size < after.size);
}

/** The leaves of a log that later ones speak of, in whichever log these stand. */
export function* followedIn(origin: string, byHash: KnownLeaves['byHash']): Generator<FollowedLeaf> {
  for (const { origin: of, index, leaf } of byHash.values()) {
    if (leaf.previous === undefined) continue;
    const earlier = byHash.get(hex(leaf.previous.leafHash));
    if (earlier?.origin !== origin) continue;
    yield {
      index: earlier.index,
      by: { index: of === origin ? index : null, time: leaf.time, kind: leaf.kind },
    };
  }
}

/** The published status against the leaves that it speaks of. */
async function auditStatus(
  deps: LogAuditDeps,
  origin: string,
  bytes: Uint8Array,
  byHash: ReadonlyMap<string, KnownLeaf>,
  notes: AuditNotes,
): Promise<void> {
  try {
    const vkey = await statusVkey(deps.dataDir, origin);
    const status = await openStatus(sha256, ed25519, vkey, origin, bytes);
    const { omitted, invented, untrue } = checkStatus(status, followedIn(origin, byHash), 'every-log');
    if (omitted.length > 0) notes.problem('log', `${origin}/${STATUS_PATH}`, 'status-omits-leaf');
    if (invented.length > 0) notes.problem('log', `${origin}/${STATUS_PATH}`, 'status-invents');
    if (untrue.length > 0) notes.problem('log', `${origin}/${STATUS_PATH}`, 'status-untrue');
  } catch (error) {
    if (!(error instanceof LedgerError) && !(error instanceof KeyError)) throw error;
    notes.problem('log', `${origin}/${STATUS_PATH}`, error.code);
  }
}

/**
 * Whether a leaf that no log had when the logs were read is given to one now: a running server issues meanwhile. A time beside it would
 * say so of anything, since whoever owns the tables sets it.
 */
export async function isGivenNow(db: Kysely<Database>, hash: Uint8Array): Promise<boolean> {
  const of = (table: 'log_pending' | 'log_leaf') =>
    db.selectFrom(table).select('leaf_hash').where('leaf_hash', '=', hash).executeTakeFirst();
  // Numbered between two looks it has left the one and not come into the other: so the later place is looked at last.
  return (await of('log_pending')) !== undefined || (await of('log_leaf')) !== undefined;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
