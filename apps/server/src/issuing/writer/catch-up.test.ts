import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLeaf, loggedStatus } from '@hocba/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../../store/database.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { folderOf, logKeyFile, originOf } from '../log/origin.ts';
import { addPending } from '../log/pending.ts';
import { publishedLog } from '../log/published.ts';
import { addStatement } from '../log/statements.ts';
import { catchUpTo, orderLogEnd } from '../operator/logs.ts';
import { publishStatus } from '../status/status.ts';
import { asSuperuser } from '../testing/superuser.ts';
import { type Sequencer, startSequencer } from './sequencer.ts';

/** Last night's backup was brought back; a mirror has what was signed since. */
const ORIGIN = originOf({ code: '79000001', training: true }, '2026-2027', 'unused.example');
let database: TestDatabase;
let dataDir: string;
let mirror: string;
let started: Sequencer[];
/** Hex of the leaves' hashes as they stood when the mirror was made, in order. */
let before: string[];

beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-catch-up-'));
  mirror = join(dataDir, 'ban-sao');
  started = [];
  const sequencer = start();
  await sequencer.ensure(ORIGIN);
  for (let n = 0; n < 3; n++) await add();
  await sequencer.settle(ORIGIN);
  await sequencer.stop();
  await add();
  await cp(folderOf(dataDir, ORIGIN), join(dataDir, 'dem-qua'), { recursive: true });
  for (const table of ['log_state', 'log_leaf', 'log_pending'])
    await database.asOwner(`create table kept_${table} as select * from ${table}`);
  const later = start();
  await add();
  await later.settle(ORIGIN);
  await later.stop();
  await cp(folderOf(dataDir, ORIGIN), mirror, { recursive: true });
  before = await leaves();
});
afterEach(async () => {
  for (const sequencer of started) await sequencer.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function start(): Sequencer {
  const { db, application: connection } = database;
  const sequencer = startSequencer({ db, connection, dataDir, now: () => new Date(), log: () => {} });
  started.push(sequencer);
  return sequencer;
}
async function add(): Promise<void> {
  const leaf = encodeLeaf({
    kind: 'issue',
    time: Math.floor(Date.now() / 1000),
    commitment: new Uint8Array(randomBytes(32)),
  });
  await database.db.transaction().execute((trx) => addPending(trx, ORIGIN, leaf));
}
const leaves = async () =>
  (
    await database.asOwner<{ hash: string }>(
      `select encode(leaf_hash, 'hex') as hash from log_leaf order by leaf_index`,
    )
  ).map(({ hash }) => hash);
const size = async () => (await publishedLog(dataDir, ORIGIN))?.checkpoint.size;
const store = () =>
  database.asOwner(
    `select lock, (select count(*) from log_leaf) as leaves, (select count(*) from log_pending) as pending from log_state`,
  );
const caughtUp = (folder: string | null = mirror) =>
  catchUpTo({ connection: database.owner, dataFolder: dataDir }, ORIGIN, folder);

async function bringBack(what: { files: boolean }): Promise<void> {
  await asSuperuser(
    { database },
    `delete from log_pending; delete from log_leaf; update log_state s set lock = k.lock from kept_log_state k where k.origin = s.origin;
     insert into log_leaf select * from kept_log_leaf;
     insert into log_pending overriding system value select * from kept_log_pending`,
  );
  if (!what.files) return;
  await rm(folderOf(dataDir, ORIGIN), { recursive: true });
  await cp(join(dataDir, 'dem-qua'), folderOf(dataDir, ORIGIN), { recursive: true });
}

test('what was signed since is taken out of the mirror, and the log goes on from there; what was numbered meanwhile comes after it', async () => {
  await bringBack({ files: true });
  const running = start();
  await running.settle(ORIGIN);
  await expect(caughtUp()).rejects.toMatchObject({ code: 'server-running' });
  await running.stop();
  await bringBack({ files: true });
  // As a server does that a witness keeps from signing.
  await add();
  await database.asOwner(`insert into log_leaf
    select origin, 2 + row_number() over (order by pending_id desc), leaf, leaf_hash from log_pending; delete from log_pending`);
  expect(await caughtUp()).toEqual({ from: 3, size: 5 });
  expect([await size(), await leaves()]).toEqual([5, before]);
  await start().settle(ORIGIN);
  expect([await size(), (await leaves()).slice(0, 5)]).toEqual([6, before]);
  for (const sequencer of started) await sequencer.stop();
  await expect(caughtUp()).rejects.toMatchObject({ code: 'log-shrank' });
});

test('where only the database is older, the log’s own files serve; done twice it changes nothing', async () => {
  await bringBack({ files: false });
  expect(await caughtUp(null)).toEqual({ from: 3, size: 5 });
  expect(await caughtUp(null)).toEqual({ from: 5, size: 5 });
  await add();
  await start().settle(ORIGIN);
  expect([await size(), (await leaves()).slice(0, 5)]).toEqual([6, before]);
});

test('what the log has told of its statuses stays told, though the store has no more than their leaves', async () => {
  const at = { db: database.db, dataDir, now: () => new Date() };
  const sequencer = start();
  const { bytes } = await publishStatus(at, ORIGIN);
  await inTransaction(database.db, (trx) => addStatement(trx, ORIGIN, loggedStatus(bytes), new Date()));
  await sequencer.settle(ORIGIN);
  await sequencer.stop();
  await publishStatus({ ...at, now: () => new Date(Date.now() + 3_600_000) }, ORIGIN);
  const told = () => readFile(join(folderOf(dataDir, ORIGIN), 'logged-statuses'), 'utf8');
  const before = await told();
  expect(before.split('\n')).toHaveLength(3);
  await rm(mirror, { recursive: true });
  await cp(folderOf(dataDir, ORIGIN), mirror, { recursive: true });
  await asSuperuser({ database }, 'delete from log_statement');
  await bringBack({ files: true });
  expect(await caughtUp()).toEqual({ from: 3, size: 6 });
  const next = start();
  await inTransaction(database.db, (trx) => addStatement(trx, ORIGIN, loggedStatus(bytes), new Date()));
  await next.settle(ORIGIN);
  await publishStatus({ ...at, now: () => new Date(Date.now() + 7_200_000) }, ORIGIN);
  expect((await told()).startsWith(before)).toBe(true);
  expect((await told()).split('\n')).toHaveLength(4);
});

test('not out of another history, nor out of a copy with one other bit: the store stays as it was', async () => {
  await bringBack({ files: true });
  const was = await store();
  const entries = join(mirror, 'tile', 'entries', '000.p', '5');
  const whole = await readFile(entries);
  await rm(entries);
  await writeFile(entries, Buffer.from(whole.map((byte, at) => (at === 100 ? byte ^ 1 : byte))));
  await expect(caughtUp()).rejects.toMatchObject({ code: 'remote-invalid' });
  await rm(entries);
  await expect(caughtUp()).rejects.toMatchObject({ code: 'remote-missing' });
  await writeFile(entries, whole);
  expect(await store()).toEqual(was);

  await asSuperuser({ database }, 'delete from log_pending');
  await add();
  const own = start();
  await own.settle(ORIGIN);
  await own.stop();
  const other = await store();
  await expect(caughtUp()).rejects.toMatchObject({ code: 'log-forked' });
  expect([await store(), await size()]).toEqual([other, 4]);
});

test('without the log’s key nothing is taken and no end is ordered: it is said which file is missing', async () => {
  await bringBack({ files: true });
  const was = await store();
  await rm(logKeyFile(dataDir, ORIGIN));
  const at = { connection: database.owner, dataFolder: dataDir };
  await expect(caughtUp()).rejects.toMatchObject({ code: 'key-missing' });
  await expect(orderLogEnd(at, 'stolen', ORIGIN, true)).rejects.toMatchObject({ code: 'key-missing' });
  expect(await store()).toEqual(was);
});
