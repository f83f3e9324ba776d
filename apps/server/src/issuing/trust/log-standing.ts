import {
  CLOSED_PATH,
  evaluateQuorum,
  LedgerError,
  openCheckpoint,
  type Policy,
  parseVkey,
  type QuorumState,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { lodgedSize, shownForks } from '../above/lodge.ts';
import { endOf } from '../log/ends.ts';
import { newestEvidence, undatedSince } from '../log/evidence.ts';
import { ed25519, KeyError, sha256 } from '../log/keys.ts';
import { folderOf } from '../log/origin.ts';
import { publishedLog } from '../log/published.ts';
import { currentStatus, type StatusDeps } from '../status/status.ts';

/** Where a log stands that is kept here. */
export interface LogStanding {
  readonly origin: string;
  readonly leaves: number;
  readonly life: 'open' | 'ending' | 'closed' | 'stolen';
  /** Leaves of the newest tree that the level above has answered for; 0 where none was lodged. */
  readonly lodged: number;
  /** The level above has shown a tree under this log's key that this log did not have. */
  readonly forked: boolean;
  readonly witness: QuorumState;
  /** Each witness of the policy, and when it last cosigned the published tree; null where it has not. */
  readonly witnesses: readonly { readonly name: string; readonly seenAt: Date | null }[];
  readonly statusAsOf: Date;
  /** The latest evidence of time, and until when it must be renewed; null before the first. */
  readonly dated: { readonly at: Date; readonly renewBefore: Date } | null;
  /** When the first of the leaves was made that no authority has dated; null where all are. */
  readonly undatedSince: Date | null;
}

/** Whether a log takes leaves; `ending` until the server has carried out the order to close it. */
export async function lifeOf(
  db: Kysely<Database>,
  dataDir: string,
  origin: string,
): Promise<LogStanding['life']> {
  const end = await endOf(db, origin);
  if (end === null) return 'open';
  if (end.how === 'stolen') return 'stolen';
  return (await fileStorage(folderOf(dataDir, origin)).read(CLOSED_PATH)) === null ? 'ending' : 'closed';
}

/** Null for a log whose files are not here, or cannot be read as its own: there is then nothing to say of it. */
export async function logStanding(
  deps: StatusDeps,
  origin: string,
  policy: Policy,
): Promise<LogStanding | null> {
  try {
    const log = await publishedLog(deps.dataDir, origin);
    if (log === null) return null;
    const keys = policy.witnesses.map(({ key }) => key);
    const { size, cosigned } = await openCheckpoint(ed25519, log.note, [parseVkey(sha256, log.vkey)], keys);
    const seen = new Map(cosigned.map(({ key, time }) => [key, time]));
    const evidence = await newestEvidence(deps.db, origin);
    const renewals = evidence.map(({ renew_before }) => renew_before.getTime());
    const last = evidence.at(-1);
    return {
      origin,
      leaves: size,
      life: await lifeOf(deps.db, deps.dataDir, origin),
      lodged: await lodgedSize(deps.dataDir, origin),
      forked: (await shownForks(deps.dataDir, origin)).length > 0,
      witness: evaluateQuorum(policy, [...seen.keys()]),
      witnesses: policy.witnesses.map(({ name, key }) => {
        const time = seen.get(key) ?? null;
        return { name, seenAt: time === null ? null : new Date(time * 1000) };
      }),
      statusAsOf: (await currentStatus(deps, origin)).asOf,
      dated: last === undefined ? null : { at: last.made_at, renewBefore: new Date(Math.min(...renewals)) },
      undatedSince: await undatedSince(deps.db, origin, size),
    };
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return null;
    throw error;
  }
}
