import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settleUnregistered, writeBeforeRow } from './file-before-row.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-before-row-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MODULE = JSON.stringify(new URL('file-before-row.ts', import.meta.url).href);

/** Writes a file in a process of its own, which is killed when the file is there and no row is. */
function leaveFromKilled(name: string, of: string): void {
  const code = `
    const { writeBeforeRow } = await import(${MODULE});
    const [place, of] = process.argv.slice(1);
    await writeBeforeRow(place, new Uint8Array(8), 0o600, of);
    process.kill(process.pid, 'SIGKILL');`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code, join(folder, name), of], {
    encoding: 'utf8',
  });
  expect(ran).toMatchObject({ stderr: '', signal: 'SIGKILL' });
}

const asked: string[] = [];
const rowsOf =
  (...rows: string[]) =>
  async (name: string, of: string): Promise<boolean> => {
    asked.push(`${name} of ${of}`);
    return rows.includes(name);
  };

test('of what killed processes left, the file without a row goes, the one with its row stays', async () => {
  leaveFromKilled('a.p12', '7');
  leaveFromKilled('b.p12', '8');
  await writeFile(join(folder, 'old.p12'), 'registered long ago');
  expect(await settleUnregistered(folder, rowsOf('b.p12'))).toEqual(['a.p12']);
  expect(asked.splice(0).sort()).toEqual(['a.p12 of 7', 'b.p12 of 8']);
  expect((await readdir(folder)).sort()).toEqual(['b.p12', 'old.p12']);
  expect(await settleUnregistered(folder, rowsOf())).toEqual([]);
  expect(asked).toEqual([]);
});

test('a file whose row is under way is left to its writer; registered, it has no mark', async () => {
  const registered = await writeBeforeRow(join(folder, 'a.p12'), Buffer.from('x'), 0o600, '7');
  expect(await settleUnregistered(folder, rowsOf())).toEqual([]);
  expect(await readFile(join(folder, 'a.p12'), 'utf8')).toBe('x');
  await registered();
  expect(await readdir(folder)).toEqual(['a.p12']);
});

test('while nobody can say whether there is a row, file and mark stay', async () => {
  leaveFromKilled('a.p12', '7');
  const before = await readdir(folder);
  await expect(settleUnregistered(folder, () => Promise.reject(new Error('no store')))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(before);
});

test('a folder that was never made has nothing to settle', async () => {
  expect(await settleUnregistered(join(folder, 'none'), rowsOf())).toEqual([]);
});
