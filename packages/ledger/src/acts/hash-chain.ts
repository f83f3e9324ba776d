import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';

/** Anything that carries its number in a chain: 1, 2, 3… */
export interface Numbered {
  readonly seq: number;
}

/** An item with the hash that was stored beside it. */
export interface Link<T> {
  readonly item: T;
  readonly hash: Uint8Array;
}

/** Where a chain stood: its length and its last hash (of the beginning: 0 and the chain's start). */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** The first thing that is wrong with a chain, and the number of the item that it is about. */
export interface ChainFault {
  readonly code: /** The item (or its hash) is not what it was when the hash was made. */
    | 'edited'
    /** The item with this number is gone; later ones are there. */
    | 'deleted'
    /** The item with this number stands at another place, or a second time. */
    | 'reordered'
    /** The chain ends before this item, which was there once. */
    | 'truncated'
    /** Items and hashes agree with each other, not with what was kept elsewhere: rewritten somewhere in `from`…`seq`. */
    | 'rewritten';
  readonly seq: number;
  /** For 'rewritten': the first item that may be concerned. */
  readonly from?: number;
}

export type ChainFinding =
  | { readonly ok: true; readonly head: ChainHead }
  | { readonly ok: false; readonly fault: ChainFault };

/** Hash after one more item; throws LedgerError for an item that cannot have been written by us. */
type Chain<T> = (previous: Uint8Array, item: T) => Uint8Array;

/**
 * Verifies a whole chain in the order in which it is stored, against heads kept elsewhere, and names the first bad item. Without
 * anchors a chain that was rewritten with all its hashes, or cut at its end, cannot be told from a true one.
 * @param start hash before the first item
 * @param anchors heads as of earlier, in any order
 */
export function verifyHashChain<T extends Numbered>(
  start: Uint8Array,
  chain: Chain<T>,
  links: readonly Link<T>[],
  anchors: readonly ChainHead[] = [],
): ChainFinding {
  const waiting = [...anchors].sort((a, b) => a.seq - b.seq);
  let head: ChainHead = { seq: 0, hash: start };
  let proven = 0;

  function meetAnchors(): ChainFault | null {
    for (let anchor = waiting[0]; anchor !== undefined && anchor.seq <= head.seq; anchor = waiting[0]) {
      if (anchor.seq === head.seq && !equalBytes(anchor.hash, head.hash)) {
        return { code: 'rewritten', seq: head.seq, from: Math.min(head.seq, proven + 1) };
      }
      proven = anchor.seq;
      waiting.shift();
    }
    return null;
  }

  const atStart = meetAnchors();
  if (atStart !== null) return { ok: false, fault: atStart };
  for (const [place, { item, hash }] of links.entries()) {
    const seq = head.seq + 1;
    if (item.seq !== seq) return { ok: false, fault: misplaced(links, place, seq) };
    const expected = chained(chain, head.hash, item);
    if (expected === null || !equalBytes(expected, hash)) {
      return { ok: false, fault: { code: changed(chain, head.hash, links, place), seq } };
    }
    head = { seq, hash: expected };
    const fault = meetAnchors();
    if (fault !== null) return { ok: false, fault };
  }
  if (waiting.length > 0) return { ok: false, fault: { code: 'truncated', seq: head.seq + 1 } };
  return { ok: true, head };
}

/** Null for an item that cannot have been written by us. */
function chained<T>(chain: Chain<T>, previous: Uint8Array, item: T): Uint8Array | null {
  try {
    return chain(previous, item);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

function misplaced(links: readonly Link<Numbered>[], place: number, seq: number): ChainFault {
  const found = links[place]?.item.seq ?? 0;
  // An earlier number again: that item stands where it does not belong.
  if (found < seq) return { code: 'reordered', seq: found };
  const later = links.slice(place).some(({ item }) => item.seq === seq);
  return { code: later ? 'reordered' : 'deleted', seq };
}

/**
 * What happened to an item whose hash does not fit, although the numbers do. Rows that were moved, or closed up after a deletion,
 * and numbered anew still carry hashes that were made under their true numbers.
 */
function changed<T extends Numbered>(
  chain: Chain<T>,
  previous: Uint8Array,
  links: readonly Link<T>[],
  place: number,
): 'edited' | 'deleted' | 'reordered' {
  const [here, next] = [links[place], links[place + 1]];
  if (here === undefined) return 'edited';
  const { seq } = here.item;
  const fits = (from: Uint8Array, one: Link<T>, number: number, hash: Uint8Array) => {
    const expected = chained(chain, from, { ...one.item, seq: number });
    return expected !== null && equalBytes(expected, hash);
  };
  if (next !== undefined && fits(here.hash, next, seq + 2, next.hash)) return 'deleted';
  const moved = links
    .slice(place + 1)
    .some((one) => fits(previous, one, seq, one.hash) || fits(previous, one, seq, here.hash));
  return moved ? 'reordered' : 'edited';
}
