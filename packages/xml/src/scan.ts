import { ATTRIBUTE_BYTES, TEXT_BYTES } from './byte-kinds.ts';
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
import { Cursor, END } from './cursor.ts';
import { ScannedElement, type XmlDocument } from './element.ts';
import { type CanonicalXmlCode, CanonicalXmlError } from './errors.ts';
import { ATTRIBUTE_REFERENCES, TEXT_REFERENCES, unescapeAttribute } from './escape.ts';
import { type Form, Recognised } from './form.ts';
import { Ids } from './ids.ts';
import { formsOf, keepForms } from './known-forms.ts';
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
import { Octets } from './octets.ts';
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

/**
 * Names by their hash, of all documents: there are few, each of them stands in every one, and none is long. They are of the
 * profile and of standards, never of a child.
 */
const names = new Map<number, Name>();
const NAMES_KEPT = 1_024;

/** Whether an element stands with all that is in it: one that is being read has no end yet. */
const isWhole = ({ contentEnd }: ScannedElement): boolean => contentEnd > 0;

class Scan extends Cursor {
  private readonly view: DataView;
  private readonly octets: Octets;
  private readonly limits: XmlLimits;
  private readonly textOf: (start: number, end: number) => string;
  private readonly byId = new Ids();
  private elements = 0;
  private depth = 0;
  /** Whether its limits are those under which tags and forms of other documents were found good; else it expects none of them. */
  private readonly usual: boolean;
  /** The last start tag, as it may have stood before. */
  private last: Tag | null = null;

  constructor(bytes: Uint8Array, limits: XmlLimits) {
    super(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.octets = new Octets(bytes);
    this.limits = limits;
    this.textOf = textWithin(bytes);
    this.usual =
      limits.maxNameLength === DEFAULT_LIMITS.maxNameLength &&
      limits.maxAttributes === DEFAULT_LIMITS.maxAttributes;
  }

  document(): XmlDocument {
    if (this.byte(0) !== LT) this.fail('not-an-element');
    this.depth = 1;
    const root = this.startTag(null);
    let open: ScannedElement | null = isWhole(root) ? null : root;
    while (open !== null) {
      const textStart = this.at;
      const escaped = this.content(TEXT_BYTES, TEXT_REFERENCES);
      const hasText = this.at > textStart;
      if (this.byte(this.at + 1) === SLASH) {
        if (open.children.length === 0) open.hold(this.textOf, escaped);
        else if (hasText) this.fail('mixed-content');
        this.endTag(open);
        open = open.parent;
        this.depth--;
      } else {
        if (hasText) this.fail('mixed-content');
        if (++this.depth > this.limits.maxDepth) this.fail('too-deep');
        const child: ScannedElement = this.startTag(open);
        open.adopt(child);
        if (isWhole(child)) this.depth--;
        else open = child;
      }
    }
    if (this.at !== this.bytes.length) this.fail('trailing-bytes');
    if (this.composable) {
      const source = decodeUtf8(this.bytes);
      if (source.normalize('NFC') !== source) this.fail('not-nfc', 0);
    } else if (this.usual && root.form === null) {
      keepForms(this.bytes, root, this.elements);
    }
    return { bytes: this.bytes, root, byId: this.byId, remembered: new Map() };
  }

  private startTag(parent: ScannedElement | null): ScannedElement {
    if (++this.elements > this.limits.maxElements) this.fail('too-many-elements');
    const start = this.at;
    let tag = this.expected() ?? this.read();
    const { name } = tag;
    const known = this.recognise(parent, name, start);
    if (known !== null) {
      this.last = null;
      return known;
    }
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

  /** The element at `start`, if it has one of the forms that its name had; then `at` is behind it, and else where it was. */
  private recognise(parent: ScannedElement | null, name: Name, start: number): ScannedElement | null {
    if (!this.usual) return null;
    const behind = this.at;
    for (const form of formsOf(name)) {
      if (form.inherited !== (parent?.defaultNamespace ?? '')) continue;
      const found = this.isWithin(form) ? this.match(form, start) : null;
      if (found === null) continue;
      const element = ScannedElement.of(parent, form, found);
      this.elements += form.elements - 1;
      this.byId.addRecognised(element, form);
      this.at = element.end;
      return element;
    }
    this.at = behind;
    return null;
  }

  /** Whether an element of this form could stand here at all; if not, it is for the reading of it to say what is wrong. */
  private isWithin(form: Form): boolean {
    const { height, elements } = form;
    if (this.depth + height - 1 > this.limits.maxDepth) return false;
    if (this.elements + elements - 1 > this.limits.maxElements) return false;
    return this.byId.haveNoneOf(form);
  }

  /**
   * Where the texts of an element at `start` stand if all else of it is the form's, octet by octet. A text that is another is
   * read like any; whatever it is about one that cannot be, the general reading finds again and says.
   */
  private match(form: Form, start: number): Recognised | null {
    const { sample, firstText, textsEnd } = form;
    const { octets, textStart, textEnd } = sample;
    let from = form.start;
    let at = start;
    let found: Recognised | null = null;
    for (let n = firstText; n < textsEnd; n++) {
      const [first, end] = [textStart[n] as number, textEnd[n] as number];
      if (!this.octets.hold(at, octets, from, first)) return null;
      found ??= new Recognised(form, start, this.octets, this.textOf);
      at += first - from;
      from = end;
      if (this.byte(at + end - first) === LT && this.octets.hold(at, octets, first, end)) {
        found.same(n);
        at += end - first;
      } else {
        this.at = at;
        const escaped = this.text();
        if (escaped === null) return null;
        found.differs(n, this.at, escaped);
        at = this.at;
      }
    }
    if (!this.octets.hold(at, octets, from, form.end)) return null;
    return found ?? new Recognised(form, start, this.octets, this.textOf);
  }

  /** Goes over a text; null for one that is to be refused. */
  private text(): boolean | null {
    try {
      return this.content(TEXT_BYTES, TEXT_REFERENCES);
    } catch (error) {
      if (error instanceof CanonicalXmlError) return null;
      throw error;
    }
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
}
