import type { CryptoPort } from '../crypto/crypto-port.ts';
import { DerError } from '../der/read.ts';
import { parseTimestampToken } from '../time/token.ts';
import {
  type TimestampCode,
  type TimestampTrust,
  type ValidTimestamp,
  verifyTimestamp,
} from '../time/verify.ts';
import { type AlgorithmRule, judgeAlgorithm } from '../x509/algorithm-policy.ts';
import { rootBelow } from './hash-tree.ts';
import { type EvidenceRecord, readEvidenceRecord } from './record.ts';
import { rehashed } from './write.ts';

/** Why evidence proves nothing, or cannot be told to. */
export type EvidenceCode =
  | 'malformed'
  | 'not-of-this-record'
  | 'hash-mismatch'
  | 'times-out-of-order'
  | 'renewed-too-late'
  | 'hash-refused'
  | 'authority-expired'
  | TimestampCode;

export type EvidenceFinding =
  | {
      readonly valid: true;
      readonly code: 'valid';
      /** By when the record certainly existed. */
      readonly provenAt: Date;
      readonly times: readonly ValidTimestamp[];
      /** Renew before: the first end in the newest authority's path. */
      readonly renewBefore: Date;
    }
  | { readonly valid: false; readonly code: EvidenceCode };

const refuse = (code: EvidenceCode): EvidenceFinding => ({ valid: false, code });

/**
 * Verifies an EvidenceRecord over a record (RFC 4998 §5.3): the record is a leaf of the first tree; every later
 * timestamp is over the one before it, or, where the hash changed, over record and chains before; each was made while
 * the authority and the hash before it were good, and the newest are so now. Whether an authority was revoked is the
 * caller's question. Never throws for what is in it.
 */
export async function verifyEvidence(
  crypto: CryptoPort,
  evidence: Uint8Array,
  record: Uint8Array,
  trust: TimestampTrust & { readonly now: Date; readonly policy?: readonly AlgorithmRule[] },
): Promise<EvidenceFinding> {
  let read: EvidenceRecord;
  try {
    read = readEvidenceRecord(evidence);
  } catch (error) {
    if (error instanceof DerError) return refuse('malformed');
    throw error;
  }
  const times: ValidTimestamp[] = [];
  let hash = read.chains[0]?.[0]?.hash;
  for (const [n, chain] of read.chains.entries()) {
    const before = { chains: read.chains.slice(0, n) };
    for (const [k, stamp] of chain.entries()) {
      const message =
        k > 0
          ? (chain[k - 1]?.token ?? new Uint8Array())
          : n > 0
            ? rehashed(crypto, stamp.hash, record, before)
            : record;
      const below = rootBelow(crypto, stamp.hash, message, stamp.reducedTree);
      if (below === null) return refuse('not-of-this-record');
      if (hashOf(stamp.token) !== stamp.hash) return refuse('hash-mismatch');
      const found = await verifyTimestamp(crypto, stamp.token, { message: below }, trust);
      if (!found.valid) return refuse(found.code === 'imprint-mismatch' ? 'not-of-this-record' : found.code);
      const last = times.at(-1);
      if (last !== undefined) {
        if (found.time.getTime() < last.time.getTime()) return refuse('times-out-of-order');
        if (found.time.getTime() > endOf(last).getTime()) return refuse('renewed-too-late');
        if (judgeAlgorithm(hash ?? stamp.hash, found.time, trust.policy) === 'refused')
          return refuse('hash-refused');
      }
      hash = stamp.hash;
      times.push(found);
    }
  }
  const [first, newest] = [times[0], times.at(-1)];
  if (first === undefined || newest === undefined || hash === undefined) return refuse('malformed');
  if (newest.time.getTime() > trust.now.getTime() + SKEW) return refuse('times-out-of-order');
  const renewBefore = endOf(newest);
  if (trust.now.getTime() > renewBefore.getTime()) return refuse('authority-expired');
  if (judgeAlgorithm(hash, trust.now, trust.policy) === 'refused') return refuse('hash-refused');
  return { valid: true, code: 'valid', provenAt: first.time, times, renewBefore };
}

const SKEW = 60_000;

function hashOf(token: Uint8Array) {
  try {
    return parseTimestampToken(token).hash;
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

const endOf = ({ path }: ValidTimestamp): Date =>
  new Date(Math.min(...path.map(({ notAfter }) => notAfter.getTime())));
