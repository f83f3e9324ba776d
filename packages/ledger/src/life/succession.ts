import { equalBytes } from '../encoding/bytes.ts';
import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { type Checkpoint, formatCheckpointText, parseCheckpointText } from '../note/checkpoint.ts';
import { formatNote, isKeyName, parseNote, parseVkey, signNote, verifyNote } from '../note/note.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';

/**
 * What is said when a log's key may be in wrong hands: the last tree of the old log that is believed (the last one that its witnesses
 * had cosigned), and the log that goes on. The new log signs it, logs it as a statement, and publishes it; whoever verifies believes
 * it by the trust bundle, not by this signature alone.
 */
export interface Succession {
  /** The last tree of the old log that is believed; its root holds every leaf that stays proven. */
  readonly last: Checkpoint;
  /** Origin of the log that goes on. */
  readonly next: string;
  /** Unix seconds from which the old key is not believed any more. */
  readonly since: number;
}

/** Name of the public file that says so, in the folders of both logs. */
export const SUCCESSION_PATH = 'succession';

const HEADER = 'hocba.vn/log-succession/v1';
/** First bytes of the document. */
export const SUCCESSION_HEADER = utf8(`${HEADER}\n`);

function textOf({ last, next, since }: Succession): string {
  return `${HEADER}\nsince ${formatTime(since)}\nnext ${next}\n${formatCheckpointText(last)}`;
}

function readText(text: string): Succession {
  const [header, since = '', next = '', ...rest] = text.split('\n');
  const time = since.startsWith('since ') ? parseTime(since.slice('since '.length)) : null;
  if (header !== HEADER || time === null || !next.startsWith('next ')) refuse('form');
  const origin = next.slice('next '.length);
  const last = parseCheckpointText(rest.join('\n'));
  if (!isKeyName(origin) || origin === last.origin) refuse('next');
  return { last, next: origin, since: time };
}

function refuse(detail: string): never {
  throw new LedgerError('succession-invalid', detail);
}

/** The document: a note signed by the new log's key. @throws LedgerError 'succession-invalid' | 'signer-wrong' */
export async function signSuccession(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  succession: Succession,
): Promise<Uint8Array> {
  const text = textOf(succession);
  readText(text);
  const signature = await signNote(sha256, ed25519, signer, text);
  if (signature.name !== succession.next) throw new LedgerError('signer-wrong');
  return formatNote({ text, signatures: [signature] });
}

/** Opens such a document. @param vkey the new log's key @throws LedgerError 'succession-invalid' | those of `verifyNote` */
export async function openSuccession(
  sha256: Sha256,
  ed25519: Ed25519,
  vkey: string,
  bytes: Uint8Array,
): Promise<Succession> {
  const key = parseVkey(sha256, vkey);
  const note = parseNote(bytes);
  await verifyNote(ed25519, note, [key]);
  const succession = readText(note.text);
  if (succession.next !== key.name) throw new LedgerError('origin-wrong');
  return succession;
}

/**
 * What the end of a log's trust says of a checkpoint of it: the last believed tree itself, an earlier one (whoever holds the key can
 * sign a false small tree too: without witnesses or a consistency proof nothing tells), or one that only the stolen key vouches for.
 */
export function judgeBySuccession(
  last: Checkpoint,
  checkpoint: Checkpoint,
): 'last' | 'earlier' | 'after-theft' {
  if (last.origin !== checkpoint.origin) throw new LedgerError('origin-wrong');
  if (checkpoint.size < last.size) return 'earlier';
  return checkpoint.size === last.size && equalBytes(checkpoint.root, last.root) ? 'last' : 'after-theft';
}
