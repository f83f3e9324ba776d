/**
 * The thread that meets a hostile file: unpacks within limits, looks the XML over, and only then has it parsed.
 * It answers once, with plain values or a code, and is ended by its caller.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { crc32, inflateRawSync } from 'node:zlib';
import { unguardFormula } from './formula-guard.ts';
import type { RawCell, RawSheet, WorkerAnswer } from './matrix.ts';
import { tidySheetXml, tidyXml } from './sheet-xml.ts';
import { readZipDirectory, ZIP_LIMITS, type ZipEntry, ZipError } from './zip-directory.ts';

const CONTENT_TYPES = '[Content_Types].xml';
const NEEDED = /^(?:\[Content_Types\]\.xml|xl\/.*\.xml(?:\.rels)?)$/;
const WORKSHEET = /^xl\/worksheets\/[^/]+\.xml$/;
const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';

async function read(bytes: Uint8Array): Promise<RawSheet[]> {
  const entries = readZipDirectory(bytes);
  const parts = unpack(bytes, entries);
  refuseOtherDocuments(parts, entries);
  for (const [name, content] of parts) {
    const xml = tidyXml(content);
    parts.set(name, new TextEncoder().encode(WORKSHEET.test(name) ? tidySheetXml(xml) : xml));
  }
  // Only now: what is refused never meets the parser, and need not wait for it.
  const [{ zipSync }, { default: readXlsxFile }] = await Promise.all([
    import('fflate'),
    import('read-excel-file/node'),
  ]);
  // Packed anew, without compression: the parser never sees the archive that was sent.
  const archive = Buffer.from(zipSync(Object.fromEntries(parts), { level: 0 }));
  parts.clear();
  const sheets = await readXlsxFile(archive, { trim: false });
  return sheets.map((sheet) => ({
    name: sheet.sheet,
    rows: sheet.data.map((row) => row.map((value) => plain(value as CellValue))),
  }));
}

/** Unpacks every part, trusts no declared size, and keeps those that are needed. */
function unpack(bytes: Uint8Array, entries: readonly ZipEntry[]): Map<string, Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  let room = ZIP_LIMITS.unpacked;
  for (const entry of entries) {
    const packed = bytes.subarray(entry.dataStart, entry.dataStart + entry.packedSize);
    const content = entry.method === 'stored' ? packed : inflate(packed, room);
    room -= content.length;
    if (room < 0) throw new ZipError('unpacked-too-large');
    if (content.length !== entry.declaredSize || crc32(content) !== entry.crc32)
      throw new ZipError('corrupt');
    if (NEEDED.test(entry.name)) parts.set(entry.name, content);
  }
  return parts;
}

function inflate(packed: Uint8Array, room: number): Uint8Array {
  const ratioCap = Math.max(ZIP_LIMITS.ratioFrom, packed.length * ZIP_LIMITS.ratio);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, Math.min(room, ratioCap)) });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (!tooLarge) throw new ZipError('corrupt');
    throw new ZipError(ratioCap < room ? 'ratio-too-high' : 'unpacked-too-large');
  }
}

function refuseOtherDocuments(parts: ReadonlyMap<string, Uint8Array>, entries: readonly ZipEntry[]): void {
  const names = new Set(entries.map((entry) => entry.name.toLowerCase()));
  const types = parts.get(CONTENT_TYPES);
  if (types === undefined) throw new ZipError(names.has('mimetype') ? 'other-document' : 'not-a-workbook');
  const xml = tidyXml(types);
  const macro = [...names].some(
    (name) => name.endsWith('vbaproject.bin') || name.startsWith('xl/macrosheets/'),
  );
  if (macro || /macroEnabled/i.test(xml)) throw new ZipError('macros');
  if (!xml.includes(WORKBOOK_TYPE) || !parts.has('xl/workbook.xml')) throw new ZipError('other-document');
}

type CellValue = string | number | boolean | Date | null;

function plain(value: CellValue): RawCell {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? null : { date: value.toISOString().slice(0, 10) };
  }
  return typeof value === 'string' ? unguardFormula(value) : value;
}

async function answer(): Promise<WorkerAnswer> {
  try {
    return { ok: true, sheets: await read(workerData as Uint8Array) };
  } catch (error) {
    // Whatever the parser stumbles over is a damaged workbook to the person who sent it.
    return { ok: false, code: error instanceof ZipError ? error.code : 'corrupt' };
  }
}

parentPort?.postMessage(await answer());
