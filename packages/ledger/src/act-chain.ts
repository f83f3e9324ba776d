import { framedText, uint64Bytes } from './byte-fields.ts';
import { concatBytes, equalBytes } from './bytes.ts';
import { utf8 } from './encoding.ts';
import { LedgerError } from './error.ts';
import { HASH_LENGTH } from './merkle.ts';
import type { Sha256 } from './ports.ts';

/** Which chain: all acts on the cells of one class's table, numbered from 1. */
export interface ChainName {
  readonly school: string;
  readonly classId: string;
}

/** One act on one cell, as it is stored before anything is signed. Texts are NFC; identifiers have one spelling. */
export interface CellAct {
  /** 1, 2, 3… within the class. */
  readonly seq: number;
  readonly pupil: string;
  readonly period: string;
  readonly item: string;
  readonly attempt: number;
  /** Null: the cell was empty. */
  readonly oldValue: string | null;
  /** Null: the cell was emptied. */
  readonly newValue: string | null;
  /** Version of the cell after this act: 1, 2, 3… */
  readonly version: number;
  /** How it was entered: key, paste, fill… */
  readonly source: string;
  readonly device: string;
  readonly batch: string;
  readonly n: number;
  readonly setBy: string;
  /** Unix milliseconds. */
  readonly setAt: number;
}

/** An act with the hash that was stored beside it. */
export interface ChainedAct {
  readonly act: CellAct;
  readonly hash: Uint8Array;
}

/** Where a chain stood: its length and its last hash (of the beginning: 0 and `chainStart`). */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

const MAX_VALUE = 20_000;
const ACT_VERSION = 1;

function refuse(detail: string): never {
  throw new LedgerError('act-invalid', detail);
}

function text(value: string, what: string, limit = 200): Uint8Array {
  if (!value.isWellFormed() || value !== value.normalize('NFC') || utf8(value).length > limit) refuse(what);
  return framedText(value);
}

function whole(value: number, least: number, what: string): Uint8Array {
  if (!Number.isSafeInteger(value) || value < least) refuse(what);
  return uint64Bytes(BigInt(value));
}

/** Nothing and the empty text are two things: `00`, or `01` and the text. */
function optional(value: string | null, what: string): Uint8Array {
  return value === null ? Uint8Array.of(0) : concatBytes(Uint8Array.of(1), text(value, what, MAX_VALUE));
}

/**
 * Canonical bytes of an act: version u8, then the fields in the order of `CellAct`; numbers as uint64, texts as UTF-8 after their
 * length as uint16, a value after a byte that says whether there is one. No two acts give the same bytes.
 * @throws LedgerError 'act-invalid' with the field
 */
export function encodeAct(act: CellAct): Uint8Array {
  return concatBytes(
    Uint8Array.of(ACT_VERSION),
    whole(act.seq, 1, 'seq'),
    text(act.pupil, 'pupil'),
    text(act.period, 'period'),
    text(act.item, 'item'),
    whole(act.attempt, 0, 'attempt'),
    optional(act.oldValue, 'old value'),
    optional(act.newValue, 'new value'),
    whole(act.version, 1, 'version'),
    text(act.source, 'source'),
    text(act.device, 'device'),
    text(act.batch, 'batch'),
    whole(act.n, 0, 'n'),
    text(act.setBy, 'set by'),
    whole(act.setAt, 0, 'set at'),
  );
}

/** Hash before the first act: of the chain's name, so that acts of one class are none of another's. @throws LedgerError 'act-invalid' */
export function chainStart(sha256: Sha256, name: ChainName): Uint8Array {
  if (name.school === '' || name.classId === '') refuse('chain name');
  return sha256(
    concatBytes(utf8('hocba.vn/act-chain/v1\n'), text(name.school, 'school'), text(name.classId, 'class')),
  );
}

/**
 * Hash of a chain after one more act: `SHA-256("hocba.vn/act/v1\n" ‖ previous[32] ‖ act)`. Stored in the act's transaction, under the
 * lock that gives the act its number.
 * @throws LedgerError 'act-invalid'
 */
export function actChain(sha256: Sha256, previous: Uint8Array, act: CellAct): Uint8Array {
  if (previous.length !== HASH_LENGTH) refuse('previous hash');
  return sha256(concatBytes(utf8('hocba.vn/act/v1\n'), previous, encodeAct(act)));
}

/** The first thing that is wrong with a chain, and the number of the act that it is about. */
export interface ChainFault {
  readonly code: /** The act (or its hash) is not what it was when the hash was made. */
    | 'edited'
    /** The act with this number is gone; later ones are there. */
    | 'deleted'
    /** The act with this number stands at another place, or a second time. */
    | 'reordered'
    /** The chain ends before this act, which was there once. */
    | 'truncated'
    /** Acts and hashes agree with each other, not with what was kept elsewhere: rewritten somewhere in `from`…`seq`. */
    | 'rewritten';
  readonly seq: number;
  /** For 'rewritten': the first act that may be concerned. */
  readonly from?: number;
}

export type ChainFinding =
  | { readonly ok: true; readonly head: ChainHead }
  | { readonly ok: false; readonly fault: ChainFault };

/**
 * Verifies a whole chain in the order in which it is stored, against heads kept elsewhere (the daily roots), and names the first bad
 * act. Without anchors a chain that was rewritten with all its hashes, or cut at its end, cannot be told from a true one.
 * @param anchors heads as of earlier days, in any order
 */
export function verifyChain(
  sha256: Sha256,
  name: ChainName,
  acts: readonly ChainedAct[],
  anchors: readonly ChainHead[] = [],
): ChainFinding {
  const waiting = [...anchors].sort((a, b) => a.seq - b.seq);
  let head: ChainHead = { seq: 0, hash: chainStart(sha256, name) };
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
  for (const [place, { act, hash }] of acts.entries()) {
    const seq = head.seq + 1;
    if (act.seq !== seq) return { ok: false, fault: misplaced(acts, place, seq) };
    const expected = chained(sha256, head.hash, act);
    if (expected === null || !equalBytes(expected, hash)) {
      return { ok: false, fault: { code: changed(sha256, head.hash, acts, place), seq } };
    }
    head = { seq, hash: expected };
    const fault = meetAnchors();
    if (fault !== null) return { ok: false, fault };
  }
  if (waiting.length > 0) return { ok: false, fault: { code: 'truncated', seq: head.seq + 1 } };
  return { ok: true, head };
}

/** Null for an act that cannot have been written by us. */
function chained(sha256: Sha256, previous: Uint8Array, act: CellAct): Uint8Array | null {
  try {
    return actChain(sha256, previous, act);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

function misplaced(acts: readonly ChainedAct[], place: number, seq: number): ChainFault {
  const found = acts[place]?.act.seq ?? 0;
  // An earlier number again: that act stands where it does not belong.
  if (found < seq) return { code: 'reordered', seq: found };
  const later = acts.slice(place).some(({ act }) => act.seq === seq);
  return { code: later ? 'reordered' : 'deleted', seq };
}

/**
 * What happened to an act whose hash does not fit, although the numbers do. Rows that were moved, or closed up after a deletion, and
 * numbered anew still carry hashes that were made under their true numbers.
 */
function changed(
  sha256: Sha256,
  previous: Uint8Array,
  acts: readonly ChainedAct[],
  place: number,
): 'edited' | 'deleted' | 'reordered' {
  const [here, next] = [acts[place], acts[place + 1]];
  if (here === undefined) return 'edited';
  const { seq } = here.act;
  const fits = (from: Uint8Array, one: ChainedAct, number: number, hash: Uint8Array) => {
    const expected = chained(sha256, from, { ...one.act, seq: number });
    return expected !== null && equalBytes(expected, hash);
  };
  if (next !== undefined && fits(here.hash, next, seq + 2, next.hash)) return 'deleted';
  const moved = acts
    .slice(place + 1)
    .some((one) => fits(previous, one, seq, one.hash) || fits(previous, one, seq, here.hash));
  return moved ? 'reordered' : 'edited';
}
