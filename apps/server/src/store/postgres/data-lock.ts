import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanOnce, draftOf } from '../durable-file.ts';
import { LaunchError } from './launch-error.ts';
import { processBirth } from './process-state.ts';

export interface DataLock {
  release(): void;
}

/**
 * Holds `dataFolder` for this process, so that two servers never share one. A holder that died is recognised
 * by process id and start time, and its lock is taken over.
 *
 * The lock is a folder that comes into being with its owner's file inside; a dead owner's lock is broken by
 * removing that very file. So of two heirs only one succeeds, and neither can remove the other's lock.
 *
 * @param dataFolder existing folder
 * @throws LaunchError `data-folder-in-use`
 */
export function lockDataFolder(dataFolder: string): DataLock {
  const path = join(dataFolder, 'lock');
  const token = randomBytes(8).toString('hex');
  const owner = `${process.pid}.${processBirth(process.pid) ?? 'unknown'}.${token}`;
  const prepared = draftOf(path);
  mkdirSync(prepared, { mode: 0o755 });
  writeFileSync(join(prepared, owner), '');
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (take(prepared, path)) {
        cleanOnce(dataFolder);
        return { release: () => release(path, owner) };
      }
      const holder = breakDeadLock(path);
      if (holder !== null) throw inUse(dataFolder, holder);
    }
    throw inUse(dataFolder, null);
  } finally {
    rmSync(prepared, { recursive: true, force: true });
  }
}

function take(prepared: string, path: string): boolean {
  try {
    rmdirSync(path); // an emptied lock; Windows does not rename over a folder
  } catch {
    // absent or held
  }
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** @returns the living holder's process id, or null when the lock may be free now */
function breakDeadLock(path: string): number | null {
  let owners: string[];
  try {
    owners = readdirSync(path);
  } catch {
    return null;
  }
  for (const owner of owners) {
    const [pid = '', birth = ''] = owner.split('.');
    if (processBirth(Number(pid)) === birth) return Number(pid);
    try {
      unlinkSync(join(path, owner));
    } catch {
      // another heir was faster
    }
  }
  return null;
}

function release(path: string, owner: string): void {
  rmSync(join(path, owner), { force: true });
  try {
    rmdirSync(path);
  } catch {
    // already another's
  }
}

function inUse(dataFolder: string, pid: number | null): LaunchError {
  const who = pid === null ? '' : ` (tiến trình ${pid})`;
  return new LaunchError(
    'data-folder-in-use',
    `Thư mục dữ liệu ${dataFolder} đang được một máy chủ khác sử dụng${who}. ` +
      'Máy chủ đó vẫn chạy bình thường. Hãy dùng nó, tắt nó trước, hoặc chọn thư mục khác bằng --data.',
  );
}
