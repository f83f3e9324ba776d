import { nodeSha256 } from '../note/crypto.node.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';
import { ACT_DOMAIN, ACT_VERSION, type ChainName, chainStart, MAX_TEXT, MAX_VALUE } from './act-chain.ts';
import { type CellTable, CROWDED, cellTable, NO_CELL } from './cell-table.ts';
import { ChainedFields, NOTHING, type StoredFields } from './chained-fields.node.ts';
import type { ChainHead } from './hash-chain.ts';

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

const HASH = 14;

/** Memory in which one class after the other is gone through: made anew for each, most of the time would be its collection's. */
export interface ActsRoom {
  readonly out: Buffer;
  readonly results: CellTable;
}

export function actsRoom(): ActsRoom {
  const start = ACT_DOMAIN.length + HASH_LENGTH + 1;
  const out = Buffer.alloc(start + 8 * (2 + MAX_TEXT) + 2 * (3 + MAX_VALUE) + 6 * 8);
  return { out, results: cellTable() };
}

/**
 * @param room nobody else's as long as this is in use
 * @throws LedgerError 'act-invalid' for a name that is none
 */
export function storedActs(room: ActsRoom, name: ChainName, anchors: readonly ChainHead[]): StoredActs {
  const { out, results } = room;
  results.clear();
  const first = chainStart(nodeSha256, name);
  const fields = new ChainedFields(out, { domain: ACT_DOMAIN, version: ACT_VERSION, first }, anchors);

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

  const texts = (row: StoredFields, from: number, to: number): boolean => {
    for (let column = from; column <= to; column++) if (!fields.text(row, column, MAX_TEXT)) return false;
    return true;
  };

  return {
    get seq() {
      return fields.seq;
    },
    act(row, setAt) {
      const place = fields.start;
      fields.at = place;
      if (fields.number(row, 0) !== fields.seq + 1) return false;
      const placeStart = fields.at;
      if (!texts(row, 1, 3) || fields.number(row, 4) < 0) return false;
      const oldStart = fields.at;
      if (!fields.optional(row, 5, MAX_VALUE)) return false;
      const newStart = fields.at;
      if (!fields.optional(row, 6, MAX_VALUE)) return false;
      const newEnd = fields.at;
      const version = fields.number(row, 7);
      if (!texts(row, 8, 10) || fields.number(row, 11) < 0 || !texts(row, 12, 12)) return false;
      if (!fields.time(setAt) || !fields.chain(row, HASH)) return false;
      return follows(placeStart, oldStart, newStart, newEnd, version) && fields.meetAnchors();
    },
    cell(row) {
      const place = fields.start;
      fields.at = place;
      if (!texts(row, 0, 2) || fields.number(row, 3) < 0) return false;
      const value = fields.at;
      if (!fields.optional(row, 4, MAX_VALUE)) return false;
      const cell = results.find(out, place, value);
      if (cell < 0 || !results.holds(cell, out, value, fields.at)) return false;
      // A version is 1 or more; none is left of a cell that has come before.
      const version = results.version(cell);
      if (version === 0 || version !== fields.number(row, 5)) return false;
      results.take(cell);
      return true;
    },
    isWhole: () => fields.isWhole() && results.left === 0,
  };
}
