import { assertWritable, isName, isNamespaceUri, isTag } from './characters.ts';
import { ScannedElement, type XmlElement } from './element.ts';
import { CanonicalXmlError } from './errors.ts';
import { escapeAttribute, escapeText } from './escape.ts';
import { scanCanonical } from './scan.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Canonical XML of one element, made by `el` or checked by `rawElement`; never of unchecked text. */
export class RawXml {
  readonly xml: string;
  /** Default namespaces that are declared first on the ways down; null if none. Guards against a redundant one. */
  readonly declares: ReadonlySet<string> | null;

  constructor(xml: string, declares: ReadonlySet<string> | null) {
    this.xml = xml;
    this.declares = declares;
  }
}

/**
 * One element in canonical form. Strings are escaped as text; elements and text do not mix, so children are
 * either all strings or all elements. Attributes may come in any order; `xmlns` declares the default
 * namespace of the subtree; prefixes are not written. Throws CanonicalXmlError for what cannot be read again.
 */
export function el(
  name: string,
  attributes: Readonly<Record<string, string>> | null,
  ...children: readonly (string | RawXml)[]
): RawXml {
  if (!isTag(name)) throw new CanonicalXmlError('bad-name', 0);
  const namespace = attributes?.xmlns;
  let text = '';
  let inner = '';
  let declares: Set<string> | null = null;
  for (const child of children) {
    if (typeof child === 'string') {
      text += child;
    } else {
      inner += child.xml;
      if (child.declares !== null) declares = new Set([...(declares ?? []), ...child.declares]);
    }
  }
  if (text !== '') {
    if (inner !== '') throw new CanonicalXmlError('mixed-content', 0);
    assertWritable(text);
    inner = escapeText(text);
  }
  if (namespace !== undefined) {
    if (namespace !== '' && !isNamespaceUri(namespace)) throw new CanonicalXmlError('bad-namespace', 0);
    if (declares?.has(namespace)) throw new CanonicalXmlError('redundant-namespace', 0);
    declares = new Set([namespace]);
  }
  const tag = attributes === null ? name : name + attributesOf(attributes);
  return new RawXml(`<${tag}>${inner}</${name}>`, declares);
}

function attributesOf(attributes: Readonly<Record<string, string>>): string {
  let written = attributes.xmlns === undefined ? '' : ` xmlns="${attributes.xmlns}"`;
  for (const name of Object.keys(attributes).sort()) {
    if (name === 'xmlns') continue;
    const value = attributes[name] ?? '';
    if (!isTag(name)) throw new CanonicalXmlError('bad-name', 0);
    if (name.toLowerCase() === 'id') {
      if (name !== 'Id') throw new CanonicalXmlError('id-spelling', 0);
      if (!isName(value)) throw new CanonicalXmlError('bad-id', 0);
    }
    assertWritable(value);
    written += ` ${name}="${escapeAttribute(value)}"`;
  }
  return written;
}

/** Canonical bytes of one element, to be placed by `el`. Scans them first. Throws CanonicalXmlError. */
export function rawElement(bytes: Uint8Array): RawXml {
  const { root } = scanCanonical(bytes);
  const declares = new Set<string>();
  collectDeclared(root, declares);
  return new RawXml(decodeUtf8(bytes), declares.size === 0 ? null : declares);
}

function collectDeclared(element: XmlElement, into: Set<string>): void {
  const declared = element instanceof ScannedElement ? element.declarations?.get('') : undefined;
  if (declared !== undefined) into.add(declared);
  else for (const child of element.children) collectDeclared(child, into);
}

/** The bytes of a written element. */
export function serialize(element: RawXml): Uint8Array {
  return encodeUtf8(element.xml);
}
