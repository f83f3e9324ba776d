import { CURVES, type Curve } from './algorithms.ts';
import { joinBytes, toHex } from './bytes.ts';
import { DerMembers, readDer, unsignedInteger } from './der/read.ts';
import { SEQUENCE } from './der/tags.ts';
import { integer, sequence } from './der/write.ts';

/** True for r‖s of the curve's width (RFC 9231 §2.3.6) with both numbers from 1 to the order less one. */
export function isPlainEcdsa(curve: Curve, signature: Uint8Array): boolean {
  const { octets, order } = CURVES[curve];
  if (signature.length !== 2 * octets) return false;
  const inRange = (part: Uint8Array): boolean => {
    const number = BigInt(`0x${toHex(part)}`);
    return number > 0n && number < order;
  };
  return inRange(signature.subarray(0, octets)) && inRange(signature.subarray(octets));
}

/** Ecdsa-Sig-Value (RFC 3279 §2.2.3), as certificates and many devices give it, to r‖s. Throws DerError. */
export function plainFromDer(curve: Curve, der: Uint8Array): Uint8Array | null {
  const members = new DerMembers(readDer(der), SEQUENCE);
  const r = unsignedInteger(members.next());
  const s = unsignedInteger(members.next());
  members.done();
  const { octets } = CURVES[curve];
  if (r.length > octets || s.length > octets) return null;
  return joinBytes(new Uint8Array(octets - r.length), r, new Uint8Array(octets - s.length), s);
}

/** r‖s to Ecdsa-Sig-Value, for a certificate or CMS. */
export function derFromPlain(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return sequence(integer(signature.subarray(0, half)), integer(signature.subarray(half)));
}
