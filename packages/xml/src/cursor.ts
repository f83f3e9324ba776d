import {
  areFourPlain,
  CONTENT_END,
  ESCAPED,
  isComposed,
  PLAIN,
  REFERENCE,
  TEXT_BYTES,
  WIDE,
} from './byte-kinds.ts';
import { SEMICOLON } from './characters.ts';
import { type CanonicalXmlCode, CanonicalXmlError } from './errors.ts';

const ENTITY_MAX = 6;
const NO_WORDS = new Int32Array(0);
/** Most text of a record is base64, thousands of plain bytes on end. */
const LONG_TEXT = 16;
/** What stands after the last byte. */
export const END = -1;

/** A place in well-formed UTF-8, and what goes over characters from there. */
export class Cursor {
  protected readonly bytes: Uint8Array;
  /** Position in `bytes`. No string is made of the whole: text is decoded where somebody asks for it. */
  protected at = 0;
  /** True once a character was met that NFC may not leave as it is. */
  protected composable = false;
  /** The bytes by fours where they can be read so. */
  private readonly words: Int32Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.words =
      bytes.byteOffset % 4 === 0
        ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
        : NO_WORDS;
  }

  protected fail(code: CanonicalXmlCode, at = this.at): never {
    throw new CanonicalXmlError(code, at);
  }

  protected byte(i: number): number {
    return i < this.bytes.length ? (this.bytes[i] as number) : END;
  }

  /**
   * Goes over characters up to the one that ends them there (`<`, or the closing quote), and leaves `at` on that one.
   * True if there is a reference among them.
   */
  protected content(kinds: Uint8Array, references: ReadonlyMap<string, string>): boolean {
    const { bytes } = this;
    const { length } = bytes;
    let escaped = false;
    let i = this.at;
    let near = kinds === TEXT_BYTES ? i + LONG_TEXT : length;
    for (;;) {
      const end = near < length ? near : length;
      let kind = PLAIN;
      for (; i < end; i++) {
        const c = bytes[i] as number;
        kind = kinds[c] as number;
        // Nearly all letters of Vietnamese that are not before U+0300 are from U+1E00 to U+1EFF.
        if (kind !== PLAIN && (c !== 0xe1 || ((bytes[i + 1] as number) & 0xfc) !== 0xb8)) break;
      }
      if (i >= end) {
        if (end === length) this.fail('unexpected-end', i);
        i = this.plainFrom(i);
        near = i + LONG_TEXT;
      } else if (kind === CONTENT_END) {
        this.at = i;
        return escaped;
      } else if (kind === WIDE) {
        this.look(i++);
      } else {
        i += this.special(kinds, i, references);
        escaped = true;
      }
    }
  }

  /** Length of the reference that stands at `i`; nothing else may that is not plain. */
  private special(kinds: Uint8Array, i: number, references: ReadonlyMap<string, string>): number {
    const kind = kinds[this.bytes[i] as number];
    if (kind === REFERENCE) return this.reference(i, references);
    return this.fail(kind === ESCAPED ? 'not-canonical-escape' : 'illegal-character', i);
  }

  /** How far plain ASCII is seen to go on from `i`, by fours. */
  private plainFrom(i: number): number {
    const { bytes, words } = this;
    let at = i;
    for (; at % 4 !== 0; at++) if (TEXT_BYTES[bytes[at] as number] !== PLAIN) return at;
    const first = at >> 2;
    let n = first;
    while (n < words.length && areFourPlain(words[n] as number)) n++;
    return 4 * n;
  }

  /** Length of the reference at `i`. */
  private reference(i: number, references: ReadonlyMap<string, string>): number {
    const end = this.bytes.subarray(i, i + ENTITY_MAX).indexOf(SEMICOLON);
    const written = String.fromCharCode(...this.bytes.subarray(i, i + end + 1));
    if (end < 0 || !references.has(written)) this.fail('not-canonical-escape', i);
    return end + 1;
  }

  /** Looks closer at a character from U+0300 on. */
  private look(i: number): void {
    const lead = this.bytes[i] as number;
    const second = this.bytes[i + 1] as number;
    const third = this.byte(i + 2);
    if (isComposed(lead, second, third)) return;
    // U+FFFE and U+FFFF are no characters of XML.
    if (lead === 0xef && second === 0xbf && third >= 0xbe) this.fail('illegal-character', i);
    this.composable = true;
  }
}
