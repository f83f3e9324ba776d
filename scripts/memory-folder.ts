import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';

const FOLDER = '/dev/shm';
const NEEDED = 4 * 2 ** 30;

/**
 * Where a run that keeps nothing puts its temporary files: in memory, where the system has such a folder with room.
 * Tests make and drop some hundred databases of a thousand files each, which costs a disk more than everything else that they do.
 *
 * @returns a folder whose files may be executed; none where TMPDIR is set, or there is no such folder
 */
export function memoryFolder(): string | undefined {
  if (process.platform !== 'linux' || process.env.TMPDIR) return undefined;
  try {
    accessSync(FOLDER, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(FOLDER);
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .findLast((line) => line.split(' ')[1] === FOLDER)
      ?.split(' ');
    const fit =
      mount?.[2] === 'tmpfs' && !mount[3]?.split(',').includes('noexec') && bavail * bsize >= NEEDED;
    return fit ? FOLDER : undefined;
  } catch {
    return undefined;
  }
}
