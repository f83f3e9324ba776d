import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import { memoryStorage } from '../log/memory.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { build } from '../testing/ports.node.ts';
import { EMPTY_EDGE, edgeRoot, integrate, readEdge, readProvenEdge } from './integrate.ts';
import { leafHash, merkleRoot } from './merkle.ts';
import { verifyConsistency, verifyInclusion } from './proof.ts';
import { treeReader } from './reader.ts';
import { tilePath } from './tile-path.ts';
import { tilesForSize } from './tiles.ts';

const data = (n: number) => Array.from({ length: n }, (_, i) => new TextEncoder().encode(`entry ${i}`));
const ENTRIES = data(70_000);
const HASHES = ENTRIES.map((entry) => leafHash(sha256, entry));
/** Root of the first n entries, straight from their leaf hashes. */
const plainRoot = (n: number) => merkleRoot(sha256, HASHES.slice(0, n));

/** Batches that add up to n, from proportions. */
function batches(n: number, cuts: readonly number[]): number[] {
  const points = [...new Set(cuts.map((cut) => cut % (n + 1)))].sort((a, b) => a - b);
  return [...points, n].map((point, i) => point - (i === 0 ? 0 : (points[i - 1] ?? 0)));
}

describe('integrate', () => {
  test('any split into batches gives the same files for the final size, the same edge and the plain root', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1700 }), cuts, (n, at) => {
        const entries = ENTRIES.slice(0, n);
        const split = build(entries, batches(n, at));
        const whole = build(entries, [n]);
        expect(toHex(split.root)).toBe(toHex(plainRoot(n)));
        expect(toHex(whole.root)).toBe(toHex(split.root));
        expect(split.edge).toEqual(whole.edge);
        expect([...whole.files.keys()].sort()).toEqual([...tilesForSize(n)].map(tilePath).sort());
        for (const [path, bytes] of whole.files) expect(split.files.get(path)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  test.each([1, 255, 256, 257, 511, 512, 65_536, 70_000])('%d leaves', (n) => {
    const entries = ENTRIES.slice(0, n);
    const half = Math.floor(n / 2);
    const { root, files } = build(entries, [half, n - half]);
    expect(toHex(root)).toBe(toHex(plainRoot(n)));
    for (const tile of tilesForSize(n)) expect(files.has(tilePath(tile))).toBe(true);
  });

  test('a partial tile is never hashed into the level above', () => {
    const { files } = build(
      ENTRIES.slice(0, 300),
      Array.from({ length: 300 }, () => 1),
    );
    expect([...files.keys()].filter((path) => path.startsWith('tile/1/'))).toEqual(['tile/1/000.p/1']);
  });

  test('nothing to add changes nothing', () => {
    const { edge, root } = build(ENTRIES.slice(0, 300), [300]);
    expect(integrate(sha256, edge, [])).toEqual({ files: [], edge, root });
    expect(toHex(edgeRoot(sha256, EMPTY_EDGE))).toBe(toHex(plainRoot(0)));
  });
});

describe('reading tiles back', () => {
  async function stored(n: number, how: readonly number[]) {
    const storage = memoryStorage();
    const built = build(ENTRIES.slice(0, n), how);
    for (const [path, bytes] of built.files) await storage.write(path, bytes);
    return { storage, ...built };
  }

  test('proofs of a 70,000-leaf log from tiles', async () => {
    const { storage, root, edge } = await stored(70_000, [300, 69_700]);
    const reader = treeReader(sha256, storage, 70_000);
    expect(await readEdge(storage, 70_000)).toEqual(edge);
    expect(toHex(await reader.root(70_000))).toBe(toHex(root));
    for (const index of [0, 255, 256, 299, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      const leaf = leafHash(sha256, ENTRIES[index] as Uint8Array);
      const proof = await reader.inclusion(index);
      expect(await reader.leafHash(index)).toEqual(leaf);
      expect(verifyInclusion(sha256, { leaf, index, size: 70_000, root, proof })).toBe(true);
    }
    for (const first of [0, 1, 300, 4096, 65_536, 69_999, 70_000]) {
      const firstRoot = plainRoot(first);
      expect(await reader.root(first)).toEqual(firstRoot);
      const proof = await reader.consistency(first);
      const given = { first, second: 70_000, firstRoot, secondRoot: root, proof };
      expect(verifyConsistency(sha256, given)).toBe(true);
    }
  });

  test('an older size is read from full tiles when its partial ones were removed', async () => {
    const { storage } = await stored(512, [300, 212]);
    for (const path of [...storage.files.keys()]) if (path.includes('001.p/')) storage.files.delete(path);
    await readProvenEdge(sha256, storage, 300, plainRoot(300));
  });

  test.each(['tile/0/001.p/44', 'tile/1/000.p/1'])('a flipped byte in %s is not built on', async (path) => {
    const { storage, root } = await stored(300, [300]);
    const bytes = storage.files.get(path) as Uint8Array;
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    await expect(readProvenEdge(sha256, storage, 300, root)).rejects.toMatchObject({ code: 'root-mismatch' });
  });

  test('a flipped byte in an entry is not built on', async () => {
    const { storage, root } = await stored(300, [300]);
    const bytes = storage.files.get('tile/entries/001.p/44') as Uint8Array;
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    await expect(readProvenEdge(sha256, storage, 300, root)).rejects.toMatchObject({
      code: 'entries-mismatch',
      detail: 'entry 256',
    });
  });

  test('missing and short tiles are named', async () => {
    const { storage, root } = await stored(300, [300]);
    const whole = storage.files.get('tile/0/001.p/44') as Uint8Array;
    storage.files.set('tile/0/001.p/44', whole.slice(0, -1));
    await expect(readProvenEdge(sha256, storage, 300, root)).rejects.toMatchObject({
      code: 'tile-invalid',
      detail: 'tile/0/001.p/44',
    });
    storage.files.delete('tile/0/001.p/44');
    await expect(readProvenEdge(sha256, storage, 300, root)).rejects.toMatchObject({
      code: 'tile-missing',
      detail: 'tile/0/001.p/44',
    });
  });
});
