import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { BUNDLE_FILE, BUNDLE_KEY_FILE, isTrustFile, readTrust, type Trust } from '@hocba/verify';

/**
 * What `--trust FILE|DIR` says to believe. A place that is not there or holds nothing of the kind is an error:
 * a mistyped path must not look like a record that nobody trusts.
 * @param place a trust folder, or a bundle; status files beside a bundle are used with it
 * @param key the key that the bundle must be signed by (a vkey, or a file that holds it), as it was told by other
 *   means; else the one that lies beside the bundle, which is only as good as the way by which both came
 * @throws TrustError, or an Error of the file system
 */
export async function readTrustPlace(place: string, key?: string): Promise<Trust> {
  const alone = (await stat(place)).isFile();
  const folder = alone ? dirname(place) : place;
  const files = new Map<string, Uint8Array>();
  for (const name of (await readdir(folder)).filter(isTrustFile)) {
    files.set(name, await readFile(join(folder, name)));
  }
  if (alone) files.set(BUNDLE_FILE, await readFile(place));
  if (key !== undefined) {
    if (!files.has(BUNDLE_FILE)) throw new Error('a key without a bundle');
    files.set(BUNDLE_KEY_FILE, key.includes('+') ? Buffer.from(key) : await readFile(key));
  }
  if (files.size === 0) throw new Error('empty trust folder');
  return readTrust({ crypto: nodeCrypto, ed25519: nodeEd25519 }, files);
}
