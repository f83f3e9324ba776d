import { decodeLeaf, LedgerError, leafHash, verifyProofFile } from '@hocba/ledger';
import type { Trust } from '../trust/trust.ts';
import type { VerifyPorts } from '../verdict/file-verdict.ts';

/** A leaf with its proof file (c2sp.org/tlog-proof), as a copy of the log has both. */
export interface ProvenLeaf {
  readonly leaf: Uint8Array;
  readonly proof: Uint8Array;
}

/** Finds a leaf in whatever copy of its log is at hand; null where there is none. */
export type LeafPort = (origin: string, index: number) => Promise<ProvenLeaf | null>;

interface NamedLeaf {
  readonly origin: string;
  readonly index: number;
  /** Its hash's first octets. */
  readonly hash: Uint8Array;
}

/**
 * Holds the leaf that a claim names against the log. A claim's dates are its key's word: who has the key may write any day. What it
 * cannot make is a leaf: the log tells that there is one, of a record, and when it was made.
 *
 * @returns when the leaf was made, unix seconds; `differs` where the log has another one there; null where no copy of the log tells
 */
export async function leafOfClaim(
  { crypto, ed25519 }: Pick<VerifyPorts, 'crypto' | 'ed25519'>,
  { origin, index, hash }: NamedLeaf,
  trust: Trust,
  port: LeafPort | undefined,
): Promise<number | 'differs' | null> {
  if (port === undefined || trust.policy === null) return null;
  const sha256 = (bytes: Uint8Array): Uint8Array => crypto.sha256(bytes);
  try {
    const held = await port(origin, index);
    if (held === null) return null;
    const found = await verifyProofFile(sha256, ed25519, trust.policy, held.leaf, held.proof);
    // A copy that does not lead to the log's own tree tells nothing.
    if (!found.valid || found.checkpoint.origin !== origin || found.index !== index) return null;
    const whole = leafHash(sha256, held.leaf);
    const { kind, time } = decodeLeaf(held.leaf);
    const isIts = hash.every((octet, n) => octet === whole[n]);
    return isIts && (kind === 'issue' || kind === 'replace') ? time : 'differs';
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}
