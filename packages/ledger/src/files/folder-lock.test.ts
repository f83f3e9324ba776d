import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endedToken } from '../testing/litter.node.ts';
import { lockFolder } from './folder-lock.node.ts';
import { ownerToken } from './owner-token.node.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('is held by one, given free, and breaks no other', async () => {
  const path = join(folder, 'lock');
  const lock = lockFolder(path);
  expect(() => lockFolder(path)).toThrow(expect.objectContaining({ code: 'folder-locked' }));
  expect(await readdir(folder)).toEqual(['lock']);
  lock.release();
  lockFolder(path).release();
  expect(await readdir(folder)).toEqual([]);
});

test('what a killed one had prepared beside it is removed, and what lives or is not of this lock stays', async () => {
  const ended = endedToken();
  const stays = [`lock.${ownerToken()}`, `other.${ended}`, 'lock.notes'];
  for (const name of [`lock.${ended}`, ...stays]) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, ended), '');
  }
  lockFolder(join(folder, 'lock')).release();
  expect((await readdir(folder)).sort()).toEqual([...stays].sort());
});
