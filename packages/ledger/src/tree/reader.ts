import { LedgerError } from '../error.ts';
import type { LogStorage, Sha256 } from '../ports.ts';
import { emptyRoot, HASH_LENGTH, nodeHash, splitPoint } from './merkle.ts';
import { consistencyProof, inclusionProof } from './proof.ts';
import { TILE_WIDTH, tilePath } from './tile-path.ts';
import { decodeEntries, decodeTile, tileWidth } from './tiles.ts';

/** Tiles kept in memory by one reader: 1,024 × 8 kB. */
const CACHED_TILES = 1024;

/**
 * The file of a tile of a tree of `size` leaves: the partial one that this size needs, else the full one which may have taken
 * its place since. Null when neither is there.
 */
async function readTileFile(
  storage: LogStorage,
  level: number | 'entries',
  index: number,
  width: number,
): Promise<{ bytes: Uint8Array; width: number; path: string } | null> {
  const path = tilePath({ level, index, width });
  const bytes = await storage.read(path);
  if (bytes !== null) return { bytes, width, path };
  if (width === TILE_WIDTH) return null;
  const fullPath = tilePath({ level, index, width: TILE_WIDTH });
  const full = await storage.read(fullPath);
  return full === null ? null : { bytes: full, width: TILE_WIDTH, path: fullPath };
}

/**
 * Hashes of tile `index` at `level` in the tree of `size` leaves, as stored (not yet proven by anything).
 * @throws LedgerError 'tile-missing' | 'tile-invalid' with the file's path
 */
export async function readTile(
  storage: LogStorage,
  size: number,
  level: number,
  index: number,
): Promise<Uint8Array[]> {
  const width = tileWidth(size, level, index);
  if (width === 0) throw new LedgerError('index-out-of-range');
  const file = await readTileFile(storage, level, index, width);
  if (file === null) throw new LedgerError('tile-missing', tilePath({ level, index, width }));
  if (file.bytes.length !== file.width * HASH_LENGTH) throw new LedgerError('tile-invalid', file.path);
  return decodeTile(file.bytes.subarray(0, width * HASH_LENGTH), width);
}

/**
 * Entries of bundle `index` in the tree of `size` leaves, as stored.
 * @throws LedgerError 'tile-missing' | 'bundle-invalid' with the file's path
 */
export async function readEntries(storage: LogStorage, size: number, index: number): Promise<Uint8Array[]> {
  const width = tileWidth(size, 0, index);
  if (width === 0) throw new LedgerError('index-out-of-range');
  const file = await readTileFile(storage, 'entries', index, width);
  if (file === null) throw new LedgerError('tile-missing', tilePath({ level: 'entries', index, width }));
  try {
    return decodeEntries(file.bytes, file.width).slice(0, width);
  } catch {
    throw new LedgerError('bundle-invalid', file.path);
  }
}

/** Hashes and proofs of one tree size, read from tiles. Nothing here is proven: the caller verifies against a root. */
export interface TreeReader {
  readonly size: number;
  leafHash(index: number): Promise<Uint8Array>;
  /** Root of the first `size` leaves, any size up to this reader's. */
  root(size: number): Promise<Uint8Array>;
  /** In the tree of the first `upTo` leaves; of all of them unless said. */
  inclusion(index: number, upTo?: number): Promise<Uint8Array[]>;
  /** Consistency from `first` to this reader's size. */
  consistency(first: number): Promise<Uint8Array[]>;
}

/** Root of `count` (a power of two) hashes of one tile from `first` on, a multiple of it. */
type TileTree = (first: number, count: number) => Uint8Array;

/** A tile is a tree eight levels high of which only the lowest is stored; what is computed of the others is kept. */
function tileTree(sha256: Sha256, hashes: readonly Uint8Array[]): TileTree {
  const inner = new Map<number, Uint8Array>();
  const at: TileTree = (first, count) => {
    if (count === 1) {
      const hash = hashes[first];
      if (hash === undefined) throw new LedgerError('index-out-of-range');
      return hash;
    }
    const key = first * 512 + count;
    const known = inner.get(key);
    if (known !== undefined) return known;
    const hash = nodeHash(sha256, at(first, count / 2), at(first + count / 2, count / 2));
    inner.set(key, hash);
    return hash;
  };
  return at;
}

/** A reader over the tiles of a tree of `size` leaves; keeps tiles it has read. */
export function treeReader(sha256: Sha256, storage: LogStorage, size: number): TreeReader {
  const cache = new Map<string, Promise<TileTree>>();

  function tile(level: number, index: number): Promise<TileTree> {
    const key = `${level}/${index}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    if (cache.size >= CACHED_TILES) cache.clear();
    const read = readTile(storage, size, level, index).then((hashes) => tileTree(sha256, hashes));
    cache.set(key, read);
    read.catch(() => cache.delete(key));
    return read;
  }

  /** Root of the whole subtree of `width` (a power of two) leaves that starts at `start` (a multiple of it). */
  async function subtree(start: number, width: number): Promise<Uint8Array> {
    let level = 0;
    let span = 1;
    while (span * TILE_WIDTH <= width) {
      span *= TILE_WIDTH;
      level++;
    }
    const first = start / span;
    const inTile = await tile(level, Math.floor(first / TILE_WIDTH));
    return inTile(first % TILE_WIDTH, width / span);
  }

  async function range(start: number, end: number): Promise<Uint8Array> {
    const width = end - start;
    if (width === 0) return emptyRoot(sha256);
    const split = width === 1 ? 1 : splitPoint(width);
    if (width === 1 || split * 2 === width) return subtree(start, width);
    return nodeHash(sha256, await subtree(start, split), await range(start + split, end));
  }

  return {
    size,
    leafHash: async (index) => {
      if (!Number.isSafeInteger(index) || index < 0 || index >= size)
        throw new LedgerError('index-out-of-range');
      return subtree(index, 1);
    },
    root: async (upTo) => {
      if (!Number.isSafeInteger(upTo) || upTo < 0 || upTo > size) throw new LedgerError('index-out-of-range');
      return range(0, upTo);
    },
    inclusion: async (index, upTo = size) => {
      if (!Number.isSafeInteger(upTo) || upTo > size) throw new LedgerError('index-out-of-range');
      return inclusionProof(range, index, upTo);
    },
    consistency: (first) => consistencyProof(range, first, size),
  };
}
