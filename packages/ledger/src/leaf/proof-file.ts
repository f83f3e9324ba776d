import { fromBase64, fromUtf8, hashFromBase64, parseDecimal, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError, type LedgerErrorCode } from '../error.ts';
import { type OpenedCheckpoint, openCheckpoint } from '../note/checkpoint.ts';
import { MAX_NOTE_BYTES, parseNote } from '../note/note.ts';
import { evaluateQuorum, type Policy, type QuorumState } from '../note/policy.ts';
import type { Ed25519, Sha256 } from '../ports.ts';
import { leafHash } from '../tree/merkle.ts';
import { MAX_PROOF_LENGTH, verifyInclusion } from '../tree/proof.ts';

/** Cap of a whole proof file, in bytes: the longest note, and what stands before it. Usual: about 1.8 kB with three cosignatures. */
export const MAX_PROOF_FILE_BYTES = MAX_NOTE_BYTES + 16_384;
const MAX_EXTRA_BYTES = 4096;
const HEADER = 'c2sp.org/tlog-proof@v1';

/** An offline proof that a leaf is in a log (c2sp.org/tlog-proof). */
export interface ProofFile {
  readonly index: number;
  /** Sibling hashes from the leaf up. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: Uint8Array;
  /** Not authenticated; here the salt of the record, with which the commitment is recomputed. */
  readonly extra?: Uint8Array;
}

function refuse(detail: string): never {
  throw new LedgerError('proof-file-invalid', detail);
}

/** @throws LedgerError 'proof-file-invalid' */
export function formatProofFile(file: ProofFile): Uint8Array {
  const checkpoint = fromUtf8(file.checkpoint);
  if (checkpoint === null) refuse('checkpoint');
  const extra = file.extra === undefined ? '' : `extra ${toBase64(file.extra)}\n`;
  const hashes = file.proof.map((hash) => `${toBase64(hash)}\n`).join('');
  const bytes = utf8(`${HEADER}\n${extra}index ${file.index}\n${hashes}\n${checkpoint}`);
  parseProofFile(bytes);
  return bytes;
}

/**
 * Parses a proof file strictly. Nothing is verified yet, except that its checkpoint has the form of a signed note.
 * @throws LedgerError 'proof-file-invalid'
 */
export function parseProofFile(bytes: Uint8Array): ProofFile {
  if (bytes.length > MAX_PROOF_FILE_BYTES) refuse('too long');
  const text = fromUtf8(bytes);
  if (text === null) refuse('not UTF-8');
  const end = text.indexOf('\n\n');
  if (end < 0) refuse('no checkpoint');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) refuse('header');
  try {
    let extra: Uint8Array | null = null;
    if (lines[0]?.startsWith('extra ') === true) {
      extra = fromBase64(lines.shift()?.slice('extra '.length) ?? '');
      if (extra.length === 0 || extra.length > MAX_EXTRA_BYTES) refuse('extra');
    }
    const indexLine = lines.shift() ?? '';
    if (!indexLine.startsWith('index ')) refuse('index');
    const index = parseDecimal(indexLine.slice('index '.length));
    if (lines.length > MAX_PROOF_LENGTH) refuse('hashes');
    const checkpoint = utf8(text.slice(end + 2));
    parseNote(checkpoint);
    return { index, proof: lines.map(hashFromBase64), checkpoint, ...(extra === null ? {} : { extra }) };
  } catch (error) {
    if (error instanceof LedgerError && error.code !== 'proof-file-invalid') refuse(error.code);
    throw error;
  }
}

/** What a proof file proves. `witness` is said apart: a log's word without witnesses is not nothing, and not the same. */
export type ProofFinding =
  | {
      readonly valid: true;
      readonly code: 'included';
      readonly index: number;
      readonly checkpoint: OpenedCheckpoint;
      readonly witness: QuorumState;
      /** Names (in the policy) of the witnesses that cosigned, with the unix seconds they state. */
      readonly witnesses: readonly { readonly name: string; readonly time: number }[];
    }
  | { readonly valid: false; readonly code: 'not-included' | LedgerErrorCode };

/**
 * Verifies a proof file for the exact bytes of a leaf, offline: leaf hash → log key and origin → cosignatures → inclusion.
 * Never throws for what stands in the file; anything unexpected is `valid: false`.
 */
export async function verifyProofFile(
  sha256: Sha256,
  ed25519: Ed25519,
  policy: Policy,
  leafBytes: Uint8Array,
  fileBytes: Uint8Array,
): Promise<ProofFinding> {
  try {
    const file = parseProofFile(fileBytes);
    const logs = policy.logs.map((log) => log.key);
    const witnessKeys = policy.witnesses.map((witness) => witness.key);
    const checkpoint = await openCheckpoint(ed25519, file.checkpoint, logs, witnessKeys);
    const included = verifyInclusion(sha256, {
      leaf: leafHash(sha256, leafBytes),
      index: file.index,
      size: checkpoint.size,
      root: checkpoint.root,
      proof: file.proof,
    });
    if (!included) return { valid: false, code: 'not-included' };
    const witnesses = checkpoint.cosigned.flatMap((done) => {
      const witness = policy.witnesses.find((known) => known.key === done.key);
      return witness === undefined || done.time === null ? [] : [{ name: witness.name, time: done.time }];
    });
    const keys = checkpoint.cosigned.map((done) => done.key);
    const witness = evaluateQuorum(policy, keys);
    return { valid: true, code: 'included', index: file.index, checkpoint, witness, witnesses };
  } catch (error) {
    return { valid: false, code: error instanceof LedgerError ? error.code : 'proof-file-invalid' };
  }
}
