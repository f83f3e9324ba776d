import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { fromBase64, fromUtf8, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { isKeyName } from '../note/note.ts';
import type { Sha256 } from '../ports.ts';
import { documentCommitment } from './issued-core.ts';

/** The key that signs the claims on the prints of one log's records, and when it may. Certified by a leaf `claimKey` of that log. */
export interface ClaimKey {
  /** Origin of the log whose records it speaks for. */
  readonly origin: string;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Unix seconds; the key signs from `from` on and before `until`. */
  readonly from: number;
  readonly until: number;
}

const HEAD = 'hocba.vn/claim-key/v1';
const MAX_LENGTH = 1_024;
/** A claim key is yearly; a little longer, so that summer's second lock is still within. */
const LONGEST = 400 * 86_400;

/**
 * The document behind a leaf `claimKey`: five lines of text, the last ended too.
 * @throws LedgerError 'claim-key-invalid'
 */
export function formatClaimKey(key: ClaimKey): Uint8Array {
  if (!isKeyName(key.origin)) refuse('origin');
  if (key.publicKey.length !== 32) refuse('key');
  if (!Number.isSafeInteger(key.from) || !Number.isSafeInteger(key.until)) refuse('time');
  if (key.from < 1 || key.from >= key.until || key.until - key.from > LONGEST) refuse('time');
  return utf8(
    `${HEAD}\norigin ${key.origin}\nkey ${toBase64(key.publicKey)}\nfrom ${formatTime(key.from)}\nuntil ${formatTime(key.until)}\n`,
  );
}

/**
 * Reads the document strictly: exactly what `formatClaimKey` writes.
 * @throws LedgerError 'claim-key-invalid'
 */
export function parseClaimKey(document: Uint8Array): ClaimKey {
  const text = document.length > MAX_LENGTH ? null : fromUtf8(document);
  const lines = text === null ? null : FORM.exec(text);
  const [, origin, key, from, until] = lines ?? [];
  if (origin === undefined || key === undefined || from === undefined || until === undefined) refuse('form');
  const parsed: ClaimKey = {
    origin,
    publicKey: keyOf(key),
    from: parseTime(from) ?? refuse('time'),
    until: parseTime(until) ?? refuse('time'),
  };
  const again = formatClaimKey(parsed);
  if (again.length !== document.length || !again.every((byte, n) => byte === document[n])) refuse('form');
  return parsed;
}

const FORM = new RegExp(`^${HEAD}\\norigin (\\S+)\\nkey (\\S+)\\nfrom (\\S+)\\nuntil (\\S+)\\n$`);

function keyOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    return refuse('key');
  }
}

/** How a claim names its key: the first four bytes of SHA-256 over the document's name, a line end and the key. */
export function claimKeyId(sha256: Sha256, publicKey: Uint8Array): Uint8Array {
  const head = utf8(`${HEAD}\n`);
  const named = new Uint8Array(head.length + publicKey.length);
  named.set(head);
  named.set(publicKey, head.length);
  return sha256(named).slice(0, 4);
}

/**
 * Commitment of the leaf `claimKey`.
 * @param salt 32 random bytes; not secret here, since the key is published with its proof
 * @throws LedgerError 'claim-key-invalid' | 'commitment-invalid'
 */
export function claimKeyCommitment(sha256: Sha256, key: ClaimKey, salt: Uint8Array): Uint8Array {
  return documentCommitment(sha256, { kind: 'claimKey', salt, digest: sha256(formatClaimKey(key)) });
}

function refuse(detail: string): never {
  throw new LedgerError('claim-key-invalid', detail);
}
