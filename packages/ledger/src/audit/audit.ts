import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { type OpenedCheckpoint, openCheckpoint } from '../note/checkpoint.ts';
import { parseVkey } from '../note/note.ts';
import type { Ed25519, LogStorage, Sha256 } from '../ports.ts';
import { EMPTY_EDGE, edgeRoot, integrate, readEdge, type TreeEdge } from '../tree/integrate.ts';
import { leafHash } from '../tree/merkle.ts';
import { verifyConsistency } from '../tree/proof.ts';
import { readEntries, readTile, treeReader } from '../tree/reader.ts';
import { parseTilePath, TILE_WIDTH, tilePath } from '../tree/tile-path.ts';
import { decodeTile, tileWidth } from '../tree/tiles.ts';

/** One thing that is wrong, by the file it stands in. */
export interface AuditFinding {
  readonly file: string;
  readonly code:
    | 'checkpoint-missing'
    | 'checkpoint-invalid'
    | 'file-missing'
    | 'file-malformed'
    | 'tile-differs'
    | 'entry-differs'
    | 'entry-or-tile-differs'
    | 'root-differs'
    | 'known-checkpoint-differs'
    /** It is of more leaves than this log has: cut off, or brought back from a backup, or a copy that has not gone on yet. */
    | 'known-checkpoint-ahead'
    | 'leaf-refused';
  /** Index of the first leaf concerned, where one can be named. */
  readonly index?: number;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly size: number;
  /** Root recomputed from the entries; null when the checkpoint could not be opened. */
  readonly root: Uint8Array | null;
  /** At most 100, lowest leaf first. */
  readonly findings: readonly AuditFinding[];
}

export interface AuditInput {
  readonly sha256: Sha256;
  readonly ed25519: Ed25519;
  readonly storage: LogStorage;
  /** The log's key; its name is the origin. */
  readonly vkey: string;
  /** Called for every leaf in order; what it throws is a finding 'leaf-refused' of that leaf. */
  readonly onLeaf?: (index: number, bytes: Uint8Array) => void | Promise<void>;
  /** Called after every bundle of 256. */
  readonly onProgress?: (done: number, size: number) => void;
  /** Signed checkpoints kept from earlier: each must be a prefix of this log. */
  readonly known?: readonly Uint8Array[];
  /** Right edge of the leaves that an audit which was cut off has found good (`onGood`): they are not read again. */
  readonly from?: TreeEdge;
  /** Told the edge after every whole bundle, as long as nothing is wrong. */
  readonly onGood?: (edge: TreeEdge) => void | Promise<void>;
}

const MAX_FINDINGS = 100;

/** The log does not go on from a tree that somebody has kept. */
const OTHER_HISTORY: AuditFinding = { file: 'checkpoint', code: 'known-checkpoint-differs' };
const AHEAD: AuditFinding = { file: 'checkpoint', code: 'known-checkpoint-ahead' };

/**
 * Re-reads a whole log from its public files, trusting only the vkey: recomputes every leaf hash, every tile and the root from the
 * entries and compares them with tiles and checkpoint. Memory stays that of one bundle.
 * @throws LedgerError when what the caller brings (vkey, known checkpoints) is itself not in order; never for the log's files
 */
export async function auditLog(input: AuditInput): Promise<AuditReport> {
  const opened = await openPublished(input);
  if ('code' in opened) return { ok: false, size: 0, root: null, findings: [opened] };
  const everKnown = await openKnown(input);
  const known = everKnown.filter(({ size }) => size <= opened.size);
  // What is left of a log is read all the same: who calls holds its own against these leaves.
  const ahead = known.length < everKnown.length ? [AHEAD] : [];
  const { from = EMPTY_EDGE } = input;
  if (from.size % TILE_WIDTH !== 0) throw new LedgerError('index-out-of-range');
  if (from.size > opened.size && ahead.length === 0) throw new LedgerError('index-out-of-range');
  const before = known.filter(({ size }) => size > 0 && size <= from.size);
  if (from.size > opened.size || !(await extendsAll(input, opened, before))) {
    const finding = from.size > opened.size ? AHEAD : OTHER_HISTORY;
    return { ok: false, size: opened.size, root: null, findings: [finding] };
  }
  const later = from.size === 0 ? known : known.filter(({ size }) => size > from.size);
  const walk = await walkEntries(input, opened, later, ahead);
  const findings = await judge(input, opened, walk);
  return { ok: findings.length === 0, size: opened.size, root: walk.root, findings };
}

async function openPublished(input: AuditInput): Promise<OpenedCheckpoint | AuditFinding> {
  const bytes = await input.storage.read('checkpoint');
  if (bytes === null) return { file: 'checkpoint', code: 'checkpoint-missing' };
  try {
    return await openCheckpoint(input.ed25519, bytes, [parseVkey(input.sha256, input.vkey)]);
  } catch (error) {
    if (error instanceof LedgerError && error.code !== 'vkey-invalid') {
      return { file: 'checkpoint', code: 'checkpoint-invalid' };
    }
    throw error;
  }
}

/** Smallest first. */
async function openKnown(input: AuditInput): Promise<OpenedCheckpoint[]> {
  const key = parseVkey(input.sha256, input.vkey);
  const opened: OpenedCheckpoint[] = [];
  for (const bytes of input.known ?? []) opened.push(await openCheckpoint(input.ed25519, bytes, [key]));
  return opened.sort((a, b) => a.size - b.size);
}

/** Whether the published tree extends each of these, by a proof out of its tiles: leaves that are not read again stand in it. */
async function extendsAll(
  { sha256, storage }: AuditInput,
  published: OpenedCheckpoint,
  earlier: readonly OpenedCheckpoint[],
): Promise<boolean> {
  const reader = treeReader(sha256, storage, published.size);
  for (const { size, root } of earlier) {
    const proof = await reader.consistency(size).catch((error: unknown) => {
      if (error instanceof LedgerError) return null;
      throw error;
    });
    const trees = { first: size, firstRoot: root, second: published.size, secondRoot: published.root };
    if (proof === null || !verifyConsistency(sha256, { ...trees, proof })) return false;
  }
  return true;
}

interface Walk {
  readonly root: Uint8Array;
  /** Files that could not be read or whose leaves were refused: certain. */
  readonly certain: AuditFinding[];
  /** Level-0 tiles that differ from their entries: which of the two is wrong is judged at the end. */
  readonly unclear: { readonly tile: string; readonly entries: string; readonly index: number }[];
  /** Higher tiles that differ from what the entries give. */
  readonly above: string[];
}

function push<T>(list: T[], item: T): void {
  if (list.length < MAX_FINDINGS) list.push(item);
}

async function walkEntries(
  input: AuditInput,
  published: OpenedCheckpoint,
  known: readonly OpenedCheckpoint[],
  ahead: readonly AuditFinding[],
): Promise<Walk> {
  const { sha256, storage } = input;
  const { size } = published;
  const certain: AuditFinding[] = [...ahead];
  const unclear: Walk['unclear'] = [];
  const above: string[] = [];
  let edge: TreeEdge = input.from ?? EMPTY_EDGE;
  const waiting = [...known];

  function meetKnown(before: TreeEdge, entries: readonly Uint8Array[]): void {
    for (let seen = waiting[0]; seen !== undefined; seen = waiting[0]) {
      if (seen.size > before.size + entries.length) return;
      const { root } = integrate(sha256, before, entries.slice(0, seen.size - before.size));
      if (!equalBytes(root, seen.root)) push(certain, OTHER_HISTORY);
      waiting.shift();
    }
  }

  meetKnown(edge, []);
  for (let index = edge.size / TILE_WIDTH; index * TILE_WIDTH < size; index++) {
    const first = index * TILE_WIDTH;
    const width = tileWidth(size, 0, index);
    const entriesPath = tilePath({ level: 'entries', index, width });
    const tile = await readTile(storage, size, 0, index).catch((error: unknown) => failure(error));
    const entries = await readEntries(storage, size, index).catch((error: unknown) => failure(error));
    if (!Array.isArray(tile)) push(certain, { ...tile, index: first });
    if (!Array.isArray(entries)) {
      push(certain, { ...entries, index: first });
      // The tree above cannot be recomputed without these entries; the root is then out of reach.
      return { root: edgeRoot(sha256, edge), certain, unclear, above };
    }
    for (const [i, bytes] of entries.entries()) {
      try {
        await input.onLeaf?.(first + i, bytes);
      } catch {
        push(certain, { file: entriesPath, code: 'leaf-refused', index: first + i });
      }
    }
    if (Array.isArray(tile)) {
      const wrong = entries.findIndex(
        (bytes, i) => !equalBytes(leafHash(sha256, bytes), tile[i] as Uint8Array),
      );
      if (wrong >= 0) {
        push(unclear, {
          tile: tilePath({ level: 0, index, width }),
          entries: entriesPath,
          index: first + wrong,
        });
      }
    }
    meetKnown(edge, entries);
    const step = integrate(sha256, edge, entries);
    await compareAbove(storage, size, step.files, certain, above);
    edge = step.edge;
    input.onProgress?.(first + width, size);
    if (width === TILE_WIDTH && certain.length + unclear.length + above.length === 0)
      await input.onGood?.(edge);
  }
  return { root: edgeRoot(sha256, edge), certain, unclear, above };
}

function failure(error: unknown): Omit<AuditFinding, 'index'> {
  if (!(error instanceof LedgerError)) throw error;
  return { file: error.detail, code: error.code === 'tile-missing' ? 'file-missing' : 'file-malformed' };
}

/** Compares recomputed tiles of level 1 and up with the stored ones, when they have the width of this tree's size. */
async function compareAbove(
  storage: LogStorage,
  size: number,
  files: readonly { path: string; bytes: Uint8Array }[],
  certain: AuditFinding[],
  above: string[],
): Promise<void> {
  for (const file of files) {
    const id = parseTilePath(file.path);
    if (id.level === 'entries' || id.level === 0 || id.width !== tileWidth(size, id.level, id.index))
      continue;
    const stored = await readTile(storage, size, id.level, id.index).catch((error: unknown) =>
      failure(error),
    );
    if (!Array.isArray(stored)) push(certain, stored);
    else if (decodeTile(file.bytes, id.width).some((hash, i) => !equalBytes(hash, stored[i] as Uint8Array))) {
      push(above, file.path);
    }
  }
}

/**
 * Says which of two disagreeing files is wrong. The signed root decides: if the entries give it, the tiles are wrong; if the stored
 * right edge gives it, the entries are; if neither does, both stay named.
 */
async function judge(input: AuditInput, published: OpenedCheckpoint, walk: Walk): Promise<AuditFinding[]> {
  const findings = [...walk.certain];
  const unread = walk.certain.some(
    (finding) => finding.file.startsWith('tile/entries/') && finding.code !== 'leaf-refused',
  );
  const entriesRight = !unread && equalBytes(walk.root, published.root);
  const tilesRight = await storedRootMatches(input, published);
  for (const { tile, entries, index } of walk.unclear) {
    if (entriesRight) findings.push({ file: tile, code: 'tile-differs', index });
    else if (tilesRight) findings.push({ file: entries, code: 'entry-differs', index });
    else findings.push({ file: entries, code: 'entry-or-tile-differs', index });
  }
  // Above wrong entries every recomputed tile differs; only with right entries is the stored one to blame.
  if (entriesRight)
    findings.push(...walk.above.map((file): AuditFinding => ({ file, code: 'tile-differs' })));
  // That it is another history than one that was kept says nothing of why it is not its own root's.
  if (!entriesRight && !unread && findings.every(({ code }) => code === OTHER_HISTORY.code))
    findings.push({ file: 'checkpoint', code: 'root-differs' });
  return findings.sort((a, b) => (a.index ?? Infinity) - (b.index ?? Infinity)).slice(0, MAX_FINDINGS);
}

async function storedRootMatches(input: AuditInput, published: OpenedCheckpoint): Promise<boolean> {
  try {
    const edge = await readEdge(input.storage, published.size);
    return equalBytes(edgeRoot(input.sha256, edge), published.root);
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}
