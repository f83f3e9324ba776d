import { readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LedgerError } from '../error.ts';
import { removeLitter } from './durable-file.node.ts';
import { makeFolderNow } from './make-folder.node.ts';
import { isAlive, ownerToken } from './owner-token.node.ts';

/** Held until `release`, or until the process ends. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock folder `path` for this process, or refuses at once; a holder that died is recognised by its process id.
 *
 * The folder comes into being with its owner's file already inside (rename of a filled folder, which fails onto one that is not
 * empty), and a dead owner's lock is broken by removing that very file: so neither an ownerless lock nor two heirs can exist. What
 * a killed one had filled and not yet renamed is removed.
 * @param path its parent must exist, on a local file system
 * @throws LedgerError 'folder-locked' while another living process (or this one) holds it
 */
export function lockFolder(path: string): FolderLock {
  const token = ownerToken();
  const beside = `${basename(path)}.`;
  removeLitter(
    dirname(path),
    (name) => (name.startsWith(beside) ? name.slice(beside.length) : ''),
    'folders too',
  );
  while (!take(path, token)) if (!breakDead(path)) throw new LedgerError('folder-locked');
  const release = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', release);
  return {
    release: () => {
      process.removeListener('exit', release);
      release();
    },
  };
}

function take(path: string, token: string): boolean {
  const prepared = `${path}.${token}`;
  makeFolderNow(prepared);
  writeFileSync(join(prepared, token), '');
  try {
    // An emptied lock: Windows does not rename over a folder.
    rmdirSync(path);
  } catch {
    // Absent or held.
  }
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Removes the files of dead owners; true when one was removed or the lock is gone. */
function breakDead(path: string): boolean {
  let owners: string[];
  try {
    owners = readdirSync(path);
  } catch {
    return true;
  }
  let broken = owners.length === 0;
  for (const owner of owners) {
    const [pid = '', start = ''] = owner.split('-');
    if (isAlive(Number(pid), Number(start))) continue;
    try {
      unlinkSync(join(path, owner));
      broken = true;
    } catch {
      // Another heir was faster.
    }
  }
  return broken;
}
