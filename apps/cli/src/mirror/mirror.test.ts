import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditLog, createLog, type Log, memoryLock, memoryStorage, openLog } from '@hocba/ledger';
import { ed25519Signer, fileStorage, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hocbaHere } from '../testing/in-this-process.ts';
import { invented } from '../testing/invented-leaves.ts';
import { type ServedFiles, serveFiles } from '../testing/served-files.ts';

const bin = fileURLToPath(new URL('../../bin/hocba.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hocba-mirror-'));
afterAll(() => rmSync(folder, { recursive: true }));

const origin = 'so.hocba.example/thu/2025-2026';
const signer = ed25519Signer(origin, generateLogKey());
let files: Map<string, Uint8Array>;
let log: Log;
let served: ServedFiles;
let url = '';
let dir = '';
/** Requests that failed on purpose are counted down here; then everything is served. */
let failures: number;
let asked: string[];

async function makeLog(first: number, size: number) {
  const storage = memoryStorage();
  const ports = {
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    origin,
    signer,
    storage,
    lock: memoryLock(),
    now: Date.now,
  };
  await createLog(ports);
  const made = await openLog(ports);
  await made.append(0, invented(first, first + size));
  return { log: made, files: storage.files };
}

beforeEach(async () => {
  ({ log, files } = await makeLog(0, 700));
  failures = 0;
  asked = [];
  dir = mkdtempSync(join(folder, 'copy-'));
  served = await serveFiles((path) => {
    asked.push(path);
    if (failures === 0 || path === 'checkpoint') return files.get(path);
    failures--;
    return 'broken';
  });
  url = served.url;
});
afterEach(() => served.stop());

const hocba = (...args: string[]) => hocbaHere('mirror', ...args);
/** The real program, as a process of its own, while this one serves the log. */
function program(...args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [bin, 'mirror', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (err += part));
  return new Promise((done) => child.on('close', (status) => done({ status, out, err })));
}

const audit = () =>
  auditLog({ sha256: nodeSha256, ed25519: nodeEd25519, storage: fileStorage(dir), vkey: signer.vkey });

describe('hocba mirror', () => {
  test('copies a log over HTTP, then only what is new', async () => {
    const first = await program(url, dir, '--log', signer.vkey);
    expect(first).toMatchObject({ status: 0, out: `${origin}: 700 lá, đã kiểm tra đủ; mới thêm 700.\n` });
    expect(first.err).toContain('100 % (700/700 lá)');
    for (const [path, bytes] of files) expect(new Uint8Array(readFileSync(join(dir, path)))).toEqual(bytes);
    await log.append(700, invented(700, 1000));
    asked = [];
    expect(await program(`${url}/`, dir)).toMatchObject({
      status: 0,
      out: `${origin}: 1000 lá, đã kiểm tra đủ; mới thêm 300.\n`,
    });
    expect(asked).not.toContain('tile/entries/000');
    expect(await audit()).toMatchObject({ ok: true, size: 1000 });
    expect(readdirSync(join(dir, '.mirror')).sort()).toEqual([
      '.temp',
      'checkpoints',
      'log.vkey',
      'seen',
      'undated',
    ]);
  });

  test('what a run that was killed left half written is removed by the next one', async () => {
    expect(await hocba(url, dir, '--log', signer.vkey)).toMatchObject({ status: 0 });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const temporary = [join(dir, '.temp'), join(dir, '.mirror', '.temp')];
    for (const folder of temporary)
      for (const name of [`${pid}-1-${randomUUID()}`, 'ghi chú']) writeFileSync(join(folder, name), 'half');
    expect(await hocba(url, dir)).toMatchObject({ status: 0 });
    expect(temporary.map((folder) => readdirSync(folder))).toEqual([['ghi chú'], ['ghi chú']]);
  });

  test('a line that is cut a few times; then one that is cut for good, and is taken up again', async () => {
    failures = 3;
    expect(await hocba(url, dir, '--log', signer.vkey)).toMatchObject({ status: 0 });
    await log.append(700, invented(700, 1500));
    failures = Number.POSITIVE_INFINITY;
    const cut = await hocba(url, dir);
    expect([cut.status, cut.out]).toEqual([69, '']);
    expect(cut.err).toContain('hãy chạy lại');
    expect(await audit()).toMatchObject({ ok: true, size: 700 });
    failures = 0;
    expect(await hocba(url, dir)).toMatchObject({ status: 0 });
    expect(await audit()).toMatchObject({ ok: true, size: 1500 });
  });

  test.each([
    ['shrank', 0, 650, 'Nhật ký ngắn hơn'],
    ['forked', 5000, 900, 'lịch sử đã bị đổi'],
  ])('a log that %s is refused, its checkpoint kept as evidence', async (_, first, size, sentence) => {
    expect(await hocba(url, dir, '--log', signer.vkey)).toMatchObject({ status: 0 });
    const before = log.checkpoint;
    ({ files } = await makeLog(first, size));
    const refused = await hocba(url, dir);
    expect([refused.status, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain(sentence);
    expect(new Uint8Array(readFileSync(join(dir, 'checkpoint')))).toEqual(before);
    const evidence = readdirSync(join(dir, '.mirror')).filter((name) => name.startsWith('refused-'));
    expect(evidence).toHaveLength(1);
    expect(new Uint8Array(readFileSync(join(dir, '.mirror', evidence[0] ?? '')))).toEqual(
      files.get('checkpoint'),
    );
    expect(await audit()).toMatchObject({ ok: true, size: 700 });
  });

  test('a changed byte is named, and not kept', async () => {
    const entries = files.get('tile/entries/001') as Uint8Array;
    entries[99] = (entries[99] ?? 0) ^ 1;
    const refused = await hocba(url, dir, '--log', signer.vkey);
    expect([refused.status, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('remote-invalid: tile/entries/001');
    expect(readdirSync(dir)).not.toContain('checkpoint');
  });

  test('a key or an address that was typed wrong is told as that, and does not claim the folder', async () => {
    const other = ed25519Signer(origin, generateLogKey()).vkey;
    const wrongKey = await hocba(url, dir, '--log', other);
    expect(wrongKey).toMatchObject({ status: 1, out: '' });
    expect(wrongKey.err).toContain('không do khoá đã nêu (--log) ký');
    const wrongPlace = await hocba(`${url}khac/`, dir, '--log', signer.vkey);
    expect(wrongPlace).toMatchObject({ status: 1, out: '' });
    expect(wrongPlace.err).toContain('Ở địa chỉ này không có nhật ký nào');
    const nobody = await hocba('http://127.0.0.1:1/', dir, '--log', other);
    expect(nobody).toMatchObject({ status: 69, out: '' });
    expect(nobody.err).toContain('Không tải được http://127.0.0.1:1/closed: máy chủ không trả lời.');
    expect(await hocba(url, dir, '--log', signer.vkey)).toMatchObject({ status: 0 });
    // From now on it is that log's, whatever fails.
    expect(await hocba(url, dir, '--log', other)).toMatchObject({ status: 64 });
    expect(await hocba('http://127.0.0.1:1/', dir)).toMatchObject({ status: 69 });
    expect(await hocba(url, dir)).toMatchObject({ status: 0 });
  });

  test.each([
    [['--logs', 'x'], 'Không có tuỳ chọn “--logs”.'],
    [['--log', 'x'], '--log không phải khoá công khai của một nhật ký'],
  ])('%j: what is wrong with the call stands first', async (more, sentence) => {
    const answer = await hocba(url, dir, ...more);
    expect([answer.status, answer.err.split('\n', 1)[0]]).toEqual([64, expect.stringContaining(sentence)]);
  });

  test('a place that cannot be written is told with the reason', async () => {
    const file = join(dir, 'tep');
    writeFileSync(file, '');
    const answer = await hocba(url, file, '--log', signer.vkey);
    expect(answer).toMatchObject({ status: 65, out: '' });
    expect(answer.err).toContain('đó là một tệp, không phải thư mục');
  });

  test('called wrongly: usage, exit 64; nothing is believed without a key', async () => {
    const other = ed25519Signer(origin, generateLogKey()).vkey;
    const call = async (...args: string[]) => {
      const { status, err } = await hocba(...args);
      return [status, err.includes('Cách dùng: hocba mirror')];
    };
    for (const args of [
      [],
      [url],
      [url, dir],
      [url, dir, 'more', '--log', signer.vkey],
      ['x', dir, '--log', signer.vkey],
      ['ftp://a.example/', dir, '--log', signer.vkey],
      [`${url}?a`, dir, '--log', signer.vkey],
      [url, dir, '--log', 'x'],
      [url, dir, '--log', ed25519Signer('w.example', generateLogKey(), 0x04).vkey],
      [url, dir, '--other'],
    ]) {
      expect(await call(...args)).toEqual([64, true]);
    }
    expect(await call(url, dir, '--log', signer.vkey)).toEqual([0, false]);
    expect(await call(url, dir, '--log', other)).toEqual([64, true]);
  });
});
