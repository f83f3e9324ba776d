/** RFC 4648 base64 in its one canonical spelling: no white space, full padding, unused bits zero. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ENCODE = Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0));
const DECODE: Int8Array = (() => {
  const table = new Int8Array(256).fill(-1);
  for (let i = 0; i < 64; i++) table[ALPHABET.charCodeAt(i)] = i;
  return table;
})();
const PAD = '='.charCodeAt(0);
const ascii = new TextDecoder('latin1');

/** Node's own codec, many times quicker; a browser has none of that name. */
const native = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;

export const toBase64: (bytes: Uint8Array) => string =
  native === undefined
    ? encodePlainly
    : (bytes) => native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** Bytes of canonical base64, or null for any other spelling: two spellings of one value would be malleable. */
export const fromBase64: (text: string) => Uint8Array | null =
  native === undefined
    ? decodePlainly
    : (text) =>
        // Of a character beyond ASCII the codec would take the low octet.
        native.byteLength(text) === text.length ? decodeNarrow(native, text) : null;

/** `fromBase64` by the codec, for a text of characters that are an octet each: those beyond ASCII it passes over. */
function decodeNarrow(codec: typeof Buffer, text: string): Uint8Array | null {
  const { length } = text;
  if (length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = codec.from(text, 'base64');
  // The codec passes over what is not base64 and ends at the first padding: then there are fewer octets. It also takes
  // the alphabet for URLs, and bits that belong to no octet.
  if (bytes.length !== (length / 4) * 3 - padding || text.includes('-') || text.includes('_')) return null;
  if (padding > 0 && spareBits(text.charCodeAt(length - padding - 1), padding)) return null;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** True if the last digit before the padding has bits set that belong to no octet. */
const spareBits = (digit: number, padding: number): boolean =>
  ((DECODE[digit] ?? -1) & (padding === 2 ? 15 : 3)) !== 0;

/** What `toBase64` is where there is no codec. */
export function encodePlainly(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let o = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[o++] = ENCODE[group >> 18] ?? 0;
    out[o++] = ENCODE[(group >> 12) & 63] ?? 0;
    out[o++] = i + 1 < bytes.length ? (ENCODE[(group >> 6) & 63] ?? 0) : PAD;
    out[o++] = i + 2 < bytes.length ? (ENCODE[group & 63] ?? 0) : PAD;
  }
  return ascii.decode(out);
}

/** Up to here (a digest, a value of P-256) a text costs more to make than to go over. */
const SHORT = 128;

/** What `fromBase64` is for the ASCII that stands between two offsets. */
export function fromBase64Octets(bytes: Uint8Array, from: number, to: number): Uint8Array | null {
  return native === undefined || to - from <= SHORT
    ? decodeOctets(bytes, from, to)
    : decodeNarrow(native, native.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'));
}

/** What `fromBase64` is where there is no codec. */
export function decodePlainly(text: string): Uint8Array | null {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 128) return null;
    octets[i] = c;
  }
  return decodeOctets(octets, 0, octets.length);
}

function decodeOctets(text: Uint8Array, from: number, to: number): Uint8Array | null {
  const length = to - from;
  if (length % 4 !== 0) return null;
  const padding = length === 0 || text[to - 1] !== PAD ? 0 : text[to - 2] === PAD ? 2 : 1;
  const bytes = new Uint8Array((length / 4) * 3 - padding);
  const whole = padding === 0 ? to : to - 4;
  let o = 0;
  for (let i = from; i < whole; i += 4) {
    const group = fourDigits(text, i);
    if (group < 0) return null;
    bytes[o++] = group >> 16;
    bytes[o++] = (group >> 8) & 255;
    bytes[o++] = group & 255;
  }
  let group = 0;
  for (let i = whole; i < to - padding; i++) {
    const digit = DECODE[text[i] as number] as number;
    if (digit < 0) return null;
    group = (group << 6) | digit;
  }
  if (padding === 1) {
    if ((group & 3) !== 0) return null;
    bytes[o++] = group >> 10;
    bytes[o++] = (group >> 2) & 255;
  } else if (padding === 2) {
    if ((group & 15) !== 0) return null;
    bytes[o++] = group >> 4;
  }
  return bytes;
}

/** The number that four digits stand for, negative if one of them is none. */
const fourDigits = (text: Uint8Array, at: number): number =>
  ((DECODE[text[at] as number] as number) << 18) |
  ((DECODE[text[at + 1] as number] as number) << 12) |
  ((DECODE[text[at + 2] as number] as number) << 6) |
  (DECODE[text[at + 3] as number] as number);
