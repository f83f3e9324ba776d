import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inSchool } from '../../../store/database.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser, undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

let house: TestHouse;
let pupil: string;
let classId: string;
const reward = randomUUID();
const year = '2025-2026';
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  const { schoolId, principal } = house.school;
  classId = house.school.classId;
  pupil = house.school.pupils[0]?.pupilId ?? '';
  const by = `'${principal.staffId}', '2026-05-28T01:00:00.123456Z'`;
  const whose = `${schoolId}, '${pupil}'`;
  // A row of each kind, as the application writes them; of words whatever a word may hold.
  for (const values of [
    `study_year values (${whose}, '2024-2025', 'Trường “Nơi Cũ” \\ số 1', '3B', 3, '2024-09-05', 'HT', true)`,
    `title_act values (${schoolId}, '${year}', '${pupil}', 1, 'propose', '{TOAN,TV}', '{}', null, null, E'Tiến bộ\\n"rõ rệt"', ${by})`,
    `reward values (${schoolId}, '${reward}', '${year}', '${pupil}', 'sudden', 'Cứu bạn 🏅', '2026-05-02', ${by})`,
    `reward_withdrawal values (${schoolId}, '${reward}', 'Ghi nhầm', ${by})`,
    `education_plan values (${schoolId}, '${classId}', '${pupil}', 1, 'set', 'adjusted', '{}', '{}', '{}', ${by})`,
    `summer_plan values (${schoolId}, '${year}', '${pupil}', 1, 'Đọc', '2026-06-10', '2026-07-10', ${by})`,
    `retest values (${schoolId}, '${classId}', '${pupil}', 'CN', 'TOAN.mark', 2, '2026-05-20', 'Ốm', ${by})`,
    `identity_act values (${schoolId}, gen_random_uuid(), '${pupil}', '{"address": {"from": null, "to": "Xã Mẫu"}}', 'Sửa', null, null, '{}', ${by})`,
    `assessment_setting values (${schoolId}, 1, true, ${by})`,
  ])
    await asApplication(`insert into ${values}`);
  await asApplication(`update pupil set address = 'Xã Mẫu' where pupil_id = '${pupil}'`);
});
afterAll(() => house.close());

const asApplication = (statement: string) =>
  inSchool(house.database.db, house.school.schoolId, (trx) => sql.raw(statement).execute(trx));
const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;
const row = (id: unknown, code: string) => ({ what: 'row', id, code });
const ofTable = (table: string) => expect.stringMatching(new RegExp(`^[0-9a-f-]+ ${table} [0-9A-Za-z/-]+$`));

/** A change that stays as long as it is looked at, with the table as it was put back afterwards. */
async function changed(table: string, change: string, check: () => Promise<void>): Promise<void> {
  await undone(
    house,
    `create table kept_rows as select * from ${table}; ${change}`,
    `delete from ${table}; insert into ${table} select * from kept_rows; drop table kept_rows`,
    check,
  );
}

test('every row is as noted, and each is counted', async () => {
  const report = await auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: house.now,
  });
  expect(report.problems).toEqual([]);
  // Two pupils with a decision and a place in the class each, one of everything else that a record is made of; the school, its year and its
  // class; four persons, each with a role and an account; who teaches the class's subjects.
  expect(report.rows).toBe(2 * 3 + 9 + 3 + 4 * 3 + 12);
});

describe('a row that who owns the database', () => {
  test.each([
    ['pupil', `full_name = 'Người Khác'`],
    ['pupil', `personal_id = null`],
    ['study_year', `result = 'HTT'`],
    ['decision', `decided_at = decided_at + interval '1 microsecond'`],
    ['title_act', `traits = '{NB}'`],
    ['reward', `text = 'Giải Nhất'`],
    ['reward_withdrawal', `reason = 'x'`],
    ['education_plan', `kind = 'special-class'`],
    ['summer_plan', `content = 'Viết'`],
    ['retest', `taken_on = '2026-05-21'`],
    ['identity_act', `changes = '{}'`],
    ['assessment_setting', `electives_lower = false`],
  ])('changes in %s (%s) is named', (table, set) =>
    changed(
      table,
      table === 'pupil'
        ? `update pupil set ${set} where pupil_id = '${pupil}'`
        : `update ${table} set ${set} where ctid = (select ctid from ${table} limit 1)`,
      async () => expect(await problems()).toEqual([row(ofTable(table), 'changed-behind')]),
    ),
  );

  test.each([
    'study_year',
    'title_act',
    'reward_withdrawal',
    'education_plan',
    'summer_plan',
    'retest',
    'identity_act',
    'assessment_setting',
  ])('takes out of %s is named', (table) =>
    changed(table, `delete from ${table}`, async () =>
      expect(await problems()).toEqual([row(ofTable(table), 'taken-away')]),
    ),
  );

  test('adds is named, also where the triggers are left on', () =>
    changed('decision', '', async () => {
      const decision = randomUUID();
      await house.database.asOwner(
        `insert into decision select school_id, '${decision}', class_id, pupil_id, kind, 'HT', completed, promoted, 'x', decided_by, decided_at
         from decision where pupil_id = '${pupil}'`,
      );
      expect(await problems()).toEqual([row(`${pupil} decision ${classId}/result/${decision}`, 'not-noted')]);
    }));

  test('changes with its note is named by the trail’s chain', async () => {
    const digest = `encode(row_digest('decision', to_jsonb(d)), 'hex')`;
    await asSuperuser(house, 'create table kept_events as select * from audit_event');
    try {
      await changed(
        'decision',
        `set timezone = 'UTC'; update decision set result = 'HT' where pupil_id = '${pupil}';
         update audit_event e set object = regexp_replace(object, '[0-9a-f]{64}$', ${digest}) from decision d
         where d.pupil_id = '${pupil}' and e.object like '% decision %/' || d.decision_id || ' %'`,
        async () => expect((await problems()).map(({ what }) => what)).toEqual(['event']),
      );
    } finally {
      await asSuperuser(
        house,
        'delete from audit_event; insert into audit_event select * from kept_events; drop table kept_events',
      );
    }
  });

  test('changes and notes anew, as the application does: what was noted first of an act holds', async () => {
    await changed('decision', `update decision set result = 'HT' where pupil_id = '${pupil}'`, async () => {
      await asApplication(
        `insert into audit_event (school_id, event_id, at, act, object, outcome)
         select school_id, gen_random_uuid(), now(), 'row', row_name('decision', to_jsonb(d), '{pupil_id,class_id,kind,decision_id}')
           || ' ' || encode(row_digest('decision', to_jsonb(d)), 'hex'), 'insert' from decision d where pupil_id = '${pupil}'`,
      );
      expect(await problems()).toEqual([row(ofTable('decision'), 'changed-behind')]);
    });
    expect(await problems()).toEqual([]);
  });
});

test('a part that the application saves does not make right what stood there before', async () => {
  await changed(
    'pupil',
    `update pupil set full_name = 'Người Khác' where pupil_id = '${pupil}'`,
    async () => {
      await asApplication(`update pupil set address = 'Xã Mẫu Mới' where pupil_id = '${pupil}'`);
      expect(await problems()).toEqual([row(`${pupil} pupil -`, 'changed-behind')]);
    },
  );
  expect(await problems()).toEqual([]);
});
