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
  statementHeader,
  type VerifierKey,
  verifyConsistency,
} from '@hocba/ledger';
import { type Kysely, sql } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { leafIndexOf } from '../issue.ts';
import { logOfLeaf, openOrigin } from '../log/ends.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { partsOfPlace, TRAINING_HOST, yearIn } from '../log/origin.ts';
import { proofFile } from '../log/published.ts';
import { addStatement, newestStatement, type StoredStatement } from '../log/statements.ts';
import { LodgingRefused } from './refused.ts';

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
}

/**
 * Takes the checkpoint of another installation's log into the log that the schools here share, as a statement of its own: from then on
 * that log cannot show another history without contradicting a leaf here. The same checkpoint again changes nothing.
 *
 * @param body an `add-checkpoint` request (c2sp.org/tlog-witness): the size lodged last, the proof from there, the checkpoint
 * @returns the tree that is lodged now; whether it was before
 * @throws LodgingRefused 'malformed' | 'unknown-log' | 'signature-refused' | 'no-shared-log' | 'older' | 'other-start' | 'forked'
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
  return inTransaction(deps.db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${given.origin}, ${LOCK_SEED}))`.execute(trx);
    const last = await lastLodged(trx, given.origin);
    if (follows(last, given, request) === 'the same') return { lodged: given, already: true };
    await addStatement(trx, into, document, deps.now());
    return { lodged: given, already: false };
  });
}

function readRequest(body: Uint8Array): { request: AddCheckpoint; claimed: Checkpoint } {
  try {
    const request = parseAddCheckpoint(body);
    return { request, claimed: parseCheckpointText(parseNote(request.checkpoint).text) };
  } catch (error) {
    throw error instanceof LedgerError ? new LodgingRefused('malformed') : error;
  }
}

/** @throws LedgerError 'policy-invalid' for a file that cannot be read as one */
async function knownLogs(dataDir: string): Promise<readonly VerifierKey[]> {
  let text: string;
  try {
    text = await readFile(join(dataDir, SCHOOL_LOGS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return parsePolicy(sha256, text.replaceAll('\r\n', '\n')).logs.map(({ key }) => key);
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
  readonly checkpoint: Checkpoint;
}

async function lastLodged(db: Kysely<Database>, origin: string): Promise<Lodged | null> {
  const statement = await newestStatement(db, null, 'lodged', `${origin}\n`);
  if (statement === null) return null;
  const note = statement.document.slice(statementHeader('lodged').length);
  return { statement, checkpoint: parseCheckpointText(parseNote(note).text) };
}

/** @throws LodgingRefused 'older' | 'other-start' | 'forked' */
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
  if (!verifyConsistency(sha256, between)) throw new LodgingRefused('forked', size);
  return 'later';
}

/**
 * The receipt of the checkpoint that was lodged last of a log: the proof file of the statement's leaf, with its salt and the leaf itself.
 * @returns null while the leaf is in no published tree, or where nothing was lodged
 */
export async function lodgingReceipt(
  { db, dataDir }: Pick<AcceptDeps, 'db' | 'dataDir'>,
  origin: string,
): Promise<Uint8Array | null> {
  const last = await lastLodged(db, origin);
  if (last === null) return null;
  const { leafHash, leaf, salt } = last.statement;
  const index = await leafIndexOf(db, leafHash);
  const into = await logOfLeaf(db, leafHash);
  if (index === null || into === null) return null;
  return proofFile(dataDir, into, { index, bytes: leaf, salt });
}
