import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { freezeClass } from '../../signing/freeze.ts';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { asSuperuser } from '../testing/superuser.ts';

/** Who is lent a place in the school by SQL for as long as a record is frozen and signed, and gives it back. */
let house: TestHouse;
beforeEach(async () => {
  house = await makeHouse({ pupils: 1 });
});
afterEach(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;

type People = Record<'homeroom' | 'music' | 'principal' | 'clerk', Actor>;
interface Lent {
  readonly change: string;
  readonly undo: string;
  readonly people?: Partial<People>;
}

const LENT: Readonly<Record<string, (s: TestHouse['school']) => Lent>> = {
  'the class': ({ classId, homeroom, clerk }) => ({
    change: `update class set homeroom_staff_id = '${clerk.staffId}' where class_id = '${classId}'`,
    undo: `update class set homeroom_staff_id = '${homeroom.staffId}' where class_id = '${classId}'`,
    people: { homeroom: { ...clerk, roles: ['teacher'] } },
  }),
  'the principal’s role': ({ schoolId, principal, clerk }) => ({
    change: `update staff_role set role = 'teacher' where staff_id = '${principal.staffId}';
      update staff set title = 'Giáo viên' where staff_id = '${principal.staffId}';
      update staff set title = 'Hiệu trưởng' where staff_id = '${clerk.staffId}';
      insert into staff_role values (${schoolId}, '${clerk.staffId}', 'principal')`,
    undo: `delete from staff_role where staff_id = '${clerk.staffId}' and role = 'principal';
      update staff_role set role = 'principal' where staff_id = '${principal.staffId}';
      update staff set title = 'Hiệu trưởng' where staff_id = '${principal.staffId}';
      update staff set title = 'Văn thư' where staff_id = '${clerk.staffId}'`,
    people: { principal: { ...clerk, roles: ['principal'] } },
  }),
  'a subject': ({ music, clerk }) => ({
    change: `update assignment set staff_id = '${clerk.staffId}' where staff_id = '${music.staffId}'`,
    undo: `update assignment set staff_id = '${music.staffId}' where staff_id = '${clerk.staffId}'`,
    people: { music: { ...clerk, roles: ['teacher'] } },
  }),
  'the principal’s number': ({ principal }) => ({
    change: `update staff set personal_id = '079080000077' where staff_id = '${principal.staffId}'`,
    undo: `update staff set personal_id = '079080000003' where staff_id = '${principal.staffId}'`,
  }),
};

async function issued({ people }: Lent): Promise<string> {
  const { music, homeroom, principal, clerk } = { ...house.school, ...people };
  const id = await frozenBy(homeroom);
  await house.sign('subjectTeacher', music);
  await house.sign('subjectTeacher', house.school.homeroom);
  await house.sign('homeroomTeacher', homeroom);
  await house.sign('principal', principal);
  await house.sign('schoolSeal', clerk);
  await house.sequencer.settle(house.origin);
  return id;
}
async function frozenBy(actor: Actor): Promise<string> {
  const { frozen, leftOut } = await freezeClass(
    { db: house.database.db, now: house.now, dataDir: house.dataDir },
    actor,
    house.school.classId,
  );
  expect(leftOut).toEqual([]);
  return frozen[0]?.recordId ?? '';
}

test.each(Object.keys(LENT))('%s', async (name) => {
  const lent = LENT[name]?.(house.school);
  if (lent === undefined) throw new Error(name);
  await asSuperuser(house, lent.change);
  const id = await issued(lent);
  await asSuperuser(house, lent.undo);
  expect(await problems()).toEqual([{ what: 'record', id, code: 'signer-without-place' }]);
});

test('who had it by the application, and has it no longer, is nobody’s fault', async () => {
  const { schoolId, classId, music, homeroom, principal } = house.school;
  await issued({ change: '', undo: '' });
  await inSchool(house.database.db, schoolId, async (trx) => {
    await trx
      .updateTable('class')
      .set({ homeroom_staff_id: music.staffId })
      .where('class_id', '=', classId)
      .execute();
    await trx.deleteFrom('staff_role').where('staff_id', '=', principal.staffId).execute();
    await trx
      .updateTable('assignment')
      .set({ staff_id: homeroom.staffId })
      .where('staff_id', '=', music.staffId)
      .execute();
    await trx
      .updateTable('staff')
      .set({ personal_id: '079080000088' })
      .where('staff_id', '=', homeroom.staffId)
      .execute();
  });
  expect(await problems()).toEqual([]);
});
