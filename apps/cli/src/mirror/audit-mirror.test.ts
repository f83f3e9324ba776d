import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  encodeLeaf,
  leafHash,
  memoryLock,
  mirrorLog,
  openLog,
  type PendingLeaf,
} from '@hocba/ledger';
import { ed25519Signer, fileStorage, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { command } from '../audit.ts';
import { invented } from '../testing/invented-leaves.ts';
import { ACCEPTED } from './evidence.ts';

const folder = mkdtempSync(join(tmpdir(), 'hocba-audit-mirror-'));
afterAll(() => rmSync(folder, { recursive: true }));

const origin = 'so.hocba.example/thu/2025-2026';
const signer = ed25519Signer(origin, generateLogKey());
const pending = (bytes: Uint8Array): PendingLeaf => ({ bytes, leafHash: leafHash(nodeSha256, bytes) });
const first = pending(
  encodeLeaf({ kind: 'issue', time: 1_750_000_000, commitment: new Uint8Array(32).fill(1) }),
);
let dir = '';
let early = '';

/** A log of several checkpoints, and the mirror of it that `hocba mirror` would keep. */
async function mirrored(leaves: readonly (readonly PendingLeaf[])[]): Promise<void> {
  dir = mkdtempSync(join(folder, 'copy-'));
  early = `${dir}.early`;
  const storage = fileStorage(join(folder, `log-${dir.slice(-6)}`));
  const lock = memoryLock();
  const ports = { sha256: nodeSha256, ed25519: nodeEd25519, origin, signer, storage, lock, now: Date.now };
  await createLog(ports);
  const log = await openLog(ports);
  let size = 0;
  for (const batch of leaves) {
    await log.append(size, batch);
    if (size === 0) writeFileSync(early, log.checkpoint);
    size += batch.length;
  }
  const own = join(dir, '.mirror');
  mkdirSync(own);
  writeFileSync(join(own, 'log.vkey'), `${signer.vkey}\n`);
  await mirrorLog({
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    vkey: signer.vkey,
    remote: storage,
    copy: fileStorage(dir),
    memory: {
      load: async () => null,
      save: async (checkpoint) => writeFileSync(join(own, 'seen'), checkpoint),
      accuse: async () => undefined,
    },
  });
}

beforeEach(() => mirrored([[first], invented(0, 600)]));

async function audit(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const status = await command.run(args, { out: (text) => (out += text), err: (text) => (err += text) });
  return { status, out, err };
}

test('a copy that has not gone on yet is called that, and not a log whose history was changed', async () => {
  const ahead = `${dir}.ahead`;
  writeFileSync(ahead, readFileSync(join(dir, 'checkpoint')));
  writeFileSync(join(dir, 'checkpoint'), readFileSync(early));
  rmSync(join(dir, '.mirror', 'seen'));
  const { status, out } = await audit(dir, '--known', ahead);
  expect(status).toBe(1);
  expect(out).toContain('(known-checkpoint-ahead)');
  expect(out).not.toContain('lịch sử đã bị đổi');
});

test('one flipped bit of a copy is named where it is, and accuses the log of nothing', async () => {
  const bundle = join(dir, 'tile/entries/000');
  const bytes = readFileSync(bundle);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  chmodSync(bundle, 0o644);
  writeFileSync(bundle, bytes);
  const { status, out } = await audit(dir, '--known', early);
  expect(status).toBe(1);
  expect(out).toContain('tile/entries/000');
  expect(out).not.toContain('lịch sử đã bị đổi');
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(join(dir, path));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(dir, path), bytes);
}

test('a mirror holds, from the first checkpoint on', async () => {
  const { status, out, err } = await audit(dir, '--known', early);
  expect([status, out]).toEqual([
    0,
    expect.stringMatching(/^Mọi thứ đúng: 601 lá, gốc [0-9a-f]{64}\.\n {2}Các lá: 601 phát hành\.\n$/),
  ]);
  expect(err).toContain('100 % (601/601 lá)');
});

test('a run of the mirror that was cut off does not make its copy wrong', async () => {
  const copied = dir;
  await mirrored([[first], invented(0, 700)]);
  copyFileSync(join(dir, '.mirror', 'seen'), join(copied, '.mirror', 'seen'));
  expect(await audit(copied)).toMatchObject({ status: 0 });
});

test.each([
  ['tile/entries/001', 30, 'entry-differs'],
  ['tile/0/000', 40, 'tile-differs'],
  ['checkpoint', 50, 'checkpoint-invalid'],
])('a changed bit in %s is named', async (path, at, code) => {
  flip(path, at);
  const { status, out } = await audit(dir, '--json');
  const { ok, findings } = JSON.parse(out);
  expect([status, ok, findings[0]]).toEqual([1, false, expect.objectContaining({ file: path, code })]);
});

test('of two bad places the first is named first', async () => {
  flip('tile/entries/001', 30);
  flip('tile/0/000', 40);
  const { out } = await audit(dir);
  expect(out.split('\n')[1]).toContain('000 (từ lá 1)');
});

test('another history than that of a checkpoint kept elsewhere', async () => {
  await mirrored([invented(9, 10), invented(0, 600)]);
  const other = early;
  await mirrored([[first], invented(0, 600)]);
  expect(await audit(dir, '--known', other)).toMatchObject({
    status: 1,
    out: expect.stringContaining('lịch sử đã bị đổi'),
  });
});

test.each([
  ['a later leaf', 5n, first.leafHash],
  ['another leaf than stands there', 0n, new Uint8Array(32).fill(7)],
])('a recall of %s is named', async (_, index, hash) => {
  const recall = encodeLeaf({
    kind: 'recall',
    time: 1_750_000_001,
    commitment: new Uint8Array(32).fill(2),
    previous: { index, leafHash: hash },
  });
  await mirrored([[first, pending(recall)]]);
  // It may stand in the school's log before this one: nothing wrong, and not silent.
  const { status, out } = await audit(dir, '--json');
  expect([status, JSON.parse(out)]).toEqual([
    0,
    expect.objectContaining({ kinds: { issue: 1, recall: 1 }, elsewhere: [1], findings: [] }),
  ]);
  expect((await audit(dir)).out).toContain('1 lá nói về lá không có trong nhật ký này');
});

test('a proper recall holds', async () => {
  const previous = { index: 0n, leafHash: first.leafHash };
  const commitment = new Uint8Array(32).fill(2);
  await mirrored([
    [first, pending(encodeLeaf({ kind: 'recall', time: 1_750_000_001, commitment, previous }))],
  ]);
  expect(JSON.parse((await audit(dir, '--json')).out)).toMatchObject({ ok: true, elsewhere: [] });
});

const DAY = 86_400;
const issuedAt = (time: number, of: number) =>
  pending(
    encodeLeaf({ kind: 'issue', time, commitment: nodeSha256(new TextEncoder().encode(`time ${of}`)) }),
  );

test.each([
  ['dated back', () => 1_780_000_000 - 9 * DAY, 'leaf-dated-back', 'ghi ngày lùi'],
  ['ahead of its time', () => Math.floor(Date.now() / 1000) + 9 * DAY, 'leaf-of-later', 'ở phía trước'],
])('a leaf that its log’s keeper has %s is named', async (_, time, code, said) => {
  await mirrored([[first], [...invented(0, 300), issuedAt(time(), 1), ...invented(300, 400)]]);
  const { status, out } = await audit(dir, '--json');
  expect([status, JSON.parse(out)]).toEqual([
    1,
    expect.objectContaining({ ok: false, findings: [], times: [{ index: 301, code }] }),
  ]);
  const text = (await audit(dir)).out;
  expect(text).toContain(said);
  expect(text).not.toContain('Mọi thứ đúng');
});

test('every checkpoint that the mirror ever accepted is proven, not the newest alone', async () => {
  await mirrored([invented(9, 10), invented(0, 600)]);
  const fork = early;
  await mirrored([[first], invented(0, 600)]);
  const kept = join(dir, '.mirror', ACCEPTED);
  mkdirSync(kept, { recursive: true });
  copyFileSync(fork, join(kept, '1'));
  expect(await audit(dir)).toMatchObject({ status: 1, out: expect.stringContaining('lịch sử đã bị đổi') });
});

test('called wrongly, or of a folder that is no mirror', async () => {
  expect(await audit(folder)).toMatchObject({ status: 65, out: '' });
  expect(await audit(dir, '--known', join(dir, 'none'))).toMatchObject({ status: 65, out: '' });
  for (const args of [
    [dir, dir],
    [dir, '--data', dir],
    ['--known', early],
    [dir, '--threads', '2'],
    ...['0', '65', '1.5', '-1', 'x', ''].map((threads) => ['--threads', threads]),
  ]) {
    expect(await audit(...args)).toMatchObject({ status: 64, out: '' });
  }
});

describe('an audit that was cut off', () => {
  const LEAVES = 4_500;
  let state = '';
  let whole = '';

  /** Runs it until so many leaves are read, and no further. */
  async function cutOff(...args: string[]): Promise<void> {
    const err = (text: string) => {
      if (Number(/\((\d+)\//.exec(text)?.[1]) > 4_200) throw new Error('cut off');
    };
    await expect(command.run(args, { out: () => undefined, err })).rejects.toThrow('cut off');
  }
  beforeAll(async () => {
    await mirrored([[first], invented(0, LEAVES)]);
    whole = (await audit(dir, '--json')).out;
    state = `${dir}.state`;
    await cutOff(dir, '--state', state);
  });

  test('goes on from there, reads no leaf twice, says the same, and leaves nothing', async () => {
    await mirrored([[first], invented(0, LEAVES)]);
    const own = `${dir}.state`;
    copyFileSync(state, own);
    // What was found good is not asked for again.
    rmSync(join(dir, 'tile', 'entries', '000'));
    const { status, out, err } = await audit(dir, '--state', own, '--json');
    expect([status, JSON.parse(out)]).toEqual([0, JSON.parse(whole)]);
    expect(err).toContain('lần trước đã xong 4096 lá');
    expect([existsSync(own), existsSync(`${own}.temp`)]).toEqual([false, false]);
  });

  test('still knows what time it was, and which leaves were not of theirs', async () => {
    const early = (of: number) => issuedAt(1_780_000_000 - 9 * DAY, of);
    const behind = Array.from({ length: LEAVES - 4_096 }, (_, of) => early(of + 1));
    await mirrored([[...invented(0, 300), early(0), ...invented(300, 4_095)], behind]);
    const own = `${dir}.state`;
    await cutOff(dir, '--state', own);
    const { status, out, err } = await audit(dir, '--state', own, '--json');
    expect(err).toContain('lần trước đã xong 4096 lá');
    const { times } = JSON.parse(out);
    expect([status, times.length]).toEqual([1, 1 + behind.length]);
    expect(times.slice(0, 2)).toEqual([300, 4_096].map((index) => ({ index, code: 'leaf-dated-back' })));
    // It did not end well: what was read is kept, and says the same once more.
    expect(JSON.parse((await audit(dir, '--state', own, '--json')).out).times).toEqual(times);
  });

  test('is not gone on from in another history of the same key', async () => {
    await mirrored([[first], invented(1, LEAVES + 1)]);
    const own = `${dir}.state`;
    copyFileSync(state, own);
    expect(await audit(dir, '--state', own)).toMatchObject({
      status: 1,
      out: expect.stringContaining('lịch sử đã bị đổi'),
    });
    await mirrored([[first], invented(0, 600)]);
    expect(await audit(dir, '--state', own)).toMatchObject({ status: 1 });
    expect(existsSync(own)).toBe(true);
  });

  test('is not gone on from by numbers that no audit writes, and no forged edge passes for the log', async () => {
    await mirrored([[first], invented(0, LEAVES)]);
    const text = readFileSync(state, 'utf8');
    const own = `${dir}.state`;
    const sizes = [-4096, -256, 4095, 4096.5, 2 ** 52, 2 ** 60].map((n) =>
      text.replace('"size":4096', `"size":${n}`),
    );
    const signed = text.replace('\\n4501\\n', '\\n4500\\n');
    expect(signed).not.toBe(text);
    for (const [n, changed] of [...sizes, signed].entries()) {
      writeFileSync(own, changed);
      expect([n, await audit(dir, '--state', own)]).toEqual([
        n,
        expect.objectContaining({ status: 65, out: '' }),
      ]);
      expect(readFileSync(own, 'utf8')).toBe(changed);
    }
    const edges = [
      text.replace(/"levels":\[.*?\]\]/, '"levels":[]'),
      text.replace(/"levels":.*?([0-9a-f]{64})/, (all, hash) => all.replace(hash, '0'.repeat(64))),
      text.replace('"size":4096', '"size":3840'),
    ];
    for (const [n, changed] of edges.entries()) {
      expect(changed).not.toBe(text);
      writeFileSync(own, changed);
      expect([n, (await audit(dir, '--state', own)).status]).toEqual([n, 1]);
    }
  });

  test.each([
    ['no state', () => 'x', 'không phải là tệp'],
    ['of another log', (text: string) => text.replace('thu/2025', 'thu/2024'), 'của một nhật ký khác'],
    ['old', (text: string) => text.replace(/"begun":"20/, '"begun":"19'), 'quá bảy ngày'],
    ['of the future', (text: string) => text.replace(/"begun":"20/, '"begun":"21'), 'quá bảy ngày'],
    [
      'without the latest time',
      (text: string) => text.replace(/"latest":\d+/, '"latest":null'),
      'không phải là',
    ],
    [
      'that speaks of no leaf',
      (text: string) => text.replace('"speaking":[]', '"speaking":[{}]'),
      'không phải là',
    ],
    ['with a hash that is none', (text: string) => text.replace(/[0-9a-f]{64}/, 'ff'), 'không phải là tệp'],
  ])('a file that is %s is refused and left as it is', async (_, change, said) => {
    await mirrored([[first], invented(0, 600)]);
    const own = `${dir}.state`;
    const text = change(readFileSync(state, 'utf8'));
    writeFileSync(own, text);
    const found = await audit(dir, '--state', own);
    expect(found).toMatchObject({ status: 65, out: '', err: expect.stringContaining(said) });
    expect(readFileSync(own, 'utf8')).toBe(text);
  });
});
