import { sameBytes, toHex } from '../bytes.ts';
import type { CryptoPort } from '../crypto-port.ts';
import { contentOf, DerMembers, type DerValue, encodingOf, unsignedInteger } from '../der/read.ts';
import { context, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateDigest } from '../x509/certificate-digest.ts';
import { readHashAlgorithm } from '../x509/signature-algorithm.ts';

/**
 * True if the first ESSCertIDv2 of a SigningCertificateV2 attribute (RFC 5035 §4) is that of `certificate`: its
 * digest, and issuer and serial where they are given. Throws DerError.
 */
export function namesCertificate(crypto: CryptoPort, attribute: DerValue, certificate: Certificate): boolean {
  const members = new DerMembers(attribute, SEQUENCE);
  const [first] = new DerMembers(members.next(), SEQUENCE).rest(SEQUENCE);
  members.optional(SEQUENCE);
  members.done();
  if (first === undefined) return false;
  const parts = new DerMembers(first, SEQUENCE);
  const algorithm = parts.optional(SEQUENCE);
  const digest = contentOf(parts.next(OCTET_STRING));
  const issuerSerial = parts.optional(SEQUENCE);
  parts.done();
  const hash = algorithm === undefined ? 'sha256' : readHashAlgorithm(algorithm);
  if (hash === null || !sameBytes(certificateDigest(crypto, hash, certificate), digest)) return false;
  return issuerSerial === undefined || isIssuerSerial(issuerSerial, certificate);
}

function isIssuerSerial(value: DerValue, certificate: Certificate): boolean {
  const members = new DerMembers(value, SEQUENCE);
  const names = new DerMembers(members.next(), SEQUENCE);
  const directory = new DerMembers(names.next(), context(4, true));
  names.done();
  const issuer = encodingOf(directory.next(SEQUENCE));
  const serial = toHex(unsignedInteger(members.next()));
  members.done();
  return sameBytes(issuer, certificate.issuer.der) && serial === certificate.serial;
}
