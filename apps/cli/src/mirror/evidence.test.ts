import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderBook, signaturesOf } from '@hocba/form';
import {
  bareCheckpoint,
  createLog,
  formatReceipt,
  formatVkey,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parsePolicy,
  parseProofFile,
  readReceipt,
  verifyProofFile,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { type Certificate, certificateFromPem, renewEvidence, writeEvidence } from '@hocba/signature';
import { issueTrainingTsa, makeTrainingPki, nodeCrypto, trainingTsa } from '@hocba/signature/node';
import { makeRealWorld, realDocument } from '@hocba/verify/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { command } from '../audit.ts';
import { invented } from '../testing/invented-leaves.ts';
import { command as verify } from '../verify/verify.ts';
import { ACCEPTED, auditMirroredEvidence, evidenceFor, leafIn, mirrorEvidence } from './evidence.ts';

const folder = mkdtempSync(join(tmpdir(), 'hocba-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

const origin = 'so.hocba.example/thu/2025-2026';
const signer = ed25519Signer(origin, generateLogKey());
const NOW = new Date();
const vkey = signer.vkey;
/** What the server has, by path. */
const served = new Map<string, Uint8Array>();
let files: Map<string, Uint8Array>;
let checkpoints: Uint8Array[];
/** Of each leaf, in the newest tree. */
let proofs: Uint8Array[];
let leaves: Uint8Array[];
let pem: string;
let roots: Certificate[];
let dir: string;

beforeAll(async () => {
  const pki = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now: NOW });
  pem = pki.root.certificatePem;
  roots = [certificateFromPem(pem)];
  const tsa = await issueTrainingTsa(pki, { organisation: 'Trường Tiểu học Mẫu', now: NOW, days: 400 });
  const answer = trainingTsa({ ...tsa, now: () => NOW });
  const storage = memoryStorage();
  const lock = memoryLock();
  const ports = { sha256: nodeSha256, ed25519: nodeEd25519, origin, signer, storage, lock };
  await createLog({ ...ports, now: Date.now });
  const log = await openLog({ ...ports, now: Date.now });
  checkpoints = [];
  for (const size of [3, 5]) {
    await log.append(log.size, invented(log.size, size));
    checkpoints.push(log.checkpoint);
    const note = await bareCheckpoint(nodeSha256, nodeEd25519, vkey, log.checkpoint);
    const nonce = new Uint8Array(16).fill(size);
    const services = { port: async (request: Uint8Array) => answer(request), nonce, roots };
    const [evidence = new Uint8Array()] = await writeEvidence(nodeCrypto, [note], 'sha256', services);
    served.set(`evidence/${size}`, evidence);
  }
  files = storage.files;
  leaves = invented(0, 5).map(({ bytes }) => bytes);
  const receipt = (leaf: Uint8Array) => formatReceipt({ salt: new Uint8Array(32), leaf });
  proofs = await Promise.all(leaves.map((leaf, index) => log.proofFor(index, receipt(leaf))));
});

beforeEach(() => {
  dir = mkdtempSync(join(folder, 'copy-'));
  const own = join(dir, '.mirror', ACCEPTED);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(dir, '.mirror', 'log.vkey'), `${vkey}\n`);
  for (const [n, size] of [3, 5].entries()) writeFileSync(join(own, String(size)), checkpoints[n] ?? '');
  for (const [path, bytes] of files) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
});

const place = () => ({ dir, vkey });
const mirror = (given: ReadonlyMap<string, Uint8Array> = served) =>
  mirrorEvidence(place(), async (path) => given.get(path) ?? null);
const flipped = (bytes: Uint8Array = new Uint8Array(), at = 0) => {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
};
const evidence = (size: number) => served.get(`evidence/${size}`) ?? new Uint8Array();

test('what dates an accepted checkpoint is kept, and proves the time of all leaves before it', async () => {
  expect(await mirror()).toEqual({ kept: 2, refused: [], exchanged: [] });
  expect(new Uint8Array(readFileSync(join(dir, 'evidence/5')))).toEqual(evidence(5));
  const at = new Date(Math.floor(NOW.getTime() / 1000) * 1000);
  const found = await auditMirroredEvidence(place(), roots, NOW);
  expect(found).toMatchObject({ files: 2, untold: 0, proven: { size: 5 }, wrong: [] });
  expect(Math.abs((found.proven?.at.getTime() ?? 0) - at.getTime())).toBeLessThanOrEqual(1000);
});

test('without a root nothing is proven, and nothing is called false', async () => {
  await mirror();
  expect(await auditMirroredEvidence(place(), [], NOW)).toEqual({
    files: 2,
    untold: 2,
    proven: null,
    wrong: [],
  });
});

test('of another checkpoint, changed, or no evidence at all: not kept; laid there by hand it is named', async () => {
  const cases: readonly [Uint8Array, string][] = [
    [evidence(3), 'not-of-this-record'],
    [flipped(evidence(5), evidence(5).length - 5), 'signature-invalid'],
    [new TextEncoder().encode('khong phai'), 'malformed'],
    [new Uint8Array(), 'malformed'],
  ];
  for (const [bytes, code] of cases) {
    expect(await mirror(new Map([['evidence/5', bytes]]))).toEqual({ kept: 0, refused: [5], exchanged: [] });
    mkdirSync(join(dir, 'evidence'), { recursive: true });
    writeFileSync(join(dir, 'evidence/5'), bytes);
    const { wrong, proven } = await auditMirroredEvidence(place(), roots, NOW);
    expect([wrong, proven]).toEqual([[{ file: 'evidence/5', code }], null]);
  }
});

test('a tree that was not dated when the log went on is not asked for again, until a month later', async () => {
  const asked: string[] = [];
  const look = (given: ReadonlyMap<string, Uint8Array>) => {
    asked.length = 0;
    return mirrorEvidence(place(), async (path) => {
      asked.push(path);
      return given.get(path) ?? null;
    });
  };
  expect(await look(new Map())).toMatchObject({ kept: 0 });
  expect(asked).toEqual(['evidence/3', 'evidence/5']);
  // The newest may still be dated.
  expect(await look(served)).toMatchObject({ kept: 1 });
  expect(asked).toEqual(['evidence/5']);
  const file = join(dir, '.mirror', 'undated');
  const [since, ...sizes] = readFileSync(file, 'utf8').split('\n');
  expect(sizes).toEqual(['3']);
  for (const other of [Number(since) - 31 * 86_400_000, Number(since) + 86_400_000, 'x', '']) {
    writeFileSync(file, [other, ...sizes].join('\n'));
    expect(await look(served)).toMatchObject({ kept: 2 });
    expect(asked).toEqual(['evidence/3', 'evidence/5']);
  }
  // One that is kept is asked for at each run: it is renewed.
  expect(await look(new Map())).toMatchObject({ kept: 0 });
  expect(await look(served)).toMatchObject({ kept: 2 });
});

test('evidence that was kept is taken the place of by its own renewal alone', async () => {
  const kept = () => new Uint8Array(readFileSync(join(dir, 'evidence/5')));
  const serving = (bytes: Uint8Array) => mirror(new Map([['evidence/5', bytes]]));
  await serving(evidence(5));
  const note = await bareCheckpoint(nodeSha256, nodeEd25519, vkey, checkpoints[1] ?? new Uint8Array());
  const by = async (organisation: string) => {
    const pki = await makeTrainingPki({ organisation, now: NOW });
    const tsa = await issueTrainingTsa(pki, { organisation, now: NOW, days: 400 });
    const answer = trainingTsa({ ...tsa, now: () => NOW });
    const own = [certificateFromPem(pki.root.certificatePem)];
    return {
      port: async (request: Uint8Array) => answer(request),
      nonce: new Uint8Array(16).fill(9),
      roots: own,
    };
  };
  const other = await by('Cơ quan khác');
  const [foreign = new Uint8Array()] = await writeEvidence(nodeCrypto, [note], 'sha256', other);
  expect(await serving(foreign)).toEqual({ kept: 0, refused: [], exchanged: [5] });
  expect(kept()).toEqual(evidence(5));
  const [renewed = new Uint8Array()] = await renewEvidence(nodeCrypto, [evidence(5)], other);
  expect(await serving(renewed)).toEqual({ kept: 1, refused: [], exchanged: [] });
  expect(kept()).toEqual(renewed);
  // The older one again, as after a backup of the server was brought back: nothing is taken away.
  expect(await serving(evidence(5))).toEqual({ kept: 1, refused: [], exchanged: [] });
  expect(kept()).toEqual(renewed);
  writeFileSync(join(dir, 'evidence/5'), flipped(renewed, 60));
  expect(await serving(renewed)).toEqual({ kept: 1, refused: [], exchanged: [] });
  expect(kept()).toEqual(renewed);
});

test('evidence of a tree that the mirror never accepted proves nothing', async () => {
  mkdirSync(join(dir, 'evidence'));
  writeFileSync(join(dir, 'evidence/4'), evidence(5));
  const { wrong } = await auditMirroredEvidence(place(), roots, NOW);
  expect(wrong).toEqual([{ file: 'evidence/4', code: 'not-of-this-record' }]);
});

test('hocba audit of the mirror says by when its leaves existed, and names false evidence', async () => {
  await mirror();
  const trust = join(dir, '..', 'trust');
  mkdirSync(trust, { recursive: true });
  writeFileSync(join(trust, 'root.pem'), pem);
  const audit = async (...args: string[]) => {
    let out = '';
    const status = await command.run([dir, ...args], { out: (text) => (out += text), err: () => undefined });
    return { status, out };
  };
  const good = await audit('--trust', trust);
  expect([good.status, good.out]).toEqual([0, expect.stringContaining('Cả 5 lá đầu tiên đã có trước 20')]);
  expect((await audit()).out).toContain('2 bằng chứng thời gian chưa xét được');
  expect((await audit('--trust', join(trust, 'none'))).status).toBe(65);
  writeFileSync(join(dir, 'evidence/3'), evidence(5));
  const bad = await audit('--trust', trust);
  expect([bad.status, bad.out]).toEqual([
    1,
    expect.stringContaining('evidence/3: bằng chứng thời gian không đúng'),
  ]);
});

async function all<T>(of: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of of) found.push(one);
  return found;
}

test('a leaf is dated by each dated tree that holds it, the smallest first, and by no mirror of another log', async () => {
  mkdirSync(join(dir, 'evidence'), { recursive: true });
  for (const size of [3, 5])
    writeFileSync(join(dir, 'evidence', String(size)), served.get(`evidence/${size}`) ?? '');
  const policy = parsePolicy(nodeSha256, `log ${vkey}\nquorum none\n`);
  for (const [index, proof] of proofs.entries()) {
    const given = await all(evidenceFor(dir, proof));
    expect(given).toHaveLength(index < 3 ? 2 : 1);
    for (const [n, one] of given.entries()) {
      const size = index < 3 && n === 0 ? 3 : 5;
      expect(parseProofFile(one.proof).checkpoint).toEqual(checkpoints[size === 3 ? 0 : 1]);
      expect(one.evidence).toEqual(served.get(`evidence/${size}`));
      const leaf = leaves[index] ?? new Uint8Array();
      const found = await verifyProofFile(nodeSha256, nodeEd25519, policy, leaf, one.proof);
      expect([found.valid, found.valid && found.index]).toEqual([true, index]);
    }
  }
  rmSync(join(dir, 'evidence', '5'));
  expect(await all(evidenceFor(dir, proofs[4] ?? new Uint8Array()))).toEqual([]);
  const other = ed25519Signer(origin, generateLogKey());
  writeFileSync(join(dir, '.mirror', 'log.vkey'), `${other.vkey}\n`);
  expect(await all(evidenceFor(dir, proofs[0] ?? new Uint8Array()))).toEqual([]);
});

test('hocba verify --mirror dates every year of a book, out of whichever mirror is of its log', async () => {
  const earlier = { uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6', schoolYear: '2024-2025' };
  const world = await makeRealWorld({ level: 'B', docs: [realDocument(earlier), realDocument()] });
  const key = (await world.trust()).policy?.logs[0]?.key;
  const { checkpoint } = parseProofFile(world.records[0]?.proof ?? new Uint8Array());
  if (key === undefined) throw new Error('a log');
  const place = join(dir, 'of-the-world');
  const write = (name: string, bytes: Uint8Array | string) => {
    mkdirSync(join(place, name, '..'), { recursive: true });
    writeFileSync(join(place, name), bytes);
  };
  const note = await bareCheckpoint(nodeSha256, nodeEd25519, formatVkey(key), checkpoint);
  const { timestamp: port, nonce, roots: own } = world.pki.services(9_000);
  const asked = { port, nonce: nonce(), roots: own };
  const [dating = new Uint8Array()] = await writeEvidence(nodeCrypto, [note], 'sha256', asked);
  const hashes = world.records.map(({ proof }) => {
    const { leaf } = readReceipt(parseProofFile(proof).extra ?? new Uint8Array());
    return leafHash(nodeSha256, leaf);
  });
  write('.mirror/log.vkey', `${formatVkey(key)}\n`);
  write(`.mirror/${ACCEPTED}/2`, checkpoint);
  write('checkpoint', checkpoint);
  write('tile/0/000.p/2', Buffer.concat(hashes));
  write('evidence/2', dating);
  for (const [name, bytes] of await world.files()) write(`trust/${name}`, bytes);
  const years = world.records.map(({ doc, xml, proof, index }) => {
    const qrUrl = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
    const signatures = signaturesOf(doc, readRecord(xml).slots);
    return { doc, xml, proof, issued: { qrUrl, leafIndex: index, signatures } };
  });
  write('so.pdf', await renderBook({ years }));
  const times = async (...mirrors: string[]): Promise<(string | undefined)[]> => {
    let out = '';
    const given = mirrors.flatMap((one) => ['--mirror', one]);
    const args = [join(place, 'so.pdf'), '--trust', join(place, 'trust'), '--json', ...given];
    await verify.run(args, { out: (text) => (out += text), err: () => undefined });
    const [book] = JSON.parse(out).files as { parts: { fragments: { name: string; code: string }[] }[] }[];
    return (book?.parts ?? []).map(({ fragments }) => fragments.find(({ name }) => name === 'time')?.code);
  };
  expect(await times(dir)).toEqual(['no-timestamp', 'no-timestamp']);
  expect(await times(dir, place)).toEqual(['proven-by-log', 'proven-by-log']);
});

test('a print’s leaf is looked up in the mirror of its log, with a proof that holds', async () => {
  const policy = parsePolicy(nodeSha256, `log ${vkey}\nquorum none\n`);
  for (const [index, leaf] of leaves.entries()) {
    const found = await leafIn(dir, origin, index);
    expect(found?.leaf).toEqual(leaf);
    const proof = found?.proof ?? new Uint8Array();
    const held = await verifyProofFile(nodeSha256, nodeEd25519, policy, leaf, proof);
    expect(held).toMatchObject({ valid: true, index });
  }
  expect(await leafIn(dir, origin, leaves.length)).toBeNull();
  expect(await leafIn(dir, 'so.hocba.example/khac/2025-2026', 0)).toBeNull();
  expect(await leafIn(join(dir, 'nowhere'), origin, 0)).toBeNull();
});
