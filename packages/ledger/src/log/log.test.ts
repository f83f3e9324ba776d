import { beforeEach, describe, expect, test } from 'vitest';
import { equalBytes } from '../encoding/bytes.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { cosign, formatSignatureLine } from '../note/note.ts';
import {
  numberedBytes,
  ORIGIN,
  pending,
  pendingRange,
  type TestPorts,
  testPorts,
  wordSigner,
} from '../testing/ports.node.ts';
import { verifyConsistency } from '../tree/proof.ts';
import { createLog, type Log, openLog } from './log.ts';
import { republish } from './recover.ts';

let ports: TestPorts;
let log: Log;

beforeEach(async () => {
  ports = testPorts();
  await createLog(ports);
  log = await openLog(ports);
});

/** Copies of all files, to bring back an older backup. */
const filesNow = () => new Map([...ports.storage.files].map(([path, bytes]) => [path, bytes.slice()]));
function restoreFiles(files: ReadonlyMap<string, Uint8Array>): void {
  ports.storage.files.clear();
  for (const [path, bytes] of files) ports.storage.files.set(path, bytes);
}
async function restoreLock(old: Uint8Array): Promise<void> {
  await ports.lock.swap(await ports.lock.load(), old);
}
const refused = (code: string) => expect(openLog(ports)).rejects.toMatchObject({ code });

describe('creating', () => {
  test('an empty log has the empty root, published', async () => {
    expect(log.size).toBe(0);
    expect(ports.storage.files.get('checkpoint')).toEqual(log.checkpoint);
  });

  test.each(['lock', 'checkpoint', 'tile/0/000', 'tile/entries/000', 'staged'])(
    'is refused when there is a %s',
    async (what) => {
      const other = testPorts();
      if (what === 'lock') await other.lock.swap(null, Uint8Array.of(1));
      else if (what === 'staged') await other.lock.stage('x', Uint8Array.of(1));
      else other.storage.files.set(what, Uint8Array.of(1));
      await expect(createLog(other)).rejects.toMatchObject({ code: 'log-exists' });
    },
  );

  test('opening never creates', async () => {
    await expect(openLog(testPorts())).rejects.toMatchObject({ code: 'log-missing' });
  });

  test('a signer of another name creates nothing', async () => {
    const other = testPorts({ signer: wordSigner('khac.example', 'log key') });
    await expect(createLog(other)).rejects.toMatchObject({ code: 'signer-wrong' });
    expect(await other.lock.load()).toBeNull();
  });
});

describe('appending', () => {
  test('the same call again changes nothing', async () => {
    const first = await log.append(0, pendingRange(0, 300));
    expect(first).toMatchObject({ firstIndex: 0, added: 300, size: 300 });
    const before = filesNow();
    expect(await log.append(0, pendingRange(0, 300))).toEqual({ ...first, added: 0 });
    expect(await log.append(290, pendingRange(290, 300))).toMatchObject({ added: 0, size: 300 });
    expect(filesNow()).toEqual(before);
    expect(await log.append(250, pendingRange(250, 310))).toMatchObject({ added: 10, size: 310 });
  });

  test('nothing to append signs nothing', async () => {
    const before = filesNow();
    expect(await log.append(0, [])).toMatchObject({ added: 0, size: 0 });
    expect(filesNow()).toEqual(before);
  });

  test('a gap, a wrong index, other bytes at a taken index', async () => {
    await log.append(0, pendingRange(0, 5));
    for (const index of [6, -1, 0.5, 2 ** 53]) {
      await expect(log.append(index, pendingRange(0, 1))).rejects.toMatchObject({ code: 'index-mismatch' });
    }
    await expect(log.append(4, pendingRange(5, 6))).rejects.toMatchObject({ code: 'leaf-differs' });
    expect(log.size).toBe(5);
  });

  test('a leaf whose stored bytes changed since its hash was kept is not logged', async () => {
    const [good, bad] = pendingRange(0, 2);
    if (good === undefined || bad === undefined) throw new Error('no leaves');
    bad.bytes[20] = (bad.bytes[20] ?? 0) ^ 1;
    await expect(log.append(0, [good, bad])).rejects.toMatchObject({
      code: 'leaf-hash-mismatch',
      detail: 'index 1',
    });
    expect(log.size).toBe(0);
  });

  test('what is no leaf is not logged, unless the log was opened for other entries', async () => {
    const stray = pending(new TextEncoder().encode('no leaf'));
    await expect(log.append(0, [stray])).rejects.toMatchObject({ code: 'leaf-invalid' });
    const open = await openLog(ports, { accept: () => true });
    expect(await open.append(0, [stray])).toMatchObject({ added: 1 });
  });

  test('calls at the same time are taken one after the other', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 10 }, (_, i) => log.append(i * 3, pendingRange(i * 3, i * 3 + 3))),
    );
    expect(receipts.map((receipt) => receipt.size)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
  });

  test('a clock that went back signs nothing until it has caught up', async () => {
    let time = 2_000_000_000_000;
    ports = testPorts({ now: () => time });
    await createLog(ports);
    log = await openLog(ports);
    await log.append(0, pendingRange(0, 1));
    time -= 1;
    await expect(log.append(1, pendingRange(1, 2))).rejects.toMatchObject({ code: 'time-went-back' });
    await refused('time-went-back');
    time += 1;
    expect(await log.append(1, pendingRange(1, 2))).toMatchObject({ size: 2 });
  });

  test('partial files go when their tile is full', async () => {
    for (let i = 0; i < 260; i += 20) await log.append(i, pendingRange(i, i + 20));
    const paths = [...ports.storage.files.keys()];
    expect(paths.filter((path) => /^tile\/(0|entries)\/000\.p\//.test(path))).toEqual([]);
    expect(paths).toContain('tile/0/001.p/4');
  });

  test('consistency from any earlier size', async () => {
    const roots = new Map<number, Uint8Array>([[0, log.root]]);
    for (let i = 0; i < 300; i += 50) {
      await log.append(i, pendingRange(i, i + 50));
      roots.set(log.size, log.root);
    }
    for (const [first, firstRoot] of roots) {
      const proof = await log.consistencyFrom(first);
      const given = { first, second: 300, firstRoot, secondRoot: log.root, proof };
      expect(verifyConsistency(sha256, given)).toBe(true);
    }
    await expect(log.consistencyFrom(301)).rejects.toMatchObject({ code: 'index-out-of-range' });
    await expect(log.proofFor(300)).rejects.toMatchObject({ code: 'index-out-of-range' });
  });
});

describe('flipped bits are found before the next signature', () => {
  test.each(['tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/001.p/44', 'checkpoint'])(
    '%s',
    async (path) => {
      await log.append(0, pendingRange(0, 300));
      const bytes = ports.storage.files.get(path) as Uint8Array;
      bytes[60 % bytes.length] = (bytes[60 % bytes.length] ?? 0) ^ 4;
      if (path !== 'checkpoint') await expect(log.append(300, pendingRange(300, 301))).rejects.toThrow();
      await expect(openLog(ports)).rejects.toThrow();
      expect((await ports.lock.stagedKeys()).length).toBe(0);
    },
  );

  test('a proof from a changed tile is not handed out', async () => {
    await log.append(0, pendingRange(0, 300));
    const bytes = ports.storage.files.get('tile/0/000') as Uint8Array;
    bytes[1] = (bytes[1] ?? 0) ^ 1;
    await expect(log.proofFor(0)).rejects.toMatchObject({ code: 'root-mismatch' });
    await expect(log.consistencyFrom(200)).rejects.toMatchObject({ code: 'root-mismatch' });
  });

  test('a staged bundle that changed is not applied', async () => {
    await log.append(0, pendingRange(0, 200));
    const write = ports.storage.write;
    const dead = async () => {
      throw new Error('disk full');
    };
    Object.assign(ports.storage, { write: dead });
    await expect(log.append(200, pendingRange(200, 300))).rejects.toThrow('disk full');
    Object.assign(ports.storage, { write });
    const [bundle] = ports.lock.bundles.values();
    if (bundle === undefined) throw new Error('no bundle');
    bundle[bundle.length - 1] = (bundle[bundle.length - 1] ?? 0) ^ 1;
    const before = filesNow();
    await refused('staged-invalid');
    expect(filesNow()).toEqual(before);
  });
});

describe('another key, another origin', () => {
  test.each([
    ['key', { signer: wordSigner(ORIGIN, 'stolen key') }, 'note-unsigned'],
    ['origin', { origin: 'khac.example/1' }, 'origin-wrong'],
    ['name', { signer: wordSigner('khac.example/1', 'log key') }, 'note-unsigned'],
  ] as const)('%s: refused', async (_, over, code) => {
    await log.append(0, pendingRange(0, 5));
    await expect(openLog({ ...ports, ...over })).rejects.toMatchObject({ code });
  });

  test('a key that changes under an open log signs nothing', async () => {
    const crossed = { vkey: ports.signer.vkey, sign: wordSigner(ORIGIN, 'other').sign };
    const other = await openLog({ ...ports, signer: crossed });
    await expect(other.append(0, pendingRange(0, 1))).rejects.toMatchObject({ code: 'signer-wrong' });
    expect(await log.append(0, pendingRange(0, 1))).toMatchObject({ size: 1 });
  });

  test('a lock of nonsense', async () => {
    await restoreLock(new TextEncoder().encode('x'));
    await refused('lock-invalid');
  });
});

describe('older backups cannot sign', () => {
  test('files older than the lock', async () => {
    await log.append(0, pendingRange(0, 300));
    const backup = filesNow();
    await log.append(300, pendingRange(300, 600));
    restoreFiles(backup);
    await refused('storage-behind-lock');
    await expect(log.append(600, pendingRange(600, 601))).rejects.toMatchObject({ code: 'tile-missing' });
  });

  test('files older than the lock, while the last bundle is still staged', async () => {
    await log.append(0, pendingRange(0, 300));
    const backup = filesNow();
    await log.append(300, pendingRange(300, 600));
    await openLog({ ...ports, lock: { ...ports.lock, discard: async () => Promise.reject(new Error('no')) } })
      .then((other) => other.append(600, pendingRange(600, 700)))
      .catch(() => undefined);
    expect(ports.lock.bundles.size).toBe(1);
    restoreFiles(backup);
    await refused('storage-behind-lock');
  });

  test('a lock older than the files', async () => {
    await log.append(0, pendingRange(0, 300));
    const old = (await ports.lock.load()) as Uint8Array;
    await log.append(300, pendingRange(300, 301));
    await restoreLock(old);
    await refused('lock-behind-storage');
  });

  test('an emptied volume', async () => {
    await log.append(0, pendingRange(0, 10));
    ports.storage.files.clear();
    await refused('storage-behind-lock');
    await expect(createLog(ports)).rejects.toMatchObject({ code: 'log-exists' });
  });

  test('both older: only a checkpoint seen elsewhere can tell', async () => {
    await log.append(0, pendingRange(0, 300));
    const backup = filesNow();
    const old = (await ports.lock.load()) as Uint8Array;
    await log.append(300, pendingRange(300, 310));
    const exported = log.checkpoint;
    restoreFiles(backup);
    await restoreLock(old);
    await expect(openLog(ports, { known: [exported] })).rejects.toMatchObject({
      code: 'known-checkpoint-ahead',
    });
    const earlier = backup.get('checkpoint') as Uint8Array;
    const opened = await openLog(ports, { known: [earlier] });
    await opened.append(300, pendingRange(400, 410));
    await expect(openLog(ports, { known: [exported] })).rejects.toMatchObject({
      code: 'checkpoint-inconsistent',
    });
  });

  test('published and signed trees of one size that differ', async () => {
    const twin = testPorts();
    await createLog(twin);
    await (await openLog(twin)).append(0, pendingRange(50, 60));
    await log.append(0, pendingRange(0, 10));
    ports.storage.files.set('checkpoint', twin.storage.files.get('checkpoint') as Uint8Array);
    await refused('checkpoint-inconsistent');
  });
});

describe('the published checkpoint', () => {
  test('a lost or damaged file comes back by an explicit act only', async () => {
    await log.append(0, pendingRange(0, 300));
    const good = ports.storage.files.get('checkpoint') as Uint8Array;
    ports.storage.files.delete('checkpoint');
    await refused('storage-behind-lock');
    await republish(ports);
    expect(ports.storage.files.get('checkpoint')).toEqual(good);
    expect((await openLog(ports)).size).toBe(300);
  });

  test('nor comes it back over tiles that do not give its root; what is staged is applied before', async () => {
    await log.append(0, pendingRange(0, 300));
    const { write } = ports.storage;
    const dead = async () => {
      throw new Error('disk full');
    };
    Object.assign(ports.storage, { write: dead });
    await expect(log.append(300, pendingRange(300, 400))).rejects.toThrow('disk full');
    Object.assign(ports.storage, { write });
    ports.storage.files.delete('checkpoint');
    await republish(ports);
    expect((await openLog(ports)).size).toBe(400);
    const tile = ports.storage.files.get('tile/0/001.p/144') as Uint8Array;
    tile[1] = (tile[1] ?? 0) ^ 1;
    ports.storage.files.delete('checkpoint');
    await expect(republish(ports)).rejects.toMatchObject({ code: 'root-mismatch' });
    expect(ports.storage.files.has('checkpoint')).toBe(false);
  });

  test('cosignatures are published, kept through a restart and handed out in proofs', async () => {
    await log.append(0, pendingRange(0, 3));
    const checkpoint = new TextDecoder().decode(log.checkpoint);
    const text = checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1);
    const witness = wordSigner('w.example', 'w', 0x04);
    const line = formatSignatureLine(await cosign(sha256, ed25519, witness, text, 1_780_000_000));
    const cosigned = new TextEncoder().encode(checkpoint + line);
    await log.publishCosigned(cosigned);
    const restarted = await openLog(ports);
    expect(equalBytes(restarted.checkpoint, cosigned)).toBe(true);
    expect(new TextDecoder().decode(await restarted.proofFor(1))).toContain('w.example');
    const { swap } = ports.lock;
    const lost = async (...args: Parameters<typeof swap>) => {
      await swap(...args);
      throw new Error('answer lost');
    };
    Object.assign(ports.lock, { swap: lost });
    // Signed, though nobody was told: the cosigned tree is the last one no more.
    await expect(log.append(3, [pending(numberedBytes(3))])).rejects.toThrow('answer lost');
    Object.assign(ports.lock, { swap });
    await expect(log.publishCosigned(cosigned)).rejects.toMatchObject({ code: 'checkpoint-inconsistent' });
    expect(log.size).toBe(4);
  });
});
