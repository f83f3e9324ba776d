import { checkPupilYear, dutyOf } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passwordMatches } from '../access/password.ts';
import { checkInputOf, loadPupilYears } from '../assessment/pupil-year/pupil-years.ts';
import { inSchool } from '../store/database.ts';
import { freshDatabase, type TestDatabase } from '../store/testing/cluster.ts';
import { SPECIALISTS, sampleAccounts, TRAINING_PASSWORD, trainingStaff } from './people.ts';
import { SeededRandom } from './random.ts';
import { seedTrainingSchool, TRAINING_SCHOOL_ID } from './seed.ts';

describe('seeded numbers', () => {
  test('are the same for ever', () => {
    const random = new SeededRandom('mẫu');
    expect([random.whole(0, 999), random.whole(0, 999), random.uuid()]).toMatchInlineSnapshot(`
      [
        940,
        954,
        "a68eec92-f1d1-4d3a-92a8-00a268e6385e",
      ]
    `);
  });
  test('differ by seed and fill their range', () => {
    const random = new SeededRandom('a');
    const seen = new Set(Array.from({ length: 400 }, () => random.whole(3, 8)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6, 7, 8]);
    expect(new SeededRandom('a').uuid()).not.toBe(new SeededRandom('b').uuid());
  });
});

test('staff is invented, each name and number once, and says so', () => {
  const staff = trainingStaff();
  expect(staff.length).toBe(22);
  expect(new Set(staff.map((s) => s.fullName)).size).toBe(22);
  expect(new Set(staff.map((s) => s.personalId)).size).toBe(22);
  for (const s of staff) {
    expect(s.fullName).toContain('Mẫu');
    expect(s.personalId).toMatch(/^000\d{9}$/);
  }
});

test.each(['2A', '4A'])('the accounts offered sign the records of %s to the end', (name) => {
  const offered = sampleAccounts().map(({ username }) => username);
  const teachers = SPECIALISTS.filter(({ classes }) => classes.includes(name)).map((one) => one.username);
  expect(teachers.length).toBeGreaterThan(0);
  expect(offered).toEqual(
    expect.arrayContaining([...teachers, `gvcn${name.toLowerCase()}`, 'hieutruong', 'vanthu']),
  );
  expect(new Set(offered).size).toBe(offered.length);
});

describe('the training school', () => {
  let first: TestDatabase;
  const now = () => new Date('2026-05-20T02:00:00Z');
  beforeAll(async () => {
    first = await freshDatabase();
    expect(await seedTrainingSchool({ db: first.db, now })).toBe(true);
  });
  afterAll(() => first.drop());

  const count = async (database: TestDatabase, from: string) =>
    Number((await database.asOwner<{ n: string }>(`select count(*) as n from ${from}`))[0]?.n);

  test('has what it says, and a second start finds it', async () => {
    expect(await seedTrainingSchool({ db: first.db, now })).toBe(false);
    expect(await count(first, 'school where training')).toBe(1);
    expect(await count(first, 'class')).toBe(10);
    expect(await count(first, 'pupil')).toBe(350);
    expect(
      await count(
        first,
        '(select distinct full_name, class_id from pupil join enrolment using (pupil_id)) x',
      ),
    ).toBe(350);
    expect(await count(first, `pupil where full_name not like '%Mẫu%'`)).toBe(0);
    expect(await count(first, `pupil where personal_id is not null and personal_id not like '000%'`)).toBe(0);
  });

  test('is the same school everywhere, to the last value of every row', async () => {
    const digests: Record<string, unknown> = {};
    for (const table of ['staff', 'class', 'assignment', 'pupil', 'enrolment', 'cell', 'decision']) {
      const row = `(to_jsonb(x) - 'set_at' - 'decided_at' - 'assigned_at')::text collate "C"`;
      const [found] = await first.asOwner<{ digest: string }>(
        `select md5(string_agg(${row}, '|' order by ${row})) as digest from ${table} x`,
      );
      digests[table] = found?.digest;
    }
    expect(digests).toMatchInlineSnapshot(`
      {
        "assignment": "9bcc51c52c2c0b88ec172b0c6110e679",
        "cell": "2d31da27b8dd65c61383125366e10149",
        "class": "6ed77520d673d3049089bf4e240b9a09",
        "decision": "d589b735ae7872d8b51825ac10ce9388",
        "enrolment": "875cfa9d87f7fae600f6d7f9d34196a3",
        "pupil": "7334fc415c2e433804ad8d7332cdc08d",
        "staff": "7f3bc2e206e4f3f925ad689de2f2c772",
      }
    `);
  });

  test('has an act behind each cell, by the column’s owner', async () => {
    expect(await count(first, 'cell')).toBe(await count(first, 'cell_act'));
    expect(
      await count(
        first,
        `cell c where not exists (select 1 from assignment a where a.class_id = c.class_id and a.staff_id = c.set_by)
           and not exists (select 1 from class k where k.class_id = c.class_id and k.homeroom_staff_id = c.set_by)`,
      ),
    ).toBe(0);
    expect(
      await count(
        first,
        `class_counter k where seq <> (select count(*) from cell_act a where a.class_id = k.class_id)`,
      ),
    ).toBe(0);
  });

  test('has 2A without a problem of its own making, 4A with planted ones', async () => {
    const problems = async (name: string) => {
      const [row] = await first.asOwner<{ class_id: string }>('select class_id from class where name = $1', [
        name,
      ]);
      const years = await inSchool(first.db, TRAINING_SCHOOL_ID, (trx) =>
        loadPupilYears(trx, TRAINING_SCHOOL_ID, row?.class_id ?? ''),
      );
      return years.pupils.flatMap((pupil) =>
        checkPupilYear(checkInputOf(years, pupil)).filter((p) => p.severity === 'blocking'),
      );
    };
    expect(await problems('2A')).toEqual([]);
    expect((await problems('4A')).length).toBeGreaterThan(0);
  });

  test('judges each pupil of the combined class 1B by the own grade, and fills nobody’s cell of another', async () => {
    const [row] = await first.asOwner<{ class_id: string }>(`select class_id from class where name = '1B'`);
    const years = await inSchool(first.db, TRAINING_SCHOOL_ID, (trx) =>
      loadPupilYears(trx, TRAINING_SCHOOL_ID, row?.class_id ?? ''),
    );
    expect(new Set(years.pupils.map((p) => p.grade))).toEqual(new Set([1, 2]));
    for (const pupil of years.pupils) {
      expect(Number(pupil.birthDate?.slice(0, 4)), 'the age of the grade').toBe(2020 - pupil.grade);
      for (const item of pupil.values.keys())
        expect(dutyOf(years.ruleSet, pupil.grade, 'CN', item), item).not.toBe('none');
    }
  });

  test('opens with the printed password', async () => {
    const [row] = await first.asOwner<{ password_hash: string }>(
      `select password_hash from account where username = 'gvcn4a'`,
    );
    expect(await passwordMatches(row?.password_hash ?? '', TRAINING_PASSWORD)).toBe(true);
  });
});
