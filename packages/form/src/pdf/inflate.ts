import { Unzlib } from 'fflate';
import { AttachmentError } from './error.ts';

const CHUNK = 4096;

/** zlib data (RFC 1950) with its checksum tested, never more than `limit` bytes however small the input looks. */
export function inflate(data: Uint8Array, limit: number): Uint8Array {
  if (data.length < 8) throw new AttachmentError('malformed');
  const parts: Uint8Array[] = [];
  let total = 0;
  const decoder = new Unzlib((part) => {
    total += part.length;
    if (total > limit) throw new AttachmentError('too-large');
    parts.push(part.slice());
  });
  try {
    for (let i = 0; i < data.length; i += CHUNK) {
      decoder.push(data.subarray(i, i + CHUNK), i + CHUNK >= data.length);
    }
  } catch (error) {
    throw error instanceof AttachmentError ? error : new AttachmentError('malformed');
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  if (adler32(bytes) !== new DataView(data.buffer, data.byteOffset, data.length).getUint32(data.length - 4)) {
    throw new AttachmentError('malformed');
  }
  return bytes;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < bytes.length; ) {
    const end = Math.min(i + 3800, bytes.length);
    for (; i < end; i++) {
      a += bytes[i] ?? 0;
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return b * 65_536 + a;
}
