import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeLibraryLinks } from './binaries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-binaries-'));
  await mkdir(join(folder, 'native', 'lib'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const list = (entries: unknown) =>
  writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(entries));
const make = () => makeLibraryLinks(folder, join(folder, 'spare'));

test('links stand beside their targets, point to them by bare name, and are made once', async () => {
  await list([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]);
  expect(make()).toBeNull();
  expect(await readlink(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  expect(make()).toBeNull();
});

test('a package without a list needs none', () => {
  expect(make()).toBeNull();
});

test.each([
  [{}],
  [[{ source: 'native/lib/a' }]],
  [[{ source: 'native/lib/a', target: 7 }]],
  [[{ source: 'native/lib/a', target: 'native/bin/a' }]],
  [[{ source: 'native/lib/a', target: '../../a' }]],
])('the list %j is refused', async (entries) => {
  await list(entries);
  expect(make).toThrow(expect.objectContaining({ code: 'library-links' }));
});
