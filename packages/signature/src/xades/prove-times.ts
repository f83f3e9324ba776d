import type { CryptoPort } from '../crypto/crypto-port.ts';
import { instantOf } from '../markup/vocabulary.ts';
import type { RevocationAnswer } from '../revocation/answer.ts';
import { type TimestampCode, type ValidTimestamp, verifyTimestamp } from '../time/verify.ts';
import { judgeAlgorithm, policyAlgorithm } from '../x509/algorithm-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type Evidence, judgePath, type PathJudgement } from './judge-path.ts';
import type { LevelFinding, LevelSubject, LevelTrust, ProvenTime } from './level.ts';
import { archiveTimestampMessage, signatureTimestampMessage } from './timestamped.ts';

/** What a signature's timestamps prove. */
export interface TimeProof {
  readonly times: readonly ProvenTime[];
  readonly provenAt: Date | null;
  readonly renewBefore: Date | null;
  readonly certificates: readonly Certificate[];
  readonly answers: readonly RevocationAnswer[];
  /** By when an answer existed: its layer's archive timestamp, or now. */
  readonly existed: (answer: Uint8Array) => Date;
  readonly refused: Pick<LevelFinding, 'state' | 'code' | 'detail'> | null;
  /** True if the time is that of `LevelTrust.provenBy`: no timestamp was relied on. */
  readonly fromOutside: boolean;
}

/** What a proof outside of the signature tells, where its own timestamps tell nothing or nothing any more. */
function provenOutside(own: TimeProof, trust: LevelTrust): TimeProof {
  const { provenBy, now } = trust;
  const ended = own.refused?.code === 'authority-expired';
  const without = own.refused === null && own.times.length === 0;
  if (provenBy === undefined || !(ended || without)) return own;
  return {
    times: [],
    provenAt: provenBy,
    renewBefore: null,
    certificates: [],
    answers: [],
    existed: () => now,
    refused: null,
    fromOutside: true,
  };
}

/** `timesOfStamps`, and the time that is proven outside of the signature where that one tells none. */
export async function proveTimes(
  crypto: CryptoPort,
  subject: LevelSubject,
  trust: LevelTrust,
  base: Pick<Evidence, 'between' | 'answers'>,
  layerOf: (answer: Uint8Array) => number | undefined,
): Promise<TimeProof> {
  return provenOutside(await timesOfStamps(crypto, subject, trust, base, layerOf), trust);
}

/** Clocks of signers and authorities differ a little. */
export const SKEW = 60_000;

/** Faults of a token that lie in what is trusted, not in its bytes. */
const OF_TRUST: ReadonlySet<TimestampCode> = new Set<TimestampCode>([
  'authority-not-trusted',
  'signer-not-found',
]);

/** True for a fault of a token that another root or a later answer could mend. */
export const isOfTrust = (code: TimestampCode): boolean => OF_TRUST.has(code);

/**
 * Goes through the timestamps from the outermost inwards (EN 319 102-1 §5.6.2): the outermost authority must be good
 * as of now, every other one as of the time that the next outer timestamp proves. What comes out is by when the
 * signature and each layer of answers existed.
 */
async function timesOfStamps(
  crypto: CryptoPort,
  subject: LevelSubject,
  trust: LevelTrust,
  base: Pick<Evidence, 'between' | 'answers'>,
  layerOf: (answer: Uint8Array) => number | undefined,
): Promise<TimeProof> {
  const { doc, element, signature, unsigned } = subject;
  const roots = trust.authorityRoots ?? trust.roots;
  const times: ProvenTime[] = [];
  const certificates: Certificate[] = [];
  const answers: RevocationAnswer[] = [];
  /** Proven time of each layer's archive timestamp, as far as we have come. */
  const layerTimes = new Map<number, Date>();
  const existed = (answer: Uint8Array): Date => layerTimes.get(layerOf(answer) ?? -1) ?? trust.now;
  let at = trust.now;
  let renewBefore: Date | null = null;
  const proof = (refused: TimeProof['refused'] = null): TimeProof => ({
    times,
    provenAt: times[0]?.kind === 'signature' ? times[0].time : null,
    renewBefore,
    certificates,
    answers,
    existed,
    refused,
    fromOutside: false,
  });

  const { layers, signatureTimestamp } = unsigned;
  for (let layer = layers.length - 1; layer >= -1; layer--) {
    const stamp = layer < 0 ? signatureTimestamp : layers[layer]?.archive;
    if (stamp === null || stamp === undefined) continue;
    const message =
      layer < 0
        ? signatureTimestampMessage(doc, element)
        : archiveTimestampMessage(doc, element, stamp.element);
    const between = base.between;
    const found = await verifyTimestamp(crypto, stamp.token, { message }, { roots, certificates: between });
    if (!found.valid) {
      const trusted = !OF_TRUST.has(found.code);
      return proof({
        state: trusted ? 'invalid' : 'indeterminate',
        code: trusted ? 'timestamp-invalid' : 'authority-not-trusted',
        detail: found.path ?? found.code,
      });
    }
    const outermost = times.length === 0;
    // A token cannot be younger than what dates it; one that nothing dates yet may only be ahead of the judge's clock.
    if (found.time.getTime() > at.getTime() + SKEW) return proof(outermost ? AHEAD : OUT_OF_ORDER);
    const judgement = await judgePath(crypto, 'time-stamp', found.certificate, at, {
      answers: base.answers,
      between: found.path.concat(between),
      roots,
      existed,
    });
    const refused = refusalOf(judgement, outermost);
    if (refused !== null) return proof(refused);
    // An authority's keys are relied on until the next timestamp takes over.
    const weak = found.path.some(
      (c) => judgeAlgorithm(policyAlgorithm(c.publicKey), at, trust.policy) === 'refused',
    );
    if (weak) return proof({ state: 'indeterminate', code: 'algorithm-refused', detail: undefined });
    for (const one of judgement.path) certificates.push(one);
    for (const one of found.path) certificates.push(one);
    if ('answers' in judgement) for (const one of judgement.answers) answers.push(one);
    times.unshift(provenTime(layer < 0 ? 'signature' : 'archive', found, judgement));
    if (outermost) renewBefore = endOf(judgement.path);
    if (layer >= 0) layerTimes.set(layer, found.time);
    at = found.time;
  }
  const claimed = instantOf(signature.signingTime);
  // Signed after it was dated: the signer's clock or the authority's is wrong, and nobody can tell which.
  if (times.length > 0 && claimed !== null && claimed.getTime() > at.getTime() + SKEW)
    return proof(OUT_OF_ORDER);
  return proof();
}

export const OUT_OF_ORDER = { state: 'invalid', code: 'times-out-of-order', detail: undefined } as const;
export const AHEAD = { state: 'indeterminate', code: 'clock-behind', detail: undefined } as const;

export function refusalOf(judgement: PathJudgement, outermost: boolean): TimeProof['refused'] {
  const refuse = (code: LevelFinding['code'], detail?: LevelFinding['detail']): TimeProof['refused'] => ({
    state: 'indeterminate',
    code,
    detail,
  });
  switch (judgement.state) {
    case 'good':
      return null;
    case 'no-path':
      return refuse(
        judgement.code === 'expired' ? 'authority-expired' : 'authority-not-trusted',
        judgement.code,
      );
    case 'revoked':
      return refuse('authority-revoked');
    case 'unknown':
      // About the outermost one only somebody who is asked now can tell; the finding says whether anybody was.
      return outermost ? null : refuse('authority-status-unknown', judgement.code);
  }
}

const provenTime = (
  kind: ProvenTime['kind'],
  found: ValidTimestamp,
  judgement: PathJudgement,
): ProvenTime => ({
  kind,
  time: found.time,
  accuracy: found.accuracy,
  policy: found.policy,
  certificate: found.certificate,
  revocationChecked: judgement.state === 'good',
});

/** The first end among the certificates of a path. */
function endOf(path: readonly Certificate[]): Date {
  return new Date(Math.min(...path.map(({ notAfter }) => notAfter.getTime())));
}
