import { LedgerError } from '../error.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

const encoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF in the text, so that decoding and encoding again give the same bytes.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes UTF-8; null when the bytes are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const b0 = bytes[i] ?? 0;
    const b1 = bytes[i + 1];
    const b2 = bytes[i + 2];
    out += ALPHABET.charAt(b0 >> 2) + ALPHABET.charAt(((b0 & 3) << 4) | ((b1 ?? 0) >> 4));
    out += b1 === undefined ? '=' : ALPHABET.charAt(((b1 & 15) << 2) | ((b2 ?? 0) >> 6));
    out += b2 === undefined ? '=' : ALPHABET.charAt(b2 & 63);
  }
  return out;
}

/**
 * Decodes standard base64 strictly: padding required, no white space, unused bits zero, so that every byte string has
 * exactly one accepted spelling.
 * @throws LedgerError 'base64-invalid'
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new LedgerError('base64-invalid');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let at = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < digits; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (VALUES[code] ?? -1) : -1;
    if (value < 0) throw new LedgerError('base64-invalid');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw new LedgerError('base64-invalid');
  return out;
}

/** Decodes base64 of exactly one SHA-256 hash. @throws LedgerError 'base64-invalid' */
export function hashFromBase64(text: string): Uint8Array {
  if (text.length !== 44) throw new LedgerError('base64-invalid');
  const hash = fromBase64(text);
  if (hash.length !== 32) throw new LedgerError('base64-invalid');
  return hash;
}

/**
 * Reads an unsigned decimal as logs write sizes and indexes: digits only, no leading zero, at most 2^53 − 1.
 * @throws LedgerError 'decimal-invalid'
 */
export function parseDecimal(text: string): number {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new LedgerError('decimal-invalid');
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new LedgerError('decimal-invalid');
  return value;
}
