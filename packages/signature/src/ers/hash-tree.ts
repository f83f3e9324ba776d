import type { HashAlgorithm } from '../algorithms.ts';
import { joinBytes, sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';

/** Hash trees of RFC 4998 §4.2: a node is the hash of its children's hashes, joined in binary ascending order. */

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export interface ReducedTree {
  /** For each leaf, the groups from its own to the root's; empty if it is the only one. */
  readonly groups: readonly (readonly (readonly Uint8Array[])[])[];
  /** What the root is the hash of: the two hashes below it, or the one leaf's own bytes. */
  readonly below: Uint8Array;
}

/**
 * The reduced tree of each leaf of one binary tree, its first group the leaf alone. Equal leaves share one place; a node without a sibling goes up as it
 * is. `messages` are the bytes that the leaves are hashes of; at least one.
 */
export function reducedTrees(
  crypto: CryptoPort,
  hash: HashAlgorithm,
  messages: readonly Uint8Array[],
): ReducedTree {
  const [first] = messages;
  if (first === undefined) throw new RangeError('a tree needs a leaf');
  const leaves = messages.map((message) => crypto[hash](message));
  const ordered = leaves.map((leaf, index) => ({ leaf, index })).sort((a, b) => compareBytes(a.leaf, b.leaf));
  const groups: Uint8Array[][][] = leaves.map(() => []);
  let level: { hash: Uint8Array; members: number[] }[] = [];
  for (const { leaf, index } of ordered) {
    const last = level.at(-1);
    if (last !== undefined && sameBytes(last.hash, leaf)) last.members.push(index);
    else level.push({ hash: leaf, members: [index] });
  }
  if (level.length > 1) {
    // A group of its own for each leaf: so nobody's evidence holds for a neighbour, as one pair's would for both.
    for (const node of level) {
      for (const member of node.members) groups[member]?.push([node.hash]);
      node.hash = crypto[hash](node.hash);
    }
  }
  let below = first;
  while (level.length > 1) {
    const above: typeof level = [];
    for (let n = 0; n < level.length; n += 2) {
      const [left, right] = [level[n], level[n + 1]];
      if (left === undefined) continue;
      if (right === undefined) {
        above.push(left);
        continue;
      }
      const group = [left.hash, right.hash].sort(compareBytes);
      const members = [...left.members, ...right.members];
      for (const member of members) groups[member]?.push(group);
      below = joinBytes(...group);
      above.push({ hash: crypto[hash](below), members });
    }
    level = above;
  }
  return { groups, below };
}

/**
 * What the root is the hash of, for a leaf and its groups; null if a group does not hold what it is to hold, or is not
 * in order (RFC 4998 §4.3).
 */
export function rootBelow(
  crypto: CryptoPort,
  hash: HashAlgorithm,
  message: Uint8Array,
  groups: readonly (readonly Uint8Array[])[],
): Uint8Array | null {
  let below = message;
  for (const group of groups) {
    const wanted = crypto[hash](below);
    const ordered = group.every((item, n) => n === 0 || compareBytes(group[n - 1] ?? item, item) < 0);
    const whole = group.every((item) => item.length === wanted.length);
    if (!ordered || !whole || !group.some((item) => sameBytes(item, wanted))) return null;
    below = joinBytes(...group);
  }
  return below;
}
