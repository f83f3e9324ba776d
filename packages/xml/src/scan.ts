import {
  ATTRIBUTE_BYTES,
  CONTENT_END,
  ESCAPED,
  FIRST_COMPOSABLE,
  isComposed,
  PLAIN,
  REFERENCE,
  TEXT_BYTES,
  TEXT_PAIRS,
  WIDE,
} from './byte-kinds.ts';
import {
  APOSTROPHE,
  BANG,
  COLON,
  EQUALS,
  GT,
  LT,
  NAME_CLASS,
  NAME_PART,
  NAME_START,
  QUESTION,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
} from './characters.ts';
import { ScannedElement, type XmlDocument, type XmlElement } from './element.ts';
import { type CanonicalXmlCode, CanonicalXmlError } from './errors.ts';
import { ATTRIBUTE_REFERENCES, TEXT_REFERENCES, unescapeAttribute } from './escape.ts';
import { DEFAULT_LIMITS, type XmlLimits } from './limits.ts';
import { type Attribute, type AttributeGuess, bindNames, type Name, nameOf, stands } from './names.ts';
import { decodeUtf8, textWithin } from './utf8.ts';

/**
 * Reads bytes that are already in exclusive canonical form (Exclusive XML Canonicalization 1.0, without
 * comments) and nothing else, so that the digest of an element is the digest of its bytes.
 * Beyond that form it refuses what our records do not need and attackers do: processing instructions, mixed
 * content, names outside ASCII, the prefix `xml`, text that is not NFC, an Id given twice or spelt otherwise.
 * Throws CanonicalXmlError.
 */
export function scanCanonical(bytes: Uint8Array, limits: Partial<XmlLimits> = {}): XmlDocument {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  if (bytes.length > bounds.maxBytes) throw new CanonicalXmlError('too-large', bounds.maxBytes);
  try {
    return new Scan(bytes, bounds).document();
  } catch (error) {
    // What is no text at all is said to be that, whatever else was noticed first.
    if (error instanceof CanonicalXmlError) decodeUtf8(bytes);
    throw error;
  }
}

const ENTITY_MAX = 6;
const NO_PAIRS = new Uint16Array(0);
/** Most text of a record is base64, thousands of plain bytes on end. */
const LONG_TEXT = 16;
/** What stands after the last byte. */
const END = -1;

/**
 * Names by their hash, of all documents: there are few, each of them stands in every one, and none is long. They are of the
 * profile and of standards, never of a child.
 */
const names = new Map<number, Name>();
const NAMES_KEPT = 1_024;
/** Longest value of an attribute that is expected again, in characters. */
const GUESSED_VALUE = 128;

class Scan {
  private readonly bytes: Uint8Array;
  private readonly limits: XmlLimits;
  /** The bytes by twos where they can be read so. */
  private readonly pairs: Uint16Array;
  private readonly textOf: (start: number, end: number) => string;
  private readonly byId = new Map<string, XmlElement>();
  /** Position in `bytes`. No string is made of the whole: text is decoded where somebody asks for it. */
  private at = 0;
  /** True once a character was met that NFC may not leave as it is. */
  private composable = false;
  private elements = 0;
  /** Name of the last element that began. */
  private element: Name | null = null;

  constructor(bytes: Uint8Array, limits: XmlLimits) {
    this.bytes = bytes;
    this.limits = limits;
    this.pairs =
      bytes.byteOffset % 2 === 0
        ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
        : NO_PAIRS;
    this.textOf = textWithin(bytes);
  }

  document(): XmlDocument {
    if (this.byte(0) !== LT) this.fail('not-an-element');
    const root = this.startTag(null);
    let open: ScannedElement | null = root;
    let depth = 1;
    while (open !== null) {
      const textStart = this.at;
      const escaped = this.content(TEXT_BYTES, TEXT_REFERENCES);
      const hasText = this.at > textStart;
      if (this.byte(this.at + 1) === SLASH) {
        if (open.children.length === 0) open.hold(this.textOf, escaped);
        else if (hasText) this.fail('mixed-content');
        this.endTag(open);
        open = open.parent;
        depth--;
      } else {
        if (hasText) this.fail('mixed-content');
        if (++depth > this.limits.maxDepth) this.fail('too-deep');
        const child: ScannedElement = this.startTag(open);
        open.adopt(child);
        open = child;
      }
    }
    if (this.at !== this.bytes.length) this.fail('trailing-bytes');
    if (this.composable) {
      const source = decodeUtf8(this.bytes);
      if (source.normalize('NFC') !== source) this.fail('not-nfc', 0);
    }
    return { bytes: this.bytes, root, byId: this.byId, remembered: new Map() };
  }

  private fail(code: CanonicalXmlCode, at = this.at): never {
    throw new CanonicalXmlError(code, at);
  }

  private byte(i: number): number {
    return i < this.bytes.length ? (this.bytes[i] as number) : END;
  }

  private startTag(parent: ScannedElement | null): ScannedElement {
    if (++this.elements > this.limits.maxElements) this.fail('too-many-elements');
    const element = new ScannedElement(parent, this.at);
    const next = this.byte(this.at + 1);
    if (next === BANG || next === QUESTION) this.refuseMarkup();
    this.at++;
    const name = this.name(this.element?.follower ?? null);
    if (this.element !== null) this.element.follower = name;
    this.element = name;
    const attributes = this.attributes(name);
    element.contentStart = this.at;
    const problem = bindNames(element, name, attributes, this.byId);
    if (problem !== null) throw new CanonicalXmlError(problem, element.start);
    return element;
  }

  private endTag(element: ScannedElement): void {
    const { bytes, at } = this;
    const { length } = element.name;
    element.contentEnd = at;
    // Byte by byte, for what is past the end is no byte of a name.
    for (let i = 1; i <= length; i++)
      if (bytes[at + 1 + i] !== bytes[element.start + i]) this.fail('tag-mismatch');
    if (this.byte(at + 2 + length) !== GT) this.fail('tag-mismatch');
    this.at = at + 3 + length;
    element.end = this.at;
  }

  private refuseMarkup(): never {
    const rest = String.fromCharCode(...this.bytes.subarray(this.at, this.at + 9));
    if (rest.startsWith('<!--')) this.fail('comment');
    if (rest.startsWith('<![CDATA[')) this.fail('cdata');
    if (rest.startsWith('<!')) this.fail('doctype');
    if (/^<\?xml[ \t\r\n]/.test(rest)) this.fail('xml-declaration');
    this.fail('processing-instruction');
  }

  /** A name at `at`, with at most one prefix; ASCII, and bounded before it is looked at closer. */
  private name(guess: Name | null): Name {
    const { bytes, at: start } = this;
    if (guess !== null && stands(guess.bytes, bytes, start) && this.endsName(start + guess.bytes.length)) {
      this.at = start + guess.bytes.length;
      if (guess.bytes.length > this.limits.maxNameLength) this.fail('name-too-long', start);
      return guess;
    }
    const { length } = bytes;
    let i = start;
    let wanted = NAME_START;
    let colons = 0;
    let hash = 0;
    for (; i < length; i++) {
      const c = bytes[i] as number;
      if (c === COLON) {
        if (wanted === NAME_START || ++colons > 1) this.fail('bad-name', i);
        wanted = NAME_START;
      } else {
        if (((NAME_CLASS[c] as number) & wanted) === 0) break;
        wanted = NAME_PART;
      }
      hash = (Math.imul(hash, 31) + c) | 0;
    }
    if (wanted === NAME_START || this.byte(i) >= 128) this.fail('bad-name', i);
    if (i - start > this.limits.maxNameLength) this.fail('name-too-long');
    this.at = i;
    const seen = names.get(hash);
    if (seen !== undefined && seen.bytes.length === i - start && stands(seen.bytes, bytes, start))
      return seen;
    const name = nameOf(this.textOf(start, i), bytes.slice(start, i));
    if (names.size >= NAMES_KEPT) names.clear();
    names.set(hash, name);
    return name;
  }

  /** Whether the byte at `i` belongs to no name any more, and is none that a name may not end on. */
  private endsName(i: number): boolean {
    const c = this.bytes[i] as number;
    return c < 128 && c !== COLON && NAME_CLASS[c] === 0;
  }

  /** The attributes of the open start tag, in the order written; leaves `at` after its `>`. */
  private attributes(element: Name): Attribute[] | null {
    let list: Attribute[] | null = null;
    let last: AttributeGuess | null = null;
    for (;;) {
      const c = this.byte(this.at);
      if (c === GT) {
        this.at++;
        return list;
      }
      if (c === SLASH) this.fail('empty-element-tag');
      if (c === END) this.fail('unexpected-end');
      if (c !== SPACE) this.fail('malformed-tag');
      this.at++;
      list ??= [];
      const guess: AttributeGuess | null = last === null ? element.attribute : last.follower;
      if (guess !== null && stands(guess.bytes, this.bytes, this.at)) {
        const { name, value, bytes } = guess;
        if (name.bytes.length > this.limits.maxNameLength) this.fail('name-too-long');
        this.at += bytes.length;
        list.push({ name, value, end: this.at });
        if (list.length > this.limits.maxAttributes) this.fail('too-many-attributes');
        last = guess;
        continue;
      }
      const first = this.at;
      const after = this.byte(this.at);
      if (after === SPACE || after === GT || after === SLASH) this.fail('malformed-tag');
      const name = this.name(guess?.name ?? null);
      if (this.byte(this.at) !== EQUALS) this.fail('malformed-tag');
      const quote = this.byte(this.at + 1);
      if (quote === APOSTROPHE) this.fail('single-quotes');
      if (quote !== QUOTE) this.fail('malformed-tag');
      this.at += 2;
      const start = this.at;
      const escaped = this.content(ATTRIBUTE_BYTES, ATTRIBUTE_REFERENCES);
      const written = this.textOf(start, this.at);
      const value = escaped ? unescapeAttribute(written) : written;
      this.at++;
      list.push({ name, value, end: this.at });
      if (list.length > this.limits.maxAttributes) this.fail('too-many-attributes');
      // Identifiers of standards come again; an Id or what it names is of one document.
      if (value.includes(':') && value.length <= GUESSED_VALUE) {
        const bytes = this.bytes.slice(first, this.at);
        const found: AttributeGuess = { name, value, bytes, follower: null };
        if (last === null) element.attribute = found;
        else last.follower = found;
        last = found;
      }
    }
  }

  /**
   * Goes over characters up to the one that ends them there (`<`, or the closing quote), and leaves `at` on that one.
   * True if there is a reference among them.
   */
  private content(kinds: Uint8Array, references: ReadonlyMap<string, string>): boolean {
    const { bytes } = this;
    const { length } = bytes;
    let escaped = false;
    let i = this.at;
    for (;;) {
      const near = i + LONG_TEXT;
      while (i < length && i < near && kinds[bytes[i] as number] === PLAIN) i++;
      if (i === near && kinds === TEXT_BYTES) i = this.plainFrom(i);
      while (i < length && kinds[bytes[i] as number] === PLAIN) i++;
      if (i >= length) this.fail('unexpected-end', i);
      const kind = kinds[bytes[i] as number];
      if (kind === CONTENT_END) break;
      if (kind === WIDE) i += this.wide(i);
      else if (kind === REFERENCE) {
        i += this.reference(i, references);
        escaped = true;
      } else this.fail(kind === ESCAPED ? 'not-canonical-escape' : 'illegal-character', i);
    }
    this.at = i;
    return escaped;
  }

  /** How far plain text is seen to go on from `i`, by twos. */
  private plainFrom(i: number): number {
    const { bytes, pairs } = this;
    if (i % 2 !== 0 && TEXT_BYTES[bytes[i] as number] !== PLAIN) return i;
    const first = (i + 1) >> 1;
    let pair = first;
    while (pair < pairs.length && TEXT_PAIRS[pairs[pair] as number] === PLAIN) pair++;
    return pair === first ? i : 2 * pair;
  }

  /** Length of the reference at `i`. */
  private reference(i: number, references: ReadonlyMap<string, string>): number {
    const end = this.bytes.subarray(i, i + ENTITY_MAX).indexOf(SEMICOLON);
    const written = String.fromCharCode(...this.bytes.subarray(i, i + end + 1));
    if (end < 0 || !references.has(written)) this.fail('not-canonical-escape', i);
    return end + 1;
  }

  /** Octets of the character of several that begins at `i`: well-formed UTF-8 (Unicode 15, table 3-7) and nothing else. */
  private wide(i: number): number {
    const lead = this.bytes[i] as number;
    const next = this.bytes[i + 1] as number;
    // Nearly all letters of Vietnamese are one of two kinds: before U+0300, or U+1E00 to U+1EFF.
    if (lead >= 0xc2 && lead < FIRST_COMPOSABLE && next >= 0x80 && next <= 0xbf) return 2;
    if (lead === 0xe1 && next >= 0xb8 && next <= 0xbb) {
      const third = this.bytes[i + 2] as number;
      if (third >= 0x80 && third <= 0xbf) return 3;
    }
    const octets = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const second = this.byte(i + 1);
    // Overlong forms, surrogates and what is beyond U+10FFFF all show in the second octet.
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    let formed = lead >= 0xc2 && lead <= 0xf4 && second >= least && second <= most;
    for (let n = 2; n < octets; n++) {
      const further = this.byte(i + n);
      formed = formed && further >= 0x80 && further <= 0xbf;
    }
    if (!formed) this.fail('bad-utf8', 0);
    if (lead >= FIRST_COMPOSABLE) this.look(i, lead);
    return octets;
  }

  /** Looks closer at a character from U+0300 on. */
  private look(i: number, lead: number): void {
    const second = this.bytes[i + 1] as number;
    const third = this.byte(i + 2);
    if (isComposed(lead, second, third)) return;
    // U+FFFE and U+FFFF are no characters of XML.
    if (lead === 0xef && second === 0xbf && third >= 0xbe) this.fail('illegal-character', i);
    this.composable = true;
  }
}
