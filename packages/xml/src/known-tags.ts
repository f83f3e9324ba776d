import { GT } from './characters.ts';
import { Spelling } from './spelling.ts';

export const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/**
 * A name as written, in its two parts (it has one colon at most), and what stood under it before, which is likely to stand
 * again. It is found only where all of its octets stand, and what is kept means the same wherever they do.
 */
export class Name {
  readonly text: string;
  /** '' if it has none. */
  readonly prefix: string;
  readonly local: string;
  readonly spelling: Spelling;
  /** Attributes of this name that name something of a standard. */
  readonly attributes: KnownAttribute[] = [];
  /** A start tag of which nothing but the name is known. */
  readonly open: Tag;
  /** Whole start tags, the one without attributes first. */
  readonly tags: Tag[];
  /** What stands in an end tag behind the `</`. */
  readonly closing: Spelling;

  constructor(text: string, bytes: Uint8Array) {
    const colon = text.indexOf(':');
    this.text = text;
    this.prefix = colon < 0 ? '' : text.slice(0, colon);
    this.local = text.slice(colon + 1);
    this.spelling = new Spelling(bytes);
    this.open = { name: this, spelling: this.spelling, attributes: NO_ATTRIBUTES, next: null, other: null };
    this.closing = new Spelling(new Uint8Array([...bytes, GT]));
    this.tags = [{ name: this, spelling: this.closing, attributes: NO_ATTRIBUTES, next: null, other: null }];
  }
}

/** A start tag as it stood somewhere; with attributes only if they mean the same wherever it stands. */
export interface Tag {
  readonly name: Name;
  /** From the name on: to its end in `Name.open`, else to the `>`. */
  readonly spelling: Spelling;
  readonly attributes: ReadonlyMap<string, string>;
  /** Two start tags that came next after this one somewhere. */
  next: Tag | null;
  other: Tag | null;
}

/** An attribute as it stood somewhere. */
export interface KnownAttribute {
  /** From the name to the closing quote. */
  readonly spelling: Spelling;
  readonly value: string;
}

export interface Attribute {
  readonly name: Name;
  readonly value: string;
  /** Byte offset after the closing quote. */
  readonly end: number;
}

/** Start tags and attributes of one name that are kept, and the longest tag, in bytes. */
const KEPT = 16;
export const LONGEST_TAG = 256;

/** Keeps a whole start tag, whose attributes are of standards, to be expected again. */
export function keepTag(name: Name, spelling: Spelling, attributes: ReadonlyMap<string, string>): Tag {
  const tag: Tag = { name, spelling, attributes, next: null, other: null };
  if (name.tags.length >= KEPT) name.tags.length = 1;
  name.tags.push(tag);
  return tag;
}

export function keepAttribute(name: Name, attribute: KnownAttribute): void {
  if (name.attributes.length >= KEPT) name.attributes.length = 0;
  name.attributes.push(attribute);
}

/**
 * Whether the attributes of a tag that is in order mean the same in every document: none is an Id or about namespaces,
 * each names something of a standard.
 */
export function isOfStandards(attributes: readonly Attribute[]): boolean {
  return attributes.every(
    ({ name, value }) =>
      name.prefix === '' && name.text !== 'xmlns' && name.text !== 'Id' && isExpected(value),
  );
}

/** What is not ASCII is looked at for NFC in each document that it stands in, and so read each time. */
const IDENTIFIER = /^[!-~]{1,128}$/;

/** Identifiers of standards come again; an Id or what it names is of one document. */
export const isExpected = (value: string): boolean => value.includes(':') && IDENTIFIER.test(value);
