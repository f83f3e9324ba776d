/** Byte strings: comparing, joining, hexadecimal. */

/** Node's own codec; a browser has none of that name. */
const native = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;
/** From here on a call of its comparison costs less than going over the octets. */
const LONG = 96;

/** Equality of public values (digests, names, keys); not constant-time, so not for secrets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  // Answers of one responder are of one length and begin alike; what was signed of them lies in the middle.
  const middle = a.length >> 1;
  if (a[middle] !== b[middle]) return false;
  if (native !== undefined && a.length > LONG) return native.compare(a, b) === 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (let i = 0; i < bytes.length; i++) hex += HEX[bytes[i] as number];
  return hex;
}

/** Octets of their own. `slice` of a Buffer gives a view: it changes with the Buffer, and holds the whole file that it is of. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
