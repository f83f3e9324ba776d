import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { parseDecimal } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { isReasonCode } from '../leaf/issued-core.ts';
import { formatNote, isKeyName, parseNote, parseVkey, signNote, verifyNote } from '../note/note.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';

/** A leaf whose record is no longer current, and the later leaf that says so. */
export type StatusEntry = {
  readonly index: number;
  /** Index of the later leaf. */
  readonly by: number;
  /** The log of that leaf, where it is another one: after this log was closed or replaced, later leaves stand in the next. */
  readonly log?: string;
} & ({ readonly state: 'recalled'; readonly reason: string } | { readonly state: 'replaced' });

/** Signed, dated answer to "is this the latest?": a leaf below `size` without an entry is current as of `asOf`. */
export interface Status {
  readonly origin: string;
  /** Unix seconds. */
  readonly asOf: number;
  /** Size of the tree it was computed from. */
  readonly size: number;
  /** In ascending order of index, one per leaf. */
  readonly entries: readonly StatusEntry[];
}

const HEADER = 'hocba.vn/status/v1';
/** Longest status file, in bytes: about 500,000 entries. */
export const MAX_STATUS_BYTES = 16_777_216;

function refuse(detail: string): never {
  throw new LedgerError('status-invalid', detail);
}

function checkStatus(status: Status): void {
  const { origin, asOf, size, entries } = status;
  if (!isKeyName(origin)) refuse('origin');
  if (!Number.isSafeInteger(asOf) || asOf < 0 || asOf > 253_402_300_799) refuse('as-of');
  if (!Number.isSafeInteger(size) || size < 0) refuse('size');
  let last = -1;
  for (const entry of entries) {
    if (!Number.isSafeInteger(entry.index) || entry.index <= last) refuse('order');
    // A leaf is recalled or replaced by a later one of the same tree, never by itself or by one not yet there.
    if (!Number.isSafeInteger(entry.by) || entry.by < 0) refuse('by');
    if (entry.log === undefined ? entry.by <= entry.index || entry.by >= size : entry.log === origin)
      refuse('by');
    if (entry.log !== undefined && !isKeyName(entry.log)) refuse('log');
    if (entry.state === 'recalled' && !isReasonCode(entry.reason)) refuse('reason');
    last = entry.index;
  }
}

/** The text that is signed. @throws LedgerError 'status-invalid' */
export function formatStatusText(status: Status): string {
  checkStatus(status);
  const head = `${HEADER}\norigin ${status.origin}\nas-of ${formatTime(status.asOf)}\nsize ${status.size}\n`;
  const lines = status.entries.map((entry) => {
    const reason = entry.state === 'recalled' ? ` ${entry.reason}` : '';
    const log = entry.log === undefined ? '' : ` in ${entry.log}`;
    return `${entry.index} ${entry.state} ${entry.by}${reason}${log}\n`;
  });
  return head + lines.join('');
}

function parseEntry(line: string): StatusEntry {
  const [index = '', state, by = '', ...rest] = line.split(' ');
  const numbers = { index: parseDecimal(index), by: parseDecimal(by) };
  const reason = state === 'recalled' ? rest.shift() : undefined;
  const [word, log, ...more] = rest;
  if (more.length > 0 || (word !== undefined && (word !== 'in' || log === undefined))) refuse('entry');
  const where = log === undefined ? numbers : { ...numbers, log };
  if (state === 'recalled' && reason !== undefined) return { ...where, state, reason };
  if (state === 'replaced') return { ...where, state };
  refuse('entry');
}

/** Reads the text as `formatStatusText` writes it, and nothing else. @throws LedgerError 'status-invalid' */
export function parseStatusText(text: string): Status {
  const lines = text.split('\n');
  if (lines.pop() !== '') refuse('end');
  const [header, origin = '', asOf = '', size = '', ...entries] = lines;
  if (header !== HEADER) refuse('header');
  if (!origin.startsWith('origin ') || !asOf.startsWith('as-of ') || !size.startsWith('size '))
    refuse('head');
  try {
    const status: Status = {
      origin: origin.slice('origin '.length),
      asOf: parseTime(asOf.slice('as-of '.length)) ?? refuse('as-of'),
      size: parseDecimal(size.slice('size '.length)),
      entries: entries.map(parseEntry),
    };
    checkStatus(status);
    return status;
  } catch (error) {
    if (error instanceof LedgerError && error.code !== 'status-invalid') refuse(error.code);
    throw error;
  }
}

/** The status file's bytes: a signed note by the status key (not the log's key). @throws LedgerError 'status-invalid' | 'signer-wrong' */
export async function signStatus(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  status: Status,
): Promise<Uint8Array> {
  const text = formatStatusText(status);
  const bytes = formatNote({ text, signatures: [await signNote(sha256, ed25519, signer, text)] });
  if (bytes.length > MAX_STATUS_BYTES) refuse('too long');
  return bytes;
}

/**
 * Verifies and reads a status file. How old it may be is the caller's decision; the age must be shown.
 * @param vkey the status key's vkey (one line)
 * @param origin the log that is asked about
 * @throws LedgerError 'vkey-invalid' | 'note-invalid' | 'note-unsigned' | 'note-signature-wrong' | 'status-invalid' | 'origin-wrong'
 */
export async function openStatus(
  sha256: Sha256,
  ed25519: Ed25519,
  vkey: string,
  origin: string,
  bytes: Uint8Array,
): Promise<Status> {
  const note = parseNote(bytes, MAX_STATUS_BYTES);
  await verifyNote(ed25519, note, [parseVkey(sha256, vkey)]);
  const status = parseStatusText(note.text);
  if (status.origin !== origin) throw new LedgerError('origin-wrong');
  return status;
}

/** What a status file says of one leaf. 'unknown' when the leaf is younger than the file. */
export function statusOf(status: Status, index: number): StatusEntry | 'current' | 'unknown' {
  if (!Number.isSafeInteger(index) || index < 0 || index >= status.size) return 'unknown';
  let low = 0;
  let high = status.entries.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = status.entries[middle] as StatusEntry;
    if (entry.index === index) return entry;
    if (entry.index < index) low = middle + 1;
    else high = middle;
  }
  return 'current';
}
