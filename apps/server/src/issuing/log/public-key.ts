import { readFile } from 'node:fs/promises';
import { LedgerError, type NoteSigner, openCheckpoint, parseVkey } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { writeDurably } from '../../store/durable-file.ts';
import { ed25519, KeyError, noteSigner, sha256 } from './keys.ts';
import { folderOf, logKeyFile } from './origin.ts';

/*
 * A log whose key is lost can be read by nobody here, since its verifier key is derived from the key. Whoever has it from elsewhere (a
 * mirror, a witness, the list of the level above) lays it down beside where the key was: what was signed is then proven again, and
 * nothing more can be signed.
 */

const publicFile = (dataDir: string, origin: string): string =>
  logKeyFile(dataDir, origin).replace(/\.key$/, '.vkey');

/** The log's verifier key. @throws KeyError where the log was not made here, or its key is lost and none was laid down */
export async function vkeyOf(dataDir: string, origin: string): Promise<string> {
  try {
    return (await noteSigner(logKeyFile(dataDir, origin), origin, false)).vkey;
  } catch (error) {
    if (!(error instanceof KeyError && error.code === 'key-missing')) throw error;
    const laid = await laidKey(dataDir, origin);
    if (laid === null) throw error;
    return laid;
  }
}

/** For who only reads, and has to name a signer: where the key is lost, one that signs nothing. @throws KeyError as `vkeyOf` */
export async function readingSigner(dataDir: string, origin: string): Promise<NoteSigner> {
  const vkey = await vkeyOf(dataDir, origin);
  return {
    vkey,
    sign: async () => {
      throw new KeyError('key-missing');
    },
  };
}

async function laidKey(dataDir: string, origin: string): Promise<string | null> {
  try {
    const vkey = (await readFile(publicFile(dataDir, origin), 'utf8')).trim();
    return parseVkey(sha256, vkey).name === origin ? vkey : null;
  } catch (error) {
    if (error instanceof LedgerError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Lays down the verifier key of a log whose key is lost, once it has proven the published tree.
 *
 * @returns `key-there`: the key is not lost; `public-key-wrong`: another log's, or the tree here is not signed by it
 */
export async function layPublicKey(
  dataDir: string,
  origin: string,
  vkey: string,
): Promise<'laid' | 'key-there' | 'public-key-wrong'> {
  const there = await noteSigner(logKeyFile(dataDir, origin), origin, false).catch((error: unknown) => {
    if (error instanceof KeyError) return null;
    throw error;
  });
  if (there !== null) return 'key-there';
  try {
    const key = parseVkey(sha256, vkey.trim());
    const note = await fileStorage(folderOf(dataDir, origin)).read('checkpoint');
    if (key.name !== origin || note === null) return 'public-key-wrong';
    await openCheckpoint(ed25519, note, [key]);
  } catch (error) {
    if (error instanceof LedgerError) return 'public-key-wrong';
    throw error;
  }
  await writeDurably(publicFile(dataDir, origin), Buffer.from(`${vkey.trim()}\n`), 0o600);
  return 'laid';
}
