/** Escapes as Canonical XML 1.0 §1.1 and §2.3 write them, and only so. */

const TEXT = /[&<>\r]/g;
const ATTRIBUTE = /[&<"\t\n\r]/g;

const TEXT_ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
};
const ATTRIBUTE_ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Text content as canonical XML writes it. */
export function escapeText(text: string): string {
  return text.replace(TEXT, (c) => TEXT_ENTITY[c] ?? c);
}

/** Attribute value (without its quotes) as canonical XML writes it. */
export function escapeAttribute(value: string): string {
  return value.replace(ATTRIBUTE, (c) => ATTRIBUTE_ENTITY[c] ?? c);
}

const inverse = (map: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(map).map(([character, entity]) => [entity, character]));

/** The references that canonical text may hold; any other is an entity somebody declared, or not canonical. */
export const TEXT_REFERENCES = inverse(TEXT_ENTITY);
export const ATTRIBUTE_REFERENCES = inverse(ATTRIBUTE_ENTITY);

/** Text as it was before `escapeText`; of text that holds those references alone. */
export function unescapeText(text: string): string {
  return text.replace(/&[^;]*;/g, (written) => TEXT_REFERENCES.get(written) ?? written);
}

/** The same of an attribute's value. */
export function unescapeAttribute(value: string): string {
  return value.replace(/&[^;]*;/g, (written) => ATTRIBUTE_REFERENCES.get(written) ?? written);
}
