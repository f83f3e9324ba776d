import { hash } from 'node:crypto';
import { HASH_LENGTH } from '../tree/merkle.ts';
import type { ChainHead } from './hash-chain.ts';

/** Fields as a database sends them, one after the other in `bytes`; a length of -1 is none. Texts are UTF-8, numbers int64. */
export interface StoredFields {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/** Of an optional field that holds nothing. */
export const NOTHING = 0;
/** Of lead octets below it every character is NFC as it stands: they are before U+0300. */
const FIRST_COMPOSABLE = 0xcc;
/** So is what begins with it and an octet from 0xb8 to 0xbb: U+1E00 to U+1EFF, where the rest of Vietnamese is, has no composition excluded. */
const VIETNAMESE = 0xe1;

/**
 * The items of a chain as they are stored, written one after the other into the bytes that are hashed, octet by octet as they come: domain,
 * hash before, version, fields. Whatever cannot be written so is refused, and is for who makes texts of it to judge.
 */
export class ChainedFields {
  readonly out: Buffer;
  /** Where an item's first field goes. */
  readonly start: number;
  /** Where the next field goes. */
  at: number;
  /** Items so far. */
  seq = 0;
  private readonly previous: number;
  private readonly waiting: ChainHead[];
  private readonly begins: boolean;

  /**
   * @param out room for the domain, a hash, the version and every field at its longest, since no length is asked for twice; nobody else's
   * as long as this is in use
   * @param first hash before the first item
   * @param anchors heads as of earlier, in any order
   */
  constructor(
    out: Buffer,
    of: { readonly domain: Uint8Array; readonly version: number; readonly first: Uint8Array },
    anchors: readonly ChainHead[],
  ) {
    this.out = out;
    this.previous = of.domain.length;
    this.start = this.previous + HASH_LENGTH + 1;
    this.at = this.start;
    out.set(of.domain);
    out.set(of.first, this.previous);
    out[this.start - 1] = of.version;
    this.waiting = [...anchors].sort((a, b) => b.seq - a.seq);
    this.begins = this.meetAnchors();
  }

  /** @returns the number, or -1 for what is no safe integer from 0 on */
  number(row: StoredFields, column: number): number {
    if (row.lengths[column] !== 8) return -1;
    const { bytes } = row;
    const from = row.starts[column] as number;
    // Beyond are negative numbers and such as are no safe integers.
    if (bytes[from] !== 0 || (bytes[from + 1] as number) > 0x1f) return -1;
    const { out, at } = this;
    for (let i = 0; i < 8; i++) out[at + i] = bytes[from + i] as number;
    this.at = at + 8;
    return uint32(bytes, from) * 2 ** 32 + uint32(bytes, from + 4);
  }

  /** Milliseconds, which a database keeps in another unit. */
  time(millis: number): boolean {
    if (!Number.isSafeInteger(millis) || millis < 0) return false;
    this.at = writeUint32(this.out, Math.floor(millis / 2 ** 32), this.at);
    this.at = writeUint32(this.out, millis % 2 ** 32, this.at);
    return true;
  }

  /** Behind its length as uint16. @param limit octets */
  text(row: StoredFields, column: number, limit: number): boolean {
    const length = row.lengths[column] as number;
    if (length < 0 || length > limit) return false;
    const { out } = this;
    let { at } = this;
    out[at++] = length >> 8;
    out[at++] = length;
    const { bytes } = row;
    const start = at;
    let composable = false;
    for (let from = row.starts[column] as number, end = from + length; from < end; from++) {
      const octet = bytes[from] as number;
      if (
        octet >= FIRST_COMPOSABLE &&
        (octet !== VIETNAMESE || ((bytes[from + 1] as number) & 0xfc) !== 0xb8)
      )
        composable = true;
      out[at++] = octet;
    }
    this.at = at;
    if (!composable) return true;
    const written = out.toString('utf8', start, at);
    return written.normalize('NFC') === written;
  }

  /** Behind an octet that says whether it is there. */
  optional(row: StoredFields, column: number, limit: number): boolean {
    const is = row.lengths[column] !== -1;
    this.out[this.at++] = is ? 1 : NOTHING;
    return !is || this.text(row, column, limit);
  }

  /** The hash of what stands there up to `at` takes the place of the one before it. @returns whether it is the one that was stored */
  chain(row: StoredFields, column: number): boolean {
    const { out, previous } = this;
    // A text of the octets: a Buffer made on the other side costs twice as much.
    const octets = hash('sha256', out.subarray(0, this.at), 'binary');
    for (let i = 0; i < HASH_LENGTH; i++) out[previous + i] = octets.charCodeAt(i);
    this.seq++;
    return this.isLast(row.bytes, row.starts[column] as number, row.lengths[column] as number);
  }

  /** Whether these octets are the hash of the last item. */
  isLast(bytes: Uint8Array, start: number, length: number): boolean {
    if (length !== HASH_LENGTH) return false;
    const { out, previous } = this;
    for (let i = 0; i < HASH_LENGTH; i++) if (bytes[start + i] !== out[previous + i]) return false;
    return true;
  }

  /** After an item: false where a head that was known of it is another. */
  meetAnchors(): boolean {
    const { waiting, seq } = this;
    for (let next = waiting.at(-1); next !== undefined && next.seq <= seq; next = waiting.at(-1)) {
      if (next.seq !== seq || !this.isLast(next.hash, 0, next.hash.length)) return false;
      waiting.pop();
    }
    return true;
  }

  /** Whether every head that was known was met. */
  isWhole(): boolean {
    return this.begins && this.waiting.length === 0;
  }
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0;

/** @returns where the next octet goes */
function writeUint32(out: Uint8Array, value: number, at: number): number {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
  return at + 4;
}
