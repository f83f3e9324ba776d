import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contractRoutes } from '../../access/route-names.ts';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';

let world: World;
let school: School;
let homeroom: Client;
let next: Client;
let clerk: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  next = await world.signIn('outsider-1');
  clerk = await world.signIn('clerk-1');
});
afterAll(() => world.close());

const pupil = (nth: number) => school.pupils[nth]?.pupilId ?? '';
const decide = (pupilId: string, result: 'HT' | 'CHT') =>
  inSchool(world.db, '1', (trx) =>
    trx
      .insertInto('decision')
      .values({
        school_id: '1',
        decision_id: randomUUID(),
        class_id: school.classId,
        pupil_id: pupilId,
        kind: 'result',
        result,
        completed: result === 'HT',
        promoted: result === 'HT',
        reason: null,
        decided_by: school.staff.homeroom,
        decided_at: world.clock.now,
      })
      .execute(),
  );

interface Draft {
  parts: { kind: string; lacking: string[]; pupils: { fullName: string }[]; current: object | null }[];
  teachers: { staffId: string }[];
}
const at = () => `/api/classes/${school.classId}/hand-over`;
const give = (over: object = {}) =>
  homeroom<{ handOverId: string; details?: string[] }>('POST', at(), {
    kind: 'class',
    toStaffId: school.staff.outsider,
    onDate: '2026-05-20',
    strengths: 'Lớp đọc tốt.',
    weaknesses: 'Ba em cần kèm thêm phép chia.',
    files: '3 học bạ, 1 bảng tổng hợp',
    present: '',
    ...over,
  });
const minutes = (client: Client, id: string) =>
  client<{ mine: boolean; answer: { accepted: boolean } | null; pupils: object[]; receiver: string | null }>(
    'GET',
    `/api/hand-overs/${id}`,
  );

describe('a class is handed over (TT 27/2020 Điều 12)', () => {
  test('not while a result is open, and the draft says so', async () => {
    await decide(pupil(0), 'HT');
    await decide(pupil(1), 'HT');
    const draft = await homeroom<Draft>('GET', at());
    expect(draft.body.parts.map((p) => [p.kind, p.lacking.length, p.pupils.length])).toEqual([
      ['class', 1, 3],
    ]);
    expect(draft.body.teachers.map((t) => t.staffId)).not.toContain(school.staff.homeroom);
    expect((await give()).body.details?.join()).toContain('Còn 1 em');
    await decide(pupil(2), 'CHT');
  });

  test.each<[string, () => object]>([
    ['to nobody', () => ({ toStaffId: undefined })],
    ['to oneself', () => ({ toStaffId: school.staff.homeroom })],
    ['to the clerk', () => ({ toStaffId: school.staff.clerk })],
    ['to a teacher of another school', () => ({ toStaffId: world.schools[1].staff.outsider })],
    ['on a day to come', () => ({ onDate: '2026-06-20' })],
    ['without a word on the class', () => ({ strengths: ' ' })],
    ['of pupils who are not there', () => ({ kind: 'primary', toStaffId: undefined })],
    ['with another field', () => ({ givenBy: school.staff.outsider })],
  ])('not %s', async (_, over) => {
    expect((await give(over())).status).toBe(400);
    expect(await world.database.asOwner('select * from hand_over')).toEqual([]);
  });

  test('by both teachers’ acts: refused with a reason, given anew, accepted once, and then it stands', async () => {
    const first = (await give()).body.handOverId;
    expect((await give()).status, 'while one waits').toBe(400);
    const answer = (client: Client, id: string, accepted: boolean, remarks = '') =>
      client('POST', `/api/hand-overs/${id}/answer`, { accepted, remarks });
    for (const other of [homeroom, clerk, await world.signIn('music-1'), await world.signIn('outsider-2')])
      expect((await answer(other, first, true)).status).toBe(404);
    expect((await answer(next, first, false)).status, 'without a reason').toBe(400);
    expect((await answer(next, first, false, 'Thiếu một học bạ')).status).toBe(200);
    const second = (await give()).body.handOverId;
    expect((await minutes(next, second)).body).toMatchObject({ mine: true, answer: null });
    const twice = await Promise.all([answer(next, second, true), answer(next, second, true)]);
    expect(twice.map((a) => a.status).sort()).toEqual([200, 404]);

    await decide(pupil(2), 'HT');
    const kept = await minutes(homeroom, second);
    expect(kept.body.answer?.accepted).toBe(true);
    expect(kept.body.pupils[2], 'as it was on the day').toMatchObject({ result: 'CHT', promoted: null });
    expect((await give()).status, 'once accepted').toBe(400);
    expect((await minutes(await world.signIn('music-1'), second)).status).toBe(404);
    const { body } = await clerk<{ handOvers: object[] }>('GET', '/api/hand-overs');
    expect(body.handOvers).toHaveLength(2);
    for (const statement of [
      'delete from hand_over',
      'update hand_over_answer set accepted = true',
      'truncate book_handing',
    ])
      await expect(world.database.asOwner(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('completion of primary', () => {
  const books = async () =>
    (
      await clerk<{
        books: { pupilId: string; occasion: string; handed: { toName: string } | null }[];
      }>('GET', `/api/school-years/${YEAR}/record-books`)
    ).body.books;
  const hand = (pupilId: string, over: object = {}) =>
    clerk('POST', `/api/school-years/${YEAR}/record-books`, {
      onDate: '2026-05-20',
      books: [{ pupilId, toName: 'Trần Thị Mẫu', relation: 'Mẹ' }],
      ...over,
    });

  test('a combined class hands its grade 5 to the school, and their books go to them once', async () => {
    expect(await books()).toEqual([]);
    await world.database.asOwner(`update enrolment set grade = 5 where pupil_id = $1`, [pupil(0)]);
    const draft = await homeroom<Draft>('GET', at());
    expect(draft.body.parts.map((p) => [p.kind, p.pupils.length])).toEqual([
      ['class', 2],
      ['primary', 1],
    ]);
    const given = await give({ kind: 'primary', toStaffId: undefined, strengths: '', weaknesses: '' });
    expect((await minutes(clerk, given.body.handOverId)).body).toMatchObject({ mine: true, receiver: null });
    expect((await books()).map((b) => [b.pupilId, b.occasion, b.handed])).toEqual([
      [pupil(0), 'completed', null],
    ]);
    expect((await hand(pupil(1))).status, 'who has not completed').toBe(400);
    expect((await hand(pupil(0), { onDate: '2026-06-20' })).status).toBe(400);
    const twice = await Promise.all([hand(pupil(0)), hand(pupil(0))]);
    expect(twice.map((a) => a.status).sort()).toEqual([200, 400]);
    expect((await books())[0]?.handed?.toName).toBe('Trần Thị Mẫu');
  });

  test('who moves to another school takes the book along', async () => {
    await clerk('POST', `/api/pupils/${pupil(1)}/transfer-out`, {
      onDate: '2026-05-10',
      schoolName: 'Trường Tiểu học Mẫu số 2',
      reason: 'Theo gia đình',
    });
    expect((await books()).find((b) => b.pupilId === pupil(1))).toMatchObject({ occasion: 'transferred' });
    expect((await hand(pupil(1), { onDate: '2026-05-12' })).status).toBe(200);
    expect((await hand(pupil(1), { onDate: '2026-05-12' })).status).toBe(400);
  });
});

describe('a pupil’s schooling', () => {
  const set = (status: string, onDate: string, over: object = {}) =>
    clerk<{ details?: string[] }>('POST', `/api/pupils/${pupil(2)}/status`, {
      status,
      onDate,
      reason: 'Theo đơn của gia đình',
      ...over,
    });
  const now = async () =>
    (
      await clerk<{
        status: { name: string };
        place: object | null;
        mayBecome: string[];
        statuses: object[];
      }>('GET', `/api/pupils/${pupil(2)}`)
    ).body;

  test('pauses, goes on, ends, and begins again in a class that is named', async () => {
    expect((await set('returned', '2026-03-01')).status, 'who has not paused').toBe(400);
    expect((await set('suspended', '2026-06-01')).status, 'a day to come').toBe(400);
    expect((await set('suspended', '2026-03-01')).status).toBe(200);
    expect(await now()).toMatchObject({ status: { name: 'Tạm nghỉ học' }, place: { name: '4A' } });
    expect((await set('returned', '2026-02-20')).status, 'before the pause').toBe(400);
    expect((await set('returned', '2026-04-01', { toClassId: school.otherClassId })).status).toBe(400);
    expect((await set('returned', '2026-04-01')).status).toBe(200);
    expect((await set('dropped-out', '2026-04-10')).status).toBe(200);
    expect(await now()).toMatchObject({ place: null, mayBecome: ['returned', 'deceased'] });
    expect((await set('returned', '2026-05-04')).status, 'without a class').toBe(400);
    expect((await set('returned', '2026-05-04', { toClassId: school.otherClassId })).status).toBe(200);
    expect(await now()).toMatchObject({ place: { name: '4B' }, status: { name: 'Đi học trở lại' } });
    expect((await set('deceased', '2026-05-19')).status).toBe(200);
    const end = await now();
    expect(end).toMatchObject({ place: null, mayBecome: [] });
    expect(end.statuses).toHaveLength(5);
  });
});

test('times that are none, put by SQL wherever one stands, keep no page from the rest', async () => {
  await world.database.asOwner(`set session_replication_role = replica;
    do $$ declare one record; begin
      for one in select c.table_name, c.column_name from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where table_schema = 'public' and table_type = 'BASE TABLE' and c.table_name not in ('session', 'account')
          and data_type in ('date', 'timestamp with time zone') loop
        begin
          execute format('update %1$I set %2$I = ''infinity'' where %2$I is not null', one.table_name, one.column_name);
        exception when check_violation then null;
        end;
      end loop;
    end $$;
    set session_replication_role = origin`);
  const ids: Readonly<Record<string, string>> = {
    classId: school.classId,
    pupilId: pupil(0),
    staffId: school.staff.music,
    schoolYear: YEAR,
  };
  const broken: string[] = [];
  let answered = 0;
  for (const { name, route } of contractRoutes().filter((one) => one.route.method === 'GET')) {
    const url = route.path.replace(/:(\w+)/g, (_, param: string) => ids[param] ?? randomUUID());
    for (const who of [homeroom, clerk]) {
      const { status } = await who('GET', url);
      if (status === 200) answered++;
      if (status >= 500) broken.push(name);
    }
  }
  expect(broken).toEqual([]);
  expect(answered).toBeGreaterThan(30);
  const { body } = await clerk<{ handOvers: { onDate: string; givenAt: string }[] }>(
    'GET',
    '/api/hand-overs',
  );
  expect(new Set(body.handOvers.map((one) => `${one.onDate} ${one.givenAt}`))).toEqual(
    new Set(['9999-12-31 9999-12-31T00:00:00.000Z']),
  );
});
