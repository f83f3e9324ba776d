import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { RevocationAnswer } from '../revocation/answer.ts';
import { verifyTimestamp } from '../time/verify.ts';
import { judgeAlgorithm, policyAlgorithm } from '../x509/algorithm-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type Evidence, judgePath } from '../xades/judge-path.ts';
import type { ProvenTime } from '../xades/level.ts';
import { AHEAD, isOfTrust, OUT_OF_ORDER, refusalOf, SKEW } from '../xades/prove-times.ts';
import { signedBytes } from './field.ts';
import type { PadesSignature, PadesTrust } from './finding.ts';
import type { ReadUpdate } from './revisions.ts';

/** A token with what it must date: a document timestamp's field, or a signature's own token with its value. */
export type Stamp =
  | Exclude<ReadUpdate, { kind: 'store' }>
  | { readonly value: Uint8Array; readonly message: Uint8Array };

export type StampJudgement =
  | {
      readonly proven: ProvenTime;
      /** The first end among the certificates of its path. */
      readonly end: Date;
      readonly certificates: readonly Certificate[];
      readonly answers: readonly RevocationAnswer[];
    }
  | { readonly refused: Pick<PadesSignature, 'state' | 'code' | 'detail'> };

/** Judges a token as of `at`: now for the outermost, for every other one the time that the next outer one proves. */
export async function judgeTimestamp(
  crypto: CryptoPort,
  stamp: Stamp,
  at: Date,
  outermost: boolean,
  trust: PadesTrust,
  evidence: Evidence,
): Promise<StampJudgement> {
  const roots = trust.authorityRoots ?? trust.roots;
  const message = 'message' in stamp ? stamp.message : signedBytes(stamp.pdf, stamp.range);
  const certificates = evidence.between.slice(0, 16);
  const found = await verifyTimestamp(crypto, stamp.value, { message }, { roots, certificates });
  const say = (
    refused: { state: 'invalid' | 'indeterminate' } & Pick<PadesSignature, 'code' | 'detail'>,
  ) => ({
    refused,
  });
  if (!found.valid) {
    const detail = found.path ?? found.code;
    return isOfTrust(found.code)
      ? say({ state: 'indeterminate', code: 'authority-not-trusted', detail })
      : say({ state: 'invalid', code: 'timestamp-invalid', detail });
  }
  // A token cannot be younger than what dates it; one that nothing dates yet may only be ahead of the judge's clock.
  if (found.time.getTime() > at.getTime() + SKEW) return say(outermost ? AHEAD : OUT_OF_ORDER);
  const between = [...found.path, ...evidence.between];
  const judgement = await judgePath(crypto, 'time-stamp', found.certificate, at, {
    ...evidence,
    between,
    roots,
  });
  const refused = refusalOf(judgement, outermost);
  if (refused !== null)
    return say({
      state: 'indeterminate',
      code: refused.code,
      detail: refused.detail as PadesSignature['detail'],
    });
  if (found.path.some((c) => judgeAlgorithm(policyAlgorithm(c.publicKey), at, trust.policy) === 'refused'))
    return say({ state: 'indeterminate', code: 'algorithm-refused', detail: undefined });
  const { time, accuracy, policy, certificate } = found;
  return {
    proven: {
      kind: 'signature',
      time,
      accuracy,
      policy,
      certificate,
      revocationChecked: judgement.state === 'good',
    },
    end: new Date(Math.min(...judgement.path.map(({ notAfter }) => notAfter.getTime()))),
    certificates: [...judgement.path, ...found.path],
    answers: 'answers' in judgement ? judgement.answers : [],
  };
}
