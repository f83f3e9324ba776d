import type { Leaf, LeafKind } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** Seconds by which clocks may differ, and by which a leaf may wait for its log without being passed by one of another time. */
const SLACK = 86_400;

/** Kinds whose time decides of seals and suspicions. */
const OF_RECORDS: ReadonlySet<LeafKind> = new Set(['issue', 'replace', 'recall']);

export interface LeafOfFalseTime {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly code: 'leaf-of-later' | 'leaf-dated-back';
}

/**
 * Looks at a log's leaves in their order. Whoever has a log's key sets a leaf's time, and with a stolen seal would set it before the day
 * from which the seal is suspected; the leaves before it in the tree, which witnesses and mirrors hold, say when it came.
 */
export function leafTimes(now: Date): {
  look(index: number, leaf: Leaf, leafHash: Uint8Array): void;
  readonly found: readonly LeafOfFalseTime[];
} {
  const found: LeafOfFalseTime[] = [];
  let latest = 0;
  return {
    found,
    look(index, { kind, time }, leafHash) {
      if (!OF_RECORDS.has(kind)) return;
      if (time * 1000 > now.getTime() + SLACK * 1000) found.push({ index, leafHash, code: 'leaf-of-later' });
      // One that is ahead of its time makes none of those behind it late.
      else if (time < latest - SLACK) found.push({ index, leafHash, code: 'leaf-dated-back' });
      else latest = Math.max(latest, time);
    },
  };
}

/** Whether a leaf stands here anew, because the log in which it was first was stolen: then it keeps its time. */
export async function isLoggedAgain(
  db: Kysely<Database>,
  origin: string,
  leafHash: Uint8Array,
): Promise<boolean> {
  const row = await db
    .selectFrom('log_leaf as l')
    .innerJoin('log_end as e', 'e.origin', 'l.origin')
    .select('l.origin')
    .where('l.leaf_hash', '=', leafHash)
    .where('l.origin', '<>', origin)
    .where('e.how', '=', 'stolen')
    .executeTakeFirst();
  return row !== undefined;
}
