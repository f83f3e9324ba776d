import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { PadesFindingCode } from '../pades/finding.ts';
import { judgeTimestamp } from '../pades/timestamp.ts';
import { type NamedAnswer, nameAnswers } from '../revocation/remembered.ts';
import { type AlgorithmRule, judgeAlgorithm, policyAlgorithm } from '../x509/algorithm-policy.ts';
import { type Certificate, isTrainingCertificate } from '../x509/certificate.ts';
import { distinct } from '../x509/distinct.ts';
import { type Evidence, judgePath } from '../xades/judge-path.ts';
import type { CarriedByOthers } from './carried.ts';

/** Whom a signature of other software is judged by. */
export interface OthersTrust {
  readonly roots: readonly Certificate[];
  /** Of time-stamping authorities. */
  readonly authorityRoots: readonly Certificate[];
  readonly now: Date;
  /** The built-in rules if not given. */
  readonly policy?: readonly AlgorithmRule[];
}

/**
 * How a signer's certificate stood at the proven time, or stands now where none is proven. `good`: below a root, in force,
 * and not revoked by then. `status-unknown`: nothing that travels with the file says so for that time. `revoked-unproven`:
 * revoked by now, and nobody can tell whether that was before it signed.
 */
export type SignerStanding =
  | 'good'
  | 'status-unknown'
  | 'revoked'
  | 'revoked-unproven'
  | 'training'
  | 'algorithm-refused'
  | 'ended'
  | 'unknown'
  | 'no-roots';

/** What a file carries to be judged by, each answer named once for all who are asked about. */
export interface OthersEvidence {
  readonly certificates: readonly Certificate[];
  readonly answers: readonly NamedAnswer[];
  /** By when an answer existed. */
  readonly existed: (answer: Uint8Array) => Date;
}

/** @param existed by when an answer existed; now if not given, which no answer of an ended responder outlives */
export function evidenceOfOthers(
  crypto: CryptoPort,
  carried: CarriedByOthers,
  now: Date,
  existed: OthersEvidence['existed'] = () => now,
): OthersEvidence {
  return { certificates: carried.certificates, answers: nameAnswers(crypto, carried), existed };
}

/**
 * By when a token's message existed, where the token can be relied on as of `at`: its authority below a root, not ended and
 * not revoked (EN 319 102-1 §5.6.2). `open`: the authority is one that is known here, and what travels with the file does not
 * tell whether it can be relied on. Null where it proves nothing; an authority of a training PKI dates nothing that is real.
 *
 * @param outermost nothing dates this token, so that only somebody who is asked now could tell of its authority's revocation
 */
export async function datedBy(
  crypto: CryptoPort,
  stamp: { readonly value: Uint8Array; readonly message: Uint8Array },
  { at, outermost, training }: { readonly at: Date; readonly outermost: boolean; readonly training: boolean },
  trust: OthersTrust,
  evidence: OthersEvidence,
): Promise<Date | 'open' | null> {
  const { certificates: between } = evidence;
  const of = { roots: trust.authorityRoots, between, answers: evidence.answers, existed: evidence.existed };
  const found = await judgeTimestamp(crypto, stamp, at, outermost, trust, of);
  if ('refused' in found) return OPEN.has(found.refused.code) ? 'open' : null;
  return !training && found.certificates.some(isTrainingCertificate) ? null : found.proven.time;
}

const OPEN: ReadonlySet<PadesFindingCode> = new Set<PadesFindingCode>([
  'authority-expired',
  'authority-status-unknown',
  'clock-behind',
]);

/** Who signed, and when as far as that is known. */
export interface DatedSigner {
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  /** By an authority's word; null without one. */
  readonly provenAt: Date | null;
  /** An authority that is known here dated it earlier, and whether that one can be relied on is open. */
  readonly maybeEarlier: boolean;
}

/** Path, revocation and algorithms of a signer, as ours are judged. */
export async function standingOf(
  crypto: CryptoPort,
  { chain, provenAt, maybeEarlier }: DatedSigner,
  trust: OthersTrust,
  evidence: OthersEvidence,
): Promise<SignerStanding> {
  const [certificate] = chain;
  if (certificate === undefined) return 'unknown';
  if (trust.roots.length === 0) return 'no-roots';
  const at = provenAt ?? trust.now;
  const between = above(certificate, [...chain.slice(1), ...evidence.certificates]);
  const of: Evidence = { roots: trust.roots, between, answers: evidence.answers, existed: evidence.existed };
  const found = await judgePath(crypto, 'document', certificate, at, of);
  if (found.state === 'no-path')
    return found.code === 'expired' || found.code === 'not-yet-valid' ? 'ended' : 'unknown';
  if (found.state === 'revoked') return provenAt === null || maybeEarlier ? 'revoked-unproven' : 'revoked';
  if (found.path.some(isTrainingCertificate)) return 'training';
  if (found.state === 'unknown') return 'status-unknown';
  const weak = found.path.some(
    (one) => judgeAlgorithm(policyAlgorithm(one.publicKey), at, trust.policy) === 'refused',
  );
  return weak ? 'algorithm-refused' : 'good';
}

/**
 * Whether an authority below a root certified the signer's key. What a signature covers existed when its value did only then:
 * for a value that was dated before anybody can find a key by which it signs something else, and nobody certifies that one.
 */
export async function isCertified(
  crypto: CryptoPort,
  { chain, provenAt }: Pick<DatedSigner, 'chain'> & { readonly provenAt: Date },
  { roots }: OthersTrust,
  { certificates, existed }: OthersEvidence,
): Promise<boolean> {
  const [certificate] = chain;
  if (certificate === undefined) return false;
  const between = above(certificate, [...chain.slice(1), ...certificates]);
  const of: Evidence = { roots, between, answers: [], existed };
  return (await judgePath(crypto, 'document', certificate, provenAt, of)).state !== 'no-path';
}

/** Of a heap of certificates those that may stand above one, the nearest first: a path is looked for among few. */
function above(certificate: Certificate, heap: readonly Certificate[]): Certificate[] {
  const found: Certificate[] = [];
  const left = distinct(heap);
  for (let names = [certificate.issuer.der]; names.length > 0; ) {
    const next = left.filter(
      (one) => !found.includes(one) && names.some((n) => sameBytes(n, one.subject.der)),
    );
    found.push(...next);
    names = next.map((one) => one.issuer.der);
  }
  return found;
}
