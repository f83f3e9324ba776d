import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { makeFolder } from './make-folder.node.ts';
import { isOfEndedOwner, ownerToken } from './owner-token.node.ts';

/** A file's bytes; null when there is none. */
export async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Makes names in a directory durable. Windows has no such call and keeps names in its own journal. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** fsyncs the directory and, if directories were made down to it, those above as well. */
async function syncUp(from: string, firstMade: string | undefined): Promise<void> {
  let at = from;
  await syncDirectory(at);
  while (firstMade !== undefined && (at === firstMade || at.startsWith(firstMade + sep))) {
    at = dirname(at);
    await syncDirectory(at);
  }
}

/**
 * Writes or replaces a file as a whole: create `<temporary>/<owner's token>` exclusively, write, fsync, close, rename, fsync of the
 * directory and of every directory that was made for it. After a crash the old or the new bytes are there, never a part.
 * @param temporary directory on the same file system as the target
 */
export async function replaceFile(
  target: string,
  bytes: Uint8Array,
  options: { readonly temporary: string; readonly mode: number },
): Promise<void> {
  await makeFolder(options.temporary);
  const firstMade = await makeFolder(dirname(target));
  const name = join(options.temporary, ownerToken());
  try {
    const handle = await open(name, 'wx', options.mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(name, target);
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
  await syncUp(dirname(target), firstMade);
}

/**
 * Removes what `replaceFile` left in a temporary directory when its process was killed: regular files under the token of a
 * process that has ended. A living writer's file, a link and any other name stay, and a folder unless asked.
 * @param temporary as given to `replaceFile`; none is fine, a link to one is left alone
 * @param tokenIn where a writer's names hold the token (`ownerToken`) among other things
 * @param what for who makes folders as a whole under such a name too
 * @returns how many were removed
 */
export function removeLitter(
  temporary: string,
  tokenIn: (name: string) => string = (name) => name,
  what: 'files' | 'folders too' = 'files',
): number {
  if (lstatSync(temporary, { throwIfNoEntry: false })?.isDirectory() !== true) return 0;
  let removed = 0;
  for (const entry of readdirSync(temporary, { withFileTypes: true })) {
    const ours = entry.isFile() || (what === 'folders too' && entry.isDirectory());
    if (!ours || !isOfEndedOwner(tokenIn(entry.name))) continue;
    // By its name alone: what was put in its place meanwhile is unlinked, never followed.
    rmSync(join(temporary, entry.name), { force: true, recursive: entry.isDirectory() });
    removed++;
  }
  return removed;
}
