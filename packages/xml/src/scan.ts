import {
  ATTRIBUTE_BYTES,
  CONTENT_END,
  ESCAPED,
  FIRST_COMPOSABLE,
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
  SLASH,
  SPACE,
} from './characters.ts';
import { ScannedElement, type XmlDocument, type XmlElement } from './element.ts';
import { type CanonicalXmlCode, CanonicalXmlError } from './errors.ts';
import { ATTRIBUTE_REFERENCES, TEXT_REFERENCES } from './escape.ts';
import { DEFAULT_LIMITS, type XmlLimits } from './limits.ts';
import { type Attribute, bindNames } from './names.ts';
import { decodeUtf8 } from './utf8.ts';

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
  return new Scan(decodeUtf8(bytes), bytes, bounds).document();
}

const ENTITY_MAX = 6;
/** What stands after the last byte. */
const END = -1;

class Scan {
  private readonly source: string;
  private readonly bytes: Uint8Array;
  private readonly limits: XmlLimits;
  private readonly byId = new Map<string, XmlElement>();
  /** Position in `bytes`, which the decoder found to be UTF-8. */
  private at = 0;
  /** Bytes that UTF-8 needed beyond one per UTF-16 unit so far: position in `source` = at - wide. */
  private wide = 0;
  /** True once a character was met that NFC may not leave as it is. */
  private composable = false;
  private elements = 0;
  private readonly names = new Map<number, string>();

  constructor(source: string, bytes: Uint8Array, limits: XmlLimits) {
    this.source = source;
    this.bytes = bytes;
    this.limits = limits;
  }

  document(): XmlDocument {
    if (this.byte(0) !== LT) this.fail('not-an-element');
    const root = this.startTag(null);
    let open: ScannedElement | null = root;
    let depth = 1;
    while (open !== null) {
      const textStart = this.at;
      const contentEnd = this.content(TEXT_BYTES, TEXT_REFERENCES);
      const hasText = this.at > textStart;
      if (this.byte(this.at + 1) === SLASH) {
        if (open.children.length === 0) open.text = contentEnd;
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
    if (this.composable && this.source.normalize('NFC') !== this.source) this.fail('not-nfc', 0);
    return { bytes: this.bytes, root, byId: this.byId };
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
    element.name = this.name();
    const attributes = this.attributes();
    element.contentStart = this.at;
    const problem = bindNames(element, attributes, this.byId);
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
    const from = this.at - this.wide;
    const rest = this.source.slice(from, from + 9);
    if (rest.startsWith('<!--')) this.fail('comment');
    if (rest.startsWith('<![CDATA[')) this.fail('cdata');
    if (rest.startsWith('<!')) this.fail('doctype');
    if (/^<\?xml[ \t\r\n]/.test(rest)) this.fail('xml-declaration');
    this.fail('processing-instruction');
  }

  /** A name at `at`, with at most one prefix; ASCII, and bounded before it is looked at closer. */
  private name(): string {
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
    // A document has few names, each of them often: one string for all.
    const from = start - this.wide;
    const seen = this.names.get(hash);
    if (seen !== undefined && seen.length === i - start && this.source.startsWith(seen, from)) return seen;
    const name = this.source.slice(from, i - this.wide);
    this.names.set(hash, name);
    return name;
  }

  /** The attributes of the open start tag, in the order written; leaves `at` after its `>`. */
  private attributes(): Attribute[] | null {
    let list: Attribute[] | null = null;
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
      const name = this.name();
      if (this.byte(this.at) !== EQUALS) this.fail('malformed-tag');
      const quote = this.byte(this.at + 1);
      if (quote === APOSTROPHE) this.fail('single-quotes');
      if (quote !== QUOTE) this.fail('malformed-tag');
      this.at += 2;
      const value = this.content(ATTRIBUTE_BYTES, ATTRIBUTE_REFERENCES);
      this.at++;
      list ??= [];
      list.push({ name, value, end: this.at });
      if (list.length > this.limits.maxAttributes) this.fail('too-many-attributes');
    }
  }

  /** Characters up to the one that ends them there (`<`, or the closing quote), unescaped; leaves `at` on that one. */
  private content(kinds: Uint8Array, references: ReadonlyMap<string, string>): string {
    const { bytes, source } = this;
    const { length } = bytes;
    let wide = this.wide;
    let from = this.at - wide;
    let read = '';
    let i = this.at;
    for (;;) {
      while (i < length && kinds[bytes[i] as number] === PLAIN) i++;
      if (i >= length) this.fail('unexpected-end', i);
      const c = bytes[i] as number;
      const kind = kinds[c];
      if (kind === CONTENT_END) break;
      if (kind === WIDE) {
        const octets = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        // Four bytes are two units.
        wide += octets === 2 ? 1 : 2;
        if (c >= FIRST_COMPOSABLE) this.look(i, c);
        i += octets;
      } else if (kind === REFERENCE) {
        const at = i - wide;
        const end = source.indexOf(';', at);
        const character =
          end < 0 || end - at >= ENTITY_MAX ? undefined : references.get(source.slice(at, end + 1));
        if (character === undefined) this.fail('not-canonical-escape', i);
        read += source.slice(from, at) + character;
        from = end + 1;
        i = from + wide;
      } else this.fail(kind === ESCAPED ? 'not-canonical-escape' : 'illegal-character', i);
    }
    this.at = i;
    this.wide = wide;
    return read === '' ? source.slice(from, i - wide) : read + source.slice(from, i - wide);
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
