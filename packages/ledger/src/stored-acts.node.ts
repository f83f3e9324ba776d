import { hash } from 'node:crypto';
import { ACT_DOMAIN, ACT_VERSION, type ChainName, chainStart, MAX_TEXT, MAX_VALUE } from './act-chain.ts';
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
/** Of lead octets below it every character is NFC as it stands: they are before U+0300. */
const FIRST_COMPOSABLE = 0xcc;

/** @throws LedgerError 'act-invalid' for a name that is none */
export function storedActs(name: ChainName, anchors: readonly ChainHead[]): StoredActs {
  // Every field at its longest fits, so that no length is asked for twice.
  const out = Buffer.alloc(START + 8 * (2 + MAX_TEXT) + 2 * (3 + MAX_VALUE) + 6 * 8);
  out.set(ACT_DOMAIN);
  out.set(chainStart(nodeSha256, name), PREVIOUS);
  out[START - 1] = ACT_VERSION;
  const waiting = [...anchors].sort((a, b) => b.seq - a.seq);
  const results = new Map<string, { readonly value: string | null; readonly version: number }>();
  let seq = 0;
  /** Where the next field goes, and where the value of the last optional one begins and ends. */
  let at = START;

  function number(row: StoredFields, column: number): number {
    if (row.lengths[column] !== 8) return -1;
    const { bytes } = row;
    const from = row.starts[column] as number;
    // Beyond are negative numbers and such as are no safe integers.
    if (bytes[from] !== 0 || (bytes[from + 1] as number) > 0x1f) return -1;
    for (let i = 0; i < 8; i++) out[at++] = bytes[from + i] as number;
    return out.readUIntBE(at - 6, 6) + (out[at - 7] as number) * 2 ** 48;
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
      if (octet >= FIRST_COMPOSABLE) composable = true;
      out[at++] = octet;
    }
    if (!composable) return true;
    const written = out.toString('utf8', start, at);
    return written.normalize('NFC') === written;
  }

  function optional(row: StoredFields, column: number): boolean {
    const is = row.lengths[column] !== -1;
    out[at++] = is ? 1 : 0;
    return !is || text(row, column, MAX_VALUE);
  }

  /** The value of an optional field that ends at `end` and begins at `start`; octets as characters, to be compared. */
  const valueAt = (start: number, end: number): string | null =>
    out[start] === 0 ? null : out.toString('latin1', start + 1, end);

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
      at = out.writeUInt32BE(Math.floor(setAt / 2 ** 32), at);
      at = out.writeUInt32BE(setAt % 2 ** 32, at);
      out.write(hash('sha256', out.subarray(0, at), 'binary'), PREVIOUS, HASH_LENGTH, 'latin1');
      if (!isPrevious(row.bytes, row.starts[HASH] as number, row.lengths[HASH] as number)) return false;
      seq++;
      const place = out.toString('latin1', placeStart, oldStart);
      const before = results.get(place);
      if (valueAt(oldStart, newStart) !== (before?.value ?? null)) return false;
      if (version !== (before?.version ?? 0) + 1) return false;
      results.set(place, { value: valueAt(newStart, newEnd), version });
      return meetAnchors();
    },
    cell(row) {
      at = START;
      for (let column = 0; column < 3; column++) if (!text(row, column, MAX_TEXT)) return false;
      if (number(row, 3) < 0) return false;
      const place = out.toString('latin1', START, at);
      const start = at;
      if (!optional(row, 4)) return false;
      const value = valueAt(start, at);
      const last = results.get(place);
      if (last === undefined || last.value !== value || last.version !== number(row, 5)) return false;
      return results.delete(place);
    },
    isWhole: () => begins && waiting.length === 0 && results.size === 0,
  };
}
