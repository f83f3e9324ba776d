import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLeaf, leafHash, parsePolicy, treeReader, verifyProofFile } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { folderOf, logKeyFile, originOf } from '../log/origin.ts';
import { addPending } from '../log/pending.ts';
import { vkeyOf } from '../log/public-key.ts';
import { proofFile, publishedLog } from '../log/published.ts';
import { stoppedLogs } from '../log/stops.ts';
import { SEQUENCER_LOCK, type Sequencer, startSequencer } from './sequencer.ts';

const ORIGIN = originOf({ code: '79000001', training: true }, '2025-2026', 'unused.example');
const salt = new Uint8Array(32).fill(7);

let database: TestDatabase;
let dataDir: string;
let lines: string[];
let started: Sequencer[];

beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-log-'));
  lines = [];
  started = [];
});
afterEach(async () => {
  for (const sequencer of started) await sequencer.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function start(now = () => new Date()): Sequencer {
  const sequencer = startSequencer({
    db: database.db,
    connection: database.application,
    dataDir,
    now,
    log: (line) => void lines.push(line),
  });
  started.push(sequencer);
  return sequencer;
}

function anyLeaf(): Uint8Array {
  return encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment: new Uint8Array(randomBytes(32)) });
}
async function add(count: number): Promise<Uint8Array[]> {
  const leaves = Array.from({ length: count }, anyLeaf);
  for (const leaf of leaves) {
    await database.db.transaction().execute((trx) => addPending(trx, ORIGIN, leaf));
  }
  return leaves;
}
async function indexOf(leaf: Uint8Array): Promise<number> {
  const rows = await database.db
    .selectFrom('log_leaf')
    .select('leaf_index')
    .where('leaf_hash', '=', leafHash(sha256, leaf))
    .execute();
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.leaf_index);
}
async function expectWholeLog(leaves: readonly Uint8Array[]): Promise<void> {
  const policy = parsePolicy(sha256, `log ${await vkeyOf(dataDir, ORIGIN)}\nquorum none\n`);
  const log = await publishedLog(dataDir, ORIGIN);
  expect(log?.checkpoint.size).toBe(leaves.length);
  const reader = treeReader(sha256, fileStorage(folderOf(dataDir, ORIGIN)), leaves.length);
  expect(await reader.root(leaves.length)).toEqual(log?.checkpoint.root);
  const seen = new Set<number>();
  for (const leaf of leaves) {
    const index = await indexOf(leaf);
    seen.add(index);
    const file = await proofFile(dataDir, ORIGIN, { index, bytes: leaf, salt });
    expect(await verifyProofFile(sha256, ed25519, policy, leaf, file ?? new Uint8Array())).toMatchObject({
      valid: true,
    });
  }
  expect(seen.size).toBe(leaves.length);
}

describe('the sequencer', () => {
  test('leaves of a transaction come into a published checkpoint, each with its receipt', async () => {
    const sequencer = start();
    await sequencer.ensure(ORIGIN);
    const leaves = await add(3);
    await sequencer.settle(ORIGIN);
    leaves.push(...(await add(270)));
    await sequencer.settle(ORIGIN);
    await expectWholeLog(leaves);
    expect((await stat(logKeyFile(dataDir, ORIGIN))).mode & 0o777).toBe(0o600);
  });

  test('of two at once one signs, nothing twice; the other takes over when it ends', async () => {
    const [one, two] = [start(), start()];
    await Promise.any([one.ensure(ORIGIN), two.ensure(ORIGIN)]);
    const leaves = (await Promise.all([add(40), add(40), add(40)])).flat();
    await Promise.all([one.settle(ORIGIN), two.settle(ORIGIN)]);
    await expectWholeLog(leaves);
    await one.stop();
    leaves.push(...(await add(5)));
    await two.settle(ORIGIN);
    await expectWholeLog(leaves);
  });

  test('whose lock was lost with its connection signs nothing before it has it again', async () => {
    const one = start();
    await one.ensure(ORIGIN);
    const leaves = await add(2);
    await one.settle(ORIGIN);
    const holders = async () => {
      const { rows } = await sql<{ pid: number }>`
        select pid from pg_locks where locktype = 'advisory' and granted
          and (classid::bigint << 32 | objid::bigint) = ${SEQUENCER_LOCK}::bigint
          and database = (select oid from pg_database where datname = current_database())`.execute(
        database.db,
      );
      return rows.map(({ pid }) => pid);
    };
    const [pid, ...more] = await holders();
    expect(more).toEqual([]);
    await database.asOwner('select pg_terminate_backend($1, 5000)', [pid]);
    const leaf = await add(1);
    await expect.poll(() => one.settle(ORIGIN).then(holders)).toHaveLength(1);
    expect(await holders()).not.toContain(pid);
    await expectWholeLog([...leaves, ...leaf]);
  });

  test('numbered and not signed when it was killed: signed at the next start', async () => {
    const first = start();
    await first.ensure(ORIGIN);
    const leaves = await add(4);
    await first.settle(ORIGIN);
    await first.stop();
    leaves.push(...(await add(2)));
    await database.asOwner(`insert into log_leaf (origin, leaf_index, leaf, leaf_hash)
      select origin, 3 + row_number() over (order by pending_id), leaf, leaf_hash from log_pending`);
    await database.asOwner('delete from log_pending');
    await start().settle(ORIGIN);
    await expectWholeLog(leaves);
  });

  test('a checkpoint of yesterday under the lock of today is refused, and the log stands still', async () => {
    const first = start();
    await first.ensure(ORIGIN);
    await add(2);
    await first.settle(ORIGIN);
    const checkpoint = join(folderOf(dataDir, ORIGIN), 'checkpoint');
    const old = await readFile(checkpoint);
    await add(2);
    await first.settle(ORIGIN);
    await first.stop();
    await writeFile(checkpoint, old);
    await add(1);
    start();
    await expect.poll(() => lines.join('\n')).toContain('storage-behind-lock');
    expect(await readFile(checkpoint)).toEqual(old);
  });

  test('a leaf changed behind the log is refused before anything is signed', async () => {
    const first = start();
    await first.ensure(ORIGIN);
    await add(2);
    await first.settle(ORIGIN);
    await first.stop();
    await add(1);
    await database.asOwner(`update log_pending set leaf = set_byte(leaf, 12, 255 - get_byte(leaf, 12))`);
    start();
    await expect.poll(() => lines.join('\n')).toContain('leaf-hash-mismatch');
    expect((await publishedLog(dataDir, ORIGIN))?.checkpoint.size).toBe(2);
  });

  test('a lock into which somebody wrote that the log is closed closes nothing', async () => {
    const first = start();
    await first.ensure(ORIGIN);
    await add(2);
    await first.settle(ORIGIN);
    await first.stop();
    await database.asOwner(`update log_state set lock = convert_to(
      regexp_replace(convert_from(lock, 'UTF8'), '(staged [^\\n]*\\n)', E'\\\\1life closed\\n'), 'UTF8')`);
    await add(1);
    start();
    await expect.poll(() => lines.join('\n')).toContain('lock-invalid');
    await expect(stat(join(folderOf(dataDir, ORIGIN), 'closed'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('without its key a log that was signed is not begun anew', async () => {
    const first = start();
    await first.ensure(ORIGIN);
    await first.stop();
    await rm(logKeyFile(dataDir, ORIGIN));
    const second = start();
    await second.ensure(ORIGIN);
    await expect.poll(() => lines.join('\n')).toContain('key-missing');
    await expect(stat(logKeyFile(dataDir, ORIGIN))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a log that the store does not know and whose files are there is not begun anew, and its office is told', async () => {
  const first = start();
  await first.ensure(ORIGIN);
  await first.stop();
  await database.asOwner('update log_state set lock = null');
  const second = start();
  await expect(second.ensure(ORIGIN)).rejects.toMatchObject({ code: 'log-exists' });
  const at = { db: database.db, logHost: 'unused.example', stoppedBy: second.stoppedBy };
  expect(await stoppedLogs(at, '79000001')).toEqual([{ schoolYear: '2025-2026', why: 'files' }]);
});

describe('as the application', () => {
  test.each(['update log_leaf set leaf_index = leaf_index + 1', 'delete from log_leaf', 'truncate log_leaf'])(
    '%s is refused',
    async (statement) => {
      const sequencer = start();
      await sequencer.ensure(ORIGIN);
      await add(1);
      await sequencer.settle(ORIGIN);
      const { sql } = await import('kysely');
      await expect(sql.raw(statement).execute(database.db)).rejects.toMatchObject({ code: '42501' });
    },
  );

  test('one leaf is not taken twice', async () => {
    await start().ensure(ORIGIN);
    const [leaf] = await add(1);
    if (!leaf) throw new Error('no leaf');
    await expect(
      database.db.transaction().execute((trx) => addPending(trx, ORIGIN, leaf)),
    ).rejects.toMatchObject({ code: '23505' });
  });
});

test.each([
  [{ code: '79/1', training: true }, '2025-2026', 'a.example'],
  [{ code: '791', training: true }, '2025', 'a.example'],
  [{ code: '791', training: false }, '2025-2026', 'hocba.training'],
  [{ code: '791', training: false }, '2025-2026', 'A b'],
])('no origin of %j %s %s', (school, year, host) => {
  expect(() => originOf(school, year, host)).toThrow(TypeError);
});
