import {
  AMP,
  APOSTROPHE,
  BANG,
  COLON,
  CR,
  EQUALS,
  GT,
  LF,
  LT,
  NAME_CLASS,
  NAME_PART,
  NAME_START,
  QUESTION,
  QUOTE,
  SLASH,
  SPACE,
  TAB,
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
  const source = decodeUtf8(bytes);
  if (source.normalize('NFC') !== source) throw new CanonicalXmlError('not-nfc', 0);
  return new Scan(source, bytes, bounds).document();
}

const ENTITY_MAX = 6;

class Scan {
  private readonly source: string;
  private readonly bytes: Uint8Array;
  private readonly limits: XmlLimits;
  private readonly byId = new Map<string, XmlElement>();
  /** Position in `source`, UTF-16 units. */
  private at = 0;
  /** Bytes that UTF-8 needed beyond one per unit so far: byte offset = at + wide. */
  private wide = 0;
  private elements = 0;

  constructor(source: string, bytes: Uint8Array, limits: XmlLimits) {
    this.source = source;
    this.bytes = bytes;
    this.limits = limits;
  }

  document(): XmlDocument {
    if (this.source.charCodeAt(0) !== LT) this.fail('not-an-element');
    const root = this.startTag(null);
    let open: ScannedElement | null = root;
    let depth = 1;
    while (open !== null) {
      const textStart = this.at;
      const contentEnd = this.characterData();
      const hasText = this.at > textStart;
      if (this.source.charCodeAt(this.at + 1) === SLASH) {
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
    if (this.at !== this.source.length) this.fail('trailing-bytes');
    return { bytes: this.bytes, root, byId: this.byId };
  }

  private fail(code: CanonicalXmlCode, at = this.at): never {
    throw new CanonicalXmlError(code, at + this.wide);
  }

  private startTag(parent: ScannedElement | null): ScannedElement {
    if (++this.elements > this.limits.maxElements) this.fail('too-many-elements');
    const element = new ScannedElement(parent, this.at + this.wide);
    const next = this.source.charCodeAt(this.at + 1);
    if (next === BANG || next === QUESTION) this.refuseMarkup();
    this.at++;
    element.name = this.name();
    const attributes = this.attributes();
    element.contentStart = this.at + this.wide;
    const problem = bindNames(element, attributes, this.byId);
    if (problem !== null) throw new CanonicalXmlError(problem, element.start);
    return element;
  }

  private endTag(element: ScannedElement): void {
    element.contentEnd = this.at + this.wide;
    const nameAt = this.at + 2;
    const gtAt = nameAt + element.name.length;
    if (!this.source.startsWith(element.name, nameAt)) this.fail('tag-mismatch');
    if (this.source.charCodeAt(gtAt) !== GT) this.fail('tag-mismatch');
    this.at = gtAt + 1;
    element.end = this.at + this.wide;
  }

  private refuseMarkup(): never {
    const rest = this.source.slice(this.at, this.at + 9);
    if (rest.startsWith('<!--')) this.fail('comment');
    if (rest.startsWith('<![CDATA[')) this.fail('cdata');
    if (rest.startsWith('<!')) this.fail('doctype');
    if (/^<\?xml[ \t\r\n]/.test(rest)) this.fail('xml-declaration');
    this.fail('processing-instruction');
  }

  /** A name at `at`, with at most one prefix; ASCII, and bounded before it is looked at closer. */
  private name(): string {
    const start = this.at;
    let i = start;
    let wanted = NAME_START;
    let colons = 0;
    for (;;) {
      const c = this.source.charCodeAt(i);
      if (c === COLON) {
        if (wanted === NAME_START || ++colons > 1) this.fail('bad-name', i);
        wanted = NAME_START;
      } else {
        const kind = c < 128 ? NAME_CLASS[c] : 0;
        if (kind === undefined || (kind & wanted) === 0) break;
        wanted = NAME_PART;
      }
      i++;
    }
    if (wanted === NAME_START || this.source.charCodeAt(i) >= 128) this.fail('bad-name', i);
    if (i - start > this.limits.maxNameLength) this.fail('name-too-long');
    this.at = i;
    return this.source.slice(start, i);
  }

  /** The attributes of the open start tag, in the order written; leaves `at` after its `>`. */
  private attributes(): Attribute[] | null {
    let list: Attribute[] | null = null;
    for (;;) {
      const c = this.source.charCodeAt(this.at);
      if (c === GT) {
        this.at++;
        return list;
      }
      if (c === SLASH) this.fail('empty-element-tag');
      if (Number.isNaN(c)) this.fail('unexpected-end');
      if (c !== SPACE) this.fail('malformed-tag');
      this.at++;
      const after = this.source.charCodeAt(this.at);
      if (after === SPACE || after === GT || after === SLASH) this.fail('malformed-tag');
      const name = this.name();
      if (this.source.charCodeAt(this.at) !== EQUALS) this.fail('malformed-tag');
      const quote = this.source.charCodeAt(this.at + 1);
      if (quote === APOSTROPHE) this.fail('single-quotes');
      if (quote !== QUOTE) this.fail('malformed-tag');
      this.at += 2;
      const value = this.attributeValue();
      list ??= [];
      list.push({ name, value, end: this.at + this.wide });
      if (list.length > this.limits.maxAttributes) this.fail('too-many-attributes');
    }
  }

  /** The value up to its closing quote; leaves `at` after the quote. */
  private attributeValue(): string {
    const source = this.source;
    let from = this.at;
    let value = '';
    let i = from;
    for (;;) {
      const c = source.charCodeAt(i);
      if (c === QUOTE) break;
      if (c === AMP) {
        value += source.slice(from, i) + this.reference(i, ATTRIBUTE_REFERENCES);
        i = source.indexOf(';', i) + 1;
        from = i;
        continue;
      }
      if (c === LT || c === TAB || c === LF || c === CR) this.fail('not-canonical-escape', i);
      this.measure(c, i);
      i++;
    }
    this.at = i + 1;
    return value === '' ? source.slice(from, i) : value + source.slice(from, i);
  }

  /** Text up to the next `<`, unescaped; leaves `at` on that `<`. */
  private characterData(): string {
    const source = this.source;
    let from = this.at;
    let text = '';
    let i = from;
    for (;;) {
      const c = source.charCodeAt(i);
      if (c === LT) break;
      if (c === AMP) {
        text += source.slice(from, i) + this.reference(i, TEXT_REFERENCES);
        i = source.indexOf(';', i) + 1;
        from = i;
        continue;
      }
      if (c === GT || c === CR) this.fail('not-canonical-escape', i);
      if (c !== TAB && c !== LF) this.measure(c, i);
      i++;
    }
    this.at = i;
    return text === '' ? source.slice(from, i) : text + source.slice(from, i);
  }

  /** What a reference at `i` stands for; only the forms that C14N itself writes there. */
  private reference(i: number, known: ReadonlyMap<string, string>): string {
    const end = this.source.indexOf(';', i);
    const character = end < 0 || end - i >= ENTITY_MAX ? undefined : known.get(this.source.slice(i, end + 1));
    if (character === undefined) this.fail('not-canonical-escape', i);
    return character;
  }

  /** Counts the UTF-8 bytes of one UTF-16 unit and refuses what XML 1.0 does not have as a character. */
  private measure(c: number, i: number): void {
    if (c < 0x80) {
      if (c < SPACE) this.fail('illegal-character', i);
    } else if (c < 0x800) {
      this.wide += 1;
    } else if (c >= 0xd800 && c <= 0xdfff) {
      // Half of a pair that the strict decoder made: four bytes for two units.
      this.wide += 1;
    } else if (c < 0xfffe) {
      this.wide += 2;
    } else {
      this.fail(Number.isNaN(c) ? 'unexpected-end' : 'illegal-character', i);
    }
  }
}
