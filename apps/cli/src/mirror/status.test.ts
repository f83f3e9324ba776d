import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLeaf, type Log, leafHash, type PendingLeaf, type Status, signStatus } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { command as auditCommand } from '../audit.ts';
import { invented } from '../testing/invented-leaves.ts';
import type { ServedFiles } from '../testing/served-files.ts';
import { ORIGIN, run, serveLog, signer, statusSigner, trustFolder } from '../testing/served-log.ts';
import { command as mirrorCommand } from './mirror.ts';

const folder = mkdtempSync(join(tmpdir(), 'hocba-mirror-status-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ASOF = 1_790_000_000;
let log: Log;
let files: Map<string, Uint8Array>;
let served: ServedFiles;
let url = '';
let dir = '';
let trust = '';

/** A recall of a leaf among the invented ones. */
function recallOf(of: number, index = of): PendingLeaf {
  const previous = { index: BigInt(index), leafHash: invented(of, of + 1)[0]?.leafHash as Uint8Array };
  const commitment = nodeSha256(new TextEncoder().encode(`recall ${of}`));
  const bytes = encodeLeaf({ kind: 'recall', time: 1_780_100_000, commitment, previous });
  return { bytes, leafHash: leafHash(nodeSha256, bytes) };
}

const entry = (index: number, by: number) => ({ index, by, state: 'recalled', reason: 'other' }) as const;
const signed = (over: Partial<Status> = {}, by = statusSigner) =>
  signStatus(nodeSha256, nodeEd25519, by, {
    origin: ORIGIN,
    asOf: ASOF,
    size: log.size,
    entries: [entry(3, 20)],
    ...over,
  });

beforeEach(async () => {
  ({ log, files, served, dir } = await serveLog(folder));
  await log.append(0, [...invented(0, 20), recallOf(3)]);
  files.set('status', await signed());
  trust = trustFolder(folder, statusSigner.vkey);
  url = served.url;
});
afterEach(() => served.stop());

const mirror = (...args: string[]) => run(mirrorCommand, [url, dir, ...args]);
const first = () => mirror('--log', signer.vkey, '--trust', trust);
const audit = (...args: string[]) => run(auditCommand, [dir, ...args]);
const judged = async () => {
  const { status, out } = await audit('--json');
  return [status, JSON.parse(out).status];
};
const kept = () => new Uint8Array(readFileSync(join(dir, 'status')));
const beside = () => readdirSync(join(dir, '.mirror')).filter((name) => name.endsWith('.status'));

describe('hocba mirror', () => {
  test('keeps the status, and the newer one without being told the key again', async () => {
    expect(await first()).toMatchObject({ status: 0 });
    expect(kept()).toEqual(files.get('status'));
    await log.append(21, [recallOf(4)]);
    files.set('status', await signed({ asOf: ASOF + 60, entries: [entry(3, 20), entry(4, 21)] }));
    expect(await mirror()).toMatchObject({ status: 0 });
    expect(kept()).toEqual(files.get('status'));
    expect(await judged()).toEqual([0, { asOf: ASOF + 60, untold: [], wrong: [] }]);
    expect((await audit()).out).toContain('khớp với các lá');
  });

  test('keeps none that it has no key for', async () => {
    expect(await mirror('--log', signer.vkey)).toMatchObject({ status: 0 });
    expect(existsSync(join(dir, 'status'))).toBe(false);
    expect(await judged()).toEqual([0, null]);
    // It may be told later.
    expect(await mirror('--trust', trust)).toMatchObject({ status: 0 });
    expect(await judged()).toEqual([0, { asOf: ASOF, untold: [], wrong: [] }]);
  });

  const forger = ed25519Signer('so.hocba.example/thu/status', generateLogKey());
  test.each<[string, () => Promise<Uint8Array | null>, string]>([
    ['forged', () => signed({ asOf: ASOF + 9, entries: [] }, forger), 'note-unsigned'],
    ['signed by the log itself', () => signed({ asOf: ASOF + 9 }, signer), 'note-unsigned'],
    [
      'of another log',
      () => signed({ asOf: ASOF + 9, origin: 'so.hocba.example/x/2025-2026' }),
      'origin-wrong',
    ],
    ['no status', async () => new TextEncoder().encode('x'), 'note-invalid'],
    ['older', () => signed({ asOf: ASOF - 9, size: 10, entries: [] }), 'status-older'],
    [
      'of a tree that nobody has published',
      () => signed({ asOf: ASOF + 9, size: 22 }),
      'status-of-later-tree',
    ],
    ['gone', async () => null, 'status-missing'],
  ])('one that is %s is refused, and the kept one stays', async (_, make, code) => {
    await first();
    const before = kept();
    const bytes = await make();
    if (bytes === null) files.delete('status');
    else files.set('status', bytes);
    const refused = await mirror();
    expect([refused.status, refused.err]).toEqual([1, expect.stringContaining(`(${code})`)]);
    expect([kept(), beside()]).toEqual([before, []]);
    expect(await judged()).toEqual([0, { asOf: ASOF, untold: [], wrong: [] }]);
  });

  test('a bit of the signed text is changed', async () => {
    await first();
    const text = new TextDecoder().decode(await signed({ asOf: ASOF + 9 }));
    files.set('status', new TextEncoder().encode(text.replace('3 recalled', '4 recalled')));
    expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('note-signature-wrong') });
  });

  test('a newer one that takes a recall back is laid beside: both together are the proof', async () => {
    await first();
    const before = kept();
    files.set('status', await signed({ asOf: ASOF + 9, entries: [] }));
    expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('status-contradicts') });
    expect(kept()).toEqual(before);
    const [name = ''] = beside();
    expect(new Uint8Array(readFileSync(join(dir, '.mirror', name)))).toEqual(files.get('status'));
    // The server says the truth again; what it signed in between stays known.
    files.set('status', await signed({ asOf: ASOF + 18 }));
    expect(await mirror()).toMatchObject({ status: 0 });
    const wrong = [{ file: `.mirror/${name}`, code: 'status-contradicts' }];
    expect(await judged()).toEqual([1, { asOf: ASOF + 18, untold: [], wrong }]);
    // Whoever lays something else there proves nothing by it.
    writeFileSync(join(dir, '.mirror', name), await signed({ asOf: ASOF + 9, entries: [] }, forger));
    expect(await judged()).toEqual([0, { asOf: ASOF + 18, untold: [], wrong: [] }]);
  });

  test.each([
    ['no status key', () => trustFolder(folder, null)],
    [
      'another log’s',
      () => trustFolder(folder, statusSigner.vkey, ed25519Signer('a.example/b/2025-2026', generateLogKey())),
    ],
    ['what is no key', () => trustFolder(folder, 'x')],
    ['nothing', () => join(folder, 'none')],
  ])('a trust place with %s', async (_, place) => {
    expect(await mirror('--log', signer.vkey, '--trust', place())).toMatchObject({ status: 65 });
    expect(existsSync(join(dir, 'checkpoint'))).toBe(false);
  });

  test('another key than the one that was kept is not gone over to', async () => {
    await first();
    expect(await mirror('--trust', trustFolder(folder, forger.vkey))).toMatchObject({ status: 65 });
    expect(await mirror()).toMatchObject({ status: 0 });
  });

  test('a kept one that is damaged is named as the copy’s', async () => {
    await first();
    writeFileSync(join(dir, 'status'), 'x');
    expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('copy-damaged: status') });
    expect(await judged()).toEqual([
      1,
      { asOf: null, untold: [], wrong: [{ file: 'status', code: 'note-invalid' }] },
    ]);
  });
});

describe('hocba audit of the mirror', () => {
  test.each<[string, Status['entries'], { code: string; index: number }[]]>([
    ['forgets a recall', [], [{ code: 'status-omits-leaf', index: 3 }]],
    ['makes one up', [entry(3, 20), entry(5, 20)], [{ code: 'status-invents', index: 5 }]],
    [
      'puts one in place of another',
      [entry(4, 20)],
      [
        { code: 'status-omits-leaf', index: 3 },
        { code: 'status-invents', index: 4 },
      ],
    ],
    [
      'calls a recall a replacement',
      [{ index: 3, by: 20, state: 'replaced' }],
      [{ code: 'status-untrue', index: 3 }],
    ],
    ['says it is by another leaf', [entry(3, 19)], [{ code: 'status-untrue', index: 3 }]],
  ])('a status that %s', async (_, entries, wrong) => {
    files.set('status', await signed({ entries }));
    expect(await first()).toMatchObject({ status: 0 });
    const named = wrong.map((one) => ({ file: 'status', ...one }));
    expect(await judged()).toEqual([1, { asOf: ASOF, untold: [], wrong: named }]);
    for (const { index } of wrong) expect((await audit()).out).toContain(`status (lá ${index})`);
  });

  test('one of the tree before the recall', async () => {
    files.set('status', await signed({ size: 20, entries: [] }));
    await first();
    expect(await judged()).toEqual([0, { asOf: ASOF, untold: [], wrong: [] }]);
  });

  test('a recall that knows its leaf by an index in the log before', async () => {
    await log.append(21, [recallOf(7, 900)]);
    files.set('status', await signed({ entries: [entry(3, 20), entry(7, 21)] }));
    await first();
    expect(await judged()).toEqual([0, { asOf: ASOF, untold: [], wrong: [] }]);
    files.set('status', await signed());
    rmSync(join(dir, 'status'));
    await mirror();
    expect((await judged())[1].wrong).toEqual([{ file: 'status', code: 'status-omits-leaf', index: 7 }]);
  });

  test('what it says of another log’s leaf is told to be open', async () => {
    const later = { ...entry(5, 0), log: 'so.hocba.example/thu/2026-2027' };
    files.set('status', await signed({ entries: [entry(3, 20), later] }));
    await first();
    expect(await judged()).toEqual([0, { asOf: ASOF, untold: [5], wrong: [] }]);
    expect((await audit()).out).toContain('1 lá mà bản tình trạng');
  });

  test('a recall before the place where an audit was cut off is still known', async () => {
    await log.append(21, invented(21, 4_600));
    const honest = [entry(3, 20)];
    for (const [entries, wrong] of [
      [honest, []],
      [[], [{ file: 'status', code: 'status-omits-leaf', index: 3 }]],
      [[...honest, entry(9, 20)], [{ file: 'status', code: 'status-invents', index: 9 }]],
      [[entry(3, 19)], [{ file: 'status', code: 'status-untrue', index: 3 }]],
    ] as const) {
      dir = mkdtempSync(join(folder, 'copy-'));
      mkdirSync(join(dir, '.mirror'));
      files.set('status', await signed({ entries }));
      await first();
      const state = `${dir}.state`;
      const err = (text: string) => {
        if (Number(/\((\d+)\//.exec(text)?.[1]) > 4_200) throw new Error('cut off');
      };
      const cutOff = auditCommand.run([dir, '--state', state], { out: () => undefined, err });
      await expect(cutOff).rejects.toThrow('cut off');
      const { out, err: said } = await audit('--state', state, '--json');
      expect(said).toContain('lần trước đã xong 4096 lá');
      expect(JSON.parse(out).status).toEqual({ asOf: ASOF, untold: [], wrong });
    }
  });
});
