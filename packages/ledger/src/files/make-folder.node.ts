import { existsSync, mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. `mkdir` with `recursive` says ENOENT of a disk that takes no writes (Node 24), and
 * an operator then looks for a folder that is not missing: what a plain one says of the first folder to be made is thrown instead.
 *
 * @returns the first folder that was made; undefined where all were there
 */
export async function makeFolder(path: string, mode?: number): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode });
  } catch (error) {
    throw plainReason(error, path);
  }
}

/** As `makeFolder`, at once. */
export function makeFolderNow(path: string, mode?: number): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw plainReason(error, path);
  }
}

function plainReason(error: unknown, path: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  let missing = path;
  while (dirname(missing) !== missing && !existsSync(dirname(missing))) missing = dirname(missing);
  try {
    mkdirSync(missing);
    return error;
  } catch (plain) {
    return plain;
  }
}
