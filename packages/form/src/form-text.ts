import { FormError } from './error.ts';

/** Longest run without a break that surely fits the narrowest text column of the form. */
const LONGEST_RUN = 22;
const ZERO_WIDTH_SPACE = '\u200b';

/**
 * Text of a record, ready for the form: NFC, line ends as `\n`, tabs as spaces, and a place to break inside runs that no
 * column could hold, so that nothing is cut. Refused are other control characters, lone surrogates, and the marks that turn the
 * direction of writing: they would print other words than those that were signed.
 */
export function formText(text: string): string {
  const normal = text.normalize('NFC').replace(/\r\n?/g, '\n').replace(/\t/g, ' ').trim();
  if (/[\p{Cc}\p{Cs}\p{Bidi_Control}\ufffe\uffff]/u.test(normal.replace(/\n/g, ''))) {
    throw new FormError('input-invalid', 'a text holds control characters');
  }
  return normal.replace(/[^\s\u200b]{23,}/gu, (run) => {
    const letters = [...run];
    const parts: string[] = [];
    for (let i = 0; i < letters.length; i += LONGEST_RUN)
      parts.push(letters.slice(i, i + LONGEST_RUN).join(''));
    return parts.join(ZERO_WIDTH_SPACE);
  });
}
