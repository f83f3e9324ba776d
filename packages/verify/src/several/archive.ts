import { crc32 } from '@hocba/form/checksum';
import {
  lacksZipEnd,
  readZipDirectory,
  unreadZipKind,
  type ZipEntry,
  ZipError,
  type ZipLimits,
} from '@hocba/sheet/zip-directory';
import { Inflate } from 'fflate';
import { isArchive } from '../as-it-came/file-kind.ts';
import type { FileToVerify, FileVerdict, PartVerdict, VerifyPorts } from '../verdict/file-verdict.ts';
import type { CodeOf } from '../verdict/verdict.ts';
import { visible } from '../words/visible.ts';
import { besideEachOther } from './beside.ts';
import { recordsGone } from './record-gone.ts';
import { notRead, wholeOf } from './whole.ts';

/** A class of sixty with XML, proof and print each, and room for a school's folder of them. */
export const ARCHIVE_LIMITS: ZipLimits = {
  entries: 600,
  unpacked: 100 * 1024 * 1024,
  ratio: 100,
  ratioFrom: 1024 * 1024,
};

/**
 * What a Mac or Windows puts beside every file, by the names that it gives and what it begins with: AppleDouble (RFC 1740 §5), a folder's look,
 * its small pictures. No record, and nothing that anybody opens.
 */
const OF_THE_SYSTEM: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)__MACOSX\/(?:.*\/)?\._[^/]+$/, '\x00\x05\x16\x07'],
  [/(?:^|\/)\.DS_Store$/, '\x00\x00\x00\x01Bud1'],
  [/(?:^|\/)Thumbs\.db$/, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
];

/** Under such a name anything may lie, and a reader of PDFs finds one behind whatever begins the file: that is judged like any other. */
function isOfTheSystem(name: string, bytes: Uint8Array): boolean {
  const head = OF_THE_SYSTEM.find(([names]) => names.test(name))?.[1];
  if (head === undefined) return false;
  const text = new TextDecoder('latin1').decode(bytes);
  return text.startsWith(head) && !text.includes('%PDF-');
}

/** What tells a Word or Excel file (ECMA-376-2 §10.1.2) and one of LibreOffice (ODF 1.2 part 3 §3.3) from an archive: the XML in them is no false record. */
const OF_AN_OFFICE: ReadonlySet<string> = new Set(['[Content_Types].xml', 'mimetype']);

/**
 * Verifies every file of a zip, each by `judge`. The directory is read strictly before anything is unpacked (names that
 * lead out of a folder, overlapping parts, bombs are refused), and no part becomes larger than the directory says.
 * An archive within it is not opened.
 */
export async function verifyArchive(
  { name, bytes }: Pick<FileToVerify, 'name' | 'bytes'>,
  judge: (file: FileToVerify) => Promise<FileVerdict>,
  onPart?: VerifyPorts['onPart'],
): Promise<FileVerdict> {
  const came: Pick<FileToVerify, 'name' | 'bytes'>[] = [];
  try {
    for (const part of partsOf(bytes)) {
      came.push(part);
      await onPart?.(0, 0);
    }
  } catch (error) {
    if (error instanceof ZipError) return notRead(codeOf(bytes, error));
    throw error;
  }
  if (came.length === 0) return notRead('archive-empty');
  if (came.some(({ name }) => OF_AN_OFFICE.has(name))) return notRead('unknown-format');
  // Under another ending another program opens it, and may find in it what no part of the archive shows.
  if (!/\.zip$/i.test(name)) return notRead('archive-misnamed');
  const { files, alone, lists } = besideEachOther(came);
  const parts: PartVerdict[] = [];
  for (const file of files) {
    const found = isArchive(file.bytes) ? notRead('archive-within') : await judge(file);
    parts.push({ name: visible(file.name), found });
    await onPart?.(parts.length, files.length);
  }
  for (const name of alone) parts.push({ name: visible(name), found: notRead('proof-alone') });
  for (const { name, found } of recordsGone(lists, parts)) parts.push({ name: visible(name), found });
  return wholeOf(parts, 'archive');
}

function codeOf(bytes: Uint8Array, { code }: ZipError): CodeOf<'document'> {
  if (isArchive(bytes) && lacksZipEnd(bytes)) return 'archive-incomplete';
  // Encrypted is what its reader can do something about; what is a bomb besides is unpacked by nobody here.
  const kind = code === 'encrypted' ? null : unreadZipKind(bytes);
  return kind === null ? (CODE[code] ?? 'archive-damaged') : `archive-${kind}`;
}

/**
 * What is in a zip, but for what a system puts into each; read within the bounds of `verifyArchive`.
 * @throws ZipError
 */
export const filesInArchive = (bytes: Uint8Array): Pick<FileToVerify, 'name' | 'bytes'>[] => [
  ...partsOf(bytes),
];

/** One after the other: a phone takes seconds for a class, and has to hear somebody who has enough of it. */
function* partsOf(zip: Uint8Array): Iterable<Pick<FileToVerify, 'name' | 'bytes'>> {
  for (const entry of readZipDirectory(zip, ARCHIVE_LIMITS)) {
    const part = { name: entry.name, bytes: whole(zip, entry) };
    if (!isOfTheSystem(part.name, part.bytes)) yield part;
  }
}

const CODE: Readonly<Record<string, CodeOf<'document'>>> = {
  encrypted: 'archive-encrypted',
  'too-many-entries': 'archive-too-large',
  'unpacked-too-large': 'archive-too-large',
  'ratio-too-high': 'archive-too-large',
};

/**
 * What came to harm on its way is damaged, and no forgery: that is told by its checksum, before anybody judges it.
 * @throws ZipError for a part that is not what the directory says
 */
function whole(zip: Uint8Array, entry: ZipEntry): Uint8Array {
  const content = unpack(zip, entry);
  if (crc32(content) !== entry.crc32) throw new ZipError('corrupt');
  return content;
}

function unpack(zip: Uint8Array, { method, dataStart, packedSize, declaredSize }: ZipEntry): Uint8Array {
  const packed = zip.subarray(dataStart, dataStart + packedSize);
  if (method === 'stored') return packed;
  const out = new Uint8Array(declaredSize);
  let at = 0;
  let ended = false;
  const inflate = new Inflate((piece, final) => {
    if (at + piece.length > declaredSize) throw new ZipError('corrupt');
    out.set(piece, at);
    at += piece.length;
    ended ||= final;
  });
  try {
    // In pieces: what comes out of one is bounded by what went into it.
    for (let from = 0; from < packed.length; from += PIECE) {
      inflate.push(packed.subarray(from, from + PIECE), from + PIECE >= packed.length);
    }
  } catch (error) {
    throw error instanceof ZipError ? error : new ZipError('corrupt');
  }
  if (!ended || at !== declaredSize) throw new ZipError('corrupt');
  return out;
}
const PIECE = 16_384;
