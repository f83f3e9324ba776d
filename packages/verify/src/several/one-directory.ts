/** Signatures of a central header and of the end record (PKWARE APPNOTE 6.3.10 §4.3.12, §4.3.16). */
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;

/**
 * Whether every reader of these bytes finds the same directory: it ends where the one end record begins, and holds just the parts that this
 * counts. Some readers take the directory from where the end record says, others from right before it: of two archives laid one behind
 * the other they read two.
 * @param zip the whole file
 */
export function hasOneDirectory(zip: Uint8Array): boolean {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const end = lastEnd(view);
  if (end === null || view.getUint16(end + 20, true) !== zip.length - end - END_SIZE) return false;
  let at = view.getUint32(end + 16, true);
  if (at + view.getUint32(end + 12, true) !== end) return false;
  let parts = 0;
  for (; at < end; parts++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) return false;
    at += 46 + [28, 30, 32].reduce((sum, field) => sum + view.getUint16(at + field, true), 0);
  }
  return at === end && parts === view.getUint16(end + 10, true);
}

/** Whether a file has no end record at all: what came of an archive whose end did not. */
export const lacksEnd = (zip: Uint8Array): boolean =>
  lastEnd(new DataView(zip.buffer, zip.byteOffset, zip.length)) === null;

/** The last end record, which may have a comment of 64 kB behind it. Where there is one in the comment, it is that one. */
function lastEnd(view: DataView): number | null {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) if (view.getUint32(at, true) === END) return at;
  return null;
}
