import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs `work` while this process alone holds the lock folder `path`; waits while another process holds it.
 * A holder that died is recognised by its process id and its lock is taken over.
 *
 * The folder comes into being with its owner's file already inside (rename of a filled folder, which
 * fails onto one that is not empty), and a dead owner's lock is broken by removing that very file: so
 * neither an ownerless lock nor two heirs can exist.
 *
 * @template T
 * @param {string} path folder that stands for the lock; its parent must exist
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when somebody else holds the lock
 * @returns {Promise<T>}
 */
export async function withFolderLock(path, work, onWait) {
  const token = `${process.pid}-${randomBytes(8).toString('hex')}`;
  let told = false;
  while (!take(path, token)) {
    if (breakDeadLock(path)) continue;
    if (!told) onWait?.();
    told = true;
    await pause(200);
  }
  const release = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** @param {string} path @param {string} token */
function take(path, token) {
  const prepared = `${path}.${token}`;
  mkdirSync(prepared);
  writeFileSync(join(prepared, token), '');
  try {
    rmdirSync(path); // an emptied lock; Windows does not rename over a folder
  } catch {
    // absent or held
  }
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

/** @param {string} path */
function breakDeadLock(path) {
  let owners;
  try {
    owners = readdirSync(path);
  } catch {
    return true; // released meanwhile
  }
  let broken = owners.length === 0;
  for (const owner of owners) {
    if (isAlive(Number.parseInt(owner, 10))) continue;
    try {
      unlinkSync(join(path, owner));
      broken = true;
    } catch {
      // another heir was faster
    }
  }
  return broken;
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  try {
    // A killed process that nobody has reaped still answers to signal 0.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
