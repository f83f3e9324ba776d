import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedLeaf, TrainingPki } from '@hocba/signature/node';

/** A key and its chain as OpenSSL packs them (PKCS #12), under a password. */
export async function keyFileFrom(
  { issuing }: Pick<TrainingPki, 'issuing'>,
  leaf: Pick<IssuedLeaf, 'privateKeyPem' | 'certificatePem'>,
  password: string,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'hocba-p12-'));
  try {
    const place = (name: string): string => join(folder, name);
    await writeFile(place('key.pem'), leaf.privateKeyPem);
    await writeFile(place('leaf.pem'), leaf.certificatePem);
    await writeFile(place('ca.pem'), issuing.certificatePem);
    const args = ['-inkey', place('key.pem'), '-in', place('leaf.pem'), '-certfile', place('ca.pem')];
    return execFileSync('openssl', ['pkcs12', '-export', ...args, '-passout', 'env:P12'], {
      env: { ...process.env, P12: password },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
