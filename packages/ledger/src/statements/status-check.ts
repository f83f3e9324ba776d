import type { LeafKind } from '../leaf/leaf.ts';
import type { Status, StatusEntry } from './status.ts';
import { statusOf } from './status.ts';

/** A leaf that a later leaf recalls or replaces. */
export interface FollowedLeaf {
  /** Of the earlier leaf, in the log that the status is about. */
  readonly index: number;
  /** The later leaf; its index where it stands in the same log, null where it stands in a later one. Time in unix seconds. */
  readonly by: { readonly index: number | null; readonly time: number; readonly kind: LeafKind };
}

/** Indexes of leaves, ascending, each once. */
export interface StatusFaults {
  /** Called current, though a later leaf that the status must know of speaks of them. */
  readonly omitted: readonly number[];
  /** Called recalled or replaced, though no leaf speaks of them. */
  readonly invented: readonly number[];
  /** Called recalled where a leaf of the tree replaces it, or the other way round, or so by a leaf that is not the one. */
  readonly untrue: readonly number[];
}

/** Seconds within which what a leaf of a later log says comes into the status. */
const SAID_WITHIN = 86_400;

/**
 * What a status says against the leaves of its tree: nothing kept back, nothing made up, whoever has the status key alone.
 *
 * @param followed in any order
 * @param logs which logs these come from; entries by leaves of a log that was not read are believed neither way
 */
export function checkStatus(
  status: Status,
  followed: Iterable<FollowedLeaf>,
  logs: 'own-log' | 'every-log',
): StatusFaults {
  const due = new Set<number>();
  const omitted = new Set<number>();
  const last = new Map<number, LastWord>();
  for (const { index, by } of followed) {
    if (by.index === null ? logs === 'own-log' : by.index >= status.size) continue;
    due.add(index);
    if (by.index !== null) last.set(index, lastWord(last.get(index), by.kind, by.index));
    if (by.index === null && by.time > status.asOf - SAID_WITHIN) continue;
    if (statusOf(status, index) === 'current') omitted.add(index);
  }
  const invented = status.entries.filter(
    ({ index, log }) => !due.has(index) && (logs === 'every-log' || log === undefined),
  );
  const untrue = status.entries.filter(
    (entry) => entry.log === undefined && differs(entry, last.get(entry.index)),
  );
  return {
    omitted: [...omitted].sort((a, b) => a - b),
    invented: invented.map(({ index }) => index),
    untrue: untrue.map(({ index }) => index),
  };
}

/** The newest leaves of the tree that recall and that replace an earlier one. */
interface LastWord {
  readonly recalled?: number;
  readonly replaced?: number;
}

function lastWord(before: LastWord = {}, kind: LeafKind, index: number): LastWord {
  if (kind === 'recall') return { ...before, recalled: Math.max(index, before.recalled ?? 0) };
  if (kind === 'replace') return { ...before, replaced: Math.max(index, before.replaced ?? 0) };
  return before;
}

/** A replacement comes after the recall that asked for it, and is the last word. */
function differs({ state, by }: StatusEntry, { recalled, replaced }: LastWord = {}): boolean {
  if (replaced !== undefined) return state !== 'replaced' || by !== replaced;
  return recalled !== undefined && (state !== 'recalled' || by !== recalled);
}

/**
 * Whether one of two statuses of a log is false, whichever: a tree does not shrink, and nothing that was recalled or replaced becomes
 * current again.
 */
export function statusesContradict(one: Status, other: Status): boolean {
  const isFirst = one.asOf === other.asOf ? one.size <= other.size : one.asOf < other.asOf;
  const [earlier, later] = isFirst ? [one, other] : [other, one];
  if (later.size < earlier.size) return true;
  const unsaid = earlier.entries.some(({ index }) => typeof statusOf(later, index) === 'string');
  // Of one second and one tree both say the same.
  const same = earlier.asOf === later.asOf && earlier.size === later.size;
  return unsaid || (same && earlier.entries.length !== later.entries.length);
}
