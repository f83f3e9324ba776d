import type { XmlDocument, XmlElement } from '@hocba/xml';

/** Small rules for reading a fixed form: what is not expected in a place is refused there. */

type Matched<Names extends readonly string[]> = { readonly [K in keyof Names]: XmlElement };

/** The children if they are exactly these names (unprefixed) of one namespace, in this order; null otherwise. */
export function childrenOf<const Names extends readonly string[]>(
  element: XmlElement,
  namespace: string,
  ...names: Names
): Matched<Names> | null {
  const { children } = element;
  if (children.length !== names.length) return null;
  for (let i = 0; i < names.length; i++)
    if (children[i]?.name !== names[i] || children[i]?.namespace !== namespace) return null;
  return children as unknown as Matched<Names>;
}

/** True if the attributes are exactly these. */
export function attributesAre(element: XmlElement, expected: Readonly<Record<string, string>>): boolean {
  let count = 0;
  for (const name in expected) {
    if (element.attributes.get(name) !== expected[name]) return false;
    count++;
  }
  return element.attributes.size === count;
}

/** The text of an element without children and attributes; null if it has either, or is empty. */
export function leafText(element: XmlElement): string | null {
  return element.children.length === 0 && element.attributes.size === 0 && element.text !== ''
    ? element.text
    : null;
}

/** The octets of a leaf's text as they are written, references as such: base64 has none. Null where `leafText` is. */
export function leafOctets({ bytes }: XmlDocument, element: XmlElement): Uint8Array | null {
  const { children, attributes, contentStart, contentEnd } = element;
  return children.length === 0 && attributes.size === 0 && contentEnd > contentStart
    ? bytes.subarray(contentStart, contentEnd)
    : null;
}
