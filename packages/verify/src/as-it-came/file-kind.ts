import type { FileToVerify } from '../verdict/file-verdict.ts';
import type { CodeOf } from '../verdict/verdict.ts';
import { headOf } from './on-its-way.ts';
import { trimmed } from './trimmed.ts';

/** JPEG, PNG, GIF, TIFF. Who has a photo of a print is led to its QR code. */
const PICTURES = ['\xff\xd8\xff', '\x89PNG', 'GIF8', 'II*\x00', 'MM\x00*'];
/** WebP, and what phones make (HEIF, AVIF; ISO 23008-12 §B.4). */
const BOXED_PICTURE = /^(?:RIFF.{4}WEBP|.{4}ftyp(?:hei|hev|mif|msf|avi))/s;
/** gzip, 7z, RAR, xz, bzip2, Zstandard. */
const OTHER_ARCHIVES = ['\x1f\x8b\x08', '7z\xbc\xaf', 'Rar!\x1a', '\xfd7zXZ', 'BZh', '\x28\xb5\x2f\xfd'];

/**
 * What a file is by its first octets, and by its ending where those do not tell: one of the three kinds that are read, or the word on
 * what it is instead.
 */
export function kindOf({ name, bytes }: FileToVerify): 'xml' | 'pdf' | 'zip' | CodeOf<'document'> {
  const first = String.fromCharCode(...bytes.subarray(0, 300));
  const head = headOf(bytes);
  const beginsLike = (one: string): boolean => first.startsWith(one);
  if (PICTURES.some(beginsLike) || BOXED_PICTURE.test(first)) return 'a-picture';
  if (isArchive(bytes)) return 'zip';
  if (OTHER_ARCHIVES.some(beginsLike) || first.startsWith('ustar', 257)) return 'other-archive';
  if (head.startsWith('%PDF-')) return 'pdf';
  if (head.startsWith('c2sp.org/tlog-proof@')) return 'proof-alone';
  if (head.startsWith('<')) return /^<(?:!doctype\s+html|html)\b/i.test(head) ? 'web-page' : 'xml';
  if (trimmed(bytes).length === 0) return 'empty';
  if (/\.zip$/i.test(name)) return 'zip';
  if (/\.pdf$/i.test(name)) return 'pdf';
  return /\.xml$/i.test(name) ? 'xml' : 'unknown-format';
}

/** By its first bytes: PKWARE APPNOTE 6.3.10 §4.3.7; an empty one has the end record alone (§4.3.16). */
export function isArchive(bytes: Uint8Array): boolean {
  const [p, k, a, b] = bytes;
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));
}
