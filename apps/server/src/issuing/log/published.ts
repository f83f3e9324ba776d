import { glob } from 'node:fs/promises';
import { sep } from 'node:path';
import {
  formatProofFile,
  formatReceipt,
  LedgerError,
  leafHash,
  type OpenedCheckpoint,
  openCheckpoint,
  parseVkey,
  treeReader,
  verifyInclusion,
} from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { ed25519, sha256 } from './keys.ts';
import { folderOf } from './origin.ts';
import { vkeyOf } from './public-key.ts';

/** A log as everybody sees it: its published checkpoint over its public files. */
export interface PublishedLog {
  readonly vkey: string;
  readonly note: Uint8Array;
  readonly checkpoint: OpenedCheckpoint;
}

/** Origins of all logs whose checkpoint lies in the folder, in no order: by the files alone, whatever the store remembers. */
export async function originsPublished(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(['log', '*', '*', '*', 'checkpoint'].join(sep), { cwd: dataDir }))
    found.push(path.split(sep).slice(1, -1).join('/'));
  return found;
}

/** Reads and verifies the published checkpoint; null before the first. @throws LedgerError, KeyError */
export async function publishedLog(dataDir: string, origin: string): Promise<PublishedLog | null> {
  const note = await fileStorage(folderOf(dataDir, origin)).read('checkpoint');
  if (note === null) return null;
  const vkey = await vkeyOf(dataDir, origin);
  return { vkey, note, checkpoint: await openCheckpoint(ed25519, note, [parseVkey(sha256, vkey)]) };
}

/**
 * The receipt of a leaf: index, inclusion proof, checkpoint, the leaf, and the salt with which its commitment is made again.
 * Read from the public files alone and verified before it is handed out.
 *
 * @returns null while the leaf is in no published checkpoint
 * @throws LedgerError when the files do not prove it
 */
export function proofFile(
  dataDir: string,
  origin: string,
  leaf: { readonly index: number; readonly bytes: Uint8Array; readonly salt: Uint8Array },
): Promise<Uint8Array | null> {
  return proofFileWith(dataDir, origin, leaf, formatReceipt({ salt: leaf.salt, leaf: leaf.bytes }));
}

/** The same with another `extra`, which nobody authenticates. */
export async function proofFileWith(
  dataDir: string,
  origin: string,
  leaf: { readonly index: number; readonly bytes: Uint8Array },
  extra: Uint8Array,
): Promise<Uint8Array | null> {
  const log = await publishedLog(dataDir, origin);
  if (log === null || log.checkpoint.size <= leaf.index) return null;
  const { size, root } = log.checkpoint;
  const proof = await treeReader(sha256, fileStorage(folderOf(dataDir, origin)), size).inclusion(leaf.index);
  if (
    !verifyInclusion(sha256, { leaf: leafHash(sha256, leaf.bytes), index: leaf.index, size, root, proof })
  ) {
    throw new LedgerError('root-mismatch', `proof of ${leaf.index}`);
  }
  return formatProofFile({ index: leaf.index, proof, checkpoint: log.note, extra });
}
