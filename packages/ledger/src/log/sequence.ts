import { equalBytes, toHex } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { CLOSED_PATH, openClosing, signClosing } from '../life/closing.ts';
import {
  type Checkpoint,
  formatCheckpointText,
  type OpenedCheckpoint,
  openCheckpoint,
} from '../note/checkpoint.ts';
import { formatNote, parseVkey, signNote } from '../note/note.ts';
import type { CheckpointLock, Ed25519, LogStorage, NoteSigner, Sha256 } from '../ports.ts';
import type { LogFile } from '../tree/integrate.ts';
import { requireFilesOfTree } from '../tree/require-files.ts';
import { parseTilePath, TILE_WIDTH } from '../tree/tile-path.ts';
import { tileWidth } from '../tree/tiles.ts';
import {
  decodeBundle,
  encodeBundle,
  formatLockRecord,
  type LockRecord,
  type StagedRef,
  stagedBase,
  stagedKey,
} from './lock-record.ts';

/**
 * The steps of one signing, in the only order that survives a power cut at any point:
 *
 *   stage → sign → swap → apply → publish → discard
 *
 * - Files are staged before the checkpoint is signed: a signed tree can always be completed.
 * - The lock is swapped before anything public changes: of two writers one loses here, having shown nothing.
 * - Files are applied from the staged bundle, also in the ordinary case, so that recovery is no path of its own.
 * - `checkpoint` is published last: nobody is told of a tree whose files are not there.
 * - The bundle is discarded only after that: "no bundle" means "published", which is how a restored backup is noticed.
 */
export interface LogPorts {
  /** Schema-less URL, for ever the name of this one log, e.g. `hocba.example.vn/79/2026-2027`. */
  readonly origin: string;
  readonly sha256: Sha256;
  readonly ed25519: Ed25519;
  readonly storage: LogStorage;
  readonly lock: CheckpointLock;
  readonly signer: NoteSigner;
  /** Unix milliseconds. */
  readonly now: () => number;
  /**
   * Whether an operator has stated in a log that this time of a signature, unix milliseconds, was of a clock that ran ahead: then the
   * log goes on at an earlier one.
   */
  readonly wasAhead?: (signedAt: number) => boolean;
  /**
   * Whether this log was ordered to close, where orders are kept apart from the lock. The lock's line is signed by nobody: without
   * this, whoever can write there has the key sign that the log is closed, which cannot be undone.
   */
  readonly closingOrdered?: () => Promise<boolean>;
}

export const CHECKPOINT_PATH = 'checkpoint';

/** No signature is of an earlier time than the one before it. @throws LedgerError 'time-went-back' */
export function requireTime({ wasAhead }: LogPorts, now: number, signedAt: number): void {
  if (now < signedAt && wasAhead?.(signedAt) !== true) throw new LedgerError('time-went-back');
}

/** Stage: keeps the files of the next tree in the lock's staging. */
export async function stage(
  ports: LogPorts,
  base: number,
  next: { size: number; root: Uint8Array; files: readonly LogFile[] },
): Promise<StagedRef> {
  const bundle = encodeBundle(next.files);
  const key = stagedKey(base, next.size, next.root);
  await ports.lock.stage(key, bundle);
  return { key, digest: toHex(ports.sha256(bundle)) };
}

/** Sign: the checkpoint as a note by the log's key, whose name must be the origin. @throws LedgerError 'signer-wrong' */
export async function signCheckpoint(ports: LogPorts, checkpoint: Checkpoint): Promise<Uint8Array> {
  const text = formatCheckpointText(checkpoint);
  const signature = await signNote(ports.sha256, ports.ed25519, ports.signer, text);
  if (signature.name !== checkpoint.origin) throw new LedgerError('signer-wrong');
  return formatNote({ text, signatures: [signature] });
}

/** Swap: the point of no return. @throws LedgerError 'lost-race' when another writer was here */
export async function swap(ports: LogPorts, old: Uint8Array | null, next: LockRecord): Promise<Uint8Array> {
  const bytes = formatLockRecord(next);
  if ((await ports.lock.swap(old, bytes)) !== true) throw new LedgerError('lost-race');
  return bytes;
}

/**
 * Apply: writes the staged files of the signed tree; used after signing and by recovery alike.
 * @returns the files, or null when the bundle is no longer there (then it was applied and published)
 * @throws LedgerError 'staged-invalid' when the bundle is not the one that was staged; as `requireFilesOfTree` when lock and bundle agree with
 *   each other and not with what was signed. Then nothing was written.
 */
export async function apply(ports: LogPorts, record: LockRecord): Promise<readonly LogFile[] | null> {
  if (record.staged === null) return null;
  const bundle = await ports.lock.staged(record.staged.key);
  if (bundle === null) return null;
  if (toHex(ports.sha256(bundle)) !== record.staged.digest) throw new LedgerError('staged-invalid', 'digest');
  const files = decodeBundle(bundle);
  const signed = await openOwn(ports, record.checkpoint);
  for (const { path } of files) requireOfTree(path, signed.size);
  await requireFilesOfTree(ports.sha256, ports.storage, files, signed);
  await writeAll(ports, files);
  return files;
}

/**
 * A file is for ever: one that no tree of this size has would lie in the way of a later one.
 * @throws LedgerError 'staged-invalid'
 */
function requireOfTree(path: string, size: number): void {
  const { level, index, width } = parseTilePath(path);
  if (tileWidth(size, level === 'entries' ? 0 : level, index) !== width)
    throw new LedgerError('staged-invalid', path);
}

/** Disks make many files durable in little more time than one. The order does not matter: nobody is told of them yet. */
const WRITES_AT_ONCE = 16;

/** Writes all files; when one fails the others are still waited for, so that nothing is in flight when recovery begins. */
async function writeAll(ports: LogPorts, files: readonly LogFile[]): Promise<void> {
  const waiting = files.values();
  async function worker(): Promise<void> {
    for (const file of waiting) await ports.storage.write(file.path, file.bytes);
  }
  const workers = await Promise.allSettled(Array.from({ length: WRITES_AT_ONCE }, worker));
  for (const one of workers) if (one.status === 'rejected') throw one.reason;
}

/**
 * Publish: replaces the public `checkpoint`, unless another writer has gone on since: an older one must not come back. (A window of
 * microseconds stays, which is why one installation holds a session lock around its one writer; it can only lead to a refusal.)
 * @throws LedgerError 'lost-race'
 */
export async function publish(ports: LogPorts, lockBytes: Uint8Array, checkpoint: Uint8Array): Promise<void> {
  const now = await ports.lock.load();
  if (now === null || !equalBytes(now, lockBytes)) throw new LedgerError('lost-race');
  await ports.storage.write(CHECKPOINT_PATH, checkpoint);
}

/**
 * Discard: removes every staged bundle that builds on a smaller tree than the published one, its own among them. Such a bundle can
 * win no swap any more; one that builds on the present tree may be another writer's, and stays.
 */
export async function discard(ports: LogPorts, publishedSize: number): Promise<void> {
  for (const key of await ports.lock.stagedKeys()) {
    if (stagedBase(key) < publishedSize) await ports.lock.discard(key);
  }
}

/** Removes what a killed writer left half written; leaves it when it cannot: nothing reads it. */
export async function clean(ports: LogPorts): Promise<void> {
  try {
    await ports.storage.removeLitter?.();
  } catch {
    // The next start tries again.
  }
}

/** Removes partial files beside the tiles that these files filled; leaves them when it cannot: they harm nobody. */
export async function tidy(ports: LogPorts, files: readonly LogFile[]): Promise<void> {
  if (ports.storage.removePartials === undefined) return;
  for (const { path } of files) {
    if (parseTilePath(path).width !== TILE_WIDTH) continue;
    try {
      await ports.storage.removePartials(path);
    } catch {
      return;
    }
  }
}

/**
 * Publishes the closing of a closed log, the same bytes every time; of an open one there must be none: else the lock is an older
 * backup, and what it would sign must not exist.
 * @throws LedgerError 'lock-behind-storage' | 'checkpoint-inconsistent'
 */
export async function publishClosing(ports: LogPorts, record: LockRecord, signed: Checkpoint): Promise<void> {
  const { sha256, ed25519, signer } = ports;
  const there = await ports.storage.read(CLOSED_PATH);
  if (record.life === undefined) {
    if (there !== null) throw new LedgerError('lock-behind-storage', CLOSED_PATH);
    return;
  }
  if (there === null) {
    if ((await ports.closingOrdered?.()) === false)
      throw new LedgerError('lock-invalid', 'closed by no order');
    const { origin, size, root } = signed;
    const closing = { origin, size, root, closedAt: Math.floor(record.time / 1000) };
    await ports.storage.write(CLOSED_PATH, await signClosing(sha256, ed25519, signer, closing));
    return;
  }
  const closing = await openClosing(sha256, ed25519, signer.vkey, there);
  if (!sameCheckpoint(closing, signed)) throw new LedgerError('checkpoint-inconsistent', CLOSED_PATH);
}

/** Opens a checkpoint of this log: origin and key must be ours. */
export async function openOwn(ports: LogPorts, note: Uint8Array): Promise<OpenedCheckpoint> {
  const key = parseVkey(ports.sha256, ports.signer.vkey);
  const opened = await openCheckpoint(ports.ed25519, note, [key]);
  if (opened.origin !== ports.origin) throw new LedgerError('origin-wrong');
  return opened;
}

/** Whether two checkpoints say the same. */
export function sameCheckpoint(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && equalBytes(a.root, b.root);
}
