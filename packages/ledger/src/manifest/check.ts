import { equalBytes } from '../encoding/bytes.ts';
import type { Manifest } from './manifest.ts';

/** A leaf of kind `issue` or `replace` of a class, as the school's store or an audit knows it. */
export interface IssuedLeaf {
  readonly pupil: string;
  readonly index: bigint;
  readonly leafHash: Uint8Array;
}

/** What does not agree between a class's manifest and the rolls; each names one pupil. */
export interface ManifestProblem {
  readonly pupil: string;
  readonly code: /** On the roll of the class, not in its manifest: silently left out. */
    | 'missing'
    /** In the manifest, not on the roll. */
    | 'unknown'
    /** The manifest says issued; no such leaf is known. */
    | 'not-issued'
    /** The manifest says that there is none; a record was issued all the same, or later. */
    | 'issued-after-all'
    /** The manifest names another leaf than the record's. */
    | 'leaf-differs'
    /** More than one record of the pupil is current: whichever the manifest names, another one is good by itself. */
    | 'issued-twice';
}

/**
 * Holds a class's manifest against its roll and the leaves that were issued: nobody silently missing, nothing added late.
 * @param roll identifiers of all pupils of the class at the close of the year, also of those who left
 * @param issued leaves of the class's records, the current one of each pupil
 */
export function checkManifestAgainst(
  manifest: Manifest,
  roll: readonly string[],
  issued: readonly IssuedLeaf[],
): ManifestProblem[] {
  const expected = new Set(roll);
  const leaves = new Map(issued.map((leaf) => [leaf.pupil, leaf]));
  const problems: ManifestProblem[] = [];
  const current = Map.groupBy(issued, ({ pupil }) => pupil);
  for (const [pupil, its] of current) if (its.length > 1) problems.push({ pupil, code: 'issued-twice' });
  for (const entry of manifest.entries) {
    const { pupil } = entry;
    if (!expected.delete(pupil)) problems.push({ pupil, code: 'unknown' });
    const leaf = leaves.get(pupil);
    leaves.delete(pupil);
    if (entry.state === 'none') {
      if (leaf !== undefined) problems.push({ pupil, code: 'issued-after-all' });
    } else if (leaf === undefined) {
      problems.push({ pupil, code: 'not-issued' });
    } else if (leaf.index !== entry.leafIndex || !equalBytes(leaf.leafHash, entry.leafHash)) {
      problems.push({ pupil, code: 'leaf-differs' });
    }
  }
  for (const pupil of expected) problems.push({ pupil, code: 'missing' });
  for (const pupil of leaves.keys()) if (!expected.has(pupil)) problems.push({ pupil, code: 'missing' });
  return problems;
}
