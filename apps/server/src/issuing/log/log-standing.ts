import {
  evaluateQuorum,
  LedgerError,
  openCheckpoint,
  type Policy,
  parseVkey,
  type QuorumState,
} from '@hocba/ledger';
import { currentStatus, type StatusDeps } from '../status.ts';
import { newestEvidence } from './evidence.ts';
import { ed25519, KeyError, sha256 } from './keys.ts';
import { publishedLog } from './published.ts';

/** Where a log stands that is kept here. */
export interface LogStanding {
  readonly origin: string;
  readonly leaves: number;
  readonly witness: QuorumState;
  /** Each witness of the policy, and when it last cosigned the published tree; null where it has not. */
  readonly witnesses: readonly { readonly name: string; readonly seenAt: Date | null }[];
  readonly statusAsOf: Date;
  /** The latest evidence of time, and until when it must be renewed; null before the first. */
  readonly dated: { readonly at: Date; readonly renewBefore: Date } | null;
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
      witness: evaluateQuorum(policy, [...seen.keys()]),
      witnesses: policy.witnesses.map(({ name, key }) => {
        const time = seen.get(key) ?? null;
        return { name, seenAt: time === null ? null : new Date(time * 1000) };
      }),
      statusAsOf: (await currentStatus(deps, origin)).asOf,
      dated: last === undefined ? null : { at: last.made_at, renewBefore: new Date(Math.min(...renewals)) },
    };
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) return null;
    throw error;
  }
}
