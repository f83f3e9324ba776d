import { toHex } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { KeptBytes, LONGEST_KEPT } from '../kept-bytes.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { RevocationAnswer, RevocationFinding } from './answer.ts';
import { verifyCrlFor } from './crl-verify.ts';
import type { RevocationMaterial } from './material.ts';
import { verifyOcsp } from './ocsp-verify.ts';

/** An answer with the name under which it is remembered: the same for the same octets, and for no others. */
export interface NamedAnswer {
  readonly kind: RevocationAnswer['kind'];
  readonly der: Uint8Array;
  readonly name: string | number;
}

/**
 * Findings by an answer's name, below the certificate it is asked about: one answer of a signer stands in every record
 * of a class, and serves several questions in each. What is kept follows from bytes alone; the time, which does not, is
 * judged anew by `statusAt`.
 */
type ByName = Map<NamedAnswer['name'], RevocationFinding | Promise<RevocationFinding>>;
const known = new WeakMap<CryptoPort, WeakMap<Certificate, WeakMap<Certificate, ByName>>>();
const KEPT = 256;

/** Numbers of answers by their octets; one that was given up gets another, and is verified again. */
const numbers = { ocsp: new KeptBytes<number>(2_048), crl: new KeptBytes<number>(256) };
let lastNumber = 0;
function nameOf(crypto: CryptoPort, kind: NamedAnswer['kind'], der: Uint8Array): NamedAnswer['name'] {
  // Longer ones are lists, of which few are seen.
  if (der.length > LONGEST_KEPT) return kind + toHex(crypto.sha256(der));
  const before = numbers[kind].find(der);
  if (before !== undefined) return before;
  numbers[kind].keep(der, ++lastNumber);
  return lastNumber;
}

/** Names every answer, once for however many questions. */
export function nameAnswers(crypto: CryptoPort, { ocsp, crls }: RevocationMaterial): NamedAnswer[] {
  const named = (kind: NamedAnswer['kind']) => (der: Uint8Array) => ({
    kind,
    der,
    name: nameOf(crypto, kind, der),
  });
  return [...ocsp.map(named('ocsp')), ...crls.map(named('crl'))];
}

/**
 * What each OCSPResponse and CRL says of a certificate, in their order, as `verifyOcsp` and `verifyCrlFor` find it; at once
 * where all of it was found before.
 */
export function rememberedFindings(
  crypto: CryptoPort,
  answers: readonly NamedAnswer[],
  certificate: Certificate,
  issuer: Certificate,
): RevocationFinding[] | Promise<RevocationFinding[]> {
  const byName = findingsAbout(crypto, certificate, issuer);
  const found: RevocationFinding[] = [];
  for (const answer of answers) {
    const finding = byName.get(answer.name);
    if (finding === undefined || finding instanceof Promise)
      return askedFor(crypto, answers, certificate, issuer, byName);
    found.push(withBytes(finding, answer.der));
  }
  return found;
}

async function askedFor(
  crypto: CryptoPort,
  answers: readonly NamedAnswer[],
  certificate: Certificate,
  issuer: Certificate,
  byName: ByName,
): Promise<RevocationFinding[]> {
  const asked = answers.map(
    (answer) => byName.get(answer.name) ?? ask(crypto, answer, certificate, issuer, byName),
  );
  const findings = await Promise.all(asked);
  return findings.map((finding, n) => withBytes(finding, answers[n]?.der ?? NO_BYTES));
}

function ask(
  crypto: CryptoPort,
  answer: NamedAnswer,
  certificate: Certificate,
  issuer: Certificate,
  byName: ByName,
): Promise<RevocationFinding> {
  const found = find(crypto, answer, certificate, issuer).then((finding) => {
    byName.set(answer.name, finding);
    return finding;
  });
  if (byName.size >= KEPT) byName.clear();
  byName.set(answer.name, found);
  return found;
}

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
/** With the caller's own bytes, by which it knows where the answer came from. */
const withBytes = (found: RevocationFinding, der: Uint8Array): RevocationFinding =>
  found.valid ? { ...found, answer: { ...found.answer, der } } : found;

function findingsAbout(crypto: CryptoPort, certificate: Certificate, issuer: Certificate): ByName {
  const byIssuer = below(known, crypto, () => new WeakMap<Certificate, WeakMap<Certificate, ByName>>());
  const bySubject = below(byIssuer, issuer, () => new WeakMap<Certificate, ByName>());
  return below(bySubject, certificate, () => new Map());
}

/** What lies under a key; what is made for it if there is nothing yet. To set costs more than to look up. */
function below<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}
