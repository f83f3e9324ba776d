import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerToken } from '@hocba/ledger/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeDurably } from './durable-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-durable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes the file in a process that is killed before the bytes have their name. */
function writeKilled(place: string): void {
  const code = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    fs.rename = () => process.kill(process.pid, 'SIGKILL');
    syncBuiltinESMExports();
    const { writeDurably } = await import(${JSON.stringify(new URL('./durable-file.ts', import.meta.url).href)});
    await writeDurably(process.argv[1], new Uint8Array(8), 0o600);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code, place], { encoding: 'utf8' });
  expect(child).toMatchObject({ signal: 'SIGKILL', stderr: '' });
}

test('the first write in a folder removes what a killed process left there, and nothing else', async () => {
  const place = join(folder, 'seen-heads');
  writeKilled(place);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^seen-heads\..+\.tmp$/)]);
  // The second one removes what the first one left, and leaves its own.
  writeKilled(join(folder, 'other'));
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
