import { CURVES, type Curve } from '../algorithms.ts';
import { joinBytes } from '../bytes.ts';
import { DerMembers, readDer, unsignedInteger } from '../der/read.ts';
import { INTEGER, SEQUENCE } from '../der/tags.ts';

/** True for r‖s of the curve's width (RFC 9231 §2.3.6) with both numbers from 1 to the order less one. */
export function isPlainEcdsa(curve: Curve, signature: Uint8Array): boolean {
  const { octets } = CURVES[curve];
  if (signature.length !== 2 * octets) return false;
  const order = orderOctets[curve];
  return isBelow(signature, 0, order) && isBelow(signature, octets, order);
}

/** True if the number at `at`, as wide as `bound`, is neither zero nor `bound` or more. */
function isBelow(bytes: Uint8Array, at: number, bound: Uint8Array): boolean {
  let difference = 0;
  let anySet = 0;
  for (let i = 0; i < bound.length; i++) {
    const octet = bytes[at + i] ?? 0;
    anySet |= octet;
    if (difference === 0) difference = octet - (bound[i] ?? 0);
  }
  return difference < 0 && anySet !== 0;
}

const bigEndian = (number: bigint, octets: number): Uint8Array =>
  Uint8Array.from(
    number
      .toString(16)
      .padStart(2 * octets, '0')
      .match(/../g) ?? [],
    (hex) => Number.parseInt(hex, 16),
  );

const orderOctets: Readonly<Record<Curve, Uint8Array>> = {
  p256: bigEndian(CURVES.p256.order, CURVES.p256.octets),
  p384: bigEndian(CURVES.p384.order, CURVES.p384.octets),
  p521: bigEndian(CURVES.p521.order, CURVES.p521.octets),
};

/**
 * Ecdsa-Sig-Value (RFC 3279 §2.2.3), as certificates and many devices give it, to r‖s; null for a number wider than the
 * curve. Throws DerError.
 */
export function plainFromDer(curve: Curve, der: Uint8Array): Uint8Array | null {
  return plainAtOnce(CURVES[curve].octets, der) ?? plainByMembers(curve, der);
}

/** The same by the general reader, which judges whatever is not plainly one. */
export function plainByMembers(curve: Curve, der: Uint8Array): Uint8Array | null {
  const members = new DerMembers(readDer(der), SEQUENCE);
  const r = unsignedInteger(members.next());
  const s = unsignedInteger(members.next());
  members.done();
  const { octets } = CURVES[curve];
  if (r.length > octets || s.length > octets) return null;
  return joinBytes(new Uint8Array(octets - r.length), r, new Uint8Array(octets - s.length), s);
}

/** Each token and each answer has one, so the usual form is read without a value made of every member. */
function plainAtOnce(octets: number, der: Uint8Array): Uint8Array | null {
  const [tag, length = 0, longer = 0] = [der[0], der[1], der[2]];
  const head = length === 0x81 && longer >= 0x80 ? 3 : 2;
  if (tag !== SEQUENCE || der.length !== head + (head === 3 ? longer : length)) return null;
  const plain = new Uint8Array(2 * octets);
  const second = copyNumber(der, head, plain, octets);
  return second > 0 && copyNumber(der, second, plain, 2 * octets) === der.length ? plain : null;
}

/** Copies the INTEGER at `at` so that it ends before `to`; where it ends itself, or 0 if it is not one of this width. */
function copyNumber(der: Uint8Array, at: number, plain: Uint8Array, to: number): number {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  const first = der[at + 2] ?? 0x80;
  if (der[at] !== INTEGER || length === 0 || end > der.length || first >= 0x80) return 0;
  const padded = first === 0 && length > 1;
  if (padded && (der[at + 3] ?? 0) < 0x80) return 0;
  const from = padded ? at + 3 : at + 2;
  if (end - from > plain.length / 2) return 0;
  copy(der, from, end, plain, to - (end - from));
  return end;
}

/** r‖s to Ecdsa-Sig-Value, for a certificate, CMS, or node:crypto, which is quicker with it. */
export function derFromPlain(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const [r, s] = [startOf(signature, 0, half), startOf(signature, half, 2 * half)];
  const signs = [signOctet(signature, r), signOctet(signature, s)] as const;
  const lengths = [half - r + signs[0], 2 * half - s + signs[1]] as const;
  const content = lengths[0] + lengths[1] + 4;
  const head = content < 0x80 ? 2 : 3;
  const der = new Uint8Array(head + content);
  der[0] = SEQUENCE;
  if (head === 3) der[1] = 0x81;
  der[head - 1] = content;
  der[head] = INTEGER;
  der[head + 1] = lengths[0];
  copy(signature, r, half, der, head + 2 + signs[0]);
  const second = head + 2 + lengths[0];
  der[second] = INTEGER;
  der[second + 1] = lengths[1];
  copy(signature, s, 2 * half, der, second + 2 + signs[1]);
  return der;
}

/** For some thirty octets a call of the runtime's own costs more. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  for (let i = start; i < end; i++) to[at + i - start] = from[i] as number;
}

/** Where the number between two offsets starts, leading zeros left out save the last. */
function startOf(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to - 1 && bytes[at] === 0) at++;
  return at;
}

/** Octets that keep a first bit from reading as a sign: one or none. */
const signOctet = (bytes: Uint8Array, at: number): 0 | 1 => (((bytes[at] ?? 0) & 0x80) === 0 ? 0 : 1);
