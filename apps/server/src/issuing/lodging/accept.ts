import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AddCheckpoint,
  bareCheckpoint,
  type Checkpoint,
  emptyRoot,
  formatVkey,
  LedgerError,
  openCheckpoint,
  parseAddCheckpoint,
  parseCheckpointText,
  parseNote,
  parsePolicy,
  rootWithin,
  statementHeader,
  type VerifierKey,
  verifyConsistency,
} from '@hocba/ledger';
import { type Kysely, sql } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { LodgingRefused } from '../above/refused.ts';
import { asTyped } from '../log/as-typed.ts';
import { logOfLeaf, openOrigin } from '../log/ends.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { partsOfPlace, TRAINING_HOST, yearIn } from '../log/origin.ts';
import { proofFile } from '../log/published.ts';
import { addStatement, largestLodged, type StoredStatement } from '../log/statements.ts';
import { keepContradiction } from './forks.ts';

/** Logs whose checkpoints are taken (c2sp.org/tlog-policy: `log` lines and `quorum none`), laid down by the operator. */
export const SCHOOL_LOGS_FILE = 'school-logs';

/** Any number, but the same for ever: checkpoints of one log are taken one after the other. */
const LOCK_SEED = 7_306_931_419;

export interface AcceptDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  /** Of this installation's logs, as `originOf` takes it. */
  readonly place: string;
  now(): Date;
  /** Asked when a further leaf is about to be made of this log; refuses by throwing. */
  beforeAdding?(origin: string): Promise<void>;
}

/**
 * Takes the checkpoint of another installation's log into the log that the schools here share, as a statement of its own: from then on
 * that log cannot show another history without contradicting a leaf here. The same checkpoint again changes nothing.
 *
 * @param body an `add-checkpoint` request (c2sp.org/tlog-witness): the size lodged last, the proof from there, the checkpoint
 * @returns the tree that is lodged now; whether it was before
 * @throws LodgingRefused 'malformed' | 'unknown-log' | 'signature-refused' | 'no-shared-log' | 'older' | 'other-start' |
 *   'unproven' | 'forked'; of a fork what was signed is kept as evidence
 */
export async function acceptCheckpoint(
  deps: AcceptDeps,
  body: Uint8Array,
): Promise<{ readonly lodged: Checkpoint; readonly already: boolean }> {
  const { request, claimed } = readRequest(body);
  const keys = (await knownLogs(deps.dataDir)).filter(({ name }) => name === claimed.origin);
  if (keys.length === 0) throw new LodgingRefused('unknown-log');
  const given = await openCheckpoint(ed25519, request.checkpoint, keys).catch((error: unknown) => {
    throw error instanceof LedgerError ? new LodgingRefused('signature-refused') : error;
  });
  if (given.size === 0) throw new LodgingRefused('malformed');
  const into = await sharedLog(deps, given.origin);
  const bare = await bareCheckpoint(sha256, ed25519, formatVkey(given.log), request.checkpoint);
  const document = Buffer.concat([statementHeader('lodged'), bare]);
  try {
    return await inTransaction(deps.db, async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${given.origin}, ${LOCK_SEED}))`.execute(trx);
      const last = await lastLodged(trx, given.origin);
      if (follows(last, given, request) === 'the same') return { lodged: given, already: true };
      await deps.beforeAdding?.(given.origin);
      await addStatement(trx, into, document, deps.now());
      return { lodged: given, already: false };
    });
  } catch (error) {
    // Two trees under one key: no accident, and proof by itself.
    if (error instanceof LodgingRefused && error.code === 'forked') {
      const fork = { origin: given.origin, held: error.size };
      await keepContradiction(deps.dataDir, fork, bare, request.proof);
    }
    throw error;
  }
}

function readRequest(body: Uint8Array): { request: AddCheckpoint; claimed: Checkpoint } {
  try {
    const request = parseAddCheckpoint(body);
    return { request, claimed: parseCheckpointText(parseNote(request.checkpoint).text) };
  } catch (error) {
    throw error instanceof LedgerError ? new LodgingRefused('malformed') : error;
  }
}

/** Keys of the logs that are taken here. @throws LedgerError 'policy-invalid' for a file that cannot be read as one */
export async function knownLogs(dataDir: string): Promise<readonly VerifierKey[]> {
  let text: string;
  try {
    text = await readFile(join(dataDir, SCHOOL_LOGS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return parsePolicy(sha256, asTyped(text)).logs.map(({ key }) => key);
}

/** The shared log of the year of the log that is lodged, or the one that takes its leaves now; training stays with training. */
async function sharedLog({ db, place }: AcceptDeps, origin: string): Promise<string> {
  const { shared } = partsOfPlace(place);
  const year = yearIn(origin);
  if (shared === null || !/^\d{4}-\d{4}$/.test(year)) throw new LodgingRefused('no-shared-log');
  const training = origin.startsWith(`${TRAINING_HOST}/`);
  try {
    const into = await openOrigin(db, { code: shared, training }, year, place);
    const made = await db
      .selectFrom('log_state')
      .select('origin')
      .where('origin', '=', into)
      .where('lock', 'is not', null)
      .executeTakeFirst();
    if (made === undefined || into === origin) throw new LodgingRefused('no-shared-log');
    return into;
  } catch (error) {
    throw error instanceof Refusal ? new LodgingRefused('no-shared-log') : error;
  }
}

interface Lodged {
  readonly statement: StoredStatement;
  readonly note: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/** The largest tree, not the newest row: a clock that was put back would let a log go on from an earlier one, by other leaves. */
async function lastLodged(db: Kysely<Database>, origin: string): Promise<Lodged | null> {
  const statement = await largestLodged(db, origin);
  if (statement === null) return null;
  const note = statement.document.slice(statementHeader('lodged').length);
  return { statement, note, checkpoint: parseCheckpointText(parseNote(note).text) };
}

/**
 * What proves nothing accuses nobody; a path that leads to the signed tree and begins with other leaves than the lodged ones proves that
 * its signer has two histories. Where the lodged size is a power of two only a path with the root before it can tell the two apart: both
 * spellings are read. @throws LodgingRefused 'older' | 'other-start' | 'unproven' | 'forked'
 */
function follows(
  last: Lodged | null,
  given: Checkpoint,
  { oldSize, proof }: AddCheckpoint,
): 'the same' | 'later' {
  const { size, root } = last?.checkpoint ?? { size: 0, root: emptyRoot(sha256) };
  if (given.size < size) throw new LodgingRefused('older', size);
  if (given.size === size) {
    if (Buffer.compare(given.root, root) !== 0) throw new LodgingRefused('forked', size);
    return 'the same';
  }
  if (oldSize !== size) throw new LodgingRefused('other-start', size);
  const between = { first: size, second: given.size, firstRoot: root, secondRoot: given.root, proof };
  if (verifyConsistency(sha256, between)) return 'later';
  const begun = rootWithin(sha256, { first: size, second: given.size, secondRoot: given.root, path: proof });
  if (begun === null) throw new LodgingRefused('unproven', size);
  if (Buffer.compare(begun, root) === 0) return 'later';
  throw new LodgingRefused('forked', size);
}

/** The receipt of the checkpoint that was lodged last of a log; null while its leaf is in no published tree, or where nothing was lodged. */
export async function lodgingReceipt(
  deps: Pick<AcceptDeps, 'db' | 'dataDir'>,
  origin: string,
): Promise<Uint8Array | null> {
  const last = await lastLodged(deps.db, origin);
  return last && receiptOf(deps, last);
}

/** The proof file of the statement's leaf, with its salt and the leaf itself. */
async function receiptOf(
  { db, dataDir }: Pick<AcceptDeps, 'db' | 'dataDir'>,
  { statement: { leafHash, leaf, salt } }: Lodged,
): Promise<Uint8Array | null> {
  const index = await leafIndexOf(db, leafHash);
  const into = await logOfLeaf(db, leafHash);
  if (index === null || into === null) return null;
  return proofFile(dataDir, into, { index, bytes: leaf, salt });
}

/** What is held of a log: the checkpoint that was lodged last, and its receipt. */
export interface HeldTree {
  readonly size: number;
  readonly checkpoint: Uint8Array | null;
  readonly receipt: Uint8Array | null;
}

/** @throws LodgingRefused 'unknown-log' for one whose key nobody has made known here */
export async function heldTree(deps: Pick<AcceptDeps, 'db' | 'dataDir'>, origin: string): Promise<HeldTree> {
  if (!(await knownLogs(deps.dataDir)).some(({ name }) => name === origin))
    throw new LodgingRefused('unknown-log');
  const last = await lastLodged(deps.db, origin);
  if (last === null) return { size: 0, checkpoint: null, receipt: null };
  return { size: last.checkpoint.size, checkpoint: last.note, receipt: await receiptOf(deps, last) };
}
