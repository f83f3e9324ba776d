import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsWithoutAct } from '../../assessment/pupil-year/cell-acts.ts';
import { studyYears } from '../../assessment/pupil-year/year-people.ts';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';

let world: World;
let first: School;
let second: School;
let here: Client;
let there: Client;
beforeAll(async () => {
  world = await makeWorld();
  [first, second] = world.schools;
  here = await world.signIn('clerk-1');
  there = await world.signIn('clerk-2');
  const teacher = await world.signIn('homeroom-1');
  await teacher('POST', `/api/classes/${first.classId}/ops`, {
    device: 'd',
    batch: 'b',
    ops: [
      {
        n: 0,
        pupilId: first.pupils[0]?.pupilId,
        period: 'CN',
        item: 'TOAN.mark',
        base: 0,
        value: '9',
        source: 'key',
      },
    ],
  });
});
afterAll(() => world.close());

interface Detail {
  status: { name: string };
  place: { name: string } | null;
  studyYears: { schoolName: string; className: string; elsewhere: boolean }[];
  transfers: { direction: string; results: { periods: { cells: { value: string }[] }[]; note: string } }[];
}
const out = (nth: number, over: object = {}) =>
  here<{ transferId: string; details?: string[] }>(
    'POST',
    `/api/pupils/${first.pupils[nth]?.pupilId}/transfer-out`,
    { onDate: '2026-05-10', schoolName: 'Trường Tiểu học Mẫu số 2', reason: 'Theo gia đình', ...over },
  );
const key = { key: 'MAU1001', birthDate: '2016-03-02' };
const take = (client: Client, over: object = {}) =>
  client<{ pupilId: string; error?: string }>('POST', '/api/transfers/take-over', {
    ...key,
    toClassId: second.classId,
    onDate: '2026-05-12',
    reason: 'Chuyển đến',
    ...over,
  });

describe('a pupil who leaves for another school of the installation', () => {
  test.each([
    ['a day to come', { onDate: '2026-05-21' }],
    ['a day before arriving', { onDate: '2025-09-01' }],
    ['no reason', { reason: '' }],
    ['another field', { schoolId: '2' }],
  ])('is refused with %s', async (_, over) => {
    expect((await out(0, over)).status).toBe(400);
    const { body } = await here<Detail>('GET', `/api/pupils/${first.pupils[0]?.pupilId}`);
    expect(body.place?.name).toBe('4A');
  });

  test('is not to be found before, leaves with the results to that date, and is taken over once', async () => {
    const find = (client: Client, k: object) =>
      client<{ offer: { fullName: string } | null }>('POST', '/api/transfers/find', k);
    expect((await find(there, key)).body.offer).toBeNull();
    expect((await out(0, { schoolCode: '79000002' })).status).toBe(200);
    expect((await out(0)).status).toBe(400);
    const left = await here<Detail>('GET', `/api/pupils/${first.pupils[0]?.pupilId}`);
    expect(left.body).toMatchObject({ place: null, status: { name: 'Chuyển trường' } });
    expect(left.body.transfers[0]?.results.periods[0]?.cells).toEqual([
      { item: 'TOAN.mark', title: expect.any(String), value: '9' },
    ]);

    expect((await find(there, { ...key, birthDate: '2016-03-03' })).body.offer).toBeNull();
    expect((await find(here, key)).body.offer, 'it is offered to the other school').toBeNull();
    expect((await find(there, key)).body.offer?.fullName).toBe(first.pupils[0]?.fullName);
    expect((await find(there, { ...key, key: '000316000001' })).body.offer?.fullName).toBeDefined();

    const twice = await Promise.all([take(there), take(there)]);
    expect(twice.map((a) => a.status).sort()).toEqual([200, 404]);
    const pupilId = twice.find((a) => a.status === 200)?.body.pupilId ?? '';
    const arrived = await there<Detail>('GET', `/api/pupils/${pupilId}`);
    expect(arrived.body).toMatchObject({ place: { name: '4A' }, status: { name: 'Chuyển đến' } });
    expect(arrived.body.studyYears.map((y) => [y.schoolName, y.elsewhere])).toEqual([
      ['Trường Tiểu học Mẫu số 1', true],
      ['Trường Tiểu học Mẫu số 2', false],
    ]);
    expect(arrived.body.transfers[0]?.results.periods[0]?.cells[0]?.value).toBe('9');
    const [row] = await world.database.asOwner('select * from pupil where school_id = 2 and pupil_id = $1', [
      pupilId,
    ]);
    expect(row).toMatchObject({ pupil_code: 'MAU1001', mother_name: 'Trần Thị Mẫu' });
    const years = await inSchool(world.db, '2', (trx) =>
      studyYears(trx, '2', second.classId, 'Trường Tiểu học Mẫu số 2', YEAR),
    );
    expect(years.get(pupilId)).toHaveLength(2);
    expect(
      (await here('GET', `/api/pupils/${pupilId}`)).status,
      'the old school does not see the new one',
    ).toBe(404);

    const back = await there<{ transferId: string }>('POST', `/api/pupils/${pupilId}/transfer-out`, {
      onDate: '2026-05-15',
      schoolName: 'Trường Tiểu học Mẫu số 1',
      reason: 'Trở về',
    });
    expect(back.status).toBe(200);
    const home = await take(here, { toClassId: first.classId, onDate: '2026-05-16' });
    expect(home.body.pupilId, 'the pupil’s own row of before').toBe(first.pupils[0]?.pupilId);
    const again = await here<Detail>('GET', `/api/pupils/${home.body.pupilId}`);
    expect(again.body).toMatchObject({ place: { name: '4A' } });
    expect(again.body.transfers.map((t) => t.direction)).toEqual(['in', 'out']);
  });

  test('transfers stand for ever', async () => {
    for (const statement of [
      'update transfer set reason = $$x$$',
      'delete from transfer',
      'truncate pupil_status',
    ])
      await expect(world.database.asOwner(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

test('a pupil of a school that is not here comes with years and results as its papers state them', async () => {
  const arrive = (over: object = {}) =>
    here<{ pupilId: string; details?: string[] }>('POST', '/api/transfers/in', {
      toClassId: first.otherClassId,
      onDate: '2026-02-02',
      reason: 'Chuyển nơi ở',
      schoolName: 'Trường Tiểu học Mẫu Xa',
      resultsNote: 'Cuối học kỳ I: Toán 8, Tiếng Việt 7.',
      pupil: { pupilCode: 'XA0001', fullName: 'Lê Mẫu Xa', sex: 'male', birthDate: '2016-01-05' },
      studyYears: [
        {
          schoolYear: '2024-2025',
          schoolName: 'Trường Tiểu học Mẫu Xa',
          className: '3C',
          grade: 3,
          arrivedOn: '2024-09-05',
          result: 'HTT',
          promoted: true,
        },
      ],
      ...over,
    });
  const answer = await arrive();
  const { body } = await here<Detail>('GET', `/api/pupils/${answer.body.pupilId}`);
  expect(body.studyYears.map((y) => y.className)).toEqual(['3C', '4B']);
  expect(body.transfers[0]?.results.note).toMatch(/Toán 8/);
  expect((await arrive()).status, 'twice').toBe(400);
  const taken = await arrive({
    pupil: { pupilCode: 'MAU2002', fullName: 'Lê Mẫu', sex: 'male', birthDate: '2016-01-05' },
  });
  expect(taken.body.details?.join()).toMatch(/không ghi mới được/);
});

test('a pupil changes the class: one row greyed in the old list, the year counted once', async () => {
  const pupilId = first.pupils[1]?.pupilId ?? '';
  const change = (toClassId: string) =>
    here('POST', `/api/pupils/${pupilId}/class-change`, {
      toClassId,
      onDate: '2026-03-01',
      reason: 'Cân lớp',
    });
  expect((await change(second.classId)).status).toBe(404);
  expect((await change(first.classId)).status).toBe(400);
  expect((await change(first.otherClassId)).status).toBe(200);
  const { body } = await here<Detail>('GET', `/api/pupils/${pupilId}`);
  expect([body.place?.name, body.studyYears.map((y) => y.className)]).toEqual(['4B', ['4B']]);
});

describe('what the old class wrote of a pupil who changes the class', () => {
  const pupilId = () => first.pupils[2]?.pupilId ?? '';
  const change = (toClassId: string) =>
    here('POST', `/api/pupils/${pupilId()}/class-change`, {
      toClassId,
      onDate: '2026-03-01',
      reason: 'Cân lớp',
    });
  const enter = async (who: string, classId: string, value: string, base: number, item = 'TOAN.mark') =>
    (await world.signIn(who))<{ results: { ok?: boolean }[] }>('POST', `/api/classes/${classId}/ops`, {
      device: 'd',
      batch: crypto.randomUUID(),
      ops: [{ n: 0, pupilId: pupilId(), period: 'CHK1', item, base, value, source: 'key' }],
    });
  const cells = async (classId: string) =>
    (
      await here<{ cells: { pupilId: string; item: string; value: string; by: string; version: number }[] }>(
        'GET',
        `/api/classes/${classId}/sheet?period=CHK1`,
      )
    ).body.cells
      .filter((c) => c.pupilId === pupilId())
      .sort((a, b) => a.item.localeCompare(b.item));

  test('appears in the new one as acts that name who judged, and goes on from there', async () => {
    await enter('homeroom-1', first.classId, '8', 0);
    await enter('homeroom-1', first.classId, 'T', 0, 'TV.level');
    expect((await change(first.otherClassId)).status).toBe(200);
    expect(await cells(first.otherClassId)).toMatchObject([
      { item: 'TOAN.mark', value: '8', by: 'Lê Thị Mẫu Ngọc', version: 1 },
      { item: 'TV.level', value: 'T' },
    ]);
    const acts = await world.database.asOwner<{ source: string; seq: string }>(
      'select source, seq from cell_act where class_id = $1 and pupil_id = $2 order by seq',
      [first.otherClassId, pupilId()],
    );
    expect(acts.map((a) => a.source)).toEqual(['transfer', 'transfer']);
    const changed = await enter('outsider-1', first.otherClassId, '9', 1);
    expect(changed.body.results).toMatchObject([{ ok: true }]);
  });

  test('comes back with the pupil: what differs is set over it, nothing twice', async () => {
    expect((await change(first.classId)).status).toBe(200);
    expect(await cells(first.classId)).toMatchObject([
      { item: 'TOAN.mark', value: '9', by: 'Trần Mẫu Ngoài', version: 2 },
      { item: 'TV.level', value: 'T', version: 1 },
    ]);
    const without = await inSchool(world.db, '1', (trx) =>
      cellsWithoutAct(trx, '1', first.classId, ['CHK1']),
    );
    expect([...without]).toEqual([]);
  });
});

test('pupils are found by name without marks and by code, of the own school alone', async () => {
  const find = async (text: string) =>
    (await here<{ pupils: { fullName: string }[] }>('POST', '/api/pupils/search', { text })).body.pupils.map(
      (p) => p.fullName,
    );
  expect(await find('mau duc')).toEqual(['Trần Mẫu Đức']);
  expect(await find('MAU1003')).toEqual(['Lý Mẫu Ân']);
  expect(await find('MAU2003')).toEqual([]);
});
