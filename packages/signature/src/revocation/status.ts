import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { RevocationAnswer, RevocationCode, RevocationFinding } from './answer.ts';
import type { RevocationMaterial } from './material.ts';
import { type NamedAnswer, nameAnswers, rememberedFindings } from './remembered.ts';

export interface StatusQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** The time for which the status is wanted: a proven signing time, or now. */
  readonly at: Date;
  /** By when an answer is known to have existed: an archive timestamp's time, or now. */
  readonly existed: Date | ((answer: Uint8Array) => Date);
  /** How old an answer without nextUpdate may be at `at`, in milliseconds. */
  readonly maxAge?: number;
}

export type CertificateStatus = {
  /** Every answer about this certificate that is genuine, old ones included. */
  readonly genuine: readonly RevocationAnswer[];
} & (
  | {
      readonly state: 'good';
      /** Revoked, but only after the time asked for. */
      readonly revokedLater: Date | null;
      /** Those that can speak for the time asked for. */
      readonly answers: readonly RevocationAnswer[];
    }
  | {
      readonly state: 'revoked';
      readonly revokedAt: Date;
      readonly reason: string;
      readonly answers: readonly RevocationAnswer[];
    }
  | { readonly state: 'unknown'; readonly code: RevocationCode }
);

const MAX_AGE = 10 * 60_000;
/** Clocks of responders run ahead a little. */
const SKEW = 60_000;

/**
 * The status of a certificate at a time, out of answers that may be any age and by anybody: each is verified, those
 * that cannot speak for that time are put aside, and one that says revoked by then outweighs all that say good.
 * An answer speaks for a time if it was made after it, or promised (nextUpdate) to hold until then.
 */
export async function statusAt(
  crypto: CryptoPort,
  material: RevocationMaterial,
  question: StatusQuestion,
): Promise<CertificateStatus> {
  return statusByAnswers(crypto, nameAnswers(crypto, material), question);
}

/** Same, with answers that are named already: for many questions on the same ones. At once where each was verified before. */
export function statusByAnswers(
  crypto: CryptoPort,
  answers: readonly NamedAnswer[],
  question: StatusQuestion,
): CertificateStatus | Promise<CertificateStatus> {
  const asked = rememberedFindings(crypto, answers, question.certificate, question.issuer);
  return asked instanceof Promise
    ? asked.then((findings) => weigh(findings, question))
    : weigh(asked, question);
}

function weigh(findings: readonly RevocationFinding[], question: StatusQuestion): CertificateStatus {
  const usable: RevocationAnswer[] = [];
  const genuine: RevocationAnswer[] = [];
  let code: RevocationCode = 'no-answer';
  let first: { readonly revokedAt: Date; readonly reason: string | null } | null = null;
  for (const finding of findings) {
    const refused = finding.valid ? tooOldOrNew(finding.answer, question) : finding.code;
    if (finding.valid) {
      const { answer } = finding;
      genuine.push(answer);
      if (refused === null) {
        usable.push(answer);
        const { revokedAt, reason } = answer;
        if (revokedAt !== null && (first === null || revokedAt.getTime() < first.revokedAt.getTime()))
          first = { revokedAt, reason };
        continue;
      }
    }
    // What is wrong with an answer about this certificate says more than that others are about others.
    if (refused !== null && (code === 'no-answer' || refused !== 'not-about-this-certificate'))
      code = refused;
  }
  if (first !== null && first.revokedAt.getTime() <= question.at.getTime()) {
    return {
      state: 'revoked',
      revokedAt: first.revokedAt,
      reason: first.reason ?? 'unspecified',
      answers: usable,
      genuine,
    };
  }
  if (usable.length === 0) return { state: 'unknown', code, genuine };
  return { state: 'good', revokedLater: first?.revokedAt ?? null, answers: usable, genuine };
}

/** Why the answer cannot speak for the time asked for; null if it can. Written so that invalid dates are outside. */
function tooOldOrNew(answer: RevocationAnswer, question: StatusQuestion): RevocationCode | null {
  const { at, maxAge = MAX_AGE } = question;
  const existed = question.existed instanceof Date ? question.existed : question.existed(answer.der);
  const made = answer.thisUpdate.getTime();
  if (!(made <= existed.getTime() + SKEW)) return 'from-the-future';
  // A key whose certificate has ended is guarded by nobody: with it anything can be dated back.
  if (!(existed.getTime() <= answer.signer.notAfter.getTime())) return 'signer-expired';
  // Revoked once is revoked, however old the answer; a hold that was lifted is shown by a fresher one.
  if (answer.revokedAt !== null && answer.reason !== 'certificateHold') return null;
  // Lists forget certificates that have ended, so silence about one of them is no answer.
  if (!(made <= question.certificate.notAfter.getTime())) return 'after-expiry';
  if (made >= at.getTime()) return null;
  const until = answer.nextUpdate?.getTime() ?? made + maxAge;
  return at.getTime() <= until ? null : 'stale';
}
