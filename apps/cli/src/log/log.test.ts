import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../main.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-cli-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const log = (...args: string[]) => said('log', ...args);

async function said(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const status = await run(args, {
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
  });
  return { status, ...said };
}

test.each([
  [[]],
  [['list', 'x']],
  [['close']],
  [['stolen']],
  [['close', 'a', 'b']],
  [['close', 'a', '--alone']],
  [['list', '--alone']],
  [['open', 'a']],
  [['list', '--force']],
  [['lodge', 'a']],
  [['lodge', 'a', 'b', '--from', 'x']],
  [['lodge', 'a', 'b', '--from', '-1']],
  [['accept', 'a']],
  [['accept', 'a', 'b', '--from', '3']],
  [['receipt', 'a', 'b', 'c']],
  [['clock']],
  [['clock', 'a']],
  [['clock', '--today', '2026-11-30']],
  [['clock', 'a', 'b', '--today', '2026-11-30']],
  [['clock', 'a', '--today', '2000-01-01']],
  [['clock', 'a', '--today', 'hom nay']],
  [['close', 'a', '--today', '2026-11-30']],
  [['catch-up']],
  [['catch-up', 'a', 'b', 'c']],
  [['catch-up', 'a', '--alone']],
  [['list', '--today', '2026-11-30']],
])('hocba log %j is not understood', async (args) => {
  expect(await log(...args)).toMatchObject({ status: 64, out: '' });
});

test.each([
  [['list', '--force'], 'Không có tuỳ chọn “--force”.'],
  [['close', '--data'], 'Tuỳ chọn “--data” viết sai'],
  [['open', 'a'], 'Không có việc “open”.'],
  [['close'], 'Cần GỐC'],
  [['close', 'a', '--alone'], '--alone chỉ dùng với hocba log stolen.'],
  [['clock', 'a'], 'hocba log clock cần --today'],
  [['lodge', 'a'], 'hocba log lodge cần hai tên'],
])('hocba log %j says first what is wrong with it', async (args, said) => {
  expect((await log(...args)).err.split('\n', 1)[0]).toContain(said);
});

test('hocba help log is hocba log --help', async () => {
  const [asked, helped] = await Promise.all([log('--help'), said('help', 'log')]);
  expect(helped).toEqual(asked);
  expect(asked).toMatchObject({ status: 0, err: '', out: expect.stringContaining('hocba log list') });
});

test('a folder without a store is named, and none is made in it', async () => {
  const before = process.env.DATABASE_URL;
  delete process.env.DATABASE_URL;
  try {
    const answer = await log('list', '--data', folder);
    expect(answer).toMatchObject({ status: 65, out: '' });
    expect(answer.err).toContain(folder);
    expect(existsSync(join(folder, 'postgres'))).toBe(false);
  } finally {
    if (before !== undefined) process.env.DATABASE_URL = before;
  }
});
