import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { type OpenedCheckpoint, openCheckpoint } from '../note/checkpoint.ts';
import { parseVkey } from '../note/note.ts';
import type { Ed25519, LogStorage, Sha256 } from '../ports.ts';
import { leafHash } from '../tree/merkle.ts';
import { readEntries, treeReader } from '../tree/reader.ts';
import { TILE_WIDTH, tilePath } from '../tree/tile-path.ts';
import { encodeEntries, encodeTile, hashesAtLevel, tileWidth } from '../tree/tiles.ts';
import { type ProvenTiles, provenTiles } from './proven-tiles.ts';

/** What a mirror remembers beside the files: it must outlive an interrupted run, else a fork could be shown after it. */
export interface MirrorMemory {
  /** The largest checkpoint that was ever accepted; null at first. */
  load(): Promise<Uint8Array | null>;
  /** Durable when it returns. */
  save(checkpoint: Uint8Array): Promise<void>;
  /** Keeps a signed checkpoint that contradicts an earlier one: the two together prove the log's fault to anybody. */
  accuse(checkpoint: Uint8Array): Promise<void>;
}

export interface MirrorInput {
  readonly sha256: Sha256;
  readonly ed25519: Ed25519;
  /** The log's key; its name is the origin. */
  readonly vkey: string;
  /** The log's public files, from wherever they come. Not trusted. What it throws ends the run, which can be taken up again. */
  readonly remote: Pick<LogStorage, 'read'>;
  /** Where the copy is kept. */
  readonly copy: LogStorage;
  readonly memory: MirrorMemory;
  /** Bundles fetched at the same time; default 8. */
  readonly parallel?: number;
  readonly onProgress?: (done: number, size: number) => void;
}

export interface MirrorReport {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Size of the copy before. */
  readonly from: number;
}

/**
 * Brings a copy of a log up to its present checkpoint. Nothing is kept before it is proven: the checkpoint by the log's key and by
 * its consistency with every checkpoint accepted before, hash tiles by the signed root, entries by the tiles. The copy's own
 * `checkpoint` is written last, so a run that was cut off leaves the older copy whole and is taken up where it stopped.
 * @throws LedgerError 'log-shrank' | 'log-forked' (the checkpoint is kept as evidence) | 'remote-missing' | 'remote-invalid' (with the file) |
 *   'copy-damaged' (with the file) | 'vkey-invalid'
 */
export async function mirrorLog(input: MirrorInput): Promise<MirrorReport> {
  const key = parseVkey(input.sha256, input.vkey);
  const open = (bytes: Uint8Array) => openCheckpoint(input.ed25519, bytes, [key]);
  const copied = await openKept(await input.copy.read('checkpoint'), 'checkpoint', open);
  const seen = await openKept(await input.memory.load(), 'memory', open);
  const bytes = await input.remote.read('checkpoint');
  if (bytes === null) throw new LedgerError('remote-missing', 'checkpoint');
  const published = await open(bytes).catch((error: unknown) => {
    throw error instanceof LedgerError ? new LedgerError('remote-invalid', 'checkpoint') : error;
  });
  const tiles = await againstEarlier(input, published, bytes, [copied, seen]);
  await input.memory.save(bytes);
  await copyTree(input, published.size, copied?.size ?? 0, tiles);
  await input.copy.write('checkpoint', bytes);
  return { origin: published.origin, size: published.size, root: published.root, from: copied?.size ?? 0 };
}

async function openKept(
  bytes: Uint8Array | null,
  what: string,
  open: (bytes: Uint8Array) => Promise<OpenedCheckpoint>,
): Promise<OpenedCheckpoint | null> {
  if (bytes === null) return null;
  return open(bytes).catch((error: unknown) => {
    throw error instanceof LedgerError ? new LedgerError('copy-damaged', what) : error;
  });
}

/** Proves that the published tree extends every earlier one. @returns its tiles, each proven when it is read */
async function againstEarlier(
  input: MirrorInput,
  published: OpenedCheckpoint,
  bytes: Uint8Array,
  earlier: readonly (OpenedCheckpoint | null)[],
): Promise<ProvenTiles> {
  const { sha256 } = input;
  async function accuse(code: 'log-shrank' | 'log-forked', size: number): Promise<never> {
    await input.memory.accuse(bytes);
    throw new LedgerError(code, `${size} → ${published.size}`);
  }
  for (const before of earlier) {
    if (before === null) continue;
    if (before.size > published.size) return accuse('log-shrank', before.size);
    // Told apart before any tile is read: a log that signs two trees of one size need not serve the second.
    if (before.size === published.size && !equalBytes(before.root, published.root)) {
      return accuse('log-forked', before.size);
    }
  }
  const tiles = await provenTiles(sha256, published, input.remote, input.copy);
  const reader = treeReader(sha256, tiles.asStorage, published.size);
  for (const before of earlier) {
    // Every hash read here is proven to belong to the published tree: if the old root differs, the history does.
    if (before !== null && !equalBytes(await reader.root(before.size), before.root)) {
      return accuse('log-forked', before.size);
    }
  }
  return tiles;
}

/** Copies every file of the tree that the copy of `from` leaves does not hold yet. */
async function copyTree(input: MirrorInput, size: number, from: number, tiles: ProvenTiles): Promise<void> {
  const bundles = Math.ceil(size / TILE_WIDTH);
  const first = Math.floor(from / TILE_WIDTH);
  let next = first;
  let done = 0;
  let failed = false;
  async function worker(): Promise<void> {
    while (next < bundles && !failed) {
      const index = next++;
      try {
        await copyBundle(input, size, index, tiles);
      } catch (error) {
        failed = true;
        throw error;
      }
      done++;
      input.onProgress?.(Math.min(size, (first + done) * TILE_WIDTH), size);
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: input.parallel ?? 8 }, worker));
  for (const one of workers) if (one.status === 'rejected') throw one.reason;
  for (let level = 1; hashesAtLevel(size, level) > 0; level++) {
    const start = Math.floor(hashesAtLevel(from, level) / TILE_WIDTH);
    for (let index = start; tileWidth(size, level, index) > 0; index++) {
      await keep(
        input.copy,
        level,
        index,
        encodeTile(await tiles.tile(level, index)),
        tileWidth(size, level, index),
      );
    }
  }
}

async function copyBundle(
  input: MirrorInput,
  size: number,
  index: number,
  tiles: ProvenTiles,
): Promise<void> {
  const hashes = await tiles.tile(0, index);
  const width = hashes.length;
  const path = tilePath({ level: 'entries', index, width });
  const fits = (entries: readonly Uint8Array[]) =>
    entries.every((entry, i) => equalBytes(leafHash(input.sha256, entry), hashes[i] as Uint8Array));
  if ((await input.copy.read(path)) !== null) {
    const kept = await readEntries(input.copy, size, index).catch(() => null);
    if (kept === null || !fits(kept)) throw new LedgerError('copy-damaged', path);
  } else {
    const entries = await readEntries(input.remote as LogStorage, size, index).catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
      throw new LedgerError(
        error.code === 'tile-missing' ? 'remote-missing' : 'remote-invalid',
        error.detail,
      );
    });
    if (!fits(entries)) throw new LedgerError('remote-invalid', path);
    await keep(input.copy, 'entries', index, encodeEntries(entries), width);
  }
  await keep(input.copy, 0, index, encodeTile(hashes), width);
}

async function keep(
  copy: LogStorage,
  level: number | 'entries',
  index: number,
  bytes: Uint8Array,
  width: number,
): Promise<void> {
  const path = tilePath({ level, index, width });
  await copy.write(path, bytes).catch((error: unknown) => {
    const differs = error instanceof LedgerError && error.code === 'immutable-differs';
    throw differs ? new LedgerError('copy-damaged', path) : error;
  });
  // A partial file is of no use once the full one is there; when it cannot go, it harms nobody.
  if (width === TILE_WIDTH) await copy.removePartials?.(path).catch(() => undefined);
}
