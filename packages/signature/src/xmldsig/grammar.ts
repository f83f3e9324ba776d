import type { XmlElement } from '@hocba/xml';

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
  const fits = names.every((name, i) => children[i]?.name === name && children[i]?.namespace === namespace);
  return fits ? (children as unknown as Matched<Names>) : null;
}

/** True if the attributes are exactly these. */
export function attributesAre(element: XmlElement, expected: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(expected);
  return (
    element.attributes.size === names.length && names.every((n) => element.attributes.get(n) === expected[n])
  );
}

/** The text of an element without children and attributes; null if it has either, or is empty. */
export function leafText(element: XmlElement): string | null {
  return element.children.length === 0 && element.attributes.size === 0 && element.text !== ''
    ? element.text
    : null;
}
