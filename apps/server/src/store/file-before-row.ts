import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isOfEndedOwner, ownerToken } from '@hocba/ledger/node';
import { writeDurably } from './durable-file.ts';

/** `<file>.<token of who writes it>.unregistered`: the row that names the file is still to come. */
const MARK = /^(.+)\.([^.]+)\.unregistered$/;

/**
 * Writes a file that a row of the database is going to name. A mark beside it says so until the row is there: of what a kill leaves
 * between the two, the mark tells whose it was, and no file without one is ever taken for a left-over.
 *
 * @param of what `settleUnregistered` is told again, to look for the row by
 * @returns what takes the mark away, once the row is there
 */
export async function writeBeforeRow(
  place: string,
  bytes: Uint8Array,
  mode: number,
  of: string,
): Promise<() => Promise<void>> {
  const mark = `${place}.${ownerToken()}.unregistered`;
  // First, so that a file never lies there without either.
  await writeDurably(mark, Buffer.from(of), 0o600);
  await writeDurably(place, bytes, mode);
  return () => rm(mark, { force: true });
}

/**
 * Removes what ended processes have written in a folder and no row names; a living one's is left to it.
 *
 * @param hasRow whether a row names the file of this name; what it throws leaves file and mark as they are
 * @returns the names of the files that were removed
 */
export async function settleUnregistered(
  folder: string,
  hasRow: (name: string, of: string) => Promise<boolean>,
): Promise<string[]> {
  const removed: string[] = [];
  for (const entry of marksIn(folder)) {
    const [, name = '', token = ''] = MARK.exec(entry) ?? [];
    if (!isOfEndedOwner(token)) continue;
    const mark = join(folder, entry);
    if (!(await hasRow(name, await readFile(mark, 'utf8')))) {
      await rm(join(folder, name), { force: true });
      removed.push(name);
    }
    await rm(mark, { force: true });
  }
  return removed;
}

function marksIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => MARK.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
