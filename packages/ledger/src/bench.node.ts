/**
 * `npm run bench -w packages/ledger [-- --long]`: one JSON line a figure, each beside its floor: the same count of bare SHA-256 or
 * of bare fsyncs in the same run. The ratio says more than the figure on a busy machine. `--long` goes to 10⁶ leaves.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLog } from './audit/audit.ts';
import { concatBytes } from './encoding/bytes.ts';
import { fileStorage } from './files/file-storage.node.ts';
import { encodeLeaf, type LeafKind } from './leaf/leaf.ts';
import { verifyProofFile } from './leaf/proof-file.ts';
import { createLog, type Log, openLog, type PendingLeaf } from './log/log.ts';
import { memoryLock, memoryStorage } from './log/memory.ts';
import { nodeEd25519 as ed25519, ed25519Signer, generateLogKey, nodeSha256 } from './note/crypto.node.ts';
import { formatVkey, parseVkey } from './note/note.ts';
import { parsePolicy } from './note/policy.ts';
import type { CheckpointLock, LogStorage, Sha256 } from './ports.ts';
import { fileLock } from './testing/file-lock.node.ts';
import { EMPTY_EDGE, integrate } from './tree/integrate.ts';
import { leafHash } from './tree/merkle.ts';
import { verifyInclusion } from './tree/proof.ts';
import { treeReader } from './tree/reader.ts';

const ORIGIN = 'so.hocba.example/bench/2025-2026';
const PROVINCE_YEAR = 265_000;
const long = process.argv.includes('--long');
const folder = mkdtempSync(join(tmpdir(), 'hocba-bench-'));

/** Counted, so that the floor is the same number of digests. */
let digests = 0;
const sha256: Sha256 = (bytes) => {
  digests++;
  return nodeSha256(bytes);
};

interface Spent {
  /** Milliseconds on the clock. */
  readonly ms: number;
  /** Milliseconds of CPU: says the same on a machine that does other things too. */
  readonly cpu: number;
  readonly digests: number;
}

async function spend(work: () => unknown): Promise<Spent> {
  const [before, start, used] = [digests, performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - start, cpu: (user + system) / 1000, digests: digests - before };
}

/** So many bare SHA-256 of a tree node's 65 bytes. */
async function bareDigests(count: number): Promise<Spent> {
  const node = new Uint8Array(65).fill(7);
  return spend(() => {
    for (let i = 0; i < count; i++) nodeSha256(node);
  });
}

/** Milliseconds of so many bare durable writes of one kilobyte: create, write, fsync, close, rename. */
async function bareSyncs(count: number): Promise<number> {
  const bytes = new Uint8Array(1024).fill(7);
  return (
    await spend(async () => {
      for (let i = 0; i < count; i++) {
        const handle = await open(join(folder, 'bare.new'), 'w');
        await handle.writeFile(bytes);
        await handle.sync();
        await handle.close();
        await rename(join(folder, 'bare.new'), join(folder, 'bare'));
      }
    })
  ).ms;
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000;
}

function say(
  name: string,
  value: number,
  unit: string,
  floor: { name: string; value: number },
  more: object = {},
): void {
  // Above 1 for times that are longer and for rates that are lower than the floor's.
  const times = unit.endsWith('/s') ? floor.value / value : value / floor.value;
  const line = {
    name,
    value: round(value),
    unit,
    floor: { ...floor, value: round(floor.value) },
    times: round(times),
    ...more,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function leaf(i: number): PendingLeaf {
  const commitment = nodeSha256(new TextEncoder().encode(`leaf ${i}`));
  const kind: LeafKind = 'issue';
  const bytes = encodeLeaf({ kind, time: 1_780_000_000 + i, commitment });
  return { bytes, leafHash: leafHash(nodeSha256, bytes) };
}
const leaves = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => leaf(start + i));

async function makeLog(storage: LogStorage, lock: CheckpointLock): Promise<{ log: Log; vkey: string }> {
  const signer = ed25519Signer(ORIGIN, generateLogKey());
  const ports = { origin: ORIGIN, sha256, ed25519, storage, lock, signer, now: Date.now };
  await createLog(ports);
  return { log: await openLog(ports), vkey: signer.vkey };
}

/** Leaves acknowledged as durable per second, in batches, everything on disk: staging, lock, tiles, checkpoint. */
async function appending(): Promise<void> {
  for (const batch of [1, 256, 2000, 10_000]) {
    const name = `append-batch-${batch}`;
    await mkdir(join(folder, name));
    const files = fileStorage(join(folder, name, 'log'));
    let writes = 0;
    const storage: LogStorage = {
      ...files,
      write: (path, bytes) => {
        writes++;
        return files.write(path, bytes);
      },
    };
    const { log } = await makeLog(storage, fileLock(join(folder, name, 'lock')));
    const rounds = batch === 1 ? 40 : 10;
    const made = leaves(0, rounds * batch);
    writes = 0;
    let least = Number.POSITIVE_INFINITY;
    const { ms, cpu } = await spend(async () => {
      for (let i = 0; i < rounds; i++) {
        const one = await spend(() => log.append(log.size, made.slice(i * batch, (i + 1) * batch)));
        least = Math.min(least, one.ms);
      }
    });
    const bare = await bareSyncs(writes);
    const perSecond = (spent: number) => (rounds * batch) / (spent / 1000);
    const floor = { name: 'as many bare durable writes, one after the other', value: perSecond(bare) };
    say(name, perSecond(ms), 'leaves/s', floor, {
      writesPerBatch: writes / rounds,
      msPerBatch: round(ms / rounds),
      // What is left of it on a machine that does other things too: the CPU's part, and the batch that was least held up.
      cpuMsPerBatch: round(cpu / rounds),
      fastestPerSecond: round(batch / (least / 1000)),
    });
  }
}

async function proofs(log: Log, storage: LogStorage, vkey: string): Promise<void> {
  const { size, root } = log;
  const indexes = Array.from({ length: 2000 }, (_, i) => (i * 7919 + 13) % size);
  const built: Uint8Array[][] = [];
  const reader = treeReader(sha256, storage, size);
  const build = await spend(async () => {
    for (const index of indexes) built.push(await reader.inclusion(index));
  });
  const count = indexes.length;
  const floor = async (of: Spent) => ({
    name: 'as many bare SHA-256',
    value: ((await bareDigests(of.digests)).cpu * 1000) / count,
  });
  say('proof-build', (build.cpu * 1000) / count, 'us', await floor(build), { size });
  const hashes = await Promise.all(indexes.map((index) => reader.leafHash(index)));
  const check = await spend(() => {
    indexes.forEach((index, i) => {
      const given = { leaf: hashes[i] as Uint8Array, index, size, root, proof: built[i] as Uint8Array[] };
      if (!verifyInclusion(sha256, given)) throw new Error('proof does not verify');
    });
  });
  say('proof-check', (check.cpu * 1000) / count, 'us', await floor(check), { size });
  const policy = parsePolicy(sha256, `log ${formatVkey(parseVkey(sha256, vkey))}\nquorum none\n`);
  const files: Uint8Array[] = [];
  for (const index of indexes.slice(0, 500)) files.push(await log.proofFor(index, new Uint8Array(32)));
  const whole = await spend(async () => {
    for (const [i, file] of files.entries()) {
      const found = await verifyProofFile(sha256, ed25519, policy, leaf(indexes[i] as number).bytes, file);
      if (!found.valid) throw new Error(found.code);
    }
  });
  const key = parseVkey(sha256, vkey).publicKey;
  const message = new Uint8Array(100);
  const bareVerify = await spend(() => {
    for (let i = 0; i < 500; i++) ed25519.verify(key, message, new Uint8Array(64));
  });
  say('proof-file-check', (whole.cpu * 1000) / 500, 'us', {
    name: 'one bare Ed25519',
    value: (bareVerify.cpu * 1000) / 500,
  });
}

/** Time of a whole audit over files, and its proofs. */
async function province(): Promise<void> {
  const storage = fileStorage(join(folder, 'province'));
  const { log, vkey } = await makeLog(storage, memoryLock());
  for (let at = 0; at < PROVINCE_YEAR; at = log.size) {
    await log.append(at, leaves(at, Math.min(PROVINCE_YEAR, at + 50_000)));
  }
  let seen = 0;
  const audit = await spend(async () => {
    const onLeaf = () => void seen++;
    const report = await auditLog({ sha256, ed25519, storage, vkey, onLeaf });
    if (!report.ok || seen !== PROVINCE_YEAR) throw new Error('audit failed');
  });
  say(
    'audit',
    audit.ms / 1000,
    's',
    { name: 'as many bare SHA-256', value: (await bareDigests(audit.digests)).ms / 1000 },
    { leaves: seen },
  );
  await proofs(log, storage, vkey);
}

/** Work per leaf when a tree of this size is made in batches of 1,000, without disk and without signing. */
async function perLeaf(): Promise<void> {
  for (const size of [1000, 100_000, ...(long ? [1_000_000] : [])]) {
    const made = leaves(0, 1000).map((one) => one.bytes);
    let edge = EMPTY_EDGE;
    const spent = await spend(() => {
      while (edge.size < size) edge = integrate(sha256, edge, made).edge;
    });
    say(`integrate-to-${size}`, (spent.cpu * 1000) / size, 'us/leaf', {
      name: 'as many bare SHA-256',
      value: ((await bareDigests(spent.digests)).cpu * 1000) / size,
    });
  }
  // One more batch on top of a tree of this size, with signing, in memory: what growth costs a writer.
  for (const size of [1000, 100_000, ...(long ? [1_000_000] : [])]) {
    const { log } = await makeLog(memoryStorage(), memoryLock());
    for (let at = 0; at < size; at = log.size) await log.append(at, leaves(at, Math.min(size, at + 50_000)));
    let spent: Spent | null = null;
    for (let round = 0; round < 5; round++) {
      const batch = leaves(log.size, log.size + 256);
      const one = await spend(() => log.append(log.size, batch));
      if (spent === null || one.cpu < spent.cpu) spent = one;
    }
    if (spent === null) return;
    say(`append-256-at-${size}`, (spent.cpu * 1000) / 256, 'us/leaf', {
      name: 'as many bare SHA-256',
      value: ((await bareDigests(spent.digests)).cpu * 1000) / 256,
    });
  }
}

try {
  await writeFile(join(folder, 'warm'), concatBytes(new Uint8Array(1024)));
  await bareDigests(200_000);
  await perLeaf();
  await appending();
  await province();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
