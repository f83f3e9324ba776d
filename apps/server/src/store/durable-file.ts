import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownerToken, removeLitter } from '@hocba/ledger/node';

/** Folders that this process has looked through for what killed ones left. */
const cleaned = new Set<string>();
const tokenIn = (name: string): string => /\.([^.]+)\.tmp$/.exec(name)?.[1] ?? '';

/** A name beside the place that says whose write it is, so that only the litter of a process that has ended is removed. */
export function draftOf(place: string): string {
  return `${place}.${ownerToken()}.tmp`;
}

/** Removes, once for each process and folder, what a process that has ended left half written there. */
export function cleanOnce(folder: string): void {
  if (cleaned.has(folder)) return;
  cleaned.add(folder);
  try {
    removeLitter(folder, tokenIn, 'folders too');
  } catch {
    // Rubbish that cannot be removed keeps nobody from writing.
  }
}

/**
 * Replaces a file as a whole: bytes to a temporary file, fsync, rename, fsync of the folder and of those that were
 * made for it. After a power cut the old or the new bytes are there, never a part. What a process that has ended left half written
 * in the folder is removed at this one's first write there.
 */
export async function writeDurably(place: string, bytes: Uint8Array, mode: number): Promise<void> {
  const folder = dirname(place);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  cleanOnce(folder);
  const draft = draftOf(place);
  try {
    await writeNew(draft, bytes, mode);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolders(folder, made === undefined ? folder : dirname(made));
}

/** The same at once, for what must be made before anything else may go on; its folder exists. */
export function writeDurablySync(place: string, bytes: Uint8Array, mode: number): void {
  const folder = dirname(place);
  cleanOnce(folder);
  const draft = draftOf(place);
  try {
    const file = openSync(draft, 'wx', mode);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Lays down a folder of secret files (0700, each 0600) as a whole, by one rename: a kill leaves all of it or nothing.
 *
 * @param folder its parent exists
 * @param files bytes by name
 * @returns false where another process was first: then nothing is changed
 */
export async function layFolderDurably(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<boolean> {
  const parent = dirname(folder);
  cleanOnce(parent);
  const draft = draftOf(folder);
  await mkdir(draft, { mode: 0o700 });
  try {
    for (const [name, bytes] of Object.entries(files)) await writeNew(join(draft, name), bytes, 0o600);
    await syncFolders(draft, draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (existsSync(folder)) return false;
    throw error;
  }
  await syncFolders(parent, parent);
  return true;
}

async function writeNew(place: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await open(place, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name lasts when its folder is on disk; a new folder when its parent is. */
async function syncFolders(from: string, to: string): Promise<void> {
  // Windows knows no fsync of a folder; NTFS journals the names.
  if (process.platform === 'win32') return;
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (folder === to || folder === dirname(folder)) return;
  }
}
