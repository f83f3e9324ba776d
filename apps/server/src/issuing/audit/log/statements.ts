import {
  type ChainHead,
  type ClockAhead,
  checkStatus,
  LedgerError,
  leafHash,
  openStatus,
  openSuccession,
  parseClockAhead,
  parseHeads,
  parseNote,
  parseStatusText,
  statementCommitment,
  statementKind,
  statusNoteOf,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import type { Kysely } from 'kysely';
import type { Database } from '../../../store/tables.ts';
import { leafOver } from '../../issue/core.ts';
import { endedLogs, type LogEnd } from '../../log/ends.ts';
import { ed25519, KeyError, sha256 } from '../../log/keys.ts';
import { folderOf } from '../../log/origin.ts';
import { vkeyOf } from '../../log/public-key.ts';
import { publishedLog } from '../../log/published.ts';
import { type StoredStatement, storedStatements } from '../../log/statements.ts';
import { STATUS_PATH, statusVkey } from '../../status/status.ts';
import type { AuditNotes } from '../report.ts';
import { followedIn, hex, isGivenNow, type KnownLeaves } from './logs.ts';

export interface StatementAudit {
  /** Hashes of the statements' leaves, hex. */
  readonly accounted: readonly string[];
  /** Heads of chains that stand in a log, by school, then by chain. */
  readonly heads: ReadonlyMap<string, ReadonlyMap<string, readonly ChainHead[]>>;
  /** Whether a time, unix seconds, was told by a clock that ran ahead, as a leaf states. */
  readonly unreal: (time: number) => boolean;
}

interface Deps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
}

/**
 * Every statement of every log against its leaf and against what it states: a logged status says of every leaf what the later leaves
 * of its tree say, logged heads are anchors for the chains, a succession is what was ordered.
 */
export async function auditStatements(
  deps: Deps,
  leaves: KnownLeaves,
  notes: AuditNotes,
): Promise<StatementAudit> {
  const accounted: string[] = [];
  const heads = new Map<string, Map<string, ChainHead[]>>();
  const ends = await endedLogs(deps.db);
  const statusDays = new Map<string, number[]>();
  const clocks: ClockAhead[] = [];
  for (const statement of await storedStatements(deps.db)) {
    notes.statements++;
    const hash = hex(leafHash(sha256, statement.leaf));
    const fault =
      (await faultOfLeaf(deps.db, statement, hash, leaves)) ?? (await faultOf(deps, statement, leaves, ends));
    if (fault !== null) {
      // The database may say that it is endless, which is no time.
      const at = Number(statement.madeAt);
      const named = Number.isFinite(at) ? new Date(at).toISOString() : String(at);
      notes.problem('statement', `${statement.origin} ${named}`, fault);
      continue;
    }
    accounted.push(hash);
    const kind = statementKind(statement.document);
    if (kind === 'heads') gather(heads, statement.document);
    if (kind === 'status') {
      const { origin, asOf } = statusIn(statusNoteOf(statement.document));
      statusDays.set(origin, [...(statusDays.get(origin) ?? []), asOf]);
    }
    if (kind === 'clock') clocks.push(parseClockAhead(statement.document));
  }
  // What was dated while a clock ran ahead, as a leaf states, is followed by what is dated as it should be.
  const unreal = (time: number) => clocks.some(({ found, ahead }) => found < time && time <= ahead);
  for (const [origin, days] of statusDays)
    await auditPublished(deps.dataDir, origin, Math.max(0, ...days.filter((day) => !unreal(day))), notes);
  return { accounted, heads, unreal };
}

async function faultOfLeaf(
  db: Kysely<Database>,
  { document, salt, leaf, leafHash: stored, madeAt }: StoredStatement,
  hash: string,
  leaves: KnownLeaves,
): Promise<string | null> {
  if (hash !== hex(stored)) return 'leaf-hash-differs';
  if (statementKind(document) === null) return 'statement-unknown';
  const said = leafOver(leaf, statementCommitment(sha256, document, salt));
  if (said?.kind !== 'statement') return 'leaf-differs';
  // By it the newest of several is told.
  if (said.time !== Math.floor(Number(madeAt) / 1000)) return 'made-at-differs';
  const given = leaves.byHash.has(hash) || leaves.pending.has(hash);
  return given || (await isGivenNow(db, stored)) ? null : 'not-in-log';
}

async function faultOf(
  deps: Deps,
  { origin, document, leaf, madeAt }: StoredStatement,
  leaves: KnownLeaves,
  ends: readonly LogEnd[],
): Promise<string | null> {
  try {
    switch (statementKind(document)) {
      case 'status':
        return await faultOfStatus(deps, statusNoteOf(document), hex(leafHash(sha256, leaf)), leaves, ends);
      case 'heads':
        return parseHeads(document).at * 1000 > madeAt.getTime() ? 'heads-of-later' : null;
      case 'succession': {
        const { last, next } = await openSuccession(
          sha256,
          ed25519,
          await vkeyOf(deps.dataDir, origin),
          document,
        );
        const ordered = ends.some(
          (end) => end.origin === last.origin && end.next === next && Number(end.last_size) === last.size,
        );
        return ordered ? null : 'not-ordered';
      }
      case 'clock': {
        // Of whichever log: the statement about one that is closed stands in the next.
        const { found } = parseClockAhead(document);
        return found === Math.floor(madeAt.getTime() / 1000) ? null : 'made-at-differs';
      }
      default:
        // Another log's checkpoint: whoever keeps that log's key can open it; here it is that it was said.
        return null;
    }
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return error.code;
    throw error;
  }
}

/** What the status said against the leaves that its tree had then: nothing kept back, nothing made up. */
async function faultOfStatus(
  { dataDir }: Deps,
  note: Uint8Array,
  hash: string,
  leaves: KnownLeaves,
  ends: readonly LogEnd[],
): Promise<string | null> {
  const { origin } = statusIn(note);
  const status = await openStatus(sha256, ed25519, await statusVkey(dataDir, origin), origin, note);
  const at = leaves.byHash.get(hash);
  // A status is logged after its tree; of a later tree it could say anything.
  if (at !== undefined && at.origin === origin && at.index < status.size) return 'status-of-later-tree';
  // Its log was left at an earlier tree, and it was logged again where the log goes on: the leaves that it spoke of are no tree's any more.
  const left = ends.find((end) => end.origin === origin && end.how === 'stolen');
  if (left !== undefined && status.size > Number(left.last_size) && at?.origin !== origin) return null;
  // Stored since the log was read: the next audit reads its tree. One of a tree that nobody has published is of none.
  if (status.size > (leaves.sizes.get(origin) ?? 0)) {
    const published = (await publishedLog(dataDir, origin))?.checkpoint.size ?? 0;
    return status.size > published ? 'status-of-later-tree' : null;
  }
  const { omitted, invented, untrue } = checkStatus(status, followedIn(origin, leaves.byHash), 'own-log');
  if (omitted.length > 0) return 'status-omits-leaf';
  if (invented.length > 0) return 'status-invents';
  return untrue.length > 0 ? 'status-untrue' : null;
}

const statusIn = (note: Uint8Array) => parseStatusText(parseNote(note, note.length).text);

/** A status is published before it is logged: an older one in its place hides what was recalled since. Whether it is true is told elsewhere. */
async function auditPublished(
  dataDir: string,
  origin: string,
  logged: number,
  notes: AuditNotes,
): Promise<void> {
  const problem = (code: string): void => notes.problem('log', `${origin}/${STATUS_PATH}`, code);
  const note = await fileStorage(folderOf(dataDir, origin)).read(STATUS_PATH);
  if (note === null) return problem('status-missing');
  try {
    if (statusIn(note).asOf < logged) problem('status-replaced-by-older');
  } catch (error) {
    // What cannot be read was named with the log.
    if (!(error instanceof LedgerError)) throw error;
  }
}

function gather(heads: Map<string, Map<string, ChainHead[]>>, document: Uint8Array): void {
  const { school, heads: list } = parseHeads(document);
  const chains = heads.get(school) ?? new Map<string, ChainHead[]>();
  heads.set(school, chains);
  for (const { classId, seq, hash } of list)
    chains.set(classId, [...(chains.get(classId) ?? []), { seq, hash }]);
}
