import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import type { LogStorage, Sha256 } from '../ports.ts';
import { type LogFile, readProvenEdge } from './integrate.ts';
import { leafHash, merkleRoot } from './merkle.ts';
import { readEntries, readTile } from './reader.ts';
import { parseTilePath, TILE_WIDTH } from './tile-path.ts';

/**
 * That files are those of a signed tree, before they are written for ever: with what is stored already the right edge gives the root, a full
 * tile's root is the hash in the tile above it, and a bundle's entries hash to their tile. One that is not would lie in the way of the right one.
 * @throws LedgerError as `readProvenEdge`; 'root-mismatch' | 'entries-mismatch' with the file's path
 */
export async function requireFilesOfTree(
  sha256: Sha256,
  stored: LogStorage,
  files: readonly LogFile[],
  { size, root }: { readonly size: number; readonly root: Uint8Array },
): Promise<void> {
  const coming = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const storage: LogStorage = {
    ...stored,
    read: async (path) => coming.get(path) ?? (await stored.read(path)),
  };
  await readProvenEdge(sha256, storage, size, root);
  for (const { path } of files) {
    const { level, index, width } = parseTilePath(path);
    // Of the edge, which is proven.
    if (width < TILE_WIDTH) continue;
    if (level === 'entries') {
      const hashes = await readTile(storage, size, 0, index);
      const entries = await readEntries(storage, size, index);
      if (!entries.every((entry, n) => equalBytes(leafHash(sha256, entry), hashes[n] ?? new Uint8Array())))
        throw new LedgerError('entries-mismatch', path);
      continue;
    }
    const above = await readTile(storage, size, level + 1, Math.floor(index / TILE_WIDTH));
    const own = merkleRoot(sha256, await readTile(storage, size, level, index));
    if (!equalBytes(own, above[index % TILE_WIDTH] ?? new Uint8Array()))
      throw new LedgerError('root-mismatch', path);
  }
}
