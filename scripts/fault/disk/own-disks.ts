import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MARK = 'HOCBA_FAULT_DISKS';

/** Whether this process is in a mount namespace of its own: what it mounts nobody else sees, and it goes when the process ends. */
export function hasOwnDisks(): boolean {
  return process.env[MARK] === '1';
}

/** Root may as it stands; others become able to mount in a user namespace of their own, and stay who they are. */
const WAY =
  process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-current-user', '--keep-caps', '--mount'];

/**
 * Runs this very program again where small disks can be mounted, so that "disk full" is the kernel's own answer to a write.
 *
 * @returns its exit code; null where the system allows no such thing
 */
export async function runWithOwnDisks(args: readonly string[]): Promise<number | null> {
  const place = mkdtempSync(join(tmpdir(), 'hocba-disk-'));
  const tried = spawnSync('unshare', [...WAY, ...MOUNT, 'size=64k', 'tmpfs', place]);
  rmdirSync(place);
  if (tried.status !== 0) return null;
  const child = spawn('unshare', [...WAY, process.execPath, process.argv[1] ?? '', ...args], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', pass);
  process.on('SIGINT', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export const MOUNT = ['mount', '-t', 'tmpfs', '-o'] as const;
