import { LedgerError } from '../error.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';

/** What an entry of the log announces. The log holds no personal data: the rest is behind the commitment. */
export type LeafKind =
  | 'issue'
  | 'recall'
  | 'replace'
  | 'manifest'
  | 'transfer'
  | 'dailyRoot'
  | 'claimKey'
  | 'statement';

export interface Leaf {
  readonly kind: LeafKind;
  /** Unix seconds. */
  readonly time: number;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
  /** The earlier leaf that this one speaks of. `recall` and `replace` must name one, `issue` must not. */
  readonly previous?: { readonly index: bigint; readonly leafHash: Uint8Array };
}

/** Longest leaf of any version, in bytes. Version 1 takes 43 or 83. */
export const MAX_LEAF_LENGTH = 128;

const VERSION = 1;
const BASE_LENGTH = 43;
/** Length in bytes of a version 1 leaf that names an earlier one. */
export const LENGTH_WITH_PREVIOUS = 83;
/** 9999-12-31T23:59:59Z: a later time is a broken clock or an attack on somebody's date parser. */
const MAX_TIME = 253_402_300_799;
const MAX_INDEX = BigInt(Number.MAX_SAFE_INTEGER);

/** Codes are for ever: a kind is added at the end, none is reused. */
export const KIND_CODES: Readonly<Record<LeafKind, number>> = {
  issue: 1,
  recall: 2,
  replace: 3,
  manifest: 4,
  transfer: 5,
  dailyRoot: 6,
  claimKey: 7,
  statement: 8,
};
const KIND_OF_CODE = new Map(Object.entries(KIND_CODES).map(([kind, code]) => [code, kind as LeafKind]));

function check(leaf: Leaf): void {
  const { kind, time, commitment, previous } = leaf;
  if (!Object.hasOwn(KIND_CODES, kind)) throw new LedgerError('leaf-invalid', 'kind');
  if (!Number.isSafeInteger(time) || time < 1 || time > MAX_TIME)
    throw new LedgerError('leaf-invalid', 'time');
  if (commitment.length !== HASH_LENGTH) throw new LedgerError('leaf-invalid', 'commitment');
  if (kind === 'issue' && previous !== undefined) throw new LedgerError('leaf-invalid', 'previous of issue');
  if ((kind === 'recall' || kind === 'replace') && previous === undefined) {
    throw new LedgerError('leaf-invalid', 'no previous');
  }
  if (previous === undefined) return;
  if (previous.index < 0n || previous.index > MAX_INDEX)
    throw new LedgerError('leaf-invalid', 'previous index');
  if (previous.leafHash.length !== HASH_LENGTH) throw new LedgerError('leaf-invalid', 'previous hash');
}

/**
 * Encodes a leaf, version 1: `01 ‖ kind u8 ‖ time u64 ‖ commitment[32] ‖ 00`, or with a previous leaf
 * `… ‖ 01 ‖ index u64 ‖ leafHash[32]`; numbers most significant byte first.
 * @throws LedgerError 'leaf-invalid'
 */
export function encodeLeaf(leaf: Leaf): Uint8Array {
  check(leaf);
  const out = new Uint8Array(leaf.previous === undefined ? BASE_LENGTH : LENGTH_WITH_PREVIOUS);
  const view = new DataView(out.buffer);
  out[0] = VERSION;
  out[1] = KIND_CODES[leaf.kind];
  view.setBigUint64(2, BigInt(leaf.time));
  out.set(leaf.commitment, 10);
  if (leaf.previous !== undefined) {
    out[42] = 1;
    view.setBigUint64(43, leaf.previous.index);
    out.set(leaf.previous.leafHash, 51);
  }
  return out;
}

/**
 * Decodes a leaf strictly: exactly the bytes that `encodeLeaf` gives. Unknown versions and kinds are refused, because a reader
 * that skips what it does not understand can be shown a false state.
 * @throws LedgerError 'leaf-invalid'
 */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  if (bytes.length !== BASE_LENGTH && bytes.length !== LENGTH_WITH_PREVIOUS) {
    throw new LedgerError('leaf-invalid', 'length');
  }
  if (bytes[0] !== VERSION) throw new LedgerError('leaf-invalid', 'version');
  const kind = KIND_OF_CODE.get(bytes[1] ?? 0);
  if (kind === undefined) throw new LedgerError('leaf-invalid', 'kind');
  if (bytes[42] !== (bytes.length === BASE_LENGTH ? 0 : 1)) throw new LedgerError('leaf-invalid', 'flag');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const time = Number(view.getBigUint64(2));
  const base = { kind, time, commitment: bytes.slice(10, 42) };
  const leaf: Leaf =
    bytes.length === BASE_LENGTH
      ? base
      : { ...base, previous: { index: view.getBigUint64(43), leafHash: bytes.slice(51, 83) } };
  check(leaf);
  return leaf;
}
