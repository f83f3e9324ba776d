import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { secretFile } from './postgres/secret-file.ts';

/** AES-256-GCM under a key that lies beside the data and never in the database: a copy of the tables opens nothing. */
export class SecretBox {
  readonly #key: Buffer;
  constructor(dataDir: string) {
    const folder = join(dataDir, 'keys');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#key = Buffer.from(secretFile(join(folder, 'signing-accounts.key')), 'base64url');
  }

  /** @param binding what the secret belongs to; opened with another it does not open */
  seal(binding: string, secret: string): Uint8Array {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(binding));
    return new Uint8Array(
      Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]),
    );
  }

  /** Null for what this key did not seal for this binding. */
  open(binding: string, sealed: Uint8Array): string | null {
    try {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12))
        .setAAD(Buffer.from(binding))
        .setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }
}
