import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';

let world: World;
let school: School;
let homeroom: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  // The pupil has cells before the record stands above them.
  expect(await one(homeroom, { item: 'TOAN.mark', value: '8' })).toMatchObject({ ok: true });
});
afterAll(() => world.close());

const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';
const one = async (client: Client, over: Record<string, unknown>) => {
  const cell = { n: 0, pupilId: pupil(0), period: 'CN', base: 0, source: 'key', ...over };
  const answer = await client<{ results: object[] }>('POST', `/api/classes/${school.classId}/ops`, {
    device: 'máy thử',
    batch: randomUUID(),
    ops: [cell],
  });
  expect(answer.status).toBe(200);
  return answer.body.results[0];
};

describe('a frozen pupil', () => {
  const record = randomUUID();
  beforeAll(async () => {
    await world.database.asOwner(
      `insert into record (school_id, record_id, class_id, pupil_id, school_year, profile, rule_set, frozen_xml, annex, slots, frozen_by, frozen_at)
       values (1, $1, $2, $3, '2025-2026', 'moet-2025', 'TT27_2020', '', '', '[]', $4, now())`,
      [record, school.classId, pupil(0), school.staff.homeroom],
    );
  });
  const act = (seq: number, what: string) =>
    world.database.asOwner(
      `insert into record_act (school_id, record_id, seq, act, staff_id, role, acted_at) values (1, $1, $2, $3, $4, 'teacher', now())`,
      [record, seq, what, school.staff.homeroom],
    );

  test('takes no cell of the end of the year, by the use case and by the database', async () => {
    expect(await one(homeroom, { item: 'LSDL.mark', value: '9' })).toMatchObject({ reject: 'frozen' });
    expect(await one(homeroom, { item: 'LSDL.mark', value: '9', period: 'CHK1' })).toMatchObject({
      ok: true,
    });
    expect(await one(homeroom, { item: 'LSDL.mark', value: '9', pupilId: pupil(1) })).toMatchObject({
      ok: true,
    });
    await expect(
      world.database.asOwner(`update cell set value = '1' where pupil_id = $1 and period = 'CN'`, [pupil(0)]),
    ).rejects.toMatchObject({ code: '42501' });
    const elsewhere = inSchool(world.db, school.schoolId, (trx) =>
      trx
        .updateTable('cell')
        .set({ period: 'GHK1' })
        .where('school_id', '=', school.schoolId)
        .where('pupil_id', '=', pupil(0))
        .where('period', '=', 'CN')
        .execute(),
    );
    await expect(elsewhere).rejects.toMatchObject({ code: '42501' });
    const sheet = await homeroom<{ pupils: { frozen: boolean }[] }>(
      'GET',
      `/api/classes/${school.classId}/sheet`,
    );
    expect(sheet.body.pupils.map((p) => p.frozen)).toEqual([true, false, false]);
  });

  test('takes no result and no change of its facts either', async () => {
    const results = await homeroom<{ error: string }>('POST', `/api/classes/${school.classId}/results`, {
      results: [
        { pupilId: pupil(0), result: 'HT' },
        { pupilId: pupil(1), result: 'HT' },
      ],
    });
    expect(results.status).toBe(400);
    expect(await world.database.asOwner('select 1 from decision')).toEqual([]);
    const facts = await homeroom('POST', `/api/classes/${school.classId}/pupils`, {
      pupils: [{ pupilCode: school.pupils[0]?.pupilCode, address: 'Nơi khác' }],
    });
    expect(facts.status).toBe(400);
  });

  test('opens again with a thaw', async () => {
    await act(1, 'freeze');
    expect(await one(homeroom, { item: 'LSDL.mark', value: '9' })).toMatchObject({ reject: 'frozen' });
    await act(2, 'thaw');
    expect(await one(homeroom, { item: 'LSDL.mark', value: '9' })).toMatchObject({ ok: true });
  });
});
