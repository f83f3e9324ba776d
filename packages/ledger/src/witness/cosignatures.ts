import { equalBytes } from '../encoding/bytes.ts';
import { readCapped } from '../encoding/capped-body.ts';
import { fromUtf8, parseDecimal, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import type { Log } from '../log/log.ts';
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts';
import {
  formatNote,
  MAX_NOTE_BYTES,
  type Note,
  type NoteSignature,
  parseNote,
  type VerifierKey,
  verifyNote,
} from '../note/note.ts';
import { evaluateQuorum, type Policy, type QuorumState } from '../note/policy.ts';
import type { Ed25519, LogStorage, Sha256 } from '../ports.ts';
import { verifyConsistency } from '../tree/proof.ts';
import { treeReader } from '../tree/reader.ts';
import { cosignedPath, formatAddCheckpoint, MAX_WITNESS_ANSWER } from './witness.ts';

/** What asking a witness needs. `fetch` is the platform's, or one with other habits (a proxy, a time limit). */
export interface WitnessClientPorts {
  readonly fetch: typeof fetch;
  readonly sha256: Sha256;
  readonly ed25519: Ed25519;
  /** Unix milliseconds; a cosignature that states another time is then not taken. */
  readonly now?: () => number;
}

/** A log's signed checkpoint and the tiles that prove it. */
export interface WitnessedLog {
  readonly key: VerifierKey;
  readonly storage: LogStorage;
  readonly checkpoint: Uint8Array;
}

/** Whom to ask. */
export interface WitnessAddress {
  /** Submission prefix: `add-checkpoint` is put behind it. */
  readonly url: string;
  readonly key: VerifierKey;
}

export type CosignatureRefusal =
  /** No answer, not in time, or a failing of its own (5xx): asked again it may cosign. */
  | 'unreachable'
  /** 404: it does not witness this log. */
  | 'unknown-log'
  /** 403: it does not know the log's key. */
  | 'signature-refused'
  /** 422: our proof does not lead from what it cosigned: one of the two has seen another history. */
  | 'inconsistent'
  /** It has cosigned a larger tree than ours: we were restored from a backup, or somebody signs beside us. */
  | 'witness-ahead'
  /** It states a time that is not ours: one of the two clocks is wrong, and a record's time is judged by it. */
  | 'clock-differs'
  /** It answered something else. */
  | 'answer-invalid';

export type CosignatureAnswer =
  | { readonly ok: true; readonly signature: NoteSignature; readonly time: number }
  | {
      readonly ok: false;
      readonly code: CosignatureRefusal;
      readonly status?: number;
      readonly size?: number;
      /**
       * Of 'witness-ahead' and 'inconsistent': a checkpoint that the log's own key has signed and that the log has not. Without it
       * there is nothing but the witness's word.
       */
      readonly evidence?: Uint8Array;
    };

/** By how much a witness's clock may differ, in milliseconds. */
const CLOCK_SLACK_MS = 3_600_000;

/** The witness is asked again when it names another size than ours: somebody else may come between a few times, not for ever. */
const MAX_ATTEMPTS = 4;

const REFUSALS: Readonly<Record<number, CosignatureRefusal>> = {
  403: 'signature-refused',
  404: 'unknown-log',
  422: 'inconsistent',
};

/**
 * Asks one witness for its cosignature of a log's checkpoint (c2sp.org/tlog-witness): sends the old size and a consistency
 * proof, and when the witness names another size (409), proves again from there. Where it refuses because of what it has seen, it is
 * asked to show it: anybody can say a number, but only the log's key can have signed the tree.
 * @param oldSize size that the witness last cosigned, as far as known; 0 asks it
 * @returns the verified cosignature, or why there is none; never throws for what the witness does
 * @throws LedgerError when the log's own checkpoint or tiles are not in order
 */
export async function requestCosignature(
  ports: WitnessClientPorts,
  witness: WitnessAddress,
  log: WitnessedLog,
  options: { readonly oldSize?: number; readonly signal?: AbortSignal } = {},
): Promise<CosignatureAnswer> {
  const opened = await openCheckpoint(ports.ed25519, log.checkpoint, [log.key]);
  const found = await negotiate(ports, witness, log, { opened, ...options });
  if (found.ok || (found.code !== 'witness-ahead' && found.code !== 'inconsistent')) return found;
  const shown = await shownBy(ports, witness, log, { opened, ...options });
  return shown === null ? found : { ...found, ...shown };
}

interface Asking {
  readonly opened: Checkpoint;
  readonly oldSize?: number;
  readonly signal?: AbortSignal;
}

async function negotiate(
  ports: WitnessClientPorts,
  witness: WitnessAddress,
  log: WitnessedLog,
  { opened, oldSize: known = 0, signal }: Asking,
): Promise<CosignatureAnswer> {
  const note = parseNote(log.checkpoint);
  let oldSize = known;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (oldSize > opened.size) return { ok: false, code: 'witness-ahead', size: oldSize };
    const proof = await provenConsistency(ports.sha256, log.storage, oldSize, opened);
    const body = formatAddCheckpoint({ oldSize, proof, checkpoint: ownPart(note, log.key) });
    const answer = await ask(ports.fetch, below(witness, 'add-checkpoint'), MAX_WITNESS_ANSWER, {
      method: 'POST',
      body: body as Uint8Array<ArrayBuffer>,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer === null) return { ok: false, code: 'unreachable' };
    if (answer.status === 200) return readCosignature(ports, note, witness.key, answer.text);
    const stated = answer.status === 409 ? statedSize(answer) : null;
    // The size that we just sent is no reason for a conflict.
    if (stated === null || stated === oldSize) {
      const otherwise = answer.status >= 500 ? 'unreachable' : 'answer-invalid';
      return { ok: false, code: REFUSALS[answer.status] ?? otherwise, status: answer.status };
    }
    oldSize = stated;
  }
  return { ok: false, code: 'answer-invalid', status: 409 };
}

const below = ({ url }: WitnessAddress, path: string): string => `${url.replace(/\/+$/, '')}/${path}`;

/** The checkpoint that a witness shows of this log, where the log's key has signed it and the log has not that tree; else null. */
async function shownBy(
  ports: WitnessClientPorts,
  witness: WitnessAddress,
  log: WitnessedLog,
  { opened, signal }: Asking,
): Promise<Pick<Extract<CosignatureAnswer, { ok: false }>, 'code' | 'size' | 'evidence'> | null> {
  const path = cosignedPath(ports.sha256, opened.origin);
  const init = { method: 'GET', ...(signal === undefined ? {} : { signal }) };
  const answer = await ask(ports.fetch, below(witness, path), MAX_NOTE_BYTES, init);
  if (answer?.status !== 200) return null;
  const bytes = utf8(answer.text);
  const shown = await openCheckpoint(ports.ed25519, bytes, [log.key]).catch((error: unknown) => {
    if (error instanceof LedgerError) return null;
    throw error;
  });
  if (shown === null) return null;
  const { size } = shown;
  const evidence = ownPart(parseNote(bytes), log.key);
  if (size > opened.size) return { code: 'witness-ahead', size, evidence };
  // Out of tiles that prove our own tree: damage here is no other history.
  await provenConsistency(ports.sha256, log.storage, size, opened);
  const root = await treeReader(ports.sha256, log.storage, opened.size).root(size);
  return equalBytes(root, shown.root) ? null : { code: 'inconsistent', size, evidence };
}

/** The note with the log's signature alone: what others have cosigned is none of this witness's business. */
function ownPart(note: Note, key: VerifierKey): Uint8Array {
  const own = note.signatures.filter((line) => line.name === key.name && line.keyId === key.keyId);
  return formatNote({ text: note.text, signatures: own });
}

/** Consistency proof out of the tiles, verified here first: a damaged tile must not look like a fork to a witness. */
async function provenConsistency(
  sha256: Sha256,
  storage: LogStorage,
  first: number,
  checkpoint: { readonly size: number; readonly root: Uint8Array },
): Promise<readonly Uint8Array[]> {
  const reader = treeReader(sha256, storage, checkpoint.size);
  const proof = await reader.consistency(first);
  const firstRoot = await reader.root(first);
  const given = { first, second: checkpoint.size, firstRoot, secondRoot: checkpoint.root, proof };
  if (!verifyConsistency(sha256, given)) throw new LedgerError('root-mismatch', `consistency from ${first}`);
  return proof;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** One exchange, bounded; null where there was no answer. */
async function ask(
  fetching: typeof fetch,
  url: string,
  limit: number,
  init: RequestInit,
): Promise<Answer | null> {
  try {
    // A witness that sends us elsewhere is not the one whose address was configured.
    const response = await fetching(url, { ...init, redirect: 'error' });
    const bytes = await readCapped(response, limit);
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, text: bytes === null ? '' : (fromUtf8(bytes) ?? '') };
  } catch {
    return null;
  }
}

function statedSize(answer: Answer): number | null {
  if (answer.type !== 'text/x.tlog.size' || !answer.text.endsWith('\n')) return null;
  try {
    return parseDecimal(answer.text.slice(0, -1));
  } catch {
    return null;
  }
}

/** Takes the cosignature of the expected key out of the answer, verified; lines of other keys are ignored. */
async function readCosignature(
  { ed25519, now }: WitnessClientPorts,
  note: Note,
  key: VerifierKey,
  lines: string,
): Promise<CosignatureAnswer> {
  try {
    const answered = parseNote(utf8(`${note.text}\n${lines}`));
    const [verified] = await verifyNote(ed25519, answered, [key]);
    const signature = answered.signatures.find((line) => line.name === key.name && line.keyId === key.keyId);
    if (signature === undefined || verified === undefined || verified.time === null || verified.time === 0) {
      return { ok: false, code: 'answer-invalid', status: 200 };
    }
    if (now !== undefined && Math.abs(now() - verified.time * 1000) > CLOCK_SLACK_MS)
      return { ok: false, code: 'clock-differs', status: 200 };
    return { ok: true, signature, time: verified.time };
  } catch {
    return { ok: false, code: 'answer-invalid', status: 200 };
  }
}

/** What all witnesses of a policy said to one checkpoint. */
export interface Gathered {
  /** The checkpoint with the log's signature and every cosignature that verified. */
  readonly checkpoint: Uint8Array;
  readonly quorum: QuorumState;
  readonly answers: ReadonlyMap<string, CosignatureAnswer>;
}

/**
 * Asks every witness of a policy that has an address, all at once, each with its own time limit. One that is silent or lies
 * takes nothing from the others.
 * @param options oldSizes: what each witness (by its name in the policy) last cosigned; timeoutMs: default 10 s
 */
export async function gatherCosignatures(
  ports: WitnessClientPorts,
  policy: Policy,
  log: WitnessedLog,
  options: { readonly oldSizes?: ReadonlyMap<string, number>; readonly timeoutMs?: number } = {},
): Promise<Gathered> {
  const asked = policy.witnesses.flatMap(({ name, key, url }) =>
    url === undefined ? [] : [{ name, key, url }],
  );
  const answered = await Promise.all(
    asked.map(async ({ name, key, url }) => {
      const signal = AbortSignal.timeout(options.timeoutMs ?? 10_000);
      const oldSize = options.oldSizes?.get(name) ?? 0;
      return { name, key, answer: await requestCosignature(ports, { url, key }, log, { oldSize, signal }) };
    }),
  );
  const note = parseNote(log.checkpoint);
  const fresh = answered.flatMap(({ answer }) => (answer.ok ? [answer.signature] : []));
  const kept = note.signatures.filter(
    (line) => !fresh.some((other) => other.name === line.name && other.keyId === line.keyId),
  );
  const checkpoint = formatNote({ text: note.text, signatures: [...kept, ...fresh] });
  const keys = policy.witnesses.map((witness) => witness.key);
  const { cosigned } = await openCheckpoint(ports.ed25519, checkpoint, [log.key], keys);
  const quorum = evaluateQuorum(
    policy,
    cosigned.map((done) => done.key),
  );
  return { checkpoint, quorum, answers: new Map(answered.map(({ name, answer }) => [name, answer])) };
}

/**
 * Gathers cosignatures of a log's present checkpoint and publishes what came together, also below the quorum: readers judge
 * by their own policy. When the log has grown meanwhile nothing is published ('overtaken'): the next checkpoint is asked for.
 */
export async function witnessLog(
  ports: WitnessClientPorts,
  policy: Policy,
  log: Log,
  source: { readonly key: VerifierKey; readonly storage: LogStorage },
  options: Parameters<typeof gatherCosignatures>[3] = {},
): Promise<Gathered & { readonly published: boolean }> {
  const gathered = await gatherCosignatures(
    ports,
    policy,
    { ...source, checkpoint: log.checkpoint },
    options,
  );
  try {
    await log.publishCosigned(gathered.checkpoint);
    return { ...gathered, published: true };
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'checkpoint-inconsistent') {
      return { ...gathered, published: false };
    }
    throw error;
  }
}
