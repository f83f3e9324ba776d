import { crc32 } from './checksum.ts';
import { FormError } from './error.ts';
import { inflate } from './pdf/inflate.ts';

/** Pixels as red, green, blue, alpha, a byte each, row by row. */
export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8Array;
  /** Whether the file itself tells how opaque each pixel is. */
  transparent: boolean;
}

/** First octets of every PNG (ISO/IEC 15948 §5.2). */
export const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const LARGEST_FILE = 1024 * 1024;
/** 600 dpi over the seal's 36 mm, and some more. */
const LONGEST_SIDE = 1200;
/** Samples of a pixel by colour type (ISO/IEC 15948 §11.2.2); palettes are not taken. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

const invalid = (why: string): FormError => new FormError('input-invalid', `not a PNG that is taken: ${why}`);

/**
 * Reads a PNG of 8 bits a sample, gray or colour, with or without alpha, not interlaced (ISO/IEC 15948). Only the pixels come out:
 * what else the file says, and whatever stands behind its end, goes no further. Every checksum is tested. Throws FormError `input-invalid`.
 */
export function readPng(bytes: Uint8Array): Pixels {
  if (bytes.length > LARGEST_FILE) throw invalid('too large');
  if (bytes.length < 8 || PNG_SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw invalid('another format');
  const chunks = [...chunksOf(bytes)];
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw invalid('no header');
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, type = 0, ...rest] = first.data.subarray(8);
  if (width === 0 || height === 0 || width > LONGEST_SIDE || height > LONGEST_SIDE) throw invalid('its size');
  const samples = SAMPLES[type];
  if (samples === undefined || depth !== 8 || rest.some((byte) => byte !== 0)) throw invalid('its kind');
  const parts = chunks.filter((c) => c.type === 'IDAT');
  if (chunks.some((c) => /^[A-Z]/.test(c.type) && !['IHDR', 'IDAT', 'IEND', 'PLTE'].includes(c.type)))
    throw invalid('an unknown part');
  const packed = new Uint8Array(parts.reduce((sum, c) => sum + c.data.length, 0));
  let at = 0;
  for (const { data } of parts) {
    packed.set(data, at);
    at += data.length;
  }
  const rows = unpacked(packed, height * (1 + width * samples));
  return { width, height, rgba: pixelsOf(rows, width, height, samples), transparent: type >= 4 };
}

function* chunksOf(bytes: Uint8Array): Generator<{ type: string; data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw invalid('cut off');
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw invalid('cut off');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw invalid('an unknown part');
    if (view.getUint32(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length)))
      throw invalid('a checksum');
    yield { type, data: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
    if (type !== 'IEND') continue;
    if (at !== bytes.length) throw invalid('something behind its end');
    return;
  }
}

function unpacked(packed: Uint8Array, length: number): Uint8Array {
  try {
    const rows = inflate(packed, length);
    if (rows.length === length) return rows;
  } catch {
    throw invalid('its pixels');
  }
  throw invalid('its pixels');
}

/** Undoes the filter of each row (§9.2) and spreads the samples over four bytes a pixel. */
function pixelsOf(rows: Uint8Array, width: number, height: number, samples: number): Uint8Array {
  const row = width * samples;
  const plain = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (row + 1)] ?? 0;
    if (filter > 4) throw invalid('its pixels');
    for (let x = 0; x < row; x++) {
      const left = x < samples ? 0 : (plain[y * row + x - samples] ?? 0);
      const up = y === 0 ? 0 : (plain[(y - 1) * row + x] ?? 0);
      const corner = y === 0 || x < samples ? 0 : (plain[(y - 1) * row + x - samples] ?? 0);
      const guess = predicted(filter, left, up, corner);
      plain[y * row + x] = (rows[y * (row + 1) + 1 + x] ?? 0) + guess;
    }
  }
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const at = i * samples;
    const gray = plain[at] ?? 0;
    const colour = samples >= 3;
    rgba[4 * i] = gray;
    rgba[4 * i + 1] = colour ? (plain[at + 1] ?? 0) : gray;
    rgba[4 * i + 2] = colour ? (plain[at + 2] ?? 0) : gray;
    rgba[4 * i + 3] = samples % 2 === 0 ? (plain[at + samples - 1] ?? 0) : 255;
  }
  return rgba;
}

/** What a filter takes a sample for, from its neighbours (§9.2). */
function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  return filter === 4 ? paeth(left, up, corner) : 0;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const a = Math.abs(guess - left);
  const b = Math.abs(guess - up);
  const c = Math.abs(guess - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
