import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../encoding/bytes.ts';
import { readOrNull, removeLitter, replaceFile } from '../files/durable-file.node.ts';
import { type FolderLock, lockFolder } from '../files/folder-lock.node.ts';
import { makeFolderNow } from '../files/make-folder.node.ts';
import type { WitnessState } from './witness.ts';

export interface WitnessFiles extends WitnessState {
  /**
   * Unix milliseconds at which the record's file came to be as it is, in the file system's own account, which no copying tool sets: a file
   * that was written when its cosignature was made is of that time, one that was brought back is later. Null: no record.
   */
  placedAt(origin: string): Promise<number | null>;
  close(): void;
}

/**
 * A witness's memory in a directory: one file per origin (named by the origin's SHA-256), replaced as a whole. Durable when a
 * swap returns. One process holds the directory at a time, and within it swaps of one origin go one after the other: so check and
 * store are one. What a killed holder left half written is removed.
 * @param directory absolute path; made when missing
 * @throws LedgerError 'folder-locked' when another process holds it
 */
export function openWitnessState(directory: string): WitnessFiles {
  makeFolderNow(directory, 0o700);
  const lock: FolderLock = lockFolder(join(directory, 'lock'));
  const queues = new Map<string, Promise<unknown>>();
  const temporary = join(directory, '.temp');
  try {
    removeLitter(temporary);
  } catch (error) {
    lock.release();
    throw error;
  }

  function fileOf(origin: string): string {
    return join(directory, `${createHash('sha256').update(origin).digest('hex')}.checkpoint`);
  }

  async function swap(origin: string, old: Uint8Array | null, next: Uint8Array): Promise<boolean> {
    const there = await readOrNull(fileOf(origin));
    const same = old === null || there === null ? old === there : equalBytes(old, there);
    // Whoever sends the same checkpoint again and again in one second is given the same bytes, and costs the disk nothing.
    const stands = there !== null && equalBytes(there, next);
    if (same && !stands) await replaceFile(fileOf(origin), next, { temporary, mode: 0o600 });
    return same;
  }

  return {
    load: (origin) => readOrNull(fileOf(origin)),
    swap: (origin, old, next) => {
      const result = (queues.get(origin) ?? Promise.resolve()).then(() => swap(origin, old, next));
      queues.set(
        origin,
        result.catch(() => undefined),
      );
      return result;
    },
    placedAt: async (origin) => {
      try {
        return (await stat(fileOf(origin))).ctimeMs;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    close: () => lock.release(),
  };
}
