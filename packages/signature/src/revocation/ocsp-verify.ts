import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { DerError } from '../der/read.ts';
import type { Certificate } from '../x509/certificate.ts';
import { knownCertificateOf } from '../x509/known.ts';
import { maySign, validatePathFor } from '../x509/path.ts';
import { isStrongKey } from '../x509/public-key.ts';
import { isSignedBy } from '../x509/signed-by.ts';
import { type RevocationCode, type RevocationFinding, unanswered } from './answer.ts';
import { isCertIdOf, keyHash } from './cert-id.ts';
import { type OcspAnswer, parseOcspResponse } from './ocsp-response.ts';

/** Whose status an answer is to give. */
export interface OcspSubject {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** The request's, where there was a request that carried one. */
  readonly nonce?: Uint8Array;
}

/**
 * Verifies an OCSPResponse about one certificate (RFC 6960 §3.2, §4.2.2.2): that it is about it, the nonce, and that
 * it was signed by the issuer itself or by a responder that the issuer named for this (EKU OCSPSigning, valid when the
 * answer was produced, and free of the need to be asked about itself). How old it may be is `statusAt`'s question.
 * Never throws for what is in it.
 */
export async function verifyOcsp(
  crypto: CryptoPort,
  der: Uint8Array,
  subject: OcspSubject,
): Promise<RevocationFinding> {
  let answer: OcspAnswer;
  let carried: Certificate[];
  try {
    const parsed = parseOcspResponse(der);
    if (typeof parsed === 'string') return unanswered('refused-by-responder');
    answer = parsed;
    carried = answer.certificates.map(knownCertificateOf);
  } catch (error) {
    if (error instanceof DerError) return unanswered('malformed');
    throw error;
  }
  const { certificate, issuer, nonce } = subject;
  const singles = answer.singles.filter(({ id }) => isCertIdOf(crypto, id, certificate.serial, issuer));
  const [single] = singles;
  // Two answers about one certificate in one response would leave the choice to whoever reads.
  if (single === undefined || singles.length > 1) return unanswered('not-about-this-certificate');
  if (nonce !== undefined && (answer.nonce === undefined || !sameBytes(nonce, answer.nonce)))
    return unanswered('nonce-mismatch');
  if (answer.scheme === null) return unanswered('weak-algorithm');
  const signer = await authorised(crypto, answer, carried, issuer);
  if (typeof signer === 'string') return unanswered(signer);
  if (!(await isSignedBy(crypto, signer, answer.scheme, answer.signature, answer.tbs)))
    return unanswered('signature-invalid');
  if (single.state === 'unknown') return unanswered('status-unknown');
  const { state, revokedAt, reason, thisUpdate, nextUpdate } = single;
  // An answer cannot know what happens after it was produced.
  if (thisUpdate.getTime() > answer.producedAt.getTime()) return unanswered('from-the-future');
  return {
    valid: true,
    code: 'valid',
    answer: { kind: 'ocsp', der, state, revokedAt, reason, thisUpdate, nextUpdate, signer },
  };
}

/** The certificate that the answer's responder is, if the issuer lets it speak; otherwise why not. */
async function authorised(
  crypto: CryptoPort,
  { responder, producedAt }: OcspAnswer,
  carried: readonly Certificate[],
  issuer: Certificate,
): Promise<Certificate | RevocationCode> {
  const isNamed = (candidate: Certificate): boolean =>
    'name' in responder
      ? sameBytes(candidate.subject.der, responder.name)
      : sameBytes(keyHash(candidate), responder.keyHash);
  if (isNamed(issuer)) {
    return isStrongKey(issuer.publicKey) && maySign(issuer) ? issuer : 'responder-not-authorised';
  }
  const named = carried.find(isNamed);
  if (named === undefined || named.basicConstraints?.ca === true) return 'responder-not-authorised';
  // The issuer's own word, not that of some root: RFC 6960 wants the delegate certified directly by it.
  const { valid } = await validatePathFor(crypto, 'ocsp', named, [], [issuer], producedAt);
  if (!valid || sameBytes(named.der, issuer.der)) return 'responder-not-authorised';
  return named.ocspNoCheck ? named : 'responder-status-unknown';
}
