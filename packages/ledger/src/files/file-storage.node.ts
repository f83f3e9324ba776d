import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { CLOSED_PATH } from '../life/closing.ts';
import { SUCCESSION_PATH } from '../life/succession.ts';
import { parseEvidencePath } from '../log/evidence-path.ts';
import type { LogStorage } from '../ports.ts';
import { LOGGED_STATUSES_PATH } from '../statements/logged-statuses.ts';
import { parseTilePath, TILE_WIDTH } from '../tree/tile-path.ts';
import { readOrNull, removeLitter, replaceFile, syncDirectory } from './durable-file.node.ts';

/** A succession says how the log began until it says how it ended. */
const REPLACEABLE: ReadonlySet<string> = new Set([
  'checkpoint',
  'status',
  LOGGED_STATUSES_PATH,
  SUCCESSION_PATH,
]);
/** Files beside the tiles that are written once. */
const SINGLE: ReadonlySet<string> = new Set([CLOSED_PATH]);

/**
 * A log's public files in a directory, which any web server can serve as it stands.
 *
 * A write is: create `.temp/<owner's token>` exclusively, write, fsync, close, rename, fsync of the directory and of every
 * directory that was made for it. A crash before the rename leaves a temporary file that nothing reads and that the next writer removes;
 * so a file under its own name is always whole. Tiles and entries are made read-only; when one is there already it is compared, never replaced.
 * @param directory absolute path; made when missing
 */
export function fileStorage(directory: string): LogStorage {
  const temporary = join(directory, '.temp');

  function locate(path: string): string {
    // Only the log's own names: no path from a request or a staged bundle can leave the directory.
    if (path.startsWith('evidence/')) parseEvidencePath(path);
    else if (!REPLACEABLE.has(path) && !SINGLE.has(path)) parseTilePath(path);
    return join(directory, path);
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const target = locate(path);
    // Evidence grows with each renewal.
    const replaceable = REPLACEABLE.has(path) || path.startsWith('evidence/');
    const there = await readOrNull(target);
    if (there !== null && equalBytes(there, bytes)) {
      // It may stand there from an attempt that ended before its directory was durable.
      await syncDirectory(dirname(target));
      return;
    }
    if (there !== null && !replaceable) throw new LedgerError('immutable-differs', path);
    await replaceFile(target, bytes, { temporary, mode: replaceable ? 0o644 : 0o444 });
  }

  return {
    read: (path) => readOrNull(locate(path)),
    write,
    removePartials: async (fullPath) => {
      if (parseTilePath(fullPath).width !== TILE_WIDTH) throw new LedgerError('path-invalid');
      await rm(`${locate(fullPath)}.p`, { recursive: true, force: true });
    },
    removeLitter: async () => removeLitter(temporary),
  };
}
