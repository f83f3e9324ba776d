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

/** Node's own look at it, many times quicker than decoding; a browser has none. */
const nativeIsUtf8 = (
  globalThis as { readonly process?: Partial<Pick<NodeJS.Process, 'getBuiltinModule'>> }
).process?.getBuiltinModule?.('node:buffer').isUtf8;

/** Refuses bytes that are not well-formed UTF-8 (Unicode 15, table 3-7). */
export function assertUtf8(bytes: Uint8Array): void {
  if (nativeIsUtf8 === undefined) decodeUtf8(bytes);
  else if (!nativeIsUtf8(bytes)) throw new CanonicalXmlError('bad-utf8', 0);
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Node's own codec, many times quicker for short texts; a browser has none of that name. */
const native = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;

/** What reads text out of `bytes` between two offsets, where UTF-8 was found well-formed already. */
export function textWithin(bytes: Uint8Array): (start: number, end: number) => string {
  if (native === undefined) return (start, end) => decoder.decode(bytes.subarray(start, end));
  const view = native.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return (start, end) => view.toString('utf8', start, end);
}
