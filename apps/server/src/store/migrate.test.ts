import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyTrail } from '@hocba/ledger';
import { nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditStore } from '../issuing/audit/audit.ts';
import { copyTrail } from '../issuing/audit/chains/whole-trail.ts';
import { AuditNotes } from '../issuing/audit/report.ts';
import { auditRows } from '../issuing/audit/rows/rows.ts';
import { chainedEvent } from '../issuing/days/chains.ts';
import { openCopies } from './copy-out.ts';
import { openDatabase } from './database.ts';
import { MIGRATIONS_FOLDER, migrate, pendingMigrations, readMigrations, requireMigrated } from './migrate.ts';
import { withClient } from './open.ts';
import { freshDatabase, type TestDatabase } from './testing/cluster.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-migrations-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, sql: string) => writeFile(join(folder, name), sql);

describe('reading the folder', () => {
  test('the schema itself reads', async () => {
    const migrations = await readMigrations(MIGRATIONS_FOLDER);
    expect(migrations.length).toBeGreaterThan(0);
  });

  test.each([
    [['0001_a.sql', '0003_c.sql'], 'gap'],
    [['0002_a.sql'], 'gap'],
    [['0000_a.sql'], 'gap'],
    [['0001_a.sql', '0001_b.sql'], 'gap'],
    [['1_a.sql'], 'file-name'],
    [['0001_a.sql', 'notes.txt'], 'file-name'],
    [['0001_A.sql'], 'file-name'],
    [['0001-a.sql'], 'file-name'],
  ])('%j is refused: %s', async (names, code) => {
    for (const name of names) await put(name, 'select 1');
    await expect(readMigrations(folder)).rejects.toMatchObject({ code });
  });

  test('line ends of another system do not change a checksum', async () => {
    await put('0001_a.sql', 'select 1;\nselect 2;\n');
    const [unix] = await readMigrations(folder);
    await put('0001_a.sql', 'select 1;\r\nselect 2;\r\n');
    const [windows] = await readMigrations(folder);
    expect(windows?.checksum).toBe(unix?.checksum);
  });
});

describe('what is still to be applied', () => {
  const known = ['0001_a.sql', '0002_b.sql', '0003_c.sql'].map((name) => ({
    name,
    sql: '',
    checksum: `of ${name}`,
  }));
  const done = (...names: string[]) => names.map((name) => ({ name, checksum: `of ${name}` }));

  test.each([
    [[], 3],
    [['0001_a.sql'], 2],
    [['0001_a.sql', '0002_b.sql', '0003_c.sql'], 0],
  ])('after %j: %i', (applied, left) => {
    expect(pendingMigrations(known, done(...applied))).toHaveLength(left);
  });

  test.each([
    ['a file applied and missing here', done('0001_a.sql', '0002_other.sql'), 'unknown-applied'],
    [
      'a database of a newer version',
      done('0001_a.sql', '0002_b.sql', '0003_c.sql', '0004_d.sql'),
      'unknown-applied',
    ],
    ['a changed file', [{ name: '0001_a.sql', checksum: 'another' }], 'changed'],
    ['a hole', done('0001_a.sql', '0003_c.sql'), 'gap'],
  ])('%s is refused', (_, applied, code) => {
    expect(() => pendingMigrations(known, applied)).toThrow(expect.objectContaining({ code }));
  });
});

describe('on a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await database.asOwner('drop table schema_migration');
  });
  afterAll(() => database.drop());
  const run = () => withClient(database.owner, (client) => migrate(client, folder));

  test('who only looks finds no store, an older one or a newer one, and looks at none of these', async () => {
    const look = (of = folder) => withClient(database.owner, (client) => requireMigrated(client, of));
    const empty = await mkdtemp(join(tmpdir(), 'hocba-schema-'));
    await expect(look(empty)).rejects.toMatchObject({ code: 'behind' });
    await withClient(database.owner, (client) => migrate(client, empty));
    await expect(look(empty)).resolves.toBeUndefined();
    await writeFile(join(empty, '0001_later.sql'), 'create table m0 (a int)');
    await expect(look(empty)).rejects.toMatchObject({ code: 'behind' });
    await database.asOwner(
      `insert into schema_migration (name, checksum) values ('0001_later.sql', 'another')`,
    );
    await expect(look(empty)).rejects.toMatchObject({ code: 'changed' });
    await rm(join(empty, '0001_later.sql'));
    await expect(look(empty)).rejects.toMatchObject({ code: 'unknown-applied' });
    await database.asOwner('drop table schema_migration');
    await rm(empty, { recursive: true });
  });

  test('applies once, goes on where it stood, and a failed file leaves nothing behind', async () => {
    await put('0001_first.sql', 'create table m1 (a int); create table m2 (a int);');
    expect(await run()).toEqual(['0001_first.sql']);
    expect(await run()).toEqual([]);
    await put('0002_second.sql', 'create table m3 (a int); insert into no_such_table values (1);');
    await expect(run()).rejects.toMatchObject({ code: 'failed' });
    expect(await database.asOwner(`select to_regclass('m3') as m3`)).toEqual([{ m3: null }]);
    await put('0002_second.sql', 'create table m3 (a int);');
    expect(await run()).toEqual(['0002_second.sql']);
    await put('0001_first.sql', 'create table m1 (b int);');
    await expect(run()).rejects.toMatchObject({ code: 'changed' });
  });

  test('four at once apply every file once', async () => {
    await database.asOwner('drop table if exists schema_migration, m1, m2, m3');
    for (let n = 1; n <= 4; n += 1) await put(`000${n}_n.sql`, `create table n${n} (a int)`);
    const applied = await Promise.all([run(), run(), run(), run()]);
    expect(applied.flat().sort()).toEqual(['0001_n.sql', '0002_n.sql', '0003_n.sql', '0004_n.sql']);
  });
});

/** Without any schema yet. */
async function emptyDatabase(): Promise<TestDatabase> {
  const database = await freshDatabase();
  await database.asOwner('drop schema public cascade');
  await database.asOwner('create schema public');
  await database.asOwner('grant usage on schema public to hocba_app');
  return database;
}

describe('a store that was made before rows were noted', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  test('has what it holds noted as it stands, behind all that its trails say already', async () => {
    const before = (await readMigrations(MIGRATIONS_FOLDER)).filter(({ name }) => name < '0046');
    for (const { name, sql } of before) await put(name, sql);
    await withClient(database.owner, (client) => migrate(client, folder));
    // Of one school nobody has done anything that its trail tells.
    for (const id of [1, 2, 3]) {
      await database.asOwner(
        `insert into school (school_id, code, name, province_name, district_name, commune_name, province_office_code,
          province_office_name, issue_place, tax_code, training, profile)
        values ($1, $2, 'Trường Mẫu', 'Tỉnh Mẫu', '', 'Xã Mẫu', '79', 'Sở Mẫu', 'Xã Mẫu', '0300000001', true, 'moet-2025')`,
        [id, `7900000${id}`],
      );
      if (id === 3) continue;
      for (const code of ['MAU1', 'MAU2'])
        await database.asOwner(
          `insert into pupil (school_id, pupil_id, pupil_code, full_name, birth_date)
          values ($1, gen_random_uuid(), $2, 'Nguyễn Mẫu Ân', '2016-03-02')`,
          [id, `${code}${id}`],
        );
      await database.asOwner(
        `insert into study_year (school_id, pupil_id, school_year, school_name, class_name, grade, arrived_on)
        select school_id, pupil_id, '2024-2025', 'Trường Nơi Cũ', '3B', 3, '2024-09-05' from pupil where school_id = $1`,
        [id],
      );
    }
    await database.asOwner(
      `insert into audit_event (school_id, event_id, at, act, outcome) values (1, gen_random_uuid(), now(), 'x', 'ok')`,
    );
    await withClient(database.owner, (client) => migrate(client));
    // One more after them: the trails go on.
    await database.asOwner(
      `insert into audit_event (school_id, event_id, at, act, outcome) values (2, gen_random_uuid(), now(), 'x', 'ok')`,
    );
    for (const [school, count] of [
      ['1', 6],
      ['2', 6],
      ['3', 1],
    ] as const) {
      const events = await trailOf(school);
      expect(events).toHaveLength(count);
      expect(verifyTrail(nodeSha256, school, events)).toMatchObject({ ok: true });
    }
    const report = await auditStore({ connection: database.owner, dataFolder: folder });
    expect([report.rows, report.problems]).toEqual([11, []]);
  });

  test('and before what the office acts by was', async () => {
    const older = await emptyDatabase();
    try {
      const before = (await readMigrations(MIGRATIONS_FOLDER)).filter(({ name }) => name < '0049');
      for (const { name, sql } of before) await put(name, sql);
      await withClient(older.owner, (client) => migrate(client, folder));
      const [a, b, c] = ['a', 'b', 'c'].map((x) => `'${x.repeat(8)}-0000-4000-8000-000000000000'`);
      const at = `'2026-05-30T01:02:03.456789Z'`;
      // What it all hangs on is of no matter here.
      await older.asOwner(`set session_replication_role = replica;
        insert into school_year (school_id, school_year, starts_on, ends_on, planned_issue_date) values (1, '2025-2026', '2025-09-05', '2026-05-31', '2026-05-30');
        insert into account (account_id, school_id, staff_id, username, password_hash) values (${a}, 1, ${b}, 'mau', 'x');
        insert into second_factor (factor_id, account_id, kind, name, sealed, created_at, counter) values (${c}, ${a}, 'totp', 'x', '\\x01', ${at}, 7);
        insert into signing_certificate values (1, ${a}, null, 'x', array['\\x01'::bytea, '\\x02'], 'k', ${at}, ${at}, 'training');
        insert into record (school_id, record_id, class_id, pupil_id, school_year, profile, rule_set, frozen_xml, annex, slots, frozen_by, frozen_at)
          values (1, ${a}, ${b}, ${c}, '2025-2026', 'moet-2025', 'TT27_2020', '', '', '[]', ${c}, ${at});
        insert into issued_record values (1, ${a}, '', sha256('a'), sha256('a'), '', sha256('a'), ${at}, ${c});
        insert into record_act values (1, ${a}, 1, 'freeze', ${b}, 'homeroomTeacher', null, ${at}), (1, ${a}, 2, 'recall', ${b}, 'principal', E'x\ty "z"', ${at});
        insert into transfer_file values (1, ${a}, 'học bạ.xml', decode(repeat('00ff', 1000), 'hex'), true, 'Thật', ${at})`);
      await withClient(older.owner, (client) => migrate(client));
      const copies = await openCopies(older.owner);
      const { whole, noted, rows } = await copyTrail(copies, '1', []).finally(() => copies.close());
      const notes = new AuditNotes();
      auditRows(noted, rows, notes);
      expect([whole, notes.report().rows, notes.report().problems]).toEqual([8, 8, []]);
    } finally {
      await older.drop();
    }
  });

  async function trailOf(school: string) {
    const db = openDatabase(database.owner, { connections: 1 });
    try {
      const rows = await db
        .selectFrom('audit_event')
        .selectAll()
        .where('school_id', '=', school)
        .orderBy('seq')
        .execute();
      return rows.map(chainedEvent);
    } finally {
      await db.destroy();
    }
  }
});

describe('a store that was made before the years’ locks were held', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  test('its training school is not shut by coming here, and nobody else’s year is opened', async () => {
    const before = (await readMigrations(MIGRATIONS_FOLDER)).filter(({ name }) => name < '0021');
    for (const { name, sql } of before) await put(name, sql);
    await withClient(database.owner, (client) => migrate(client, folder));
    const years = ['2024-2025', '2025-2026'];
    for (const [id, training] of [
      [1, true],
      [2, false],
    ] as const) {
      await database.asOwner(
        `insert into school (school_id, code, name, province_name, district_name, commune_name, province_office_code,
          province_office_name, issue_place, tax_code, training, profile)
        values ($1, $2, 'Trường Mẫu', 'Tỉnh Mẫu', '', 'Xã Mẫu', '79', 'Sở Mẫu', 'Xã Mẫu', '0300000001', $3, 'moet-2025')`,
        [id, `7900000${id}`, training],
      );
      for (const year of years)
        await database.asOwner(
          `insert into school_year (school_id, school_year, starts_on, ends_on, planned_issue_date)
          values ($1, $2, '2025-09-05', '2026-05-31', '2026-05-29')`,
          [id, year],
        );
    }
    await database.asOwner(
      `update school_year set main_lock_on = '2025-07-01', supplementary_lock_on = '2025-08-20' where school_year = '2024-2025'`,
    );
    await withClient(database.owner, (client) => migrate(client));
    const rows = await database.asOwner(
      `select school_id::int as school, school_year, main_lock_on > now() + interval '360 days' as open,
        supplementary_lock_on > main_lock_on as later from school_year order by 1, 2`,
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      [1, '2024-2025', false, true],
      [1, '2025-2026', true, true],
      [2, '2024-2025', false, true],
      [2, '2025-2026', null, null],
    ]);
  });
});

test('a server older than 15 is refused by name', async () => {
  const old = { query: async () => ({ rows: [{ number: 140012, version: '14.12' }] }) };
  await expect(migrate(old as never)).rejects.toMatchObject({
    code: 'server-too-old',
    message: expect.stringContaining('14.12'),
  });
});
