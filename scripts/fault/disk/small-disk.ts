import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MOUNT } from './own-disks.ts';

const PAGE = 4096;
const PIECE = Buffer.alloc(64 * PAGE, 7);
const FILLER = '.filler';

/** Mounts a disk of so many bytes on a folder, which is made. Needs `hasOwnDisks`. */
export function mountDisk(folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true });
  run([...MOUNT, `size=${bytes},mode=0711`, 'tmpfs', folder]);
}

/** Whatever may still be open on it goes with its last process. */
export function unmountDisk(folder: string): void {
  run(['umount', '--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
}

function run([command = '', ...args]: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr || done.error?.message}`);
}

/** Takes what room there is, but for so many pages of 4096 bytes; again and again, it takes what was freed meanwhile. */
export function fillDisk(folder: string, pagesLeft = 0): void {
  const place = join(folder, FILLER);
  const file = openSync(place, 'a');
  try {
    for (const piece of [PIECE, PIECE.subarray(0, PAGE)]) while (wrote(file, piece)) {}
    ftruncateSync(file, Math.max(0, Math.floor(statSync(place).size / PAGE) - pagesLeft) * PAGE);
  } finally {
    closeSync(file);
  }
}

function wrote(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** There is room again. */
export function freeDisk(folder: string): void {
  rmSync(join(folder, FILLER), { force: true });
}
