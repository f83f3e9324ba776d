import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import type { LogStorage, Sha256 } from '../ports.ts';
import { emptyRoot, leafHash, merkleRoot, nodeHash } from './merkle.ts';
import { readEntries, readTile } from './reader.ts';
import { TILE_WIDTH, tilePath } from './tile-path.ts';
import { encodeEntries, encodeTile, hashesAtLevel } from './tiles.ts';

/** One file of the log, by its path below the log's prefix. */
export interface LogFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The right edge of a tree: what is needed to append. `levels[l]` holds the hashes of the partial tile at level l (0…255 of
 * them), `entries` the entries of the partial bundle. Together the hashes determine the root, so an edge that gives the signed
 * root holds no wrong hash.
 */
export interface TreeEdge {
  readonly size: number;
  readonly levels: readonly (readonly Uint8Array[])[];
  readonly entries: readonly Uint8Array[];
}

export const EMPTY_EDGE: TreeEdge = { size: 0, levels: [], entries: [] };

/** Root of the tree with this edge: the partial tiles' subtrees joined from the right, lowest level first. */
export function edgeRoot(sha256: Sha256, edge: TreeEdge): Uint8Array {
  let root: Uint8Array | null = null;
  for (const hashes of edge.levels) {
    let end = hashes.length;
    for (let width = 1; width < TILE_WIDTH && end > 0; width *= 2) {
      // The binary digits of the width are the sizes of the whole subtrees, smallest at the right.
      if (Math.floor(hashes.length / width) % 2 === 0) continue;
      const part = merkleRoot(sha256, hashes.slice(end - width, end));
      root = root === null ? part : nodeHash(sha256, part, root);
      end -= width;
    }
  }
  return root ?? emptyRoot(sha256);
}

/** Reads the right edge of a tree of `size` leaves from storage, unproven. @throws LedgerError 'tile-missing' | 'tile-invalid' | 'bundle-invalid' */
export async function readEdge(storage: LogStorage, size: number): Promise<TreeEdge> {
  const levels: Uint8Array[][] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    const count = hashesAtLevel(size, level);
    levels.push(
      count % TILE_WIDTH === 0 ? [] : await readTile(storage, size, level, Math.floor(count / TILE_WIDTH)),
    );
  }
  const partial = size % TILE_WIDTH !== 0;
  const entries = partial ? await readEntries(storage, size, Math.floor(size / TILE_WIDTH)) : [];
  return { size, levels, entries };
}

/**
 * Reads the right edge and proves it: its hashes must give `root`, its entries must hash to its leaf hashes. So a byte that
 * flipped in what the next tree is built on is found before anything is signed.
 * @throws LedgerError 'root-mismatch' | 'entries-mismatch' and those of `readEdge`
 */
export async function readProvenEdge(
  sha256: Sha256,
  storage: LogStorage,
  size: number,
  root: Uint8Array,
): Promise<TreeEdge> {
  const edge = await readEdge(storage, size);
  if (!equalBytes(edgeRoot(sha256, edge), root))
    throw new LedgerError('root-mismatch', `tiles at size ${size}`);
  const leaves = edge.levels[0] ?? [];
  edge.entries.forEach((entry, i) => {
    const hash = leaves[i];
    if (hash === undefined || !equalBytes(leafHash(sha256, entry), hash)) {
      throw new LedgerError('entries-mismatch', `entry ${size - edge.entries.length + i}`);
    }
  });
  return edge;
}

/** Cuts `items` into full tiles and a rest, and names the files. `first` is the index of the first tile. */
function cut<T>(
  items: readonly T[],
  first: number,
  level: number | 'entries',
  encode: (part: readonly T[]) => Uint8Array,
): { files: LogFile[]; full: (readonly T[])[]; rest: readonly T[] } {
  const files: LogFile[] = [];
  const full: (readonly T[])[] = [];
  let at = 0;
  for (; at + TILE_WIDTH <= items.length; at += TILE_WIDTH) {
    const part = items.slice(at, at + TILE_WIDTH);
    files.push({
      path: tilePath({ level, index: first + full.length, width: TILE_WIDTH }),
      bytes: encode(part),
    });
    full.push(part);
  }
  const rest = items.slice(at);
  if (rest.length > 0) {
    files.push({
      path: tilePath({ level, index: first + full.length, width: rest.length }),
      bytes: encode(rest),
    });
  }
  return { files, full, rest };
}

/**
 * Appends entries to a tree: pure. Only full tiles are hashed into the level above; a partial tile is written as it stands.
 * @param edge right edge of the tree so far (proven by the caller)
 * @param newEntries data of the new leaves, in order
 * @returns the files to write (entries first, then tiles from level 0 up), the new edge and the new root
 */
export function integrate(
  sha256: Sha256,
  edge: TreeEdge,
  newEntries: readonly Uint8Array[],
): { files: LogFile[]; edge: TreeEdge; root: Uint8Array } {
  const size = edge.size + newEntries.length;
  if (!Number.isSafeInteger(size)) throw new LedgerError('index-out-of-range');
  if (newEntries.length === 0) return { files: [], edge, root: edgeRoot(sha256, edge) };
  const bundles = cut(
    [...edge.entries, ...newEntries],
    Math.floor(edge.size / TILE_WIDTH),
    'entries',
    encodeEntries,
  );
  const files = bundles.files;
  const levels: (readonly Uint8Array[])[] = [];
  let added: readonly Uint8Array[] = newEntries.map((entry) => leafHash(sha256, entry));
  for (let level = 0; added.length > 0 || level < edge.levels.length; level++) {
    const before = edge.levels[level] ?? [];
    if (added.length === 0) {
      levels.push(before);
      continue;
    }
    const first = Math.floor(hashesAtLevel(edge.size, level) / TILE_WIDTH);
    const tiles = cut([...before, ...added], first, level, encodeTile);
    files.push(...tiles.files);
    levels.push(tiles.rest);
    added = tiles.full.map((hashes) => merkleRoot(sha256, hashes));
  }
  const next: TreeEdge = { size, levels, entries: bundles.rest };
  return { files, edge: next, root: edgeRoot(sha256, next) };
}
