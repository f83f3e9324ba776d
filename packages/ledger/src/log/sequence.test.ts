import { describe, expect, test } from 'vitest';
import { auditLog } from '../audit/audit.ts';
import { equalBytes, toHex } from '../encoding/bytes.ts';
import { parseCheckpointText } from '../note/checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { numberedBytes, pendingRange, type TestPorts, testPorts } from '../testing/ports.node.ts';
import { leafHash, merkleRoot } from '../tree/merkle.ts';
import { tilePath } from '../tree/tile-path.ts';
import { decodeBundle, encodeBundle, formatLockRecord, parseLockRecord, stagedBase } from './lock-record.ts';
import { createLog, openLog } from './log.ts';
import type { LogPorts } from './sequence.ts';

/** What may fail, in the order in which one signing comes to it. */
const STEPS = [
  'stage',
  'sign',
  'swap',
  'staged',
  'write tile/entries/000',
  'write tile/entries/001.p/44',
  'write tile/0/000',
  'write tile/0/001.p/44',
  'write tile/1/000.p/1',
  'load',
  'write checkpoint',
  'stagedKeys',
  'discard',
  'removePartials',
] as const;
type Step = (typeof STEPS)[number];
/** The step does nothing and fails; or it does its work and then fails: the answer was lost. */
const FAULTS = ['fails', 'fails after its work'] as const;

/** Ports over others that fail once, at one step, and remember every text that was signed. */
function faulty(ports: TestPorts, step: Step, fault: (typeof FAULTS)[number]) {
  const signed: string[] = [];
  let armed = true;
  let struck = false;
  async function pass<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!armed || name !== step) return work();
    armed = false;
    struck = true;
    if (fault === 'fails after its work') await work();
    throw new Error(`injected: ${name}`);
  }
  const { storage, lock, signer } = ports;
  const wrapped: LogPorts = {
    ...ports,
    signer: {
      vkey: signer.vkey,
      sign: (message) =>
        pass('sign', async () => {
          signed.push(new TextDecoder().decode(message));
          return signer.sign(message);
        }),
    },
    storage: {
      read: storage.read,
      write: (path, bytes) => pass(`write ${path}`, () => storage.write(path, bytes)),
      removePartials: (path) => pass('removePartials', async () => storage.removePartials?.(path)),
    },
    lock: {
      load: () => pass('load', lock.load),
      swap: (old, next) => pass('swap', () => lock.swap(old, next)),
      stage: (key, bundle) => pass('stage', () => lock.stage(key, bundle)),
      staged: (key) => pass('staged', () => lock.staged(key)),
      stagedKeys: () => pass('stagedKeys', lock.stagedKeys),
      discard: (key) => pass('discard', () => lock.discard(key)),
    },
  };
  const arm = () => {
    armed = true;
  };
  armed = false;
  return { wrapped, signed, arm, struck: () => struck };
}

/** Re-reads the whole log, and holds every checkpoint ever signed against the tree of the leaves 0, 1, 2… */
async function checkWhole(ports: TestPorts, size: number, signed: readonly string[]): Promise<void> {
  const seen: string[] = [];
  const report = await auditLog({
    sha256,
    ed25519,
    storage: ports.storage,
    vkey: ports.signer.vkey,
    onLeaf: (_, bytes) => {
      seen.push(toHex(bytes));
    },
  });
  expect(report).toMatchObject({ ok: true, size, findings: [] });
  expect(seen).toEqual(Array.from({ length: size }, (_, i) => toHex(numberedBytes(i))));
  for (const text of signed) {
    const checkpoint = parseCheckpointText(text);
    const hashes = Array.from({ length: checkpoint.size }, (_, i) => leafHash(sha256, numberedBytes(i)));
    expect(equalBytes(merkleRoot(sha256, hashes), checkpoint.root)).toBe(true);
  }
}

async function logOf200(step: Step, fault: (typeof FAULTS)[number]) {
  const ports = testPorts();
  const injected = faulty(ports, step, fault);
  await createLog(injected.wrapped);
  const log = await openLog(injected.wrapped);
  await log.append(0, pendingRange(0, 200));
  injected.arm();
  return { ports, log, ...injected };
}

const TABLE = STEPS.flatMap((step) => FAULTS.map((fault) => ({ step, fault })));

describe('a fault at any step of a signing', () => {
  test.each(TABLE)('$step $fault: the same process tries again', async ({ step, fault }) => {
    const { ports, log, signed, struck } = await logOf200(step, fault);
    const first = await log.append(200, pendingRange(200, 300)).catch((error: unknown) => error);
    expect(struck()).toBe(true);
    // Partial files that cannot be removed harm nobody; every other fault is told to the caller.
    expect(first instanceof Error).toBe(step !== 'removePartials');
    const again = await log.append(200, pendingRange(200, 300));
    expect(again).toMatchObject({ firstIndex: 200, size: 300 });
    expect(again.checkpoint).toEqual(ports.storage.files.get('checkpoint'));
    await checkWhole(ports, 300, signed);
    expect(ports.lock.bundles.size).toBe(0);
  });

  test.each(TABLE)(
    '$step $fault: the process is killed, another starts with more leaves',
    async ({ step, fault }) => {
      const { ports, log, signed, wrapped } = await logOf200(step, fault);
      await log.append(200, pendingRange(200, 300)).catch(() => undefined);
      // Readers never see a tree whose files are not there, not even between the fault and the restart.
      const asLeft = await auditLog({ sha256, ed25519, storage: ports.storage, vkey: ports.signer.vkey });
      expect(asLeft.ok).toBe(true);
      const restarted = await openLog(wrapped);
      expect([200, 300]).toContain(restarted.size);
      await checkWhole(ports, restarted.size, signed);
      // The server reads its table from the log's size on; what came in between is in the same order.
      await restarted.append(restarted.size, pendingRange(restarted.size, 333));
      await checkWhole(ports, 333, signed);
      await restarted.append(333, pendingRange(333, 334));
      await checkWhole(ports, 334, signed);
      expect(ports.lock.bundles.size).toBe(0);
    },
  );

  test.each(TABLE)('$step $fault: and recovery itself fails there too', async ({ step, fault }) => {
    const { ports, log, signed, wrapped, arm } = await logOf200(step, fault);
    await log.append(200, pendingRange(200, 300)).catch(() => undefined);
    arm();
    await openLog(wrapped).catch(() => undefined);
    const restarted = await openLog(testPorts({ ...ports }));
    await restarted.append(200, pendingRange(200, 300));
    await checkWhole(ports, 300, signed);
  });

  test.each(['sign', 'swap', 'load', 'write checkpoint'] as const)('creation: %s', async (step) => {
    for (const fault of FAULTS) {
      const ports = testPorts();
      const { wrapped, arm, signed } = faulty(ports, step, fault);
      arm();
      await expect(createLog(wrapped)).rejects.toThrow('injected');
      const exists = (await ports.lock.load()) !== null;
      if (exists) await expect(createLog(wrapped)).rejects.toMatchObject({ code: 'log-exists' });
      else await createLog(wrapped);
      const log = await openLog(wrapped);
      await log.append(0, pendingRange(0, 3));
      await checkWhole(ports, 3, signed);
    }
  });
});

describe('two writers', () => {
  test('one loses before it has shown anything, and finds its leaves there', async () => {
    const ports = testPorts();
    await createLog(ports);
    const [a, b] = [await openLog(ports), await openLog(ports)];
    await a.append(0, pendingRange(0, 10));
    await expect(b.append(0, pendingRange(0, 12))).rejects.toMatchObject({ code: 'lost-race' });
    expect(await b.append(0, pendingRange(0, 12))).toMatchObject({ added: 2, size: 12 });
    await expect(a.append(10, pendingRange(20, 21))).rejects.toMatchObject({ code: 'lost-race' });
    await expect(a.append(10, pendingRange(20, 21))).rejects.toMatchObject({ code: 'leaf-differs' });
    await checkWhole(ports, 12, []);
  });

  test('at the same moment', async () => {
    const ports = testPorts();
    await createLog(ports);
    const logs = [await openLog(ports), await openLog(ports)];
    for (let round = 0; round < 20; round++) {
      const start = round * 15;
      const settled = await Promise.allSettled(
        logs.map((log) => log.append(start, pendingRange(start, start + 15))),
      );
      expect(settled.some((one) => one.status === 'fulfilled')).toBe(true);
      for (const one of settled) if (one.status === 'rejected') expect(one.reason.code).toBe('lost-race');
      for (const log of logs) await log.append(start, pendingRange(start, start + 15));
      await checkWhole(ports, start + 15, []);
    }
  });

  test('an older checkpoint does not come back over a newer one', async () => {
    const ports = testPorts();
    await createLog(ports);
    const fast = await openLog(ports);
    const slow = await openLog({
      ...ports,
      lock: {
        ...ports.lock,
        // Another process goes on while this one is between its swap and its publication.
        staged: async (key) => {
          const bundle = await ports.lock.staged(key);
          await fast.append(0, pendingRange(0, 5)).catch(() => undefined);
          await fast.append(0, pendingRange(0, 9));
          return bundle;
        },
      },
    });
    await expect(slow.append(0, pendingRange(0, 5))).rejects.toMatchObject({ code: 'lost-race' });
    await checkWhole(ports, 9, []);
    expect(await (await openLog(ports)).append(9, pendingRange(9, 10))).toMatchObject({ size: 10 });
  });
});

describe('a bundle that somebody put into the lock’s staging', () => {
  test.each([
    ['entries', 7, 256],
    ['entries', 1, 45],
    [0, 2, 256],
    [0, 1, 43],
    [1, 0, 2],
    [2, 0, 1],
    [63, 0, 256],
  ] as const)(
    'with a file that the signed tree has not (%s/%d, %d wide) is not applied',
    async (level, index, width) => {
      const ports = testPorts();
      await createLog(ports);
      await (await openLog(ports)).append(0, pendingRange(0, 300));
      const bytes = (await ports.lock.load()) as Uint8Array;
      const record = parseLockRecord(bytes);
      const key = record.staged?.key ?? '';
      const bundle = encodeBundle([{ path: tilePath({ level, index, width }), bytes: new Uint8Array(9) }]);
      await ports.lock.stage(key, bundle);
      const staged = { key, digest: toHex(sha256(bundle)) };
      await ports.lock.swap(bytes, formatLockRecord({ ...record, staged }));
      const before = new Map(ports.storage.files);
      await expect(openLog(ports)).rejects.toMatchObject({ code: 'staged-invalid' });
      expect(ports.storage.files).toEqual(before);
    },
  );
});

describe('a bundle that was changed together with the lock’s word of it, between swap and apply', () => {
  test.each(['tile/entries/000', 'tile/entries/001.p/44', 'tile/0/000', 'tile/0/001.p/44', 'tile/1/000.p/1'])(
    '%s: nothing of it is written, and with the right one the log goes on',
    async (changed) => {
      const ports = testPorts();
      await createLog(ports);
      const { wrapped, arm } = faulty(ports, 'staged', 'fails');
      const killed = await openLog(wrapped);
      arm();
      await expect(killed.append(0, pendingRange(0, 300))).rejects.toThrow('injected');
      const lock = (await ports.lock.load()) as Uint8Array;
      const record = parseLockRecord(lock);
      const key = record.staged?.key ?? '';
      const right = (await ports.lock.staged(key)) as Uint8Array;
      const files = decodeBundle(right).map(({ path, bytes }) => {
        const at = path === changed ? bytes.length - 1 : -1;
        return { path, bytes: bytes.map((byte, n) => (n === at ? byte ^ 1 : byte)) };
      });
      const bundle = encodeBundle(files);
      await ports.lock.stage(key, bundle);
      const wrong = formatLockRecord({ ...record, staged: { key, digest: toHex(sha256(bundle)) } });
      await ports.lock.swap(lock, wrong);
      const before = new Map(ports.storage.files);
      await expect(openLog(ports)).rejects.toMatchObject({ code: expect.stringMatching(/-mismatch$/) });
      expect(ports.storage.files).toEqual(before);
      await ports.lock.stage(key, right);
      await ports.lock.swap(wrong, lock);
      expect((await openLog(ports)).size).toBe(300);
    },
  );
});

describe('a staged bundle', () => {
  const file = { path: 'tile/entries/000.p/1', bytes: Uint8Array.of(0, 1, 7) };
  const good = encodeBundle([file]);

  test('reads back', () => {
    expect(decodeBundle(good)).toEqual([file]);
    expect(stagedBase(`0-300-${'a'.repeat(64)}`)).toBe(0);
  });

  test.each<[string, Uint8Array]>([
    ['a path that is no tile’s', encodeBundle([{ ...file, path: '../../khac' }])],
    ['the checkpoint itself', encodeBundle([{ ...file, path: 'checkpoint' }])],
    ['another name', Uint8Array.from(good, (byte, i) => (i === 24 ? byte + 1 : byte))],
    ['its last byte gone', good.slice(0, -1)],
    ['a byte more', Uint8Array.of(...good, 0)],
    ['nothing in it', new Uint8Array()],
  ])('with %s is not applied', (_, bundle) => {
    expect(() => decodeBundle(bundle)).toThrow(expect.objectContaining({ code: 'staged-invalid' }));
  });

  test.each(['', '300', `-1-300-${'a'.repeat(64)}`, `01-300-${'a'.repeat(64)}`, `0-300-${'a'.repeat(63)}`])(
    'under the key %o is none',
    (key) => {
      expect(() => stagedBase(key)).toThrow(expect.objectContaining({ code: 'staged-invalid' }));
    },
  );
});
