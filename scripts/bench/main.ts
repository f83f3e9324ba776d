/**
 * `npm run bench`: one JSON line a figure, CPU time per operation, each beside its floor: what the bare operation costs in the
 * same run. Figures of a busy machine are high together; the ratio to the floor says more than the figure.
 */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { renderYear } from '@hocba/form';
import { createLog, encodeLeaf, leafHash, memoryLock, memoryStorage, openLog } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { freezeRecord, type RecordDocument, readRecord } from '@hocba/record';
import { verifySignature } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { verifyFile } from '@hocba/verify';
import { makeWorld } from '../../packages/verify/src/testing/issued.ts';
import { checkFigures } from './check.ts';

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: { readonly name: string; readonly value: number };
}

const SAMPLE = new URL('../../packages/record/samples/moet-2025/lop4.json', import.meta.url);

/** Microseconds of CPU (user and system) per call, best of three rounds after one to warm up. */
async function cpu(rounds: number, work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < rounds; n++) await work();
    const spent = process.cpuUsage(before);
    if (round > 0) best = Math.min(best, (spent.user + spent.system) / rounds);
  }
  return best;
}

function say(figure: Figure): void {
  const round = (value: number): number => Math.round(value * 10) / 10;
  process.stdout.write(
    `${JSON.stringify({ ...figure, value: round(figure.value), floor: { ...figure.floor, value: round(figure.floor.value) } })}\n`,
  );
}

async function signatures(): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = new Uint8Array(2_000).fill(7);
  const value = sign('sha256', message, privateKey);
  const bareVerify = await cpu(400, () => verify('sha256', message, publicKey, value));
  const world = await makeWorld();
  const read = readRecord(world.xml);
  const seal = read.slots.at(-1);
  if (!seal) throw new Error('no seal');
  const one = await cpu(200, () => verifySignature(nodeCrypto, read.xmlDocument, seal.signature));
  say({ name: 'verify-xades-b', value: one, unit: 'us', floor: { name: 'verify P-256', value: bareVerify } });
  const trust = await world.trust();
  const input = { name: 'a.xml', bytes: world.xml, proof: world.proof };
  const whole = await cpu(30, () => verifyFile(input, trust, { crypto: nodeCrypto, ed25519: nodeEd25519 }));
  const slots = read.slots.length;
  say({
    name: `verify-record-${slots}-signatures`,
    value: whole,
    unit: 'us',
    floor: { name: `${slots} × verify P-256`, value: slots * bareVerify },
  });
}

async function records(): Promise<void> {
  const doc = JSON.parse(readFileSync(SAMPLE, 'utf8')) as RecordDocument;
  const frozen = freezeRecord(doc);
  const digest = await cpu(2_000, () => nodeSha256(frozen.xml));
  say({
    name: 'freeze-record',
    value: await cpu(200, () => freezeRecord(doc)),
    unit: 'us',
    floor: { name: 'SHA-256 of the same bytes', value: digest },
  });
  const pdf = await cpu(5, () => renderYear({ doc, xml: frozen.xml, proof: null, issued: null }));
  say({
    name: 'draft-pdf-of-a-year',
    value: pdf,
    unit: 'us',
    floor: { name: 'SHA-256 of the same bytes', value: digest },
  });
}

async function log(): Promise<void> {
  const origin = 'hocba.training/bench/2025-2026';
  const ports = {
    origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: memoryStorage(),
    lock: memoryLock(),
    signer: ed25519Signer(origin, generateLogKey()),
    now: () => Date.now(),
  };
  await createLog(ports);
  const opened = await openLog(ports);
  let n = 0;
  const leaves = () =>
    Array.from({ length: 1_000 }, () => {
      const commitment = new Uint8Array(32);
      new DataView(commitment.buffer).setUint32(0, n++);
      const bytes = encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment });
      return { bytes, leafHash: leafHash(nodeSha256, bytes) };
    });
  const one = new Uint8Array(65);
  const bare = await cpu(5_000, () => nodeSha256(one));
  const append = await cpu(5, async () => opened.append(opened.size, leaves()));
  say({
    name: 'append-leaf-in-batches-of-1000',
    value: append / 1_000,
    unit: 'us',
    floor: { name: '2 × SHA-256 of a node', value: 2 * bare },
  });
}

await signatures();
await records();
await log();
await checkFigures();
