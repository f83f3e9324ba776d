import type { HashAlgorithm } from '../algorithms.ts';
import { copyOf, sameBytes, toHex } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { contentOf, DerMembers, type DerValue, encodingOf, readDer, unsignedInteger } from '../der/read.ts';
import { context, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import { KeptBytes } from '../kept-bytes.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateDigest } from '../x509/certificate-digest.ts';
import { readHashAlgorithm } from '../x509/signature-algorithm.ts';

/** ESSCertIDv2 (RFC 5035 §4): a certificate by its digest, and by issuer and serial where they are given. */
interface NamedCertificate {
  /** Null for one that is refused here. */
  readonly hash: HashAlgorithm | null;
  readonly digest: Uint8Array;
  /** Read where the digest fits. */
  readonly issuerSerial: DerValue | null;
}

/** By the attribute's octets, which are the same in every token of an authority. */
const known = new KeptBytes<NamedCertificate | null>(256);

/**
 * True if the first ESSCertIDv2 of a SigningCertificateV2 attribute (RFC 5035 §4) is that of `certificate`: its
 * digest, and issuer and serial where they are given. Throws DerError.
 */
export function namesCertificate(crypto: CryptoPort, attribute: DerValue, certificate: Certificate): boolean {
  const octets = encodingOf(attribute);
  let named = known.find(octets);
  if (named === undefined) {
    named = readFirst(copyOf(octets));
    known.keep(octets, named);
  }
  if (named === null || named.hash === null) return false;
  if (!sameBytes(certificateDigest(crypto, named.hash, certificate), named.digest)) return false;
  return named.issuerSerial === null || isIssuerSerial(named.issuerSerial, certificate);
}

function readFirst(attribute: Uint8Array): NamedCertificate | null {
  const members = new DerMembers(readDer(attribute), SEQUENCE);
  const [first] = new DerMembers(members.next(), SEQUENCE).rest(SEQUENCE);
  members.optional(SEQUENCE);
  members.done();
  if (first === undefined) return null;
  const parts = new DerMembers(first, SEQUENCE);
  const algorithm = parts.optional(SEQUENCE);
  const digest = contentOf(parts.next(OCTET_STRING));
  const issuerSerial = parts.optional(SEQUENCE);
  parts.done();
  const hash = algorithm === undefined ? 'sha256' : readHashAlgorithm(algorithm);
  return { hash, digest, issuerSerial: issuerSerial ?? null };
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
