import { randomUUID } from 'node:crypto';
import { verifyTrail } from '@hocba/ledger';
import { nodeSha256 } from '@hocba/ledger/node';
import { sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainedEvent } from '../issuing/days/chains.ts';
import { makeSmallSchool, type SmallSchool } from '../signing/testing/small-school.ts';
import { inSchool } from './database.ts';
import type { Database } from './tables.ts';
import { freshDatabase, type TestDatabase } from './testing/cluster.ts';

/** The head of a school's trail, and how a row's notes are found, in a transaction that notes many rows (0047_trail_head.sql). */
let database: TestDatabase;
let school: SmallSchool;
beforeEach(async () => {
  database = await freshDatabase();
  school = await makeSmallSchool(database.db, { pupils: 3 });
});
afterEach(() => database.drop());

const working = <T>(does: (trx: Transaction<Database>) => Promise<T>) =>
  inSchool(database.db, school.schoolId, does);
const arrive = (trx: Transaction<Database>, ...codes: string[]) =>
  trx
    .insertInto('pupil')
    .values(
      codes.map((code) => ({
        school_id: school.schoolId,
        pupil_id: randomUUID(),
        pupil_code: code,
        full_name: 'Nguyễn Mẫu Ân',
        birth_date: '2016-03-02',
      })),
    )
    .execute();
const codes = (from: string, count: number) => Array.from({ length: count }, (_, n) => `${from}${n}`);

/** What an audit reads: every event from the first, and the row that says where the trail stands. */
async function trail() {
  const events = await working((trx) => trx.selectFrom('audit_event').selectAll().orderBy('seq').execute());
  const [head] = await database.asOwner<{ seq: string; chain: string }>(
    `select seq, encode(chain, 'hex') as chain from audit_trail where school_id = $1`,
    [school.schoolId],
  );
  return { events, head };
}

async function expectWhole(count: number): Promise<void> {
  const { events, head } = await trail();
  expect(events).toHaveLength(count);
  expect(verifyTrail(nodeSha256, school.schoolId, events.map(chainedEvent))).toMatchObject({ ok: true });
  const last = events.at(-1);
  expect(head).toEqual({ seq: String(last?.seq), chain: Buffer.from(last?.chain ?? []).toString('hex') });
}

const noted = async () => (await trail()).events.length;

test('however many rows a transaction notes, the trail’s own row moves once for them', async () => {
  const before = await noted();
  await database.asOwner(`create table moved (seq bigint);
    create function count_move() returns trigger language plpgsql security definer as $$
      begin insert into public.moved values (new.seq); return null; end $$;
    create trigger count_move after update on audit_trail for each row execute function count_move()`);
  await working((trx) => arrive(trx, ...codes('A', 40)));
  expect(await database.asOwner('select seq::int from moved')).toEqual([{ seq: before + 40 }]);
  await expectWhole(before + 40);
});

test('what was taken back in the middle leaves neither a gap nor a head of its own', async () => {
  const before = await noted();
  await working(async (trx) => {
    const event = (act: string) =>
      sql`insert into audit_event (school_id, event_id, at, act, outcome)
      values (${school.schoolId}, ${randomUUID()}, now(), ${act}, 'ok')`.execute(trx);
    await event('kept');
    await sql`savepoint here`.execute(trx);
    await event('taken back');
    await arrive(trx, ...codes('B', 3));
    await sql`rollback to savepoint here`.execute(trx);
    await arrive(trx, 'C0');
    await event('kept too');
  });
  await expectWhole(before + 3);
});

test('two at once stand one after the other, each whole', async () => {
  const before = await noted();
  await Promise.all(['D', 'E', 'F'].map((from) => working((trx) => arrive(trx, ...codes(from, 20)))));
  await expectWhole(before + 60);
  const { events } = await trail();
  const rows = await database.asOwner<{ pupil_id: string; pupil_code: string }>('select * from pupil');
  const from = (object: string | null) =>
    rows.find(({ pupil_id }) => object?.startsWith(pupil_id))?.pupil_code[0];
  const order = events.slice(before).map(({ object }) => from(object));
  for (const at of [0, 20, 40]) expect(new Set(order.slice(at, at + 20)).size).toBe(1);
});

test('who reads as of an earlier moment than another’s commit cannot go on beside it', async () => {
  const before = await noted();
  await expect(
    database.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        await sql`select set_config('app.school_id', ${school.schoolId}, true)`.execute(trx);
        await trx.selectFrom('audit_event').select('seq').execute();
        await working((other) => arrive(other, 'H0'));
        await arrive(trx, 'I0');
      }),
  ).rejects.toMatchObject({ code: '40001' });
  await expectWhole(before + 1);
});

test('what fails at its very commit leaves nothing, and the next one takes its number', async () => {
  const before = await noted();
  await database.asOwner(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'late'; end $$;
    create constraint trigger zz_fail after insert on pupil deferrable initially deferred for each row execute function fail()`);
  await expect(working((trx) => arrive(trx, 'J0'))).rejects.toThrow('late');
  await database.asOwner('drop trigger zz_fail on pupil');
  await working((trx) => arrive(trx, 'K0'));
  await expectWhole(before + 1);
});

test('a row’s newest note is found without going over the trail', async () => {
  await working((trx) => arrive(trx, ...codes('G', 200)));
  const read = await working(async (trx) => {
    const readSoFar = async (): Promise<number> => {
      const { rows } = await sql<{ n: string }>`
        select seq_tup_read + coalesce(idx_tup_fetch, 0) as n from pg_stat_xact_all_tables
        where relid = 'audit_event'::regclass`.execute(trx);
      return Number(rows[0]?.n ?? 0);
    };
    const before = await readSoFar();
    await trx
      .updateTable('pupil')
      .set({ mother_name: 'Lê Mẫu Bình' })
      .where('pupil_code', 'in', codes('G', 20))
      .execute();
    await sql`set constraints all immediate`.execute(trx);
    return (await readSoFar()) - before;
  });
  // A few for each: its own note, the event before it. Over the trail it would be two hundred for each.
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(20 * 10);
});

test('notes are shown of the school that is at work, and of no other', async () => {
  const [pupil] = school.pupils;
  const of = (asked: string, at: string | null) =>
    database.db.transaction().execute(async (trx) => {
      if (at !== null) await sql`select set_config('app.school_id', ${at}, true)`.execute(trx);
      return (await sql`select * from notes_of(${asked}, ${[pupil?.pupilId]})`.execute(trx)).rows.length;
    });
  expect(await of(school.schoolId, school.schoolId)).toBeGreaterThan(0);
  expect([await of(school.schoolId, '9'), await of('9', '9'), await of(school.schoolId, null)]).toEqual([
    0, 0, 0,
  ]);
});

test('the application moves the trail’s row by an event only', async () => {
  for (const statement of ['update audit_trail set seq = 0', 'select move_trail()', 'select chain_event()'])
    await expect(
      working((trx) => sql.raw(statement).execute(trx)),
      statement,
    ).rejects.toThrow();
});
