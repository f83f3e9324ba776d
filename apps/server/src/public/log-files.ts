import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvidencePath, parseTilePath } from '@hocba/ledger';

/** A public file of a log with the headers that it is served with. */
export interface LogAnswer {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Whether it is worth packing: of leaves a fifth, of hashes nothing. */
  readonly packable: boolean;
}

const TEXT = 'text/plain; charset=utf-8';
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Checkpoint and status change; a few seconds keep a run of readers off the disk. */
const SECONDS = 'public, max-age=5';

/** Files beside the tiles: the newest checkpoint and status, and a log's own last words. */
const TEXTS: ReadonlySet<string> = new Set([
  'checkpoint',
  'status',
  'logged-statuses',
  'closed',
  'succession',
]);

const ORIGIN = /^[a-z0-9][a-z0-9.-]*\/[A-Za-z0-9_-]+\/\d{4}-\d{4}(?:\.\d+)?\//;

/**
 * A file below `data/log` by its address: origin, then `checkpoint`, `status` or a tile (c2sp.org/tlog-tiles).
 * Null for everything else, whatever may lie there.
 */
export async function logFile(dataDir: string, path: string): Promise<LogAnswer | null> {
  const origin = ORIGIN.exec(path)?.[0];
  if (origin === undefined || path.includes('..')) return null;
  const resource = path.slice(origin.length);
  const kind = kindOf(resource);
  if (kind === null) return null;
  try {
    const bytes = new Uint8Array(await readFile(join(dataDir, 'log', ...path.split('/'))));
    const packable = resource.startsWith('tile/entries/');
    const contentType = kind === 'text' ? TEXT : 'application/octet-stream';
    return { bytes, contentType, cacheControl: kind === 'tile' ? FOR_EVER : SECONDS, packable };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw error;
  }
}

function kindOf(resource: string): 'text' | 'tile' | 'evidence' | null {
  if (TEXTS.has(resource)) return 'text';
  try {
    if (resource.startsWith('evidence/')) return parseEvidencePath(resource) > 0 ? 'evidence' : null;
    parseTilePath(resource);
    return 'tile';
  } catch {
    return null;
  }
}
