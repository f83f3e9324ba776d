import { randomUUID } from 'node:crypto';
import { RULE_SETS } from '@hocba/record';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { usualLocks } from '../../roster/year-locks.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

/**
 * The database's own wall: direct writes as the application's role, which no use case has looked at. Each is rolled back.
 */
let world: World;
let school: School;
/** The database's own day, which the tests' template has set aside. */
const clock = (day: string) =>
  world.database.asOwner(
    `create or replace function today_in_vietnam() returns date language sql stable as $$ select '${day}'::date $$`,
  );
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
});
afterAll(() => world.close());

const one = () => school.pupils[0]?.pupilId ?? '';
const by = () => school.staff.homeroom;
type Write = (at: string) => RawBuilder<unknown>;

const cell =
  (period: string): Write =>
  (at) =>
    sql`insert into cell (school_id, class_id, pupil_id, period, item, value, version, set_by, set_at, seq)
      values (1, ${school.classId}, ${one()}, ${period}, 'TOAN.level', 'T', 1, ${by()}, ${at}, 1)`;
const act =
  (period: string): Write =>
  (at) =>
    sql`insert into cell_act (school_id, class_id, seq, pupil_id, period, item, attempt, new_value, version, source,
        device, batch, n, set_by, set_at)
      values (1, ${school.classId}, 1, ${one()}, ${period}, 'TOAN.level', 1, 'T', 1, 'transfer', 'd', 'b', 0, ${by()}, ${at})`;
const decision =
  (kind: string, result: string | null, completed: boolean | null): Write =>
  (at) =>
    sql`insert into decision (school_id, decision_id, class_id, pupil_id, kind, result, completed, promoted, decided_by,
        decided_at)
      values (1, ${randomUUID()}, ${school.classId}, ${one()}, ${kind}, ${result}, ${completed}, true, ${by()}, ${at})`;
const period =
  (which: string, what: 'close' | 'reopen'): Write =>
  (at) =>
    sql`insert into period_act (school_id, class_id, period, seq, act, reason, acted_by, acted_at)
      values (1, ${school.classId}, ${which}, 1, ${what}, 'x', ${by()}, ${at})`;
const plan: Write = (at) =>
  sql`insert into education_plan (school_id, class_id, pupil_id, seq, act, kind, acted_by, acted_at)
    values (1, ${school.classId}, ${one()}, 1, 'set', 'individual', ${by()}, ${at})`;
const retest: Write = (at) =>
  sql`insert into retest (school_id, class_id, pupil_id, period, item, attempt, taken_on, reason, recorded_by, recorded_at)
    values (1, ${school.classId}, ${one()}, 'CN', 'TOAN.mark', 2, '2026-05-20', 'x', ${by()}, ${at})`;
const title: Write = (at) =>
  sql`insert into title_act (school_id, school_year, pupil_id, seq, act, acted_by, acted_at)
    values (1, ${YEAR}, ${one()}, 1, 'grant', ${by()}, ${at})`;
const reward =
  (kind: string): Write =>
  (at) =>
    sql`insert into reward (school_id, reward_id, school_year, pupil_id, kind, text, given_on, recorded_by, recorded_at)
      values (1, ${randomUUID()}, ${YEAR}, ${one()}, ${kind}, 'x', '2026-05-01', ${by()}, ${at})`;
const withdrawal: Write = (at) => {
  const id = '00000000-0000-4000-8000-000000000001';
  return sql`with given as (
      insert into reward (school_id, reward_id, school_year, pupil_id, kind, text, given_on, recorded_by, recorded_at)
      values (1, ${id}, ${YEAR}, ${one()}, 'sudden', 'x', '2026-05-01', ${by()}, '2026-05-01') returning reward_id)
    insert into reward_withdrawal (school_id, reward_id, reason, withdrawn_by, withdrawn_at)
    select 1, reward_id, 'x', ${by()}, ${at} from given`;
};
const summerPlan: Write = (at) =>
  sql`insert into summer_plan (school_id, school_year, pupil_id, seq, content, from_on, until_on, planned_by, planned_at)
    values (1, ${YEAR}, ${one()}, 1, 'x', '2026-06-15', '2026-07-15', ${by()}, ${at})`;

/** `main` and `summer` say which lock ends the write; `pupil` the summer's where it concerns the pupil; `never` neither. */
const WRITES: readonly (readonly [string, Write, 'main' | 'summer' | 'pupil' | 'never'])[] = [
  ['cell GHK1', cell('GHK1'), 'main'],
  ['cell CN', cell('CN'), 'main'],
  ['cell BS', cell('BS'), 'summer'],
  ['cell_act CN, brought by a transfer', act('CN'), 'main'],
  ['cell_act BS', act('BS'), 'summer'],
  ['retest', retest, 'main'],
  ['period_act reopen CN', period('CN', 'reopen'), 'main'],
  ['period_act reopen BS', period('BS', 'reopen'), 'summer'],
  ['period_act close CN', period('CN', 'close'), 'never'],
  ['decision HT', decision('result', 'HT', null), 'pupil'],
  ['decision CHT', decision('result', 'CHT', null), 'summer'],
  ['decision not completed, promoted', decision('promotion', null, false), 'summer'],
  ['education_plan', plan, 'pupil'],
  ['title_act', title, 'pupil'],
  ['reward', reward('sudden'), 'pupil'],
  ['reward letter', reward('letter'), 'never'],
  ['reward_withdrawal', withdrawal, 'pupil'],
  ['summer_plan', summerPlan, 'summer'],
];

class Undone extends Error {}

/** Writes after what comes first, and takes all of it back. @returns null, or the SQLSTATE that refused */
async function tried(write: Write, at: string, first: readonly RawBuilder<unknown>[] = []) {
  const work = async (trx: Transaction<Database>) => {
    for (const before of first) await before.execute(trx);
    await write(at).execute(trx);
    throw new Undone();
  };
  try {
    await inSchool(world.db, '1', work);
  } catch (error) {
    return error instanceof Undone ? null : (error as { code?: string }).code;
  }
}

const MAY = '2026-05-20T02:00:00Z';
const LAST = '2026-06-30T16:59:59Z';
const JULY = '2026-06-30T17:00:00Z';
const AUGUST = '2026-08-15T16:59:59Z';
const AUTUMN = '2026-08-15T17:00:00Z';

describe.each(WRITES)('%s', (_name, write, lock) => {
  test('is taken on the last day of entry and refused after it', async () => {
    expect(await tried(write, MAY)).toBeNull();
    expect(await tried(write, LAST)).toBeNull();
    expect(await tried(write, JULY)).toBe(lock === 'main' || lock === 'pupil' ? 'HB001' : null);
    expect(await tried(write, AUGUST)).toBe(lock === 'main' || lock === 'pupil' ? 'HB001' : null);
    expect(await tried(write, AUTUMN)).toBe(lock === 'never' ? null : 'HB001');
  });

  test('goes on in summer for whom the summer concerns', async () => {
    const concern = decision('result', 'CHT', null)(MAY);
    expect(await tried(write, AUGUST, [concern])).toBe(lock === 'main' ? 'HB001' : null);
    expect(await tried(write, AUTUMN, [concern])).toBe(lock === 'never' ? null : 'HB001');
  });

  test('dated back, it is refused by the database’s own day', async () => {
    await clock('2026-11-29');
    expect(await tried(write, MAY)).toBe(lock === 'never' ? null : 'HB001');
    await clock('-infinity');
  });

  test('is taken again once the principal has moved the lock', async () => {
    const moved = sql`insert into year_lock_act (school_id, school_year, seq, main_lock_on, supplementary_lock_on, reason,
        acted_by, acted_at)
      values (1, ${YEAR}, 1, '2026-09-10', '2026-09-20', 'x', ${by()}, now())`;
    expect(await tried(write, AUTUMN, [moved])).toBeNull();
  });
});

test.each([
  ['a cell of the summer', cell('BS')],
  ['a plan for the summer', summerPlan],
  ['a decision on who has not completed the grade', decision('promotion', null, false)],
])('the summer concerns who has %s', async (_name, concern) => {
  expect(await tried(title, AUGUST, [concern(MAY)])).toBeNull();
});

test('a cell that is there is not changed either', async () => {
  const set: Write = (at) =>
    sql`update cell set value = 'H', version = 2, set_at = ${at} where school_id = 1 and pupil_id = ${one()}`;
  expect(await tried(set, LAST, [cell('CN')(MAY)])).toBeNull();
  expect(await tried(set, JULY, [cell('CN')(MAY)])).toBe('HB001');
});

describe('who is in a class, and who teaches in it', () => {
  beforeAll(() =>
    world.database.asOwner(
      `create or replace function today_in_vietnam() returns date language sql stable as
       $$ select coalesce(nullif(current_setting('hocba.day', true), ''), '-infinity')::date $$`,
    ),
  );
  afterAll(() => clock('-infinity'));
  const free = '10000000-0000-4000-8000-000000000009';
  const newcomer = sql`insert into pupil (school_id, pupil_id, pupil_code, full_name)
    values (1, ${free}, 'MAU9999', 'Ngô Mẫu Mới')`;
  const enrolled: Write = (at) =>
    sql`insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
      values (1, ${school.classId}, ${free}, 99, 4, ${at.slice(0, 10)})`;
  const pupil = (set: RawBuilder<unknown>): Write => {
    return () => sql`update enrolment set ${set} where school_id = 1 and pupil_id = ${one()}`;
  };
  const left = (day: string) => pupil(sql`left_on = ${day}, left_as = 'transferred'`);
  const back = pupil(sql`left_on = null, left_as = null`);
  const taken: Write = () => sql`delete from enrolment where school_id = 1 and pupil_id = ${one()}`;
  const assigned: Write = () =>
    sql`update assignment set staff_id = ${by()} where school_id = 1 and class_id = ${school.classId}`;
  const unassigned: Write = () =>
    sql`delete from assignment where school_id = 1 and class_id = ${school.classId}`;
  const klass = (set: RawBuilder<unknown>): Write => {
    return () => sql`update class set ${set} where school_id = 1 and class_id = ${school.classId}`;
  };
  const led: Write = () =>
    sql`update class set homeroom_staff_id = ${school.staff.music} where school_id = 1 and class_id = ${school.classId}`;

  test.each<[string, Write, 'main' | 'summer' | 'pupil' | 'never', (readonly Write[])?]>([
    ['a pupil comes into the class', enrolled, 'pupil', [() => newcomer]],
    ['a pupil leaves it within the year', left('2026-06-20'), 'pupil'],
    ['on the lock’s own day', left('2026-06-30'), 'pupil'],
    ['a pupil leaves after the year', left('2026-07-10'), 'never'],
    ['who left after the year comes back', back, 'never', [left('2026-07-10')]],
    ['who left within the year comes back', back, 'pupil', [left('2026-05-10')]],
    ['the pupil’s grade', pupil(sql`grade = 3`), 'pupil'],
    ['the place in the list', pupil(sql`ordinal = 77, left_on = '2026-07-10'`), 'pupil'],
    ['the day of arriving', pupil(sql`arrived_on = '2026-07-10'`), 'pupil'],
    ['a pupil is taken off the list', taken, 'pupil'],
    ['another teacher of a subject', assigned, 'summer'],
    ['a subject without its teacher', unassigned, 'summer'],
    ['another homeroom teacher', led, 'summer'],
    ['another name of the class', klass(sql`name = '4Z'`), 'main'],
    ['another grade of the class', klass(sql`grade = 5`), 'main'],
    ['nothing', klass(sql`name = name`), 'never'],
  ])('%s', async (_name, write, lock, first = []) => {
    // These rows state no moment of their own: what counts is the database's day, from here on in the transaction.
    const on = (day: string, before: readonly Write[] = first) =>
      tried(write, MAY, [
        ...before.map((one) => one(MAY)),
        sql`select set_config('hocba.day', ${day}, true)`,
      ]);
    expect(await on('2026-06-30')).toBeNull();
    expect(await on('2026-07-01')).toBe(lock === 'main' || lock === 'pupil' ? 'HB001' : null);
    expect(await on('2026-08-16')).toBe(lock === 'never' ? null : 'HB001');
    // Somebody new is no one whom the summer concerns.
    if (write !== enrolled)
      expect(await on('2026-08-15', [...first, summerPlan])).toBe(lock === 'main' ? 'HB001' : null);
  });

  test('an arrival that is dated ahead is held by its own day', async () => {
    expect(await tried(enrolled, AUTUMN, [newcomer])).toBe('HB001');
  });
});

test('a setting on electives is not dated back', async () => {
  const setting =
    (seq: number): Write =>
    (at) =>
      sql`insert into assessment_setting (school_id, seq, electives_lower, set_by, set_at)
        values (1, ${seq}, true, ${by()}, ${at})`;
  expect(await tried(setting(2), JULY, [setting(1)(MAY)])).toBeNull();
  expect(await tried(setting(2), MAY, [setting(1)(JULY)])).toBe('42501');
  await clock('2026-11-29');
  expect(await tried(setting(1), MAY)).toBe('42501');
  await clock('-infinity');
});

test('the days that the database falls back on are the rule set’s own', async () => {
  for (const { firstSchoolYear } of RULE_SETS) {
    const [row] = await world.database.asOwner(
      `select last_day_of_entry(9, $1, false)::text as "mainOn", last_day_of_entry(9, $1, true)::text as "supplementaryOn"`,
      [firstSchoolYear],
    );
    expect(row).toEqual(usualLocks(firstSchoolYear));
  }
});
