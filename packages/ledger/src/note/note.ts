import { concatBytes, equalBytes, toHex } from '../encoding/bytes.ts';
import { fromBase64, fromUtf8, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';

/** Signature types of c2sp.org/signed-note that this package knows. */
export const ED25519_NOTE = 0x01;
export const ED25519_COSIGNATURE = 0x04;
export type KeyType = typeof ED25519_NOTE | typeof ED25519_COSIGNATURE;

/** Default cap of a whole note, in bytes: 16 signatures of nearly 5 kB must be let through, though only ours are verified; and of its lines. */
export const MAX_NOTE_BYTES = 131_072;
export const MAX_NOTE_SIGNATURES = 100;

/** A verifier key: `name+hex(keyID)+base64(type ‖ public key)`. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: string;
  readonly type: KeyType;
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** First four bytes, as eight hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A key name is not empty and holds neither Unicode spaces nor `+`. */
export function isKeyName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  return name !== '' && !/[\p{White_Space}+\u0000-\u001f]/u.test(name) && name.isWellFormed();
}

function keyIdOf(sha256: Sha256, name: string, type: number, publicKey: Uint8Array): string {
  const digest = sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return toHex(digest.subarray(0, 4));
}

/** Makes a verifier key from a raw 32-byte Ed25519 key. @throws LedgerError 'name-invalid' | 'vkey-invalid' */
export function verifierKey(sha256: Sha256, name: string, type: KeyType, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new LedgerError('name-invalid');
  if (publicKey.length !== 32) throw new LedgerError('vkey-invalid');
  return { name, keyId: keyIdOf(sha256, name, type, publicKey), type, publicKey };
}

export function formatVkey(key: VerifierKey): string {
  return `${key.name}+${key.keyId}+${toBase64(concatBytes(Uint8Array.of(key.type), key.publicKey))}`;
}

/** Reads a vkey; its key id must be the one computed from name, type and key. @throws LedgerError 'vkey-invalid' */
export function parseVkey(sha256: Sha256, text: string): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const name = match?.[1] ?? '';
  if (match === null || !isKeyName(name)) throw new LedgerError('vkey-invalid');
  let material: Uint8Array;
  try {
    material = fromBase64(match[3] ?? '');
  } catch {
    throw new LedgerError('vkey-invalid');
  }
  const type = material[0];
  if (material.length !== 33 || (type !== ED25519_NOTE && type !== ED25519_COSIGNATURE)) {
    throw new LedgerError('vkey-invalid');
  }
  const key = verifierKey(sha256, name, type, material.slice(1));
  if (key.keyId !== match[2]) throw new LedgerError('vkey-invalid');
  return key;
}

/** Whether a text may be signed as a note: ends with newline, well-formed, no control character but newline. */
function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

function parseSignatureLine(line: string): NoteSignature {
  const match = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line);
  const name = match?.[1] ?? '';
  if (match === null || !isKeyName(name)) throw new LedgerError('note-invalid', 'signature line');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(match[2] ?? '');
  } catch {
    throw new LedgerError('note-invalid', 'signature base64');
  }
  if (bytes.length < 5) throw new LedgerError('note-invalid', 'signature length');
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

/** One signature line, with its newline. */
export function formatSignatureLine(signature: NoteSignature): string {
  const id = Uint8Array.from(signature.keyId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return `\u2014 ${signature.name} ${toBase64(concatBytes(id, signature.signature))}\n`;
}

/**
 * Parses a signed note (c2sp.org/signed-note): nothing is verified yet, so the text must not be used.
 * @param maxBytes cap of the whole note
 * @throws LedgerError 'note-invalid'
 */
export function parseNote(bytes: Uint8Array, maxBytes: number = MAX_NOTE_BYTES): Note {
  if (bytes.length > maxBytes) throw new LedgerError('note-invalid', 'too long');
  const whole = fromUtf8(bytes);
  if (whole === null) throw new LedgerError('note-invalid', 'not UTF-8');
  if (!isNoteText(whole)) throw new LedgerError('note-invalid', 'characters');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) throw new LedgerError('note-invalid', 'no empty line');
  const lines = whole.slice(split + 2, -1).split('\n');
  if (split + 2 >= whole.length) throw new LedgerError('note-invalid', 'no signature');
  if (lines.length > MAX_NOTE_SIGNATURES) throw new LedgerError('note-invalid', 'too many signatures');
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

export function formatNote(note: Note): Uint8Array {
  return utf8(`${note.text}\n${note.signatures.map(formatSignatureLine).join('')}`);
}

/** What an Ed25519 cosignature signs (c2sp.org/tlog-cosignature). `time` in unix seconds. */
export function cosignedMessage(time: number, checkpointText: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${checkpointText}`);
}

/** Splits the signature of type 0x04 into its time and its 64 bytes. @throws LedgerError 'cosignature-invalid' */
export function parseCosignature(signature: Uint8Array): { time: number; signature: Uint8Array } {
  if (signature.length !== 72) throw new LedgerError('cosignature-invalid');
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) throw new LedgerError('cosignature-invalid');
  return { time: Number(time), signature: signature.slice(8) };
}

/** A signature that was verified, and for a cosignature the time it states (unix seconds). */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly time: number | null;
}

async function verifyOne(ed25519: Ed25519, key: VerifierKey, text: string, signature: Uint8Array) {
  if (key.type === ED25519_NOTE) {
    const valid = signature.length === 64 && (await ed25519.verify(key.publicKey, utf8(text), signature));
    return { valid, time: null };
  }
  const cosignature = parseCosignature(signature);
  const message = cosignedMessage(cosignature.time, text);
  return {
    valid: await ed25519.verify(key.publicKey, message, cosignature.signature),
    time: cosignature.time,
  };
}

/**
 * Verifies a parsed note against known keys. Lines of unknown (name, id) are ignored; a line of a known key that fails, or comes
 * twice, condemns the whole note; at least one must verify.
 * @throws LedgerError 'note-signature-wrong' | 'note-unsigned' | 'cosignature-invalid'
 */
export async function verifyNote(
  ed25519: Ed25519,
  note: Note,
  keys: readonly VerifierKey[],
): Promise<readonly VerifiedSignature[]> {
  const verified: VerifiedSignature[] = [];
  for (const line of note.signatures) {
    const key = keys.find((known) => known.name === line.name && known.keyId === line.keyId);
    if (key === undefined) continue;
    if (verified.some((done) => done.key === key)) throw new LedgerError('note-signature-wrong', 'twice');
    const { valid, time } = await verifyOne(ed25519, key, note.text, line.signature);
    if (valid !== true) throw new LedgerError('note-signature-wrong', line.name);
    verified.push({ key, time });
  }
  if (verified.length === 0) throw new LedgerError('note-unsigned');
  return verified;
}

/**
 * Signs a text (it must end with a newline) with one key of type 0x01, and verifies the signature before giving it out, because a
 * wrong one from a broken token must never be published.
 * @throws LedgerError 'note-invalid' | 'signer-wrong'
 */
export async function signNote(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  text: string,
): Promise<NoteSignature> {
  if (!isNoteText(text)) throw new LedgerError('note-invalid', 'characters');
  const key = parseVkey(sha256, signer.vkey);
  if (key.type !== ED25519_NOTE) throw new LedgerError('signer-wrong');
  const signature = await signer.sign(utf8(text));
  if (signature.length !== 64 || (await ed25519.verify(key.publicKey, utf8(text), signature)) !== true) {
    throw new LedgerError('signer-wrong');
  }
  return { name: key.name, keyId: key.keyId, signature };
}

/** A witness's cosignature of a checkpoint's text at `time` (unix seconds), verified before it is given out. */
export async function cosign(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  checkpointText: string,
  time: number,
): Promise<NoteSignature> {
  const key = parseVkey(sha256, signer.vkey);
  if (key.type !== ED25519_COSIGNATURE) throw new LedgerError('signer-wrong');
  if (!isNoteText(checkpointText)) throw new LedgerError('note-invalid');
  if (!Number.isSafeInteger(time) || time < 0) throw new LedgerError('cosignature-invalid');
  const message = cosignedMessage(time, checkpointText);
  const signature = await signer.sign(message);
  if (signature.length !== 64 || (await ed25519.verify(key.publicKey, message, signature)) !== true) {
    throw new LedgerError('signer-wrong');
  }
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return { name: key.name, keyId: key.keyId, signature: concatBytes(stamp, signature) };
}

/** Whether two keys hold the same public key, whatever their names (c2sp.org/tlog-policy calls such vkeys duplicate). */
export function samePublicKey(a: VerifierKey, b: VerifierKey): boolean {
  return equalBytes(a.publicKey, b.publicKey);
}
