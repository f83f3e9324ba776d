import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ED25519_NOTE,
  type Ed25519,
  formatVkey,
  type NoteSigner,
  parseVkey,
  type Sha256,
  verifierKey,
} from '@hocba/ledger';
import { writeDurably } from './files.ts';

export const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** DER before the 32 bytes of an Ed25519 public key (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export const ed25519: Ed25519 = {
  verify(publicKey, message, signature) {
    if (publicKey.length !== 32) return false;
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, message, key, signature);
  },
};

export type KeyErrorCode = 'key-missing' | 'key-unreadable';

export class KeyError extends Error {
  readonly code: KeyErrorCode;
  constructor(code: KeyErrorCode, file: string) {
    super(`${code}: ${file}`);
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
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new KeyError('key-unreadable', file);
    if (!make) throw new KeyError('key-missing', file);
    pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const folder = join(file, '..');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await writeDurably(file, Buffer.from(pem), 0o600);
  }
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new KeyError('key-unreadable', file);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  return {
    vkey: formatVkey(verifierKey(sha256, name, ED25519_NOTE, publicKey)),
    sign: async (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** The key's name out of a signer. */
export function nameOf(signer: NoteSigner): string {
  return parseVkey(sha256, signer.vkey).name;
}
