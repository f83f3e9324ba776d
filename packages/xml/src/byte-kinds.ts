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
/** or the first of several bytes of one character that NFC may not leave as it is. */
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

/** Of UTF-8 that is known to be well-formed. */
function kindsOf(end: number, escaped: readonly number[]): Uint8Array {
  const kinds = new Uint8Array(256).fill(WIDE, FIRST_COMPOSABLE);
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

const EVERY = 0x01010101;
const HIGH = 0x80808080 | 0;
/** `<` and `>` differ in this bit alone. */
const NOT_THAT_BIT = ~(EVERY * (LT ^ GT));

/**
 * True only if four bytes, read as a number in whichever order, are plain text in ASCII without tab and line feed: the high bit of a byte
 * shows that it is not ASCII, or below the space, or nought after `&` or `<` was taken from it.
 */
export const areFourPlain = (four: number): boolean =>
  ((four |
    (four - EVERY * SPACE) |
    (((four & NOT_THAT_BIT) ^ (EVERY * LT)) - EVERY) |
    ((four ^ (EVERY * AMP)) - EVERY)) &
    HIGH) ===
  0;
