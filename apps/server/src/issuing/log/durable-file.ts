import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownerToken, removeLitter } from '@hocba/ledger/node';

/** Folders that this process has looked through for what killed ones left. */
const cleaned = new Set<string>();
const tokenIn = (name: string): string => /\.([^.]+)\.tmp$/.exec(name)?.[1] ?? '';

/**
 * Replaces a file as a whole: bytes to a temporary file, fsync, rename, fsync of the folder and of those that were
 * made for it. After a power cut the old or the new bytes are there, never a part. What a process that has ended left half written
 * in the folder is removed at this one's first write there.
 */
export async function writeDurably(place: string, bytes: Uint8Array, mode: number): Promise<void> {
  const folder = dirname(place);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!cleaned.has(folder)) removeLitter(folder, tokenIn);
  cleaned.add(folder);
  const temporary = `${place}.${ownerToken()}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolders(folder, made === undefined ? folder : dirname(made));
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
