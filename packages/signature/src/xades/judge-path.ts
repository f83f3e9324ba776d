import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { RevocationAnswer, RevocationCode } from '../revocation/answer.ts';
import type { NamedAnswer } from '../revocation/remembered.ts';
import { type CertificateStatus, type StatusQuestion, statusByAnswers } from '../revocation/status.ts';
import type { Certificate } from '../x509/certificate.ts';
import { distinct, isAmong } from '../x509/distinct.ts';
import { KeptPaths } from '../x509/kept-paths.ts';
import { type PathCode, type PathPurpose, validatePathFor } from '../x509/path.ts';

/** Everything that a judgement may draw on. */
export interface Evidence {
  readonly roots: readonly Certificate[];
  /** Certificates that may lie between. */
  readonly between: readonly Certificate[];
  readonly answers: readonly NamedAnswer[];
  /** By when an answer is known to have existed. */
  readonly existed: (answer: Uint8Array) => Date;
  /** What these answers said already, where several certificates of one authority are judged by them. */
  readonly told?: Map<Certificate, ToldStatus>;
}

interface ToldStatus {
  readonly question: StatusQuestion;
  readonly status: CertificateStatus;
}

/** Whether a certificate could be relied on at a time. */
export type PathJudgement =
  /** `answers`: every genuine one about a certificate of the path. */
  | {
      readonly state: 'good';
      readonly path: readonly Certificate[];
      readonly answers: readonly RevocationAnswer[];
    }
  | { readonly state: 'no-path'; readonly code: PathCode; readonly path: readonly Certificate[] }
  | {
      readonly state: 'revoked';
      readonly certificate: Certificate;
      readonly revokedAt: Date;
      readonly path: readonly Certificate[];
      readonly answers: readonly RevocationAnswer[];
    }
  | {
      readonly state: 'unknown';
      readonly code: RevocationCode;
      readonly path: readonly Certificate[];
      readonly answers: readonly RevocationAnswer[];
    };

/** The status by these answers, asked once for the same certificate, issuer and time. */
function statusOf(
  crypto: CryptoPort,
  question: StatusQuestion,
  { answers, told }: Evidence,
): CertificateStatus | Promise<CertificateStatus> {
  const { certificate, issuer, at, existed } = question;
  const before = told?.get(certificate);
  const same =
    before?.question.issuer === issuer &&
    before.question.existed === existed &&
    before.question.at.getTime() === at.getTime();
  if (same) return before.status;
  const status = statusByAnswers(crypto, answers, question);
  if (told === undefined) return status;
  const keep = (one: CertificateStatus): CertificateStatus => {
    told.set(certificate, { question, status: one });
    return one;
  };
  return status instanceof Promise ? status.then(keep) : keep(status);
}

const MAX_BETWEEN = 8;

/** By everything that may lie between, before it is sorted: the records of a class carry the same. */
const paths = new KeptPaths((crypto, { purpose, leaf, among, roots }, at) => {
  const between = distinct(among.filter((c) => c.basicConstraints?.ca === true)).filter(
    (c) => !sameBytes(c.der, leaf.der) && !isAmong(roots, c),
  );
  // More than a path can hold: those that name each other's keys come first in the file, so keep these.
  return validatePathFor(crypto, purpose, leaf, between.slice(0, MAX_BETWEEN), roots, at);
});

/**
 * Path and revocation of a certificate as of `at` (RFC 5280 §6, EN 319 102-1 §5.2.6): every certificate of the path
 * but the root, which nobody answers for.
 */
export async function judgePath(
  crypto: CryptoPort,
  purpose: PathPurpose,
  certificate: Certificate,
  at: Date,
  evidence: Evidence,
): Promise<PathJudgement> {
  const { roots, existed } = evidence;
  const searched = paths.find(crypto, { purpose, leaf: certificate, among: evidence.between, roots }, at);
  const found = searched instanceof Promise ? await searched : searched;
  const { path } = found;
  if (!found.valid) return { state: 'no-path', code: found.code, path };
  const answers: RevocationAnswer[] = [];
  let unknown: RevocationCode | null = null;
  for (let n = 0; n + 1 < path.length; n++) {
    const [subject, issuer] = [path[n] as Certificate, path[n + 1] as Certificate];
    const asked = statusOf(crypto, { certificate: subject, issuer, at, existed }, evidence);
    const status = asked instanceof Promise ? await asked : asked;
    answers.push(...status.genuine);
    if (status.state === 'unknown') {
      unknown ??= status.code;
      continue;
    }
    if (status.state === 'revoked') {
      return { state: 'revoked', certificate: subject, revokedAt: status.revokedAt, path, answers };
    }
  }
  return unknown === null
    ? { state: 'good', path, answers }
    : { state: 'unknown', code: unknown, path, answers };
}
