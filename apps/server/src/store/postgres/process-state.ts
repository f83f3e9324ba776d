import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** `gone` includes a zombie: it runs nothing any more, though signal 0 still reaches it. */
export type ProcessState = 'gone' | 'alive';

/**
 * @param pid process id, as another process may have written it into a file
 * @returns whether a process of that id still runs here
 */
export function processState(pid: number): ProcessState {
  if (!Number.isSafeInteger(pid) || pid <= 0) return 'gone';
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : 'gone';
  }
  const stat = linuxStat(pid);
  return stat !== null && (stat.state === 'Z' || stat.state === 'X') ? 'gone' : 'alive';
}

/**
 * What tells a process from a later one of the same id: boot and start time on Linux.
 *
 * @returns letters, digits and `-`; `unknown` where the system does not say, `null` if there is no such process
 */
export function processBirth(pid: number): string | null {
  if (processState(pid) === 'gone') return null;
  const stat = linuxStat(pid);
  if (stat === null) return 'unknown';
  let boot = 'boot';
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'ascii').slice(0, 8);
  } catch {
    // A container may hide it; the start time alone then has to do.
  }
  return `${boot}-${stat.startTime}`;
}

/**
 * Whether the living process `pid` is a PostgreSQL server on `folder`. A process id out of an old pid file may
 * by now belong to anything.
 *
 * @returns null when this system does not let us tell
 */
export function isPostgresOn(pid: number, folder: string): boolean | null {
  if (process.platform === 'linux') {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (!/postgres$/.test(command[0] ?? '')) return false;
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? false : null;
    }
  }
  if (process.platform === 'win32') return null;
  const listing = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  return listing.status === 0 ? /postgres/.test(listing.stdout) && listing.stdout.includes(folder) : null;
}

/** Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets. */
function linuxStat(pid: number): { state: string; startTime: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}
