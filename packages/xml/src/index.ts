/** Canonical XML: a strict scanner and a writer that agree to the byte. Browser-safe, no DOM. */
export { canonicalElement, canonicalPieces } from './canonical.ts';
export { isNamespaceUri } from './characters.ts';
export { type ElementsById, find, type XmlDocument, type XmlElement } from './element.ts';
export { type CanonicalXmlCode, CanonicalXmlError } from './errors.ts';
export { escapeAttribute, escapeText } from './escape.ts';
export { DEFAULT_LIMITS, type XmlLimits } from './limits.ts';
export { Maker, Recurring, recurring } from './recurring.ts';
export { scanCanonical } from './scan.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
export { el, RawXml, rawElement, serialize } from './write.ts';
