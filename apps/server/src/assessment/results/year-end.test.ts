import { randomUUID } from 'node:crypto';
import { requiredComments, requiredItems, ruleSetFor } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';
import { buildDocument } from '../../signing/freeze/document.ts';
import { inSchool } from '../../store/database.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';

let world: World;
let school: School;
let homeroom: Client;
let music: Client;
let principal: Client;

const RULES = ruleSetFor('2025-2026');
const FULL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    requiredItems(RULES, 4, 'CN').map((item) => [item, item.endsWith('.mark') ? '10' : 'T']),
  ),
  ...Object.fromEntries(
    requiredComments(RULES, 'CN').map((item) => [item, 'Hoàn thành các nội dung của năm học.']),
  ),
  'HEIGHT.number': '132',
  'WEIGHT.number': '28,5',
  'ABSENT_EXCUSED.count': '1',
  'ABSENT_UNEXCUSED.count': '0',
};

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
  principal = await world.signIn('principal-1');
  await fill(0, FULL);
  await fill(1, { ...FULL, 'TOAN.level': 'C', 'TOAN.mark': '3' });
  await fill(2, { ...FULL, 'DD.level': '' });
});
afterAll(() => world.close());

async function fill(pupil: number, cells: Readonly<Record<string, string>>): Promise<void> {
  for (const [client, mine] of [
    [homeroom, false],
    [music, true],
  ] as const) {
    const ops = Object.entries(cells)
      .filter(([item]) => item.startsWith('AN.') === mine)
      .map(([item, value], n) => ({
        n,
        pupilId: school.pupils[pupil]?.pupilId,
        period: 'CN',
        item,
        base: 0,
        value,
        source: 'key',
      }));
    const answer = await client<{ results: { ok?: true }[] }>('POST', url('ops'), {
      device: 'd',
      batch: randomUUID(),
      ops,
    });
    expect(answer.body.results.every((r) => r.ok)).toBe(true);
  }
}

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
const pupilId = (n: number) => school.pupils[n]?.pupilId;

interface Results {
  pupils: {
    proposed: string | null;
    stated: string | null;
    missing: { item: string; title: string }[];
    blocking: { item: string; value: string }[];
    reasons: { article: string }[];
    completed: boolean | null;
    promoted: boolean | null;
    promotionDecided: boolean;
  }[];
}
const results = async () => (await homeroom<Results>('GET', url('results'))).body.pupils;
interface Check {
  ready: number;
  blocked: number;
  pupils: { problems: { severity: string; code: string; item?: string; field?: string }[] }[];
  classProblems: { field?: string }[];
}
const check = async (client: Client = homeroom) => (await client<Check>('GET', url('check'))).body;
const codes = (found: Check, pupil: number) =>
  found.pupils[pupil]?.problems
    .filter((p) => p.severity === 'blocking')
    .map((p) => p.item ?? p.field ?? p.code);

test('what the rules propose, which cells block, what is missing', async () => {
  const [best, weak, gap] = await results();
  expect(best).toMatchObject({ proposed: 'HTXS', stated: null, missing: [], blocking: [], completed: null });
  expect(weak?.proposed).toBe('CHT');
  expect(weak?.blocking).toMatchObject([
    { item: 'TOAN.level', value: 'C' },
    { item: 'TOAN.mark', value: '3' },
  ]);
  expect(weak?.reasons[0]?.article).toContain('Điều 9');
  expect(gap).toMatchObject({ proposed: null, missing: [{ item: 'DD.level' }] });
});

test('nobody is ready before somebody has decided', async () => {
  const found = await check();
  expect([found.ready, found.blocked]).toEqual([0, 3]);
  expect(codes(found, 0)).toEqual(['result']);
  expect(codes(found, 2)).toEqual(['DD.level', 'result']);
});

test('the homeroom teacher confirms; the same decision again adds no row, a new one stands beside the old', async () => {
  const confirm = (list: unknown[]) =>
    homeroom<{ confirmed: number }>('POST', url('results'), { results: list });
  const both = [
    { pupilId: pupilId(0), result: 'HTT', reason: 'Hội đồng còn xem lại' },
    { pupilId: pupilId(1), result: 'CHT' },
  ];
  expect((await confirm(both)).body).toEqual({ confirmed: 2 });
  await confirm(both);
  expect(codes(await check(), 0)).toEqual(['result']);
  world.clock.now = new Date(world.clock.now.getTime() + 1000);
  await confirm([{ pupilId: pupilId(0), result: 'HTXS', reason: 'Nhầm' }]);
  const rows = await world.database.asOwner<{ result: string }>(
    `select result from decision where kind = 'result' and pupil_id = $1 order by decided_at`,
    [pupilId(0)],
  );
  expect(rows.map((r) => r.result)).toEqual(['HTT', 'HTXS']);
  const [best, weak] = await results();
  expect(best).toMatchObject({ stated: 'HTXS', completed: true, promoted: true, promotionDecided: false });
  expect(weak).toMatchObject({ stated: 'CHT', completed: null, promoted: null });
  const found = await check();
  expect([found.ready, found.blocked]).toEqual([1, 2]);
  expect(codes(found, 1)).toEqual(['promoted']);
});

test.each([
  ['a stranger', () => [{ pupilId: randomUUID(), result: 'HT', reason: 'Thử' }]],
  [
    'one twice',
    () => [
      { pupilId: pupilId(0), result: 'HT' },
      { pupilId: pupilId(0), result: 'HTT' },
    ],
  ],
  ['no such result', () => [{ pupilId: pupilId(0), result: 'GIỎI' }]],
  ['a decision slipped in', () => [{ pupilId: pupilId(0), result: 'HTXS', promoted: true }]],
  ['nobody', () => []],
  ['one that differs from the rules without a reason', () => [{ pupilId: pupilId(0), result: 'HT' }]],
  ['one with an empty reason', () => [{ pupilId: pupilId(0), result: 'HT', reason: ' ' }]],
])('results of %s are refused as a whole', async (_, list) => {
  const before = await world.database.asOwner('select 1 from decision');
  expect((await homeroom('POST', url('results'), { results: list() })).status).toBe(400);
  expect(await world.database.asOwner('select 1 from decision')).toEqual(before);
});

/** What waits for the principal, as the work page tells. */
async function waiting(): Promise<string[]> {
  const { body } = await principal<{
    groups: { title: string; tasks: { title: string; statusText: string }[] }[];
  }>('GET', '/api/work');
  const group = body.groups.find((g) => g.title === 'Chờ hiệu trưởng quyết định');
  return (group?.tasks ?? []).map((t) => `${t.title}: ${t.statusText}`);
}

test('who has not completed the grade is laid before the principal until it is decided, and before nobody else', async () => {
  const name = (
    await world.database.asOwner('select name from class where class_id = $1', [school.classId])
  )[0];
  expect(await waiting()).toEqual([`${name?.name} · Lên lớp: 1 em`]);
  const { body } = await homeroom<{ groups: { title: string }[] }>('GET', '/api/work');
  expect(body.groups.map((g) => g.title)).not.toContain('Chờ hiệu trưởng quyết định');
});

test('the principal decides promotion where the grade is not completed, and only there', async () => {
  const decide = (n: number, promoted: boolean) =>
    principal<{ details?: string[] }>('POST', url('promotions'), {
      decisions: [{ pupilId: pupilId(n), completed: false, promoted, reason: 'Đã giúp đỡ trong hè.' }],
    });
  expect((await decide(0, false)).status).toBe(400);
  expect((await decide(1, false)).status).toBe(200);
  expect((await results())[1]).toMatchObject({ completed: false, promoted: false, promotionDecided: true });
  expect((await check()).ready).toBe(2);
  expect(await waiting()).toEqual([]);
  world.clock.now = new Date(world.clock.now.getTime() + 1000);
  await decide(1, true);
  expect((await results())[1]).toMatchObject({ completed: false, promoted: true });
  const contrary = { pupilId: pupilId(1), completed: true, promoted: false, reason: 'Trái với Điều 11.' };
  expect((await principal('POST', url('promotions'), { decisions: [contrary] })).status).toBe(400);
  expect((await results())[1]).toMatchObject({ completed: false, promoted: true });
  const bare = { decisions: [{ pupilId: pupilId(1), completed: false, promoted: true }] };
  expect((await principal('POST', url('promotions'), bare)).status).toBe(400);
});

test('out of grade 5 nobody is promoted who has not completed primary', async () => {
  const grade = (of: number) =>
    world.database.asOwner('update enrolment set grade = $1 where pupil_id = $2', [of, pupilId(1)]);
  const decide = (promoted: boolean) =>
    principal<{ details?: string[] }>('POST', url('promotions'), {
      decisions: [{ pupilId: pupilId(1), completed: false, promoted, reason: 'Đã giúp đỡ trong hè.' }],
    });
  await grade(5);
  world.clock.now = new Date(world.clock.now.getTime() + 1000);
  const refused = await decide(true);
  expect([refused.status, refused.body.details?.join()]).toEqual([
    400,
    expect.stringContaining('chưa hoàn thành chương trình tiểu học'),
  ]);
  expect((await decide(false)).status).toBe(200);
  await grade(4);
});

test('a subject teacher is told of his own column only', async () => {
  const found = await check(music);
  expect(found.pupils.flatMap((p) => p.problems)).toEqual([]);
  // The class's counts are not his: nothing of them is left for him to do, and the freeze is not his act.
  expect(found).toMatchObject({ whole: false, mayFreeze: false });
  expect(await check()).toMatchObject({ whole: true, mayFreeze: true });
  expect(await check(principal)).toMatchObject({ whole: true, mayFreeze: false });
  await world.database.asOwner(`update cell set value = null where item = 'AN.level' and pupil_id = $1`, [
    pupilId(2),
  ]);
  // Emptied behind the application: the cell lacks, and nobody has set it so.
  expect((await check(music)).pupils[2]?.problems).toMatchObject([
    { code: 'cell-without-act', item: 'AN.level' },
    { code: 'missing', item: 'AN.level' },
  ]);
});

test('summer: only what was too low, after the lock; the effective cells give the result that is frozen', async () => {
  const write = async (item: string, value: string, n = 1) => {
    const answer = await homeroom<{ results: { ok?: true; message?: string }[] }>('POST', url('ops'), {
      device: 'd',
      batch: randomUUID(),
      ops: [{ n: 0, pupilId: pupilId(n), period: 'BS', item, base: 0, value, source: 'key' }],
    });
    return answer.body.results[0];
  };
  expect((await write('TOAN.mark', '6'))?.message).toContain('chưa khoá');
  const reason = 'Em thứ ba chuyển đến muộn.';
  expect((await homeroom('POST', url('periods/close'), { period: 'CN', reason })).status).toBe(200);
  expect((await write('TV.mark', '10'))?.message).toContain('không thuộc');
  expect((await write('TOAN.mark', '6', 0))?.message).toContain('không thuộc');
  expect((await homeroom('POST', url('periods/close'), { period: 'BS' })).status).toBe(409);
  expect(await write('TOAN.mark', '6')).toMatchObject({ ok: true });
  expect((await results())[1]?.proposed).toBe('CHT');
  expect(await write('TOAN.level', 'H')).toMatchObject({ ok: true });
  expect((await results())[1]?.proposed).toBe('HT');
  // Stated in May as not completed: the check wants it confirmed again before anything is frozen.
  expect(codes(await check(), 1)).toEqual(['result']);
  world.clock.now = new Date(world.clock.now.getTime() + 1000);
  await homeroom('POST', url('results'), { results: [{ pupilId: pupilId(1), result: 'HT' }] });
  expect((await results())[1]).toMatchObject({ stated: 'HT', completed: true, promoted: true });
  expect((await homeroom('POST', url('periods/close'), { period: 'BS' })).status).toBe(200);
  const years = await inSchool(world.db, school.schoolId, (trx) =>
    loadPupilYears(trx, school.schoolId, school.classId),
  );
  const weak = years.pupils[1];
  if (!weak) throw new Error('no second pupil');
  const built = buildDocument(years, weak, { uuid: randomUUID(), on: '2026-08-10' });
  expect(built.ok && built.doc).toMatchObject({ result: 'HT', completed: true, promoted: true });
  expect(built.ok && built.doc.subjects.find((s) => s.subject === 'TOAN')).toMatchObject({
    level: 'H',
    mark: 6,
  });
});

test('a class without all its signers has nobody ready', async () => {
  await inSchool(world.database.db, '1', (trx) =>
    trx.deleteFrom('assignment').where('class_id', '=', school.classId).where('subject', '=', 'KH').execute(),
  );
  const found = await check();
  expect(found.ready).toBe(0);
  expect(found.classProblems.map((p) => p.field)).toEqual(['teacher.KH']);
});

describe('my work', () => {
  interface Work {
    groups: { title: string; tasks: { title: string; link: string; status: string; statusText: string }[] }[];
    deadline: string;
  }
  test.each([
    ['homeroom-1', ['Môn học tôi dạy', 'Lớp tôi chủ nhiệm', 'Kỳ trước chưa khoá']],
    ['music-1', ['Môn học tôi dạy', 'Kỳ trước chưa khoá']],
    ['principal-1', ['Toàn trường']],
    ['clerk-1', ['Toàn trường']],
    ['admin-1', []],
  ])('of %s', async (username, groups) => {
    const client = await world.signIn(username);
    const { body } = await client<Work>('GET', '/api/work');
    expect(body.groups.map((g) => g.title)).toEqual(groups);
    expect(body.deadline).toContain('30/05/2026');
    for (const task of body.groups.flatMap((g) => g.tasks)) {
      expect(task.link).toMatch(
        /^\/(?:lop\/[0-9a-f-]{36}\/(?:mon\/[A-Z0-9]+|bang)(?:\/(?:GHK1|CHK1|GHK2))?|lop\/[0-9a-f-]{36}\/(?:ket-qua|kiem-tra)|truong|ky)$/,
      );
      expect(task.statusText).not.toBe('');
    }
  });

  test.each([
    ['2025-10-20', 'Giữa học kỳ I'],
    ['2026-01-10', 'Cuối học kỳ I'],
    ['2026-03-20', 'Giữa học kỳ II'],
    ['2026-05-20', 'Cuối năm học'],
  ])('on %s is about %s', async (day, period) => {
    const before = world.clock.now;
    world.clock.now = new Date(`${day}T02:00:00Z`);
    const client = await world.signIn('homeroom-1');
    const tasks = (await client<Work>('GET', '/api/work')).body.groups.flatMap((g) => g.tasks);
    world.clock.now = before;
    expect(tasks.find((t) => t.link.endsWith('/mon/TOAN'))?.title).toContain(period);
    expect(tasks.find((t) => t.link.endsWith('/bang'))?.title).toContain(period);
    // Results and freezing are of the year's end alone.
    expect(tasks.some((t) => t.link.endsWith('/ket-qua'))).toBe(period === 'Cuối năm học');
  });
});
