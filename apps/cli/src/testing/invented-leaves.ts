import { encodeLeaf, leafHash, type PendingLeaf } from '@hocba/ledger';
import { nodeSha256 } from '@hocba/ledger/node';

/** For tests: leaves made from the numbers `start`…`end − 1`, the same in every run. */
export function invented(start: number, end: number): PendingLeaf[] {
  return Array.from({ length: end - start }, (_, i) => {
    const commitment = nodeSha256(new TextEncoder().encode(`leaf ${start + i}`));
    const bytes = encodeLeaf({ kind: 'issue', time: 1_780_000_000 + start + i, commitment });
    return { bytes, leafHash: leafHash(nodeSha256, bytes) };
  });
}
