import { nodeSha256 } from '../note/crypto.node.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';
import { ChainedFields, type StoredFields } from './chained-fields.node.ts';
import type { ChainHead } from './hash-chain.ts';
import { EVENT_VERSION, MAX_TEXT, TRAIL_DOMAIN, trailStart } from './trail-chain.ts';

/**
 * Says of a school's audit trail, as it is stored, whether all of it holds, and nothing else: what `verifyTrail` finds no fault in.
 * Whatever it does not say yes to is looked at by that, which names what is wrong.
 */
export interface StoredTrail {
  /** The next event: its fields in the order of `TrailEvent`, the time in Unix milliseconds, its hash behind them. False: look closer. */
  event(row: StoredFields, at: number): boolean;
  /** Events so far. */
  readonly seq: number;
  /** Whether every anchor was met, and the trail ends with this head. */
  endsWith(seq: number, hash: Uint8Array): boolean;
}

const HASH = 9;

/**
 * @param school its identifier
 * @param anchors heads as of earlier, in any order
 * @throws LedgerError 'act-invalid' for a school that is none
 */
export function storedTrail(school: string, anchors: readonly ChainHead[]): StoredTrail {
  const room = Buffer.allocUnsafe(TRAIL_DOMAIN.length + HASH_LENGTH + 1 + 2 * 8 + 7 * (3 + MAX_TEXT));
  const of = { domain: TRAIL_DOMAIN, version: EVENT_VERSION, first: trailStart(nodeSha256, school) };
  const fields = new ChainedFields(room, of, anchors);
  return {
    get seq() {
      return fields.seq;
    },
    event(row, at) {
      fields.at = fields.start;
      return (
        fields.number(row, 0) === fields.seq + 1 &&
        fields.text(row, 1, MAX_TEXT) &&
        fields.time(at) &&
        fields.optional(row, 3, MAX_TEXT) &&
        fields.optional(row, 4, MAX_TEXT) &&
        fields.text(row, 5, MAX_TEXT) &&
        fields.optional(row, 6, MAX_TEXT) &&
        fields.text(row, 7, MAX_TEXT) &&
        fields.optional(row, 8, MAX_TEXT) &&
        fields.chain(row, HASH) &&
        fields.meetAnchors()
      );
    },
    endsWith: (seq, hash) => fields.isWhole() && seq === fields.seq && fields.isLast(hash, 0, hash.length),
  };
}
