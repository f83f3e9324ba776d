import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vietnamDay } from '../access/running-year.ts';
import { requireConfined } from './application-role.ts';
import { applicationConnection, inSchool, mayRetry, openDatabase, roleConnection } from './database.ts';
import { prepareSchema, withClient } from './open.ts';
import { freshDatabase, type TestDatabase } from './testing/cluster.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  for (const [id, code] of [
    ['1', 'A'],
    ['2', 'B'],
  ]) {
    await database.asOwner(
      `insert into school (school_id, code, name, province_office_code, province_office_name, commune_name,
         province_name, issue_place, tax_code, training)
       values ($1, $2, $2, '01', 'Sở', 'Phường', 'Tỉnh', 'Phường', '0100000000', true)`,
      [id, code],
    );
    await database.asOwner(
      `insert into school_year values ($1, '2025-2026', '2025-09-05', '2026-05-31', '2026-05-28')`,
      [id],
    );
  }
});
afterAll(() => database.drop());

const years = (schoolId: string) =>
  inSchool(database.db, schoolId, (t) =>
    t.selectFrom('school_year').select(['school_id', 'starts_on']).execute(),
  );

describe('tenancy', () => {
  test('a transaction sees its school only, even by a query that forgot to say which', async () => {
    expect(await years('1')).toEqual([{ school_id: '1', starts_on: '2025-09-05' }]);
    expect(await years('2')).toEqual([{ school_id: '2', starts_on: '2025-09-05' }]);
    expect(await years('3')).toEqual([]);
  });

  test('outside of it nothing is seen, also on a connection that served a school before', async () => {
    await years('1');
    expect(await database.db.selectFrom('school_year').selectAll().execute()).toEqual([]);
  });

  test('writing into another school is refused', async () => {
    const write = inSchool(database.db, '1', (t) =>
      t
        .insertInto('school_year')
        .values({
          school_id: '2',
          school_year: '2026-2027',
          starts_on: '2026-09-05',
          ends_on: '2027-05-31',
          planned_issue_date: '2027-05-28',
        })
        .execute(),
    );
    await expect(write).rejects.toMatchObject({ code: '42501' });
  });

  test.each(['', '0', '01', '-1', '1.5', '1e3', " 1'; reset role; --", '9'.repeat(19), '１'])(
    '%j is not a school id',
    async (id) => {
      await expect(years(id)).rejects.toThrow(TypeError);
    },
  );
});

test('a time that nobody else knows is read as one that can be shown', async () => {
  const { rows } = await sql<
    Record<'for_ever' | 'far' | 'before' | 'last', Date> & Record<'day' | 'own', string>
  >`
    select 'infinity'::timestamptz as for_ever, '290000-01-01Z'::timestamptz as far, '0044-03-15Z BC'::timestamptz as before,
      '2026-05-28 20:14:05.123456+07'::timestamptz as last, '-infinity'::date as day, '2026-05-28'::date as own`.execute(
    database.db,
  );
  const [{ for_ever, far, before, last, day, own }] = rows as [(typeof rows)[number]];
  for (const time of [for_ever, far, before])
    expect([Number(time), time.toISOString(), vietnamDay(time)]).toEqual([
      Number.NaN,
      '9999-12-31T00:00:00.000Z',
      '9999-12-31',
    ]);
  expect([last.toISOString(), day, own]).toEqual(['2026-05-28T13:14:05.123Z', '9999-12-31', '2026-05-28']);
});

describe('append-only tables', () => {
  test('every table with the second wall has the first: no grant to change or empty it', async () => {
    const walled = await database.asOwner<{ name: string }>(
      `select distinct tgrelid::regclass::text as name from pg_trigger where tgname = 'refuse_row_change'`,
    );
    expect(walled.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'cell_act',
        'record',
        'record_act',
        'slot',
        'issued_record',
        'audit_event',
        'log_leaf',
      ]),
    );
    for (const { name } of walled) {
      for (const statement of [
        `update ${name} set tableoid = 1`,
        `delete from ${name}`,
        `truncate ${name} cascade`,
      ]) {
        const attempt = sql.raw(
          statement.replace('set tableoid = 1', `set ${await firstColumn(name)} = default`),
        );
        await expect(attempt.execute(database.db), statement).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  test('the second wall holds the owner too, until it is taken down on purpose', async () => {
    await database.asOwner(`insert into verification_token values ('t', 1, gen_random_uuid())`);
    for (const statement of [
      `update verification_token set school_id = 2`,
      'delete from verification_token',
      'truncate verification_token',
    ]) {
      await expect(database.asOwner(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('the role cannot lift the walls', async () => {
    for (const statement of [
      'alter table issued_record disable trigger all',
      'set session_replication_role = replica',
      'drop table issued_record cascade',
      'set role hocba_owner',
      'create table public.own (a int)',
    ]) {
      await expect(sql.raw(statement).execute(database.db), statement).rejects.toMatchObject({
        code: '42501',
      });
    }
    // Granting what one has not got is a warning in PostgreSQL, so the outcome is looked at.
    await sql`grant update, delete on issued_record to hocba_app`.execute(database.db);
    await withClient(database.application, requireConfined);
  });

  async function firstColumn(table: string): Promise<string> {
    const [row] = await database.asOwner<{ name: string }>(
      'select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 1',
      [table],
    );
    return row?.name ?? '';
  }
});

describe('a database given by URL', () => {
  test('is migrated and used as the application role from the first statement on', async () => {
    await prepareSchema({ connectionString: database.url }, null);
    const connection = roleConnection(database.url);
    await withClient(connection, requireConfined);
    const db = openDatabase(connection, { connections: 1 });
    try {
      await sql`reset role`.execute(db);
      const { rows } = await sql<{ role: string }>`select current_user as role`.execute(db);
      expect(rows).toEqual([{ role: 'hocba_app' }]);
      await expect(sql`delete from record`.execute(db)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await db.destroy();
    }
  });

  test('an owner who is no superuser will do once the role is granted, and before that is told what to ask for', async () => {
    const user = `owner_of_${database.name}`;
    const name = `${database.name}_lent`;
    await database.asOwner(`create role ${user} login password 'lent'`);
    await database.asOwner(`create database ${name} owner ${user}`);
    const url = new URL(database.url);
    Object.assign(url, { username: user, password: 'lent', pathname: `/${name}` });
    const owner = { connectionString: url.href };
    try {
      await expect(prepareSchema(owner, null)).rejects.toMatchObject({
        code: 'not-permitted',
        message: expect.stringContaining('grant hocba_app'),
      });
      await database.asOwner(`grant hocba_app to ${user}`);
      await prepareSchema(owner, null);
      await withClient(roleConnection(url.href), requireConfined);
    } finally {
      await database.asOwner(`drop database ${name} with (force)`);
      await database.asOwner(`drop role ${user}`);
    }
  });

  test('a role that the walls do not hold is refused', async () => {
    await expect(withClient(database.owner, requireConfined)).rejects.toMatchObject({ code: 'too-powerful' });
    await expect(
      withClient(applicationConnection(database.application), requireConfined),
    ).resolves.toBeUndefined();
  });
});

describe('a connection that the database ends', () => {
  test('in the middle of a transaction fails that transaction and nothing else', async () => {
    const broken = inSchool(database.db, '1', async (t) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(t);
      // Nothing runs on it now, so that nobody but the connection itself can hear of its end.
      await database.asOwner('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return t.selectFrom('school_year').select('school_id').execute();
    });
    await expect(broken).rejects.toThrow();
    expect(await years('1')).toHaveLength(1);
  });
});

describe('values', () => {
  test('come as the table types say', async () => {
    const { rows } =
      await sql`select 9007199254740993::bigint as big, 1.50::numeric as exact, 7::int as small,
      date '2026-05-28' as day, timestamptz '2026-05-28T20:14:05.123+07' as time, '\\x00ff'::bytea as bytes,
      array['\\x00ff'::bytea, '\\x'::bytea] as chain, '{"a":[1]}'::jsonb as json`.execute(database.db);
    expect(rows).toEqual([
      {
        big: '9007199254740993',
        exact: '1.50',
        small: 7,
        day: '2026-05-28',
        time: new Date('2026-05-28T13:14:05.123Z'),
        bytes: new Uint8Array([0, 255]),
        chain: [new Uint8Array([0, 255]), new Uint8Array([])],
        json: { a: [1] },
      },
    ]);
  });

  test('bytes and arrays of bytes survive the way in', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { rows } = await sql`select ${bytes}::bytea as one, ${[bytes, bytes]}::bytea[] as two`.execute(
      database.db,
    );
    expect(rows).toEqual([{ one: bytes, two: [bytes, bytes] }]);
  });
});

describe('retry', () => {
  test.each([
    [{ code: '40001' }, true],
    [{ code: '40P01' }, true],
    [{ code: 'XX000', message: 'could not commit transaction on any active node' }, true],
    [{ code: 'XX000', message: 'cache lookup failed' }, false],
    [{ code: '42501' }, false],
    [{ code: '23505' }, false],
    [new Error('lost'), false],
  ])('%j: %s', (error, retried) => {
    expect(mayRetry(error)).toBe(retried);
  });

  test('two transactions in each other’s way both get through', async () => {
    let arrived = 0;
    let open: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const rename = (first: string, second: string) =>
      inSchool(database.db, '1', async (t) => {
        await t.updateTable('school').set({ name: first }).where('school_id', '=', first).execute();
        arrived += 1;
        if (arrived >= 2) open();
        await both;
        await t.updateTable('school').set({ name: first }).where('school_id', '=', second).execute();
      });
    await expect(Promise.all([rename('1', '2'), rename('2', '1')])).resolves.toHaveLength(2);
    expect(arrived).toBe(3);
  });
});
