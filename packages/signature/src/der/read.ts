import { copyOf } from '../bytes.ts';
import * as tags from './tags.ts';

export type DerCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'unexpected-tag'
  | 'long-tag'
  | 'indefinite-length'
  | 'overlong-length'
  | 'bad-integer'
  | 'bad-boolean'
  | 'bad-oid'
  | 'bad-bit-string'
  | 'bad-string'
  | 'bad-time'
  | 'bad-null';

/** Bytes that are not the one DER encoding (X.690 §10) of what was expected. */
export class DerError extends Error {
  readonly code: DerCode;

  constructor(code: DerCode) {
    super(`DER refused: ${code}`);
    this.name = 'DerError';
    this.code = code;
  }
}

/** One type-length-value, as offsets into the buffer it was read from. */
export interface DerValue {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

function readAt(bytes: Uint8Array, at: number, limit: number): DerValue {
  if (at >= limit) throw new DerError('truncated');
  const tag = bytes[at] as number;
  if ((tag & 0x1f) === 0x1f) throw new DerError('long-tag');
  if (at + 1 >= limit) throw new DerError('truncated');
  let length = bytes[at + 1] as number;
  let contentStart = at + 2;
  if (length === 0x80) throw new DerError('indefinite-length');
  if (length > 0x80) {
    const octets = length - 0x80;
    if (octets > 4) throw new DerError('overlong-length');
    if (contentStart + octets > limit) throw new DerError('truncated');
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (bytes[contentStart + i] as number);
    contentStart += octets;
    // The shortest form only: 81 7F and 82 00 80 would be second spellings.
    if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerError('overlong-length');
  }
  const end = contentStart + length;
  if (end > limit) throw new DerError('truncated');
  return { tag, bytes, start: at, contentStart, end };
}

/** The single value that fills the bytes. */
export function readDer(bytes: Uint8Array): DerValue {
  const value = readAt(bytes, 0, bytes.length);
  if (value.end !== bytes.length) throw new DerError('trailing-bytes');
  return value;
}

export const contentOf = (value: DerValue): Uint8Array => value.bytes.subarray(value.contentStart, value.end);
export const encodingOf = (value: DerValue): Uint8Array => value.bytes.subarray(value.start, value.end);

/** Reads the members of a constructed value one after the other; `done` refuses what is left over. */
export class DerMembers {
  private readonly value: DerValue;
  private at: number;

  constructor(value: DerValue, tag: number) {
    expectTag(value, tag);
    this.value = value;
    this.at = value.contentStart;
  }

  get more(): boolean {
    return this.at < this.value.end;
  }

  next(tag?: number): DerValue {
    const member = readAt(this.value.bytes, this.at, this.value.end);
    if (tag !== undefined) expectTag(member, tag);
    this.at = member.end;
    return member;
  }

  optional(tag: number): DerValue | undefined {
    return this.more && this.value.bytes[this.at] === tag ? this.next(tag) : undefined;
  }

  done(): void {
    if (this.more) throw new DerError('trailing-bytes');
  }

  /** Every member that is left. */
  rest(tag?: number): DerValue[] {
    const members: DerValue[] = [];
    while (this.more) members.push(this.next(tag));
    return members;
  }
}

export function expectTag(value: DerValue, tag: number): void {
  if (value.tag !== tag) throw new DerError('unexpected-tag');
}

/** Octets of a non-negative INTEGER without its leading zero; negative and padded ones are refused. */
export function unsignedInteger(value: DerValue): Uint8Array {
  expectTag(value, tags.INTEGER);
  const octets = contentOf(value);
  const [first = 0x80, second = 0] = octets;
  if ((first & 0x80) !== 0) throw new DerError('bad-integer');
  if (first !== 0 || octets.length === 1) return octets;
  if ((second & 0x80) === 0) throw new DerError('bad-integer');
  return octets.subarray(1);
}

/** A small non-negative INTEGER, such as a path length. */
export function smallInteger(value: DerValue): number {
  const octets = unsignedInteger(value);
  if (octets.length > 4) throw new DerError('bad-integer');
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** A small ENUMERATED, which has the form of an INTEGER. */
export function enumerated(value: DerValue): number {
  expectTag(value, tags.ENUMERATED);
  return smallInteger({ ...value, tag: tags.INTEGER });
}

export function boolean(value: DerValue): boolean {
  expectTag(value, tags.BOOLEAN);
  const octets = contentOf(value);
  if (octets.length !== 1 || (octets[0] !== 0 && octets[0] !== 0xff)) throw new DerError('bad-boolean');
  return octets[0] === 0xff;
}

/** Dotted form of an OBJECT IDENTIFIER; arcs may be as wide as a UUID. */
export function objectIdentifier(value: DerValue): string {
  expectTag(value, tags.OID);
  const { bytes, contentStart, end } = value;
  let hash = 0;
  for (let i = contentStart; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  const seen = identifiers.get(hash);
  if (seen !== undefined && isContent(value, seen.octets)) return seen.dotted;
  const octets = copyOf(contentOf(value));
  const dotted = readIdentifier(octets);
  if (identifiers.size >= IDENTIFIERS_KEPT) identifiers.clear();
  identifiers.set(hash, { octets, dotted });
  return dotted;
}

/** Identifiers by a hash of their octets, all of which are compared: a token names twenty, the same ones as every other. */
const identifiers = new Map<number, { readonly octets: Uint8Array; readonly dotted: string }>();
const IDENTIFIERS_KEPT = 256;

function isContent({ bytes, contentStart, end }: DerValue, octets: Uint8Array): boolean {
  if (octets.length !== end - contentStart) return false;
  for (let i = 0; i < octets.length; i++) if (bytes[contentStart + i] !== octets[i]) return false;
  return true;
}

function readIdentifier(octets: Uint8Array): string {
  if (octets.length === 0 || octets.length > 64) throw new DerError('bad-oid');
  let dotted = '';
  let arc = 0;
  let wide: bigint | null = null;
  let fresh = true;
  for (const octet of octets) {
    if (fresh && octet === 0x80) throw new DerError('bad-oid');
    if (wide === null && arc >= MOST_BEFORE_SHIFT) wide = BigInt(arc);
    if (wide === null) arc = arc * 128 + (octet & 0x7f);
    else wide = (wide << 7n) | BigInt(octet & 0x7f);
    fresh = (octet & 0x80) === 0;
    if (!fresh) continue;
    if (dotted !== '') dotted += `.${wide ?? arc}`;
    else dotted = wide === null ? firstArcs(arc) : `2.${wide - 80n}`;
    arc = 0;
    wide = null;
  }
  if (!fresh) throw new DerError('bad-oid');
  return dotted;
}

/** An arc up to here stays a safe integer with seven bits more. */
const MOST_BEFORE_SHIFT = 2 ** 46;

function firstArcs(head: number): string {
  const top = head < 40 ? 0 : head < 80 ? 1 : 2;
  return `${top}.${head - top * 40}`;
}

/** Octets of a BIT STRING that holds whole octets (keys, signatures). */
export function bitStringOctets(value: DerValue): Uint8Array {
  expectTag(value, tags.BIT_STRING);
  const octets = contentOf(value);
  if (octets.length < 1 || octets[0] !== 0) throw new DerError('bad-bit-string');
  return octets.subarray(1);
}

/** Numbers of the bits that are set in a named bit list (keyUsage). */
export function namedBits(value: DerValue): Set<number> {
  expectTag(value, tags.BIT_STRING);
  const [unused = 8, ...octets] = contentOf(value);
  const last = octets[octets.length - 1];
  if (unused > 7 || (last === undefined && unused !== 0)) throw new DerError('bad-bit-string');
  // DER drops trailing zero bits of a named bit list, so the last bit that is kept is set.
  if (last !== undefined && (last & ((1 << (unused + 1)) - 1)) !== 1 << unused) {
    throw new DerError('bad-bit-string');
  }
  const bits = new Set<number>();
  octets.forEach((octet, i) => {
    for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) bits.add(i * 8 + bit);
  });
  return bits;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true });

/** Text of a directory string; undefined for a string type that is not read here. */
export function text(value: DerValue): string | undefined {
  const octets = contentOf(value);
  try {
    switch (value.tag) {
      case tags.UTF8_STRING:
        return utf8.decode(octets);
      case tags.PRINTABLE_STRING:
      case tags.NUMERIC_STRING:
      case tags.IA5_STRING:
        if (octets.some((octet) => octet > 0x7f)) throw new DerError('bad-string');
        return utf8.decode(octets);
      case tags.BMP_STRING:
        return utf16.decode(octets);
      default:
        return undefined;
    }
  } catch {
    throw new DerError('bad-string');
  }
}

/** Time of a certificate (RFC 5280 §4.1.2.5): UTCTime until 2049, GeneralizedTime after, both in seconds and Z. */
export function time(value: DerValue): Date {
  const digits = new TextDecoder('latin1').decode(contentOf(value));
  const utc = value.tag === tags.UTC_TIME;
  if (!utc) expectTag(value, tags.GENERALIZED_TIME);
  const match = (
    utc ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(digits);
  if (match === null) throw new DerError('bad-time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const fullYear = utc ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const date = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
  // A day that does not exist would roll over to another one.
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    throw new DerError('bad-time');
  }
  return date;
}
