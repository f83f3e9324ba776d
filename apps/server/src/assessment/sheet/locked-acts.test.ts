import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Client,
  fileBody,
  makeWorld,
  type Role,
  type School,
  type World,
} from '../../http/testing/world.ts';
import { classFile } from '../import/testing/class-file.ts';

/** What the use cases say of a locked year besides cells, tests taken again and results. */
let world: World;
let school: School;
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
});
afterAll(() => world.close());

/** Sessions end with the day: each test signs in on its own one. */
async function on(day: string, role: Role): Promise<Client> {
  world.clock.now = new Date(`${day}T02:00:00Z`);
  return world.signIn(`${role}-1`);
}
const url = (part: string, classId = school.classId) => `/api/classes/${classId}/${part}`;
const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';
interface Refused {
  error?: string;
  details?: string[];
}
const enter = (client: Client, op: Record<string, unknown>) =>
  client<{ results: { ok?: true }[] }>('POST', url('ops'), {
    device: 'd',
    batch: randomUUID(),
    ops: [{ n: 0, period: 'CN', base: 0, source: 'key', ...op }],
  });
const rows = async (table: string) =>
  (await world.database.asOwner(`select count(*)::int as n from ${table} where school_id = 1`))[0]?.n;

beforeEach(() => {
  world.clock.now = new Date('2026-05-20T02:00:00Z');
});

test('an education plan is neither set nor decided after the lock', async () => {
  const plan = { pupilId: pupil(0), kind: 'individual', subjects: ['AN'], tests: [], traits: [] };
  const may = await on('2026-05-20', 'homeroom');
  expect((await may('POST', url('plans'), plan)).status).toBe(200);
  const before = await rows('education_plan');
  const july = await on('2026-07-01', 'homeroom');
  const late = await july<Refused>('POST', url('plans'), { ...plan, subjects: ['MT'] });
  expect([late.status, late.body.error, late.body.details]).toEqual([
    409,
    'year-locked',
    [school.pupils[0]?.fullName],
  ]);
  const principal = await on('2026-07-01', 'principal');
  const decided = await principal<Refused>('POST', url('plans/decision'), {
    pupilId: pupil(0),
    act: 'confirm',
  });
  expect([decided.status, decided.body.error]).toEqual([409, 'year-locked']);
  expect(await rows('education_plan')).toBe(before);
});

test('what the school decides on electives after the lock leaves the locked year as it is', async () => {
  await world.database.asOwner(
    `insert into assignment (school_id, class_id, subject, staff_id) values (1, $1, 'TDT', $2)`,
    [school.classId, school.staff.homeroom],
  );
  const may = await on('2026-05-20', 'homeroom');
  expect((await enter(may, { pupilId: pupil(2), item: 'TDT.level', value: 'C' })).body.results[0]?.ok).toBe(
    true,
  );
  const blocking = async (client: Client) =>
    (
      await client<{ pupils: { pupilId: string; blocking: { item: string }[] }[] }>('GET', url('results'))
    ).body.pupils
      .find((p) => p.pupilId === pupil(2))
      ?.blocking.map((b) => b.item);
  const decide = (client: Client, electivesLower: boolean) =>
    client('POST', '/api/assessment-settings', { electivesLower });
  expect(await blocking(may)).toEqual([]);
  await decide(await on('2026-05-21', 'principal'), true);
  expect(await blocking(await on('2026-05-22', 'homeroom'))).toEqual(['TDT.level']);
  expect((await decide(await on('2026-07-01', 'principal'), false)).status).toBe(200);
  expect(await blocking(await on('2026-07-02', 'homeroom'))).toEqual(['TDT.level']);
});

test('an import after the lock keeps no statement of a result', async () => {
  const july = await on('2026-07-01', 'homeroom');
  const list = school.pupils.slice(0, 1).map((p) => ({ code: p.pupilCode, name: p.fullName }));
  const { payload, headers } = fileBody('bang.xlsx', classFile(list));
  const preview = await july<{ importId: string }>('POST', url('imports'), payload, headers);
  const applied = await july<{ imported: number; cells: number }>(
    'POST',
    url(`imports/${preview.body.importId}`),
    { rows: [4] },
  );
  expect([applied.status, applied.body.cells]).toEqual([200, 0]);
  expect(await rows('decision')).toBe(0);
});

describe('a pupil who changes the class', () => {
  const change = (client: Client, nth: number, onDate: string) =>
    client<Refused>('POST', `/api/pupils/${pupil(nth)}/class-change`, {
      toClassId: school.otherClassId,
      onDate,
      reason: 'Cân lớp',
    });

  test('stays after the lock, because the results would have to come along', async () => {
    const may = await on('2026-05-20', 'homeroom');
    await enter(may, { pupilId: pupil(1), item: 'TOAN.level', value: 'T' });
    const answer = await change(await on('2026-07-01', 'clerk'), 1, '2026-07-01');
    expect([answer.status, answer.body.error]).toEqual([409, 'year-locked']);
    expect(answer.body.details?.join()).toContain('30/06/2026');
    expect(await rows('transfer')).toBe(0);
  });

  test('brings results along into periods that the new class has closed', async () => {
    const may = await on('2026-05-20', 'homeroom');
    await enter(may, { pupilId: pupil(1), period: 'GHK1', item: 'TOAN.level', value: 'H' });
    const other = await on('2026-05-20', 'outsider');
    const closed = await other('POST', url('periods/close', school.otherClassId), {
      period: 'GHK1',
      reason: 'Thử',
    });
    expect(closed.status).toBe(200);
    expect((await change(await on('2026-05-21', 'clerk'), 1, '2026-05-21')).status).toBe(200);
    const cells = await world.database.asOwner(
      `select period, value from cell where class_id = $1 and pupil_id = $2 and item = 'TOAN.level' order by period`,
      [school.otherClassId, pupil(1)],
    );
    expect(cells).toEqual([
      { period: 'CN', value: 'T' },
      { period: 'GHK1', value: 'H' },
    ]);
    // Its teachers still write nothing into it.
    const typed = await (await on('2026-05-21', 'outsider'))<{ results: { reject?: string }[] }>(
      'POST',
      url('ops', school.otherClassId),
      {
        device: 'd',
        batch: randomUUID(),
        ops: [
          { n: 0, pupilId: pupil(1), period: 'GHK1', item: 'TOAN.level', base: 1, value: 'T', source: 'key' },
        ],
      },
    );
    expect(typed.body.results[0]?.reject).toMatch(/not-assigned|period-closed/);
  });
});

describe('a pupil who leaves, told after the lock', () => {
  const leave = (client: Client, onDate: string) =>
    client<Refused>('POST', `/api/pupils/${pupil(2)}/transfer-out`, {
      onDate,
      schoolName: 'Trường Mẫu',
      reason: 'Theo gia đình',
    });
  const gone = (client: Client, onDate: string) =>
    client<Refused>('POST', `/api/pupils/${pupil(2)}/status`, {
      status: 'dropped-out',
      onDate,
      reason: 'Theo gia đình',
    });

  test.each([
    ['to another school', leave],
    ['for good', gone],
  ])(
    '%s, on a day inside the year, is told so in a sentence of its own and changes nothing',
    async (_, act) => {
      const before = [await rows('transfer'), await rows('pupil_status')];
      const answer = await act(await on('2026-07-02', 'clerk'), '2026-06-30');
      expect([answer.status, answer.body.error]).toEqual([409, 'left-in-locked-year']);
      expect(answer.body.details?.join()).toContain('đã khoá sổ hết ngày 30/06/2026');
      expect([await rows('transfer'), await rows('pupil_status')]).toEqual(before);
    },
  );

  test('on a day after it leaves as pupils do in summer', async () => {
    expect((await leave(await on('2026-07-02', 'clerk'), '2026-07-01')).status).toBe(200);
  });
});
