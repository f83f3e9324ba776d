import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signingProgress } from '../../../signing/batch/progress.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

/** What is changed between the freeze and the first signature differs from no signature: everybody would sign it. */
let house: TestHouse;
let first: string;
let second: string;
beforeEach(async () => {
  house = await makeHouse({ pupils: 2 });
  [first = '', second = ''] = await house.freeze();
});
afterEach(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;
const row = (id: string, code: string) => ({ what: 'row', id: `${id} record -`, code });
const replaced = (column: string, from: string, to: string) =>
  `${column} = convert_to(replace(convert_from(${column}, 'UTF8'), '${from}', '${to}'), 'UTF8')`;

test.each<[what: string, set: string]>([
  ['a mark', replaced('frozen_xml', '>10<', '>9<')],
  ['a name', replaced('frozen_xml', 'Nguyễn Thị Hương Giang', 'Nguyễn Thị Hương Gian')],
  ['a comment in the annex', replaced('annex', 'Em học tốt', 'Em học kém')],
  ['who is to sign', `slots = jsonb_set(slots, '{0,signer,personalId}', '"079080000099"')`],
  ['which rules it goes by', `rule_set = 'TT22_2016'`],
  ['by whom it was frozen', 'frozen_by = gen_random_uuid()'],
])('%s changed in a frozen record is signed by nobody, and named', async (_, set) => {
  await asSuperuser(house, `update record set ${set} where record_id = '${first}'`);
  const batchId = await house.sign('subjectTeacher', house.school.music);
  const { signed, refused } = await signingProgress(house.work, house.school.music, batchId);
  expect([signed, refused.map(({ reason }) => reason)]).toEqual([
    1,
    [expect.stringContaining('không còn như lúc chốt')],
  ]);
  expect(await problems()).toContainEqual(row(first, 'changed-behind'));
});

test('what was changed after the first signatures gets no further one', async () => {
  await house.sign('subjectTeacher', house.school.music);
  await house.sign('subjectTeacher', house.school.homeroom);
  await asSuperuser(
    house,
    `update record set class_id = '${randomUUID()}', frozen_at = now() where record_id = '${second}'`,
  );
  await asSuperuser(
    house,
    `update record set class_id = '${house.school.classId}' where record_id = '${second}'`,
  );
  const batchId = await house.sign('homeroomTeacher', house.school.homeroom);
  expect(await signingProgress(house.work, house.school.homeroom, batchId)).toMatchObject({ signed: 1 });
});

test('a record that nobody froze is signed by nobody, and named; one that was taken away is named', async () => {
  const forged = randomUUID();
  await asSuperuser(
    house,
    `insert into record_registry values ('${forged}', ${house.school.schoolId});
     insert into record select school_id, '${forged}', class_id, pupil_id, school_year, profile, rule_set,
       convert_to(replace(convert_from(frozen_xml, 'UTF8'), '${first}', '${forged}'), 'UTF8'), annex, slots, null, frozen_by, frozen_at, null
     from record where record_id = '${first}';
     insert into record_act select school_id, '${forged}', seq, act, staff_id, role, reason, acted_at from record_act where record_id = '${first}';
     delete from record_act where record_id = '${first}'; delete from record where record_id = '${first}'; delete from record_registry where record_id = '${first}'`,
  );
  const batchId = await house.sign('subjectTeacher', house.school.music);
  expect(await signingProgress(house.work, house.school.music, batchId)).toMatchObject({ signed: 1 });
  expect((await problems()).filter(({ what }) => what === 'row')).toEqual([
    row(forged, 'not-noted'),
    row(first, 'taken-away'),
  ]);
});
