import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { Certificate } from './certificate.ts';
import { KeptPaths, type PathQuestion } from './kept-paths.ts';
import { EXTENSION, PURPOSE } from './oids.ts';
import type { PathCode, PathFinding, PathPurpose } from './path-finding.ts';
import { isStrongKey } from './public-key.ts';
import { isSignedBy } from './signed-by.ts';

export type { PathCode, PathFinding, PathPurpose } from './path-finding.ts';

const MAX_INTERMEDIATES = 8;

/** Purposes that go with signing a document; a certificate for servers or code does not sign records. */
const SIGNING_PURPOSES: ReadonlySet<string> = new Set([
  PURPOSE.any,
  PURPOSE.clientAuth,
  PURPOSE.emailProtection,
  PURPOSE.documentSigning,
  PURPOSE.microsoftDocumentSigning,
  PURPOSE.adobeDocumentSigning,
]);

/**
 * Validates the path from a signer's certificate to one of `roots` as of `at` (RFC 5280 §6.1, without name and
 * policy constraints: issuers that have the former, and certificates that make the latter critical, are refused). Every certificate, root included,
 * must be valid at that time, strong enough and signed by an accepted algorithm. Revocation is not looked at.
 * Hand in the same Certificate objects each time: links that held are remembered by them.
 * Returns the first valid path, otherwise the problem of the way that came furthest.
 */
export async function validatePath(
  crypto: CryptoPort,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  at: Date,
): Promise<PathFinding> {
  return validatePathFor(crypto, 'document', leaf, intermediates, roots, at);
}

const searched = new KeptPaths(search);

/** Same as `validatePath` for a leaf of another purpose; at once where the same was asked at such a time before. */
export function validatePathFor(
  crypto: CryptoPort,
  purpose: PathPurpose,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
  at: Date,
): PathFinding | Promise<PathFinding> {
  return searched.find(crypto, { purpose, leaf, among: intermediates, roots }, at);
}

async function search(
  crypto: CryptoPort,
  { purpose, leaf, among: intermediates, roots }: PathQuestion,
  at: Date,
): Promise<PathFinding> {
  const refused = LEAF_CHECKS[purpose](leaf) ?? checkAny(leaf, at);
  // An authority that is itself trusted is a whole path.
  if (purpose !== 'document' && refused === null && roots.some((root) => sameBytes(root.der, leaf.der)))
    return { valid: true, code: 'valid', path: [leaf] };
  if (refused !== null) return { valid: false, code: refused, path: [leaf] };
  // More of them than a path can hold serve nothing but to make the search long.
  if (intermediates.length > MAX_INTERMEDIATES) return { valid: false, code: 'path-too-long', path: [leaf] };
  return extend({ crypto, roots, at, steps: 0 }, [leaf], intermediates);
}

interface Search {
  readonly crypto: CryptoPort;
  readonly roots: readonly Certificate[];
  readonly at: Date;
  steps: number;
}

/** Certificates of one name that all sign each other would otherwise make a search of every order of them. */
const MAX_STEPS = 64;

async function extend(
  search: Search,
  path: readonly Certificate[],
  intermediates: readonly Certificate[],
): Promise<PathFinding> {
  const { crypto, roots, at } = search;
  let best: PathFinding = { valid: false, code: 'no-path-to-root', path };
  const last = path[path.length - 1];
  if (last === undefined) return best;
  for (const [n, issuer] of [...roots, ...intermediates].entries()) {
    const isRoot = n < roots.length;
    if (!namesIssuer(last, issuer) || path.includes(issuer)) continue;
    if (++search.steps > MAX_STEPS) return { valid: false, code: 'path-too-long', path };
    const longer = [...path, issuer];
    const told =
      checkIssuer(issuer, path.length - 1) ?? checkAny(issuer, at) ?? checkLink(crypto, last, issuer);
    const code = told instanceof Promise ? await told : told;
    const found: PathFinding =
      code !== null
        ? { valid: false, code, path: longer }
        : isRoot
          ? { valid: true, code: 'valid', path: longer }
          : await extend(
              search,
              longer,
              intermediates.filter((i) => i !== issuer),
            );
    if (found.valid) return found;
    if (found.path.length > best.path.length) best = found;
  }
  return best;
}

function namesIssuer(subject: Certificate, issuer: Certificate): boolean {
  if (!sameBytes(subject.issuer.der, issuer.subject.der)) return false;
  const { authorityKeyId } = subject;
  return authorityKeyId === null || issuer.subjectKeyId === null || authorityKeyId === issuer.subjectKeyId;
}

function checkLeaf(leaf: Certificate): PathCode | null {
  if (leaf.basicConstraints?.ca === true) return 'leaf-is-ca';
  if (!maySign(leaf)) return 'key-usage';
  if (leaf.extendedKeyUsage !== null && !leaf.extendedKeyUsage.some((p) => SIGNING_PURPOSES.has(p)))
    return 'purpose';
  return null;
}

/** RFC 3161 §2.3: time-stamping is the one purpose, and critical. */
function checkTimeStamper(leaf: Certificate): PathCode | null {
  if (leaf.basicConstraints?.ca === true) return 'leaf-is-ca';
  if (!maySign(leaf)) return 'key-usage';
  const [only, ...others] = leaf.extendedKeyUsage ?? [];
  const fits = only === PURPOSE.timeStamping && others.length === 0;
  return fits && leaf.critical.has(EXTENSION.extendedKeyUsage) ? null : 'purpose';
}

/** RFC 6960 §4.2.2.2: the issuer itself, or one that it named for this purpose. */
function checkResponder(leaf: Certificate): PathCode | null {
  if (leaf.basicConstraints?.ca === true) return null;
  if (!maySign(leaf)) return 'key-usage';
  return leaf.extendedKeyUsage?.includes(PURPOSE.ocspSigning) === true ? null : 'purpose';
}

/** RFC 5280 §6.3.3 (f). */
function checkCrlIssuer(leaf: Certificate): PathCode | null {
  return leaf.keyUsage === null || leaf.keyUsage.has('cRLSign') ? null : 'key-usage';
}

const LEAF_CHECKS: Readonly<Record<PathPurpose, (leaf: Certificate) => PathCode | null>> = {
  document: checkLeaf,
  'time-stamp': checkTimeStamper,
  ocsp: checkResponder,
  crl: checkCrlIssuer,
};

/** True if keyUsage lets the key sign documents (digitalSignature or contentCommitment), or is absent. */
export function maySign(certificate: Certificate): boolean {
  const usage = certificate.keyUsage;
  return usage === null || usage.has('digitalSignature') || usage.has('contentCommitment');
}

function checkAny(certificate: Certificate, at: Date): PathCode | null {
  if (certificate.unknownCritical.length > 0) return 'unknown-critical-extension';
  if (certificate.signatureScheme === null) return 'weak-algorithm';
  if (!isStrongKey(certificate.publicKey)) return 'weak-key';
  // Written so that an invalid date is outside.
  if (!(at.getTime() >= certificate.notBefore.getTime())) return 'not-yet-valid';
  if (!(at.getTime() <= certificate.notAfter.getTime())) return 'expired';
  return null;
}

/** `below` is how many intermediates stand between this issuer and the leaf. */
function checkIssuer(issuer: Certificate, below: number): PathCode | null {
  if (issuer.basicConstraints?.ca !== true) return 'not-a-ca';
  // They are not judged here, and what forgot to mark them critical meant them all the same.
  if (issuer.constrainsNames) return 'unknown-critical-extension';
  if (issuer.keyUsage !== null && !issuer.keyUsage.has('keyCertSign')) return 'key-usage';
  const { pathLength } = issuer.basicConstraints;
  if (pathLength !== null && below > pathLength) return 'path-too-long';
  return null;
}

/** Outcome per issuer of each certificate met: the same chain stands in thousands of signatures. */
const links = new WeakMap<CryptoPort, WeakMap<Certificate, WeakMap<Certificate, PathCode | null>>>();

/** What was found before is told at once: to wait costs more than to look it up. */
function checkLink(
  crypto: CryptoPort,
  subject: Certificate,
  issuer: Certificate,
): PathCode | null | Promise<PathCode | null> {
  const bySubject = links.get(crypto) ?? new WeakMap<Certificate, WeakMap<Certificate, PathCode | null>>();
  const byIssuer = bySubject.get(subject) ?? new WeakMap<Certificate, PathCode | null>();
  const known = byIssuer.get(issuer);
  if (known !== undefined) return known;
  links.set(crypto, bySubject);
  bySubject.set(subject, byIssuer);
  return verifyLink(crypto, subject, issuer).then((outcome) => {
    byIssuer.set(issuer, outcome);
    return outcome;
  });
}

async function verifyLink(
  crypto: CryptoPort,
  subject: Certificate,
  issuer: Certificate,
): Promise<PathCode | null> {
  const { signatureScheme: scheme, signature } = subject;
  if (scheme === null) return 'weak-algorithm';
  return (await isSignedBy(crypto, issuer, scheme, signature, subject.tbs)) ? null : 'bad-link-signature';
}
