import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainStart, parseHeads, trailStart, verifyChain, verifyTrail } from '@hocba/ledger';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAudit } from '../../access/audit.ts';
import type { Deps } from '../../access/binding.ts';
import { storeActs } from '../../assessment/sheet/cell-rows.ts';
import { inSchool } from '../../store/database.ts';
import { MIGRATIONS_FOLDER, migrate } from '../../store/migrate.ts';
import { withClient } from '../../store/open.ts';
import { freshDatabase } from '../../store/testing/cluster.ts';
import { auditStore } from '../audit/audit.ts';
import { stateClockAhead } from '../log/clock.ts';
import { sha256 } from '../log/keys.ts';
import { newestStatement } from '../log/statements.ts';
import { publishStatus } from '../status/status.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { startSequencer } from '../writer/sequencer.ts';
import { anchorHeads } from './anchor-heads.ts';
import { chainedAct, chainedEvent } from './chains.ts';
import { closeDay } from './close-days.ts';
import { logStatus } from './log-status.ts';
import { lookAtHeads, SEEN_HEADS_FILE } from './seen-heads.ts';

const DAY = '2026-05-27';
/** Notes of the school, its year and its class, of two pupils with a result and a place each, of four persons with a role and an account, and of who teaches what. */
const NOTES = 3 + 2 * 3 + 4 * 3 + 12;
const EVENTS = NOTES + 3;
let house: TestHouse;
let of: { schoolId: string; schoolYear: string; origin: string };

const deps = () => ({ db: house.database.db, sequencer: house.sequencer, logHost: LOG_HOST, now: house.now });
const audit = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });
const problems = async () => (await audit()).problems;

beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  const { schoolId, schoolYear, principal } = house.school;
  of = { schoolId, schoolYear, origin: house.origin };
  // Three events of an earlier day, by the way that every route takes, behind the notes of the school's rows.
  const at = { db: house.database.db, now: () => new Date('2026-05-20T03:00:00Z') } as Deps;
  for (const outcome of ['ok', 'not-found', 'ok'])
    await appendAudit(
      at,
      { ...principal, accountId: '', address: '127.0.0.1' },
      { act: 'x.y', object: 'z 1', outcome },
    );
  expect(await closeDay(deps(), of, DAY)).toBe(true);
  await house.sequencer.settle(house.origin);
});
afterAll(() => house.close());

const acts = () =>
  inSchool(house.database.db, of.schoolId, (trx) =>
    trx.selectFrom('cell_act').selectAll().where('school_id', '=', of.schoolId).orderBy('seq').execute(),
  );

const KEPT = [
  'cell_act',
  'cell',
  'audit_event',
  'audit_trail',
  'class_counter',
  'school_day',
  'school_day_head',
];
/** With every trigger off; undone afterwards. */
async function withAttack<T>(statements: string, look: () => Promise<T>): Promise<T> {
  const off = 'set session_replication_role = replica;';
  await house.database.asOwner(
    `${off} ${KEPT.map((table) => `create table kept_${table} as select * from ${table}`).join(';')}`,
  );
  try {
    await house.database.asOwner(`${off} ${statements}`);
    return await look();
  } finally {
    await house.database.asOwner(
      `${off} ${KEPT.map((t) => `delete from ${t}; insert into ${t} select * from kept_${t}; drop table kept_${t}`).join(';')}`,
    );
  }
}

/** One more act of the class, set as the server sets it. */
async function appendAct(): Promise<void> {
  const { schoolId, classId } = house.school;
  await inSchool(house.database.db, schoolId, async (trx) => {
    const last = await trx
      .selectFrom('cell_act')
      .selectAll()
      .where('class_id', '=', classId)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    const { chain: _, ...act } = last;
    const seq = Number(last.seq) + 1;
    const next = {
      ...act,
      seq: String(seq),
      old_value: last.new_value,
      version: last.version + 1,
      n: seq,
      set_at: house.now(),
    };
    await storeActs(trx, [next], seq);
  });
}

describe('a day', () => {
  test('is one leaf of the log, made once; a store that nobody touched holds', async () => {
    expect(await closeDay(deps(), of, DAY)).toBe(false);
    const report = await audit();
    expect(report).toMatchObject({ ok: true, leaves: 1, days: 1, events: EVENTS });
    expect(report.acts).toBe((await acts()).length);
    expect(report.acts).toBeGreaterThan(40);
  });

  test('that has not ended is not closed; one on which nothing was written has no leaf', async () => {
    await expect(closeDay(deps(), of, '2026-05-28')).rejects.toThrow(RangeError);
    const later = { ...deps(), now: () => new Date('2026-05-29T01:00:00Z') };
    expect(await closeDay(later, of, '2026-05-28')).toBe(false);
  });
});

test('the database chains as the ledger does: acts of a class, and the audit trail', async () => {
  const name = { school: of.schoolId, classId: house.school.classId };
  expect(verifyChain(sha256, name, (await acts()).map(chainedAct))).toMatchObject({ ok: true });
  const events = await inSchool(house.database.db, of.schoolId, (trx) =>
    trx.selectFrom('audit_event').selectAll().where('school_id', '=', of.schoolId).orderBy('seq').execute(),
  );
  expect(verifyTrail(sha256, of.schoolId, events.map(chainedEvent))).toMatchObject({
    ok: true,
    head: { seq: EVENTS },
  });
});

/** What whoever owns the tables can do, hashes and all. */
const REHASH = `do $x$ declare a cell_act; h bytea; begin
  for a in select * from cell_act order by class_id, seq loop
    if a.seq = 1 then h := act_chain_start(a.school_id, a.class_id); end if;
    h := act_chain(h, a);
    update cell_act set chain = h where class_id = a.class_id and seq = a.seq;
  end loop; end $x$;`;
const REHASH_TRAIL = `do $x$ declare e audit_event; h bytea; n bigint := 0; begin
  for e in select * from audit_event order by seq loop
    if n = 0 then h := trail_start(e.school_id); end if;
    n := n + 1;
    h := trail_chain(h, e);
    update audit_event set chain = h where event_id = e.event_id;
  end loop;
  update audit_trail set seq = n, chain = h; end $x$;`;

describe('what a superuser does behind the application is found and named', () => {
  const after = (statements: string) => withAttack(statements, problems);
  const classId = () => house.school.classId;

  test('a mark changed in its cell', async () => {
    const [act] = await acts();
    const found = await after(`update cell set value = 'C' where seq = 1`);
    expect(found).toEqual([
      { what: 'cell', id: `${classId()}/${act?.pupil_id}/CN/${act?.item}/1`, code: 'cell-differs' },
    ]);
  });
  test('a mark changed in its cell and in its act', async () => {
    const found = await after(
      `update cell set value = 'C' where seq = 7; update cell_act set new_value = 'C' where seq = 7`,
    );
    expect(found).toEqual([{ what: 'act', id: `${classId()}#7`, code: 'edited' }]);
  });
  test('a mark changed everywhere, and every hash made anew', async () => {
    const count = (await acts()).length;
    const found = await after(
      `update cell set value = 'C' where seq = 7; update cell_act set new_value = 'C' where seq = 7; ${REHASH}`,
    );
    expect(found).toEqual([{ what: 'act', id: `${classId()}#1-${count}`, code: 'rewritten' }]);
  });
  test.each([
    ['deleted', 'delete from cell_act where seq = 5', 5],
    [
      'reordered',
      'update cell_act set seq = -1 where seq = 4; update cell_act set seq = 4 where seq = 6; update cell_act set seq = 6 where seq = -1',
      4,
    ],
  ])('an act %s', async (code, change, seq) => {
    expect(await after(change)).toContainEqual({ what: 'act', id: `${classId()}#${seq}`, code });
  });
  test('the last acts taken away with their cells, and the counter put back', async () => {
    const last = (await acts()).length;
    const found = await after(
      `delete from cell where seq = ${last}; delete from cell_act where seq = ${last}; update class_counter set seq = ${last - 1}`,
    );
    expect(found).toEqual([{ what: 'act', id: `${classId()}#${last}`, code: 'truncated' }]);
  });
  test.each([
    ['edited', `update audit_event set outcome = 'ok' where seq = ${EVENTS - 1}`, `#${EVENTS - 1}`],
    [
      'edited, all hashes made anew',
      `update audit_event set outcome = 'ok' where seq = ${EVENTS - 1}; ${REHASH_TRAIL}`,
      `#1-${EVENTS}`,
    ],
    ['deleted', `delete from audit_event where seq = ${EVENTS - 1}`, `#${EVENTS - 1}`],
    ['cut off', `delete from audit_event where seq = ${EVENTS}`, `#${EVENTS}`],
    [
      'cut off, and the counter put back',
      `delete from audit_event where seq = ${EVENTS}; update audit_trail set (seq, chain) = (select seq, chain from audit_event where seq = ${EVENTS - 1})`,
      `#${EVENTS}`,
    ],
  ])('the audit trail %s', async (_, change, id) => {
    expect(await after(change)).toEqual([{ what: 'event', id, code: expect.any(String) }]);
  });
  test.each([
    ['a head', `update school_day_head set seq = seq - 1 where chain_name = 'audit-trail'`, 'leaf-differs'],
    ['the heads', 'delete from school_day_head', 'heads-missing'],
    // No anchor would be due until then.
    ['the time', `update school_day set made_at = '2099-01-01'`, 'made-at-differs'],
    ['a time that is none', `update school_day set made_at = 'infinity'`, 'made-at-differs'],
  ])('%s of a day', async (_, change, code) => {
    expect(await after(change)).toContainEqual({ what: 'day', id: `2025-2026 ${DAY}`, code });
  });
  test('a whole day taken away: its leaf stays in the log and says so', async () => {
    expect(await after('delete from school_day_head; delete from school_day')).toContainEqual({
      what: 'leaf',
      id: `${house.origin}#0`,
      code: 'leaf-without-record',
    });
  });
  test('an act without the one before it is not even taken', async () => {
    await expect(
      house.database.asOwner(
        `insert into cell_act select school_id, class_id, 9999, pupil_id, period, item, attempt, old_value, new_value, version,
          source, device, 'other', n, set_by, set_at from cell_act where seq = 1`,
      ),
    ).rejects.toMatchObject({ code: '23000' });
  });
});

test('on the same day: heads logged between two daily roots, and heads seen beside the database, once what moved moved', async () => {
  const { db } = house.database;
  const at = (minutes: number) => ({
    ...deps(),
    now: () => new Date(house.now().getTime() + minutes * 60_000),
  });
  // Nothing has moved on since the day was closed.
  expect(await anchorHeads(at(30), of)).toBe(false);
  await appendAct();
  expect(await anchorHeads(at(1), of)).toBe(false);
  expect(await anchorHeads(at(30), of)).toBe(true);
  expect(await anchorHeads(at(60), of)).toBe(false);
  // Only what has moved: the trail stands where the day left it.
  const anchored = await newestStatement(db, of.origin, 'heads');
  expect(parseHeads(anchored?.document ?? new Uint8Array()).heads).toMatchObject([
    { classId: house.school.classId, seq: (await acts()).length },
  ]);
  await house.sequencer.settle(house.origin);
  const later = () =>
    auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: at(61).now });
  expect(await later()).toMatchObject({ ok: true, statements: 1 });
  const count = (await acts()).length;
  const rewritten = {
    what: 'act',
    id: `${house.school.classId}#${count}`,
    code: 'rewritten',
  };
  const attack = `update cell_act set new_value = 'C' where seq = ${count}; update cell set value = 'C' where seq = ${count}; ${REHASH}`;
  expect((await withAttack(attack, later)).problems).toContainEqual(rewritten);

  // A further act, in no log yet: the file beside the database knows it, and the look says so.
  const watch = { db, dataDir: house.dataDir };
  await appendAct();
  expect(await lookAtHeads(watch)).toEqual([]);
  expect(await lookAtHeads(watch)).toEqual([]);
  const again = attack.replaceAll(`seq = ${count}`, `seq = ${count + 1}`);
  const found = await withAttack(again, async () => ({
    seen: await lookAtHeads(watch),
    audited: await later(),
  }));
  expect(found.seen).toEqual([`${of.schoolId}/${house.school.classId}`]);
  expect(found.audited.problems).toContainEqual({ ...rewritten, id: `${house.school.classId}#${count + 1}` });
  const cut = `delete from cell where seq = ${count + 1}; delete from cell_act where seq = ${count + 1}; update class_counter set seq = ${count}`;
  const short = await withAttack(cut, later);
  expect(short.problems).toContainEqual({
    what: 'act',
    id: `${house.school.classId}#${count + 1}`,
    code: 'truncated',
  });
  expect(await later()).toMatchObject({ ok: true });
  // What two anchors say together is what is known to be logged.
  expect(await anchorHeads(at(62), of)).toBe(true);
  expect(await anchorHeads(at(62 + 59), of)).toBe(false);
});

test('a file of seen heads that cannot be read keeps no audit from the rest', async () => {
  const place = join(house.dataDir, SEEN_HEADS_FILE);
  const whole = await readFile(place);
  await writeFile(place, whole.subarray(0, -20));
  expect(await problems()).toEqual([{ what: 'store', id: SEEN_HEADS_FILE, code: 'file-malformed' }]);
  await writeFile(place, whole);
});

test('acts and events that were there before the chain are chained as they stand', async () => {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hocba-before-'));
  const name = `before_${randomUUID().replaceAll('-', '')}`;
  try {
    await cp(MIGRATIONS_FOLDER, folder, {
      recursive: true,
      filter: (from) => !/\/000[7-9]|\/00[1-9]\d/.test(from),
    });
    await database.asOwner(`create database ${name}`);
    const client = new pg.Client({ ...database.owner, database: name });
    await client.connect();
    await migrate(client, folder);
    const [school, classId] = ['5', randomUUID()];
    for (let seq = 1; seq <= 3; seq++)
      await client.query(
        `insert into cell_act values ($1, $2, $3::int, gen_random_uuid(), 'CN', 'TOAN.comment', 1, null, 'Học tốt', 1, 'key',
          'máy 1', 'lô 1', $3::int, gen_random_uuid(), '2026-05-20T03:04:05.678Z')`,
        [school, classId, seq],
      );
    await client.query(
      `insert into audit_event values (5, gen_random_uuid(), '2026-05-20T03:04:05.678Z', null, null, 'a.b', null, 'ok', null)`,
    );
    await migrate(client);
    const acts = (await client.query('select * from cell_act order by seq')).rows;
    const found = verifyChain(sha256, { school, classId }, acts.map(chainedAct));
    expect(found).toMatchObject({ ok: true, head: { seq: 3 } });
    const events = (await client.query('select * from audit_event')).rows;
    expect(verifyTrail(sha256, school, events.map(chainedEvent))).toMatchObject({
      ok: true,
      head: { seq: 1 },
    });
    expect(chainStart(sha256, { school, classId })).not.toEqual(trailStart(sha256, school));
    await client.end();
  } finally {
    await rm(folder, { recursive: true, force: true });
    await withClient(database.owner, (client) =>
      client.query(`drop database if exists ${name} with (force)`),
    );
    await database.drop();
  }
});

test('a clock that ran ahead keeps no anchor, day or status from being made once it is right and that is stated', async () => {
  const { database, sequencer, origin, dataDir } = house;
  const { sequencer: _, ...rest } = deps();
  let clock = Date.parse('2031-03-03T03:00:00Z');
  const at = { ...rest, sequencer, now: () => new Date(clock) };
  const status = { db: database.db, dataDir, now: at.now };
  await sequencer.stop();
  const own = startSequencer({
    db: database.db,
    connection: database.application,
    dataDir,
    now: at.now,
    log: () => undefined,
  });
  try {
    const under = { ...at, sequencer: own };
    await appendAct();
    expect(await anchorHeads(under, of)).toBe(true);
    expect(await closeDay(under, of, '2031-03-02')).toBe(true);
    await own.settle(origin);
    expect(await logStatus(database.db, origin, await publishStatus(status, origin), at.now())).toBe(true);
    await own.settle(origin);

    clock = Date.parse('2026-07-07T03:00:00Z');
    await stateClockAhead(database.db, origin, at.now());
    await own.settle(origin);
    await appendAct();
    expect(await anchorHeads(under, of)).toBe(true);
    expect(await closeDay(under, of, '2026-07-06')).toBe(true);
    await own.settle(origin);
    const now = await publishStatus(status, origin);
    expect(now.asOf).toEqual(new Date(clock));
    expect(await logStatus(database.db, origin, now, at.now())).toBe(true);
    await own.settle(origin);
    await publishStatus(status, origin);
    const { problems: found } = await auditStore({
      connection: database.owner,
      dataFolder: dataDir,
      now: () => new Date(clock + 3_600_000),
    });
    expect(found).toEqual([]);
  } finally {
    await own.stop();
  }
});
