import { concatBytes, equalBytes } from '../encoding/bytes.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { documentCommitment } from '../leaf/issued-core.ts';
import { decodeLeaf } from '../leaf/leaf.ts';
import { verifyProofFile } from '../leaf/proof-file.ts';
import { type OpenedCheckpoint, openCheckpoint } from '../note/checkpoint.ts';
import { formatNote, parseNote, parseVkey } from '../note/note.ts';
import type { Policy, QuorumState } from '../note/policy.ts';
import type { Ed25519, Sha256 } from '../ports.ts';
import { verifyConsistency } from '../tree/proof.ts';

/**
 * A stand-alone school's checkpoint lodged in its province's log: the document behind a leaf of kind `statement`. From then on the
 * school cannot show another history without contradicting a leaf that the province's witnesses have seen.
 */
export interface LodgedCheckpoint {
  /** Exact bytes of the document. */
  readonly document: Uint8Array;
  readonly commitment: Uint8Array;
}

/** First bytes of the document. */
export const LODGED_HEADER = utf8('hocba.vn/lodged-checkpoint/v1\n');

/**
 * The checkpoint's note with the log's own signature alone: one checkpoint gives one document, whoever cosigned it.
 * @throws LedgerError those of `openCheckpoint`
 */
export async function bareCheckpoint(
  sha256: Sha256,
  ed25519: Ed25519,
  vkey: string,
  checkpoint: Uint8Array,
): Promise<Uint8Array> {
  const key = parseVkey(sha256, vkey);
  await openCheckpoint(ed25519, checkpoint, [key]);
  const { text, signatures } = parseNote(checkpoint);
  const own = signatures.filter((line) => line.name === key.name && line.keyId === key.keyId);
  return formatNote({ text, signatures: own });
}

/**
 * Makes the document and the commitment for the province's leaf. The document is the checkpoint's note with the school log's
 * signature alone, so that one checkpoint gives one document, whoever cosigned it.
 * @param vkey the school log's key; its name is the origin
 * @param salt 32 random bytes, kept and given to who verifies
 * @throws LedgerError those of `openCheckpoint`; 'commitment-invalid'
 */
export async function lodgeCheckpoint(
  sha256: Sha256,
  ed25519: Ed25519,
  vkey: string,
  checkpoint: Uint8Array,
  salt: Uint8Array,
): Promise<LodgedCheckpoint> {
  const document = concatBytes(LODGED_HEADER, await bareCheckpoint(sha256, ed25519, vkey, checkpoint));
  return {
    document,
    commitment: documentCommitment(sha256, { kind: 'statement', salt, digest: sha256(document) }),
  };
}

export interface LodgedProof {
  readonly document: Uint8Array;
  readonly salt: Uint8Array;
  /** Bytes of the province's leaf. */
  readonly leaf: Uint8Array;
  /** Its proof file in the province's log. */
  readonly proof: Uint8Array;
}

export type LodgedFinding =
  | {
      readonly valid: true;
      /** The school's checkpoint. */
      readonly lodged: OpenedCheckpoint;
      /** When the province's leaf was made, unix seconds, and where it stands. */
      readonly time: number;
      readonly index: number;
      readonly witness: QuorumState;
    }
  | {
      readonly valid: false;
      readonly code:
        | 'leaf-is-no-statement'
        | 'commitment-differs'
        | 'document-invalid'
        | 'not-in-province-log';
    };

/**
 * From the province's log to the school's: that this checkpoint of the school was lodged, and when. Never throws for what is shown.
 * @param policy the province's log and its witnesses
 * @param vkey the school log's key
 */
export async function verifyLodged(
  sha256: Sha256,
  ed25519: Ed25519,
  trust: { readonly policy: Policy; readonly vkey: string },
  shown: LodgedProof,
): Promise<LodgedFinding> {
  const key = parseVkey(sha256, trust.vkey);
  try {
    const leaf = decodeLeaf(shown.leaf);
    if (leaf.kind !== 'statement') return { valid: false, code: 'leaf-is-no-statement' };
    const digest = sha256(shown.document);
    const commitment = documentCommitment(sha256, { kind: 'statement', salt: shown.salt, digest });
    if (!equalBytes(commitment, leaf.commitment)) return { valid: false, code: 'commitment-differs' };
    const lodged = await openDocument(ed25519, shown.document, key);
    if (lodged === null) return { valid: false, code: 'document-invalid' };
    const found = await verifyProofFile(sha256, ed25519, trust.policy, shown.leaf, shown.proof);
    if (!found.valid) return { valid: false, code: 'not-in-province-log' };
    return { valid: true, lodged, time: leaf.time, index: found.index, witness: found.witness };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return {
      valid: false,
      code: error.code === 'commitment-invalid' ? 'commitment-differs' : 'leaf-is-no-statement',
    };
  }
}

/** The checkpoint in a document; null when it is none of this log. Another kind of statement has another header. */
async function openDocument(
  ed25519: Ed25519,
  document: Uint8Array,
  key: ReturnType<typeof parseVkey>,
): Promise<OpenedCheckpoint | null> {
  if (!equalBytes(document.subarray(0, LODGED_HEADER.length), LODGED_HEADER)) return null;
  try {
    return await openCheckpoint(ed25519, document.slice(LODGED_HEADER.length), [key]);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/**
 * From the school's log to the lodged checkpoint: that the tree of a present (or earlier) checkpoint of the school and the lodged one
 * are of one history.
 * @param proof consistency proof between the two sizes, the smaller first
 */
export function extendsLodged(
  sha256: Sha256,
  lodged: OpenedCheckpoint,
  checkpoint: OpenedCheckpoint,
  proof: readonly Uint8Array[],
): boolean {
  if (lodged.origin !== checkpoint.origin) return false;
  const [first, second] = lodged.size <= checkpoint.size ? [lodged, checkpoint] : [checkpoint, lodged];
  return verifyConsistency(sha256, {
    first: first.size,
    second: second.size,
    firstRoot: first.root,
    secondRoot: second.root,
    proof,
  });
}
