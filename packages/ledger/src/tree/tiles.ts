import { LedgerError } from '../error.ts';
import { HASH_LENGTH } from './merkle.ts';
import { TILE_WIDTH, type TileId } from './tile-path.ts';

/** Most bytes of one entry: its length is a uint16. */
export const MAX_ENTRY_LENGTH = 65_535;

/** Complete hashes at a tile level of a tree: `floor(size / 256^level)`. */
export function hashesAtLevel(size: number, level: number): number {
  let count = size;
  for (let l = 0; l < level && count > 0; l++) count = Math.floor(count / TILE_WIDTH);
  return count;
}

/** Width of tile `index` at `level` in a tree of `size` leaves: 256, 1…255, or 0 when there is none. */
export function tileWidth(size: number, level: number, index: number): number {
  const left = hashesAtLevel(size, level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, left));
}

/** Every hash tile and entry bundle of a tree of `size` leaves: bundles first, then hash tiles level by level. */
export function* tilesForSize(size: number): Generator<TileId> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    yield { level: 'entries', index, width: tileWidth(size, 0, index) };
  }
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    for (let index = 0; tileWidth(size, level, index) > 0; index++) {
      yield { level, index, width: tileWidth(size, level, index) };
    }
  }
}

/** Bytes of a hash tile: its hashes one after the other. */
export function encodeTile(hashes: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(hashes.length * HASH_LENGTH);
  hashes.forEach((hash, i) => {
    if (hash.length !== HASH_LENGTH) throw new LedgerError('hash-length');
    out.set(hash, i * HASH_LENGTH);
  });
  return out;
}

/** Hashes of a tile file of exactly `width` hashes. @throws LedgerError 'tile-invalid' */
export function decodeTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH_LENGTH) throw new LedgerError('tile-invalid');
  return Array.from({ length: width }, (_, i) => bytes.slice(i * HASH_LENGTH, (i + 1) * HASH_LENGTH));
}

/** Bytes of an entry bundle: each entry after its length as a big-endian uint16. @throws LedgerError 'bundle-invalid' */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_LENGTH) throw new LedgerError('bundle-invalid');
    length += 2 + entry.length;
  }
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setUint16(at, entry.length);
    out.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return out;
}

/** Entries of a bundle that must hold exactly `width` of them and nothing after. @throws LedgerError 'bundle-invalid' */
export function decodeEntries(bytes: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < width; i++) {
    if (at + 2 > bytes.length) throw new LedgerError('bundle-invalid');
    const length = view.getUint16(at);
    at += 2;
    if (at + length > bytes.length) throw new LedgerError('bundle-invalid');
    entries.push(bytes.slice(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw new LedgerError('bundle-invalid');
  return entries;
}
