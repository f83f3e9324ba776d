import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type Role, type School, type World } from '../../http/testing/world.ts';

/** files of one class in a row are counted together, so that nobody takes the school along class by class. */
let world: World;
let school: School;
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  // 110 more in each of the two classes: one is within what a person may, both are not.
  for (const [at, classId] of [school.classId, school.otherClassId].entries())
    await world.database.asOwner(`
      with pupils as (
        insert into pupil (school_id, pupil_id, pupil_code, full_name)
        select 1, gen_random_uuid(), 'NHIEU${at}-' || n, 'Nguyễn Mẫu Đông' from generate_series(1, 110) n
        returning pupil_id)
      insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
      select 1, '${classId}', pupil_id, 100 + row_number() over (), 4, '2025-09-05' from pupils`);
});
afterAll(() => world.close());
let day = 1;
beforeEach(() => {
  // Each test has a day of its own, with nothing taken along.
  world.clock.now = new Date(`2026-05-${String(day++).padStart(2, '0')}T02:00:00Z`);
});

const as = (role: Role): Promise<Client> => world.signIn(`${role}-1`);
type Query = Partial<Record<'period' | 'comments' | 'approval', string>>;
async function results(who: Client, classId: string, query: Query = {}): Promise<string> {
  const path = `/api/classes/${classId}/export/results?${new URLSearchParams(query)}`;
  const { status, body } = await who<{ error?: string }>('GET', path);
  return status === 200 ? 'ok' : (body.error ?? String(status));
}
const table = async (who: Client, classId: string): Promise<number> =>
  (await who('GET', `/api/classes/${classId}/export/class-table?period=CN`)).status;
const noted = async () =>
  (await world.database.asOwner<{ n: number }>(`select count(*)::int as n from class_export`))[0]?.n;
const ask = (who: Client, over: Record<string, string> = {}) =>
  who<{ error?: string; requestId: string; digest: string }>('POST', '/api/approvals', {
    act: { kind: 'export-class', classId: school.otherClassId, period: 'CN', file: 'results', ...over },
    reason: 'Họp phụ huynh',
    evidence: '',
  });
const decide = (who: Client, { requestId, digest }: { requestId: string; digest: string }) =>
  who<{ error?: string }>('POST', `/api/approvals/${requestId}/decision`, {
    approve: true,
    digest,
    note: '',
  });

describe('one person in one day', () => {
  test('takes a class along in every form and as often as needed, and not a second large one', async () => {
    const clerk = await as('clerk');
    for (const query of [{}, { comments: 'yes' }, { period: 'GHK1' }])
      expect(await results(clerk, school.classId, query)).toBe('ok');
    expect(await table(clerk, school.classId)).toBe(200);
    const before = await noted();
    expect(await results(clerk, school.otherClassId)).toBe('approval-needed');
    expect(await table(clerk, school.otherClassId)).toBe(409);
    expect(await noted()).toBe(before);
    // Somebody else may; the day after, so may the same person.
    expect(await results(await as('principal'), school.otherClassId)).toBe('ok');
    world.clock.now = new Date(world.clock.now.getTime() + 24 * 3_600_000);
    day++;
    expect(await results(await as('clerk'), school.otherClassId)).toBe('ok');
  });

  test('begins anew at midnight in Vietnam', async () => {
    world.clock.now = new Date('2026-05-20T16:59:00Z');
    expect(await results(await as('clerk'), school.classId)).toBe('ok');
    world.clock.now = new Date('2026-05-20T17:01:00Z');
    expect(await results(await as('clerk'), school.otherClassId)).toBe('ok');
    day = 22;
  });

  test('is one person under two accounts', async () => {
    expect(await results(await as('clerk'), school.classId)).toBe('ok');
    const number = `(select personal_id from staff where staff_id = '${school.staff.clerk}')`;
    const [old] = await world.database.asOwner<{ personal_id: string }>(
      `select personal_id from staff where staff_id = '${school.staff.principal}'`,
    );
    const set = (to: string) =>
      world.database.asOwner(
        `update staff set personal_id = ${to} where staff_id = '${school.staff.principal}'`,
      );
    await set(number);
    expect(await results(await as('principal'), school.otherClassId)).toBe('approval-needed');
    await set(`'${old?.personal_id}'`);
  });

  test('of two files at once the second one is counted with the first', async () => {
    const clerk = await as('clerk');
    const both = await Promise.all(
      [school.classId, school.otherClassId].map((classId) => results(clerk, classId)),
    );
    expect(both.sort()).toEqual(['approval-needed', 'ok']);
  });

  test('also with a file of the whole school, which counts as its classes', async () => {
    const clerk = await as('clerk');
    const whole = await clerk<{ error?: string }>(
      'GET',
      '/api/export/results?schoolYear=2025-2026&period=CN',
    );
    expect([whole.status, whole.body.error]).toEqual([409, 'approval-needed']);
    await world.database.asOwner(`delete from enrolment where class_id = $1 and ordinal > 150`, [
      school.otherClassId,
    ]);
    expect((await clerk('GET', '/api/export/pupils?schoolYear=2025-2026')).status).toBe(200);
    expect(await results(clerk, school.otherClassId)).toBe('ok');
  });

  test('what is refused for its own reason counts nothing', async () => {
    const music = await as('music');
    const before = await noted();
    expect(await table(music, school.classId)).toBe(403);
    expect(await results(music, school.otherClassId)).toBe('not-allowed');
    expect(await noted()).toBe(before);
  });
});

describe('a second person', () => {
  beforeAll(() =>
    world.database.asOwner(`
      with pupils as (
        insert into pupil (school_id, pupil_id, pupil_code, full_name)
        select 1, gen_random_uuid(), 'THEM-' || n, 'Nguyễn Mẫu Đông' from generate_series(1, 110) n
        returning pupil_id)
      insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
      select 1, '${school.otherClassId}', pupil_id, 300 + row_number() over (), 4, '2025-09-05' from pupils`),
  );

  test('agrees to exactly the file of one class; it is fetched once, by who asked', async () => {
    const [clerk, principal] = [await as('clerk'), await as('principal')];
    expect(await results(clerk, school.classId)).toBe('ok');
    const asked = await ask(clerk);
    expect(asked.status, asked.text).toBe(200);
    const approval = asked.body.requestId;
    expect(await results(clerk, school.otherClassId, { approval })).toBe('approval-closed');
    expect((await decide(clerk, asked.body)).body.error).toBe('approval-own');
    expect((await decide(principal, asked.body)).status).toBe(200);
    const { requests } = (
      await clerk<{ requests: { requestId: string; fetchAt: string | null }[] }>('GET', '/api/approvals')
    ).body;
    const { fetchAt } = requests.find((one) => one.requestId === approval) ?? {};
    expect(await results(clerk, school.otherClassId, { approval, period: 'GHK1' })).toBe('approval-outdated');
    expect(await results(clerk, school.otherClassId, { approval, comments: 'yes' })).toBe(
      'approval-outdated',
    );
    expect((await clerk('GET', fetchAt ?? '')).status).toBe(200);
    expect(await results(clerk, school.otherClassId, { approval })).toBe('approval-closed');
  });

  test('is asked by who may see the class, teachers too, and no teacher agrees', async () => {
    const outsider = await as('outsider');
    expect((await ask(await as('music'))).body.error).toBe('not-allowed');
    expect((await ask(await as('admin'))).body.error).toBe('not-allowed');
    const asked = await ask(outsider, { file: 'class-table' });
    expect(asked.status, asked.text).toBe(200);
    expect((await decide(await as('homeroom'), asked.body)).body.error).toBe('not-allowed');
    expect((await decide(await as('admin'), asked.body)).status).toBe(200);
  });
});
