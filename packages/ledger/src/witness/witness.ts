import { equalBytes, toHex } from '../encoding/bytes.ts';
import { fromUtf8, hashFromBase64, parseDecimal, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { type Checkpoint, readAnyCheckpointText } from '../note/checkpoint.ts';
import {
  cosign,
  formatNote,
  formatSignatureLine,
  MAX_NOTE_BYTES,
  type Note,
  type NoteSignature,
  parseNote,
  parseVkey,
  type VerifierKey,
  verifyNote,
} from '../note/note.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';
import { emptyRoot } from '../tree/merkle.ts';
import { MAX_PROOF_LENGTH, verifyConsistency } from '../tree/proof.ts';

/** Longest body of an `add-checkpoint` request, in bytes: 63 hashes, and the longest note. */
export const MAX_WITNESS_BODY = MAX_NOTE_BYTES + 64 * 45;

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
  /** Whether the operator has said that this time of a cosignature, unix seconds, was of a clock that ran ahead: it is then no bar. */
  readonly wasAhead?: (cosignedAt: number) => boolean;
  /**
   * Whether nothing is cosigned of an origin for the time being: the memory may be an older backup, from which a fork would be
   * cosigned. Asked with what the request says was cosigned last, and what the memory says.
   */
  readonly held?: (origin: string, stated: number, remembered: number) => boolean;
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
    return { note, checkpoint: readAnyCheckpointText(note.text), request };
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
 * (500), nor while the clock stands before the last cosignature, nor of an origin that is held (503).
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
  if (ports.held?.(checkpoint.origin, request.oldSize, size) === true)
    return answer(503, 'this witness may have been restored from an older backup\n');
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
  if (isBehind(ports, time, last?.time ?? 0)) return answer(503, 'clock behind\n');
  const { cosignature, next } = await makeRecord(ports, note, keys, time);
  if ((await ports.state.swap(checkpoint.origin, record, next)) !== true) return null;
  return answer(200, formatSignatureLine(cosignature));
}

function isBehind({ wasAhead }: WitnessPorts, time: number, last: number): boolean {
  return time < 1 || (time < last && wasAhead?.(last) !== true);
}

async function makeRecord(
  { sha256, ed25519, signer }: WitnessPorts,
  note: Note,
  keys: readonly VerifierKey[],
  time: number,
): Promise<{ readonly cosignature: NoteSignature; readonly next: Uint8Array }> {
  const cosignature = await cosign(sha256, ed25519, signer, note.text, time);
  const ofLog = note.signatures.filter((line) =>
    keys.some((key) => key.name === line.name && key.keyId === line.keyId),
  );
  return { cosignature, next: formatNote({ text: note.text, signatures: [...ofLog, cosignature] }) };
}

/** What comes of showing a witness a checkpoint that it cosigned itself. */
export type Recalled =
  /** It is the memory now, cosigned anew. */
  | 'remembered'
  /** Smaller than what the memory holds: it says nothing. */
  | 'older'
  /** As large as what the memory holds, and another tree: this key has cosigned two histories. */
  | 'two-histories'
  /** Without the log's signature, or without this witness's own; or of a log that it does not witness. */
  | 'not-ours'
  | 'clock-behind'
  | 'lost-race';

/**
 * Reminds a witness whose memory may be an older backup of what it cosigned: a checkpoint with the log's signature and its own, from
 * wherever that was kept. A larger tree than the memory's takes its place, since the witness had proven that it extends all before it.
 * That there is no larger one still, nobody can prove: who shows it must have asked others than the log.
 * @throws LedgerError for a memory that is damaged
 */
export async function recallCosigned(ports: WitnessPorts, checkpoint: Uint8Array): Promise<Recalled> {
  let note: Note;
  let shown: LastCosigned;
  let keys: readonly VerifierKey[];
  try {
    note = parseNote(checkpoint);
    const { origin } = readAnyCheckpointText(note.text);
    keys = ports.logs.filter((key) => key.name === origin);
    await verifyNote(ports.ed25519, note, keys);
    shown = await openWitnessRecord(ports, origin, checkpoint);
  } catch (error) {
    if (error instanceof LedgerError) return 'not-ours';
    throw error;
  }
  const record = await ports.state.load(shown.origin);
  const last = record === null ? null : await openWitnessRecord(ports, shown.origin, record);
  if (last !== null && shown.size < last.size) return 'older';
  if (last !== null && shown.size === last.size && !equalBytes(shown.root, last.root)) return 'two-histories';
  const time = Math.floor(ports.now() / 1000);
  if (isBehind(ports, time, Math.max(shown.time, last?.time ?? 0))) return 'clock-behind';
  const { next } = await makeRecord(ports, note, keys, time);
  return (await ports.state.swap(shown.origin, record, next)) === true ? 'remembered' : 'lost-race';
}

/** Where a witness shows what it last cosigned of an origin, below its prefix (c2sp.org/tlog-witness, monitor retrieval). */
export function cosignedPath(sha256: Sha256, origin: string): string {
  return `${toHex(sha256(utf8(origin)))}/checkpoint`;
}

/**
 * Answers a request for what was last cosigned of a log: the checkpoint with the log's signature and the witness's own. By it
 * monitors see another history, and a log that is told of a larger tree than its own sees by what key that was signed.
 * @param path as `cosignedPath` gives it
 */
export async function lastCosigned(ports: WitnessPorts, path: string): Promise<WitnessAnswer> {
  const origin = ports.logs.find(({ name }) => cosignedPath(ports.sha256, name) === path)?.name;
  const record = origin === undefined ? null : await ports.state.load(origin);
  if (origin === undefined || record === null) return answer(404, 'never cosigned\n');
  try {
    await openWitnessRecord(ports, origin, record);
  } catch (error) {
    if (error instanceof LedgerError) return answer(500, 'the record of this origin is damaged\n');
    throw error;
  }
  return answer(200, fromUtf8(record) ?? '');
}

/** What a witness last cosigned of an origin. */
export interface LastCosigned extends Checkpoint {
  /** Unix seconds of the cosignature. */
  readonly time: number;
}

/**
 * Opens a witness's record: a checkpoint with the witness's own cosignature, so that a record which was damaged or belongs to
 * another witness is noticed.
 * @throws LedgerError of `verifyNote` and `readAnyCheckpointText`; 'origin-wrong'
 */
export async function openWitnessRecord(
  ports: Pick<WitnessPorts, 'sha256' | 'ed25519' | 'signer'>,
  origin: string,
  record: Uint8Array,
): Promise<LastCosigned> {
  const note = parseNote(record);
  const [own] = await verifyNote(ports.ed25519, note, [parseVkey(ports.sha256, ports.signer.vkey)]);
  const checkpoint = readAnyCheckpointText(note.text);
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
