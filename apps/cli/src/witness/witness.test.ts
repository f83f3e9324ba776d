import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  cosignedPath,
  createLog,
  formatNote,
  gatherCosignatures,
  type Log,
  MAX_WITNESS_BODY,
  memoryLock,
  memoryStorage,
  openCheckpoint,
  openLog,
  parseNote,
  parsePolicy,
  parseVkey,
  requestCosignature,
  witnessLog,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { invented } from '../testing/invented-leaves.ts';

const bin = fileURLToPath(new URL('../../bin/hocba.mjs', import.meta.url));
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
    expect(await requestCosignature(client, address, shown)).toMatchObject({
      ok: false,
      code: 'inconsistent',
      evidence: expect.any(Uint8Array),
    });
    const path = cosignedPath(nodeSha256, origin);
    const told = await fetch(new URL(path, second.url));
    expect(told.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const key400 = parseVkey(nodeSha256, second.vkey);
    const told400 = new Uint8Array(await told.arrayBuffer());
    expect(await openCheckpoint(nodeEd25519, told400, [key], [key400])).toMatchObject({
      size: 400,
      cosigned: [{ key: key400 }],
    });
    expect(await end(second.child, 'SIGTERM')).toBe(0);
    expect(readdirSync(join(dir, 'state')).filter((name) => name.endsWith('.checkpoint'))).toHaveLength(1);
  });

  test('brought back from an older backup, or without its memory: no fork is cosigned, until it was shown what it cosigned', async () => {
    const { log, storage, signer, key } = await makeLog();
    const dir = join(folder, 'backup');
    const run = () => start(dir, '--log', signer.vkey);
    const first = await run();
    const ask = ({ vkey, url }: Running, source = storage, checkpoint = log.checkpoint) =>
      requestCosignature(
        client,
        { url, key: parseVkey(nodeSha256, vkey) },
        { key, storage: source, checkpoint },
      );
    expect(await ask(first)).toMatchObject({ ok: true });
    await end(first.child, 'SIGTERM');
    cpSync(dir, `${dir}-kept`, { recursive: true });
    // Who has the log's key grows another tree from the 300 leaves of the backup.
    const fork = memoryStorage();
    const forkPorts = { ...client, origin, signer, storage: fork, lock: memoryLock(), now: Date.now };
    await createLog(forkPorts);
    const forked = await openLog(forkPorts);
    await forked.append(0, [...invented(0, 300), ...invented(1000, 1200)]);
    await log.append(300, invented(300, 400));
    const second = await run();
    const seen = await ask(second);
    if (!seen.ok) expect.fail();
    const cosigned = formatNote({
      ...parseNote(log.checkpoint),
      signatures: [...parseNote(log.checkpoint).signatures, seen.signature],
    });
    await end(second.child, 'SIGTERM');

    for (const bringBack of [
      () => {
        rmSync(dir, { recursive: true });
        cpSync(`${dir}-kept`, dir, { recursive: true });
        writeFileSync(join(dir, 'restored'), '');
      },
      () => rmSync(join(dir, 'state'), { recursive: true }),
    ]) {
      bringBack();
      const held = await run();
      expect(await ask(held, fork, forked.checkpoint)).toMatchObject({ ok: false, status: 503 });
      expect(await ask(held)).toMatchObject({ ok: false, status: 503 });
      await end(held.child, 'SIGTERM');
      // A checkpoint that it did not cosign reminds it of nothing.
      mkdirSync(join(dir, 'known-checkpoints'), { recursive: true });
      writeFileSync(join(dir, 'known-checkpoints', 'ban-khac'), forked.checkpoint);
      const still = await run();
      expect(await ask(still, fork, forked.checkpoint)).toMatchObject({ ok: false, status: 503 });
      await end(still.child, 'SIGTERM');
      writeFileSync(join(dir, 'known-checkpoints', 'nhat-ky'), cosigned);
      const reminded = await run();
      expect(await ask(reminded, fork, forked.checkpoint)).toMatchObject({
        ok: false,
        code: 'inconsistent',
        evidence: log.checkpoint,
      });
      expect(await ask(reminded)).toMatchObject({ ok: true });
      await end(reminded.child, 'SIGTERM');
      // From then on the memory itself says that it is of after the restore.
      const again = await run();
      expect(await ask(again)).toMatchObject({ ok: true });
      await end(again.child, 'SIGTERM');
    }
  });

  test('answers nothing but its two paths, and no long bodies', async () => {
    const { signer } = await makeLog();
    const { url } = await start(join(folder, 'two'), '--log', signer.vkey);
    const status = async (path: string, init?: RequestInit) => (await fetch(new URL(path, url), init)).status;
    expect(await status('/')).toBe(404);
    expect(await status('/checkpoint')).toBe(404);
    expect(await status('/add-checkpoint')).toBe(405);
    expect(await status('/add-checkpoint', { method: 'PUT', body: 'x' })).toBe(405);
    expect(await status('/add-checkpoint', { method: 'POST', body: 'x' })).toBe(400);
    const shown = `/${cosignedPath(nodeSha256, origin)}`;
    expect(await status(shown)).toBe(404);
    expect(await status(`/w${shown}`)).toBe(404);
    expect(await status(shown, { method: 'POST', body: 'x' })).toBe(405);
    expect(await status('/w/add-checkpoint', { method: 'POST', body: 'old 0\n\nx\n' })).toBe(400);
    expect(await status('/add-checkpoint', { method: 'POST', body: 'x'.repeat(MAX_WITNESS_BODY + 1) })).toBe(
      413,
    );
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
    [[...whole, '--today', '2000-01-01']],
    [[...whole, '--today', 'x']],
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

  test.each([
    ['a key that is not the one of its vkey', ['witness.key', 'witness.vkey'], 'signer-wrong'],
    ['a folder of somebody else’s files', ['luan-van.docx'], '“luan-van.docx”'],
  ])('%s: exit 65, and nothing is made there', async (_, names, why) => {
    const { command } = await import('./witness.ts');
    const dir = mkdtempSync(join(folder, 'mixed-'));
    for (const name of names)
      writeFileSync(join(dir, name), name === 'witness.key' ? generateLogKey() : `${cosigner}\n`);
    const err: string[] = [];
    const io = { out: () => expect.fail(), err: (text: string) => void err.push(text) };
    expect(await command.run(['--dir', dir, '--listen', '127.0.0.1:0', '--log', vkey], io)).toBe(65);
    expect(err.join('')).toContain(why);
    expect(readdirSync(dir).filter((name) => name !== 'state')).toEqual(names);
  });
});
