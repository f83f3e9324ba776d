import { LedgerError } from '../error.ts';
import type { Sha256 } from '../ports.ts';

/** Length of every hash in the tree, in bytes. */
export const HASH_LENGTH = 32;

/** `SHA-256(0x00 ‖ data)` (RFC 6962 §2.1). */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  const input = new Uint8Array(data.length + 1);
  input.set(data, 1);
  return sha256(input);
}

/** `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962 §2.1). @throws LedgerError 'hash-length' */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_LENGTH || right.length !== HASH_LENGTH) throw new LedgerError('hash-length');
  const input = new Uint8Array(1 + 2 * HASH_LENGTH);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_LENGTH);
  return sha256(input);
}

/** Root of the empty tree: `SHA-256("")`. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/**
 * The largest power of two smaller than `n`, where RFC 6962 splits a tree. `n` is a safe integer ≥ 2. By multiplication:
 * JavaScript's shifts are 32 bits wide and would be wrong from 2^31 on.
 */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Merkle tree hash of a list of leaf (or subtree) hashes; the empty list gives `emptyRoot`. */
export function merkleRoot(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return emptyRoot(sha256);
  let row = hashes;
  // Level by level, an odd last hash moves up unchanged: the same tree as the recursive split of RFC 6962.
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const left = row[i] as Uint8Array;
      const right = row[i + 1];
      above.push(right === undefined ? left : nodeHash(sha256, left, right));
    }
    row = above;
  }
  const root = row[0] as Uint8Array;
  if (root.length !== HASH_LENGTH) throw new LedgerError('hash-length');
  return root;
}
