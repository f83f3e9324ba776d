import { joinBytes } from '../bytes.ts';
import * as tags from './tags.ts';

/** One DER value of the given tag over the joined contents. */
export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = joinBytes(...contents);
  const length = content.length;
  const head = [tag];
  if (length < 0x80) head.push(length);
  else {
    const octets: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
    head.push(0x80 | octets.length, ...octets);
  }
  return joinBytes(Uint8Array.from(head), content);
}

export const sequence = (...members: readonly Uint8Array[]): Uint8Array => encode(tags.SEQUENCE, ...members);

/** SET OF: DER orders the members by their encodings. */
export function setOf(...members: readonly Uint8Array[]): Uint8Array {
  const ordered = [...members].sort((a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const difference = (a[i] ?? 0) - (b[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  });
  return encode(tags.SET, ...ordered);
}

/** Non-negative INTEGER from big-endian octets. */
export function integer(octets: Uint8Array): Uint8Array {
  let from = 0;
  while (from < octets.length - 1 && octets[from] === 0) from++;
  const trimmed = octets.length === 0 ? Uint8Array.of(0) : octets.subarray(from);
  const sign = ((trimmed[0] ?? 0) & 0x80) !== 0 ? Uint8Array.of(0) : new Uint8Array(0);
  return encode(tags.INTEGER, sign, trimmed);
}

export const truth = (value: boolean): Uint8Array => encode(tags.BOOLEAN, Uint8Array.of(value ? 0xff : 0));
export const nothing = (): Uint8Array => encode(tags.NULL);
export const octetString = (content: Uint8Array): Uint8Array => encode(tags.OCTET_STRING, content);
export const bitString = (octets: Uint8Array): Uint8Array =>
  encode(tags.BIT_STRING, Uint8Array.of(0), octets);
export const utf8String = (text: string): Uint8Array =>
  encode(tags.UTF8_STRING, new TextEncoder().encode(text));
export const printableString = (text: string): Uint8Array =>
  encode(tags.PRINTABLE_STRING, new TextEncoder().encode(text));

/** Named bit list (keyUsage) without trailing zero bits. */
export function namedBitList(bits: readonly number[]): Uint8Array {
  const highest = Math.max(...bits);
  const octets = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return encode(tags.BIT_STRING, Uint8Array.of(7 - (highest & 7)), octets);
}

/** Identifiers by their dotted form: few are written, and those in every token and answer. */
const identifiers = new Map<string, Uint8Array>();
const IDENTIFIERS_KEPT = 256;

/** OBJECT IDENTIFIER from its dotted form; not to be written to. */
export function oid(dotted: string): Uint8Array {
  const before = identifiers.get(dotted);
  if (before !== undefined) return before;
  const [top = 0n, second = 0n, ...arcs] = dotted.split('.').map(BigInt);
  const octets: number[] = [];
  for (const arc of [top * 40n + second, ...arcs]) {
    const groups = [Number(arc & 0x7fn)];
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) groups.unshift(Number(rest & 0x7fn) | 0x80);
    octets.push(...groups);
  }
  const identifier = encode(tags.OID, Uint8Array.from(octets));
  if (identifiers.size < IDENTIFIERS_KEPT) identifiers.set(dotted, identifier);
  return identifier;
}

/** Time in a certificate (RFC 5280 §4.1.2.5), to the second. */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const ascii = (text: string) => new TextEncoder().encode(text);
  return date.getUTCFullYear() < 2050
    ? encode(tags.UTC_TIME, ascii(`${digits.slice(2)}Z`))
    : encode(tags.GENERALIZED_TIME, ascii(`${digits}Z`));
}
