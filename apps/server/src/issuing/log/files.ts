import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LedgerError, type LogStorage } from '@hocba/ledger';

/**
 * A log's public files below one folder, served as they lie there. `write` is durable when it returns: bytes to a
 * temporary file, fsync, rename, fsync of every folder up to the log's own. A tile that stands is compared, never
 * written over.
 *
 * @param folder the log's own folder, `data/log/<origin>`; made at the first write
 */
export function logFiles(folder: string): LogStorage {
  return {
    async read(path) {
      return readOrNull(placeOf(folder, path));
    },
    async write(path, bytes) {
      const place = placeOf(folder, path);
      if (path.startsWith('tile/')) {
        const there = await readOrNull(place);
        if (there !== null) {
          if (Buffer.compare(there, bytes) !== 0) throw new LedgerError('immutable-differs', path);
          return;
        }
      }
      await writeDurably(place, bytes);
    },
    async removePartials(fullPath) {
      await rm(`${placeOf(folder, fullPath)}.p`, { recursive: true, force: true });
    },
  };
}

/** Below `folder` only: paths are made by the ledger, but a storage does not trust its caller. */
function placeOf(folder: string, path: string): string {
  if (!/^[a-z0-9][a-z0-9./-]*$/.test(path) || path.includes('..')) throw new LedgerError('path-invalid');
  return join(folder, ...path.split('/'));
}

async function readOrNull(place: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(place));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Replaces a file as a whole: after a power cut the old or the new bytes are there, never a part. */
export async function writeDurably(place: string, bytes: Uint8Array, mode = 0o644): Promise<void> {
  const folder = dirname(place);
  const made = await mkdir(folder, { recursive: true });
  const temporary = `${place}.${randomBytes(6).toString('hex')}.tmp`;
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
