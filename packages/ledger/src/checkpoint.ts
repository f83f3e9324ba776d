import { hashFromBase64, parseDecimal, toBase64 } from './encoding.ts';
import { LedgerError } from './error.ts';
import { HASH_LENGTH } from './merkle.ts';
import { isKeyName, parseNote, type VerifiedSignature, type VerifierKey, verifyNote } from './note.ts';
import type { Ed25519 } from './ports.ts';

/** A log's statement of its state (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The three lines of a checkpoint's text. @throws LedgerError 'checkpoint-invalid' */
export function formatCheckpointText(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint;
  if (!isKeyName(origin) || !Number.isSafeInteger(size) || size < 0 || root.length !== HASH_LENGTH) {
    throw new LedgerError('checkpoint-invalid');
  }
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads a checkpoint's text strictly: exactly three lines, no extension lines. @throws LedgerError 'checkpoint-invalid' */
export function parseCheckpointText(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.length !== 4 || lines[3] !== '') throw new LedgerError('checkpoint-invalid', 'lines');
  const [origin = '', size = '', root = ''] = lines;
  try {
    const checkpoint = { origin, size: parseDecimal(size), root: hashFromBase64(root) };
    formatCheckpointText(checkpoint);
    return checkpoint;
  } catch {
    throw new LedgerError('checkpoint-invalid');
  }
}

/** A checkpoint whose log signature holds, with the cosignatures that verified too. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly text: string;
  readonly log: VerifierKey;
  readonly cosigned: readonly VerifiedSignature[];
}

/**
 * Opens a signed checkpoint: signed by one of `logs`, whose key name is the origin line; cosignatures of `witnesses` are verified.
 * @throws LedgerError 'note-invalid' | 'note-unsigned' | 'note-signature-wrong' | 'checkpoint-invalid' | 'origin-wrong' | 'cosignature-invalid'
 */
export async function openCheckpoint(
  ed25519: Ed25519,
  bytes: Uint8Array,
  logs: readonly VerifierKey[],
  witnesses: readonly VerifierKey[] = [],
): Promise<OpenedCheckpoint> {
  const note = parseNote(bytes);
  const verified = await verifyNote(ed25519, note, [...logs, ...witnesses]);
  const byLog = verified.filter((done) => logs.includes(done.key));
  if (byLog.length === 0) throw new LedgerError('note-unsigned', 'log');
  const checkpoint = parseCheckpointText(note.text);
  const log = byLog.find((done) => done.key.name === checkpoint.origin)?.key;
  if (log === undefined) throw new LedgerError('origin-wrong');
  return {
    ...checkpoint,
    text: note.text,
    log,
    cosigned: verified.filter((done) => witnesses.includes(done.key)),
  };
}
