import { isName, isNamespaceUri } from './characters.ts';
import type { ScannedElement } from './element.ts';
import type { CanonicalXmlCode } from './errors.ts';
import type { Ids } from './ids.ts';
import type { Attribute } from './known-tags.ts';

/**
 * Gives an element its namespace, attributes and Id, and holds its tag to the order and economy of exclusive
 * C14N: declarations first (default, then by prefix), each of them used by this very tag and new to it, then
 * attributes by namespace and local name. Returns the code of the first breach, null if there is none.
 */
export function bindNames(
  element: ScannedElement,
  attributes: readonly Attribute[],
  byId: Ids,
): CanonicalXmlCode | null {
  return declare(element, attributes) ?? attach(element, attributes, byId) ?? bindPrefix(element);
}

/** Gives an element the namespace that its prefix, or none, is bound to. Returns the code of a breach. */
export function bindPrefix(element: ScannedElement): CanonicalXmlCode | null {
  const { prefix } = element.tagName;
  if (prefix === '') {
    element.namespace = element.defaultNamespace;
    return null;
  }
  if (isReserved(prefix)) return 'reserved-prefix';
  const uri = element.lookup(prefix);
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
      prefix === element.tagName.prefix || (!isDefault && attributes.some((a) => a.name.prefix === prefix));
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
  byId: Ids,
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
    byId.add(id, element);
  }
  return null;
}
