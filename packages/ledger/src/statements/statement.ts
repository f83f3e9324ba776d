import type { ChainHead } from '../acts/hash-chain.ts';
import { concatBytes, equalBytes, toHex } from '../encoding/bytes.ts';
import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { fromUtf8, parseDecimal, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { documentCommitment } from '../leaf/issued-core.ts';
import { CLOCK_AHEAD_HEADER } from '../life/clock-ahead.ts';
import { LODGED_HEADER } from '../life/lodged.ts';
import { SUCCESSION_HEADER } from '../life/succession.ts';
import { isKeyName } from '../note/note.ts';
import type { Sha256 } from '../ports.ts';

/**
 * What a leaf of kind `statement` may state. Every document begins with a line of its own, so that none can be shown as another:
 * `status` the signed status file of that hour; `heads` where a school's chains stood; `lodged` another log's checkpoint;
 * `succession` that this log follows one whose key is no longer trusted; `clock` that a log signed ahead of time.
 */
export type StatementKind = 'status' | 'heads' | 'lodged' | 'succession' | 'clock';

const STATUS_HEADER = utf8('hocba.vn/logged-status/v1\n');
const HEADS_LINE = 'hocba.vn/heads/v1';

const HEADERS: readonly (readonly [StatementKind, Uint8Array])[] = [
  ['status', STATUS_HEADER],
  ['heads', utf8(`${HEADS_LINE}\n`)],
  ['lodged', LODGED_HEADER],
  ['succession', SUCCESSION_HEADER],
  ['clock', CLOCK_AHEAD_HEADER],
];

/** What a document states; null for one that this version does not know. */
export function statementKind(document: Uint8Array): StatementKind | null {
  const found = HEADERS.find(([, header]) => equalBytes(document.subarray(0, header.length), header));
  return found?.[0] ?? null;
}

/** The bytes that every document of a kind begins with. */
export function statementHeader(kind: StatementKind): Uint8Array {
  return HEADERS.find(([known]) => known === kind)?.[1] ?? refuse('kind');
}

/**
 * Commitment of the leaf to a document.
 * @param salt 32 random bytes, kept with the document
 * @throws LedgerError 'commitment-invalid' also for a document of no known kind
 */
export function statementCommitment(sha256: Sha256, document: Uint8Array, salt: Uint8Array): Uint8Array {
  if (statementKind(document) === null) throw new LedgerError('commitment-invalid', 'statement');
  return documentCommitment(sha256, { kind: 'statement', salt, digest: sha256(document) });
}

/** The document behind the leaf of a status file: the signed note as it was published. */
export function loggedStatus(note: Uint8Array): Uint8Array {
  return concatBytes(STATUS_HEADER, note);
}

/** The signed status note in such a document. @throws LedgerError 'status-invalid' for a document of another kind */
export function statusNoteOf(document: Uint8Array): Uint8Array {
  if (statementKind(document) !== 'status') throw new LedgerError('status-invalid', 'document');
  return document.slice(STATUS_HEADER.length);
}

/** Where the chains of a school year's classes, and the audit trail, stood at a moment between two daily roots. */
export interface LoggedHeads {
  readonly school: string;
  readonly schoolYear: string;
  /** Unix seconds. */
  readonly at: number;
  /** In ascending order of name (by UTF-16 units), each once; at least one. */
  readonly heads: readonly ({ readonly classId: string } & ChainHead)[];
}

/** The document of such heads, one line a chain. @throws LedgerError 'act-invalid' */
export function formatHeads({ school, schoolYear, at, heads }: LoggedHeads): Uint8Array {
  const lines = heads.map(({ classId, seq, hash }) => `${classId} ${seq} ${toHex(hash)}\n`);
  const bytes = utf8(
    `${HEADS_LINE}\nschool ${school}\nyear ${schoolYear}\nat ${formatTime(at)}\n${lines.join('')}`,
  );
  parseHeads(bytes);
  return bytes;
}

/** Reads exactly what `formatHeads` writes. @throws LedgerError 'act-invalid' */
export function parseHeads(bytes: Uint8Array): LoggedHeads {
  const [header, school = '', year = '', at = '', ...rest] = (fromUtf8(bytes) ?? '').split('\n');
  if (header !== HEADS_LINE || rest.pop() !== '' || rest.length === 0) refuse('form');
  const time = parseTime(after('at ', at));
  if (time === null) refuse('at');
  const heads = rest.map((line) => {
    const match = /^([\x21-\x7e]{1,200}) ([0-9]{1,16}) ([0-9a-f]{64})$/.exec(line);
    if (match === null) refuse('head');
    const [, classId = '', seq = '', hash = ''] = match;
    return { classId, seq: decimal(seq), hash: fromHex(hash) };
  });
  heads.forEach((head, n) => {
    const last = heads[n - 1];
    if (last !== undefined && last.classId >= head.classId) refuse('order');
  });
  const schoolYear = after('year ', year);
  if (!/^\d{4}-\d{4}$/.test(schoolYear)) refuse('year');
  return { school: name(after('school ', school)), schoolYear, at: time, heads };
}

function refuse(detail: string): never {
  throw new LedgerError('act-invalid', detail);
}

function after(word: string, line: string): string {
  return line.startsWith(word) ? line.slice(word.length) : refuse(word.trim());
}

function name(text: string): string {
  return isKeyName(text) ? text : refuse('school');
}

function decimal(text: string): number {
  try {
    return parseDecimal(text);
  } catch {
    return refuse('number');
  }
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
