import type { Leaf, LeafKind } from './leaf.ts';

/** Seconds by which clocks may differ, and by which a leaf may wait for its log without being passed by one of another time. */
const SLACK = 86_400;

/** Kinds whose time decides of seals and suspicions. */
const OF_RECORDS: ReadonlySet<LeafKind> = new Set(['issue', 'replace', 'recall']);

export type LeafTimeFault = 'leaf-of-later' | 'leaf-dated-back';

export interface LeafTimes {
  /** Looks at the next leaf of the log. @returns null where its time may be true */
  look(leaf: Leaf): LeafTimeFault | null;
  /** The latest time of a leaf so far, unix seconds; 0 before the first. */
  readonly latest: number;
}

/**
 * Looks at a log's leaves in their order. Whoever has a log's key sets a leaf's time, and with a stolen seal would set it before the day
 * from which the seal is suspected; the leaves before it in the tree, which witnesses and mirrors hold, say when it came.
 *
 * @param latest where an audit goes on: what the leaves before had come to
 */
export function leafTimes(now: Date, latest = 0): LeafTimes {
  let reached = latest;
  return {
    get latest() {
      return reached;
    },
    look({ kind, time }) {
      if (!OF_RECORDS.has(kind)) return null;
      // One that is ahead of its time makes none of those behind it late.
      if (time * 1000 > now.getTime() + SLACK * 1000) return 'leaf-of-later';
      if (time < reached - SLACK) return 'leaf-dated-back';
      reached = Math.max(reached, time);
      return null;
    },
  };
}
