import type { XmlDocument, XmlElement } from '@hocba/xml';
import { fromBase64Octets } from '../base64.ts';

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

/** True for an element without children and attributes, and with text. */
const isLeaf = ({ children, attributes, contentStart, contentEnd }: XmlElement): boolean =>
  contentEnd > contentStart && children.length === 0 && attributes.size === 0;

/** The octets of a leaf's text as they are written, references as such: base64 has none. Null where `leafText` is. */
export const leafOctets = ({ bytes }: XmlDocument, element: XmlElement): Uint8Array | null =>
  isLeaf(element) ? bytes.subarray(element.contentStart, element.contentEnd) : null;

/** What a leaf holds in canonical base64, of which no text is made; null for anything else. */
export const leafBase64 = ({ bytes }: XmlDocument, element: XmlElement): Uint8Array | null =>
  isLeaf(element) ? fromBase64Octets(bytes, element.contentStart, element.contentEnd) : null;

/** True if a leaf holds this ASCII and nothing else, of which none is written as a reference. */
export function leafIs({ bytes }: XmlDocument, element: XmlElement, ascii: Uint8Array): boolean {
  const { contentStart, contentEnd } = element;
  if (!isLeaf(element) || contentEnd - contentStart !== ascii.length) return false;
  for (let i = 0; i < ascii.length; i++) if (bytes[contentStart + i] !== ascii[i]) return false;
  return true;
}

/** True for an element with nothing between its tags. */
export const isEmpty = ({ contentStart, contentEnd }: XmlElement): boolean => contentStart === contentEnd;

/** True for an element with just this Algorithm and no parameters (InclusiveNamespaces, HMACOutputLength …). */
export const isEmptyWith = (element: XmlElement, algorithm: string): boolean =>
  isEmpty(element) && element.attributes.size === 1 && element.attributes.get('Algorithm') === algorithm;
