import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTrainingPki, type TrainingPki } from '@hocba/signature/node';
import { layFolderDurably } from '../../store/durable-file.ts';

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
  const files: Record<string, Uint8Array> = {};
  for (const part of ['root', 'issuing'] as const) {
    files[FILES[part].certificate] = Buffer.from(pki[part].certificatePem);
    files[FILES[part].key] = Buffer.from(pki[part].privateKeyPem);
  }
  if (await layFolderDurably(folder, files)) return pki;
  // Another process was first: its PKI is the one.
  const other = await readPki(folder);
  if (other === null) throw new Error('a training PKI lies there and is not whole');
  return other;
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
