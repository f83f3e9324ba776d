import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeLeaf } from '@hocba/ledger';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../apps/cli/src/main.ts';
import { hashPassword } from '../apps/server/src/access/password.ts';
import { makeWorld, PASSWORD, type World } from '../apps/server/src/http/testing/world.ts';
import { lodgedSize } from '../apps/server/src/issuing/above/lodge.ts';
import { addPending } from '../apps/server/src/issuing/log/pending.ts';
import { vkeyOf } from '../apps/server/src/issuing/log/public-key.ts';
import { publishedLog } from '../apps/server/src/issuing/log/published.ts';
import { type RunningServer, startServer } from '../apps/server/src/server.ts';
import { makeSmallSchool } from '../apps/server/src/signing/testing/small-school.ts';
import { inSchool } from '../apps/server/src/store/database.ts';
import {
  DAY_AS_MIGRATED,
  freshDatabase,
  type TestDatabase,
} from '../apps/server/src/store/testing/cluster.ts';

/** A school and its province as they really are: two servers, each with its data folder and its database, and a network that breaks. */
const MAIN = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));
const HERE = 'hocba.training/79000007/2025-2026';
const ABOVE = 'hocba.training/SO-79/2025-2026';
const until = (holds: () => Promise<boolean> | boolean) =>
  vi.waitUntil(holds, { timeout: 60_000, interval: 50 });

const folders: string[] = [];
let world: World;
let above: string;
let province: ChildProcess;
let provinceUrl: string;
let network: Server;
let networkUrl: string;
let cutAfterTaking = false;
let home: Home;

interface Home {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly lines: string[];
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hocba-two-'));
  folders.push(folder);
  return folder;
}

async function startProvince(): Promise<void> {
  province = spawn(process.execPath, [MAIN, '--data', above, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: world.database.url, HOCBA_DATA: '', HOCBA_PORT: '' },
  });
  let said = '';
  province.stdout?.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  await until(() => /http:\/\/127\.0\.0\.1:\d+/.test(said));
  provinceUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
}

async function killProvince(): Promise<void> {
  if (province.exitCode !== null || province.signalCode !== null) return;
  const gone = once(province, 'exit');
  province.kill('SIGKILL');
  await gone;
}

/** What stands between: hands everything on, or takes the province down when it has taken a checkpoint, before it can say so. */
async function startNetwork(): Promise<void> {
  network = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'GET', url = '/' } = request;
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
      const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
      const answer = await fetch(provinceUrl + url, { method, headers, ...body });
      if (method === 'POST' && cutAfterTaking) await killProvince();
      if (method === 'POST' && cutAfterTaking) response.destroy();
      else response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.destroy();
    }
  });
  await once(network.listen(0, '127.0.0.1'), 'listening');
  networkUrl = `http://127.0.0.1:${(network.address() as AddressInfo).port}`;
}

async function makeHome(): Promise<Home> {
  const database = await freshDatabase();
  await makeSmallSchool(database.db, { pupils: 1 });
  const password_hash = await hashPassword(PASSWORD);
  await inSchool(database.db, '7', (trx) => trx.updateTable('account').set({ password_hash }).execute());
  await database.asOwner(DAY_AS_MIGRATED);
  return { database, folder: await makeFolder(), lines: [] };
}

/** The school's server for as long as something takes; it looks at the level above as soon as it has started. */
async function whileRunning(of: Home, work: (server: RunningServer) => Promise<unknown>): Promise<void> {
  const { database, folder, lines } = of;
  const log = (line: string) => void lines.push(line);
  const server = await startServer({ dataFolder: folder, databaseUrl: database.url, port: 0, log });
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

const sizeOf = async (folder: string, origin: string): Promise<number> =>
  (await publishedLog(folder, origin))?.checkpoint.size ?? 0;

async function pend({ database }: Home, leaves: number): Promise<void> {
  for (let n = 0; n < leaves; n++) {
    const commitment = crypto.getRandomValues(new Uint8Array(32));
    const leaf = encodeLeaf({ kind: 'transfer', time: 1_780_000_000, commitment });
    await database.db.transaction().execute((trx) => addPending(trx, HERE, leaf));
  }
}

async function ask<T>(base: string, username: string, path: string): Promise<T> {
  const signedIn = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const answer = await fetch(base + path, { headers: { cookie } });
  if (answer.status !== 200) return answer.status as T;
  return (answer.headers.get('content-type')?.includes('json') ? answer.json() : answer.text()) as T;
}

const audit = (of: Home) => hocba(of.database.url, 'audit', '--data', of.folder);

async function hocba(url: string, ...args: string[]): Promise<{ status: number; out: string }> {
  const before = process.env.DATABASE_URL;
  process.env.DATABASE_URL = url;
  let out = '';
  try {
    const status = await run(args, { out: (text) => (out += text), err: () => {} });
    return { status, out };
  } finally {
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
  }
}

beforeAll(async () => {
  world = await makeWorld();
  above = await makeFolder();
  await writeFile(
    join(above, 'log.json'),
    JSON.stringify({ host: 'so.example', shared: 'SO-79', keeper: '79000001' }),
  );
  await startNetwork();
  home = await makeHome();
  // Each has a log before the other hears of it.
  await Promise.all([
    startProvince(),
    whileRunning(home, () => until(async () => (await sizeOf(home.folder, HERE)) > 1)),
  ]);
  await until(async () => (await sizeOf(above, ABOVE)) > 0);
  const [here, theirs] = [await vkeyOf(home.folder, HERE), await vkeyOf(above, ABOVE)];
  await writeFile(join(above, 'school-logs'), `log ${here}\nquorum none\n`);
  await writeFile(join(home.folder, 'province-policy'), `log ${theirs}\nquorum none\n`);
  await writeFile(join(home.folder, 'log.json'), JSON.stringify({ lodgeAt: networkUrl }));
});
afterAll(async () => {
  network?.close();
  if (province) await killProvince();
  await world?.close();
  await home?.database.drop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

test('a checkpoint that the province takes and is killed over is there once, and its receipt comes later', async () => {
  cutAfterTaking = true;
  await whileRunning(home, async () => {
    await until(() => home.lines.join().includes('không tới được máy chủ cấp trên'));
  });
  cutAfterTaking = false;
  expect(await lodgedSize(home.folder, HERE)).toBe(0);
  await startProvince();
  await until(async () => {
    const answer = await fetch(`${provinceUrl}/api/lodged?origin=${HERE}`);
    return (await answer.text()).includes('tlog-proof');
  });
  await whileRunning(home, () => until(async () => (await lodgedSize(home.folder, HERE)) > 0));
  const [taken] = await world.database.asOwner<{ twice: string }>(
    `select count(*) - count(distinct document) as twice from log_statement
      where position(convert_to('${HERE}', 'UTF8') in document) > 0`,
  );
  expect(taken?.twice).toBe('0');
  expect(await audit(home)).toMatchObject({ status: 0 });
});

test('the school begun anew under its old key is caught at both ends, named, and its log writes no more', async () => {
  const fork = await makeHome();
  try {
    await cp(join(home.folder, 'keys', 'logs'), join(fork.folder, 'keys', 'logs'), { recursive: true });
    for (const file of ['province-policy', 'log.json'])
      await cp(join(home.folder, file), join(fork.folder, file));
    const { size: held } = (await (await fetch(`${provinceUrl}/api/lodged?origin=${HERE}`)).json()) as {
      size: number;
    };
    await pendOnceMade(fork, held + 1);

    await whileRunning(fork, async (server) => {
      await until(() => fork.lines.join().includes('một lịch sử khác, cùng khoá'));
      const before = await sizeOf(fork.folder, HERE);
      await pend(fork, 1);
      await until(() => /checkpoint-(?:inconsistent|differs)/.test(fork.lines.join()));
      expect(await sizeOf(fork.folder, HERE)).toBe(before);
      expect(await ask(server.url, 'nv3-7', '/api/log-alarms')).toEqual({
        own: ['2025-2026'],
        others: [],
        stopped: [{ schoolYear: '2025-2026', why: 'other-history' }],
      });
    });
    const { status, out } = await audit(fork);
    expect([status, out]).toEqual([
      1,
      expect.stringContaining(`nhật ký ${HERE}/checkpoint: known-checkpoint-differs`),
    ]);
    expect(out).toContain('ký bằng chính khoá này');

    const kept = await ask<{ logs: unknown[] }>(provinceUrl, 'admin-1', '/api/schools-lodging');
    expect(kept.logs).toMatchObject([
      { origin: HERE, last: { leaves: held }, forks: [{ held, larger: true }] },
    ]);
    const file = `/api/schools-lodging/evidence?origin=${HERE}&held=${held}&part=`;
    for (const part of ['held', 'shown', 'proof'])
      expect(await ask(provinceUrl, 'admin-1', file + part), part).toContain(HERE);
    expect(await ask(provinceUrl, 'admin-1', '/api/log-alarms')).toMatchObject({
      others: [expect.anything()],
    });
    const listed = await hocba(world.database.url, 'log', 'list', '--data', above);
    expect(listed).toMatchObject({ status: 0, out: expect.stringContaining(`CÙNG KHOÁ: ${HERE}`) });
    expect(await ask(provinceUrl, 'admin-2', '/api/schools-lodging')).toBe(403);
  } finally {
    await fork.database.drop();
  }
  // The school itself goes on.
  await whileRunning(home, async () => {
    const before = await sizeOf(home.folder, HERE);
    await pend(home, 1);
    await until(async () => (await sizeOf(home.folder, HERE)) > before);
  });
});

/** A log of so many leaves at least, before the level above is asked about it. */
async function pendOnceMade(of: Home, leaves: number): Promise<void> {
  await whileRunning(of, async () => {
    await until(async () => (await sizeOf(of.folder, HERE)) > 0);
    await pend(of, leaves);
    await until(async () => (await sizeOf(of.folder, HERE)) > leaves);
  });
}
