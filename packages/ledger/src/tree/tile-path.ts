import { parseDecimal } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;

/** A hash tile (level 0…63) or an entry bundle (`entries`), full (width 256) or partial (1…255). */
export interface TileId {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** Index in groups of three digits, all but the last with `x`: 1234067 → `x001/x234/067`. */
function indexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return groups.join('/');
}

/** Path of a tile below the log's prefix (c2sp.org/tlog-tiles). @throws LedgerError 'path-invalid' */
export function tilePath(tile: TileId): string {
  const { level, index, width } = tile;
  const levelOk = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63);
  if (!levelOk || !Number.isSafeInteger(index) || index < 0) throw new LedgerError('path-invalid');
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) throw new LedgerError('path-invalid');
  const full = `tile/${level}/${indexPath(index)}`;
  return width === TILE_WIDTH ? full : `${full}.p/${width}`;
}

/** Reads a path as `tilePath` writes it, and nothing else. @throws LedgerError 'path-invalid' */
export function parseTilePath(path: string): TileId {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(
    path,
  );
  if (match === null) throw new LedgerError('path-invalid');
  const level = match[1] === 'entries' ? 'entries' : parseDecimal(match[1] ?? '');
  const index = Number((match[2] ?? '').replaceAll(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : parseDecimal(match[3]);
  const tile: TileId = { level, index, width };
  // One spelling per tile: no leading groups of zeroes, no `.p/256`, no level 64.
  if (!Number.isSafeInteger(index) || tilePath(tile) !== path) throw new LedgerError('path-invalid');
  return tile;
}
