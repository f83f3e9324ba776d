import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { isTrustFile, readTrust, type Trust } from '@hocba/verify';

/**
 * What `--trust DIR` says to believe. A folder that is not there or holds nothing of the kind is an error:
 * a mistyped path must not look like a record that nobody trusts.
 * @throws TrustError, or an Error of the file system
 */
export async function readTrustFolder(folder: string): Promise<Trust> {
  const names = (await readdir(folder)).filter(isTrustFile);
  const files = new Map<string, Uint8Array>();
  for (const name of names) files.set(name, await readFile(join(folder, name)));
  if (files.size === 0) throw new Error('empty trust folder');
  return readTrust({ crypto: nodeCrypto, ed25519: nodeEd25519 }, files);
}
