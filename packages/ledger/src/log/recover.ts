import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import type { LogLife } from '../life/closing.ts';
import type { OpenedCheckpoint } from '../note/checkpoint.ts';
import { readProvenEdge } from '../tree/integrate.ts';
import { treeReader } from '../tree/reader.ts';
import { type LockRecord, parseLockRecord, stagedBase } from './lock-record.ts';
import {
  apply,
  CHECKPOINT_PATH,
  clean,
  discard,
  type LogPorts,
  openOwn,
  publish,
  publishClosing,
  requireTime,
  sameCheckpoint,
  tidy,
} from './sequence.ts';

/** State of a log whose lock, files and published checkpoint were found to agree. */
export interface LogState {
  /** The lock's bytes, for the next compare-and-swap. */
  readonly lockBytes: Uint8Array;
  /** Unix milliseconds of the last signature. */
  readonly time: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly life: LogLife;
  /** The published checkpoint, with what cosignatures it has. */
  readonly checkpoint: Uint8Array;
}

/** What the lock remembers, opened: also the way back when the published `checkpoint` file alone was damaged. */
export async function lastSigned(
  ports: LogPorts,
): Promise<{ lockBytes: Uint8Array; record: LockRecord; signed: OpenedCheckpoint }> {
  const lockBytes = await ports.lock.load();
  if (lockBytes === null) throw new LedgerError('log-missing');
  const record = parseLockRecord(lockBytes);
  return { lockBytes, record, signed: await openOwn(ports, record.checkpoint) };
}

/** Leaves of the tree before the signed one, while the bundle between the two waits to be applied; null if none waits. */
export async function waitingBase(
  { lock }: Pick<LogPorts, 'lock'>,
  { staged }: LockRecord,
): Promise<number | null> {
  return staged !== null && (await lock.staged(staged.key)) !== null ? stagedBase(staged.key) : null;
}

/**
 * What may stand in `checkpoint` follows from the order of the steps: with a bundle waiting, the tree before or the signed one;
 * without, the signed one. Anything else is a backup that was restored under a living lock, or a lock under living files.
 */
function checkPublished(
  published: OpenedCheckpoint | null,
  signed: OpenedCheckpoint,
  waitingBase: number | null,
): void {
  const size = published?.size ?? 0;
  if (size > signed.size) throw new LedgerError('lock-behind-storage', `${signed.size} < ${size}`);
  if (published !== null && size === signed.size) {
    if (!sameCheckpoint(published, signed)) throw new LedgerError('checkpoint-inconsistent');
    return;
  }
  if (published === null && signed.size === 0) return;
  if (published === null || size !== waitingBase) {
    throw new LedgerError('storage-behind-lock', `${size} < ${signed.size}`);
  }
}

/**
 * Brings storage to what the lock says was signed, or refuses. Done at every start and after every failed append:
 * completes an interrupted signing by the same routine as the ordinary one, then proves the right edge against the signed root.
 * @param known checkpoints of this log seen elsewhere (a witness, an export); none may be ahead of ours or contradict it. After
 *   restoring a backup of both lock and storage this is the only thing that can tell.
 * @throws LedgerError naming what does not agree; then nothing must be signed
 */
export async function recover(ports: LogPorts, known: readonly Uint8Array[] = []): Promise<LogState> {
  const { lockBytes, record, signed } = await lastSigned(ports);
  requireTime(ports, ports.now(), record.time);
  const publishedBytes = await ports.storage.read(CHECKPOINT_PATH);
  const published = publishedBytes === null ? null : await openOwn(ports, publishedBytes);
  checkPublished(published, signed, await waitingBase(ports, record));

  const files = await apply(ports, record);
  await readProvenEdge(ports.sha256, ports.storage, signed.size, signed.root);
  const reader = treeReader(ports.sha256, ports.storage, signed.size);
  for (const bytes of known) {
    const seen = await openOwn(ports, bytes);
    if (seen.size > signed.size)
      throw new LedgerError('known-checkpoint-ahead', `${seen.size} > ${signed.size}`);
    if (!equalBytes(await reader.root(seen.size), seen.root))
      throw new LedgerError('checkpoint-inconsistent');
  }
  if (published !== null && !equalBytes(await reader.root(published.size), published.root)) {
    throw new LedgerError('checkpoint-inconsistent');
  }

  // A published note of the same tree may carry cosignatures, which the lock's does not: it stays.
  const current = published !== null && publishedBytes !== null && published.size === signed.size;
  if (!current) await publish(ports, lockBytes, record.checkpoint);
  await publishClosing(ports, record, signed);
  await discard(ports, signed.size);
  if (files !== null) await tidy(ports, files);
  await clean(ports);
  return {
    lockBytes,
    time: record.time,
    size: signed.size,
    root: signed.root,
    life: record.life ?? 'open',
    checkpoint: current ? publishedBytes : record.checkpoint,
  };
}

/**
 * Writes the lock's checkpoint over a damaged or lost `checkpoint` file: an operator's explicit act, never done by `recover`, after
 * the files were looked at (`auditLog`) or brought back. The right edge must prove the signed root.
 */
export async function republish(ports: LogPorts): Promise<void> {
  const { lockBytes, record, signed } = await lastSigned(ports);
  await apply(ports, record);
  await readProvenEdge(ports.sha256, ports.storage, signed.size, signed.root);
  await publish(ports, lockBytes, record.checkpoint);
}
