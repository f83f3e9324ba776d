import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccount } from '../../../roster/staff-accounts.ts';
import { inSchool } from '../../../store/database.ts';
import { migrate } from '../../../store/migrate.ts';
import { NOTED_TABLES } from '../../../store/noted-rows.ts';
import { withClient } from '../../../store/open.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser, undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

let house: TestHouse;
/** Of three pupils; the third's was recalled, and the fourth record replaces it. */
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  ids = (await house.issueAll()).sort();
  await house.recall(ids[2] ?? '', true);
  ids.push(...(await house.issueAll()));
});
afterAll(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;

/** One row of a table, or those of a condition, changed as superuser and put back. */
function changed(table: string, set: string, where: string, check: () => Promise<void>): Promise<void> {
  const kept = `create table kept_${table} as select * from ${table}`;
  const which = where === '' ? `ctid = (select min(ctid) from ${table})` : where;
  return undone(
    house,
    `${kept}; update ${table} set ${set} where ${which}`,
    `delete from ${table}; insert into ${table} overriding system value select * from kept_${table}; drop table kept_${table}`,
    check,
  );
}

const of = (who: 'principal' | 'clerk' | 'music' | 'homeroom') => `'${house.school[who].staffId}'`;

test('the database notes the tables that an audit reads, by the same names', async () => {
  const rows = await house.database.asOwner<{ of_table: string; columns: string[] }>(
    `select tgrelid::regclass::text as of_table, array_remove(string_to_array(encode(tgargs, 'escape'), '\\000'), '') as columns
     from pg_trigger where tgname = 'note_row'`,
  );
  const noted = Object.entries(NOTED_TABLES).map(([table, { of, key }]) => [table, [of, ...key]]);
  expect(new Map(rows.map(({ of_table, columns }) => [of_table, columns]))).toEqual(new Map(noted as never));
});

test('nothing is wrong with it', async () => expect(await problems()).toEqual([]));

test.each([
  ['registry-differs', `select '79009', school_id, pupil_id`],
  ['registered-elsewhere', `select pupil_code, 99, pupil_id`],
])('an entry of the country’s register of codes that is not a pupil’s own: %s', (code, entry) =>
  undone(
    house,
    `insert into pupil_registry ${entry} from pupil where pupil_code like '%1'`,
    'delete from pupil_registry',
    async () =>
      expect(await problems()).toEqual([
        { what: 'row', id: expect.stringMatching(/^[0-9a-f-]{36} pupil_registry -$/), code },
      ]),
  ),
);

describe('what the office acts by, changed behind the application: the row is not as noted', () => {
  test.each<[string, () => string, (() => string)?]>([
    ['school', () => `name = 'Trường Khác'`],
    ['school', () => `code = '79000009'`],
    ['school', () => `tax_code = '0300000009'`],
    ['school', () => 'training_second_factor = true'],
    ['school_year', () => `planned_issue_date = '2026-06-30'`],
    ['class', () => `name = '4Z'`],
    ['class', () => `homeroom_staff_id = ${of('music')}`],
    ['enrolment', () => `arrived_on = '2026-01-01'`],
    ['enrolment', () => `left_on = '2026-03-01', left_as = 'transferred'`],
    ['staff', () => `full_name = 'Người Khác'`],
    ['staff', () => `personal_id = '079080000099'`, () => `staff_id = ${of('principal')}`],
    ['assignment', () => `staff_id = ${of('principal')}`],
    ['account', () => `password_hash = 'mine'`],
    ['account', () => `username = 'khac'`],
    ['signing_certificate', () => `kind = 'pkcs12'`],
    ['signing_certificate', () => `not_after = not_after + interval '9 years'`],
    ['approval_request', () => `asked_role = 'admin'`],
    ['approval_decision', () => `note = 'x'`],
    ['approval_decision', () => `decided_at = decided_at + interval '1 second'`],
    ['recalled_record', () => `replaced_by = '${ids[0]}'`],
    ['record_act', () => `staff_id = ${of('music')}`, () => `act = 'return'`],
    ['signing_batch', () => `requested_by = ${of('music')}`, () => `role = 'principal'`],
    ['signing_batch', () => `finished_at = null`],
    ['signing_batch', () => `public_url = 'https://xau.example'`],
  ])('%s', (table, set, where = () => '') =>
    changed(table, set(), where(), async () => {
      const [id = ''] = (await problems()).filter(({ what }) => what === 'row').map((one) => one.id);
      expect(id).toMatch(new RegExp(`^[0-9a-f-]+ ${table} `));
      expect(await problems()).toContainEqual({ what: 'row', id, code: 'changed-behind' });
    }),
  );

  test('two persons’ numbers swapped', () => {
    const swap = `update staff s set personal_id = o.personal_id from staff o where s.staff_id in (${of('clerk')}, ${of('principal')})
      and o.staff_id in (${of('clerk')}, ${of('principal')}) and o.staff_id <> s.staff_id`;
    return undone(house, swap, swap, async () =>
      expect(await problems()).toEqual(
        [house.school.clerk.staffId, house.school.principal.staffId]
          .sort()
          .map((id) => ({ what: 'row', id: `${id} staff -`, code: 'changed-behind' })),
      ),
    );
  });

  test('another role given', () =>
    undone(
      house,
      `insert into staff_role values (${house.school.schoolId}, ${of('music')}, 'principal')`,
      `delete from staff_role where staff_id = ${of('music')} and role = 'principal'`,
      async () =>
        expect(await problems()).toEqual([
          { what: 'row', id: `${house.school.music.staffId} staff_role principal`, code: 'not-noted' },
        ]),
    ));

  test('a factor of the attacker’s own, and an account', () =>
    undone(
      house,
      `insert into second_factor (factor_id, account_id, kind, name, sealed, created_at, confirmed_at)
       values ('11111111-1111-4111-8111-111111111111', '${house.school.principal.accountId}', 'totp', 'x', '\\x00', now(), now())`,
      'delete from second_factor',
      async () =>
        expect(await problems()).toEqual([
          { what: 'row', id: '11111111-1111-4111-8111-111111111111 second_factor -', code: 'not-noted' },
        ]),
    ));
});

describe('who did what to a record', () => {
  const ofIssued = (code: string, what: 'record' | 'row' = 'record') =>
    ids.toSorted().map((id) => ({ what, id: what === 'row' ? `${id} issued_record -` : id, code }));

  test.each<[string, string, () => string, () => string]>([
    [
      'acts-differ-from-slots',
      'record_act',
      () => `staff_id = ${of('music')}`,
      () => `act = 'sign' and role = 'principal'`,
    ],
    [
      'acts-differ-from-slots',
      'record_act',
      () => `acted_at = acted_at - interval '1 day'`,
      () => `act = 'sign'`,
    ],
    ['acts-differ-from-slots', 'record_act', () => `reason = 'x'`, () => `act = 'sign'`],
    [
      'acts-differ-from-slots',
      'record_act',
      () => `role = 'principal'`,
      () => `act = 'sign' and role = 'homeroomTeacher'`,
    ],
    ['acts-differ-from-slots', 'slot', () => `signed_at = signed_at - interval '9 days'`, () => 'true'],
    ['acts-differ-from-slots', 'slot', () => `signed_by = ${of('clerk')}`, () => `role = 'principal'`],
    ['freeze-differs', 'record_act', () => `staff_id = ${of('music')}`, () => `act = 'freeze'`],
    ['freeze-differs', 'record_act', () => `role = 'principal'`, () => `act = 'freeze'`],
    ['freeze-differs', 'record', () => `frozen_by = ${of('music')}`, () => 'true'],
    ['freeze-differs', 'record', () => `frozen_at = frozen_at - interval '9 days'`, () => 'true'],
    ['issue-differs', 'issued_record', () => `issued_by = ${of('music')}`, () => 'true'],
    ['issue-differs', 'record_act', () => `staff_id = ${of('music')}`, () => `act = 'issue'`],
    ['row-differs-from-record', 'record', () => `rule_set = 'TT22_2016'`, () => 'true'],
    [
      'certificate-differs',
      'slot',
      () =>
        `certificate_id = (select certificate_id from signing_certificate where staff_id = ${of('music')})`,
      () => `role = 'principal'`,
    ],
    [
      'certificate-differs',
      'signing_certificate',
      () => `chain = (select chain from signing_certificate where staff_id is null)`,
      () => `staff_id = ${of('principal')}`,
    ],
    [
      'certificate-of-other',
      'signing_certificate',
      () => `staff_id = ${of('music')}`,
      () => `staff_id = ${of('principal')}`,
    ],
    [
      'certificate-of-other',
      'signing_certificate',
      () => `staff_id = ${of('clerk')}`,
      () => 'staff_id is null',
    ],
  ])('%s: %s', (code, table, set, where) =>
    changed(table, set(), where(), async () =>
      expect((await problems()).filter(({ what }) => what === 'record')).toEqual(ofIssued(code)),
    ),
  );

  test('changed alike in all rows that say it: the note of the issue differs', () =>
    changed('slot', `signed_at = signed_at - interval '1 hour'`, 'true', () =>
      changed('record_act', `acted_at = acted_at - interval '1 hour'`, `act = 'sign'`, async () =>
        expect(await problems()).toEqual(ofIssued('changed-behind', 'row')),
      ),
    ));

  test.each([
    ['class', `class_id = '00000000-0000-4000-8000-000000000001'`],
    ['table', `table_id = record_id`],
  ])('another %s', (_, set) =>
    changed('record', set, '', async () =>
      expect((await problems()).filter(({ what }) => what === 'row')).toMatchObject([
        { code: 'changed-behind' },
        { code: 'changed-behind' },
      ]),
    ),
  );
});

describe('who set a cell, which the signer sees', () => {
  test.each<[string, () => string]>([
    ['somebody else', () => `set_by = ${of('principal')}`],
    ['another time', () => `set_at = set_at - interval '3 days'`],
    ['another act’s number', () => 'seq = seq + 1'],
    ['no act’s number', () => 'seq = seq + 100000'],
  ])('%s', (_, set) =>
    changed('cell', set(), '', async () => {
      const [cell] = await house.database.asOwner<{ id: string }>(
        `select concat_ws('/', class_id, pupil_id, period, item, attempt) as id from cell c
         where not exists (select 1 from kept_cell k where to_jsonb(k) = to_jsonb(c))`,
      );
      expect(await problems()).toEqual([{ what: 'cell', id: cell?.id, code: 'set-by-differs' }]);
    }),
  );
});

test('an account whose password somebody set by SQL is made right by a new slip, and by nothing less', async () => {
  const { schoolId, music, clerk } = house.school;
  await asSuperuser(house, `update account set password_hash = 'mine' where staff_id = '${music.staffId}'`);
  const named = [{ what: 'row', id: `${music.accountId} account -`, code: 'changed-behind' }];
  expect(await problems()).toEqual(named);
  await house.database.db
    .updateTable('account')
    .set({ password_hash: 'his', one_time_until: null })
    .where('account_id', '=', music.accountId)
    .execute();
  expect(await problems()).toEqual(named);
  const slip = { password: 'x', hash: 'y' };
  await inSchool(house.database.db, schoolId, (trx) =>
    openAccount(trx, clerk, music.staffId, 'NV2', slip, house),
  );
  expect(await problems()).toEqual([]);
});

test('migrations taken back and run again note nothing anew: what was changed and added before that is named', async () => {
  const { schoolId, music, principal } = house.school;
  await asSuperuser(
    house,
    `update staff set personal_id = '079080000099' where staff_id = '${principal.staffId}';
     insert into staff_role values (${schoolId}, '${music.staffId}', 'principal');
     do $$ declare name text; begin
       for name in select tgrelid::regclass from pg_trigger where tgname = 'note_row' and tgrelid::regclass::text in (${Object.keys(
         NOTED_TABLES,
       )
         .slice(12)
         .map((table) => `'${table}'`)
         .join()}) loop
         execute format('drop trigger note_row on %s', name);
       end loop;
     end $$;
     drop table taken_back; drop function issued_facts, noted_values, frozen_facts; alter table signing_batch drop column chosen;
     alter table class_export drop column export_id; alter table session drop column seal; delete from schema_migration where name >= '0049'`,
  );
  await withClient(house.database.owner, (client) => migrate(client));
  expect(await problems()).toEqual([
    { what: 'row', id: `${principal.staffId} staff -`, code: 'changed-behind' },
    { what: 'row', id: `${music.staffId} staff_role principal`, code: 'not-noted' },
  ]);
});
