import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createLog,
  gatherCosignatures,
  type Log,
  memoryLock,
  memoryStorage,
  openLog,
  parsePolicy,
  parseVkey,
  requestCosignature,
  witnessLog,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { invented } from './testing/invented-leaves.ts';

const bin = fileURLToPath(new URL('../bin/hocba.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hocba-witness-'));
afterAll(() => rmSync(folder, { recursive: true }));
const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) await end(child, 'SIGKILL');
});

const client = { fetch, sha256: nodeSha256, ed25519: nodeEd25519 };
const origin = 'so.hocba.example/thu/2025-2026';

interface Running {
  readonly child: ChildProcess;
  readonly vkey: string;
  readonly url: string;
}

/** Starts the real program and waits until it says where it listens. */
function start(dir: string, ...more: string[]): Promise<Running> {
  const args = ['witness', '--dir', dir, '--listen', '127.0.0.1:0', ...more];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let [out, err] = ['', ''];
  return new Promise((done, fail) => {
    const look = () => {
      const url = /http:\/\/\S+/.exec(err)?.[0];
      if (url !== undefined && out.endsWith('\n')) done({ child, vkey: out.trim(), url });
    };
    child.stdout?.on('data', (part) => {
      out += part;
      look();
    });
    child.stderr?.on('data', (part) => {
      err += part;
      look();
    });
    child.on('exit', (code) => fail(new Error(`ended with ${code}: ${err}`)));
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => {
    child.removeAllListeners('exit');
    child.on('exit', (code) => done(code));
    child.kill(signal);
  });
}

async function makeLog() {
  const signer = ed25519Signer(origin, generateLogKey());
  const storage = memoryStorage();
  const ports = { ...client, origin, signer, storage, lock: memoryLock(), now: Date.now };
  await createLog(ports);
  const log: Log = await openLog(ports);
  await log.append(0, invented(0, 300));
  return { log, storage, signer, key: parseVkey(nodeSha256, signer.vkey) };
}

describe('hocba witness', () => {
  test('cosigns over HTTP, remembers through SIGTERM and SIGKILL, and holds against a fork', async () => {
    const [{ log, storage, signer, key }, fork] = [await makeLog(), memoryStorage()];
    const dir = join(folder, 'one');
    const first = await start(dir, '--log', signer.vkey, '--name', 'truong-dai-hoc.example/w');
    expect(first.vkey).toMatch(/^truong-dai-hoc\.example\/w\+/);
    expect(statSync(join(dir, 'witness.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).sort()).toEqual(['state', 'witness.key', 'witness.vkey']);
    expect(readdirSync(join(dir, 'state', '.temp'))).toEqual([]);
    const policyOf = (url: string) =>
      parsePolicy(nodeSha256, `log ${signer.vkey}\nwitness w ${first.vkey} ${url}\nquorum w\n`);
    const source = { key, storage };
    expect(await witnessLog(client, policyOf(first.url), log, source)).toMatchObject({
      quorum: 'met',
      published: true,
    });

    const busy = spawnSync(
      process.execPath,
      [bin, 'witness', '--dir', dir, '--listen', '127.0.0.1:0', '--log', signer.vkey],
      {
        encoding: 'utf8',
      },
    );
    expect([busy.status, busy.stdout]).toEqual([65, '']);
    expect(busy.stderr).toContain('đang được một nhân chứng khác dùng');

    await end(first.child, 'SIGKILL');
    const second = await start(dir, '--log', signer.vkey);
    expect(second.vkey).toBe(first.vkey);
    await log.append(300, invented(300, 400));
    expect(
      await gatherCosignatures(client, policyOf(second.url), { ...source, checkpoint: log.checkpoint }),
    ).toMatchObject({
      quorum: 'met',
    });

    const forkPorts = { ...client, origin, signer, storage: fork, lock: memoryLock(), now: Date.now };
    await createLog(forkPorts);
    const forked = await openLog(forkPorts);
    await forked.append(0, invented(1000, 1500));
    const shown = { key, storage: fork, checkpoint: forked.checkpoint };
    const address = { url: second.url, key: parseVkey(nodeSha256, second.vkey) };
    expect(await requestCosignature(client, address, shown)).toEqual({
      ok: false,
      code: 'inconsistent',
      status: 422,
    });
    expect(await end(second.child, 'SIGTERM')).toBe(0);
    expect(readdirSync(join(dir, 'state')).filter((name) => name.endsWith('.checkpoint'))).toHaveLength(1);
  });

  test('answers nothing but add-checkpoint, and no long bodies', async () => {
    const { signer } = await makeLog();
    const { url } = await start(join(folder, 'two'), '--log', signer.vkey);
    const status = async (path: string, init?: RequestInit) => (await fetch(new URL(path, url), init)).status;
    expect(await status('/')).toBe(404);
    expect(await status('/checkpoint')).toBe(404);
    expect(await status('/add-checkpoint')).toBe(405);
    expect(await status('/add-checkpoint', { method: 'PUT', body: 'x' })).toBe(405);
    expect(await status('/add-checkpoint', { method: 'POST', body: 'x' })).toBe(400);
    expect(await status('/w/add-checkpoint', { method: 'POST', body: 'old 0\n\nx\n' })).toBe(400);
    expect(await status('/add-checkpoint', { method: 'POST', body: 'x'.repeat(65_537) })).toBe(413);
    // A body without a stated length is cut off as well.
    const endless = await new Promise<number | undefined>((done) => {
      const asked = request(new URL('/add-checkpoint', url), { method: 'POST' }, (answer) => {
        answer.resume();
        done(answer.statusCode);
        asked.destroy();
      });
      asked.on('error', () => done(undefined));
      for (let i = 0; i < 40; i++) asked.write('x'.repeat(4096));
    });
    expect(endless).toBe(413);
  });

  const vkey = ed25519Signer(origin, generateLogKey()).vkey;
  const cosigner = ed25519Signer('w.example', generateLogKey(), 0x04).vkey;
  const whole = ['--dir', join(folder, 'x'), '--listen', '127.0.0.1:0', '--log', vkey];
  test.each([
    [[]],
    [whole.slice(2)],
    [whole.slice(0, 2)],
    [whole.slice(0, 4)],
    [[...whole, '--log', vkey]],
    [[...whole, '--log', cosigner]],
    [[...whole, '--log', 'x']],
    [[...whole, '--name', 'a b']],
    [[...whole, 'more']],
    [[...whole.slice(0, 2), '--listen', '8080', '--log', vkey]],
    [[...whole.slice(0, 2), '--listen', '127.0.0.1:70000', '--log', vkey]],
    [[...whole.slice(0, 2), '--listen', '0.0.0.0:0', '--log', vkey]],
    [[...whole.slice(0, 2), '--listen', 'a.example:0', '--log', vkey]],
  ])('called with %j: usage, exit 64', async (args) => {
    const { command } = await import('./witness.ts');
    const err: string[] = [];
    expect(await command.run(args, { out: () => expect.fail(), err: (text) => void err.push(text) })).toBe(
      64,
    );
    expect(err.join('')).toContain('Cách dùng: hocba witness');
  });

  test('a key that is not the one of its vkey: exit 65', async () => {
    const { command } = await import('./witness.ts');
    const dir = mkdtempSync(join(folder, 'mixed-'));
    writeFileSync(join(dir, 'witness.key'), generateLogKey());
    writeFileSync(join(dir, 'witness.vkey'), `${cosigner}\n`);
    const err: string[] = [];
    const io = { out: () => expect.fail(), err: (text: string) => void err.push(text) };
    expect(await command.run(['--dir', dir, '--listen', '127.0.0.1:0', '--log', vkey], io)).toBe(65);
    expect(err.join('')).toContain('signer-wrong');
  });
});
