/**
 * An Excel file's cell values, read in a worker thread with limits: what others send may be hostile.
 * Values only: no formula, link, macro or comment is ever looked at (ASVS 5.0 V1.2.10, V5.1.1, V5.2.1–3).
 */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SheetError, type SheetErrorCode } from './errors.ts';
import type { RawSheet, WorkerAnswer } from './matrix.ts';

/** Largest file in bytes that is looked at; an upload is stopped at this size. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;

export interface WorkbookOptions {
  /** Milliseconds until the reading is given up. */
  timeLimit?: number;
}

const OLE_MAGIC = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

/**
 * Reads all sheets of an `.xlsx` file.
 * @param bytes the file's content, at most 5 MB
 * @param fileName its name as the person knows it, for messages
 * @throws SheetError when the file is refused whole
 */
export async function readWorkbook(
  bytes: Uint8Array,
  fileName: string,
  options: WorkbookOptions = {},
): Promise<RawSheet[]> {
  if (bytes.length > MAX_FILE_BYTES) throw new SheetError('too-large', fileName);
  const code = refusedByMagic(bytes);
  if (code !== null) throw new SheetError(code, fileName);
  const answer = await inTurn(() => runWorker(bytes, options.timeLimit ?? 15_000));
  if (!answer.ok) throw new SheetError(answer.code, fileName);
  return answer.sheets;
}

/**
 * Reads all sheets of an `.xlsx` file on disk; a file larger than the limit is refused unread.
 * @throws SheetError as `readWorkbook`, and `unreadable` for what is no readable file
 */
export async function readWorkbookFile(path: string, options: WorkbookOptions = {}): Promise<RawSheet[]> {
  const fileName = basename(path).normalize('NFC');
  return readWorkbook(await readLimited(path, fileName), fileName, options);
}

async function readLimited(path: string, fileName: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) throw new SheetError('unreadable', fileName);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new SheetError('unreadable', fileName);
    if (stat.size > MAX_FILE_BYTES) throw new SheetError('too-large', fileName);
    // One byte more than allowed: a file that grows while it is read is still refused.
    const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.slice(0, length);
  } catch (error) {
    throw error instanceof SheetError ? error : new SheetError('unreadable', fileName);
  } finally {
    await file.close();
  }
}

function refusedByMagic(bytes: Uint8Array): SheetErrorCode | null {
  const startsWith = (magic: readonly number[]) => magic.every((byte, index) => bytes[index] === byte);
  if (bytes.length === 0) return 'empty';
  // Excel wraps a workbook with a password in the old container, with this stream inside.
  if (startsWith(OLE_MAGIC)) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
      'EncryptedPackage',
      0,
      'utf16le',
    )
      ? 'encrypted'
      : 'old-format';
  }
  return startsWith(ZIP_MAGIC) ? null : 'not-a-workbook';
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** One file at a time: the largest one allowed takes over half a gigabyte for a moment, and an old PC has little. */
function inTurn<T>(read: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(read);
  lastTurn = turn.catch(() => undefined);
  return turn;
}

function runWorker(bytes: Uint8Array, timeLimit: number): Promise<WorkerAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
      workerData: bytes,
      // Nothing of the caller's surroundings goes along: no arguments, no environment, no loader hooks.
      argv: [],
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
    });
    let settled = false;
    const settle = (answer: WorkerAnswer) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      void worker.terminate();
      resolve(answer);
    };
    const timer = setTimeout(() => settle({ ok: false, code: 'too-heavy' }), timeLimit);
    worker.once('message', (answer: WorkerAnswer) => settle(answer));
    worker.once('error', (error: NodeJS.ErrnoException) =>
      settle({ ok: false, code: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too-heavy' : 'corrupt' }),
    );
    worker.once('exit', () => settle({ ok: false, code: 'corrupt' }));
  });
}
