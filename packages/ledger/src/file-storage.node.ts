import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { equalBytes } from './bytes.ts';
import { LedgerError } from './error.ts';
import type { LogStorage } from './ports.ts';
import { parseTilePath, TILE_WIDTH } from './tile-path.ts';

const REPLACEABLE: ReadonlySet<string> = new Set(['checkpoint', 'status']);

async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Makes names in a directory durable. Windows has no such call and keeps names in its own journal. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * A log's public files in a directory, which any web server can serve as it stands.
 *
 * A write is: create `.temp/<random>` exclusively, write, fsync, close, rename, fsync of the directory and of every directory
 * that was made for it. A crash before the rename leaves a temporary file that nothing reads; so a file under its own name is
 * always whole. Tiles and entries are made read-only; when one is there already it is compared, never replaced.
 * @param directory absolute path; made when missing
 */
export function fileStorage(directory: string): LogStorage {
  const temporary = join(directory, '.temp');

  function locate(path: string): string {
    // Only the log's own names: no path from a request or a staged bundle can leave the directory.
    if (!REPLACEABLE.has(path)) parseTilePath(path);
    return join(directory, path);
  }

  /** fsyncs the directory and, if directories were made down to it, those above as well. */
  async function syncUp(from: string, firstMade: string | undefined): Promise<void> {
    let at = from;
    await syncDirectory(at);
    while (firstMade !== undefined && (at === firstMade || at.startsWith(firstMade + sep))) {
      at = dirname(at);
      await syncDirectory(at);
    }
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const target = locate(path);
    const replaceable = REPLACEABLE.has(path);
    const there = await readOrNull(target);
    if (there !== null && equalBytes(there, bytes)) {
      // It may stand there from an attempt that ended before its directory was durable.
      await syncDirectory(dirname(target));
      return;
    }
    if (there !== null && !replaceable) throw new LedgerError('immutable-differs', path);
    await mkdir(temporary, { recursive: true });
    const firstMade = await mkdir(dirname(target), { recursive: true });
    const name = join(temporary, randomUUID());
    const handle = await open(name, 'wx', replaceable ? 0o644 : 0o444);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(name, target);
    await syncUp(dirname(target), firstMade);
  }

  return {
    read: (path) => readOrNull(locate(path)),
    write,
    removePartials: async (fullPath) => {
      if (parseTilePath(fullPath).width !== TILE_WIDTH) throw new LedgerError('path-invalid');
      await rm(`${locate(fullPath)}.p`, { recursive: true, force: true });
    },
  };
}
