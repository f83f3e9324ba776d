import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import type { LogStorage, Sha256 } from '../ports.ts';
import { edgeRoot } from '../tree/integrate.ts';
import { merkleRoot } from '../tree/merkle.ts';
import { readTile } from '../tree/reader.ts';
import { parseTilePath, TILE_WIDTH, tilePath } from '../tree/tile-path.ts';
import { encodeTile, hashesAtLevel, tileWidth } from '../tree/tiles.ts';

/** Hash tiles of one signed tree, each proven to belong to it when it is read. */
export interface ProvenTiles {
  tile(level: number, index: number): Promise<readonly Uint8Array[]>;
  /** The same as a storage for `treeReader`; hash tiles only. */
  readonly asStorage: LogStorage;
}

/**
 * Hash tiles of a signed tree. The partial tiles at its right edge give the signed root together; a full tile's root must be the
 * hash in the tile above it, and so on up to the edge. So no tile needs the others to be proven.
 * @param remote where tiles come from; not trusted
 * @param copy tiles kept earlier, looked at first; one that does not belong to this tree is 'copy-damaged'
 * @throws LedgerError 'remote-missing' | 'remote-invalid' with the file
 */
export async function provenTiles(
  sha256: Sha256,
  tree: Checkpoint,
  remote: Pick<LogStorage, 'read'>,
  copy: Pick<LogStorage, 'read'>,
): Promise<ProvenTiles> {
  const { size } = tree;
  const from = (source: Pick<LogStorage, 'read'>, level: number, index: number) =>
    readTile(source as LogStorage, size, level, index).catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
      throw new LedgerError(
        error.code === 'tile-missing' ? 'remote-missing' : 'remote-invalid',
        error.detail,
      );
    });

  const edge: Uint8Array[][] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    const count = hashesAtLevel(size, level);
    edge.push(count % TILE_WIDTH === 0 ? [] : await from(remote, level, Math.floor(count / TILE_WIDTH)));
  }
  if (!equalBytes(edgeRoot(sha256, { size, levels: edge, entries: [] }), tree.root)) {
    throw new LedgerError('remote-invalid', 'tiles of the right edge');
  }

  /** Tiles above level 0: 1/256 of the tree. */
  const above = new Map<string, Promise<readonly Uint8Array[]>>();

  async function prove(level: number, index: number): Promise<readonly Uint8Array[]> {
    const parent = await tile(level + 1, Math.floor(index / TILE_WIDTH));
    const expected = parent[index % TILE_WIDTH] as Uint8Array;
    const path = tilePath({ level, index, width: TILE_WIDTH });
    const kept = (await copy.read(path)) !== null;
    const hashes = await from(kept ? copy : remote, level, index);
    if (!equalBytes(merkleRoot(sha256, hashes), expected)) {
      throw new LedgerError(kept ? 'copy-damaged' : 'remote-invalid', path);
    }
    return hashes;
  }

  async function tile(level: number, index: number): Promise<readonly Uint8Array[]> {
    const width = tileWidth(size, level, index);
    if (width === 0) throw new LedgerError('index-out-of-range');
    if (width < TILE_WIDTH) return edge[level] ?? [];
    if (level === 0) return prove(level, index);
    const name = `${level}/${index}`;
    const known = above.get(name) ?? prove(level, index);
    above.set(name, known);
    return known;
  }

  return {
    tile,
    asStorage: {
      read: async (path) => {
        const id = parseTilePath(path);
        return id.level === 'entries' ? null : encodeTile(await tile(id.level, id.index));
      },
      write: () => Promise.reject(new LedgerError('path-invalid')),
    },
  };
}
