import { toHex } from '../bytes.ts';
import type { CryptoPort } from '../crypto-port.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { RevocationAnswer, RevocationFinding } from './answer.ts';
import { verifyCrlFor } from './crl-verify.ts';
import type { RevocationMaterial } from './material.ts';
import { verifyOcsp } from './ocsp-verify.ts';

/**
 * Findings by the content of an answer, below the certificate it is asked about: one answer of a signer stands in
 * every record of a class, and serves several questions in each. What is kept follows from bytes alone; the time,
 * which does not, is judged anew by `statusAt`.
 */
type ByContent = Map<string, RevocationFinding | Promise<RevocationFinding>>;
const known = new WeakMap<CryptoPort, WeakMap<Certificate, WeakMap<Certificate, ByContent>>>();
const KEPT = 256;

/** An answer with the name under which it is remembered. */
export interface NamedAnswer {
  readonly kind: RevocationAnswer['kind'];
  readonly der: Uint8Array;
  readonly name: string;
}

/** Names every answer by its digest, once for however many questions. */
export function nameAnswers(crypto: CryptoPort, { ocsp, crls }: RevocationMaterial): NamedAnswer[] {
  const named = (kind: NamedAnswer['kind']) => (der: Uint8Array) => ({
    kind,
    der,
    name: kind + toHex(crypto.sha256(der)),
  });
  return [...ocsp.map(named('ocsp')), ...crls.map(named('crl'))];
}

/** What each OCSPResponse and CRL says of a certificate, in their order, as `verifyOcsp` and `verifyCrlFor` find it. */
export async function rememberedFindings(
  crypto: CryptoPort,
  answers: readonly NamedAnswer[],
  certificate: Certificate,
  issuer: Certificate,
): Promise<RevocationFinding[]> {
  const byContent = findingsAbout(crypto, certificate, issuer);
  const findings = answers.map((answer) => {
    const before = byContent.get(answer.name);
    if (before !== undefined) return before;
    const found = find(crypto, answer, certificate, issuer).then((finding) => {
      byContent.set(answer.name, finding);
      return finding;
    });
    if (byContent.size >= KEPT) byContent.clear();
    byContent.set(answer.name, found);
    return found;
  });
  // The caller's own bytes, by which it knows where the answer came from.
  const known = findings.every(isFound) ? findings : await Promise.all(findings);
  return known.map((finding, n) => withBytes(finding, answers[n]?.der ?? NO_BYTES));
}

const isFound = (one: RevocationFinding | Promise<RevocationFinding>): one is RevocationFinding =>
  !(one instanceof Promise);

async function find(
  crypto: CryptoPort,
  { kind, der }: NamedAnswer,
  certificate: Certificate,
  issuer: Certificate,
): Promise<RevocationFinding> {
  const found =
    kind === 'ocsp'
      ? await verifyOcsp(crypto, der, { certificate, issuer })
      : await verifyCrlFor(crypto, der, certificate, issuer);
  // Kept without its bytes: a list may be megabytes.
  return withBytes(found, NO_BYTES);
}

const NO_BYTES = new Uint8Array(0);
const withBytes = (found: RevocationFinding, der: Uint8Array): RevocationFinding =>
  found.valid ? { ...found, answer: { ...found.answer, der } } : found;

function findingsAbout(crypto: CryptoPort, certificate: Certificate, issuer: Certificate): ByContent {
  const byIssuer = known.get(crypto) ?? new WeakMap<Certificate, WeakMap<Certificate, ByContent>>();
  known.set(crypto, byIssuer);
  const bySubject = byIssuer.get(issuer) ?? new WeakMap<Certificate, ByContent>();
  byIssuer.set(issuer, bySubject);
  const byContent = bySubject.get(certificate) ?? new Map<string, Promise<RevocationFinding>>();
  bySubject.set(certificate, byContent);
  return byContent;
}
