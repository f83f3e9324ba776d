import {
  formatProofFile,
  type LogStorage,
  openCheckpoint,
  type Policy,
  readEntries,
  TILE_WIDTH,
  treeReader,
} from '@hocba/ledger';
import type { VerifyPorts } from '../verdict/file-verdict.ts';
import type { ProvenLeaf } from './claim-leaf.ts';

type LogKey = Policy['logs'][number]['key'];

/**
 * A leaf with its proof out of a log's public files (c2sp.org/tlog-tiles), wherever they lie; null where there are none or they do not reach
 * it yet. Nothing of it is believed here. Whoever serves the files sees only which 256 leaves are read, or that it is the whole of a smaller
 * log: the newest leaves, of which there may be few, are always read with the 256 before them, and those with them.
 * @throws LedgerError where the files do not do for a proof; whatever `files` throws
 */
export async function publishedLeaf(
  { crypto, ed25519 }: Pick<VerifyPorts, 'crypto' | 'ed25519'>,
  files: Pick<LogStorage, 'read'>,
  key: LogKey,
  index: number,
): Promise<ProvenLeaf | null> {
  const checkpoint = await files.read('checkpoint');
  if (checkpoint === null) return null;
  const { size } = await openCheckpoint(ed25519, checkpoint, [key]);
  if (index >= size) return null;
  const storage: LogStorage = { read: (path) => files.read(path), write: () => Promise.reject() };
  const own = Math.floor(index / TILE_WIDTH);
  const full = Math.floor(size / TILE_WIDTH);
  const isPartial = size % TILE_WIDTH !== 0;
  const bundles = isPartial && own >= full - 1 ? [full - 1, full].filter((n) => n >= 0) : [own];
  const reader = treeReader((bytes) => crypto.sha256(bytes), storage, size);
  const read = new Map<number, Uint8Array[]>();
  for (const n of bundles) {
    read.set(n, await readEntries(storage, size, n));
    // What proves the first of a bundle proves any other of it; the reader keeps what it has read.
    await reader.inclusion(n * TILE_WIDTH);
  }
  const leaf = read.get(own)?.[index % TILE_WIDTH];
  if (leaf === undefined) return null;
  const proof = await reader.inclusion(index);
  return { leaf, proof: formatProofFile({ index, proof, checkpoint }) };
}
