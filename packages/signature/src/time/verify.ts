import type { HashAlgorithm } from '../algorithms.ts';
import { sameBytes } from '../bytes.ts';
import { SIGNED_ATTRIBUTE } from '../cms/oids.ts';
import type { SignedData } from '../cms/read.ts';
import { type CryptoPort, digestOf } from '../crypto/crypto-port.ts';
import { contentOf, DerError, objectIdentifier } from '../der/read.ts';
import { OCTET_STRING } from '../der/tags.ts';
import { type Certificate, isTrainingCertificate } from '../x509/certificate.ts';
import { distinct, isAmong } from '../x509/distinct.ts';
import { KeptPaths } from '../x509/kept-paths.ts';
import { knownCertificatesOf } from '../x509/known.ts';
import { TRAINING_POLICY_OID } from '../x509/oids.ts';
import { type PathCode, validatePathFor } from '../x509/path.ts';
import { isStrongKey } from '../x509/public-key.ts';
import { isSignedBy } from '../x509/signed-by.ts';
import { namesCertificate } from './signing-certificate.ts';
import { parseTimestampToken, type TimestampToken } from './token.ts';

/** Why a token proves no time. */
export type TimestampCode =
  | 'malformed'
  | 'weak-algorithm'
  | 'imprint-mismatch'
  | 'nonce-mismatch'
  | 'policy-not-accepted'
  | 'signer-not-found'
  | 'signing-certificate-mismatch'
  | 'message-digest-mismatch'
  | 'signature-invalid'
  | 'authority-not-trusted'
  | 'training-authority'
  | 'spare-certificate';

export interface ValidTimestamp {
  readonly valid: true;
  readonly code: 'valid';
  readonly time: Date;
  /** Milliseconds either way, null if the authority does not say. */
  readonly accuracy: number | null;
  readonly policy: string;
  readonly serial: string;
  readonly certificate: Certificate;
  /** The authority's certificate first, root last; valid at `time`. */
  readonly path: readonly Certificate[];
  /** True for a token of a training authority: it is worth nothing outside training. */
  readonly training: boolean;
}

export type TimestampFinding =
  | ValidTimestamp
  | { readonly valid: false; readonly code: TimestampCode; readonly path?: PathCode };

/** The messageImprint of a request: where the bytes themselves are not at hand. */
export interface AskedImprint {
  readonly hash: HashAlgorithm;
  readonly imprint: Uint8Array;
}

export interface ExpectedTimestamp {
  /** The bytes that were to be dated, in one piece or in several; or what was asked for of them. */
  readonly message: Uint8Array | readonly Uint8Array[] | AskedImprint;
  /** The request's, where there was a request. */
  readonly nonce?: Uint8Array;
  /** Policies that are accepted; any if not given. */
  readonly policies?: readonly string[];
}

export interface TimestampTrust {
  readonly roots: readonly Certificate[];
  /** Certificates that may lie between, beside those in the token. */
  readonly certificates?: readonly Certificate[];
}

/**
 * Verifies a token (RFC 3161 §2.4.2, RFC 5816): imprint, nonce, policy, ESSCertIDv2, the signature over the signed
 * attributes' own bytes, and the authority's path to one of the roots at the token's own time, with time-stamping as
 * its one, critical purpose. Whether the authority was revoked is the caller's question, who knows at what later time
 * the token is relied on. Never throws for what is in the token.
 */
export async function verifyTimestamp(
  crypto: CryptoPort,
  der: Uint8Array,
  expected: ExpectedTimestamp,
  trust: TimestampTrust,
): Promise<TimestampFinding> {
  let token: TimestampToken;
  let carried: readonly Certificate[];
  try {
    token = parseTimestampToken(der);
    carried = knownCertificatesOf(token.cms.certificates);
  } catch (error) {
    if (error instanceof DerError) return refuse('malformed');
    throw error;
  }
  const { hash, cms } = token;
  if (hash === null || cms.signer.hash === null || cms.signer.scheme === null)
    return refuse('weak-algorithm');
  if (!isOver(crypto, hash, token.imprint, expected.message)) return refuse('imprint-mismatch');
  if (expected.nonce !== undefined && !sameNumber(expected.nonce, token.nonce))
    return refuse('nonce-mismatch');
  if (expected.policies !== undefined && !expected.policies.includes(token.policy))
    return refuse('policy-not-accepted');

  const among = trust.certificates === undefined ? carried : carried.concat(trust.certificates);
  const certificate = namedAmong(crypto, among, cms);
  if (certificate === undefined) return refuse('signer-not-found');
  const checked = checkSigner(crypto, cms, certificate);
  const refused = checked instanceof Promise ? await checked : checked;
  if (refused !== null) return refuse(refused);
  const question = { purpose: 'time-stamp', leaf: certificate, among, roots: trust.roots } as const;
  const searched = paths.find(crypto, question, token.time);
  const found = searched instanceof Promise ? await searched : searched;
  if (!found.valid) return { valid: false, code: 'authority-not-trusted', path: found.code };
  // What lies on no path could be anything, and nobody would notice.
  if (!carried.every((c) => isAmong(found.path, c))) return refuse('spare-certificate');
  const training = token.policy === TRAINING_POLICY_OID || found.path.some(isTrainingCertificate);
  // A training authority below a real root would be a mistake or worse; its times are for training roots alone.
  if (training && !found.path.every(isTrainingCertificate)) return refuse('training-authority');
  const { time, accuracy, policy, serial } = token;
  return {
    valid: true,
    code: 'valid',
    time,
    accuracy,
    policy,
    serial,
    certificate,
    path: found.path,
    training,
  };
}

function isOver(
  crypto: CryptoPort,
  hash: HashAlgorithm,
  imprint: Uint8Array,
  message: ExpectedTimestamp['message'],
): boolean {
  if ('imprint' in message) return message.hash === hash && sameBytes(message.imprint, imprint);
  return sameBytes(digestOf(crypto, hash, message), imprint);
}

/** What cannot be read names nobody. */
function namedAmong(
  crypto: CryptoPort,
  among: readonly Certificate[],
  cms: Pick<SignedData, 'signer'>,
): Certificate | undefined {
  try {
    return signerAmong(crypto, among, cms);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** By everything that may lie between: an authority's tokens carry the same. */
const paths = new KeptPaths((crypto, { purpose, leaf, among, roots }, at) => {
  const between = among.filter((c) => c.basicConstraints?.ca === true && !sameBytes(c.der, leaf.der));
  return validatePathFor(crypto, purpose, leaf, distinct(between), roots, at);
});

const refuse = (code: TimestampCode): TimestampFinding => ({ valid: false, code });

/** True if the signer's identifier is that of the certificate (RFC 5652 §5.3). */
function isSigner(candidate: Certificate, { signer: { id } }: Pick<SignedData, 'signer'>): boolean {
  return 'issuer' in id
    ? candidate.serial === id.serial && sameBytes(candidate.issuer.der, id.issuer)
    : candidate.subjectKeyId === id.subjectKeyId;
}

/**
 * The signer's certificate among those that came. A key identifier may be that of several: of a certificate renewed with its key, or of one
 * that somebody put beside it, since nothing covers what is carried. Then it is the one that is named among what is signed; where none is
 * named nobody can say whose it is. Throws DerError.
 */
export function signerAmong(
  crypto: CryptoPort,
  carried: readonly Certificate[],
  cms: Pick<SignedData, 'signer'>,
): Certificate | undefined {
  const [first, ...more] = distinct(carried.filter((candidate) => isSigner(candidate, cms)));
  if (first === undefined || more.length === 0) return first;
  const named = cms.signer.attributes.get(SIGNED_ATTRIBUTE.signingCertificateV2);
  if (named === undefined) return undefined;
  return [first, ...more].find((candidate) => namesCertificate(crypto, named, candidate));
}

/** What a signer signed: the content in one piece or in several. */
export interface SignerClaim extends Pick<SignedData, 'contentType' | 'signer'> {
  readonly content: Uint8Array | readonly Uint8Array[];
}

/**
 * Holds a signer's attributes and signature against its certificate (RFC 5652 §5.4, RFC 5035 §5.4).
 * @param mayBeUnnamed for signatures of other software, which need not name the certificate among what is signed
 */
export function checkSigner(
  crypto: CryptoPort,
  { contentType, content, signer }: SignerClaim,
  certificate: Certificate,
  mayBeUnnamed = false,
): TimestampCode | null | Promise<TimestampCode | null> {
  const { hash, scheme, attributes } = signer;
  if (hash === null || scheme === null || !isStrongKey(certificate.publicKey)) return 'weak-algorithm';
  const type = attributes.get(SIGNED_ATTRIBUTE.contentType);
  const digest = attributes.get(SIGNED_ATTRIBUTE.messageDigest);
  const named = attributes.get(SIGNED_ATTRIBUTE.signingCertificateV2);
  try {
    if (type === undefined || objectIdentifier(type) !== contentType) return 'malformed';
    if (digest?.tag !== OCTET_STRING || !sameBytes(contentOf(digest), digestOf(crypto, hash, content)))
      return 'message-digest-mismatch';
    if (named === undefined ? !mayBeUnnamed : !namesCertificate(crypto, named, certificate))
      return 'signing-certificate-mismatch';
  } catch (error) {
    if (error instanceof DerError) return 'malformed';
    throw error;
  }
  const held = isSignedBy(crypto, certificate, scheme, signer.signature, signer.signedAttributes);
  return held instanceof Promise ? held.then(saidOf) : saidOf(held);
}

const saidOf = (held: boolean): TimestampCode | null => (held ? null : 'signature-invalid');

function sameNumber(sent: Uint8Array, answered: Uint8Array | null): boolean {
  const from = sent.findIndex((octet) => octet !== 0);
  return answered !== null && sameBytes(from < 0 ? Uint8Array.of(0) : sent.subarray(from), answered);
}
