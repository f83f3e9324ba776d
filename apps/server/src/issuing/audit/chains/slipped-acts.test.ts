import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSchool } from '../../../store/database.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser, undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

/** Acts that somebody writes beside the application, to make room for a second record of a pupil’s year. */
let house: TestHouse;
let first: string;
beforeAll(async () => {
  house = await makeHouse({ pupils: 1 });
  [first = ''] = await house.issueAll();
});
afterAll(() => house.close());

/** Of records; that rows are not as the trail notes them, `office-rows.test.ts` holds. */
const problems = async () =>
  (
    await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now })
  ).problems.filter(({ what }) => what === 'record');
const slipped = (act: string) => `insert into record_act
  select school_id, record_id, (select max(seq) + 1 from record_act where record_id = '${first}'), '${act}', staff_id, role, 'x', now()
  from record_act where record_id = '${first}' and act = 'freeze'`;

test.each(['thaw', 'issue', 'sign'])('%s behind an issue frees no year and is named', (act) =>
  undone(
    house,
    slipped(act),
    `delete from record_act where record_id = '${first}' and reason = 'x'`,
    async () => {
      expect(await house.freeze()).toEqual([]);
      const code = act === 'sign' ? 'acts-differ-from-slots' : 'acts-out-of-order';
      expect(await problems()).toEqual([{ what: 'record', id: first, code }]);
    },
  ),
);

test.each(['thaw', 'issue'])(
  'the database takes no %s of what was issued from the application',
  async (act) => {
    await expect(
      inSchool(house.work.db, house.school.schoolId, (trx) => sql.raw(slipped(act)).execute(trx)),
    ).rejects.toMatchObject({ code: '42501' });
  },
);

test('a second record, signed by all who sign while the first one’s acts said that it was thawed, is named with it', async () => {
  await asSuperuser(
    house,
    `create table kept_acts as select * from record_act where record_id = '${first}';
     update record_act set act = 'thaw' where record_id = '${first}' and act = 'issue'`,
  );
  const [second = ''] = await house.issueAll();
  await asSuperuser(
    house,
    `delete from record_act where record_id = '${first}'; insert into record_act select * from kept_acts; drop table kept_acts`,
  );
  expect(await problems()).toEqual(
    [first, second].sort().map((id) => ({ what: 'record', id, code: 'second-of-year' })),
  );
});
