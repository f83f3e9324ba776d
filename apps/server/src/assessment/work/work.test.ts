import { randomUUID } from 'node:crypto';
import { requiredItems, ruleSetFor } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';
import { asApplication } from '../../store/testing/cluster.ts';

let world: World;
let school: School;
let homeroom: Client;
let music: Client;
let principal: Client;

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';
interface Task {
  title: string;
  detail: string;
  link: string;
  status: string;
  statusText: string;
}
async function tasks(client: Client, group: string): Promise<Task[]> {
  const { body } = await client<{ groups: { title: string; tasks: Task[] }[] }>('GET', '/api/work');
  return body.groups.find((g) => g.title === group)?.tasks ?? [];
}
async function set(client: Client, cells: readonly Record<string, unknown>[]): Promise<void> {
  const { body } = await client<{ results: object[] }>('POST', url('ops'), {
    device: 'd',
    batch: randomUUID(),
    ops: cells.map((cell, n) => ({ n, pupilId: pupil(0), period: 'CN', base: 0, source: 'key', ...cell })),
  });
  expect(body.results).toEqual(cells.map((_, n) => expect.objectContaining({ n, ok: true })));
}
/** Every required cell of a pupil's grade, each by whose column it is; Khoa học is there already. */
async function fill(n: number, grade: 3 | 4, low: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [client, mine] of [
    [homeroom, false],
    [music, true],
  ] as const) {
    const cells = requiredItems(ruleSetFor(YEAR), grade, 'CN')
      .filter((item) => item.startsWith('AN.') === mine && !item.startsWith('KH.'))
      .map((item) => ({
        pupilId: pupil(n),
        item,
        value: low[item] ?? (item.endsWith('.mark') ? '8' : 'T'),
      }));
    await set(client, cells);
  }
}

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
  principal = await world.signIn('principal-1');
  // The third pupil is of grade 3: Tự nhiên và Xã hội is taught, Khoa học and Lịch sử và Địa lí are not.
  await inSchool(world.database.db, '1', (trx) =>
    trx.updateTable('enrolment').set({ grade: 3 }).where('pupil_id', '=', pupil(2)).execute(),
  );
  await asApplication(
    world.database,
    '1',
    `insert into assignment (school_id, class_id, subject, staff_id) values (1, $1, 'TNXH', $2)`,
    [school.classId, school.staff.homeroom],
  );
});
afterAll(() => world.close());

describe('a combined class', () => {
  test('each subject counts the pupils of its own grades', async () => {
    const found = await tasks(homeroom, 'Môn học tôi dạy');
    const of = (code: string) => found.find((t) => t.link.endsWith(`/mon/${code}`))?.detail;
    expect(of('TNXH')).toBe('0/1 mức, 0/1 nhận xét');
    expect(of('KH')).toBe('0/2 mức, 0/2 điểm, 0/2 nhận xét');
    expect(of('TV')).toBe('0/3 mức, 0/3 điểm, 0/3 nhận xét');
  });

  test('a grade is finished with its own cells, not with those of the other', async () => {
    await set(homeroom, [
      { pupilId: pupil(0), item: 'KH.level', value: 'T' },
      { pupilId: pupil(0), item: 'KH.mark', value: '8' },
      { pupilId: pupil(0), item: 'KH.comment', value: 'Tốt' },
    ]);
    const science = (await tasks(homeroom, 'Môn học tôi dạy')).find((t) => t.link.endsWith('/mon/KH'));
    expect(science).toMatchObject({ status: 'inProgress', statusText: 'Còn 3 ô' });
    const missing = await homeroom<{ classProblems: { field?: string }[] }>('GET', url('check'));
    expect(missing.body.classProblems).toEqual([]);
    const subject = 'TNXH';
    const { classId } = school;
    await inSchool(world.database.db, '1', (trx) =>
      trx.deleteFrom('assignment').where('class_id', '=', classId).where('subject', '=', subject).execute(),
    );
    const lacks = await homeroom<{ classProblems: { field?: string }[] }>('GET', url('check'));
    expect(lacks.body.classProblems.map((p) => p.field)).toEqual(['teacher.TNXH']);
    await inSchool(world.database.db, '1', (trx) =>
      trx
        .insertInto('assignment')
        .values({ school_id: '1', class_id: classId, subject, staff_id: school.staff.homeroom })
        .execute(),
    );
  });
});

describe('earlier periods', () => {
  test('that are open wait for who has to close or to finish them', async () => {
    const own = await tasks(homeroom, 'Kỳ trước chưa khoá');
    expect(own.map((t) => t.link)).toEqual(
      ['GHK1', 'CHK1', 'GHK2'].map((period) => `/lop/${school.classId}/bang/${period}`),
    );
    const theirs = await tasks(music, 'Kỳ trước chưa khoá');
    expect(theirs[0]).toMatchObject({
      link: `/lop/${school.classId}/mon/AN/GHK1`,
      detail: 'Còn thiếu 3 ô của thầy/cô',
    });
    expect(await tasks(principal, 'Kỳ trước chưa khoá')).toEqual([]);
  });

  test('finished they are gone for the subject, closed for everybody', async () => {
    await set(
      music,
      [0, 1, 2].map((n) => ({ pupilId: pupil(n), period: 'GHK1', item: 'AN.level', value: 'T' })),
    );
    expect((await tasks(music, 'Kỳ trước chưa khoá')).map((t) => t.link.slice(-4))).toEqual(['CHK1', 'GHK2']);
    const body = { period: 'GHK1', reason: 'Thử' };
    expect((await homeroom('POST', url('periods/close'), body)).status).toBe(200);
    expect(await tasks(homeroom, 'Kỳ trước chưa khoá')).toHaveLength(2);
  });
});

describe('the summer', () => {
  interface Summer {
    open: boolean;
    mayPlan: boolean;
    pupils: {
      pupilId: string;
      cells: { item: string; atYearEnd: string; inSummer: string | null }[];
      plan: { content: string; by: string } | null;
      proposed: string | null;
    }[];
  }
  interface Refused {
    error?: string;
  }
  const summer = async (client = homeroom) => client<Summer>('GET', url('summer'));
  const plan = (over: object = {}, client = homeroom) =>
    client<Refused>('POST', url('summer/plans'), {
      pupilId: pupil(0),
      content: 'Ôn phép chia, đọc hiểu; mỗi tuần hai buổi.',
      fromOn: '2026-06-08',
      untilOn: '2026-07-31',
      ...over,
    });

  test('is about who has not completed the grade, once the year’s end is closed', async () => {
    await fill(0, 4, { 'TOAN.level': 'C', 'TOAN.mark': '3', 'AN.level': 'C' });
    expect(await tasks(homeroom, 'Rèn luyện trong hè')).toEqual([]);
    const { body } = await summer();
    expect(body).toMatchObject({ open: false, mayPlan: true });
    expect(body.pupils.map((p) => p.pupilId)).toEqual([pupil(0)]);
    expect(body.pupils[0]?.cells.map((c) => [c.item, c.atYearEnd])).toEqual([
      ['TOAN.level', 'C'],
      ['TOAN.mark', '3'],
      ['AN.level', 'C'],
    ]);
    expect((await homeroom('POST', url('periods/close'), { period: 'CN', reason: 'Thử' })).status).toBe(200);
    expect((await summer()).body.open).toBe(true);
    expect(await tasks(homeroom, 'Rèn luyện trong hè')).toMatchObject([
      { link: `/lop/${school.classId}/he`, status: 'notStarted', detail: expect.stringContaining('0/1') },
      { link: `/lop/${school.classId}/mon/TOAN/BS` },
    ]);
    expect(await tasks(music, 'Rèn luyện trong hè')).toMatchObject([
      { link: `/lop/${school.classId}/mon/AN/BS`, detail: school.pupils[0]?.fullName },
    ]);
  });

  test.each([
    ['for who completed nothing yet', () => ({ pupilId: pupil(1) })],
    ['for a stranger', () => ({ pupilId: randomUUID() })],
    ['without a content', () => ({ content: ' ' })],
    ['that ends before it begins', () => ({ untilOn: '2026-06-01' })],
    ['before the year', () => ({ fromOn: '2025-06-01' })],
    ['beyond the supplementary lock', () => ({ untilOn: '2026-08-16' })],
    ['with more than a plan', () => ({ proposed: 'HT' })],
  ])('a plan %s is refused', async (_, over) => {
    expect((await plan(over())).status).toBe(400);
    expect(await world.database.asOwner('select 1 from summer_plan')).toEqual([]);
  });

  test('the homeroom teacher plans; a later plan stands, both are kept, the same one adds none', async () => {
    for (const client of [music, principal]) expect((await plan({}, client)).status).toBe(403);
    expect((await plan()).status).toBe(200);
    expect((await plan()).status).toBe(200);
    expect((await plan({ content: 'Ôn phép chia.' })).status).toBe(200);
    expect((await summer()).body.pupils[0]?.plan).toMatchObject({
      content: 'Ôn phép chia.',
      by: 'Lê Thị Mẫu Ngọc',
    });
    expect(await world.database.asOwner('select 1 from summer_plan')).toHaveLength(2);
    expect((await summer(music)).status).toBe(403);
    expect((await summer(principal)).body.mayPlan).toBe(false);
    const [own] = await tasks(homeroom, 'Rèn luyện trong hè');
    expect(own).toMatchObject({
      status: 'inProgress',
      detail: expect.stringContaining('1/1 em có kế hoạch'),
    });
  });

  test('what is assessed again shows beside what it was, and gives the new result', async () => {
    await set(homeroom, [
      { period: 'BS', item: 'TOAN.level', value: 'H' },
      { period: 'BS', item: 'TOAN.mark', value: '6' },
    ]);
    await set(music, [{ period: 'BS', item: 'AN.level', value: 'H' }]);
    const [seen] = (await summer()).body.pupils;
    expect(seen).toMatchObject({ proposed: 'HT' });
    expect(seen?.cells.map((c) => [c.atYearEnd, c.inSummer])).toEqual([
      ['C', 'H'],
      ['3', '6'],
      ['C', 'H'],
    ]);
    const [own] = await tasks(homeroom, 'Rèn luyện trong hè');
    expect(own).toMatchObject({ statusText: 'Chờ khoá' });
  });

  test('is over once it is closed or the supplementary lock has passed', async () => {
    world.clock.now = new Date('2026-08-16T02:00:00Z');
    homeroom = await world.signIn('homeroom-1');
    expect(await tasks(homeroom, 'Rèn luyện trong hè')).toEqual([]);
    expect(await tasks(homeroom, 'Kỳ trước chưa khoá'), 'the main lock ends what is past').toEqual([]);
    expect((await summer()).body.open).toBe(false);
    expect((await plan({ content: 'Muộn' })).body.error).toBe('year-locked');
    await expect(world.database.asOwner('delete from summer_plan')).rejects.toMatchObject({ code: '42501' });
  });
});
