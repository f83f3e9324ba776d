import {
  bareCheckpoint,
  LedgerError,
  openCheckpoint,
  parseCheckpointText,
  parseNote,
  parseProofFile,
  parseVkey,
} from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { endOf } from '../log/ends.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { originsMade } from '../log/pending.ts';
import { publishedLog } from '../log/published.ts';
import { dropSettledForks, keepFork, keptReceipts, provenFrom } from './lodge.ts';
import { LodgingRefused } from './refused.ts';

/**
 * The largest tree of the level above's log that this log's receipts have shown, of that log that answered last: it is told
 * with each lodging, since the level above cannot tell by itself that an older backup stands there.
 *
 * @returns the checkpoint as it was shown; null where there is no receipt yet
 */
export async function seenAbove(dataDir: string, origin: string): Promise<Uint8Array | null> {
  const seen = (await keptReceipts(dataDir, origin)).map((receipt) => {
    const { checkpoint: note } = parseProofFile(receipt);
    return { note, checkpoint: parseCheckpointText(parseNote(note).text) };
  });
  const answering = seen[0]?.checkpoint.origin;
  const ofThat = seen.filter(({ checkpoint }) => checkpoint.origin === answering);
  return ofThat.sort((a, b) => b.checkpoint.size - a.checkpoint.size)[0]?.note ?? null;
}

/**
 * Holds a log of this installation against a checkpoint of it that somebody else was shown. One that it has not, or not so, is signed by
 * its own key: either an older backup stands here, or another one writes under that key. It is kept as evidence, and the log must
 * be opened against it before it writes on.
 *
 * @returns the origin of the log that is contradicted; null where all agrees, or the checkpoint is of no log that goes on here
 * @throws LodgingRefused 'malformed' for what its key has not signed
 */
export async function contradictedBy(
  { db, dataDir }: { readonly db: Kysely<Database>; readonly dataDir: string },
  note: Uint8Array,
): Promise<string | null> {
  const { origin } = readCheckpoint(note);
  // Of a log whose key was stolen the trees behind the last believed one have been seen elsewhere, and are no reproach.
  if (!(await originsMade(db)).includes(origin) || (await endOf(db, origin))?.how === 'stolen') return null;
  const log = await publishedLog(dataDir, origin);
  if (log === null) return null;
  const seen = await openCheckpoint(ed25519, note, [parseVkey(sha256, log.vkey)]).catch(malformed);
  const within = seen.size <= log.checkpoint.size;
  if (within && Buffer.compare((await provenFrom(dataDir, log, seen.size)).root, seen.root) === 0) {
    await dropSettledForks(dataDir, log);
    return null;
  }
  await keepFork(dataDir, origin, seen.size, await bareCheckpoint(sha256, ed25519, log.vkey, note));
  return origin;
}

function readCheckpoint(note: Uint8Array): ReturnType<typeof parseCheckpointText> {
  try {
    return parseCheckpointText(parseNote(note).text);
  } catch (error) {
    return malformed(error);
  }
}

function malformed(error: unknown): never {
  throw error instanceof LedgerError ? new LodgingRefused('malformed') : error;
}
