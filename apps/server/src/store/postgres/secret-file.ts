import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeDurablySync } from '../durable-file.ts';

/**
 * A random password kept in a file that only its owner may read, made on first use.
 *
 * @returns 43 characters of base64url (256 bits)
 */
export function secretFile(path: string): string {
  try {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept !== '') return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = randomBytes(32).toString('base64url');
  writeDurablySync(path, Buffer.from(`${secret}\n`), 0o600);
  return secret;
}
