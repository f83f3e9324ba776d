import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';

const NEXT = '2026-2027';
const DAYS = {
  schoolYear: NEXT,
  startsOn: '2026-09-05',
  endsOn: '2027-05-31',
  plannedIssueDate: '2027-05-29',
  mainLockOn: '2027-06-30',
  supplementaryLockOn: '2027-08-15',
};
const NONE = { teachers: 'stay', classes: [], repeaters: [], waiting: [] };

let world: World;
let school: School;
let principal: Client;
beforeEach(async () => {
  world = await makeWorld();
  [school] = world.schools;
  principal = await world.signIn('principal-1');
});
afterEach(() => world.close());

interface Plan {
  plan: {
    digest: string;
    totals: Record<string, number>;
    exceptions: { kind: string; fullName: string; moves: boolean }[];
    classes: { name: string; pupils: number; exists: boolean }[];
  };
  runs: { rollOverId: string; undoneAt: string | null }[];
}
const preview = (choices: unknown = NONE) =>
  principal<Plan>('POST', `/api/school-years/${YEAR}/roll-over/preview`, choices);
const apply = async (digest?: string, choices: object = NONE) =>
  principal<{ rollOverId: string; totals: Record<string, number> }>(
    'POST',
    `/api/school-years/${YEAR}/roll-over`,
    { ...choices, digest: digest ?? (await preview(choices)).body.plan.digest },
  );
const open = () => principal('POST', '/api/school-years', DAYS);
const count = async (from: string) =>
  Number((await world.database.asOwner<{ n: string }>(`select count(*) as n from ${from}`))[0]?.n);

async function decide(nth: number, promoted: boolean | null): Promise<void> {
  await inSchool(world.db, '1', (trx) =>
    trx
      .insertInto('decision')
      .values({
        school_id: '1',
        decision_id: randomUUID(),
        class_id: school.classId,
        pupil_id: school.pupils[nth]?.pupilId ?? '',
        kind: promoted === null ? 'result' : 'promotion',
        result: promoted === null ? 'HTT' : null,
        completed: promoted === null ? null : false,
        promoted,
        reason: null,
        decided_by: school.staff.homeroom,
        decided_at: world.clock.now,
      })
      .execute(),
  );
}

describe('school years', () => {
  test('are opened one after the other, with the locks of the rule set proposed', async () => {
    const list = await principal<{ next: typeof DAYS; years: { running: boolean }[] }>(
      'GET',
      '/api/school-years',
    );
    expect(list.body.next).toMatchObject({
      schoolYear: NEXT,
      startsOn: '2026-09-05',
      mainLockOn: '2027-06-30',
      supplementaryLockOn: '2027-08-15',
    });
    expect((await open()).status).toBe(200);
    expect((await open()).body).toMatchObject({ error: 'year-exists' });
    const me = await principal<{ schoolYear: string }>('GET', '/api/session');
    expect(me.body.schoolYear, 'a prepared year does not run before its first day').toBe(YEAR);
    // The session has its own end: somebody who signs in on the first day works in the new year.
    world.clock.now = new Date('2026-09-05T02:00:00Z');
    const later = await world.signIn('principal-1');
    expect((await later<{ schoolYear: string }>('GET', '/api/session')).body.schoolYear).toBe(NEXT);
  });

  test.each([
    ['a year that leaves one out', { schoolYear: '2027-2028' }],
    ['a year of three', { schoolYear: '2026-2028' }],
    ['a start in the old year', { startsOn: '2026-05-20' }],
    ['an end in the wrong year', { endsOn: '2026-12-31' }],
    ['a lock before the end', { mainLockOn: '2027-05-01' }],
    ['locks in the wrong order', { supplementaryLockOn: '2027-06-01' }],
    ['a day that is none', { startsOn: '2026-02-30' }],
  ])('are refused with %s', async (_, over) => {
    const answer = await principal('POST', '/api/school-years', { ...DAYS, ...over });
    expect(answer.status).toBe(400);
    expect(await count('school_year where school_id = 1')).toBe(1);
  });
});

describe('the roll-over', () => {
  test('shows before it writes: who moves, who stays, who waits and why', async () => {
    await decide(0, null);
    await decide(1, false);
    const { body } = await preview();
    expect(body.plan.totals).toEqual({ up: 1, repeat: 0, complete: 0, waiting: 2, left: 0, moved: 0 });
    expect(body.plan.exceptions.map((e) => [e.kind, e.moves])).toEqual([
      ['no-record', true],
      ['no-class', false],
      ['undecided', false],
    ]);
    expect(await count('class where school_id = 1')).toBe(2);
    expect((await apply()).body).toMatchObject({ error: 'invalid-input' });
  });

  test('moves classes in one act, the same plan again changes nothing, the rest follows later', async () => {
    await open();
    await decide(0, null);
    const { digest } = (await preview()).body.plan;
    const twice = await Promise.all([apply(digest), apply(digest)]);
    expect(twice.map((a) => a.status)).toEqual([200, 200]);
    expect(twice[0]?.body.rollOverId).toBe(twice[1]?.body.rollOverId);
    const rows = await world.database.asOwner(
      `select c.name, e.grade, e.arrived_on::text, c.homeroom_staff_id from enrolment e join class c using (school_id, class_id)
       where c.school_year = $1`,
      [NEXT],
    );
    expect(rows).toEqual([{ name: '5A', grade: 5, arrived_on: '2026-09-05', homeroom_staff_id: null }]);
    expect(await count(`class where school_year = '${NEXT}'`)).toBe(2);

    await decide(1, true);
    expect((await apply('x'.repeat(64))).body).toMatchObject({ error: 'plan-changed' });
    const second = await apply();
    expect(second.body.totals).toMatchObject({ up: 1, moved: 1, waiting: 1 });
    expect(
      await count(`enrolment e join class c using (school_id, class_id) where school_year = '${NEXT}'`),
    ).toBe(2);
  });

  test('is taken back whole while the new year is empty, and not once anything stands in it', async () => {
    await open();
    await decide(0, null);
    const first = (await apply()).body.rollOverId;
    const undo = (id: string) => principal<{ details?: string[] }>('POST', `/api/roll-overs/${id}/undo`);
    expect((await undo(first)).body).toEqual({ classes: 2, pupils: 1 });
    expect((await undo(first)).body).toEqual({ classes: 0, pupils: 0 });
    expect(await count(`class where school_year = '${NEXT}'`)).toBe(0);
    expect((await preview()).body.runs.map((r) => r.undoneAt !== null)).toEqual([true]);

    world.clock.now = new Date('2026-05-20T02:10:00Z');
    const again = (await apply()).body.rollOverId;
    expect(again).not.toBe(first);
    await world.database.asOwner(
      `update class_counter set seq = 1 where class_id = (select class_id from class where school_year = $1 and name = '5A')`,
      [NEXT],
    );
    const refused = await undo(again);
    expect(refused.body).toMatchObject({ error: 'year-in-use', details: [expect.stringContaining('5A')] });
    expect(await count(`class where school_year = '${NEXT}'`)).toBe(2);
    const stranger = await world.signIn('principal-2');
    expect((await stranger('POST', `/api/roll-overs/${again}/undo`)).status).toBe(404);
  });

  test('refuses a homeroom teacher of another school and a plan of another day', async () => {
    await open();
    await decide(0, null);
    const strange = {
      ...NONE,
      classes: [{ classId: school.classId, name: '5A', homeroomStaffId: world.schools[1].staff.homeroom }],
    };
    expect((await apply(undefined, strange)).body).toMatchObject({ error: 'invalid-input' });
    const { digest } = (await preview()).body.plan;
    await decide(1, true);
    expect((await apply(digest)).body).toMatchObject({ error: 'plan-changed' });
    expect(await count(`class where school_year = '${NEXT}'`)).toBe(0);
  });
});
