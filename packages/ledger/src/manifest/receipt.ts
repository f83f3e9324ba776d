import { fromBase64, fromUtf8, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { decodeLeaf } from '../leaf/leaf.ts';
import { formatManifestPath, type ManifestPath, parseManifestPath } from './path.ts';

/** What the holder of a record shows of the list that closed the class's year: the list's leaf, and the pupil's path below it. */
export interface ManifestReceipt {
  readonly leaf: Uint8Array;
  readonly path: ManifestPath;
}

const LEAF_LINE = 'leaf ';

/**
 * The `extra` of a list's proof file: a line with the leaf in base64, then the path as it is written alone. Not authenticated, as that
 * of a record is not: another leaf or path gives another hash, and the proof fails.
 * @throws LedgerError 'leaf-invalid' | 'manifest-invalid'
 */
export function formatManifestReceipt({ leaf, path }: ManifestReceipt): Uint8Array {
  decodeLeaf(leaf);
  const head = utf8(`${LEAF_LINE}${toBase64(leaf)}\n`);
  const tail = formatManifestPath(path);
  const extra = new Uint8Array(head.length + tail.length);
  extra.set(head);
  extra.set(tail, head.length);
  return extra;
}

/** Whether the `extra` of a proof file says that it is a list's, and no record's: that one begins with a salt. */
export function isManifestReceipt(extra: Uint8Array): boolean {
  return utf8(LEAF_LINE).every((octet, i) => extra[i] === octet);
}

/** Reads what `formatManifestReceipt` writes, and nothing else. @throws LedgerError 'leaf-invalid' | 'manifest-invalid' */
export function readManifestReceipt(extra: Uint8Array): ManifestReceipt {
  const end = extra.indexOf(0x0a);
  const line = end < 0 ? null : fromUtf8(extra.subarray(0, end));
  if (line === null || !line.startsWith(LEAF_LINE)) throw new LedgerError('leaf-invalid');
  const leaf = fromBase64(line.slice(LEAF_LINE.length));
  decodeLeaf(leaf);
  return { leaf, path: parseManifestPath(extra.slice(end + 1)) };
}
