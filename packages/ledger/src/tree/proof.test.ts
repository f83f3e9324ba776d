import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { emptyRoot, leafHash, merkleRoot, nodeHash, splitPoint } from './merkle.ts';
import {
  consistencyProof,
  inclusionProof,
  isPowerOfTwo,
  MAX_PROOF_LENGTH,
  rootWithin,
  verifyConsistency,
  verifyInclusion,
} from './proof.ts';

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The eight leaves and nine roots that every implementation of RFC 6962 is tested with. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hashes = Array.from({ length: 64 }, (_, i) => leafHash(sha256, Uint8Array.of(i)));
const ranges = new Map<string, Uint8Array>();
function rangeHash(start: number, end: number): Uint8Array {
  const key = `${start}-${end}`;
  const hash = ranges.get(key) ?? merkleRoot(sha256, hashes.slice(start, end));
  ranges.set(key, hash);
  return hash;
}
const range = async (start: number, end: number) => rangeHash(start, end);
const root = (size: number) => rangeHash(0, size);

/**
 * A tree of any size whose leaves are all alike: a range's hash depends on its width only, so huge trees cost nothing.
 */
const same = leafHash(sha256, Uint8Array.of(7));
const byWidth = new Map<number, Uint8Array>([[1, same]]);
function sameRange(width: number): Uint8Array {
  const known = byWidth.get(width);
  if (known !== undefined) return known;
  const split = splitPoint(width);
  const hash = nodeHash(sha256, sameRange(split), sameRange(width - split));
  byWidth.set(width, hash);
  return hash;
}
const hugeRange = async (start: number, end: number) => sameRange(end - start);

describe('merkle tree', () => {
  test.each(ROOTS.map((expected, size) => ({ size, expected })))(
    'root of $size standard leaves',
    ({ size, expected }) => {
      const leaves = LEAVES.slice(0, size).map((leaf) => leafHash(sha256, fromHex(leaf)));
      expect(toHex(merkleRoot(sha256, leaves))).toBe(expected);
    },
  );

  test('a hash of a wrong length is refused', () => {
    expect(() => nodeHash(sha256, new Uint8Array(31), new Uint8Array(32))).toThrow(LedgerError);
    expect(() => merkleRoot(sha256, [new Uint8Array(33)])).toThrow(LedgerError);
  });
});

function flips(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice();
  out[at % out.length] = (out[at % out.length] ?? 0) ^ (1 << (at % 8));
  return out;
}

describe('inclusion', () => {
  test('every leaf of every size up to 64; a flipped bit, another index, another size or a longer proof fails', async () => {
    for (let size = 1; size <= 64; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(range, index, size);
        const leaf = hashes[index] as Uint8Array;
        const good = { leaf, index, size, root: root(size), proof };
        expect(verifyInclusion(sha256, good)).toBe(true);
        const at = index % Math.max(1, proof.length);
        const flipped = proof.map((hash, i) => (i === at ? flips(hash, size * 7 + index) : hash));
        if (proof.length > 0) expect(verifyInclusion(sha256, { ...good, proof: flipped })).toBe(false);
        expect(verifyInclusion(sha256, { ...good, leaf: flips(leaf, index) })).toBe(false);
        expect(verifyInclusion(sha256, { ...good, root: flips(good.root, index) })).toBe(false);
        expect(verifyInclusion(sha256, { ...good, proof: [...proof, leaf] })).toBe(false);
        expect(verifyInclusion(sha256, { ...good, proof: proof.slice(1) })).toBe(proof.length === 0);
        if (size > 1) expect(verifyInclusion(sha256, { ...good, index: (index + 1) % size })).toBe(false);
        // The root of another size: a path that ends too early, or goes on above the whole tree.
        expect(verifyInclusion(sha256, { ...good, size: 2 * size })).toBe(false);
        const above = { root: nodeHash(sha256, same, good.root), proof: [...proof, same] };
        expect(verifyInclusion(sha256, { ...good, ...above })).toBe(false);
      }
    }
  });

  test('huge sizes: every bit beyond 2^32 counts', async () => {
    const sizes = fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) }).map(Number);
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (size, part) => {
          const index = Math.min(size - 1, Math.floor(size * part));
          const proof = await inclusionProof(hugeRange, index, size);
          const good = { leaf: same, index, size, root: sameRange(size), proof };
          expect(verifyInclusion(sha256, good)).toBe(true);
          const at = index % Math.max(1, proof.length);
          const flipped = proof.map((hash, i) => (i === at ? flips(hash, 3) : hash));
          if (proof.length > 0) expect(verifyInclusion(sha256, { ...good, proof: flipped })).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    [0, 0],
    [1, 1],
    [-1, 5],
    [0.5, 5],
    [0, 2 ** 53],
    [Number.NaN, 5],
  ])('index %s of size %s is out of range', async (index, size) => {
    await expect(inclusionProof(range, index, size)).rejects.toThrow(LedgerError);
    expect(verifyInclusion(sha256, { leaf: same, index, size, root: same, proof: [] })).toBe(false);
  });

  test('what is no hash proves nothing, and nothing is thrown', () => {
    const short = same.slice(1);
    const alone = { leaf: short, index: 0, size: 1, root: short, proof: [] };
    expect(verifyInclusion(sha256, alone)).toBe(false);
    const two = { leaf: same, index: 0, size: 2, root: sameRange(2), proof: [same] };
    expect(verifyInclusion(sha256, two)).toBe(true);
    expect(verifyInclusion(sha256, { ...two, leaf: short })).toBe(false);
    expect(verifyInclusion(sha256, { ...two, proof: [short] })).toBe(false);
    // Numbers that would be halved like 0 and 2.
    for (const index of [-1, 0.5, Number.NaN]) expect(verifyInclusion(sha256, { ...two, index })).toBe(false);
    expect(verifyInclusion(sha256, { ...two, size: 2.5 })).toBe(false);
    const within = { first: 1, second: 2, secondRoot: sameRange(2), path: [same, same] };
    expect(rootWithin(sha256, within)).toEqual(same);
    for (const over of [{ second: 2.5 }, { first: 0 }, { first: 0.5 }, { first: -1 }, { first: Number.NaN }])
      expect(rootWithin(sha256, { ...within, ...over })).toBe(null);
    const equal = { first: 2, second: 2, firstRoot: short, secondRoot: short, proof: [] };
    expect(verifyConsistency(sha256, equal)).toBe(false);
    const grown = { first: 1, second: 2, firstRoot: same, secondRoot: sameRange(2), proof: [same] };
    expect(verifyConsistency(sha256, grown)).toBe(true);
    expect(verifyConsistency(sha256, { ...grown, firstRoot: short })).toBe(false);
    expect(verifyConsistency(sha256, { ...grown, proof: [short] })).toBe(false);
    expect(rootWithin(sha256, { ...grown, path: [same, short] })).toBe(null);
  });

  test('a proof longer than any tree is deep is refused before hashing', () => {
    const proof = Array.from({ length: MAX_PROOF_LENGTH + 1 }, () => same);
    const silent = () => {
      throw new Error('hashed');
    };
    expect(verifyInclusion(silent, { leaf: same, index: 0, size: 2 ** 52, root: same, proof })).toBe(false);
    const given = { first: 3, second: 2 ** 52, firstRoot: same, secondRoot: same };
    expect(verifyConsistency(silent, { ...given, proof })).toBe(false);
    expect(rootWithin(silent, { ...given, path: proof })).toBe(null);
  });
});

describe('consistency', () => {
  test('every pair of sizes up to 64; changed proofs and roots fail', async () => {
    for (let second = 0; second <= 64; second++) {
      for (let first = 0; first <= second; first++) {
        const proof = await consistencyProof(range, first, second);
        const good = { first, second, firstRoot: root(first), secondRoot: root(second), proof };
        expect(verifyConsistency(sha256, good)).toBe(true);
        const path = isPowerOfTwo(first) ? [root(first), ...proof] : proof;
        const within = { first, second, secondRoot: root(second), path };
        expect(rootWithin(sha256, within)).toEqual(first === 0 || first === second ? null : root(first));
        expect(rootWithin(sha256, { ...within, secondRoot: flips(root(second), first) })).toBe(null);
        expect(rootWithin(sha256, { ...within, path: [...path, same] })).toBe(null);
        expect(rootWithin(sha256, { ...within, path: path.slice(1) })).toBe(null);
        const above = nodeHash(sha256, same, root(second));
        expect(rootWithin(sha256, { ...within, secondRoot: above, path: [...path, same] })).toBe(null);
        const at = first % Math.max(1, proof.length);
        const flipped = proof.map((hash, i) => (i === at ? flips(hash, first * 5 + second) : hash));
        if (proof.length > 0) expect(verifyConsistency(sha256, { ...good, proof: flipped })).toBe(false);
        expect(verifyConsistency(sha256, { ...good, proof: [...proof, same] })).toBe(false);
        expect(verifyConsistency(sha256, { ...good, firstRoot: flips(good.firstRoot, second) })).toBe(false);
        if (first > 0) {
          expect(verifyConsistency(sha256, { ...good, secondRoot: flips(good.secondRoot, first) })).toBe(
            false,
          );
        }
      }
    }
  });

  test('huge sizes', async () => {
    const sizes = fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) }).map(Number);
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        const proof = await consistencyProof(hugeRange, first, second);
        const good = { first, second, firstRoot: sameRange(first), secondRoot: sameRange(second), proof };
        expect(verifyConsistency(sha256, good)).toBe(true);
        expect(verifyConsistency(sha256, { ...good, secondRoot: flips(good.secondRoot, 9) })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [6, 5],
    [-1, 5],
    [0.5, 5],
    [3, 5.5],
    [0, 2 ** 53],
    [5, Number.NaN],
    [Number.NaN, 5],
  ])('from size %s to size %s is none', async (first, second) => {
    await expect(consistencyProof(range, first, second)).rejects.toMatchObject({
      code: 'index-out-of-range',
    });
    const given = { first, second, firstRoot: same, secondRoot: same };
    expect(verifyConsistency(sha256, { ...given, proof: [] })).toBe(false);
    expect(verifyConsistency(sha256, { ...given, firstRoot: emptyRoot(sha256), proof: [] })).toBe(false);
    expect(rootWithin(sha256, { ...given, path: [same] })).toBe(null);
  });

  test('the empty tree has one root only, and shrinking is no growth', () => {
    const bare = { firstRoot: emptyRoot(sha256), secondRoot: root(3), proof: [] };
    expect(verifyConsistency(sha256, { first: 0, second: 3, ...bare })).toBe(true);
    expect(verifyConsistency(sha256, { first: 0, second: 3, ...bare, firstRoot: root(1) })).toBe(false);
    expect(verifyConsistency(sha256, { first: 3, second: 0, ...bare })).toBe(false);
  });
});
