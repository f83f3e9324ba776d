import { equalBytes } from '../encoding/bytes.ts';
import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { LedgerError } from '../error.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { formatCheckpointText, parseCheckpointText } from '../note/checkpoint.ts';
import { formatNote, parseNote, parseVkey, signNote, verifyNote } from '../note/note.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';

/** A log's life. `closed`: no further leaf, cosignatures may still come. `frozen`: nothing changes any more, the key may go. */
export type LogLife = 'open' | 'closed' | 'frozen';

/** Name of the public file that says that a log is closed. */
export const CLOSED_PATH = 'closed';

/** A log's own last word: this tree is the last. A larger one signed by the same key is proof of misuse. */
export interface Closing extends Checkpoint {
  /** Unix seconds. */
  readonly closedAt: number;
}

const HEADER = 'hocba.vn/log-closed/v1';

/**
 * The text that is signed: header, `closed <RFC 3339>`, then the three lines of the last checkpoint. Its first line is no origin and
 * it has five lines, so that it can never be shown as a checkpoint.
 * @throws LedgerError 'checkpoint-invalid' | 'closing-invalid'
 */
export function formatClosingText(closing: Closing): string {
  const text = `${HEADER}\nclosed ${formatTime(closing.closedAt)}\n${formatCheckpointText(closing)}`;
  parseClosingText(text);
  return text;
}

function parseClosingText(text: string): Closing {
  const [header, closed = '', ...rest] = text.split('\n');
  const closedAt = closed.startsWith('closed ') ? parseTime(closed.slice('closed '.length)) : null;
  if (header !== HEADER || closedAt === null || closedAt < 1) throw new LedgerError('closing-invalid');
  return { ...parseCheckpointText(rest.join('\n')), closedAt };
}

/** The closing as a note signed by the log's key. @throws LedgerError 'signer-wrong' | 'checkpoint-invalid' */
export async function signClosing(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  closing: Closing,
): Promise<Uint8Array> {
  const text = formatClosingText(closing);
  const signature = await signNote(sha256, ed25519, signer, text);
  if (signature.name !== closing.origin) throw new LedgerError('signer-wrong');
  return formatNote({ text, signatures: [signature] });
}

/**
 * Opens a closing note of the log with this key.
 * @throws LedgerError 'closing-invalid' | 'checkpoint-invalid' | 'origin-wrong' | those of `verifyNote`
 */
export async function openClosing(
  sha256: Sha256,
  ed25519: Ed25519,
  vkey: string,
  bytes: Uint8Array,
): Promise<Closing> {
  const key = parseVkey(sha256, vkey);
  const note = parseNote(bytes);
  await verifyNote(ed25519, note, [key]);
  const closing = parseClosingText(note.text);
  if (closing.origin !== key.name) throw new LedgerError('origin-wrong');
  return closing;
}

/**
 * What a closing says of a checkpoint of the same log: its last one, an earlier one (still to be proven consistent), or one that
 * must not exist.
 */
export function judgeByClosing(
  closing: Closing,
  checkpoint: Checkpoint,
): 'last' | 'earlier' | 'signed-after-close' {
  if (closing.origin !== checkpoint.origin) throw new LedgerError('origin-wrong');
  if (checkpoint.size < closing.size) return 'earlier';
  const same = checkpoint.size === closing.size && equalBytes(checkpoint.root, closing.root);
  return same ? 'last' : 'signed-after-close';
}
