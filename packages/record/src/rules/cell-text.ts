/** Longest comment or award, in UTF-16 units after cleaning. */
export const TEXT_LIMIT = 2000;

// Control characters that XML cannot carry, and marks that make a text read otherwise than it is stored.
const UNWRITABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

// Characters that stay as they are, whatever stands beside them: nearly every Vietnamese text. Saves six passes.
const PLAIN = /^[\n -~\u00c0-\u024f\u1ea0-\u1ef9\u2013\u2014\u2018-\u201d\u2026]*$/;

// `toWellFormed` by hand, and without lookbehind: old school PCs stop at Chrome 109, old tablets at Safari 15.
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

/** NFC, without unwritable characters, blanks at line ends or around the text; line breaks are `\n`, tabs blanks. */
export function cleanText(raw: string): string {
  if (PLAIN.test(raw) && !raw.includes(' \n')) return raw.trim();
  return (
    raw
      .replace(SURROGATES, (found) => (found.length === 2 ? found : '\ufffd'))
      .replace(/\r\n?|\u2028|\u2029|\u0085/g, '\n')
      .replace(UNWRITABLE, '')
      .replace(/[\t\u00a0]/g, ' ')
      .replace(/ +\n/g, '\n')
      .trim()
      // Last: taking a character out may bring a letter and its accent together.
      .normalize('NFC')
  );
}
