import { CanonicalXmlError } from './errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Strict UTF-8 → text; a byte order mark is kept (and so refused by who reads on). */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new CanonicalXmlError('bad-utf8', 0);
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
