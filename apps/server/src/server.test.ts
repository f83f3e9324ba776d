import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { access } from './http/api/index.ts';
import { CA_PATH } from './http/lan/local-ca-page.ts';
import { type RunningServer, startServer } from './server.ts';
import { freshDatabase, type TestDatabase } from './store/testing/cluster.ts';
import { TRAINING_PASSWORD } from './training/people.ts';

let database: TestDatabase;
let folder: string;
let server: RunningServer;
const lines: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hocba-server-'));
  server = await startServer({
    dataFolder: folder,
    databaseUrl: database.url,
    port: 0,
    lan: true,
    log: (line) => lines.push(line),
  });
});
afterAll(async () => {
  await server.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const signIn = (base: string, init: RequestInit = {}) =>
  fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'gvcn4a', password: TRAINING_PASSWORD }),
    ...init,
  });

describe('a started server', () => {
  test('serves the training school on loopback over plain HTTP', async () => {
    expect(server).toMatchObject({ training: true, schoolName: 'Trường Tiểu học Mẫu' });
    const welcome = access.welcome.response.parse(await (await fetch(`${server.url}/api/welcome`)).json());
    expect(welcome.accounts).toEqual(server.accounts);
    for (const { username, password } of welcome.accounts) {
      const answer = await signIn(server.url, { body: JSON.stringify({ username, password }) });
      expect(answer.status).toBe(200);
    }
  });

  test('serves https to the network with a certificate of its own CA, whose copy it offers', async () => {
    const caPem = await (await fetch(`${server.url}${CA_PATH}`)).text();
    expect(caPem).toContain('BEGIN CERTIFICATE');
    const url = server.lan?.urls.find((u) => u.includes('127.0.0.1')) ?? '';
    const answer = await new Promise<{ status: number; headers: Record<string, unknown> }>(
      (resolve, reject) => {
        request(`${url}/api/welcome`, { ca: caPem }, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, headers: response.headers });
        })
          .on('error', reject)
          .end();
      },
    );
    expect(answer.status).toBe(200);
    // An address and localhost never get HSTS: it would bind every other program of this machine.
    expect(answer.headers['strict-transport-security']).toBeUndefined();
    await expect(fetch(`${url}/api/welcome`)).rejects.toThrow();
  });

  test('refuses plain HTTP from another address of the machine, and says where to go', async () => {
    const outside = server.lan?.urls.map((u) => new URL(u).hostname).find((h) => /^(?:10|172|192)\./.test(h));
    if (outside === undefined) return;
    const base = `http://${outside}:${server.port}`;
    const answer = await signIn(base);
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
      403,
      'insecure-connection',
    ]);
    const page = await fetch(base, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain(server.lan?.urls[0]);
  });

  test('takes the next port when the wanted one is in use', async () => {
    const other = await freshDatabase();
    const otherFolder = await mkdtemp(join(tmpdir(), 'hocba-server-'));
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port));
    });
    const second = await startServer({ dataFolder: otherFolder, databaseUrl: other.url, port });
    expect(second.port).toBeGreaterThan(port);
    await second.close();
    await second.close();
    // Who names a port counts on it: a proxy stands before it, a level above dials it.
    await expect(
      startServer({ dataFolder: otherFolder, databaseUrl: other.url, port, portAsked: true }),
    ).rejects.toThrow(`Cổng ${port} đang có chương trình khác dùng.`);
    // The same data again: nothing is seeded twice, and the school is the same.
    const third = await startServer({ dataFolder: otherFolder, databaseUrl: other.url, port: 0 });
    const [row] = await other.asOwner<{ n: string }>('select count(*) as n from pupil');
    expect(row?.n).toBe('350');
    await third.close();
    await other.drop();
    await rm(otherFolder, { recursive: true, force: true });
    holder.close();
  });

  test('a data folder in use is refused with a sentence, and nothing is left running', async () => {
    await expect(startServer({ dataFolder: folder, databaseUrl: database.url, port: 0 })).rejects.toThrow(
      /thư mục/i,
    );
  });

  test('has logged nothing of what it served', () => {
    expect(lines.join('\n')).not.toMatch(/gvcn4a|Mẫu [A-Z]/);
  });
});
