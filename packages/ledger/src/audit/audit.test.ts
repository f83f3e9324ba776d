import { beforeEach, describe, expect, test } from 'vitest';
import { decodeLeaf } from '../leaf/leaf.ts';
import { createLog, type Log, openLog } from '../log/log.ts';
import { formatCheckpointText, parseCheckpointText } from '../note/checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { formatNote, parseNote, signNote } from '../note/note.ts';
import {
  numberedBytes,
  ORIGIN,
  pendingRange,
  type TestPorts,
  testPorts,
  wordSigner,
} from '../testing/ports.node.ts';
import type { TreeEdge } from '../tree/integrate.ts';
import { auditLog } from './audit.ts';

let ports: TestPorts;
let log: Log;
let early = new Uint8Array();

const audit = (more: object = {}) =>
  auditLog({ sha256, ed25519, storage: ports.storage, vkey: ports.signer.vkey, ...more });

/** 700 leaves: full and partial bundles and tiles on two levels. */
beforeEach(async () => {
  ports = testPorts();
  await createLog(ports);
  log = await openLog(ports);
  early = new Uint8Array((await log.append(0, pendingRange(0, 300))).checkpoint);
  await log.append(300, pendingRange(300, 700));
});

function flip(path: string, at: number): void {
  const bytes = ports.storage.files.get(path);
  if (bytes === undefined) throw new Error(`no ${path}`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}

describe('audit', () => {
  test('a whole log', async () => {
    const indexes: number[] = [];
    const progress: number[] = [];
    const report = await audit({
      onLeaf: (index: number, bytes: Uint8Array) => {
        expect(bytes).toEqual(numberedBytes(index));
        indexes.push(index);
      },
      onProgress: (done: number) => progress.push(done),
      known: [early, log.checkpoint],
    });
    expect(report).toEqual({ ok: true, size: 700, root: log.root, findings: [] });
    expect(indexes).toEqual(Array.from({ length: 700 }, (_, i) => i));
    expect(progress).toEqual([256, 512, 700]);
  });

  test('an empty log', async () => {
    ports = testPorts();
    await createLog(ports);
    expect(await audit()).toMatchObject({ ok: true, size: 0 });
  });

  test.each([
    ['tile/0/000', 5, { code: 'tile-differs', index: 0 }],
    ['tile/0/001', 32 * 7 + 3, { code: 'tile-differs', index: 263 }],
    ['tile/0/002.p/188', 32 * 187, { code: 'tile-differs', index: 699 }],
    ['tile/1/000.p/2', 40, { code: 'tile-differs' }],
    // Each entry of these is 45 bytes in its bundle: two of length, then version, kind, time…
    ['tile/entries/000', 45 * 9 + 20, { code: 'entry-differs', index: 9 }],
    ['tile/entries/002.p/188', 45 * 187 + 30, { code: 'entry-differs', index: 699 }],
    ['tile/entries/001', 45 * 4 + 1, { code: 'file-malformed', index: 256 }],
    ['checkpoint', 3, { code: 'checkpoint-invalid' }],
    ['checkpoint', 60, { code: 'checkpoint-invalid' }],
  ])('a flipped bit in %s at byte %d is named', async (path, at, expected) => {
    flip(path, at);
    const report = await audit();
    expect(report.ok).toBe(false);
    expect(report.findings[0]).toEqual({ file: path, ...expected });
    expect(report.findings).toHaveLength(1);
  });

  test('every byte of every file counts', async () => {
    for (const path of ports.storage.files.keys()) {
      // Partial files of earlier sizes are no part of this tree.
      if (['tile/entries/001.p/44', 'tile/0/001.p/44', 'tile/1/000.p/1'].includes(path)) continue;
      const length = ports.storage.files.get(path)?.length ?? 0;
      for (let at = 0; at < length; at += 997) {
        flip(path, at);
        const report = await audit();
        expect(report.findings[0]?.file).toBe(path);
        flip(path, at);
      }
    }
  });

  test.each(['tile/0/000', 'tile/0/002.p/188', 'tile/1/000.p/2', 'tile/entries/001', 'checkpoint'])(
    'a missing %s is named',
    async (path) => {
      ports.storage.files.delete(path);
      const [finding] = (await audit()).findings;
      expect(finding).toMatchObject({ file: path });
      expect(finding?.code).toMatch(/missing/);
    },
  );

  test.each(['tile/0/000', 'tile/1/000.p/2', 'tile/entries/002.p/188'])('a cut %s is named', async (path) => {
    ports.storage.files.set(path, ports.storage.files.get(path)?.slice(0, -1) ?? new Uint8Array());
    expect((await audit()).findings[0]).toMatchObject({ file: path, code: 'file-malformed' });
  });

  test('a leaf that the caller refuses is named, and the walk goes on', async () => {
    let last = -1;
    const report = await audit({
      onLeaf: (index: number, bytes: Uint8Array) => {
        decodeLeaf(bytes);
        last = index;
        if (index === 400) throw new Error('not in the database');
      },
    });
    expect(report.findings).toEqual([{ file: 'tile/entries/001', code: 'leaf-refused', index: 400 }]);
    expect(last).toBe(699);
  });

  test('a tree rewritten as a whole, with the key at hand, is caught by a checkpoint kept elsewhere', async () => {
    const rewritten = testPorts();
    await createLog(rewritten);
    const other = await openLog(rewritten);
    await other.append(0, [...pendingRange(0, 4), ...pendingRange(1000, 1696)]);
    expect((await audit({ storage: rewritten.storage })).ok).toBe(true);
    const report = await audit({ storage: rewritten.storage, known: [early] });
    expect(report.findings).toEqual([{ file: 'checkpoint', code: 'known-checkpoint-differs' }]);
  });

  test('a log cut short is caught by a checkpoint kept elsewhere', async () => {
    ports.storage.files.set('checkpoint', early);
    expect((await audit()).ok).toBe(true);
    let read = 0;
    const cut = await audit({ known: [log.checkpoint], onLeaf: () => void read++ });
    expect(cut.findings).toEqual([{ file: 'checkpoint', code: 'known-checkpoint-ahead' }]);
    // What is left of it is looked at all the same, and what is wrong there is named besides.
    expect([read, cut.root]).toEqual([cut.size, (await audit()).root]);
    flip('tile/entries/000', 700);
    expect((await audit({ known: [log.checkpoint] })).findings.map(({ code }) => code)).toContain(
      'known-checkpoint-ahead',
    );
    expect((await audit({ known: [log.checkpoint] })).findings.length).toBeGreaterThan(1);
  });

  describe('taken up again', () => {
    /** After the first and the second whole bundle. */
    const edges = async () => {
      const met: TreeEdge[] = [];
      await audit({ onGood: (edge: TreeEdge) => void met.push(edge) });
      return met as [TreeEdge, TreeEdge];
    };

    test('what is not read again stands in the tree by the tiles’ own proof', async () => {
      const [, from] = await edges();
      const read: number[] = [];
      const again = {
        from,
        known: [early, log.checkpoint],
        onLeaf: (index: number) => void read.push(index),
      };
      expect(await audit(again)).toEqual({ ok: true, size: 700, root: log.root, findings: [] });
      expect([from.size, read[0], read.length]).toEqual([512, 512, 188]);
    });

    test('another history of those leaves, or tiles that prove none, is told before anything is read', async () => {
      const [, from] = await edges();
      const twin = testPorts();
      await createLog(twin);
      const other = (
        await (await openLog(twin)).append(0, [...pendingRange(0, 299), ...pendingRange(999, 1000)])
      ).checkpoint;
      const differs = {
        ok: false,
        root: null,
        findings: [{ file: 'checkpoint', code: 'known-checkpoint-differs' }],
      };
      expect(await audit({ from, known: [other] })).toMatchObject(differs);
      expect(await audit({ from, known: [early, other] })).toMatchObject(differs);
      ports.storage.files.delete('tile/0/001');
      expect(await audit({ from, known: [early] })).toMatchObject(differs);
    });

    test('an edge of more leaves than are left, of another tree, or of no whole bundle', async () => {
      const [first, from] = await edges();
      expect((await audit({ from: { ...from, levels: first.levels } })).ok).toBe(false);
      await expect(audit({ from: { ...from, size: 511 } })).rejects.toMatchObject({
        code: 'index-out-of-range',
      });
      ports.storage.files.set('checkpoint', early);
      await expect(audit({ from })).rejects.toMatchObject({ code: 'index-out-of-range' });
      expect(await audit({ from, known: [log.checkpoint] })).toEqual({
        ok: false,
        size: 300,
        root: null,
        findings: [{ file: 'checkpoint', code: 'known-checkpoint-ahead' }],
      });
    });
  });

  test('a signed root that no file gives', async () => {
    const { text } = parseNote(log.checkpoint);
    const lie = formatCheckpointText({ ...parseCheckpointText(text), root: new Uint8Array(32).fill(1) });
    const signature = await signNote(sha256, ed25519, ports.signer, lie);
    ports.storage.files.set('checkpoint', formatNote({ text: lie, signatures: [signature] }));
    expect((await audit()).findings).toEqual([{ file: 'checkpoint', code: 'root-differs' }]);
  });

  test("another key's log, and a vkey that is none", async () => {
    const stranger = wordSigner(ORIGIN, 'other').vkey;
    expect((await audit({ vkey: stranger })).findings).toEqual([
      { file: 'checkpoint', code: 'checkpoint-invalid' },
    ]);
    await expect(audit({ vkey: 'x' })).rejects.toMatchObject({ code: 'vkey-invalid' });
  });
});
