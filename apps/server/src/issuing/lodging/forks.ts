import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, parseCheckpointText, parseNote } from '@hocba/ledger';
import { writeDurably } from '../log/durable-file.ts';

/**
 * Two trees under one key, as the level above keeps them: beside the public files and not among them, `<size>.checkpoint` is what was shown
 * against the tree of that size that was lodged. Where it is a larger one, `<size>.proof` is the request by which it proves itself that its
 * first leaves are others. One of each for a size, so that no number of them fills the disk.
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

function placeOf(dataDir: string, origin: string, name: string): string {
  return join(dataDir, FOLDER, origin.replaceAll('/', '_'), name);
}

/**
 * Keeps what was shown; the first of a size stays, whatever is shown later.
 * @param bare the shown checkpoint with its log's own signature
 * @param request the `add-checkpoint` request that it came in (c2sp.org/tlog-witness)
 */
export async function keepContradiction(
  dataDir: string,
  { origin, held, shown }: Pick<Fork, 'origin' | 'held' | 'shown'>,
  bare: Uint8Array,
  request: Uint8Array,
): Promise<void> {
  const place = placeOf(dataDir, origin, `${held}.checkpoint`);
  if (existsSync(place)) return;
  if (shown > held) await writeDurably(placeOf(dataDir, origin, `${held}.proof`), request, 0o644);
  await writeDurably(place, bare, 0o644);
}

/** All that is kept, the smallest contradicted tree of each log first. */
export async function keptForks(dataDir: string): Promise<Fork[]> {
  const found: Fork[] = [];
  for (const folder of await namesIn(join(dataDir, FOLDER)))
    for (const name of await namesIn(join(dataDir, FOLDER, folder))) {
      const held = /^(\d{1,15})\.checkpoint$/.exec(name)?.[1];
      if (held === undefined) continue;
      const place = join(dataDir, FOLDER, folder, name);
      const { origin, size } = checkpointIn(new Uint8Array(await readFile(place)));
      const { mtime } = await stat(place);
      found.push({
        origin,
        held: Number(held),
        shown: size,
        keptAt: mtime,
        larger: existsSync(join(dataDir, FOLDER, folder, `${held}.proof`)),
      });
    }
  return found.sort((a, b) => (a.origin === b.origin ? a.held - b.held : a.origin < b.origin ? -1 : 1));
}

/** @returns the file as it was kept; null where there is none */
export async function forkFile(
  dataDir: string,
  { origin, held }: Pick<Fork, 'origin' | 'held'>,
  part: 'checkpoint' | 'proof',
): Promise<Uint8Array | null> {
  // Only what is listed is read: a name out of an address never becomes a path.
  if (!(await keptForks(dataDir)).some((fork) => fork.origin === origin && fork.held === held)) return null;
  try {
    return new Uint8Array(await readFile(placeOf(dataDir, origin, `${held}.${part}`)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function checkpointIn(note: Uint8Array): Checkpoint {
  return parseCheckpointText(parseNote(note).text);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
