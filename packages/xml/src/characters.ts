import { CanonicalXmlError } from './errors.ts';

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const AMP = 0x26;
export const APOSTROPHE = 0x27;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LT = 0x3c;
export const EQUALS = 0x3d;
export const GT = 0x3e;
export const QUESTION = 0x3f;
export const BANG = 0x21;

export const NAME_START = 1;
export const NAME_PART = 2;

/**
 * Class of each byte in a name. Names are ASCII only: official tags are, and letters that
 * look alike must not make two different names.
 */
export const NAME_CLASS: Uint8Array = (() => {
  const table = new Uint8Array(256);
  const mark = (chars: string, value: number) => {
    for (let i = 0; i < chars.length; i++) table[chars.charCodeAt(i)] = value;
  };
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', NAME_START | NAME_PART);
  mark('0123456789.-', NAME_PART);
  return table;
})();

const NC_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** True for an ASCII name without a colon (an Id value, an unprefixed tag). */
export function isName(value: string): boolean {
  return NC_NAME.test(value);
}

/** Tags found good: a writer has a few hundred. */
const GOOD_TAGS = new Set<string>();
const GOOD_TAGS_KEPT = 1_024;

/** `isName`, for who asks of the same few again and again. */
export function isTag(value: string): boolean {
  if (GOOD_TAGS.has(value)) return true;
  if (!isName(value)) return false;
  if (GOOD_TAGS.size < GOOD_TAGS_KEPT && value.length <= LONGEST_KEPT) GOOD_TAGS.add(value);
  return true;
}

/**
 * Absolute URIs (RFC 3986) in plain ASCII, without escapes and brackets: C14N is undefined for relative ones,
 * parsers warn about malformed ones, and none here needs an escape in XML.
 */
const NAMESPACE_URI = (() => {
  const path = "[A-Za-z0-9\\-._~:/@!$'()*+,;=]";
  const authority = '//[A-Za-z0-9.-]+(?::[0-9]{1,5})?';
  return new RegExp(
    `^[A-Za-z][A-Za-z0-9+.-]*:(?:${authority}(?:/${path}*)?|(?!//)${path}+)(?:\\?${path}*)?(?:#${path}*)?$`,
  );
})();
const RESERVED_URIS = new Set(['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/']);

/** Those found good, for a document declares a few again and again; the URIs of hostile ones fill it no further. */
const GOOD_URIS = new Set<string>();
const GOOD_URIS_KEPT = 64;
const LONGEST_KEPT = 256;

/** True for a URI that may be bound to a prefix or be the default namespace. */
export function isNamespaceUri(value: string): boolean {
  if (GOOD_URIS.has(value)) return true;
  if (!NAMESPACE_URI.test(value) || RESERVED_URIS.has(value)) return false;
  if (GOOD_URIS.size < GOOD_URIS_KEPT && value.length <= LONGEST_KEPT) GOOD_URIS.add(value);
  return true;
}

/** Characters outside XML 1.0 production [2] Char, lone surrogates included. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** True for text of characters alone that XML has and that NFC leaves as they are wherever they stand (`byte-kinds.ts`). */
function isPlainlyWritable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const plain = (c >= SPACE && c < 0x300) || (c >= 0x1e00 && c <= 0x1eff) || c === LF || c === TAB;
    if (!plain) return false;
  }
  return true;
}

/**
 * Refuses text that cannot stand in a canonical document: characters XML does not have, and text that is
 * not NFC where it will stand (after `>` a leading U+0338 would combine with the tag).
 */
export function assertWritable(text: string): void {
  if (isPlainlyWritable(text)) return;
  if (ILLEGAL.test(text)) throw new CanonicalXmlError('illegal-character', 0);
  const inPlace = `>${text}`;
  if (inPlace.normalize('NFC') !== inPlace) throw new CanonicalXmlError('not-nfc', 0);
}
