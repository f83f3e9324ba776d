import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from './take-back.ts';

/** What is said before any store is opened; what is taken back is `issuing/take-back`'s. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-take-back-'));
  await mkdir(join(folder, 'data', 'postgres'), { recursive: true });
  await writeFile(join(folder, 'mot.xml'), '<HOC_BA/>');
  await writeFile(join(folder, 'nua.zip'), 'PK\x03\x04');
});
afterAll(() => rm(folder, { recursive: true }));

test.each<[string, string[], number, RegExp]>([
  ['nothing', [], 64, /Hãy chỉ tệp của gia đình/],
  ['an option that is none', ['--all'], 64, /Cách dùng/],
  ['a file that is not there', ['khac.xml'], 65, /Không đọc được tệp/],
  ['a package that came half', ['nua.zip'], 65, /Không đọc được tệp/],
  ['a record without its proof', ['mot.xml'], 65, /kèm bằng chứng/],
])('of %s', async (_, files, code, told) => {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const args = files.map((name) => (name.startsWith('--') ? name : join(folder, name)));
  expect([
    await command.run([...args, '--data', join(folder, 'data')], { out: say, err: say }),
    said,
  ]).toEqual([code, expect.stringMatching(told)]);
});
