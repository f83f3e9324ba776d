import { CURVES, type Curve } from '../algorithms.ts';
import {
  bitStringOctets,
  DerError,
  DerMembers,
  type DerValue,
  encodingOf,
  objectIdentifier,
  readDer,
  unsignedInteger,
} from '../der/read.ts';
import { NULL, SEQUENCE } from '../der/tags.ts';
import { KEY } from './oids.ts';

export type PublicKeyInfo =
  | { readonly kind: 'ec'; readonly curve: Curve }
  /** `bits` of the modulus; `exponent` is 0 if it does not fit 32 bits. */
  | { readonly kind: 'rsa'; readonly bits: number; readonly exponent: number }
  /** A key this project neither uses nor trusts (other curves, DSA, Ed25519 …). */
  | { readonly kind: 'other'; readonly oid: string };

/** Reads a SubjectPublicKeyInfo (RFC 5480, RFC 3279 §2.3.1). Throws DerError. */
export function readPublicKey(value: DerValue): { spki: Uint8Array; publicKey: PublicKeyInfo } {
  const members = new DerMembers(value, SEQUENCE);
  const algorithm = new DerMembers(members.next(), SEQUENCE);
  const key = bitStringOctets(members.next());
  members.done();
  const spki = encodingOf(value);
  const oid = objectIdentifier(algorithm.next());
  if (oid === KEY.ec) {
    const named = objectIdentifier(algorithm.next());
    algorithm.done();
    const curve = (Object.keys(CURVES) as Curve[]).find((c) => CURVES[c].oid === named);
    if (curve === undefined) return { spki, publicKey: { kind: 'other', oid: named } };
    // Uncompressed points only; that the point is on the curve is for the CryptoPort to find.
    if (key.length !== 1 + 2 * CURVES[curve].octets || key[0] !== 4) throw new DerError('bad-bit-string');
    return { spki, publicKey: { kind: 'ec', curve } };
  }
  if (oid === KEY.rsa) {
    if (algorithm.optional(NULL) === undefined) throw new DerError('unexpected-tag');
    algorithm.done();
    const numbers = new DerMembers(readDer(key), SEQUENCE);
    const modulus = unsignedInteger(numbers.next());
    const exponent = unsignedInteger(numbers.next());
    numbers.done();
    const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
    const small = exponent.length <= 4 ? exponent.reduce((sum, octet) => sum * 256 + octet, 0) : 0;
    return { spki, publicKey: { kind: 'rsa', bits, exponent: small } };
  }
  return { spki, publicKey: { kind: 'other', oid } };
}

/** Widest modulus that is worth verifying: beyond it a key only costs time. */
const RSA_MAX_BITS = 8_192;

/**
 * Strength for what is signed today: RSA of at least 2048 bits with an exponent of at least 65537, ECDSA of at
 * least 256 bits (TT 15/2025/TT-BKHCN).
 */
export function isStrongKey(key: PublicKeyInfo): boolean {
  if (key.kind === 'ec') return true;
  if (key.kind === 'other') return false;
  return key.bits >= 2_048 && key.bits <= RSA_MAX_BITS && key.exponent >= 65_537 && key.exponent % 2 === 1;
}
