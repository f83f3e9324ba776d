/** What somebody typed in an editor of Windows: without the mark that it may put first, and with this system's line ends. */
export function asTyped(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}
