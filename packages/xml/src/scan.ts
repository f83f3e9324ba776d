import {
  ATTRIBUTE_BYTES,
  areFourPlain,
  CONTENT_END,
  ESCAPED,
  isComposed,
  PLAIN,
  REFERENCE,
  TEXT_BYTES,
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
import {
  type Attribute,
  isExpected,
  isOfStandards,
  keepAttribute,
  keepTag,
  LONGEST_TAG,
  Name,
  type Tag,
} from './known-tags.ts';
import { DEFAULT_LIMITS, type XmlLimits } from './limits.ts';
import { bindNames, bindPrefix } from './names.ts';
import { Spelling } from './spelling.ts';
import { assertUtf8, decodeUtf8, textWithin } from './utf8.ts';

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
  // What is no text at all is said to be that, whatever else there is to be noticed.
  assertUtf8(bytes);
  return new Scan(bytes, bounds).document();
}

const ENTITY_MAX = 6;
const NO_WORDS = new Int32Array(0);
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

class Scan {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly limits: XmlLimits;
  /** The bytes by fours where they can be read so. */
  private readonly words: Int32Array;
  private readonly textOf: (start: number, end: number) => string;
  private readonly byId = new Map<string, XmlElement>();
  /** Position in `bytes`. No string is made of the whole: text is decoded where somebody asks for it. */
  private at = 0;
  /** True once a character was met that NFC may not leave as it is. */
  private composable = false;
  private elements = 0;
  /** Whether its limits are those under which tags of other documents were found good; else it expects none of them. */
  private readonly usual: boolean;
  /** The last start tag, as it may have stood before. */
  private last: Tag | null = null;

  constructor(bytes: Uint8Array, limits: XmlLimits) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.limits = limits;
    this.words =
      bytes.byteOffset % 4 === 0
        ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
        : NO_WORDS;
    this.textOf = textWithin(bytes);
    this.usual =
      limits.maxNameLength === DEFAULT_LIMITS.maxNameLength &&
      limits.maxAttributes === DEFAULT_LIMITS.maxAttributes;
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
    const start = this.at;
    let tag = this.expected() ?? this.read();
    const { name } = tag;
    let element: ScannedElement;
    let problem: CanonicalXmlCode | null = null;
    if (tag !== name.open) {
      element = new ScannedElement(parent, name, start, this.at);
      element.attributes = tag.attributes;
      if (name.prefix !== '') problem = bindPrefix(element);
    } else {
      const attributes = this.attributes();
      element = new ScannedElement(parent, name, start, this.at);
      problem = bindNames(element, attributes, this.byId);
      if (problem === null && this.usual && this.at - start <= LONGEST_TAG && isOfStandards(attributes))
        tag = keepTag(name, new Spelling(this.bytes.slice(start + 1, this.at)), element.attributes);
    }
    if (problem !== null) throw new CanonicalXmlError(problem, start);
    if (this.usual) this.follow(tag);
    return element;
  }

  /** A start tag that came next after the last one before, if it stands here: `at` is behind what of it is known. */
  private expected(): Tag | null {
    const { last } = this;
    if (last === null) return null;
    return this.take(last.next) ?? this.take(last.other);
  }

  private take(tag: Tag | null): Tag | null {
    if (tag === null || !tag.spelling.standsIn(this.view, this.at + 1)) return null;
    const end = this.at + 1 + tag.spelling.length;
    if (tag === tag.name.open) {
      if (!this.endsName(end)) return null;
      this.at = end;
      return this.whole(tag.name);
    }
    this.at = end;
    return tag;
  }

  /** The start tag at `at`, which leaves `at` behind what of it is known: behind its name at least. */
  private read(): Tag {
    const next = this.byte(this.at + 1);
    if (next === BANG || next === QUESTION) this.refuseMarkup();
    this.at++;
    return this.whole(this.name());
  }

  /** The whole start tag of which `at` is behind the name, if it is known. */
  private whole(name: Name): Tag {
    if (!this.usual) return name.open;
    const { length } = name.spelling;
    for (const tag of name.tags) {
      if (!tag.spelling.standsIn(this.view, this.at - length)) continue;
      this.at += tag.spelling.length - length;
      return tag;
    }
    return name.open;
  }

  private follow(tag: Tag): void {
    const { last } = this;
    if (last !== null && last.next !== tag && last.other !== tag) {
      last.other = last.next;
      last.next = tag;
    }
    this.last = tag;
  }

  private endTag(element: ScannedElement): void {
    const { at } = this;
    const expected = element.tagName.closing;
    if (!expected.standsIn(this.view, at + 2)) this.fail('tag-mismatch');
    element.contentEnd = at;
    this.at = at + 2 + expected.length;
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
  private name(): Name {
    const { bytes, at: start } = this;
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
    if (seen !== undefined && seen.spelling.length === i - start && seen.spelling.standsIn(this.view, start))
      return seen;
    const name = new Name(this.textOf(start, i), bytes.slice(start, i));
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
  private attributes(): Attribute[] {
    const list: Attribute[] = [];
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
      const after = this.byte(this.at);
      if (after === SPACE || after === GT || after === SLASH) this.fail('malformed-tag');
      const start = this.at;
      const name = this.name();
      const value = this.knownValue(name, start) ?? this.value(name, start);
      list.push({ name, value, end: this.at });
      if (list.length > this.limits.maxAttributes) this.fail('too-many-attributes');
    }
  }

  /** The value of an attribute that begins at `start`, if it stood elsewhere; then `at` is behind it. */
  private knownValue(name: Name, start: number): string | null {
    for (const { spelling, value } of name.attributes) {
      if (!spelling.standsIn(this.view, start)) continue;
      this.at = start + spelling.length;
      return value;
    }
    return null;
  }

  /** The value of an attribute that begins at `start`; `at` goes from behind its name to behind its closing quote. */
  private value(name: Name, start: number): string {
    if (this.byte(this.at) !== EQUALS) this.fail('malformed-tag');
    const quote = this.byte(this.at + 1);
    if (quote === APOSTROPHE) this.fail('single-quotes');
    if (quote !== QUOTE) this.fail('malformed-tag');
    this.at += 2;
    const first = this.at;
    const escaped = this.content(ATTRIBUTE_BYTES, ATTRIBUTE_REFERENCES);
    const written = this.textOf(first, this.at);
    const value = escaped ? unescapeAttribute(written) : written;
    this.at++;
    if (isExpected(value))
      keepAttribute(name, { spelling: new Spelling(this.bytes.slice(start, this.at)), value });
    return value;
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
