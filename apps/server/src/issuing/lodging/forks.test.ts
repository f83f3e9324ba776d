import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  encodeLeaf,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parseAddCheckpoint,
  parseCheckpointText,
  parseNote,
  rootWithin,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey } from '@hocba/ledger/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ed25519, sha256 } from '../log/keys.ts';
import { type Fork, forkFile, keepContradiction, keptForks } from './forks.ts';

const ORIGIN = 'truong.example/79000001/2025-2026';
const HELD = 3;
const key = generateLogKey();
const fork = { origin: ORIGIN, held: HELD };
let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-forks-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** A tree under the one key, of leaves that begin with a number of its own. */
async function tree(first: number, size: number) {
  const origin = ORIGIN;
  const signer = ed25519Signer(origin, key);
  const ports = { origin, sha256, ed25519, signer, storage: memoryStorage(), lock: memoryLock() };
  await createLog({ ...ports, now: Date.now });
  const log = await openLog({ ...ports, now: Date.now });
  const leaves = Array.from({ length: size }, (_, n) => {
    const bytes = encodeLeaf({
      kind: 'issue',
      time: 1_780_000_000,
      commitment: new Uint8Array(32).fill(first + n),
    });
    return { bytes, leafHash: leafHash(sha256, bytes) };
  });
  await log.append(0, leaves);
  return { bare: log.checkpoint, path: size > HELD ? await log.consistencyFrom(HELD) : [] };
}

const all = async (one: Fork) => [
  await forkFile(dataDir, one, 'checkpoint'),
  await forkFile(dataDir, one, 'proof'),
];

/** What is kept says the same wherever it is read: list, shown checkpoint and proof are of one tree. */
async function requireOfOneTree(): Promise<Fork | undefined> {
  const [kept, ...more] = await keptForks(dataDir);
  expect(more).toEqual([]);
  if (kept === undefined) return undefined;
  const [shown, proof] = await all(kept);
  const { size, root } = parseCheckpointText(parseNote(shown ?? new Uint8Array()).text);
  expect(kept).toMatchObject({ ...fork, shown: size, larger: size > HELD });
  expect(proof === null).toBe(size === HELD);
  if (proof === null || proof === undefined) return kept;
  const request = parseAddCheckpoint(proof);
  expect(request.checkpoint).toEqual(shown);
  expect(
    rootWithin(sha256, { first: HELD, second: size, secondRoot: root, path: request.proof }),
  ).not.toBeNull();
  return kept;
}

test('a larger tree is kept with its proof, one of the same size without; the first of a size stays', async () => {
  const [larger, same] = [await tree(50, 7), await tree(80, HELD)];
  await keepContradiction(dataDir, fork, larger.bare, larger.path);
  await keepContradiction(dataDir, fork, same.bare, same.path);
  const kept = await requireOfOneTree();
  expect(kept).toMatchObject({ shown: 7 });
  expect(await forkFile(dataDir, fork, 'checkpoint')).toEqual(larger.bare);
  const other = { origin: ORIGIN, held: 2 };
  expect([await forkFile(dataDir, other, 'checkpoint'), await forkFile(dataDir, other, 'proof')]).toEqual([
    null,
    null,
  ]);
});

/** Keeps a contradiction in a process that is killed before its n-th step on the disk. */
function keepKilled(step: number, { bare, path }: Awaited<ReturnType<typeof tree>>): void {
  const code = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    let left = ${step};
    const counted = (of, name) => {
      const act = of[name];
      of[name] = async function (...args) {
        if (left-- === 0) process.kill(process.pid, 'SIGKILL');
        const result = await act.apply(this, args);
        if (name === 'open') for (const part of ['writeFile', 'sync']) counted(result, part);
        return result;
      };
    };
    for (const name of ['open', 'rename']) counted(fs, name);
    syncBuiltinESMExports();
    const { keepContradiction } = await import(${JSON.stringify(new URL('./forks.ts', import.meta.url).href)});
    const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
    const given = JSON.parse(process.argv[1]);
    await keepContradiction(given.dataDir, given.fork, bytes(given.bare), given.path.map(bytes));`;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const given = JSON.stringify({ dataDir, fork, bare: hex(bare), path: path.map(hex) });
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code, given], { encoding: 'utf8' });
  expect(child).toMatchObject({ signal: 'SIGKILL', stderr: '' });
}

test.each([
  ['its file is made', 0, false],
  ['the bytes are written', 1, false],
  ['they are durable', 2, false],
  ['they have their name', 3, false],
  ['the name is durable', 4, true],
])(
  'killed before %s: evidence is there whole or not at all, and what is shown next is of one tree too',
  async (_, step, there) => {
    const [larger, same] = [await tree(50, 7), await tree(80, HELD)];
    keepKilled(step, larger);
    expect((await requireOfOneTree())?.shown).toBe(there ? 7 : undefined);
    await keepContradiction(dataDir, fork, same.bare, same.path);
    expect(await requireOfOneTree()).toMatchObject({ shown: there ? 7 : HELD });
    await keepContradiction(dataDir, fork, larger.bare, larger.path);
    expect(await requireOfOneTree()).toMatchObject({ shown: there ? 7 : HELD });
  },
);
