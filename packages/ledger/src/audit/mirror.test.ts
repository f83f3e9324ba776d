import { beforeEach, describe, expect, test } from 'vitest';
import { createLog, type Log, openLog } from '../log/log.ts';
import { memoryStorage } from '../log/memory.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { ORIGIN, pendingRange, type TestPorts, testPorts, wordSigner } from '../testing/ports.node.ts';
import { auditLog } from './audit.ts';
import { type MirrorInput, mirrorLog } from './mirror.ts';

let ports: TestPorts;
let log: Log;
let copy: ReturnType<typeof memoryStorage>;
let seen: Uint8Array | null;
let accused: Uint8Array[];
/** Paths that were asked for, in order. */
let asked: string[];

beforeEach(async () => {
  ports = testPorts();
  await createLog(ports);
  log = await openLog(ports);
  await log.append(0, pendingRange(0, 300));
  copy = memoryStorage();
  seen = null;
  accused = [];
  asked = [];
});

const mirror = (over: Partial<MirrorInput> & { from?: TestPorts } = {}) =>
  mirrorLog({
    sha256,
    ed25519,
    vkey: ports.signer.vkey,
    remote: {
      read: async (path) => {
        asked.push(path);
        return (over.from ?? ports).storage.read(path);
      },
    },
    copy,
    memory: {
      load: async () => seen,
      save: async (checkpoint) => {
        seen = checkpoint;
      },
      accuse: async (checkpoint) => void accused.push(checkpoint),
    },
    ...over,
  });

const audit = () => auditLog({ sha256, ed25519, storage: copy, vkey: ports.signer.vkey });
const flip = (files: Map<string, Uint8Array>, path: string, at: number) => {
  const bytes = (files.get(path) as Uint8Array).slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  files.set(path, bytes);
};

/** Another history under the same key, of any size. */
async function forkOf(common: number, size: number): Promise<TestPorts> {
  const fork = testPorts();
  await createLog(fork);
  const forked = await openLog(fork);
  const own = pendingRange(50_000 + common, 50_000 + size);
  await forked.append(0, [...pendingRange(0, common), ...own]);
  return fork;
}

describe('a mirror', () => {
  test('is the same files, and only what is new is fetched', async () => {
    expect(await mirror()).toEqual({ origin: ORIGIN, size: 300, root: log.root, from: 0 });
    expect([...copy.files].sort()).toEqual([...ports.storage.files].sort());
    await log.append(300, pendingRange(300, 1300));
    asked = [];
    const progress: number[] = [];
    const done = await mirror({ onProgress: (leaves) => progress.push(leaves), parallel: 1 });
    expect(done).toMatchObject({ size: 1300, from: 300 });
    expect(progress).toEqual([512, 768, 1024, 1280, 1300]);
    expect(asked).not.toContain('tile/entries/000');
    expect([...copy.files].sort()).toEqual([...ports.storage.files].sort());
    expect(await audit()).toMatchObject({ ok: true, size: 1300 });
    asked = [];
    expect(await mirror()).toMatchObject({ size: 1300, from: 1300 });
    expect(asked.filter((path) => path.includes('entries'))).toEqual([]);
  });

  test('of an empty log, which grows', async () => {
    const fresh = testPorts();
    await createLog(fresh);
    expect(await mirror({ from: fresh })).toMatchObject({ size: 0 });
    await (await openLog(fresh)).append(0, pendingRange(0, 300));
    expect(await mirror({ from: fresh })).toMatchObject({ size: 300, from: 0 });
  });

  // The last one has a full tile on level 1 and partial ones on three levels.
  test.each([1, 255, 256, 257, 512, 65_793])('of %i leaves', async (size) => {
    const own = testPorts();
    await createLog(own);
    await (await openLog(own)).append(0, pendingRange(0, size));
    expect(await mirror({ from: own })).toMatchObject({ size });
    expect([...copy.files].sort()).toEqual([...own.storage.files].sort());
  });

  test('takes full files where the partial ones are gone, and cuts them', async () => {
    const early = { ...ports, storage: memoryStorage() };
    await mirror();
    const checkpoint = log.checkpoint;
    await log.append(300, pendingRange(300, 512));
    copy = memoryStorage();
    seen = null;
    for (const [path, bytes] of ports.storage.files) early.storage.files.set(path, bytes);
    early.storage.files.set('checkpoint', checkpoint);
    expect(early.storage.files.has('tile/0/001.p/44')).toBe(false);
    await mirror({ from: early });
    expect(await audit()).toMatchObject({ ok: true, size: 300 });
  });
});

describe('cut off and taken up again', () => {
  test.each(['tile/entries/000', 'tile/0/001.p/44', 'tile/1/000.p/1', 'checkpoint', 'memory'])(
    'what cannot be written is not claimed: %s',
    async (what) => {
      const full = (path: string) => {
        if (path === what) throw new Error('disk full');
      };
      const failing = {
        ...copy,
        write: async (...args: Parameters<typeof copy.write>) => {
          full(args[0]);
          return copy.write(...args);
        },
      };
      const memory = {
        load: async () => seen,
        save: async (checkpoint: Uint8Array) => {
          full('memory');
          seen = checkpoint;
        },
        accuse: async () => full('memory'),
      };
      await expect(mirror({ copy: failing, memory })).rejects.toThrow('disk full');
      expect(copy.files.has('checkpoint')).toBe(false);
      if (what === 'memory') expect(copy.files.size).toBe(0);
      await mirror();
      expect(await audit()).toMatchObject({ ok: true, size: 300 });
      // Nor is a log accused of what could not be kept.
      const fork = { from: await forkOf(299, 300), memory };
      await expect(mirror(fork)).rejects.toThrow(what === 'memory' ? 'disk full' : 'log-forked');
    },
  );

  test.each(Array.from({ length: 12 }, (_, i) => i + 1))('after %i answers', async (answers) => {
    await log.append(300, pendingRange(300, 1300));
    let left = answers;
    const remote = {
      read: async (path: string) => {
        if (left-- === 0) throw new Error('line cut');
        return ports.storage.read(path);
      },
    };
    await expect(mirror({ remote, parallel: 2 })).rejects.toThrow('line cut');
    expect(copy.files.has('checkpoint')).toBe(false);
    for (const [path, bytes] of copy.files) expect(bytes).toEqual(ports.storage.files.get(path));
    const keptBundles = [...copy.files.keys()].filter((path) => path.includes('entries'));
    await log.append(1300, pendingRange(1300, 1400));
    asked = [];
    await mirror();
    for (const path of keptBundles) expect(asked).not.toContain(path);
    expect(await audit()).toMatchObject({ ok: true, size: 1400 });
  });

  test('what was accepted before the cut is remembered: another history is refused', async () => {
    const remote = {
      read: async (path: string) => {
        if (path.includes('entries')) throw new Error('line cut');
        return ports.storage.read(path);
      },
    };
    await expect(mirror({ remote })).rejects.toThrow('line cut');
    expect(copy.files.size).toBe(0);
    await expect(mirror({ from: await forkOf(299, 400) })).rejects.toMatchObject({ code: 'log-forked' });
    expect(accused).toHaveLength(1);
  });
});

describe('a log that changed its history', () => {
  const refused = async (from: TestPorts, code: string) => {
    await mirror();
    const before = [...copy.files];
    const remembered = seen;
    await expect(mirror({ from })).rejects.toMatchObject({ code });
    expect([...copy.files]).toEqual(before);
    expect(seen).toBe(remembered);
    expect(accused).toEqual([from.storage.files.get('checkpoint')]);
  };
  test('shrank', async () => refused(await forkOf(200, 200), 'log-shrank'));
  test('shrank to nothing', async () => refused(await forkOf(0, 0), 'log-shrank'));
  test('another root at the same size', async () => refused(await forkOf(299, 300), 'log-forked'));
  test('another history that is larger', async () => refused(await forkOf(0, 2000), 'log-forked'));
  test('one other leaf, long ago', async () => {
    const fork = await forkOf(3, 4);
    await (await openLog(fork)).append(4, pendingRange(4, 2000));
    await refused(fork, 'log-forked');
  });
});

describe('nothing is kept that is not proven', () => {
  beforeEach(async () => {
    await log.append(300, pendingRange(300, 1300));
  });

  test.each<[string, number, string]>([
    ['checkpoint', 50, 'checkpoint'],
    ['tile/0/000', 33, 'tile/0/000'],
    ['tile/0/004', 8191, 'tile/0/004'],
    ['tile/0/005.p/20', 3, 'tiles of the right edge'],
    ['tile/1/000.p/5', 100, 'tiles of the right edge'],
    ['tile/entries/002', 5000, 'tile/entries/002'],
    ['tile/entries/002', 0, 'tile/entries/002'],
    ['tile/entries/005.p/20', 40, 'tile/entries/005.p/20'],
  ])('a flipped bit in %s at %i', async (path, at, named) => {
    flip(ports.storage.files, path, at);
    await expect(mirror()).rejects.toMatchObject({ code: 'remote-invalid', detail: named });
    expect(copy.files.has('checkpoint')).toBe(false);
    const proven = testPorts();
    await createLog(proven);
    await (await openLog(proven)).append(0, pendingRange(0, 1300));
    for (const [kept, bytes] of copy.files) expect(bytes).toEqual(proven.storage.files.get(kept));
  });

  test.each(['checkpoint', 'tile/0/003', 'tile/1/000.p/5', 'tile/entries/004'])(
    '%s is missing',
    async (path) => {
      ports.storage.files.delete(path);
      await expect(mirror()).rejects.toMatchObject({ code: 'remote-missing', detail: path });
    },
  );

  test('a longer or shorter file', async () => {
    ports.storage.files.set('tile/0/003', new Uint8Array(8193));
    await expect(mirror()).rejects.toMatchObject({ code: 'remote-invalid', detail: 'tile/0/003' });
    ports.storage.files.set('tile/0/003', new Uint8Array(0));
    await expect(mirror()).rejects.toMatchObject({ code: 'remote-invalid', detail: 'tile/0/003' });
  });

  test('another key', async () => {
    const vkey = wordSigner(ORIGIN, 'other').vkey;
    await expect(mirror({ vkey })).rejects.toMatchObject({ code: 'remote-invalid', detail: 'checkpoint' });
    await expect(mirror({ vkey: 'x' })).rejects.toMatchObject({ code: 'vkey-invalid' });
  });

  test('the copy itself was damaged: named, not overwritten', async () => {
    await mirror();
    const whole = new Map(copy.files);
    await log.append(1300, pendingRange(1300, 1400));
    flip(copy.files, 'tile/0/002', 5);
    // A tile that is complete is not read again; the audit of the copy names it.
    await mirror();
    expect((await audit()).findings).toMatchObject([{ file: 'tile/0/002' }]);
    copy.files.clear();
    for (const [path, bytes] of whole) if (path !== 'checkpoint') copy.files.set(path, bytes);
    flip(copy.files, 'tile/0/002', 5);
    await expect(mirror()).rejects.toMatchObject({ code: 'copy-damaged', detail: 'tile/0/002' });
    copy.files.set('tile/0/002', whole.get('tile/0/002') as Uint8Array);
    flip(copy.files, 'tile/entries/002', 50);
    await expect(mirror()).rejects.toMatchObject({ code: 'copy-damaged', detail: 'tile/entries/002' });
    copy.files.set('tile/entries/002', whole.get('tile/entries/002') as Uint8Array);
    copy.files.set('checkpoint', new Uint8Array(5));
    await expect(mirror()).rejects.toMatchObject({ code: 'copy-damaged', detail: 'checkpoint' });
  });
});
