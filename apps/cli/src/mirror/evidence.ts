/** Evidence of time beside a mirror: an authority's dating of checkpoints that the mirror accepted (RFC 4998). */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bareCheckpoint,
  evidencePath,
  formatProofFile,
  openCheckpoint,
  parseProofFile,
  parseVkey,
  treeReader,
} from '@hocba/ledger';
import { fileStorage, nodeEd25519, nodeSha256, readOrNull, replaceFile } from '@hocba/ledger/node';
import {
  type Certificate,
  type EvidenceCode,
  type EvidenceFinding,
  extendsEvidence,
  verifyEvidence,
} from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { type LogEvidence, type ProvenLeaf, publishedLeaf } from '@hocba/verify';

/** Folder of the accepted checkpoints, each under its size. */
export const ACCEPTED = 'checkpoints';
export const MAX_EVIDENCE_BYTES = 262_144;

/** Faults that another root could mend: then nothing is known, and nothing is wrong with the bytes. */
const OF_TRUST: ReadonlySet<EvidenceCode> = new Set<EvidenceCode>([
  'authority-not-trusted',
  'signer-not-found',
]);

export const isUntold = (found: EvidenceFinding): boolean => !found.valid && OF_TRUST.has(found.code);

/** A mirror's folder and the key of its log. */
export interface MirrorPlace {
  readonly dir: string;
  readonly vkey: string;
}

/** Sizes of the checkpoints that the mirror ever accepted, the smallest first. */
export async function acceptedSizes(dir: string): Promise<number[]> {
  const folder = join(dir, '.mirror', ACCEPTED);
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names
    .filter((name) => /^[1-9][0-9]{0,15}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Fetches the evidence of every accepted checkpoint, since renewal changes all of it, and keeps what is of that checkpoint;
 * whom the authority answers to is the audit's question, who is told whom to trust. So that no other authority's word takes the place of
 * one that was kept, what comes must go on from it.
 *
 * @returns how many are kept; the sizes whose evidence the server has and that is of something else; and those of which it has another
 *   one than was kept
 */
export async function mirrorEvidence(
  place: MirrorPlace,
  fetchFile: (path: string) => Promise<Uint8Array | null>,
): Promise<{
  readonly kept: number;
  readonly refused: readonly number[];
  readonly exchanged: readonly number[];
}> {
  const refused: number[] = [];
  const exchanged: number[] = [];
  let kept = 0;
  const sizes = await acceptedSizes(place.dir);
  const newest = sizes.at(-1) ?? 0;
  const undated = await readUndated(place.dir);
  for (const size of sizes) {
    if (undated.sizes.has(size)) continue;
    const evidence = await fetchFile(evidencePath(size));
    if (evidence === null) {
      // A log dates its newest tree, so that of one that has been followed nothing more will come.
      if (size < newest && !existsSync(join(place.dir, evidencePath(size)))) undated.sizes.add(size);
      continue;
    }
    const found = await judgeEvidence(place, size, evidence, [], new Date());
    if (!found.valid && !isUntold(found)) {
      refused.push(size);
      continue;
    }
    const file = join(place.dir, evidencePath(size));
    const before = await readOrNull(file);
    const stands = before !== null && (await isOf(place, size, before));
    if (stands && !extendsEvidence(before, evidence)) {
      // An older one of the same line may stand on the server for a moment; it takes nothing away here.
      if (extendsEvidence(evidence, before)) kept++;
      else exchanged.push(size);
      continue;
    }
    await replaceFile(file, evidence, { temporary: join(place.dir, '.mirror', '.temp'), mode: 0o644 });
    kept++;
  }
  await writeUndated(place.dir, undated);
  return { kept, refused, exchanged };
}

/** Trees that the log had not dated when it went on: a mirror of a year has thousands, and they are not asked for at each run. */
interface Undated {
  /** When it was begun: a month later all are asked for again, in case a server had lost its files for a while. */
  readonly since: number;
  readonly sizes: Set<number>;
}

const UNDATED_MS = 30 * 86_400_000;
const undatedFile = (dir: string): string => join(dir, '.mirror', 'undated');

async function readUndated(dir: string): Promise<Undated> {
  const [first, ...lines] = new TextDecoder()
    .decode((await readOrNull(undatedFile(dir))) ?? undefined)
    .split('\n');
  const age = Date.now() - Number(first || Number.NaN);
  if (!(age >= 0 && age < UNDATED_MS)) return { since: Date.now(), sizes: new Set() };
  return { since: Number(first), sizes: new Set(lines.map(Number)) };
}

async function writeUndated(dir: string, { since, sizes }: Undated): Promise<void> {
  const bytes = new TextEncoder().encode([since, ...sizes].join('\n'));
  await replaceFile(undatedFile(dir), bytes, { temporary: join(dir, '.mirror', '.temp'), mode: 0o644 });
}

/** What was kept and is damaged stands in nobody's way. */
async function isOf(place: MirrorPlace, size: number, evidence: Uint8Array): Promise<boolean> {
  const found = await judgeEvidence(place, size, evidence, [], new Date());
  return found.valid || isUntold(found);
}

/** Whether evidence dates the accepted checkpoint of this size. @throws LedgerError for a checkpoint that is not the log's */
export async function judgeEvidence(
  { dir, vkey }: MirrorPlace,
  size: number,
  evidence: Uint8Array,
  roots: readonly Certificate[],
  now: Date,
): Promise<EvidenceFinding> {
  const checkpoint = await readOrNull(join(dir, '.mirror', ACCEPTED, String(size)));
  if (checkpoint === null) return { valid: false, code: 'not-of-this-record' };
  const note = await bareCheckpoint(nodeSha256, nodeEd25519, vkey, checkpoint);
  return verifyEvidence(nodeCrypto, evidence, note, { roots, now });
}

/**
 * What dates the leaf of a proof file, out of a mirror: the leaf's proof in each accepted checkpoint that holds it and
 * that an authority has dated, with that evidence, the smallest tree first. Nothing of it is believed here: whoever verifies with it
 * does that. Nothing where the mirror is of another log, or holds no such evidence.
 *
 * @throws LedgerError where its files do not do for a proof
 */
export async function* evidenceFor(dir: string, proof: Uint8Array): AsyncGenerator<LogEvidence, void> {
  const own = parseProofFile(proof);
  const vkey = await readOrNull(join(dir, '.mirror', 'log.vkey'));
  const published = await readOrNull(join(dir, 'checkpoint'));
  if (vkey === null || published === null) return;
  const key = parseVkey(nodeSha256, new TextDecoder().decode(vkey).trim());
  const ofThisLog = await openCheckpoint(nodeEd25519, own.checkpoint, [key]).catch(() => null);
  if (ofThisLog === null) return;
  const { size } = await openCheckpoint(nodeEd25519, published, [key]);
  const reader = treeReader(nodeSha256, fileStorage(dir), size);
  for (const dated of await acceptedSizes(dir)) {
    if (dated <= own.index || dated > size) continue;
    const evidence = await readOrNull(join(dir, evidencePath(dated)));
    const checkpoint = await readOrNull(join(dir, '.mirror', ACCEPTED, String(dated)));
    if (evidence === null || checkpoint === null) continue;
    const path = await reader.inclusion(own.index, dated);
    yield { proof: formatProofFile({ index: own.index, proof: path, checkpoint }), evidence };
  }
}

/**
 * A leaf with its proof in the mirror's newest tree; null where the mirror is of another log, or does not hold it yet. Nothing of it is
 * believed here, either.
 *
 * @throws LedgerError where its files do not do for a proof
 */
export async function leafIn(dir: string, origin: string, index: number): Promise<ProvenLeaf | null> {
  const vkey = await readOrNull(join(dir, '.mirror', 'log.vkey'));
  if (vkey === null) return null;
  const key = parseVkey(nodeSha256, new TextDecoder().decode(vkey).trim());
  if (key.name !== origin) return null;
  return publishedLeaf({ crypto: nodeCrypto, ed25519: nodeEd25519 }, fileStorage(dir), key, index);
}

/** What the evidence beside a mirror says. */
export interface EvidenceReport {
  /** Files that were judged, and those of them that no given root speaks for. */
  readonly files: number;
  readonly untold: number;
  /** The largest tree whose time is proven: all its leaves existed then. */
  readonly proven: { readonly size: number; readonly at: Date } | null;
  readonly wrong: readonly { readonly file: string; readonly code: EvidenceCode }[];
}

/** Judges all evidence that lies beside a mirror. @param roots of time-stamping authorities; none: only what is false is found */
export async function auditMirroredEvidence(
  place: MirrorPlace,
  roots: readonly Certificate[],
  now: Date,
): Promise<EvidenceReport> {
  const folder = join(place.dir, 'evidence');
  const names = existsSync(folder) ? await readdir(folder) : [];
  const wrong: { file: string; code: EvidenceCode }[] = [];
  let [untold, proven]: [number, EvidenceReport['proven']] = [0, null];
  for (const name of names.sort((a, b) => Number(a) - Number(b))) {
    const bytes = (await readOrNull(join(folder, name))) ?? new Uint8Array();
    const found = await judgeEvidence(place, Number(name), bytes, roots, now);
    if (found.valid) proven = { size: Number(name), at: found.provenAt };
    else if (isUntold(found)) untold++;
    else wrong.push({ file: `evidence/${name}`, code: found.code });
  }
  return { files: names.length, untold, proven, wrong };
}
