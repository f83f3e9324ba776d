/** Without white space at either end; zeros are what a disk or a line fills up with. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  const isSpace = (octet: number | undefined): boolean =>
    octet === 0 || octet === 0x09 || octet === 0x0a || octet === 0x0d || octet === 0x20;
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from])) from++;
  while (to > from && isSpace(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}
