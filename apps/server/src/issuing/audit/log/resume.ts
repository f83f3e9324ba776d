import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { LedgerError, type OpenedCheckpoint, openCheckpoint, parseVkey, treeReader } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { writeDurably } from '../../../store/durable-file.ts';
import type { Database } from '../../../store/tables.ts';
import { ed25519, KeyError, sha256 } from '../../log/keys.ts';
import { folderOf } from '../../log/origin.ts';
import { originsMade } from '../../log/pending.ts';
import { publishedLog } from '../../log/published.ts';
import { hex } from './logs.ts';

/** What an audit found of the bytes and signatures of a record, or of its print, whatever the log says of it. */
export interface RecordResult {
  /** The first thing that does not hold; null if all of it does. */
  readonly code: string | null;
  readonly issued: number;
  readonly signatures: number;
}

/** What was found of a record or print, and a digest of all that it was found from: from anything else it is looked at again. */
export interface KeptResult extends RecordResult {
  /** A record's UUID; of its print with `print:` before it. */
  readonly id: string;
  /** `digestOf` it. */
  readonly inputs: string;
}

/** Results that an audit which was cut off has left. */
export interface KeptResults {
  found(id: string): KeptResult | undefined;
  keep(result: KeptResult): Promise<void>;
  /** On disk when it returns. */
  settle(): Promise<void>;
}

/** A file with an audit's state that is not gone on from. `id` names the log where there is one. */
export class AuditStateError extends Error {
  readonly code: 'unreadable' | 'of-another-store' | 'too-old' | 'log-shrank' | 'log-forked';
  readonly id: string;
  constructor(code: AuditStateError['code'], id = '') {
    super(code);
    this.name = 'AuditStateError';
    this.code = code;
    this.id = id;
  }
}

const FORMAT = 'hocba-audit-state/1';
/** Certificates and algorithms are judged as of an audit's day: what was found long ago is looked at again. */
const LASTS_MS = 7 * 24 * 3_600_000;

const head = z.strictObject({
  format: z.literal(FORMAT),
  begun: z.iso.datetime(),
  logs: z.array(
    // The signed checkpoint itself: beside a log that is shorter or another it proves the fault to anybody.
    z.strictObject({ origin: z.string(), vkey: z.string(), checkpoint: z.string() }),
  ),
});
type Head = z.infer<typeof head>;

const line = z.tuple([
  // A record, or its print.
  z.string().regex(/^(?:print:)?[0-9a-f-]{36}$/),
  z.string().regex(/^[0-9a-f]{64}$/),
  z.string().nullable(),
  z.int().nonnegative(),
  z.int().nonnegative(),
]);

export interface AuditState extends KeptResults {
  /** Records whose results an earlier run left. */
  readonly left: number;
  /** The audit came to its end: the next one looks at everything again. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

interface Store {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly now: Date;
}

/**
 * Opens the state of an audit, or begins one. The first line says of which logs and from when it is, and is written as a whole; every
 * record's result is one more line, named by a digest over all that it was found from. So a record whose bytes have changed
 * since is looked at again, a line that a kill has torn is as if it were never written, and the report is the same.
 * The file is as trustworthy as the folder that it lies in: who can write there can say that a record was looked at.
 *
 * @throws AuditStateError when it is no such file, of another store or too old, or when a log is shorter or another than it was
 */
export async function openAuditState(path: string, store: Store): Promise<AuditState> {
  const [first, rest] = existsSync(path) ? splitFirst(await readFile(path, 'utf8')) : [null, ''];
  if (first === null) await begin(path, store);
  else await requireSame(readHead(first), store);
  const { found, whole } = first === null ? { found: new Map(), whole: null } : readLines(rest);
  const file = await open(path, 'r+');
  // What a kill has torn goes, so that the next line does not hang on to it.
  if (whole !== null) await file.truncate(Buffer.byteLength(first ?? '') + 1 + whole);
  return stateOver(path, file, (await file.stat()).size, found);
}

function stateOver(
  path: string,
  file: FileHandle,
  end: number,
  found: ReadonlyMap<string, KeptResult>,
): AuditState {
  let at = end;
  let closed = false;
  async function close(): Promise<void> {
    if (!closed) await file.close();
    closed = true;
  }
  return {
    left: found.size,
    found: (id) => found.get(id),
    async keep({ id, inputs, code, issued, signatures }) {
      const bytes = Buffer.from(`${JSON.stringify([id, inputs, code, issued, signatures])}\n`);
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    },
    settle: () => file.sync(),
    async finish() {
      await close();
      await rm(path);
    },
    close,
  };
}

function splitFirst(text: string): [string, string] {
  const at = text.indexOf('\n');
  if (at < 0) throw new AuditStateError('unreadable');
  return [text.slice(0, at), text.slice(at + 1)];
}

function readHead(text: string): Head {
  const read = head.safeParse(parsed(text));
  if (!read.success) throw new AuditStateError('unreadable');
  return read.data;
}

/** Lines up to the first that was torn. */
function readLines(text: string): {
  readonly found: ReadonlyMap<string, KeptResult>;
  readonly whole: number;
} {
  const found = new Map<string, KeptResult>();
  let whole = 0;
  for (let at = 0; ; ) {
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    const one = text.slice(at, end);
    const read = line.safeParse(parsed(one));
    if (!read.success) break;
    const [id, inputs, code, issued, signatures] = read.data;
    found.set(id, { id, inputs, code, issued, signatures });
    whole += Buffer.byteLength(one) + 1;
    at = end + 1;
  }
  return { found, whole };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function begin(path: string, { db, dataDir, now }: Store): Promise<void> {
  const logs: Head['logs'] = [];
  for (const origin of await originsMade(db)) {
    const log = await publishedLog(dataDir, origin).catch(unreadableLog);
    if (log === null) continue;
    logs.push({ origin, vkey: log.vkey, checkpoint: Buffer.from(log.note).toString('utf8') });
  }
  const first: Head = { format: FORMAT, begun: now.toISOString(), logs };
  await writeDurably(path, Buffer.from(`${JSON.stringify(first)}\n`), 0o600);
}

/** The same store, whose logs have at most grown since. */
async function requireSame({ begun, logs }: Head, { db, dataDir, now }: Store): Promise<void> {
  const age = now.getTime() - Date.parse(begun);
  if (age < 0 || age > LASTS_MS) throw new AuditStateError('too-old');
  const made = new Set(await originsMade(db));
  for (const { origin, vkey, checkpoint } of logs) {
    const { size, root } = await kept(vkey, checkpoint);
    if (!made.has(origin)) throw new AuditStateError('of-another-store', origin);
    // A log that cannot be read is named by the audit itself.
    const log = await publishedLog(dataDir, origin).catch(unreadableLog);
    if (log === null) continue;
    if (log.vkey !== vkey) throw new AuditStateError('of-another-store', origin);
    if (log.checkpoint.size < size) throw new AuditStateError('log-shrank', origin);
    const reader = treeReader(sha256, fileStorage(folderOf(dataDir, origin)), log.checkpoint.size);
    const present = await reader.root(size).catch(unreadableLog);
    if (present !== null && hex(present) !== hex(root)) throw new AuditStateError('log-forked', origin);
  }
}

async function kept(vkey: string, checkpoint: string): Promise<OpenedCheckpoint> {
  try {
    return await openCheckpoint(ed25519, Buffer.from(checkpoint), [parseVkey(sha256, vkey)]);
  } catch (error) {
    throw error instanceof LedgerError ? new AuditStateError('unreadable') : error;
  }
}

function unreadableLog(error: unknown): null {
  if (error instanceof LedgerError || error instanceof KeyError) return null;
  throw error;
}

/**
 * A digest over whatever a result was found from: plain objects, arrays, maps and sets of text, numbers, bytes and dates. Every
 * value stands behind its kind and length, so that no two differ in their digest alone by where one ends.
 *
 * @returns SHA-256, hex
 */
export function digestOf(value: unknown): string {
  const hash = createHash('sha256');
  feed(hash, value);
  return hash.digest('hex');
}

function feed(hash: Hash, value: unknown): void {
  if (value instanceof Uint8Array) hash.update(`b${value.length}:`).update(value);
  else if (typeof value === 'string') hash.update(`s${Buffer.byteLength(value)}:`).update(value);
  else if (value instanceof Date) hash.update(`d${value.getTime()};`);
  else if (Array.isArray(value) || value instanceof Set) feedAll(hash, 'a', [...value]);
  else if (value instanceof Map) feedAll(hash, 'm', [...value].flat());
  else if (typeof value === 'object' && value !== null)
    feedAll(
      hash,
      'o',
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat(),
    );
  else hash.update(`${typeof value}${String(value)};`);
}

function feedAll(hash: Hash, kind: string, values: readonly unknown[]): void {
  hash.update(`${kind}${values.length}:`);
  for (const one of values) feed(hash, one);
}
