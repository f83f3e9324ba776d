import { auditLog } from '../audit/audit.ts';
import { mirrorLog } from '../audit/mirror.ts';
import { LedgerError } from '../error.ts';
import { bareCheckpoint } from '../life/lodged.ts';
import type { LogStorage } from '../ports.ts';
import { formatLockRecord } from './lock-record.ts';
import { lastSigned } from './recover.ts';
import { CHECKPOINT_PATH, type LogPorts } from './sequence.ts';

/** A log's own later tree, whose files lie in its storage by now, and what its lock has to remember of it. */
export interface CaughtUp {
  /** Leaves of the tree that the lock remembers, and of the later one. */
  readonly from: number;
  readonly size: number;
  /** The leaves between the two, in order. */
  readonly leaves: readonly Uint8Array[];
  /** The lock's bytes as they are, and as they must become for the log to go on from the later tree. */
  readonly lock: { readonly old: Uint8Array; readonly next: Uint8Array };
}

/**
 * Brings a log whose lock is of an older backup up to a later tree of its own that somebody else has kept: what was signed and published
 * stays part of the log. Nothing is signed. Every file of the later tree is read and proven by the log's own signature, and it must extend what the
 * lock remembers. The caller swaps the lock; before that, a further call does the same again.
 *
 * @param source a mirror's files, or the log's own where only its lock is older
 * @throws LedgerError 'log-shrank' | 'log-forked' for a tree that does not extend the lock's; 'remote-missing' | 'remote-invalid' | 'copy-damaged' |
 *   'audit-failed' with the file; 'log-closed' for a log that was closed; 'lock-invalid', 'log-missing'
 */
export async function catchUpLog(ports: LogPorts, source: Pick<LogStorage, 'read'>): Promise<CaughtUp> {
  const { sha256, ed25519, storage, signer } = ports;
  const { lockBytes, record, signed } = await lastSigned(ports);
  if (record.life !== undefined) throw new LedgerError('log-closed');
  const { vkey } = signer;
  await mirrorLog({
    sha256,
    ed25519,
    vkey,
    remote: source,
    copy: storage,
    memory: { load: async () => record.checkpoint, save: async () => {}, accuse: async () => {} },
  });
  const leaves: Uint8Array[] = [];
  const { findings, size } = await auditLog({
    sha256,
    ed25519,
    storage,
    vkey,
    known: [record.checkpoint],
    onLeaf: (index, bytes) => {
      if (index >= signed.size) leaves.push(bytes);
    },
  });
  const [finding] = findings;
  if (finding !== undefined) throw new LedgerError('audit-failed', finding.file);
  const note = await storage.read(CHECKPOINT_PATH);
  if (note === null) throw new LedgerError('audit-failed', CHECKPOINT_PATH);
  const checkpoint = await bareCheckpoint(sha256, ed25519, vkey, note);
  const next = formatLockRecord({ time: Math.max(record.time, ports.now()), staged: null, checkpoint });
  return { from: signed.size, size, leaves, lock: { old: lockBytes, next } };
}
