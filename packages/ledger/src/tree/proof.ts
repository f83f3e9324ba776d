import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import type { Sha256 } from '../ports.ts';
import { emptyRoot, HASH_LENGTH, nodeHash, splitPoint } from './merkle.ts';

/** No tree of safe-integer size is deeper; longer proofs are refused before any hashing. */
export const MAX_PROOF_LENGTH = 63;

/** Gives the Merkle tree hash of the leaves `[start, end)`, where `start` is a multiple of the next power of two ≥ `end − start`. */
export type RangeHash = (start: number, end: number) => Promise<Uint8Array>;

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Inclusion proof of leaf `index` in the tree of `size` leaves: sibling hashes from the leaf up (RFC 6962 §2.1.1).
 * @throws LedgerError 'index-out-of-range'
 */
export async function inclusionProof(range: RangeHash, index: number, size: number): Promise<Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size) throw new LedgerError('index-out-of-range');
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      proof.push(await range(middle, end));
      end = middle;
    } else {
      proof.push(await range(start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/**
 * Consistency proof between the trees of `first` and `second` leaves (RFC 6962 §2.1.2); empty when `first` is 0 or equals
 * `second`. @throws LedgerError 'index-out-of-range'
 */
export async function consistencyProof(
  range: RangeHash,
  first: number,
  second: number,
): Promise<Uint8Array[]> {
  if (!isSize(first) || !isSize(second) || first > second) throw new LedgerError('index-out-of-range');
  if (first === 0 || first === second) return [];
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = second;
  // Until the old tree's last part is one whole subtree: if it is the whole old tree, its root is known to the verifier.
  while (first !== end) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      proof.push(await range(middle, end));
      end = middle;
    } else {
      proof.push(await range(start, middle));
      start = middle;
    }
  }
  if (start > 0) proof.push(await range(start, end));
  return proof.reverse();
}

/** Whether every element has the length of a hash, and there are not too many. */
function wellFormed(proof: readonly Uint8Array[]): boolean {
  return proof.length <= MAX_PROOF_LENGTH && proof.every((hash) => hash.length === HASH_LENGTH);
}

/**
 * Verifies an inclusion proof (RFC 9162 §2.1.3.2). Numbers are halved by division, never shifted.
 * @returns true only when the proof leads from `leaf` (a leaf hash) at `index` to `root` of the tree of `size` leaves.
 */
export function verifyInclusion(
  sha256: Sha256,
  given: { leaf: Uint8Array; index: number; size: number; root: Uint8Array; proof: readonly Uint8Array[] },
): boolean {
  const { leaf, index, size, root, proof } = given;
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (leaf.length !== HASH_LENGTH || root.length !== HASH_LENGTH || !wellFormed(proof)) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(sha256, p, r);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      r = nodeHash(sha256, r, p);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equalBytes(r, root);
}

/**
 * Verifies a consistency proof (RFC 9162 §2.1.4.2).
 * @returns true only when the tree of `second` leaves with `secondRoot` extends the one of `first` leaves with `firstRoot`.
 */
export function verifyConsistency(
  sha256: Sha256,
  given: {
    first: number;
    second: number;
    firstRoot: Uint8Array;
    secondRoot: Uint8Array;
    proof: readonly Uint8Array[];
  },
): boolean {
  const { first, second, firstRoot, secondRoot, proof } = given;
  if (!isSize(first) || !isSize(second) || first > second) return false;
  if (firstRoot.length !== HASH_LENGTH || secondRoot.length !== HASH_LENGTH || !wellFormed(proof))
    return false;
  if (first === second) return proof.length === 0 && equalBytes(firstRoot, secondRoot);
  // Every tree extends the empty one, but "empty" has one root only.
  if (first === 0) return proof.length === 0 && equalBytes(firstRoot, emptyRoot(sha256));
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  const roots = rootsAlong(sha256, first, second, path);
  return roots !== null && equalBytes(roots.first, firstRoot) && equalBytes(roots.second, secondRoot);
}

/**
 * What the first leaves of a larger tree hash to, as that tree itself proves it (RFC 9162 §2.1.4.2): held against a root that was
 * signed for so many leaves, another one shows that the larger tree was not grown from it.
 *
 * @param path the consistency proof; where `first` is a power of two, with the root of the first leaves before it
 * @returns the root of the first leaves; null where the path does not lead to `secondRoot`, and so proves nothing
 */
export function rootWithin(
  sha256: Sha256,
  given: { first: number; second: number; secondRoot: Uint8Array; path: readonly Uint8Array[] },
): Uint8Array | null {
  const { first, second, secondRoot, path } = given;
  if (!isSize(first) || !isSize(second) || first === 0 || first >= second) return null;
  if (secondRoot.length !== HASH_LENGTH || !wellFormed(path)) return null;
  const roots = rootsAlong(sha256, first, second, path);
  return roots !== null && equalBytes(roots.second, secondRoot) ? roots.first : null;
}

/** Whether a consistency proof begins with the old root itself, which the verifier knows. */
export function isPowerOfTwo(size: number): boolean {
  let left = size;
  while (left > 1 && left % 2 === 0) left /= 2;
  return left === 1;
}

/** Both roots that a whole path leads to, `0 < first < second`; null for one that is too short or too long. */
function rootsAlong(
  sha256: Sha256,
  first: number,
  second: number,
  path: readonly Uint8Array[],
): { readonly first: Uint8Array; readonly second: Uint8Array } | null {
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  const start = path[0];
  if (start === undefined) return null;
  let fr = start;
  let sr = start;
  for (const c of path.slice(1)) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(sha256, c, fr);
      sr = nodeHash(sha256, c, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      sr = nodeHash(sha256, sr, c);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? { first: fr, second: sr } : null;
}
