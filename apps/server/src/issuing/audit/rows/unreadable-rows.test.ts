import type { Selectable } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listApprovals } from '../../../access/approval/list.ts';
import { digestOf } from '../../../access/approval/request.ts';
import { inSchool } from '../../../store/database.ts';
import type { ApprovalRequestTable } from '../../../store/tables/approval.ts';
import { closeDay } from '../../days/close-days.ts';
import { lookAtHeads } from '../../days/seen-heads.ts';
import { schoolYearLogs } from '../../log/ends.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../../testing/house.ts';
import { undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

/** Values that are none of what a column is for: an audit that ended over one would name nothing at all. */
let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  ids = (await house.issueAll()).sort();
  await house.recall(ids[1] ?? '', true);
  const { schoolId, schoolYear } = house.school;
  const days = { db: house.database.db, sequencer: house.sequencer, logHost: LOG_HOST, now: house.now };
  await closeDay(days, { schoolId, schoolYear, origin: house.origin }, '2026-05-27');
  await house.sequencer.settle(house.origin);
});
afterAll(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;

function changed(table: string, set: string, where: string, check: () => Promise<void>): Promise<void> {
  return undone(
    house,
    `create table kept_rows as select * from ${table}; update ${table} set ${set} where ${where}`,
    `delete from ${table}; insert into ${table} overriding system value select * from kept_rows; drop table kept_rows`,
    check,
  );
}

test.each([
  `'{"x": 1}'`,
  `'null'`,
  `'5'`,
  `'[null]'`,
  `'[{}]'`,
  `jsonb_set(slots, '{0,signer}', 'null')`,
  `slots #- '{0,references}'`,
])('a plan of signers that is none: %s', (value) =>
  changed('record', `slots = ${value}`, `record_id = '${ids[0]}'`, async () => {
    expect(await problems()).toEqual([
      { what: 'record', id: ids[0], code: 'slots-differ-from-plan' },
      { what: 'row', id: `${ids[0]} record -`, code: 'changed-behind' },
    ]);
  }),
);

test.each<[what: string, change: Partial<Selectable<ApprovalRequestTable>>]>([
  ['no JSON', { basis: 'x' }],
  ['changes that are none', { basis: '{"changes": 5, "exact": true}' }],
  ['changes of nothing', { basis: '{"changes": [null], "exact": true}' }],
  ['an act that is none', { act: '{}' }],
  ['an act that is no JSON', { act: '' }],
])('a request with a digest that fits, and with %s, agrees to nothing', async (_, change) => {
  const { schoolId } = house.school;
  const before = await inSchool(house.database.db, schoolId, (trx) =>
    trx.selectFrom('approval_request').selectAll().executeTakeFirstOrThrow(),
  );
  const after = { ...before, ...change };
  const set = `act = '${after.act}', basis = '${after.basis}', digest = '\\x${Buffer.from(digestOf(after)).toString('hex')}'`;
  await changed('approval_request', set, 'true', async () => {
    expect((await problems()).filter(({ what }) => what !== 'row')).toEqual([
      { what: 'recall', id: ids[1], code: 'not-agreed' },
      { what: 'record', id: ids[1], code: 'not-agreed' },
    ]);
    // Nor does it end the list of requests, decided or not.
    const listed = async () => {
      for (const who of [house.school.clerk, house.school.principal])
        expect((await listApprovals(house.approving, who)).requests).toHaveLength(1);
    };
    await listed();
    await undone(
      house,
      `create table kept_decisions as select * from approval_decision; delete from approval_decision`,
      `insert into approval_decision overriding system value select * from kept_decisions; drop table kept_decisions`,
      listed,
    );
  });
});

test.each([['approval_decision', `decided_at = 'infinity'`]])(
  'a time of %s that is none (%s) agrees to nothing',
  (table, set) =>
    changed(table, set, 'true', async () =>
      expect(await problems()).toContainEqual({ what: 'recall', id: ids[1], code: 'not-agreed' }),
    ),
);

test.each([`reason_code = '{}'`, `reason_code = ''`, `reason = ''`])(
  'a recall whose %s no leaf commits to',
  (set) =>
    changed('recalled_record', set, 'true', async () =>
      expect(await problems()).toEqual([
        { what: 'recall', id: ids[1], code: 'leaf-differs' },
        { what: 'row', id: `${ids[1]} recalled_record -`, code: 'changed-behind' },
      ]),
    ),
);

test.each(['../../keys', 'x'.repeat(4000), ''])('a log whose name is none: %#', (name) =>
  undone(
    house,
    `insert into log_state (origin, inception, lock) select '${name}', inception, lock from log_state`,
    `delete from log_state where origin = '${name}'`,
    async () =>
      expect(await problems()).toEqual([{ what: 'log', id: name.slice(0, 200), code: 'origin-invalid' }]),
  ),
);

test.each(['-1', '0', '9223372036854775807'])(
  'a school of the number %s, beside those that are looked at',
  (number) =>
    undone(
      house,
      `insert into school select (jsonb_populate_record(s, jsonb_build_object('school_id', ${number}, 'code', 'x'))).* from school s`,
      `delete from school where code = 'x'`,
      async () => {
        expect(await problems()).toEqual([{ what: 'store', id: number, code: 'school-number-invalid' }]);
        expect(await lookAtHeads({ db: house.database.db, dataDir: house.dataDir })).toEqual([]);
        expect(await schoolYearLogs(house.database.db, LOG_HOST)).toHaveLength(1);
      },
    ),
);

test('the log that a day says to stand in, and the time of a first archive', async () => {
  await changed('school_day', `origin = 'hocba.training/79000007/2024-2025'`, 'true', async () =>
    expect(await problems()).toEqual([
      { what: 'day', id: '2025-2026 2026-05-27', code: 'leaf-in-other-log' },
    ]),
  );
  await changed(
    'record_archive',
    `archived_at = archived_at + interval '1 hour'`,
    `record_id = '${ids[0]}'`,
    async () => expect(await problems()).toEqual([{ what: 'record', id: ids[0], code: 'archive-differs' }]),
  );
});
