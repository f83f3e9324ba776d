import { equalBytes } from './bytes.ts';
import { type Checkpoint, parseCheckpointText } from './checkpoint.ts';
import { fromUtf8, hashFromBase64, parseDecimal, toBase64, utf8 } from './encoding.ts';
import { LedgerError } from './error.ts';
import { emptyRoot } from './merkle.ts';
import {
  cosign,
  formatNote,
  formatSignatureLine,
  type Note,
  parseNote,
  parseVkey,
  type VerifierKey,
  verifyNote,
} from './note.ts';
import type { Ed25519, NoteSigner, Sha256 } from './ports.ts';
import { MAX_PROOF_LENGTH, verifyConsistency } from './proof.ts';

/** Longest body of an `add-checkpoint` request, in bytes: 63 hashes, and a checkpoint with a crowd of cosignatures. */
export const MAX_WITNESS_BODY = 65_536;

/** Longest text that a witness answers, in bytes: lines of a few keys. */
export const MAX_WITNESS_ANSWER = 16_384;

/**
 * A witness's durable memory: one record per origin. Check and store happen in one `swap`, else two requests at once roll the
 * memory back and the witness cosigns a fork.
 */
export interface WitnessState {
  /** The record of an origin; null when it was never cosigned. */
  load(origin: string): Promise<Uint8Array | null>;
  /** Atomically and durably replaces `old` (null: nothing there) by `next`; false when something else is there. */
  swap(origin: string, old: Uint8Array | null, next: Uint8Array): Promise<boolean>;
}

export interface WitnessPorts {
  readonly sha256: Sha256;
  readonly ed25519: Ed25519;
  /** Key of type 0x04 (Ed25519 cosignature). */
  readonly signer: NoteSigner;
  /** Keys of the logs that are witnessed; the name of each is its origin. One origin may have several keys. */
  readonly logs: readonly VerifierKey[];
  readonly state: WitnessState;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What is answered to a request, whatever carries it. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 500 | 503;
  readonly contentType: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/** How often a request is judged again because another one of the same origin came between its check and its storing. */
const MAX_RACES = 8;

function answer(status: WitnessAnswer['status'], body: string): WitnessAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` };
}

/** An `add-checkpoint` request as it stands in its body. */
export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: Uint8Array;
}

/** Writes the body of an `add-checkpoint` request. @throws LedgerError 'proof-invalid' */
export function formatAddCheckpoint(request: AddCheckpoint): Uint8Array {
  const checkpoint = fromUtf8(request.checkpoint);
  if (checkpoint === null || request.proof.length > MAX_PROOF_LENGTH) throw new LedgerError('proof-invalid');
  const lines = request.proof.map((hash) => `${toBase64(hash)}\n`).join('');
  return utf8(`old ${request.oldSize}\n${lines}\n${checkpoint}`);
}

/** Reads the body of an `add-checkpoint` request strictly. @throws LedgerError 'proof-invalid' | 'decimal-invalid' | 'base64-invalid' */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  if (body.length > MAX_WITNESS_BODY) throw new LedgerError('proof-invalid', 'too long');
  const text = fromUtf8(body);
  const end = text === null ? -1 : text.indexOf('\n\n');
  if (text === null || end < 0) throw new LedgerError('proof-invalid', 'no empty line');
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  if (!first.startsWith('old ')) throw new LedgerError('proof-invalid', 'old size');
  const oldSize = parseDecimal(first.slice('old '.length));
  if (lines.length > MAX_PROOF_LENGTH) throw new LedgerError('proof-invalid', 'too many hashes');
  return { oldSize, proof: lines.map(hashFromBase64), checkpoint: utf8(text.slice(end + 2)) };
}

interface Claim {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
  readonly request: AddCheckpoint;
}

function readClaim(body: Uint8Array): Claim | null {
  try {
    const request = parseAddCheckpoint(body);
    const note = parseNote(request.checkpoint);
    return { note, checkpoint: parseCheckpointText(note.text), request };
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/**
 * Answers a request `add-checkpoint` (c2sp.org/tlog-witness v1.0.0). A cosignature says: at this time this was the largest tree
 * of this origin that I have seen, and it extends all that I have cosigned before.
 *
 * The new record is made, cosignature and all, and swapped in before it is answered; a request that finds another record than the
 * one it was checked against is judged again from the start. Nothing is cosigned from a record that is not this key's own
 * (500) nor while the clock stands before the last cosignature (503).
 * @param body the request's exact bytes, at most MAX_WITNESS_BODY
 */
export async function addCheckpoint(ports: WitnessPorts, body: Uint8Array): Promise<WitnessAnswer> {
  const claim = readClaim(body);
  if (claim === null) return answer(400, 'malformed request\n');
  const { note, checkpoint, request } = claim;
  const keys = ports.logs.filter((key) => key.name === checkpoint.origin);
  if (keys.length === 0) return answer(404, 'unknown origin\n');
  try {
    await verifyNote(ports.ed25519, note, keys);
  } catch (error) {
    if (error instanceof LedgerError) return answer(403, 'no valid signature of the log\n');
    throw error;
  }
  if (request.oldSize > checkpoint.size) return answer(400, 'old size above checkpoint size\n');
  for (let race = 0; race < MAX_RACES; race++) {
    const done = await judge(ports, claim, keys);
    if (done !== null) return done;
  }
  return answer(503, 'busy\n');
}

/** One attempt against the record as it is now; null when the record changed before the new one could be stored. */
async function judge(
  ports: WitnessPorts,
  claim: Claim,
  keys: readonly VerifierKey[],
): Promise<WitnessAnswer | null> {
  const { note, checkpoint, request } = claim;
  const record = await ports.state.load(checkpoint.origin);
  let last: LastCosigned | null;
  try {
    last = record === null ? null : await openWitnessRecord(ports, checkpoint.origin, record);
  } catch (error) {
    if (error instanceof LedgerError) return answer(500, 'the record of this origin is damaged\n');
    throw error;
  }
  const size = last?.size ?? 0;
  if (request.oldSize !== size) return conflict(size);
  const empty = emptyRoot(ports.sha256);
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, empty)) {
    return answer(422, 'the empty tree has another root\n');
  }
  const consistent = verifyConsistency(ports.sha256, {
    first: size,
    second: checkpoint.size,
    firstRoot: last?.root ?? empty,
    secondRoot: checkpoint.root,
    proof: request.proof,
  });
  if (!consistent) return answer(422, 'not consistent with the cosigned checkpoint\n');
  const time = Math.floor(ports.now() / 1000);
  if (time < 1 || (last !== null && time < last.time)) return answer(503, 'clock behind\n');
  const cosignature = await cosign(ports.sha256, ports.ed25519, ports.signer, note.text, time);
  const ofLog = note.signatures.filter((line) =>
    keys.some((key) => key.name === line.name && key.keyId === line.keyId),
  );
  const next = formatNote({ text: note.text, signatures: [...ofLog, cosignature] });
  if ((await ports.state.swap(checkpoint.origin, record, next)) !== true) return null;
  return answer(200, formatSignatureLine(cosignature));
}

/** What a witness last cosigned of an origin. */
export interface LastCosigned extends Checkpoint {
  /** Unix seconds of the cosignature. */
  readonly time: number;
}

/**
 * Opens a witness's record: a checkpoint with the witness's own cosignature, so that a record which was damaged or belongs to
 * another witness is noticed.
 * @throws LedgerError of `verifyNote` and `parseCheckpointText`; 'origin-wrong'
 */
export async function openWitnessRecord(
  ports: Pick<WitnessPorts, 'sha256' | 'ed25519' | 'signer'>,
  origin: string,
  record: Uint8Array,
): Promise<LastCosigned> {
  const note = parseNote(record);
  const [own] = await verifyNote(ports.ed25519, note, [parseVkey(ports.sha256, ports.signer.vkey)]);
  const checkpoint = parseCheckpointText(note.text);
  if (checkpoint.origin !== origin) throw new LedgerError('origin-wrong');
  if (own === undefined || own.time === null) throw new LedgerError('cosignature-invalid');
  return { ...checkpoint, time: own.time };
}

/** A witness's memory that forgets with the process: for tests; it shows by example what a durable one must do. */
export function memoryWitnessState(): WitnessState {
  const records = new Map<string, Uint8Array>();
  return {
    load: async (origin) => records.get(origin)?.slice() ?? null,
    swap: async (origin, old, next) => {
      const there = records.get(origin);
      const same = old === null || there === undefined ? old === null && !there : equalBytes(old, there);
      if (same) records.set(origin, next.slice());
      return same;
    },
  };
}
