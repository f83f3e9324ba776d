import { equalBytes } from '../encoding/bytes.ts';
import { fromBase64, fromUtf8, hashFromBase64, parseDecimal, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { SALT_LENGTH } from '../leaf/issued-core.ts';
import { decodeLeaf } from '../leaf/leaf.ts';
import type { Sha256 } from '../ports.ts';
import { leafHash, merkleRoot } from '../tree/merkle.ts';
import { inclusionProof, MAX_PROOF_LENGTH, verifyInclusion } from '../tree/proof.ts';
import {
  checkManifestHead,
  decodeManifestEntry,
  encodeManifestEntry,
  encodeManifestRoot,
  type Manifest,
  type ManifestEntry,
  type ManifestRoot,
  manifestCommitment,
  manifestLeaves,
  manifestRoot,
  refuseManifest,
} from './manifest.ts';

/**
 * One pupil's part of a manifest, as a transfer package carries it: it shows what the class's manifest says of this pupil. Of
 * classmates it holds salted hashes only, and how many they are.
 */
export interface ManifestPath extends ManifestRoot {
  /** Salt of the manifest's leaf in the log. */
  readonly salt: Uint8Array;
  readonly index: number;
  readonly entry: ManifestEntry;
  readonly proof: readonly Uint8Array[];
}

/**
 * The path of one pupil.
 * @param salt as it was given to `manifestCommitment`
 * @throws LedgerError 'manifest-invalid' when the pupil is not in the manifest
 */
export async function manifestPath(
  sha256: Sha256,
  manifest: Manifest,
  salt: Uint8Array,
  pupil: string,
): Promise<ManifestPath> {
  const leaves = manifestLeaves(sha256, manifest);
  const index = manifest.entries.findIndex((entry) => entry.pupil === pupil);
  const entry = manifest.entries[index];
  if (entry === undefined) refuseManifest('no such pupil');
  const range = async (start: number, end: number) => merkleRoot(sha256, leaves.slice(start, end));
  const proof = await inclusionProof(range, index, leaves.length);
  return { ...manifestRoot(sha256, manifest), salt, index, entry, proof };
}

/** What a path shows; `leaf` is the exact bytes of the log's leaf that it was held against. */
export type ManifestFinding =
  | { readonly valid: true; readonly entry: ManifestEntry; readonly head: ManifestRoot }
  | {
      readonly valid: false;
      readonly code: 'leaf-is-no-manifest' | 'commitment-differs' | 'not-in-manifest';
    };

/**
 * Verifies a path against a leaf of the log. That the leaf is in the log is another question (`verifyProofFile`); and an entry of
 * state 'issued' names a leaf whose own proof must be verified.
 * @param leaf bytes of a leaf of kind `manifest`
 */
export function verifyManifestPath(sha256: Sha256, path: ManifestPath, leaf: Uint8Array): ManifestFinding {
  try {
    const { kind, commitment } = decodeLeaf(leaf);
    if (kind !== 'manifest') return { valid: false, code: 'leaf-is-no-manifest' };
    if (!equalBytes(manifestCommitment(sha256, path, path.salt), commitment)) {
      return { valid: false, code: 'commitment-differs' };
    }
    const { size, root, index, proof } = path;
    const included = verifyInclusion(sha256, {
      leaf: leafHash(sha256, encodeManifestEntry(path.entry)),
      index,
      size,
      root,
      proof,
    });
    if (!included) return { valid: false, code: 'not-in-manifest' };
    const { origin, school, schoolYear, classId, entry } = path;
    return { valid: true, entry, head: { origin, school, schoolYear, classId, size, root } };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return {
      valid: false,
      code: error.code === 'leaf-invalid' ? 'leaf-is-no-manifest' : 'commitment-differs',
    };
  }
}

const HEADER = 'hocba.vn/manifest-path/v1';
const MAX_PATH_BYTES = 16_384;
const FIELDS = ['origin', 'school', 'year', 'class', 'size', 'root', 'salt', 'index', 'entry'] as const;

/** A path as a text file, one field a line, then the hashes from the entry up. @throws LedgerError 'manifest-invalid' */
export function formatManifestPath(path: ManifestPath): Uint8Array {
  encodeManifestRoot(path);
  if (path.salt.length !== SALT_LENGTH) refuseManifest('salt');
  const values: Readonly<Record<(typeof FIELDS)[number], string>> = {
    origin: path.origin,
    school: path.school,
    year: path.schoolYear,
    class: path.classId,
    size: String(path.size),
    root: toBase64(path.root),
    salt: toBase64(path.salt),
    index: String(path.index),
    entry: toBase64(encodeManifestEntry(path.entry)),
  };
  const bytes = utf8(
    [HEADER, ...FIELDS.map((name) => `${name} ${values[name]}`), ...path.proof.map(toBase64), ''].join('\n'),
  );
  parseManifestPath(bytes);
  return bytes;
}

/** Reads a path as `formatManifestPath` writes it, and nothing else; nothing is verified yet. @throws LedgerError 'manifest-invalid' */
export function parseManifestPath(bytes: Uint8Array): ManifestPath {
  const text = bytes.length > MAX_PATH_BYTES ? null : fromUtf8(bytes);
  const lines = (text ?? '').split('\n');
  if (lines.shift() !== HEADER || lines.pop() !== '') refuseManifest('header or end');
  const [origin, school, schoolYear, classId, size, root, salt, index, entry] = FIELDS.map((name) => {
    const line = lines.shift() ?? '';
    if (!line.startsWith(`${name} `)) refuseManifest(name);
    return line.slice(name.length + 1);
  }) as [string, string, string, string, string, string, string, string, string];
  if (lines.length > MAX_PROOF_LENGTH) refuseManifest('hashes');
  try {
    const path: ManifestPath = {
      origin,
      school,
      schoolYear,
      classId,
      size: parseDecimal(size),
      root: hashFromBase64(root),
      salt: hashFromBase64(salt),
      index: parseDecimal(index),
      entry: decodeManifestEntry(fromBase64(entry)),
      proof: lines.map(hashFromBase64),
    };
    checkManifestHead(path);
    encodeManifestRoot(path);
    if (path.index >= path.size) refuseManifest('index');
    return path;
  } catch (error) {
    if (error instanceof LedgerError && error.code !== 'manifest-invalid') refuseManifest(error.code);
    throw error;
  }
}
