import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CosignatureRefusal,
  evaluateQuorum,
  gatherCosignatures,
  LedgerError,
  type LedgerErrorCode,
  type Log,
  type LogStorage,
  type Policy,
  parseCheckpointText,
  parseNote,
  parsePolicy,
  parseVkey,
  type VerifierKey,
  witnessLog,
} from '@hocba/ledger';
import { asTyped } from './as-typed.ts';
import { ed25519, sha256 } from './keys.ts';

/** The operator's list of witnesses (c2sp.org/tlog-policy without log lines): who is asked, and whose word is enough. */
export const WITNESS_POLICY_FILE = 'witness-policy';
/** Checkpoints seen elsewhere (a print, a mail, a province's log), laid down by the operator after a restore. */
export const KNOWN_CHECKPOINTS_FOLDER = 'known-checkpoints';
/** Laid down by whoever brings a backup back: until it is taken away no log is written without somebody else's word. */
export const RESTORED_FILE = 'restored';

/** So long a log waits for its witnesses before it is written on. */
const FIRST_ANSWER_MS = 5000;
/** A witness is asked again for the same tree after so long. */
const AGAIN_MS = 30_000;

/**
 * The policy without logs; null where no witness is configured.
 * @throws LedgerError 'policy-invalid' for a file that cannot be read as one, or that names logs
 */
export async function witnessPolicy(dataDir: string): Promise<Policy | null> {
  let text: string;
  try {
    text = await readFile(join(dataDir, WITNESS_POLICY_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const policy = parsePolicy(sha256, asTyped(text));
  if (policy.logs.length > 0) throw new LedgerError('policy-invalid', 'log line');
  return policy;
}

export interface KnownCheckpoint {
  readonly note: Uint8Array;
  /** When its file came to lie there, unix milliseconds, by the file system's own account, which no copying tool sets. */
  readonly laidAt: number;
}

/** Checkpoints of this origin that the operator has laid down. @throws KnownUnreadable for a file that is none */
export async function knownCheckpoints(dataDir: string, origin: string): Promise<KnownCheckpoint[]> {
  const folder = join(dataDir, KNOWN_CHECKPOINTS_FOLDER);
  if (!existsSync(folder)) return [];
  const known: KnownCheckpoint[] = [];
  for (const name of (await readdir(folder).catch(unreadable)).sort()) {
    const note = new Uint8Array(await readFile(join(folder, name)).catch(unreadable));
    // Of which log it is must be legible; whether the log has signed it is held against the key at opening.
    if (originOfNote(note) !== origin) continue;
    known.push({ note, laidAt: (await stat(join(folder, name))).ctimeMs });
  }
  return known;
}

/** Something else was laid down beside the checkpoints: what it might have shown is not known, so no log is written on. */
class KnownUnreadable extends Error {
  readonly code = 'known-unreadable';
}

/** A file in the folder's place, a folder in a file's. */
function unreadable(cause: unknown): never {
  throw new KnownUnreadable('known-unreadable', { cause });
}

function originOfNote(note: Uint8Array): string {
  try {
    return parseCheckpointText(parseNote(note).text).origin;
  } catch (cause) {
    return unreadable(cause);
  }
}

interface Opened {
  readonly dataDir: string;
  readonly vkey: string;
  readonly storage: LogStorage;
  /** Checkpoints seen elsewhere against which the log was opened. */
  readonly known: readonly KnownCheckpoint[];
  readonly fetch?: typeof fetch;
  now(): Date;
  log(line: string): void;
  /** Told of a checkpoint that the log's key has signed and the log has not; resolves when it is kept. */
  contradicted(checkpoint: Uint8Array): Promise<unknown>;
}

/**
 * Before a log is written on: that no witness has seen a larger tree or another history than ours. An older backup that was brought
 * back is found here and refused; where a backup is said to have been brought back, silence is refused too.
 *
 * A witness that has seen it can show it, signed by this log's key. One that only says so is not believed: it could stop every
 * log that asks it. Words count where more than one witness says so, and they would do for a quorum; or where a backup is said to have
 * been brought back, and those that agree with us would not do for one.
 * @throws LedgerError 'known-checkpoint-ahead' | 'checkpoint-inconsistent' | 'quorum-missing'
 */
export async function askBeforeWriting(log: Log, opened: Opened): Promise<void> {
  const { dataDir, vkey, storage } = opened;
  const policy = await witnessPolicy(dataDir);
  const restored = await markedAt(dataDir);
  // What came back with the backup says nothing of what came after it.
  const shown = restored !== null && opened.known.some(({ laidAt }) => laidAt > restored);
  if (policy === null) {
    if (restored !== null && !shown) throw new LedgerError('quorum-missing', 'after a restore');
    return;
  }
  const ports = { fetch: opened.fetch ?? fetch, sha256, ed25519, now: () => opened.now().getTime() };
  const source = { key: parseVkey(sha256, vkey), storage, checkpoint: log.checkpoint };
  const { answers } = await gatherCosignatures(ports, policy, source, { timeoutMs: FIRST_ANSWER_MS });
  const agreeing: VerifierKey[] = [];
  const contradicting: VerifierKey[] = [];
  for (const [name, answer] of answers) {
    const key = policy.witnesses.find((one) => one.name === name)?.key;
    if (key === undefined) continue;
    if (answer.ok) agreeing.push(key);
    else if (answer.evidence !== undefined) {
      await opened.contradicted(answer.evidence);
      throw new LedgerError(CONTRADICTION[answer.code] ?? 'checkpoint-inconsistent', name);
    } else if (answer.code in CONTRADICTION) {
      contradicting.push(key);
      opened.log(
        `Nhân chứng ${name} nói đã thấy một lịch sử khác của ${log.origin} mà không đưa ra bản nào có chữ ký: lời ấy không dừng được nhật ký.`,
      );
    }
  }
  const met = (keys: readonly VerifierKey[]) => evaluateQuorum(policy, keys) === 'met';
  if (contradicting.length > 1 && met(contradicting))
    throw new LedgerError('known-checkpoint-ahead', 'by the word of a quorum');
  if (restored === null) return;
  const doubted = contradicting.length > 0 && !met(agreeing);
  if (!shown && (agreeing.length === 0 || doubted))
    throw new LedgerError('quorum-missing', 'after a restore');
}

/** When it was said that a backup was brought back; null where nobody did. */
async function markedAt(dataDir: string): Promise<number | null> {
  try {
    return (await stat(join(dataDir, RESTORED_FILE))).ctimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const CONTRADICTION: Readonly<Record<string, LedgerErrorCode>> = {
  'witness-ahead': 'known-checkpoint-ahead',
  inconsistent: 'checkpoint-inconsistent',
};

/** What a witness answered, for the operator's line; the code is the guide's. */
const SAYS: Readonly<Record<CosignatureRefusal, string>> = {
  unreachable: 'không trả lời hoặc đang hỏng',
  'unknown-log': 'chưa nhận làm chứng cho nhật ký này',
  'signature-refused': 'không nhận khoá của nhật ký này',
  inconsistent: 'nói đã thấy một lịch sử khác',
  'witness-ahead': 'nói đã thấy nhiều lá hơn',
  'clock-differs': 'đồng hồ lệch quá một giờ',
  'answer-invalid': 'trả lời không phải chữ ký của khoá đã ghi',
};

/** So often it is said again that a log's witnesses are missing, where nothing has changed. */
const SAID_AGAIN_MS = 3_600_000;

/** Asks the witnesses behind the sequencer's back, one round per log at a time. */
export interface WitnessRounds {
  /** Starts a round unless one runs or this tree was asked for a moment ago. */
  ask(log: Log, vkey: string, storage: LogStorage): void;
  /** Resolves when no round runs. */
  idle(): Promise<void>;
}

/**
 * What came together is published with the checkpoint, also below the quorum: readers judge by their own policy, and a verdict
 * says so. A log that has grown meanwhile is asked for anew.
 */
export function witnessRounds(deps: {
  readonly dataDir: string;
  readonly fetch?: typeof fetch;
  now(): Date;
  log(line: string): void;
  /** Keeps the newest checkpoint that has its quorum. */
  cosigned?(origin: string, size: number, checkpoint: Uint8Array): Promise<void>;
  /** Told of a checkpoint that the log's key has signed and that the log had not when it asked. */
  contradicted?(checkpoint: Uint8Array): Promise<unknown>;
}): WitnessRounds {
  const running = new Map<string, Promise<void>>();
  const said = new Map<string, { readonly what: string; readonly at: number }>();
  const asked = new Map<string, { readonly size: number; readonly at: number; readonly met: boolean }>();

  async function round(log: Log, vkey: string, storage: LogStorage): Promise<void> {
    const policy = await witnessPolicy(deps.dataDir);
    if (policy === null) return;
    const { size, origin } = log;
    const ports = { fetch: deps.fetch ?? fetch, sha256, ed25519, now: () => deps.now().getTime() };
    const { quorum, answers } = await witnessLog(ports, policy, log, {
      key: parseVkey(sha256, vkey),
      storage,
    });
    if (quorum === 'met') await keep(log);
    for (const one of answers.values())
      if (!one.ok && one.evidence !== undefined) await deps.contradicted?.(one.evidence);
    asked.set(origin, { size, at: deps.now().getTime(), met: quorum !== 'missing' });
    const silent = [...answers].flatMap(([name, one]) =>
      one.ok ? [] : [`${name} ${SAYS[one.code]} (${one.code})`],
    );
    if (quorum === 'missing')
      say(
        origin,
        `chưa đủ nhân chứng: ${silent.join('; ') || 'chưa hỏi được ai'}. Vẫn phát hành được; máy chủ sẽ hỏi lại.`,
      );
    else if (said.delete(origin)) deps.log(`Nhật ký công khai ${origin} đã đủ nhân chứng.`);
  }

  /** When it begins, when it changes and once an hour: a witness may be away for weeks. */
  function say(origin: string, what: string): void {
    const at = deps.now().getTime();
    const last = said.get(origin);
    if (last?.what === what && Math.abs(at - last.at) < SAID_AGAIN_MS) return;
    said.set(origin, { what, at });
    deps.log(`Nhật ký công khai ${origin} ${what}`);
  }

  /** The log may have grown while the witnesses were asked: then the next round's answer is kept. */
  async function keep(log: Log): Promise<void> {
    const { checkpoint, origin } = log;
    const { size } = parseCheckpointText(parseNote(checkpoint).text);
    if (parseNote(checkpoint).signatures.length > 1) await deps.cosigned?.(origin, size, checkpoint);
  }

  return {
    ask(log, vkey, storage) {
      const { origin } = log;
      const last = asked.get(origin);
      const lately = last !== undefined && deps.now().getTime() - last.at < AGAIN_MS;
      if (running.has(origin) || (last?.size === log.size && (last.met || lately))) return;
      const work = round(log, vkey, storage)
        .catch((error: unknown) => {
          const code = error instanceof LedgerError ? error.code : 'không rõ';
          asked.set(origin, { size: log.size, at: deps.now().getTime(), met: false });
          say(origin, `chưa hỏi được nhân chứng: ${code}`);
        })
        .finally(() => running.delete(origin));
      running.set(origin, work);
    },
    async idle() {
      await Promise.all(running.values());
    },
  };
}
