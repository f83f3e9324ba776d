import type { Curve, HashAlgorithm } from '../algorithms.ts';
import type { PublicKeyInfo } from './public-key.ts';

/** Names of the policy; keys of RSA fall into the widest class that they fill. */
export type PolicyAlgorithm =
  | 'md5'
  | 'sha1'
  | HashAlgorithm
  | 'rsa-below-2048'
  | 'rsa-2048'
  | 'rsa-3072'
  | `ecdsa-${Curve}`
  | 'other-key';

export interface AlgorithmRule {
  readonly algorithm: PolicyAlgorithm;
  /** From this day (UTC, ISO) it is noted: accepted, and said so. Null for never. */
  readonly notedFrom: string | null;
  /** From this day it is refused, for whatever was not proven to be older. Null for not known yet. */
  readonly refusedFrom: string | null;
  readonly source: string;
}

const ALWAYS = '1970-01-01';
const VN = 'TT 15/2025/TT-BKHCN';
const SOGIS = 'SOG-IS Agreed Cryptographic Mechanisms 1.3';

/**
 * Which algorithms are relied on, and since when no more. Data: a trust bundle may hand in a later one. SHA-1 and MD5
 * are refused for every date, and the readers do not know them at all; the rules say so for whoever asks why.
 */
export const ALGORITHM_POLICY: readonly AlgorithmRule[] = [
  { algorithm: 'md5', notedFrom: null, refusedFrom: ALWAYS, source: 'RFC 6151' },
  { algorithm: 'sha1', notedFrom: null, refusedFrom: ALWAYS, source: 'RFC 9155; NIST SP 800-131A' },
  { algorithm: 'sha256', notedFrom: null, refusedFrom: null, source: VN },
  { algorithm: 'sha384', notedFrom: null, refusedFrom: null, source: VN },
  { algorithm: 'sha512', notedFrom: null, refusedFrom: null, source: VN },
  { algorithm: 'rsa-below-2048', notedFrom: null, refusedFrom: ALWAYS, source: VN },
  // Legacy there since 2026, and still what the providers here issue.
  { algorithm: 'rsa-2048', notedFrom: '2026-01-01', refusedFrom: null, source: SOGIS },
  { algorithm: 'rsa-3072', notedFrom: null, refusedFrom: null, source: SOGIS },
  { algorithm: 'ecdsa-p256', notedFrom: null, refusedFrom: null, source: SOGIS },
  { algorithm: 'ecdsa-p384', notedFrom: null, refusedFrom: null, source: SOGIS },
  { algorithm: 'ecdsa-p521', notedFrom: null, refusedFrom: null, source: SOGIS },
  { algorithm: 'other-key', notedFrom: null, refusedFrom: ALWAYS, source: VN },
];

export type AlgorithmVerdict = 'accepted' | 'noted' | 'refused';

/** Written out: a name that is put together is compared letter by letter. */
const OF_CURVE = { p256: 'ecdsa-p256', p384: 'ecdsa-p384', p521: 'ecdsa-p521' } as const;

/** The policy's name of a key. */
export function policyAlgorithm(key: PublicKeyInfo): PolicyAlgorithm {
  if (key.kind === 'ec') return OF_CURVE[key.curve];
  if (key.kind === 'other') return 'other-key';
  if (key.bits < 2_048) return 'rsa-below-2048';
  return key.bits < 3_072 ? 'rsa-2048' : 'rsa-3072';
}

/** What the policy says of an algorithm as of a time; one without a rule is refused, and so is an invalid date. */
export function judgeAlgorithm(
  algorithm: PolicyAlgorithm,
  at: Date,
  policy: readonly AlgorithmRule[] = ALGORITHM_POLICY,
): AlgorithmVerdict {
  const rule = policy.find((r) => r.algorithm === algorithm);
  const time = at.getTime();
  if (rule === undefined || Number.isNaN(time)) return 'refused';
  const since = (day: string | null): boolean => day !== null && !(time < Date.parse(`${day}T00:00:00Z`));
  if (since(rule.refusedFrom)) return 'refused';
  return since(rule.notedFrom) ? 'noted' : 'accepted';
}
