/** Text that anybody may have written, for a page or a terminal: no control or format character gets through. */
export function visible(text: string): string {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
