import { sha1 } from '@noble/hashes/legacy.js';
import { sameBytes, toHex } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import {
  bitStringOctets,
  contentOf,
  DerMembers,
  type DerValue,
  objectIdentifier,
  readDer,
  unsignedInteger,
} from '../der/read.ts';
import { NULL, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import * as der from '../der/write.ts';
import type { Certificate } from '../x509/certificate.ts';

/**
 * Hash that names a certificate to a responder. SHA-1 is what RFC 6960 gives a responder's key hash and what most
 * responders know of a CertID. It only finds a certificate here: that it is the right one is proven by the signature
 * of a responder whom the issuer authorised, so a collision buys nothing. Nothing is ever signed or digested with it.
 */
export type NamingHash = 'sha1' | 'sha256';

const NAMING: Readonly<Record<NamingHash, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
};

/** The key's bits without its algorithm: what key hashes are taken of. */
function keyBits(certificate: Certificate): Uint8Array {
  const members = new DerMembers(readDer(certificate.spki), SEQUENCE);
  members.next();
  return bitStringOctets(members.next());
}

/** KeyHash of RFC 6960 §4.2.1, which is SHA-1 and no other. */
export const keyHash = (certificate: Certificate): Uint8Array => sha1(keyBits(certificate));

/** CertID (RFC 6960 §4.1.1) of a certificate of `issuer`. */
export function writeCertId(
  crypto: CryptoPort,
  hash: NamingHash,
  certificate: Certificate,
  issuer: Certificate,
): Uint8Array {
  const digest = hash === 'sha1' ? sha1 : crypto.sha256;
  const serial = Uint8Array.from(certificate.serial.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return der.sequence(
    der.sequence(der.oid(NAMING[hash]), der.nothing()),
    der.octetString(digest(issuer.subject.der)),
    der.octetString(digest(keyBits(issuer))),
    der.integer(serial),
  );
}

/** A CertID as read; `hash` null if it is of another hash. */
export interface CertId {
  readonly hash: NamingHash | null;
  readonly issuerName: Uint8Array;
  readonly issuerKey: Uint8Array;
  /** Hexadecimal. */
  readonly serial: string;
}

/** Throws DerError. */
export function readCertId(value: DerValue): CertId {
  const members = new DerMembers(value, SEQUENCE);
  const algorithm = new DerMembers(members.next(), SEQUENCE);
  const type = objectIdentifier(algorithm.next());
  algorithm.optional(NULL);
  algorithm.done();
  const issuerName = contentOf(members.next(OCTET_STRING));
  const issuerKey = contentOf(members.next(OCTET_STRING));
  const serial = toHex(unsignedInteger(members.next()));
  members.done();
  const hash = (Object.keys(NAMING) as NamingHash[]).find((name) => NAMING[name] === type) ?? null;
  return { hash, issuerName, issuerKey, serial };
}

/** True if the CertID is that of a certificate with this serial, issued by this key under this name. */
export function isCertIdOf(crypto: CryptoPort, id: CertId, serial: string, issuer: Certificate): boolean {
  if (id.hash === null || id.serial !== serial) return false;
  const digest = id.hash === 'sha1' ? sha1 : crypto.sha256;
  return (
    sameBytes(digest(issuer.subject.der), id.issuerName) && sameBytes(digest(keyBits(issuer)), id.issuerKey)
  );
}
