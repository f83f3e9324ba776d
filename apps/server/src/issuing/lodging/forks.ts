import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAddCheckpoint, parseAddCheckpoint, parseCheckpointText, parseNote } from '@hocba/ledger';
import { writeDurably } from '../../store/durable-file.ts';

/**
 * Two trees under one key, as the level above keeps them: beside the public files and not among them, `<size>.shown` is what was shown
 * against the tree of that size that was lodged: an `add-checkpoint` request (c2sp.org/tlog-witness) of the shown checkpoint with its log's
 * own signature, whose path proves of a larger one that its first leaves are others. One file, so that a kill leaves all of it or
 * nothing; and one for a size, so that no number of them fills the disk.
 */
const FOLDER = 'forked';

export interface Fork {
  readonly origin: string;
  /** Leaves of the lodged tree that is contradicted. */
  readonly held: number;
  /** Leaves of the tree that was shown. */
  readonly shown: number;
  readonly keptAt: Date;
  /** Larger than what was lodged: with the request that proves it. */
  readonly larger: boolean;
}

/**
 * The name of a log is its school's own choice: no letter of it may lead out of the folder on any system, nor into another log's, where
 * the first evidence of a size stays.
 */
function folderNameOf(origin: string): string {
  return encodeURIComponent(origin).replaceAll('_', '%5F').replaceAll('*', '%2A').replaceAll('%2F', '_');
}

function placeOf(dataDir: string, { origin, held }: Pick<Fork, 'origin' | 'held'>): string {
  return join(dataDir, FOLDER, folderNameOf(origin), `${held}.shown`);
}

/**
 * Keeps what was shown; the first of a size stays, whatever is shown later.
 * @param bare the shown checkpoint with its log's own signature
 * @param path what leads from the lodged size to it, as it was shown
 */
export async function keepContradiction(
  dataDir: string,
  fork: Pick<Fork, 'origin' | 'held'>,
  bare: Uint8Array,
  path: readonly Uint8Array[],
): Promise<void> {
  const place = placeOf(dataDir, fork);
  if (existsSync(place)) return;
  const request = formatAddCheckpoint({ oldSize: fork.held, proof: path, checkpoint: bare });
  await writeDurably(place, request, 0o644);
}

/** All that is kept, the smallest contradicted tree of each log first. */
export async function keptForks(dataDir: string): Promise<Fork[]> {
  const found: Fork[] = [];
  for (const folder of await namesIn(join(dataDir, FOLDER)))
    for (const name of await namesIn(join(dataDir, FOLDER, folder))) {
      if (!/^\d{1,15}\.shown$/.test(name)) continue;
      const place = join(dataDir, FOLDER, folder, name);
      const { oldSize, checkpoint } = parseAddCheckpoint(new Uint8Array(await readFile(place)));
      const { origin, size } = parseCheckpointText(parseNote(checkpoint).text);
      const { mtime } = await stat(place);
      found.push({ origin, held: oldSize, shown: size, keptAt: mtime, larger: size > oldSize });
    }
  return found.sort((a, b) => (a.origin === b.origin ? a.held - b.held : a.origin < b.origin ? -1 : 1));
}

/** @returns the shown checkpoint, or the request that proves a larger one; null where there is none */
export async function forkFile(
  dataDir: string,
  { origin, held }: Pick<Fork, 'origin' | 'held'>,
  part: 'checkpoint' | 'proof',
): Promise<Uint8Array | null> {
  // Only what is listed is read: a name out of an address never becomes a path.
  const fork = (await keptForks(dataDir)).find((one) => one.origin === origin && one.held === held);
  if (fork === undefined || (part === 'proof' && !fork.larger)) return null;
  const request = new Uint8Array(await readFile(placeOf(dataDir, fork)));
  return part === 'proof' ? request : parseAddCheckpoint(request).checkpoint;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
