import { concatBytes } from './bytes.ts';
import { fromUtf8, utf8 } from './text.ts';

/** Fields of a binary document, written one after the other. Numbers stand most significant byte first. */
export function uint16Bytes(value: number): Uint8Array {
  const out = new Uint8Array(2);
  new DataView(out.buffer).setUint16(0, value);
  return out;
}

export function uint64Bytes(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}

/** Bytes after their length as uint16. */
export function framed(bytes: Uint8Array): Uint8Array {
  return concatBytes(uint16Bytes(bytes.length), bytes);
}

export function framedText(text: string): Uint8Array {
  return framed(utf8(text));
}

/** Writes such fields into one buffer that grows and is used again. */
export interface FieldWriter {
  /** Starts anew, with these bytes first. */
  begin(first: Uint8Array): void;
  byte(value: number): void;
  /** A safe integer that is not negative. */
  uint64(value: number): void;
  /** Bytes after their length as uint16. */
  framed(bytes: Uint8Array): void;
  /** What stands since `begin`: a view that holds until the next one. */
  written(): Uint8Array;
}

export function fieldWriter(): FieldWriter {
  let out = new Uint8Array(1024);
  let view = new DataView(out.buffer);
  let at = 0;
  function room(length: number): void {
    if (at + length <= out.length) return;
    const larger = new Uint8Array(2 * (at + length));
    larger.set(out);
    out = larger;
    view = new DataView(out.buffer);
  }
  function put(bytes: Uint8Array): void {
    room(bytes.length);
    out.set(bytes, at);
    at += bytes.length;
  }
  return {
    begin(first) {
      at = 0;
      put(first);
    },
    byte(value) {
      room(1);
      view.setUint8(at, value);
      at += 1;
    },
    uint64(value) {
      room(8);
      view.setUint32(at, Math.floor(value / 2 ** 32));
      view.setUint32(at + 4, value % 2 ** 32);
      at += 8;
    },
    framed(bytes) {
      room(2);
      view.setUint16(at, bytes.length);
      at += 2;
      put(bytes);
    },
    written: () => out.subarray(0, at),
  };
}

/** Reads such fields in order. */
export interface FieldReader {
  take(length: number): Uint8Array;
  byte(): number;
  uint16(): number;
  uint64(): bigint;
  framed(): Uint8Array;
  /** Framed UTF-8. */
  text(): string;
  /** Nothing may follow. */
  end(): void;
}

/** @param refuse throws; called with what is wrong when the bytes end too early, too late, or are no UTF-8 */
export function readFields(bytes: Uint8Array, refuse: (detail: string) => never): FieldReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  /** Moves on by `length` bytes; returns where they begin. */
  function skip(length: number): number {
    if (at + length > bytes.length) refuse('too short');
    at += length;
    return at - length;
  }
  function take(length: number): Uint8Array {
    const start = skip(length);
    return bytes.slice(start, start + length);
  }
  const uint16 = () => view.getUint16(skip(2));
  const framedBytes = () => take(uint16());
  return {
    take,
    byte: () => view.getUint8(skip(1)),
    uint16,
    uint64: () => view.getBigUint64(skip(8)),
    framed: framedBytes,
    text: () => fromUtf8(framedBytes()) ?? refuse('not UTF-8'),
    end: () => {
      if (at !== bytes.length) refuse('too long');
    },
  };
}
