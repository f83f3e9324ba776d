import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bareCheckpoint,
  formatAddCheckpoint,
  isPowerOfTwo,
  LedgerError,
  type Policy,
  parseCheckpointText,
  parseNote,
  parsePolicy,
  parseProofFile,
  readReceipt,
  statementHeader,
  treeReader,
  verifyConsistency,
  verifyLodged,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { writeDurably } from '../../store/durable-file.ts';
import { asTyped } from '../log/as-typed.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { folderOf } from '../log/origin.ts';
import { type PublishedLog, publishedLog } from '../log/published.ts';
import { LodgingRefused } from './refused.ts';

/** Logs of the level above and whose cosignatures they need (c2sp.org/tlog-policy), laid down by the operator. */
export const LEVEL_ABOVE_FILE = 'province-policy';

/**
 * What was lodged of a log, beside its public files and not among them: `<size>.checkpoint`, `<size>.tlog-proof` once answered, and
 * `<size>.fork`.
 */
function folderFor(dataDir: string, origin: string): string {
  return join(dataDir, 'lodged', origin.replaceAll('/', '_'));
}

/**
 * What is carried to the level above: the published checkpoint, with the proof that it extends the one that was lodged last. The path is
 * whole: also from a size that is a power of two it says by itself what its first leaves hash to, so that the level above can
 * tell another history from a broken file, on whichever way it comes.
 *
 * @param from leaves of the tree that the level above says it has; as the newest kept receipt has it unless said
 * @returns the file (an `add-checkpoint` request, c2sp.org/tlog-witness) and the number of leaves
 * @throws LodgingRefused 'unknown-log' for one without leaves, 'older' where the level above has more than this log; LedgerError for
 *   files that do not prove it
 */
export async function lodgingRequest(
  dataDir: string,
  origin: string,
  from?: number,
): Promise<{ readonly file: Uint8Array; readonly size: number; readonly from: number }> {
  const log = await publishedLog(dataDir, origin);
  if (log === null || log.checkpoint.size === 0) throw new LodgingRefused('unknown-log');
  const { size } = log.checkpoint;
  const oldSize = from ?? (await lodgedSize(dataDir, origin));
  if (oldSize > size) throw new LodgingRefused('older', oldSize);
  const { path } = await provenFrom(dataDir, log, oldSize);
  const checkpoint = await bareCheckpoint(sha256, ed25519, log.vkey, log.note);
  await keepSent(dataDir, origin, size, checkpoint);
  return { file: formatAddCheckpoint({ oldSize, proof: path, checkpoint }), size, from: oldSize };
}

/**
 * What this log had at a size, and the whole path by which its published tree goes on from there (`rootWithin`).
 * @throws LedgerError 'root-mismatch' where the own files do not prove it
 */
export async function provenFrom(
  dataDir: string,
  { checkpoint: { origin, size, root } }: PublishedLog,
  first: number,
): Promise<{ readonly root: Uint8Array; readonly path: readonly Uint8Array[] }> {
  const reader = treeReader(sha256, fileStorage(folderOf(dataDir, origin)), size);
  const proof = await reader.consistency(first);
  const firstRoot = await reader.root(first);
  const between = { first, second: size, firstRoot, secondRoot: root, proof };
  if (!verifyConsistency(sha256, between))
    throw new LedgerError('root-mismatch', `consistency from ${first}`);
  return { root: firstRoot, path: first < size && isPowerOfTwo(first) ? [firstRoot, ...proof] : proof };
}

/** A checkpoint of this log that goes, or went, to the level above: its receipt is held against it. */
export async function keepSent(
  dataDir: string,
  origin: string,
  size: number,
  bare: Uint8Array,
): Promise<void> {
  const place = join(folderFor(dataDir, origin), `${size}.checkpoint`);
  if (!existsSync(place)) await writeDurably(place, bare, 0o644);
}

/** A checkpoint under this log's own key that the level above holds and that this log did not make, or no longer has: evidence. */
export async function keepFork(
  dataDir: string,
  origin: string,
  size: number,
  bare: Uint8Array,
): Promise<void> {
  await writeDurably(join(folderFor(dataDir, origin), `${size}.fork`), bare, 0o644);
}

/** Takes away what was shown and what the log has by now: its newer files were brought back, and nobody else has signed. */
export async function dropSettledForks(dataDir: string, log: PublishedLog): Promise<void> {
  const { origin, size } = log.checkpoint;
  for (const note of await shownForks(dataDir, origin)) {
    const shown = parseCheckpointText(parseNote(note).text);
    if (shown.size > size) continue;
    const own = await provenFrom(dataDir, log, shown.size);
    if (Buffer.compare(own.root, shown.root) === 0)
      await rm(join(folderFor(dataDir, origin), `${shown.size}.fork`), { force: true });
  }
}

/** Checkpoints that the level above has shown and that were not this log's when it showed them. */
export async function shownForks(dataDir: string, origin: string): Promise<Uint8Array[]> {
  return kept(dataDir, origin, '.fork');
}

/**
 * Keeps what the level above answered, if it proves that one of the checkpoints that were carried there is in its log.
 *
 * @returns leaves of that checkpoint, and whether the witnesses of the level above have seen its log so far
 * @throws LodgingRefused 'receipt-invalid'; KeyError, LedgerError 'policy-invalid'
 */
export async function keepReceipt(
  dataDir: string,
  origin: string,
  receipt: Uint8Array,
): Promise<{ readonly size: number; readonly witness: string; readonly at: Date }> {
  const log = await publishedLog(dataDir, origin);
  const policy = await levelAbove(dataDir);
  if (log === null || policy === null) throw new LodgingRefused('receipt-invalid');
  const said = readAnswer(receipt);
  for (const checkpoint of await kept(dataDir, origin, '.checkpoint')) {
    const document = Buffer.concat([statementHeader('lodged'), checkpoint]);
    const shown = { document, salt: said.salt, leaf: said.leaf, proof: receipt };
    const found = await verifyLodged(sha256, ed25519, { policy, vkey: log.vkey }, shown);
    if (!found.valid) continue;
    const { size } = found.lodged;
    await writeDurably(join(folderFor(dataDir, origin), `${size}.tlog-proof`), receipt, 0o644);
    return { size, witness: found.witness, at: new Date(found.time * 1000) };
  }
  throw new LodgingRefused('receipt-invalid');
}

function readAnswer(receipt: Uint8Array): ReturnType<typeof readReceipt> {
  try {
    return readReceipt(parseProofFile(receipt).extra ?? new Uint8Array());
  } catch (error) {
    throw error instanceof LedgerError ? new LodgingRefused('receipt-invalid') : error;
  }
}

async function levelAbove(dataDir: string): Promise<Policy | null> {
  try {
    const text = await readFile(join(dataDir, LEVEL_ABOVE_FILE), 'utf8');
    return parsePolicy(sha256, asTyped(text));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Leaves of the newest checkpoint that the level above has answered for; 0 where there is none. */
export async function lodgedSize(dataDir: string, origin: string): Promise<number> {
  const names = await namesIn(folderFor(dataDir, origin), '.tlog-proof');
  return Math.max(0, ...names.map((name) => Number.parseInt(name, 10)));
}

/** What the level above has answered, each kept because it was proven; that of the largest tree first. */
export async function keptReceipts(dataDir: string, origin: string): Promise<Uint8Array[]> {
  return kept(dataDir, origin, '.tlog-proof');
}

/** The checkpoints that the level above has answered for, or has shown besides: the log must extend each of them. */
export async function lodgedCheckpoints(dataDir: string, origin: string): Promise<Uint8Array[]> {
  return [...(await answeredCheckpoints(dataDir, origin)), ...(await shownForks(dataDir, origin))];
}

/** Those alone that the level above has answered for, that of the largest tree first. */
export async function answeredCheckpoints(dataDir: string, origin: string): Promise<Uint8Array[]> {
  const answered = new Set(
    (await namesIn(folderFor(dataDir, origin), '.tlog-proof')).map((name) => Number.parseInt(name, 10)),
  );
  const all = await kept(dataDir, origin, '.checkpoint');
  return all.filter((note) => answered.has(sizeOf(note)));
}

/** Leaves of the tree that a checkpoint states. */
export function sizeOf(note: Uint8Array): number {
  return parseCheckpointText(parseNote(note).text).size;
}

async function kept(dataDir: string, origin: string, ending: string): Promise<Uint8Array[]> {
  const folder = folderFor(dataDir, origin);
  const names = await namesIn(folder, ending);
  return Promise.all(names.map(async (name) => new Uint8Array(await readFile(join(folder, name)))));
}

async function namesIn(folder: string, ending: string): Promise<string[]> {
  try {
    // The newest first: what was just sent is what is answered.
    return (await readdir(folder))
      .filter((name) => /^\d+\./.test(name) && name.endsWith(ending))
      .sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
