import { sameBytes, toHex } from '../bytes.ts';
import {
  bitStringOctets,
  DerError,
  DerMembers,
  encodingOf,
  readDer,
  smallInteger,
  time,
  unsignedInteger,
} from '../der/read.ts';
import { context, SEQUENCE } from '../der/tags.ts';
import { type CertificateExtensions, readExtensions } from './extensions.ts';
import { attributeOf, type DistinguishedName, readName } from './name.ts';
import { ATTRIBUTE, TRAINING_POLICY_OID } from './oids.ts';
import { type PublicKeyInfo, readPublicKey } from './public-key.ts';
import { type CertificateSignatureScheme, readSignatureAlgorithm } from './signature-algorithm.ts';

/** An X.509 v3 certificate (RFC 5280), read and not yet trusted. */
export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array;
  /** What its issuer signed. */
  readonly tbs: Uint8Array;
  /** Hexadecimal, without leading zero octets. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER of SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly publicKey: PublicKeyInfo;
  /** Null if signed by an algorithm that is refused here. */
  readonly signatureScheme: CertificateSignatureScheme | null;
  readonly signature: Uint8Array;
}

/** Larger certificates are not seen in the field; the bound keeps a hostile one cheap. */
const MAX_BYTES = 16_384;
const MAX_SERIAL_OCTETS = 20;

/**
 * Reads a certificate from exactly its DER. Refuses BER, other versions than 3, a serial that is not positive
 * or is longer than 20 octets (RFC 5280 §4.1.2.2), and an inner algorithm unlike the outer. Throws DerError.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_BYTES) throw new DerError('trailing-bytes');
  const outer = new DerMembers(readDer(der), SEQUENCE);
  const tbsValue = outer.next();
  const outerAlgorithm = outer.next();
  const signature = bitStringOctets(outer.next());
  outer.done();

  const tbs = new DerMembers(tbsValue, SEQUENCE);
  const version = new DerMembers(tbs.next(), context(0, true));
  if (smallInteger(version.next()) !== 2) throw new DerError('unexpected-tag');
  version.done();
  const serialOctets = unsignedInteger(tbs.next());
  if (serialOctets.length > MAX_SERIAL_OCTETS || serialOctets.every((octet) => octet === 0)) {
    throw new DerError('bad-integer');
  }
  const innerAlgorithm = tbs.next();
  if (!sameBytes(encodingOf(innerAlgorithm), encodingOf(outerAlgorithm)))
    throw new DerError('unexpected-tag');
  const issuer = readName(tbs.next());
  const validity = new DerMembers(tbs.next(), SEQUENCE);
  const notBefore = time(validity.next());
  const notAfter = time(validity.next());
  validity.done();
  const subject = readName(tbs.next());
  const key = readPublicKey(tbs.next());
  const wrapper = new DerMembers(tbs.next(), context(3, true));
  const extensions = readExtensions(wrapper.next());
  wrapper.done();
  tbs.done();
  return {
    ...extensions,
    ...key,
    der,
    tbs: encodingOf(tbsValue),
    serial: toHex(serialOctets),
    subject,
    issuer,
    notBefore,
    notAfter,
    signatureScheme: readSignatureAlgorithm(outerAlgorithm),
    signature,
  };
}

/** The 12-digit số định danh cá nhân of a person's certificate (UID `CCCD:…`), undefined if it names none. */
export function personalIdOf(certificate: Certificate): string | undefined {
  return /^CCCD:(\d{12})$/.exec(attributeOf(certificate.subject, ATTRIBUTE.userId) ?? '')?.[1];
}

/** The tax code of an organisation's certificate (UID `MST:…`), undefined if it names none. */
export function taxCodeOf(certificate: Certificate): string | undefined {
  return /^MST:(\d{10}(?:-\d{3})?)$/.exec(attributeOf(certificate.subject, ATTRIBUTE.userId) ?? '')?.[1];
}

/** The common name, such as a person's full name; undefined if there is none or more than one. */
export function commonNameOf(certificate: Certificate): string | undefined {
  return attributeOf(certificate.subject, ATTRIBUTE.commonName);
}

/** True if the certificate was made for training, whoever is asked to trust its root. */
export function isTrainingCertificate(certificate: Certificate): boolean {
  return certificate.policies.includes(TRAINING_POLICY_OID);
}
