import { encodeUtf8 } from '@hocba/xml';
import { toBase64 } from '../base64.ts';
import { copyOf, sameBytes } from '../bytes.ts';
import { KeptBytes } from '../kept-bytes.ts';
import { type Certificate, parseCertificate } from './certificate.ts';

/** A certificate with the forms in which signatures need it. */
export interface KnownCertificate {
  readonly certificate: Certificate;
  readonly base64: string;
}

/**
 * Certificates by their octets, and by the base64 that stands in a KeyInfo. The same leaf and issuing CA stand in every
 * signature of a school, and reading them costs as much as a digest of the record.
 */
const KEPT = 1_024;
const byOctets = new KeptBytes<KnownCertificate>(KEPT);
const byText = new KeptBytes<KnownCertificate>(KEPT);

/** The certificate whose base64 is these octets, if it was read before. */
export const remembered = (base64: Uint8Array): Certificate | undefined => byText.find(base64)?.certificate;

/** Reads (or remembers) the certificate that is `der`. Throws DerError. */
export function knownCertificate(der: Uint8Array): KnownCertificate {
  const found = byOctets.find(der);
  if (found !== undefined) return found;
  // A copy, so that the caller's buffer cannot change what was read.
  const own = copyOf(der);
  const entry = { certificate: parseCertificate(own), base64: toBase64(own) };
  byOctets.keep(own, entry);
  byText.keep(encodeUtf8(entry.base64), entry);
  return entry;
}

/** Same, for a chain in DER. */
export const knownChain = (chain: readonly Uint8Array[]): KnownCertificate[] =>
  chain.map((der) => knownCertificate(der));

/** Same, for one certificate out of a token, an answer or a property. Throws DerError. */
export const knownCertificateOf = (der: Uint8Array): Certificate => knownCertificate(der).certificate;

/** Certificates by the list that they were read from: who keeps a list hands out the same one for the same octets. */
const byList = new WeakMap<readonly Uint8Array[], readonly Certificate[]>();

/** Same, for all of a token or of a property. Throws DerError. */
export function knownCertificatesOf(list: readonly Uint8Array[]): readonly Certificate[] {
  const before = byList.get(list);
  if (before !== undefined) return before;
  const certificates = list.map(knownCertificateOf);
  byList.set(list, certificates);
  return certificates;
}

/** True if each certificate is named as issuer by the one before it. */
export function isInOrder(chain: readonly Certificate[]): boolean {
  return chain.every((issuer, i) => {
    const subject = chain[i - 1];
    return subject === undefined || sameBytes(subject.issuer.der, issuer.subject.der);
  });
}
