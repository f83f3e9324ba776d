/**
 * A zip archive's directory, read before anything is unpacked: of workbooks, and of records that a verifier is given. Strict: what no
 * program writes is refused, and what two readers could take for two archives.
 * Source: PKWARE APPNOTE 6.3.10, §4.3.7, §4.3.12, §4.3.16.
 */
import type { SheetErrorCode } from './errors.ts';

export interface ZipLimits {
  /** Number of parts in the archive. */
  entries: number;
  /** Bytes of all parts together, unpacked. */
  unpacked: number;
  /** Unpacked bytes per packed byte, of the whole file and of each part larger than `ratioFrom`. */
  ratio: number;
  /** Unpacked size in bytes below which a single part's ratio does not matter (blank printer settings). */
  ratioFrom: number;
}

export const ZIP_LIMITS: ZipLimits = {
  // A school's classes on sheets of their own, each with its relations and printer settings.
  entries: 400,
  unpacked: 50 * 1024 * 1024,
  ratio: 100,
  ratioFrom: 1024 * 1024,
};

export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly packedSize: number;
  /** What the directory says; the unpacker counts for itself. */
  readonly declaredSize: number;
  readonly dataStart: number;
}

/** Refusal of an archive; carries no file name, its caller knows that. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
  readonly code: SheetErrorCode;
  constructor(code: SheetErrorCode) {
    super(code);
    this.code = code;
  }
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;

/**
 * Reads the directory of a zip archive.
 * @param bytes the whole file
 * @returns its entries in the order of their data, folders left out
 * @throws ZipError: not a zip, damaged, encrypted, or beyond `limits` already by its own account
 */
export function readZipDirectory(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // An archive behind other content (a picture, a script) would read as either: only a plain zip is taken.
  if (bytes.length < 4 || view.getUint32(0, true) !== LOCAL) throw new ZipError('not-a-workbook');
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count)
    throw new ZipError('corrupt');
  if (count > limits.entries) throw new ZipError('too-many-entries');
  const directorySize = view.getUint32(end + 12, true);
  const directoryStart = view.getUint32(end + 16, true);
  // Some readers take the directory from where the end record says, others from right before it: of two archives laid one behind the
  // other they would read two.
  if (directoryStart + directorySize !== end) throw new ZipError('corrupt');

  const found: (ZipEntry & { localStart: number })[] = [];
  const names = new Set<string>();
  let at = directoryStart;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw new ZipError('corrupt');
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const nameLength = view.getUint16(at + 28, true);
    const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw new ZipError('corrupt');
    if ((flags & 1) !== 0) throw new ZipError('encrypted');
    const rawName = bytes.subarray(at + 46, at + 46 + nameLength);
    const extraStart = at + 46 + nameLength;
    const extra = { from: extraStart, to: extraStart + view.getUint16(at + 30, true) };
    const name = nameBeside(bytes, view, extra, rawName) ?? readName(rawName, (flags & IN_UTF8) !== 0);
    // Some systems keep names composed, others apart: unpacked there, two spellings are one file.
    const folded = name.normalize('NFC').toLowerCase();
    if (names.has(folded)) throw new ZipError('corrupt');
    names.add(folded);
    const packedSize = view.getUint32(at + 20, true);
    const declaredSize = view.getUint32(at + 24, true);
    const localStart = view.getUint32(at + 42, true);
    if (method !== 0 && method !== 8) throw new ZipError('corrupt');
    if (method === 0 && packedSize !== declaredSize) throw new ZipError('corrupt');
    // Who unpacks takes what ends so for a folder, and its content for nothing.
    if (name.endsWith('/') && declaredSize !== 0) throw new ZipError('corrupt');
    const dataStart = checkLocalHeader(bytes, view, localStart, { name, rawName, at }, directoryStart);
    if (dataStart + packedSize > directoryStart) throw new ZipError('corrupt');
    found.push({
      name,
      method: method === 0 ? 'stored' : 'deflated',
      crc32: view.getUint32(at + 16, true),
      packedSize,
      declaredSize,
      dataStart,
      localStart,
    });
    at = next;
  }
  // Some count the parts, others read on as long as there are any.
  if (at !== end) throw new ZipError('corrupt');
  refuseOverlap(found);
  refuseHidden(view, found, directoryStart);
  refuseBombs(found, bytes.length, limits);
  return found.filter((entry) => !entry.name.endsWith('/')).map(({ localStart: _, ...entry }) => entry);
}

/** Position of the one end record: its comment must reach exactly to the end of the file, and hold no other one. */
function findEnd(view: DataView): number {
  const end = lastEnd(view);
  if (end === null || view.getUint16(end + 20, true) !== view.byteLength - end - END_SIZE)
    throw new ZipError('corrupt');
  return end;
}

/** The last end record, which may have a comment of 64 kB behind it. */
function lastEnd(view: DataView): number | null {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--)
    if (view.getUint32(at, true) === END) return at;
  return null;
}

/** Whether a file has no end record at all: what came of an archive whose end did not. */
export const lacksZipEnd = (zip: Uint8Array): boolean =>
  lastEnd(new DataView(zip.buffer, zip.byteOffset, zip.length)) === null;

/**
 * What an archive is that `readZipDirectory` does not take and that need not be damaged, by a look that believes everything: in the form
 * for large files (§4.3.15), packed by another method than Deflate (§4.4.5), or one piece of several (§8.5). Null for all others.
 */
export function unreadZipKind(zip: Uint8Array): 'zip64' | 'method' | 'split' | null {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const end = lastEnd(view);
  if (end === null) return null;
  if (end >= 20 && view.getUint32(end - 20, true) === ZIP64_LOCATOR) return 'zip64';
  if (view.getUint16(end + 4, true) !== 0) return 'split';
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= end && view.getUint32(at, true) === CENTRAL) {
    const method = view.getUint16(at + 10, true);
    if (method !== 0 && method !== 8) return 'method';
    const isLarge = [20, 24, 42].some((place) => view.getUint32(at + place, true) === IN_LARGE);
    if (isLarge) return 'zip64';
    at += 46 + [28, 30, 32].reduce((sum, place) => sum + view.getUint16(at + place, true), 0);
  }
  return null;
}
const ZIP64_LOCATOR = 0x07064b50;

/** Bit 11 (§4.4.4). */
const IN_UTF8 = 0x800;

/** UTF-8; where the part does not claim it, else what Windows packs names in that its code page for Vietnamese has. */
function readName(raw: Uint8Array, claimsUtf8: boolean): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    if (claimsUtf8) throw new ZipError('corrupt');
    name = new TextDecoder('windows-1258').decode(raw);
  }
  return safe(name);
}

/** Info-ZIP Unicode Path (§4.6.9): the name for who reads this field, behind a version and the checksum of the other name. */
const UNICODE_PATH = 0x7075;
const UNKNOWN = new Set([0x3f, 0x5f]);

/**
 * The name that WinRAR and others put beside one of an old code page. Some unpackers read it and some do not: where both could be a
 * name of their own, the archive is refused. What the code page had no letter for is `_` or `?` there.
 */
function nameBeside(bytes: Uint8Array, view: DataView, extra: Span, raw: Uint8Array): string | null {
  const field = fieldIn(view, extra, UNICODE_PATH);
  if (field === null) return null;
  if (field.to - field.from < 6) throw new ZipError('corrupt');
  const name = readName(bytes.subarray(field.from + 5, field.to), true);
  const isLetter = (octet: number, n: number): boolean =>
    octet > 0x7e || UNKNOWN.has(octet) || octet === name.charCodeAt(n);
  const isOfCodePage = name.length === raw.length && raw.every(isLetter);
  if (!isOfCodePage && name !== readName(raw, false)) throw new ZipError('corrupt');
  return name;
}

function safe(name: string): string {
  const unsafe = name === '' || name.startsWith('/') || name.includes('\\') || name.includes('\0');
  if (unsafe || name.split('/').includes('..')) throw new ZipError('corrupt');
  return name;
}

/** The local header must tell of the same part as the directory's record at `at`: two readers must not see two archives. */
function checkLocalHeader(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  { name, rawName, at }: { readonly name: string; readonly rawName: Uint8Array; readonly at: number },
  directoryStart: number,
): number {
  if (start + 30 > directoryStart || view.getUint32(start, true) !== LOCAL) throw new ZipError('corrupt');
  const nameLength = view.getUint16(start + 26, true);
  const nameEnd = start + 30 + nameLength;
  if (nameEnd > directoryStart) throw new ZipError('corrupt');
  if (nameLength !== rawName.length || rawName.some((octet, n) => octet !== bytes[start + 30 + n]))
    throw new ZipError('corrupt');
  const flags = view.getUint16(start + 6, true);
  if ((flags & 1) !== 0) throw new ZipError('encrypted');
  if (view.getUint16(start + 8, true) !== view.getUint16(at + 10, true)) throw new ZipError('corrupt');
  const later = (flags & SIZES_LATER) !== 0;
  const dataStart = nameEnd + view.getUint16(start + 28, true);
  if (dataStart > directoryStart) throw new ZipError('corrupt');
  const beside = nameBeside(bytes, view, { from: nameEnd, to: dataStart }, rawName);
  if (beside !== null && beside !== name) throw new ZipError('corrupt');
  for (const [here, there, large] of CHECKSUM_AND_SIZES) {
    const said = view.getUint32(start + here, true);
    const size = said === IN_LARGE && large !== null ? largeSize(view, nameEnd, dataStart, large) : said;
    if (size !== view.getUint32(at + there, true) && !(later && size === 0)) throw new ZipError('corrupt');
  }
  return dataStart;
}

/** A size of eight octets in the Zip64 field of a local header (§4.5.3), which some write before they know how large a part becomes. */
function largeSize(view: DataView, from: number, to: number, offset: number): number {
  const field = fieldIn(view, { from, to }, ZIP64);
  if (field === null || field.to - field.from < 16) throw new ZipError('corrupt');
  return Number(view.getBigUint64(field.from + offset, true));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a field's content lies among a header's further fields (§4.5.1); null where there is none. */
function fieldIn(view: DataView, { from, to }: Span, id: number): Span | null {
  for (let at = from; at + 4 <= to; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > to) break;
    if (view.getUint16(at, true) === id) return { from: at + 4, to: end };
    at = end;
  }
  return null;
}
const ZIP64 = 1;
const IN_LARGE = 0xffffffff;

/** Bit 3: checksum and sizes stand behind the data, since they were not known before (§4.4.4). */
const SIZES_LATER = 8;
/** Where they stand in a local header, in the directory's record, and in a Zip64 field. */
const CHECKSUM_AND_SIZES = [
  [14, 16, null],
  [18, 20, 8],
  [22, 24, 0],
] as const;

/** Parts that share bytes multiply a small file (overlapping bombs). */
function refuseOverlap(entries: (ZipEntry & { localStart: number })[]): void {
  entries.sort((a, b) => a.localStart - b.localStart);
  let free = 0;
  for (const entry of entries) {
    if (entry.localStart < free) throw new ZipError('corrupt');
    free = entry.dataStart + entry.packedSize;
  }
}

/** A part that the directory does not tell of is there for who unpacks from the front: two readers would see two archives. */
function refuseHidden(
  view: DataView,
  inOrder: readonly (ZipEntry & { localStart: number })[],
  directoryStart: number,
): void {
  let from = 0;
  for (const { localStart, dataStart, packedSize } of inOrder) {
    refuseHeaderIn(view, from, localStart);
    from = dataStart + packedSize;
  }
  refuseHeaderIn(view, from, directoryStart);
}

/** Sizes that were not known in time stand behind a part's data; nothing else does. */
function refuseHeaderIn(view: DataView, from: number, to: number): void {
  for (let at = from; at + 4 <= to; at += 1)
    if (view.getUint32(at, true) === LOCAL) throw new ZipError('corrupt');
}

function refuseBombs(entries: readonly ZipEntry[], fileSize: number, limits: ZipLimits): void {
  let unpacked = 0;
  for (const entry of entries) {
    unpacked += entry.declaredSize;
    const large = entry.declaredSize > limits.ratioFrom;
    if (large && entry.declaredSize > entry.packedSize * limits.ratio) throw new ZipError('ratio-too-high');
  }
  if (unpacked > fileSize * limits.ratio) throw new ZipError('ratio-too-high');
  if (unpacked > limits.unpacked) throw new ZipError('unpacked-too-large');
}
