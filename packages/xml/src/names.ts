import { isName, isNamespaceUri } from './characters.ts';
import type { ScannedElement, XmlElement } from './element.ts';
import type { CanonicalXmlCode } from './errors.ts';

/** A name as written, in its two parts; and what stood behind it last, which it is likely to be again. */
export interface Name {
  readonly text: string;
  /** '' if it has none. */
  readonly prefix: string;
  readonly local: string;
  /** ASCII of `text`. */
  readonly bytes: Uint8Array;
  /** Name of the element that began next after one of this name. */
  follower: Name | null;
  /** First attribute of an element of this name. */
  attribute: AttributeGuess | null;
}

/** An attribute that stood in an element of some name. */
export interface AttributeGuess {
  readonly name: Name;
  readonly value: string;
  /** From the name to the closing quote. */
  readonly bytes: Uint8Array;
  follower: AttributeGuess | null;
}

export interface Attribute {
  readonly name: Name;
  readonly value: string;
  /** Byte offset after the closing quote. */
  readonly end: number;
}

/** The parts of a name that has one colon at most. */
export function nameOf(text: string, bytes: Uint8Array): Name {
  const colon = text.indexOf(':');
  const prefix = colon < 0 ? '' : text.slice(0, colon);
  return { text, prefix, local: text.slice(colon + 1), bytes, follower: null, attribute: null };
}

/** True if `expected` stands in `bytes` from `at` on, and something behind it. */
export function stands(expected: Uint8Array, bytes: Uint8Array, at: number): boolean {
  const { length } = expected;
  if (at + length >= bytes.length) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/**
 * Gives an element its namespace, attributes and Id, and holds its tag to the order and economy of exclusive
 * C14N: declarations first (default, then by prefix), each of them used by this very tag and new to it, then
 * attributes by namespace and local name. Returns the code of the first breach, null if there is none.
 */
export function bindNames(
  element: ScannedElement,
  name: Name,
  attributes: readonly Attribute[] | null,
  byId: Map<string, XmlElement>,
): CanonicalXmlCode | null {
  const parent = element.parent;
  element.name = name.text;
  element.prefix = name.prefix;
  element.localName = name.local;
  element.defaultNamespace = parent === null ? '' : parent.defaultNamespace;
  element.declarationsEnd = element.start + 1 + element.name.length;
  if (attributes !== null) {
    const problem = declare(element, attributes) ?? attach(element, attributes, byId);
    if (problem !== null) return problem;
  }
  if (element.prefix === '') {
    element.namespace = element.defaultNamespace;
    return null;
  }
  if (isReserved(element.prefix)) return 'reserved-prefix';
  const uri = element.lookup(element.prefix);
  if (uri === undefined) return 'unbound-prefix';
  element.namespace = uri;
  markPrefixed(element);
  return null;
}

const isReserved = (prefix: string): boolean => prefix.toLowerCase().startsWith('xml');

function markPrefixed(element: ScannedElement): void {
  for (let e: ScannedElement | null = element; e !== null && !e.prefixed; e = e.parent) e.prefixed = true;
}

/** The leading namespace declarations. */
function declare(element: ScannedElement, attributes: readonly Attribute[]): CanonicalXmlCode | null {
  let declarations: Map<string, string> | null = null;
  let previous = '';
  for (const { name, value, end } of attributes) {
    const isDefault = name.text === 'xmlns';
    if (!isDefault && name.prefix !== 'xmlns') break;
    const prefix = isDefault ? '' : name.local;
    if (declarations !== null && prefix <= previous) return 'attribute-order';
    if (isReserved(prefix)) return 'reserved-prefix';
    // Only the default namespace can be taken back, and only where one is in force.
    if (value === '' ? !isDefault : !isNamespaceUri(value)) return 'bad-namespace';
    const inherited = element.parent === null ? (isDefault ? '' : undefined) : element.parent.lookup(prefix);
    if (inherited === value) return 'redundant-namespace';
    const used =
      prefix === element.prefix || (!isDefault && attributes.some((a) => a.name.prefix === prefix));
    if (!used) return 'unused-namespace';
    declarations ??= new Map();
    declarations.set(prefix, value);
    previous = prefix;
    element.declarationsEnd = end;
    if (isDefault) element.defaultNamespace = value;
  }
  element.declarations = declarations;
  return null;
}

/** The attributes proper, and the Id among them. */
function attach(
  element: ScannedElement,
  attributes: readonly Attribute[],
  byId: Map<string, XmlElement>,
): CanonicalXmlCode | null {
  const first = element.declarations?.size ?? 0;
  if (attributes.length === first) return null;
  const map = new Map<string, string>();
  let previousUri = '';
  let previousName = '';
  for (let i = first; i < attributes.length; i++) {
    const attribute = attributes[i];
    if (attribute === undefined) break;
    const { value } = attribute;
    const { text: name, prefix, local } = attribute.name;
    // A declaration after an attribute is out of order.
    if (name === 'xmlns' || prefix === 'xmlns') return 'attribute-order';
    if (local.length === 2 && name !== 'Id' && local.toLowerCase() === 'id') return 'id-spelling';
    let uri = '';
    if (prefix !== '') {
      if (isReserved(prefix)) return 'reserved-prefix';
      const bound = element.lookup(prefix);
      if (bound === undefined) return 'unbound-prefix';
      uri = bound;
      markPrefixed(element);
    }
    // Strictly rising by namespace, then local name: so nothing stands twice either.
    if (map.size > 0 && (uri < previousUri || (uri === previousUri && local <= previousName))) {
      return 'attribute-order';
    }
    previousUri = uri;
    previousName = local;
    map.set(name, value);
  }
  element.attributes = map;
  const id = map.get('Id');
  if (id !== undefined) {
    if (!isName(id)) return 'bad-id';
    if (byId.has(id)) return 'duplicate-id';
    byId.set(id, element);
  }
  return null;
}
