import { sameBytes } from '../bytes.ts';
import { DerError } from '../der/read.ts';
import { type ArchiveTimestamp, readEvidenceRecord, writeEvidenceRecord } from './record.ts';

/**
 * Whether evidence holds all timestamps of an earlier one in their places, and perhaps more: a renewal takes none away (RFC 4998 §5.2). Of
 * the authorities it says nothing. False for what is no evidence.
 */
export function extendsEvidence(earlier: Uint8Array, later: Uint8Array): boolean {
  try {
    const [before, after] = [readEvidenceRecord(earlier), readEvidenceRecord(later)];
    return before.chains.every((chain, c) =>
      chain.every((stamp, n) => {
        const there = after.chains[c]?.[n];
        return there !== undefined && sameBytes(alone(stamp), alone(there));
      }),
    );
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

const alone = (stamp: ArchiveTimestamp): Uint8Array => writeEvidenceRecord({ chains: [[stamp]] });
