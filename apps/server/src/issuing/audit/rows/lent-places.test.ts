import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../../access/actor.ts';
import { freezeClass } from '../../../signing/freeze/freeze.ts';
import { inSchool } from '../../../store/database.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

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

const lentBy = (name: string): Lent => {
  const lent = LENT[name]?.(house.school);
  if (lent === undefined) throw new Error(name);
  return lent;
};

test.each(Object.keys(LENT))('%s: nothing is frozen', async (name) => {
  const lent = lentBy(name);
  await asSuperuser(house, lent.change);
  const { homeroom } = { ...house.school, ...lent.people };
  const { frozen } = await freezeClass(
    { db: house.database.db, now: house.now, dataDir: house.dataDir },
    homeroom,
    house.school.classId,
  );
  expect(frozen).toEqual([]);
  await asSuperuser(house, lent.undo);
  expect(await problems()).toEqual([]);
});

/** Who answers the freeze himself when it asks what the trail notes, and puts the function back: all stands as noted for as long as he says. */
async function answeredFor(work: () => Promise<string>): Promise<string> {
  const [{ was }] = (await house.database.asOwner<{ was: string }>(
    `select pg_get_functiondef('notes_of(bigint, text[])'::regprocedure) as was`,
  )) as [{ was: string }];
  const rows = Object.entries({
    class: 'class_id',
    staff: 'staff_id',
    staff_role: 'staff_id,role',
    assignment: 'class_id,subject',
  });
  await house.database.asOwner(`create or replace function notes_of(school bigint, whose text[]) returns table (seq bigint, object text)
    language plpgsql stable security definer set timezone = 'UTC' as $$ begin return query
      select e.seq, e.object from public.audit_event e where split_part(e.object, ' ', 1) = any (whose) and e.act = 'row'
      union all ${rows
        .map(
          ([table, key]) => `select 9000000000, public.row_name('${table}', to_jsonb(t), '{${key}}') || ' '
            || encode(public.row_digest('${table}', to_jsonb(t)), 'hex') from public.${table} t`,
        )
        .join(' union all ')}
      order by 1; end $$`);
  try {
    return await work();
  } finally {
    await house.database.asOwner(was);
  }
}

test.each(Object.keys(LENT))('%s, frozen all the same', async (name) => {
  const lent = lentBy(name);
  await asSuperuser(house, lent.change);
  const id = await answeredFor(() => issued(lent));
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
