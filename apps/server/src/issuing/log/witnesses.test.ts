import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addCheckpoint,
  encodeLeaf,
  evaluateQuorum,
  formatAddCheckpoint,
  formatNote,
  lastCosigned,
  memoryWitnessState,
  openCheckpoint,
  parsePolicy,
  parseVkey,
  signNote,
  type WitnessPorts,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey } from '@hocba/ledger/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { shownForks } from '../above/lodge.ts';
import { orderSuccession } from '../writer/end-log.ts';
import { type Sequencer, startSequencer } from '../writer/sequencer.ts';
import { ed25519, noteSigner, sha256 } from './keys.ts';
import { folderOf, logKeyFile } from './origin.ts';
import { addPending } from './pending.ts';
import { vkeyOf } from './public-key.ts';
import { publishedLog } from './published.ts';
import { KNOWN_CHECKPOINTS_FOLDER, RESTORED_FILE, WITNESS_POLICY_FILE } from './witnesses.ts';

const ORIGIN = 'hocba.training/79000001/2025-2026';
let database: TestDatabase;
let dataDir: string;
let witness: WitnessPorts;
let away: boolean;
let lines: string[];
/** What a lying witness answers; undefined where it answers as it should. */
let lying: ((address: string, method: string) => Response | undefined) | null;
let sequencer: Sequencer | null;

/** Witnesses that answer as the protocol says, reached by a `fetch` that can also find nobody. */
const ask: typeof fetch = async (address, init) => {
  if (away) throw new TypeError('fetch failed');
  const lie = lying?.(String(address), init?.method ?? 'GET');
  if (lie !== undefined) return lie;
  if (init?.method === 'GET') {
    const path = new URL(String(address)).pathname.slice(1);
    const { status, contentType, body } = await lastCosigned(witness, path);
    return new Response(body, { status, headers: { 'content-type': contentType } });
  }
  const { status, contentType, body } = await addCheckpoint(witness, init?.body as Uint8Array);
  return new Response(body, { status, headers: { 'content-type': contentType } });
};
function start(): Sequencer {
  const { db, application: connection } = database;
  sequencer = startSequencer({
    db,
    connection,
    dataDir,
    now: () => new Date(),
    log: (line) => void lines.push(line),
    fetch: ask,
  });
  return sequencer;
}
async function restart(): Promise<Sequencer> {
  await sequencer?.stop();
  return start();
}
async function add(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const leaf = encodeLeaf({
      kind: 'issue',
      time: 1_780_000_000,
      commitment: new Uint8Array(randomBytes(32)),
    });
    await database.db.transaction().execute((trx) => addPending(trx, ORIGIN, leaf));
  }
}
/** The sequencer has looked, and said why it does not write. */
const refused = (code: string) => expect.poll(() => lines.join('\n')).toContain(code);
async function cosignedBy(): Promise<string[]> {
  const log = await publishedLog(dataDir, ORIGIN);
  const key = parseVkey(sha256, witness.signer.vkey);
  const own = parseVkey(sha256, log?.vkey ?? '');
  const { cosigned } = await openCheckpoint(ed25519, log?.note ?? new Uint8Array(), [own], [key]);
  return cosigned.map((one) => one.key.name);
}

beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-witness-'));
  [away, lines, sequencer, lying] = [false, [], null, null];
  const signer = ed25519Signer('nhan-chung.example', generateLogKey(), 0x04);
  witness = { sha256, ed25519, signer, logs: [], state: memoryWitnessState(), now: () => Date.now() };
  await writeFile(
    join(dataDir, WITNESS_POLICY_FILE),
    `witness tinh ${signer.vkey} https://nhan-chung.example\nquorum tinh\n`,
  );
  await start().ensure(ORIGIN);
  witness = { ...witness, logs: [parseVkey(sha256, await vkeyOf(dataDir, ORIGIN))] };
});
afterEach(async () => {
  await sequencer?.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('witnesses', () => {
  test('cosign each checkpoint, and it is published with what came together', async () => {
    await add(3);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    expect(await cosignedBy()).toEqual(['nhan-chung.example']);
  });

  test('that are silent stop nothing: the checkpoint stands without them, and a line says so', async () => {
    away = true;
    await add(3);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    expect(await cosignedBy()).toEqual([]);
    expect(lines.join('\n')).toContain('chưa đủ nhân chứng: tinh không trả lời hoặc đang hỏng (unreachable)');
    const policy = parsePolicy(sha256, `witness tinh ${witness.signer.vkey}\nquorum tinh\n`);
    expect(evaluateQuorum(policy, [])).toBe('missing');
  });

  test('that are away for long are spoken of once, and once more when they are back', async () => {
    away = true;
    await add(1);
    await sequencer?.settle(ORIGIN);
    await refused('(unreachable)');
    await add(1);
    await sequencer?.settle(ORIGIN);
    const asked = lines.length;
    away = false;
    await add(1);
    await sequencer?.settle(ORIGIN);
    await refused('đã đủ nhân chứng');
    expect(lines.slice(0, asked).filter((line) => line.includes('(unreachable)'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('đã đủ nhân chứng'))).toHaveLength(1);
  });
});

/** 409 with a size that nobody cosigned, or 422; and nothing to show for it. */
const conflict = () =>
  new Response('900\n', { status: 409, headers: { 'content-type': 'text/x.tlog.size' } });
const WORDS: [string, (method: string) => Response][] = [
  ['a larger tree', (method) => (method === 'POST' ? conflict() : new Response(null, { status: 404 }))],
  ['another history', () => new Response('no\n', { status: 422 })],
  [
    'a larger tree, and shows what another key has signed',
    (method) =>
      method === 'POST'
        ? conflict()
        : new Response(`${ORIGIN}\n900\n${btoa('x'.repeat(32))}\n\n— a AAAAAAAA\n`),
  ],
];

describe('the word of a witness', () => {
  const policyOf = async (quorum: string, ...keys: string[]) =>
    writeFile(
      join(dataDir, WITNESS_POLICY_FILE),
      keys.map((vkey, n) => `witness w${n} ${vkey} https://w${n}.example\n`).join('') +
        `group k ${quorum} ${keys.map((_, n) => `w${n}`).join(' ')}\nquorum k\n`,
    );
  const other = () => ed25519Signer('khac.example', generateLogKey(), 0x04).vkey;
  const size = async () => (await publishedLog(dataDir, ORIGIN))?.checkpoint.size;

  test.each(WORDS)('alone stops no log: %s', async (_, lie) => {
    await add(2);
    await sequencer?.settle(ORIGIN);
    await add(1);
    lying = (_address, method) => lie(method);
    await (await restart()).settle(ORIGIN);
    expect(await size()).toBe(3);
    expect(lines.join('\n')).toContain('không dừng được nhật ký');
    expect(await shownForks(dataDir, ORIGIN)).toEqual([]);
  });

  test.each(WORDS)('does, of two that would be a quorum: %s', async (_, lie) => {
    await policyOf('2', other(), other(), witness.signer.vkey);
    await add(2);
    await sequencer?.settle(ORIGIN);
    await add(1);
    lying = (address, method) => (address.includes('//w2.') ? undefined : lie(method));
    await restart();
    await refused('known-checkpoint-ahead');
    expect(await size()).toBe(2);
  });

  test('after a restore it is enough, unless a quorum agrees with us', async () => {
    await policyOf('any', other(), witness.signer.vkey);
    await add(2);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    await writeFile(join(dataDir, RESTORED_FILE), '');
    await add(1);
    const [[, lie] = expect.fail()] = WORDS;
    lying = (address, method) => (address.includes('//w0.') ? lie(method) : undefined);
    await policyOf('all', other(), witness.signer.vkey);
    start();
    await refused('quorum-missing');
    expect(await size()).toBe(2);
    await policyOf('any', other(), witness.signer.vkey);
    await (await restart()).settle(ORIGIN);
    expect(await size()).toBe(3);
  });
});

test('what a witness shows while the log is written, signed by its key: it is kept, and nothing more is written', async () => {
  away = true;
  await add(2);
  await sequencer?.settle(ORIGIN);
  const key = await noteSigner(logKeyFile(dataDir, ORIGIN), ORIGIN, false);
  const text = `${ORIGIN}\n50\n${Buffer.alloc(32, 7).toString('base64')}\n`;
  const checkpoint = formatNote({ text, signatures: [await signNote(sha256, ed25519, key, text)] });
  expect(
    await addCheckpoint(witness, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint })),
  ).toMatchObject({ status: 200 });
  away = false;
  await add(1);
  await sequencer?.settle(ORIGIN);
  await refused('nhân chứng đưa ra một bản khác, cùng khoá');
  await add(1);
  sequencer?.wake();
  await refused('chưa ghi được: known-checkpoint-ahead');
  expect((await publishedLog(dataDir, ORIGIN))?.checkpoint.size).toBe(3);
  expect(await shownForks(dataDir, ORIGIN)).toEqual([checkpoint]);
});

test('a list of witnesses that cannot be read stops the log, says so once, and is taken as soon as it is mended', async () => {
  const policy = join(dataDir, WITNESS_POLICY_FILE);
  const good = await readFile(policy, 'utf8');
  await writeFile(policy, 'witness tinh\n');
  await restart();
  await refused('chưa ghi được: policy-invalid; tệp witness-policy');
  await add(1);
  sequencer?.wake();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(lines.filter((line) => line.includes('policy-invalid'))).toHaveLength(1);
  expect(sequencer?.stoppedBy(ORIGIN)).toBe('witness-policy');
  // As an editor of Windows writes it.
  await writeFile(policy, `\uFEFF${good.replaceAll('\n', '\r\n')}`);
  await refused(`${ORIGIN} ghi tiếp được.`);
  await sequencer?.settle(ORIGIN);
  expect(sequencer?.stoppedBy(ORIGIN)).toBeNull();
  expect((await publishedLog(dataDir, ORIGIN))?.checkpoint.size).toBe(1);
});

test('what lies among the known checkpoints and is none stops the log, and says where', async () => {
  await mkdir(join(dataDir, KNOWN_CHECKPOINTS_FOLDER));
  await writeFile(join(dataDir, KNOWN_CHECKPOINTS_FOLDER, 'ghi-chu.txt'), 'ghi chú');
  await restart();
  await refused('chưa ghi được: known-unreadable; known-checkpoints phải là thư mục');
  expect(sequencer?.stoppedBy(ORIGIN)).toBe('known-checkpoints');
  // A checkpoint that was copied to where the folder should be.
  await rm(join(dataDir, KNOWN_CHECKPOINTS_FOLDER), { recursive: true });
  await refused(`${ORIGIN} ghi tiếp được.`);
  lines = [];
  await writeFile(join(dataDir, KNOWN_CHECKPOINTS_FOLDER), 'x');
  await restart();
  await refused('chưa ghi được: known-unreadable');
});

test('a log whose key may be stolen is believed up to what its witnesses saw, not to what one person says', async () => {
  await add(2);
  await sequencer?.settle(ORIGIN);
  away = true;
  await add(1);
  await sequencer?.settle(ORIGIN);
  await sequencer?.stop();
  const deps = { db: database.db, dataDir, now: () => new Date() };
  await expect(orderSuccession(deps, ORIGIN, true)).rejects.toMatchObject({ code: 'cosigned-there' });
  expect(await orderSuccession(deps, ORIGIN)).toEqual({ next: `${ORIGIN}.2`, size: 2 });
});

describe('a backup that was brought back', () => {
  /** Files and database of an earlier moment, both: nothing here can tell. */
  async function backUpThenGrow(): Promise<() => Promise<void>> {
    await add(2);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    const kept = `${dataDir}-kept`;
    await cp(folderOf(dataDir, ORIGIN), kept, { recursive: true });
    await database.asOwner('create table kept_state as select * from log_state');
    await start();
    await add(2);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    return async () => {
      await rm(folderOf(dataDir, ORIGIN), { recursive: true, force: true });
      await cp(kept, folderOf(dataDir, ORIGIN), { recursive: true });
      await rm(kept, { recursive: true, force: true });
      await database.asOwner(`set session_replication_role = replica; delete from log_leaf where leaf_index >= 2;
        update log_state set lock = (select lock from kept_state)`);
    };
  }
  const size = async () => (await publishedLog(dataDir, ORIGIN))?.checkpoint.size;

  test('signs nothing when a witness has seen more', async () => {
    const restore = await backUpThenGrow();
    await restore();
    await add(1);
    start();
    await refused('known-checkpoint-ahead');
    expect(await size()).toBe(2);
    // What the witness showed is kept: its silence of tomorrow changes nothing.
    away = true;
    await restart();
    lines.length = 0;
    await refused('known-checkpoint-ahead');
    expect(await shownForks(dataDir, ORIGIN)).toHaveLength(1);
  });

  test('the newer one found again: the log goes on, and what was shown is no reproach any more', async () => {
    await add(2);
    await sequencer?.settle(ORIGIN);
    const restore = await backUpThenGrow();
    const newer = `${dataDir}-newer`;
    await cp(folderOf(dataDir, ORIGIN), newer, { recursive: true });
    await database.asOwner(`create table newer_state as select * from log_state;
      create table newer_leaf as select * from log_leaf`);
    await restore();
    start();
    await refused('known-checkpoint-ahead');
    await sequencer?.stop();
    await rm(folderOf(dataDir, ORIGIN), { recursive: true, force: true });
    await cp(newer, folderOf(dataDir, ORIGIN), { recursive: true });
    await rm(newer, { recursive: true, force: true });
    await database.asOwner(`set session_replication_role = replica; delete from log_leaf;
      insert into log_leaf select * from newer_leaf; update log_state set lock = (select lock from newer_state)`);
    await add(1);
    away = true;
    await (await restart()).settle(ORIGIN);
    expect(await shownForks(dataDir, ORIGIN)).toEqual([]);
  });

  test('signs nothing when an exported checkpoint shows more', async () => {
    const restore = await backUpThenGrow();
    const seen = (await publishedLog(dataDir, ORIGIN))?.note ?? new Uint8Array();
    await restore();
    await rm(join(dataDir, WITNESS_POLICY_FILE));
    await mkdir(join(dataDir, KNOWN_CHECKPOINTS_FOLDER));
    await writeFile(join(dataDir, KNOWN_CHECKPOINTS_FOLDER, 'in-ra-giay'), seen);
    await add(1);
    start();
    await refused('known-checkpoint-ahead');
    expect(await size()).toBe(2);
  });

  test('is not vouched for by what came back with it: only by what was laid down since', async () => {
    await add(2);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    await rm(join(dataDir, WITNESS_POLICY_FILE));
    const folder = join(dataDir, KNOWN_CHECKPOINTS_FOLDER);
    await mkdir(folder);
    const seen = (await publishedLog(dataDir, ORIGIN))?.note ?? new Uint8Array();
    await writeFile(join(folder, 'lan-truoc'), seen);
    await writeFile(join(dataDir, RESTORED_FILE), '');
    await add(1);
    start();
    await refused('quorum-missing');
    expect(await size()).toBe(2);
    await writeFile(join(folder, 'lan-nay'), seen);
    await (await restart()).settle(ORIGIN);
    expect(await size()).toBe(3);
  });

  test('that is the newest goes on once somebody else says so, and not before', async () => {
    await add(2);
    await sequencer?.settle(ORIGIN);
    await sequencer?.stop();
    await writeFile(join(dataDir, RESTORED_FILE), '');
    away = true;
    await add(1);
    start();
    await refused('quorum-missing');
    expect(await size()).toBe(2);
    away = false;
    await (await restart()).settle(ORIGIN);
    expect(await size()).toBe(3);
  });
});
