import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTrainingPki, type TrainingPki } from '@hocba/signature/node';

const FILES = {
  root: { certificate: 'root.pem', key: 'root.key' },
  issuing: { certificate: 'issuing.pem', key: 'issuing.key' },
} as const;

/** `data/keys/training-pki`: root, issuing CA, and one key file a signer. Folders 0700, keys 0600. */
export function trainingPkiFolder(dataDir: string): string {
  return join(dataDir, 'keys', 'training-pki');
}

/** The root's certificate as PEM; null where no training PKI was made. */
export async function trainingRootPem(dataDir: string): Promise<string | null> {
  return (await readPki(trainingPkiFolder(dataDir)))?.root.certificatePem ?? null;
}

/**
 * Opens the training PKI of this data folder, or makes it. It appears as a whole, by one rename, so that a kill
 * leaves either all of it or nothing.
 */
export async function openTrainingPki(dataDir: string, now: Date): Promise<TrainingPki> {
  const folder = trainingPkiFolder(dataDir);
  const there = await readPki(folder);
  if (there !== null) return there;
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  await chmod(join(dataDir, 'keys'), 0o700);
  const pki = await makeTrainingPki({ organisation: 'Học bạ số', now });
  const draft = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(join(draft, 'signers'), { recursive: true, mode: 0o700 });
  for (const part of ['root', 'issuing'] as const) {
    await writeSecret(join(draft, FILES[part].certificate), pki[part].certificatePem);
    await writeSecret(join(draft, FILES[part].key), pki[part].privateKeyPem);
  }
  try {
    await rename(draft, folder);
    return pki;
  } catch (error) {
    // Another process was first: its PKI is the one.
    await rm(draft, { recursive: true, force: true });
    const other = await readPki(folder);
    if (other === null) throw error;
    return other;
  }
}

async function readPki(folder: string): Promise<TrainingPki | null> {
  try {
    const read = async (part: 'root' | 'issuing') => ({
      certificatePem: await readFile(join(folder, FILES[part].certificate), 'utf8'),
      privateKeyPem: await readFile(join(folder, FILES[part].key), 'utf8'),
    });
    return { root: await read('root'), issuing: await read('issuing') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a new file that only its owner may read, and waits until it is on disk. */
export async function writeSecret(place: string, text: string): Promise<void> {
  const file = await open(place, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
