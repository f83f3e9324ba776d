import { chmod, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NoteSigner } from '@hocba/ledger';
import { ed25519Signer, generateLogKey } from '@hocba/ledger/node';
import { writeDurably } from '../../store/durable-file.ts';

export { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '@hocba/ledger/node';

export type KeyErrorCode = 'key-missing' | 'key-unreadable';

export class KeyError extends Error {
  readonly code: KeyErrorCode;
  constructor(code: KeyErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.name = 'KeyError';
    this.code = code;
  }
}

/**
 * The Ed25519 key of a log or of its status files, PKCS#8 in a file of mode 0600 in a folder of mode 0700.
 *
 * @param file path of the key
 * @param name key name: a log's origin, or `<…>/status`
 * @param make whether a missing key is made. False wherever something was signed before: a second key under the
 *   same name would be a second log.
 * @throws KeyError
 */
export async function noteSigner(file: string, name: string, make: boolean): Promise<NoteSigner> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw new KeyError('key-unreadable', { cause });
    if (!make) throw new KeyError('key-missing');
    pem = generateLogKey();
    const folder = dirname(file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await writeDurably(file, Buffer.from(pem), 0o600);
  }
  try {
    return ed25519Signer(name, pem);
  } catch (cause) {
    throw new KeyError('key-unreadable', { cause });
  }
}
