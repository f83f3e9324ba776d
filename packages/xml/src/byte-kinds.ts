import { AMP, CR, GT, LF, LT, QUOTE, SPACE, TAB } from './characters.ts';

/** What a byte of content is to the scanner: nothing but itself, */
export const PLAIN = 0;
/** the end of the content, */
export const CONTENT_END = 1;
/** the beginning of a reference, */
export const REFERENCE = 2;
/** what canonical form has as a reference only, */
export const ESCAPED = 3;
/** no character of XML 1.0, */
export const ILLEGAL = 4;
/** or the first of several bytes of one character. */
export const WIDE = 5;

/** Lead byte of U+0300: NFC leaves all that is before it as it is, in any order. */
export const FIRST_COMPOSABLE = 0xcc;

/**
 * True for a character of three bytes that NFC leaves as it is wherever it stands, as it does those before U+0300:
 * the letters of precomposed Vietnamese (U+1E00 to U+1EFF), dashes and quotation marks (U+2010 to U+2026). Of others
 * that is not said.
 */
export const isComposed = (lead: number, second: number, third: number): boolean =>
  lead === 0xe1
    ? second >= 0xb8 && second <= 0xbb
    : lead === 0xe2 && second === 0x80 && third >= 0x90 && third <= 0xa6;

function kindsOf(end: number, escaped: readonly number[]): Uint8Array {
  const kinds = new Uint8Array(256).fill(WIDE, 128);
  kinds.fill(ILLEGAL, 0, SPACE);
  for (const plain of [TAB, LF]) kinds[plain] = PLAIN;
  for (const byte of escaped) kinds[byte] = ESCAPED;
  kinds[AMP] = REFERENCE;
  kinds[end] = CONTENT_END;
  return kinds;
}

/** Of text between tags (C14N 1.0 §2.3). */
export const TEXT_BYTES = kindsOf(LT, [GT, CR]);
/** Of an attribute's value; `>` stands there as it is. */
export const ATTRIBUTE_BYTES = kindsOf(QUOTE, [LT, TAB, LF, CR]);

/** By two bytes at once, in whichever order the machine reads them: nought where both are plain text. */
export const TEXT_PAIRS: Uint8Array = (() => {
  const pairs = new Uint8Array(0x10000);
  for (let i = 0; i < pairs.length; i++) pairs[i] = (TEXT_BYTES[i & 0xff] ?? 0) | (TEXT_BYTES[i >> 8] ?? 0);
  return pairs;
})();
