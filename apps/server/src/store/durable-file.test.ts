import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerToken } from '@hocba/ledger/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { layFolderDurably, writeDurably } from './durable-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-durable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HERE = JSON.stringify(new URL('./', import.meta.url).href);

/** Runs `work` in a process of its own; with `killedAt`, it is killed in the middle: as a file has been opened, or before it has its name. */
function elsewhere(work: string, killedAt?: 'open' | 'rename'): void {
  const code = `
    import fs, { promises } from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const [folder, killedAt] = process.argv.slice(1);
    const die = () => process.kill(process.pid, 'SIGKILL');
    const { open } = promises;
    const { openSync } = fs;
    const dieOfNew = (how, file) => (how === 'wx' && die(), file);
    if (killedAt === 'rename') fs.renameSync = promises.rename = die;
    if (killedAt === 'open') {
      promises.open = async (place, how, mode) => dieOfNew(how, await open(place, how, mode));
      fs.openSync = (place, how, mode) => dieOfNew(how, openSync(place, how, mode));
    }
    syncBuiltinESMExports();
    const load = (name) => import(new URL(name, ${HERE}).href);
    ${work}`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code, folder, killedAt ?? ''], {
    encoding: 'utf8',
  });
  expect(ran).toMatchObject({ stderr: '', signal: killedAt === undefined ? null : 'SIGKILL' });
}
const writing = (name: string): string => `
  const { writeDurably } = await load('durable-file.ts');
  await writeDurably(${JSON.stringify(name)}, new Uint8Array(8), 0o600);`;

test('the first write in a folder removes what a killed process left there, and nothing else', async () => {
  const place = join(folder, 'seen-heads');
  elsewhere(writing(place), 'rename');
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^seen-heads\..+\.tmp$/)]);
  // The second one removes what the first one left, and leaves its own.
  elsewhere(writing(join(folder, 'other')), 'rename');
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^other\..+\.tmp$/)]);
  const stays = ['known.tmp', 'note', `being-written.${ownerToken()}.tmp`].sort();
  for (const name of stays) await writeFile(join(folder, name), 'x');
  await writeDurably(place, Buffer.from('whole'), 0o600);
  expect((await readdir(folder)).sort()).toEqual([...stays, 'seen-heads'].sort());
  expect(await readFile(place, 'utf8')).toBe('whole');
  if (process.platform !== 'win32') expect((await stat(place)).mode & 0o777).toBe(0o600);
  await writeDurably(place, Buffer.from('again'), 0o600);
  expect(await readFile(place, 'utf8')).toBe('again');
});

test('a folder that is not there is made, and a write that fails leaves nothing', async () => {
  await writeDurably(join(folder, 'a', 'b', 'c'), Buffer.from('x'), 0o600);
  await expect(writeDurably(join(folder, 'a'), Buffer.from('x'), 0o600)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['a']);
});

test('a folder is laid down by one, and is not changed by who comes second', async () => {
  const place = join(folder, 'pki');
  const lay = (text: string) => layFolderDurably(place, { key: Buffer.from(text) });
  expect((await Promise.all([lay('a'), lay('b')])).sort()).toEqual([false, true]);
  const kept = await readFile(join(place, 'key'), 'utf8');
  expect(await lay('c')).toBe(false);
  expect([await readdir(folder), await readFile(join(place, 'key'), 'utf8')]).toEqual([['pki'], kept]);
});

test('a folder of a killed process goes, a link under such a name stays with what it points to', async () => {
  elsewhere(
    `const { layFolderDurably } = await load('durable-file.ts');
     await layFolderDurably(folder + '/pki', { key: new Uint8Array(8) });`,
    'rename',
  );
  const [left = ''] = await readdir(folder);
  expect(await readdir(join(folder, left))).toEqual(['key']);
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere', 'kept'), 'x');
  const link = left.replace('pki', 'link');
  await symlink(join(folder, 'elsewhere'), join(folder, link));
  await writeDurably(join(folder, 'whole'), Buffer.from('x'), 0o600);
  expect((await readdir(folder)).sort()).toEqual(['elsewhere', link, 'whole'].sort());
  expect(await readdir(join(folder, 'elsewhere'))).toEqual(['kept']);
});

/** Every path below the folder that others than its owner could read. */
async function readableByOthers(): Promise<string[]> {
  const found = await readdir(folder, { recursive: true });
  return found.filter((name) => {
    const at = statSync(join(folder, name));
    return at.isFile() && (at.mode & 0o077) !== 0;
  });
}

describe.skipIf(process.platform === 'win32')(
  'killed in the middle and begun again, nothing is left over:',
  () => {
    test.each<{ what: string; at: string; work: string; whole: readonly string[] }>([
      {
        what: 'the training PKI',
        at: 'keys',
        work: `const { openTrainingPki } = await load('../signing/signers/training-pki.ts');
        await openTrainingPki(folder, new Date());`,
        whole: ['training-pki'],
      },
      {
        what: 'the certificates for https on the LAN',
        at: 'keys/tls',
        work: `const { openLanTls } = await load('../http/lan/tls.ts');
        await openLanTls(folder, { organisation: 'Trường Mẫu', names: ['localhost'], now: new Date() });`,
        whole: ['ca.pem', 'server.pem'],
      },
      {
        what: 'the key of sealed secrets',
        at: 'keys',
        work: `const { SecretBox } = await load('sealed-secret.ts');
        new SecretBox(folder);`,
        whole: ['signing-accounts.key'],
      },
      {
        what: 'the lock of the data folder',
        at: '.',
        work: `const { lockDataFolder } = await load('postgres/data-lock.ts');
        lockDataFolder(folder);`,
        whole: ['lock'],
      },
    ])('$what', async ({ at, work, whole }) => {
      for (const killedAt of ['open', 'rename'] as const) {
        if (at === '.' && killedAt === 'open') continue;
        elsewhere(work, killedAt);
        expect(await readdir(join(folder, at))).toEqual([expect.stringMatching(/\.tmp$/)]);
        if (at !== '.') expect(await readableByOthers()).toEqual([]);
      }
      elsewhere(work);
      expect((await readdir(join(folder, at))).sort()).toEqual(whole);
      if (at !== '.') expect(await readableByOthers()).toEqual([]);
    });
  },
);
