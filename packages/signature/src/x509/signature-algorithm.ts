import type { HashAlgorithm } from '../algorithms.ts';
import { DerError, DerMembers, type DerValue, objectIdentifier, smallInteger } from '../der/read.ts';
import { context, NULL, SEQUENCE } from '../der/tags.ts';
import { nothing, oid, sequence } from '../der/write.ts';
import { KEY, MGF1, RSA_PSS } from './oids.ts';

/** How a certificate was signed; the curve is its issuer's. */
export interface CertificateSignatureScheme {
  readonly scheme: 'ecdsa' | 'rsa-pkcs1' | 'rsa-pss';
  readonly hash: HashAlgorithm;
}

const SCHEMES: Readonly<Record<string, CertificateSignatureScheme>> = {
  '1.2.840.10045.4.3.2': { scheme: 'ecdsa', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { scheme: 'ecdsa', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { scheme: 'ecdsa', hash: 'sha512' },
  '1.2.840.113549.1.1.11': { scheme: 'rsa-pkcs1', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { scheme: 'rsa-pkcs1', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { scheme: 'rsa-pkcs1', hash: 'sha512' },
};

export const HASHES: Readonly<Record<string, { hash: HashAlgorithm; octets: number }>> = {
  '2.16.840.1.101.3.4.2.1': { hash: 'sha256', octets: 32 },
  '2.16.840.1.101.3.4.2.2': { hash: 'sha384', octets: 48 },
  '2.16.840.1.101.3.4.2.3': { hash: 'sha512', octets: 64 },
};

/**
 * Reads a certificate's AlgorithmIdentifier. Null for an algorithm that is refused here, SHA-1 and MD5 among
 * them: such a certificate can be shown, but is in no path. Throws DerError.
 */
export function readSignatureAlgorithm(value: DerValue): CertificateSignatureScheme | null {
  const members = new DerMembers(value, SEQUENCE);
  const type = objectIdentifier(members.next());
  if (type === RSA_PSS) return readPssParameters(members);
  const known = SCHEMES[type] ?? null;
  if (known?.scheme === 'rsa-pkcs1') {
    if (members.optional(NULL) === undefined) throw new DerError('unexpected-tag');
  }
  if (known !== null) members.done();
  return known;
}

/** RSASSA-PSS-params (RFC 4055 §3.1): one hash for message and mask, and a salt of its length. */
function readPssParameters(members: DerMembers): CertificateSignatureScheme | null {
  if (!members.more) return null;
  const parameters = new DerMembers(members.next(), SEQUENCE);
  members.done();
  const hash = explicit(parameters, 0);
  const mask = explicit(parameters, 1);
  const salt = explicit(parameters, 2);
  const trailer = explicit(parameters, 3);
  parameters.done();
  if (hash === undefined || mask === undefined || salt === undefined) return null;
  const message = readHash(hash);
  const generator = new DerMembers(mask, SEQUENCE);
  if (objectIdentifier(generator.next()) !== MGF1) return null;
  const masked = readHash(generator.next());
  generator.done();
  if (trailer !== undefined && smallInteger(trailer) !== 1) return null;
  if (message === undefined || masked === undefined) return null;
  if (message.hash !== masked.hash || smallInteger(salt) !== message.octets) return null;
  return { scheme: 'rsa-pss', hash: message.hash };
}

function explicit(parameters: DerMembers, n: number): DerValue | undefined {
  const wrapper = parameters.optional(context(n, true));
  if (wrapper === undefined) return undefined;
  const members = new DerMembers(wrapper, context(n, true));
  const value = members.next();
  members.done();
  return value;
}

/** How a CMS signer signed: an algorithm of its own that fits the digest's, or bare RSA with it (RFC 3370 §3.2). */
export function readSignerAlgorithm(value: DerValue, hash: HashAlgorithm): CertificateSignatureScheme | null {
  const members = new DerMembers(value, SEQUENCE);
  if (objectIdentifier(members.next()) === KEY.rsa) {
    members.optional(NULL);
    members.done();
    return { scheme: 'rsa-pkcs1', hash };
  }
  const scheme = readSignatureAlgorithm(value);
  return scheme?.hash === hash ? scheme : null;
}

/** The hash of a digest's AlgorithmIdentifier; null for one that is refused here. Throws DerError. */
export const readHashAlgorithm = (value: DerValue): HashAlgorithm | null => readHash(value)?.hash ?? null;

/** A digest's AlgorithmIdentifier, with no parameters (RFC 5754 §2). */
export function hashAlgorithm(hash: HashAlgorithm): Uint8Array {
  const found = Object.keys(HASHES).find((dotted) => HASHES[dotted]?.hash === hash);
  return sequence(oid(found ?? ''));
}

/** The AlgorithmIdentifier of a scheme without parameters of its own: ECDSA and PKCS#1. */
export function signatureAlgorithm(scheme: 'ecdsa' | 'rsa-pkcs1', hash: HashAlgorithm): Uint8Array {
  const found = Object.keys(SCHEMES).find((d) => SCHEMES[d]?.scheme === scheme && SCHEMES[d]?.hash === hash);
  return scheme === 'ecdsa' ? sequence(oid(found ?? '')) : sequence(oid(found ?? ''), nothing());
}

function readHash(value: DerValue): { hash: HashAlgorithm; octets: number } | undefined {
  const members = new DerMembers(value, SEQUENCE);
  const type = objectIdentifier(members.next());
  members.optional(NULL);
  members.done();
  return HASHES[type];
}
