/** Bytes as text with one character an octet, and back: PDF's objects between its streams. */

const CHUNK = 8_192;
/** Node's own codec; a browser has none of that name. */
const native = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;
/** From here on a call of it costs less than going over the octets. */
const LONG = 24;

export function latin1(bytes: Uint8Array, from = 0, to = bytes.length): string {
  if (native !== undefined && to - from > LONG)
    return native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', from, to);
  let text = '';
  for (let at = from; at < to; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + CHUNK, to)));
  return text;
}

export function octets(text: string): Uint8Array {
  if (native !== undefined && text.length > LONG) {
    const { buffer, byteOffset, length } = native.from(text, 'latin1');
    return new Uint8Array(buffer, byteOffset, length);
  }
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Writes octets in lower-case hexadecimal from `at` on; returns the offset behind them. */
export function writeHex(into: Uint8Array, at: number, bytes: Uint8Array): number {
  let end = at;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i] as number;
    into[end++] = DIGITS[octet >> 4] as number;
    into[end++] = DIGITS[octet & 15] as number;
  }
  return end;
}

/** Offset of an ASCII word at or behind `from`; -1 if there is none. */
export function find(bytes: Uint8Array, word: string, from: number): number {
  const wanted = octets(word);
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let n = 1;
    while (n < wanted.length && bytes[at + n] === wanted[n]) n++;
    if (n === wanted.length) return at;
  }
  return -1;
}
