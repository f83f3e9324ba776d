import { fieldWriter, framed } from '../encoding/byte-fields.ts';
import { concatBytes } from '../encoding/bytes.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { Sha256 } from '../ports.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';
import { type ChainFinding, type ChainHead, verifyHashChain } from './hash-chain.ts';

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

/** Octets of a value, and of any other text. */
export const MAX_VALUE = 20_000;
export const MAX_TEXT = 400;
export const ACT_VERSION = 1;
export const ACT_DOMAIN = utf8('hocba.vn/act/v1\n');

function refuse(detail: string): never {
  throw new LedgerError('act-invalid', detail);
}

/** UTF-8 of short texts that were found good: a class's acts say the same few over and over. */
const known = new Map<string, Uint8Array>();
const KNOWN = 4096;
const SHORT = 64;

function textBytes(value: string, what: string, limit = MAX_TEXT): Uint8Array {
  const before = known.get(value);
  if (before !== undefined) return before;
  const bytes = utf8(value);
  if (!value.isWellFormed() || value !== value.normalize('NFC') || bytes.length > limit) refuse(what);
  if (bytes.length > SHORT) return bytes;
  if (known.size >= KNOWN) known.clear();
  known.set(value, bytes);
  return bytes;
}

function whole(value: number, least: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < least) refuse(what);
  return value;
}

/**
 * Canonical bytes of an act: version u8, then the fields in the order of `CellAct`; numbers as uint64, texts as UTF-8 after their
 * length as uint16, a value after a byte that says whether there is one. No two acts give the same bytes.
 * @throws LedgerError 'act-invalid' with the field
 */
export function encodeAct(act: CellAct): Uint8Array {
  return actBytes(act, NOTHING).slice();
}

const NOTHING = new Uint8Array(0);

/** `before` and the act's bytes, good until the next call. */
function actBytes(act: CellAct, before: Uint8Array): Uint8Array {
  const text = (value: string, what: string) => writer.framed(textBytes(value, what));
  // Nothing and the empty text are two things: `00`, or `01` and the text.
  const optional = (value: string | null, what: string) => {
    writer.byte(value === null ? 0 : 1);
    if (value !== null) writer.framed(textBytes(value, what, MAX_VALUE));
  };
  writer.begin(before);
  writer.byte(ACT_VERSION);
  writer.uint64(whole(act.seq, 1, 'seq'));
  text(act.pupil, 'pupil');
  text(act.period, 'period');
  text(act.item, 'item');
  writer.uint64(whole(act.attempt, 0, 'attempt'));
  optional(act.oldValue, 'old value');
  optional(act.newValue, 'new value');
  writer.uint64(whole(act.version, 1, 'version'));
  text(act.source, 'source');
  text(act.device, 'device');
  text(act.batch, 'batch');
  writer.uint64(whole(act.n, 0, 'n'));
  text(act.setBy, 'set by');
  writer.uint64(whole(act.setAt, 0, 'set at'));
  return writer.written();
}

/** One buffer for all acts: a school has hundreds of thousands, and each is hashed as soon as it is written. */
const writer = fieldWriter();

/** Hash before the first act: of the chain's name, so that acts of one class are none of another's. @throws LedgerError 'act-invalid' */
export function chainStart(sha256: Sha256, name: ChainName): Uint8Array {
  if (name.school === '' || name.classId === '') refuse('chain name');
  return sha256(
    concatBytes(
      utf8('hocba.vn/act-chain/v1\n'),
      framed(textBytes(name.school, 'school')),
      framed(textBytes(name.classId, 'class')),
    ),
  );
}

/**
 * Hash of a chain after one more act: `SHA-256("hocba.vn/act/v1\n" ‖ previous[32] ‖ act)`. Stored in the act's transaction, under the
 * lock that gives the act its number.
 * @throws LedgerError 'act-invalid'
 */
export function actChain(sha256: Sha256, previous: Uint8Array, act: CellAct): Uint8Array {
  if (previous.length !== HASH_LENGTH) refuse('previous hash');
  return sha256(actBytes(act, concatBytes(ACT_DOMAIN, previous)));
}

/**
 * Verifies a class's whole chain in the order in which it is stored, against heads kept elsewhere (the daily roots), and names the
 * first bad act.
 * @param anchors heads as of earlier days, in any order
 */
export function verifyChain(
  sha256: Sha256,
  name: ChainName,
  acts: readonly ChainedAct[],
  anchors: readonly ChainHead[] = [],
): ChainFinding {
  const links = acts.map(({ act, hash }) => ({ item: act, hash }));
  const chain = (previous: Uint8Array, act: CellAct) => actChain(sha256, previous, act);
  return verifyHashChain(chainStart(sha256, name), chain, links, anchors);
}
