import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addCheckpoint,
  auditLog,
  createLog,
  encodeLeaf,
  LedgerError,
  leafHash,
  memoryLock,
  memoryStorage,
  memoryWitnessState,
  openLog,
  parsePolicy,
  parseVkey,
  requestCosignature,
  verifyProofFile,
  type WitnessPorts,
} from '@hocba/ledger';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '@hocba/ledger/node';
import {
  numberedBytes,
  ORIGIN,
  pending,
  pendingRange,
  wordSigner,
} from '../../../packages/ledger/src/testing/ports.node.ts';
import { diskPorts } from './steps.ts';

/** One attack: how often it was tried, how often it was found, and by what. */
export interface Attack {
  readonly what: string;
  readonly tried: number;
  readonly found: number;
  readonly by: string;
}

const PROOFS = 10_000;
const SAME_TREE = 'chỉ một chữ số của giờ, cây đã ký không đổi';

async function codeOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
}
const one = (what: string, code: string | null, expected: string): Attack => ({
  what,
  tried: 1,
  found: code === expected ? 1 : 0,
  by: code ?? 'nothing',
});

/** All attacks on the log itself. @param work an empty folder */
export async function runAttacks(work: string): Promise<Attack[]> {
  const folder = mkdtempSync(join(work, 'attacked-'));
  const ports = diskPorts(folder);
  await createLog(ports);
  const log = await openLog(ports);
  await log.append(0, pendingRange(0, 300));
  return [
    await twoWriters(work),
    await clockBack(folder),
    ...(await flippedFiles(folder)),
    await olderBackup(folder),
    ...(await forkShown()),
    await flippedProofs(),
  ];
}

/** Both open the same log and append other leaves: one wins, the other has shown nothing. */
async function twoWriters(work: string): Promise<Attack> {
  const rounds = 20;
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(work, 'two-'));
    // As in PostgreSQL, the lock's compare-and-swap is atomic; that of files is for one process.
    const ports = { ...diskPorts(folder), lock: memoryLock() };
    await createLog(ports);
    const writers = [await openLog(ports), await openLog(ports)];
    const appended = await Promise.allSettled(
      writers.map((log, n) => log.append(0, pendingRange(100 * n, 100 * n + 50))),
    );
    const lost = appended.filter((one) => one.status === 'rejected').length;
    const vkey = ports.signer.vkey;
    const report = await auditLog({ sha256, ed25519, storage: ports.storage, vkey });
    if (lost === 1 && report.ok && report.size === 50) found++;
    rmSync(folder, { recursive: true });
  }
  return {
    what: 'hai tiến trình cùng ghi',
    tried: rounds,
    found,
    by: 'đúng một bên ghi được, nhật ký nguyên vẹn',
  };
}

async function clockBack(folder: string): Promise<Attack> {
  const code = await codeOf(() => openLog({ ...diskPorts(folder), now: () => Date.now() - 3_600_000 }));
  return one('đồng hồ lùi một giờ', code, 'time-went-back');
}

/** A bit in each kind of file: found before anything more is signed, or by an audit. */
async function flippedFiles(folder: string): Promise<Attack[]> {
  const kinds: Readonly<Record<string, string>> = {
    checkpoint: 'log/checkpoint',
    'ngói băm mức 0': 'log/tile/0/000',
    'ngói băm mức 0 chưa đầy': 'log/tile/0/001.p/44',
    'ngói băm mức 1': 'log/tile/1/000.p/1',
    'gói lá': 'log/tile/entries/000',
    'gói lá chưa đầy': 'log/tile/entries/001.p/44',
    'khoá (bản ghi đã ký)': 'lock/record',
  };
  const attacks: Attack[] = [];
  for (const [name, path] of Object.entries(kinds)) {
    const file = join(folder, path);
    const whole = readFileSync(file);
    const codes = new Set<string>();
    let [tried, found] = [0, 0];
    for (let at = 0; at < whole.length; at += Math.max(1, whole.length >> 5)) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
      chmodSync(file, 0o644);
      writeFileSync(file, broken);
      tried++;
      const ports = diskPorts(folder);
      const refused = await codeOf(() => openLog(ports));
      const vkey = ports.signer.vkey;
      const audited = await auditLog({ sha256, ed25519, storage: ports.storage, vkey });
      // The lock's own record holds the time of the last signature too: a digit of it changes nothing that was signed.
      const code = refused ?? audited.findings[0]?.code ?? (path === 'lock/record' ? SAME_TREE : 'nothing');
      if (code !== 'nothing' && (code !== SAME_TREE || (await openLog(ports)).size === 300)) found++;
      codes.add(code);
      writeFileSync(file, whole);
    }
    attacks.push({ what: `một bit đổi: ${name}`, tried, found, by: [...codes].sort().join(', ') });
  }
  return attacks;
}

function witnessOf(name: string): WitnessPorts {
  const logs = [parseVkey(sha256, wordSigner(ORIGIN, 'log key').vkey)];
  return {
    sha256,
    ed25519,
    signer: wordSigner(name, name, 0x04),
    logs,
    state: memoryWitnessState(),
    now: Date.now,
  };
}
const networkOf =
  (witness: WitnessPorts): typeof fetch =>
  async (_, init) => {
    const { status, contentType, body } = await addCheckpoint(witness, init?.body as Uint8Array);
    return new Response(body, { status, headers: { 'content-type': contentType } });
  };
async function ask(witness: WitnessPorts, storage: ReturnType<typeof memoryStorage>, checkpoint: Uint8Array) {
  const key = parseVkey(sha256, wordSigner(ORIGIN, 'log key').vkey);
  const address = { url: 'https://witness.example', key: parseVkey(sha256, witness.signer.vkey) };
  const client = { fetch: networkOf(witness), sha256, ed25519 };
  const answer = await requestCosignature(client, address, { key, storage, checkpoint });
  return answer.ok ? 'cosigned' : answer.code;
}

/** Files and lock of an earlier moment, both: only a witness can tell, and does. */
async function olderBackup(folder: string): Promise<Attack> {
  const kept = `${folder}-kept`;
  cpSync(folder, kept, { recursive: true });
  const ports = diskPorts(folder);
  const log = await openLog(ports);
  await log.append(300, pendingRange(300, 350));
  const witness = witnessOf('nhan-chung.example');
  const storage = { ...memoryStorage(), read: ports.storage.read };
  await ask(witness, storage, log.checkpoint);
  rmSync(folder, { recursive: true });
  cpSync(kept, folder, { recursive: true });
  const restored = await openLog(diskPorts(folder));
  const answer = await ask(witness, storage, restored.checkpoint);
  return one('bản sao lưu cũ được khôi phục (tệp và khoá)', answer, 'witness-ahead');
}

/** The log's own key in a thief's hand: two trees, each with a true signature. */
async function forkShown(): Promise<Attack[]> {
  const make = async (from: number) => {
    const storage = memoryStorage();
    const signer = wordSigner(ORIGIN, 'log key');
    const ports = { origin: ORIGIN, sha256, ed25519, storage, lock: memoryLock(), signer, now: Date.now };
    await createLog(ports);
    const log = await openLog(ports);
    await log.append(0, pendingRange(0, 10));
    await log.append(10, pendingRange(from, from + 5));
    return { storage, log };
  };
  const [honest, forged] = [await make(10), await make(1000)];
  const [a, b] = [witnessOf('a.example'), witnessOf('b.example')];
  const cross = [
    await ask(a, honest.storage, honest.log.checkpoint),
    await ask(b, forged.storage, forged.log.checkpoint),
    await ask(a, forged.storage, forged.log.checkpoint),
    await ask(b, honest.storage, honest.log.checkpoint),
  ];
  const refused = cross.filter((answer) => answer === 'inconsistent').length;
  const vkey = wordSigner(ORIGIN, 'log key').vkey;
  const witnesses = [a, b].map((one, n) => `witness w${n} ${one.signer.vkey}\n`).join('');
  const policy = parsePolicy(sha256, `log ${vkey}\n${witnesses}group both all w0 w1\nquorum both\n`);
  const proof = await forged.log.proofFor(12);
  const found = await verifyProofFile(sha256, ed25519, policy, numberedBytes(1002), proof);
  const audited = await auditLog({
    sha256,
    ed25519,
    storage: forged.storage,
    vkey,
    known: [honest.log.checkpoint],
  });
  return [
    {
      what: 'hai nhánh trình cho hai nhân chứng',
      tried: 2,
      found: refused,
      by: 'mỗi nhân chứng từ chối nhánh kia: inconsistent',
    },
    {
      what: 'khoá nhật ký bị lộ ký một nhánh: bằng chứng',
      tried: 1,
      found: found.valid && found.witness === 'missing' ? 1 : 0,
      by: `nhân chứng ${found.valid ? found.witness : found.code}: không đủ số`,
    },
    {
      what: 'khoá nhật ký bị lộ ký một nhánh: người giữ checkpoint cũ',
      tried: 1,
      found: audited.ok ? 0 : 1,
      by: audited.findings[0]?.code ?? 'nothing',
    },
  ];
}

/** Proof files and leaves with one flipped bit. */
async function flippedProofs(): Promise<Attack> {
  const signer = wordSigner(ORIGIN, 'log key');
  const storage = memoryStorage();
  const ports = { origin: ORIGIN, sha256, ed25519, storage, lock: memoryLock(), signer, now: Date.now };
  await createLog(ports);
  const log = await openLog(ports);
  const leaves = Array.from({ length: 1000 }, (_, n) =>
    encodeLeaf({ kind: 'issue', time: 1_780_000_000 + n, commitment: leafHash(sha256, numberedBytes(n)) }),
  );
  await log.append(0, leaves.map(pending));
  const policy = parsePolicy(sha256, `log ${signer.vkey}\nquorum none\n`);
  let accepted = 0;
  let sound = 0;
  for (let n = 0; n < PROOFS; n++) {
    const index = (n * 7919) % leaves.length;
    const leaf = leaves[index] as Uint8Array;
    const proof = await log.proofFor(index);
    if (n % 10 === 0 && (await verifyProofFile(sha256, ed25519, policy, leaf, proof)).valid) sound++;
    // Every tenth flip is in the leaf, the others go through the proof file bit by bit.
    const [broken, whole] = n % 10 === 9 ? [leaf.slice(), proof] : [proof.slice(), leaf];
    const bit = (n * 104_729) % (broken.length * 8);
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const found =
      n % 10 === 9
        ? await verifyProofFile(sha256, ed25519, policy, broken, whole)
        : await verifyProofFile(sha256, ed25519, policy, whole, broken);
    if (found.valid) accepted++;
  }
  return {
    what: 'bằng chứng có một bit đổi',
    tried: PROOFS,
    found: sound === PROOFS / 10 ? PROOFS - accepted : 0,
    by: `${accepted} được nhận; ${sound} bản nguyên vẹn được nhận`,
  };
}
