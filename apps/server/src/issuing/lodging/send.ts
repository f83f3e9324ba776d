import { bareCheckpoint, formatAddCheckpoint, LedgerError, openCheckpoint, parseVkey } from '@hocba/ledger';
import {
  dropSettledForks,
  keepFork,
  keepReceipt,
  keepSent,
  lodgedSize,
  lodgingRequest,
  provenFrom,
} from '../above/lodge.ts';
import { LodgingRefused } from '../above/refused.ts';
import { seenAbove } from '../above/seen-above.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { type PublishedLog, publishedLog } from '../log/published.ts';
import { type AboveCall, AboveUnavailable, askAbove, type HeldAbove, sendAbove } from './call-above.ts';

/**
 * Brings what the level above holds of a log up to the published tree, and keeps its receipt. May be asked as often as one likes: what
 * was lodged is not lodged again, and a kill between two steps only makes the next call take them.
 *
 * @returns 'waiting' while the level above has taken the tree and not yet published it
 * @throws LodgingRefused 'unknown-log' | 'signature-refused' | 'no-shared-log' | 'other-start' | 'unproven'; 'older' where it holds a larger
 *   tree than ours and 'forked' where it holds another one, signed with this log's key: either this data folder is an older backup, or
 *   somebody else signs with the key; 'above-behind' where the level above has lost what it had shown; AboveUnavailable; LedgerError for own files that prove nothing
 */
export async function lodgeLog(
  call: AboveCall,
  dataDir: string,
  origin: string,
): Promise<'lodged' | 'waiting'> {
  const log = await publishedLog(dataDir, origin);
  if (log === null || log.checkpoint.size === 0) throw new LodgingRefused('unknown-log');
  const held = await askAbove(call, origin);
  if (held.size > 0)
    await requireOurs(dataDir, log, held).catch(async (error: unknown) => {
      if (error instanceof LodgingRefused && error.code === 'forked')
        await contradict(call, dataDir, log, held.size);
      throw error;
    });
  await dropSettledForks(dataDir, log);
  if (held.receipt !== null && (await lodgedSize(dataDir, origin)) < held.size)
    await keepReceipt(dataDir, origin, bytesOf(held.receipt));
  if (held.size === log.checkpoint.size) return held.receipt === null ? 'waiting' : 'lodged';
  const { file } = await lodgingRequest(dataDir, origin, held.size);
  const { receipt } = await sendAbove(call, file, await seenAbove(dataDir, origin));
  if (receipt === null) return 'waiting';
  await keepReceipt(dataDir, origin, bytesOf(receipt));
  return 'lodged';
}

/** What is held above must be a tree of this log's own history; a signature of this log's key under another one is evidence, and kept. */
async function requireOurs(
  dataDir: string,
  log: PublishedLog,
  { size, checkpoint }: HeldAbove,
): Promise<void> {
  const { origin } = log.checkpoint;
  const note = bytesOf(checkpoint ?? '');
  const theirs = await openCheckpoint(ed25519, note, [parseVkey(sha256, log.vkey)]).catch(
    (cause: unknown) => {
      throw cause instanceof LedgerError ? new AboveUnavailable('bad-answer', { cause }) : cause;
    },
  );
  if (theirs.size !== size) throw new AboveUnavailable('bad-answer');
  const bare = await bareCheckpoint(sha256, ed25519, log.vkey, note);
  if (size > log.checkpoint.size) {
    await keepFork(dataDir, origin, size, bare);
    throw new LodgingRefused('older', size);
  }
  // Out of files that prove our own tree: damage here is no other history.
  const own = await provenFrom(dataDir, log, size);
  if (Buffer.compare(own.root, theirs.root) !== 0) {
    await keepFork(dataDir, origin, size, bare);
    throw new LodgingRefused('forked', size);
  }
  await keepSent(dataDir, origin, size, bare);
}

/**
 * Shows the level above our own tree beside the one that it holds under the same key: only then can it tell by itself that there are two.
 * What it answers changes nothing here.
 */
async function contradict(call: AboveCall, dataDir: string, log: PublishedLog, held: number): Promise<void> {
  const { path } = await provenFrom(dataDir, log, held);
  const checkpoint = await bareCheckpoint(sha256, ed25519, log.vkey, log.note);
  try {
    await sendAbove(call, formatAddCheckpoint({ oldSize: held, proof: path, checkpoint }));
  } catch (error) {
    if (!(error instanceof LodgingRefused || error instanceof AboveUnavailable)) throw error;
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
