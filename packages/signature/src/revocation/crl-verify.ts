import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { DerError } from '../der/read.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isStrongKey } from '../x509/public-key.ts';
import { isSignedBy } from '../x509/signed-by.ts';
import { type RevocationCode, type RevocationFinding, unanswered } from './answer.ts';
import { type Crl, parseCrl } from './crl.ts';
import { findEntry } from './crl-entries.ts';

/**
 * Null if the list is by this issuer, otherwise why not (RFC 5280 §6.3.3): name, key identifier, cRLSign, an issuer
 * in force when it was made, signature. A list of 100,000 entries is worth verifying once and keeping.
 */
export async function verifyCrl(
  crypto: CryptoPort,
  crl: Crl,
  issuer: Certificate,
): Promise<RevocationCode | null> {
  if (!sameBytes(crl.issuer.der, issuer.subject.der)) return 'not-about-this-certificate';
  const { authorityKeyId } = crl;
  if (authorityKeyId !== null && issuer.subjectKeyId !== null && authorityKeyId !== issuer.subjectKeyId)
    return 'not-about-this-certificate';
  if (crl.scope === null) return 'scope-not-supported';
  if (crl.scheme === null || !isStrongKey(issuer.publicKey)) return 'weak-algorithm';
  if (issuer.keyUsage !== null && !issuer.keyUsage.has('cRLSign')) return 'responder-not-authorised';
  if (issuer.basicConstraints?.ca !== true) return 'responder-not-authorised';
  if (crl.thisUpdate < issuer.notBefore || crl.thisUpdate > issuer.notAfter)
    return 'responder-not-authorised';
  return (await isSignedBy(crypto, issuer, crl.scheme, crl.signature, crl.tbs)) ? null : 'signature-invalid';
}

/** What a verified list says of a certificate of its issuer. Throws DerError for an entry that cannot be read. */
export function answerOfCrl(crl: Crl, certificate: Certificate, issuer: Certificate): RevocationFinding {
  if (!sameBytes(certificate.issuer.der, crl.issuer.der)) return unanswered('not-about-this-certificate');
  const kind = certificate.basicConstraints?.ca === true ? 'authorities' : 'end-entities';
  if (crl.scope !== 'all' && crl.scope !== kind) return unanswered('not-about-this-certificate');
  const entry = findEntry(crl.entries, certificate.serial);
  const { der, thisUpdate, nextUpdate } = crl;
  return {
    valid: true,
    code: 'valid',
    answer: {
      kind: 'crl',
      der,
      state: entry === null ? 'good' : 'revoked',
      revokedAt: entry?.revokedAt ?? null,
      reason: entry?.reason ?? null,
      thisUpdate,
      nextUpdate,
      signer: issuer,
    },
  };
}

/** Reads and verifies a list, and looks a certificate up in it. Never throws for what is in it. */
export async function verifyCrlFor(
  crypto: CryptoPort,
  der: Uint8Array,
  certificate: Certificate,
  issuer: Certificate,
): Promise<RevocationFinding> {
  try {
    const crl = parseCrl(der);
    const refused = await verifyCrl(crypto, crl, issuer);
    return refused === null ? answerOfCrl(crl, certificate, issuer) : unanswered(refused);
  } catch (error) {
    if (error instanceof DerError) return unanswered('malformed');
    throw error;
  }
}
