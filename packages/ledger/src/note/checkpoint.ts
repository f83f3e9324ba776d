import { hashFromBase64, parseDecimal, toBase64 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { Ed25519 } from '../ports.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';
import { isKeyName, parseNote, type VerifiedSignature, type VerifierKey, verifyNote } from './note.ts';

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

/** Reads the text of a checkpoint of our logs strictly: exactly three lines, since no log here signs more. @throws LedgerError 'checkpoint-invalid' */
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

/**
 * Reads a checkpoint of anybody's log, as a witness must: an origin of any form, and behind the root any number of lines, not empty,
 * that mean nothing to it.
 * @throws LedgerError 'checkpoint-invalid'
 */
export function readAnyCheckpointText(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin = '', size = '', root = ''] = lines;
  if (lines.length < 4 || lines.pop() !== '' || lines.includes(''))
    throw new LedgerError('checkpoint-invalid', 'lines');
  try {
    return { origin, size: parseDecimal(size), root: hashFromBase64(root) };
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
    // Time 0 says that nothing is said of when, and so of what was the largest tree then (c2sp.org/tlog-cosignature).
    cosigned: verified.filter((done) => witnesses.includes(done.key) && done.time !== 0),
  };
}
