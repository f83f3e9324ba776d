import { hash } from 'node:crypto';
import { ACT_DOMAIN, ACT_VERSION, type ChainName, chainStart, MAX_TEXT, MAX_VALUE } from './act-chain.ts';
import { type CellTable, CROWDED, cellTable, NO_CELL } from './cell-table.ts';
import { nodeSha256 } from './crypto.node.ts';
import type { ChainHead } from './hash-chain.ts';
import { HASH_LENGTH } from './merkle.ts';

/** Fields as a database sends them, one after the other in `bytes`; a length of -1 is none. Texts are UTF-8, numbers int64. */
export interface StoredFields {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/**
 * Says of the acts and cells of a class, as they are stored, whether all of it holds, and nothing else: what `verifyChain` and
 * `checkCells` find no fault in. Whatever it does not say yes to is looked at by those, which name what is wrong. It hashes
 * the octets as they come, and so costs a fraction.
 */
export interface StoredActs {
  /** The next act: its fields in the order of `CellAct`, the time in Unix milliseconds, its hash behind them. False: look closer. */
  act(row: StoredFields, setAt: number): boolean;
  /** After all acts, a cell: pupil, period, item, attempt, value, version. False: look closer. */
  cell(row: StoredFields): boolean;
  /** Acts so far. */
  readonly seq: number;
  /** Whether every anchor was met and every cell that was set is there. */
  isWhole(): boolean;
}

const PREVIOUS = ACT_DOMAIN.length;
const START = PREVIOUS + HASH_LENGTH + 1;
const HASH = 14;
/** Of an optional field that holds nothing. */
const NOTHING = 0;
/** Of lead octets below it every character is NFC as it stands: they are before U+0300. */
const FIRST_COMPOSABLE = 0xcc;
/** So is what begins with it and an octet from 0xb8 to 0xbb: U+1E00 to U+1EFF, where the rest of Vietnamese is, has no composition excluded. */
const VIETNAMESE = 0xe1;

/** Memory in which one class after the other is gone through: made anew for each, most of the time would be its collection's. */
export interface ActsRoom {
  readonly out: Buffer;
  readonly results: CellTable;
}

export function actsRoom(): ActsRoom {
  // Every field at its longest fits, so that no length is asked for twice.
  const out = Buffer.alloc(START + 8 * (2 + MAX_TEXT) + 2 * (3 + MAX_VALUE) + 6 * 8);
  return { out, results: cellTable() };
}

/**
 * @param room nobody else's as long as this is in use
 * @throws LedgerError 'act-invalid' for a name that is none
 */
export function storedActs(room: ActsRoom, name: ChainName, anchors: readonly ChainHead[]): StoredActs {
  const { out, results } = room;
  results.clear();
  out.set(ACT_DOMAIN);
  out.set(chainStart(nodeSha256, name), PREVIOUS);
  out[START - 1] = ACT_VERSION;
  const waiting = [...anchors].sort((a, b) => b.seq - a.seq);
  let seq = 0;
  /** Where the next field goes. */
  let at = START;

  function number(row: StoredFields, column: number): number {
    if (row.lengths[column] !== 8) return -1;
    const { bytes } = row;
    const from = row.starts[column] as number;
    // Beyond are negative numbers and such as are no safe integers.
    if (bytes[from] !== 0 || (bytes[from + 1] as number) > 0x1f) return -1;
    for (let i = 0; i < 8; i++) out[at + i] = bytes[from + i] as number;
    at += 8;
    return uint32(bytes, from) * 2 ** 32 + uint32(bytes, from + 4);
  }

  function text(row: StoredFields, column: number, limit: number): boolean {
    const length = row.lengths[column] as number;
    if (length < 0 || length > limit) return false;
    out[at++] = length >> 8;
    out[at++] = length;
    const { bytes } = row;
    const start = at;
    let composable = false;
    for (let from = row.starts[column] as number, end = from + length; from < end; from++) {
      const octet = bytes[from] as number;
      if (
        octet >= FIRST_COMPOSABLE &&
        (octet !== VIETNAMESE || ((bytes[from + 1] as number) & 0xfc) !== 0xb8)
      )
        composable = true;
      out[at++] = octet;
    }
    if (!composable) return true;
    const written = out.toString('utf8', start, at);
    return written.normalize('NFC') === written;
  }

  function optional(row: StoredFields, column: number): boolean {
    const is = row.lengths[column] !== -1;
    out[at++] = is ? 1 : NOTHING;
    return !is || text(row, column, MAX_VALUE);
  }

  function meetAnchors(): boolean {
    for (let next = waiting.at(-1); next !== undefined && next.seq <= seq; next = waiting.at(-1)) {
      if (next.seq !== seq || !isPrevious(next.hash, 0, next.hash.length)) return false;
      waiting.pop();
    }
    return true;
  }

  function isPrevious(bytes: Uint8Array, start: number, length: number): boolean {
    if (length !== HASH_LENGTH) return false;
    for (let i = 0; i < HASH_LENGTH; i++) if (bytes[start + i] !== out[PREVIOUS + i]) return false;
    return true;
  }

  /** The hash of what stands there up to `at` takes the place of the one before it. */
  function chain(): void {
    // A text of the octets: a Buffer made on the other side costs twice as much.
    const octets = hash('sha256', out.subarray(0, at), 'binary');
    for (let i = 0; i < HASH_LENGTH; i++) out[PREVIOUS + i] = octets.charCodeAt(i);
  }

  /** The act's change, between these, of what the acts before it made of its cell. */
  function follows(place: number, before: number, after: number, end: number, version: number): boolean {
    const cell = results.find(out, place, before);
    if (cell === CROWDED) return false;
    if (cell === NO_CELL) {
      if (version !== 1 || out[before] !== NOTHING) return false;
      results.add(out, place, before, after, end, version);
      return true;
    }
    if (version !== results.version(cell) + 1 || !results.holds(cell, out, before, after)) return false;
    results.set(cell, out, after, end, version);
    return true;
  }

  const begins = meetAnchors();

  return {
    get seq() {
      return seq;
    },
    act(row, setAt) {
      at = START;
      if (number(row, 0) !== seq + 1) return false;
      const placeStart = at;
      if (!text(row, 1, MAX_TEXT) || !text(row, 2, MAX_TEXT) || !text(row, 3, MAX_TEXT)) return false;
      if (number(row, 4) < 0) return false;
      const oldStart = at;
      if (!optional(row, 5)) return false;
      const newStart = at;
      if (!optional(row, 6)) return false;
      const newEnd = at;
      const version = number(row, 7);
      if (!text(row, 8, MAX_TEXT) || !text(row, 9, MAX_TEXT) || !text(row, 10, MAX_TEXT)) return false;
      if (number(row, 11) < 0 || !text(row, 12, MAX_TEXT)) return false;
      if (!Number.isSafeInteger(setAt) || setAt < 0) return false;
      at = writeUint32(out, Math.floor(setAt / 2 ** 32), at);
      at = writeUint32(out, setAt % 2 ** 32, at);
      chain();
      if (!isPrevious(row.bytes, row.starts[HASH] as number, row.lengths[HASH] as number)) return false;
      seq++;
      if (!follows(placeStart, oldStart, newStart, newEnd, version)) return false;
      return meetAnchors();
    },
    cell(row) {
      at = START;
      for (let column = 0; column < 3; column++) if (!text(row, column, MAX_TEXT)) return false;
      if (number(row, 3) < 0) return false;
      const value = at;
      if (!optional(row, 4)) return false;
      const cell = results.find(out, START, value);
      if (cell < 0 || !results.holds(cell, out, value, at)) return false;
      // A version is 1 or more; none is left of a cell that has come before.
      const version = results.version(cell);
      if (version === 0 || version !== number(row, 5)) return false;
      results.take(cell);
      return true;
    },
    isWhole: () => begins && waiting.length === 0 && results.left === 0,
  };
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0;

/** @returns where the next octet goes */
function writeUint32(out: Uint8Array, value: number, at: number): number {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
  return at + 4;
}
