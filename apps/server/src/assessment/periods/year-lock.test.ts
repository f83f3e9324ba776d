import { randomUUID } from 'node:crypto';
import { requiredItems, ruleSetFor } from '@hocba/record';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { lockedOn } from '../../roster/year-locks.ts';
import { decidedUntil } from './year-lock.ts';

let world: World;
let school: School;
let homeroom: Client;
let music: Client;
let principal: Client;
const MAY = new Date('2026-05-20T02:00:00Z');

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
  const cells = requiredItems(ruleSetFor(YEAR), 4, 'CN').map((item) => ({
    pupilId: pupil(1),
    item,
    value: item.endsWith('.mark') ? (item === 'TOAN.mark' ? '3' : '8') : item === 'TOAN.level' ? 'C' : 'T',
  }));
  for (const [client, mine] of [
    [homeroom, false],
    [music, true],
  ] as const)
    for (const cell of cells.filter((c) => c.item.startsWith('AN.') === mine))
      expect(await set(cell, client)).toMatchObject({ ok: true });
});
afterAll(() => world.close());
/** Sessions end with the day: each test signs in on its own one. */
async function on(day: string): Promise<void> {
  world.clock.now = new Date(day.includes('T') ? day : `${day}T02:00:00Z`);
  homeroom = await world.signIn('homeroom-1');
  principal = await world.signIn('principal-1');
}
beforeEach(() => {
  world.clock.now = MAY;
});

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';
interface Outcome {
  ok?: true;
  reject?: string;
  message?: string;
}
async function set(cell: Record<string, unknown>, client = homeroom): Promise<Outcome | undefined> {
  const answer = await client<{ results: Outcome[] }>('POST', url('ops'), {
    device: 'máy thử',
    batch: randomUUID(),
    ops: [{ n: 0, pupilId: pupil(0), period: 'CN', base: 0, source: 'key', ...cell }],
  });
  return answer.body.results[0];
}
interface Refused {
  error?: string;
  details?: string[];
}
const move = (main: string, later: string, over: Record<string, unknown> = {}, client = principal) =>
  client<Refused>('POST', `/api/school-years/${YEAR}/locks`, {
    mainLockOn: main,
    supplementaryLockOn: later,
    reason: 'Sở gia hạn',
    ...over,
  });
const confirm = (n: number, result: string) =>
  homeroom<Refused>('POST', url('results'), { results: [{ pupilId: pupil(n), result }] });
const acts = () =>
  world.database.asOwner<{ seq: number; main: string; later: string; reason: string }>(
    `select seq, main_lock_on::text as main, supplementary_lock_on::text as later, reason
     from year_lock_act order by seq`,
  );

test('the day of a lock is the last one of entry; the summer has its own', () => {
  const locks = { mainOn: '2026-06-30', supplementaryOn: '2026-08-15' };
  for (const [period, today, expected] of [
    ['CN', '2026-06-30', null],
    ['CN', '2026-07-01', '2026-06-30'],
    ['GHK1', '2026-07-01', '2026-06-30'],
    ['BS', '2026-07-01', null],
    ['BS', '2026-08-15', null],
    ['BS', '2026-08-16', '2026-08-15'],
  ] as const)
    expect(lockedOn(locks, period, today), `${period} on ${today}`).toBe(expected);
  const again = { toReassess: new Set(['TOAN.mark']) };
  expect(decidedUntil(locks, { toReassess: new Set() }, '2026-07-01')).toBe('2026-06-30');
  expect(decidedUntil(locks, again, '2026-07-01')).toBeNull();
  expect(decidedUntil(locks, again, '2026-08-16')).toBe('2026-08-15');
});

describe('the main lock', () => {
  test('of the rule set holds where nobody has set another; midnight is that of Vietnam', async () => {
    await on('2026-06-30T16:59:00Z');
    expect(await set({ item: 'DD.level', value: 'T' })).toMatchObject({ ok: true });
    await on('2026-06-30T17:00:00Z');
    const refused = await set({ item: 'TOAN.level', value: 'T' });
    expect(refused).toMatchObject({ reject: 'year-locked' });
    expect(refused?.message).toContain('30/06/2026');
    for (const period of ['GHK1', 'CHK1', 'GHK2'])
      expect(await set({ period, item: 'TV.level', value: 'T' })).toMatchObject({ reject: 'year-locked' });
  });

  test('shows in the sheet, in the check, and opens the summer although the class closed nothing', async () => {
    await on('2026-07-10');
    const { body } = await homeroom<{ periods: { period: string; lockedOn: string | null }[] }>(
      'GET',
      url('sheet?period=CN'),
    );
    expect(body.periods.map((p) => [p.period, p.lockedOn])).toEqual([
      ['GHK1', '2026-06-30'],
      ['CHK1', '2026-06-30'],
      ['GHK2', '2026-06-30'],
      ['CN', '2026-06-30'],
      ['BS', null],
    ]);
    const check = await homeroom<{ classProblems: { code: string; severity: string; message: string }[] }>(
      'GET',
      url('check'),
    );
    expect(check.body.classProblems).toMatchObject([{ code: 'year-locked', severity: 'warning' }]);
    expect(await set({ pupilId: pupil(1), period: 'BS', item: 'TOAN.mark', value: '6' })).toMatchObject({
      ok: true,
    });
    expect(await set({ pupilId: pupil(1), period: 'BS', item: 'TOAN.level', value: 'H' })).toMatchObject({
      ok: true,
    });
  });

  test('ends tests taken again, reopening, and results, but not of who is assessed again', async () => {
    await on('2026-07-10');
    const again = await homeroom<Refused>('POST', url('retests'), {
      pupilId: pupil(1),
      period: 'CN',
      item: 'TV.mark',
      attempt: 2,
      mark: '9',
      takenOn: '2026-07-09',
      reason: 'Thử',
    });
    expect([again.status, again.body.error]).toEqual([409, 'year-locked']);
    expect(await world.database.asOwner('select 1 from retest')).toEqual([]);
    const reopened = await principal<Refused>('POST', url('periods/reopen'), { period: 'CN', reason: 'Thử' });
    expect([reopened.status, reopened.body.error]).toEqual([409, 'year-locked']);
    const late = await confirm(0, 'HT');
    expect([late.status, late.body.error]).toEqual([409, 'year-locked']);
    expect(late.body.details).toEqual([school.pupils[0]?.fullName]);
    expect((await confirm(1, 'HT')).status).toBe(200);
  });
});

test('the supplementary lock ends the summer', async () => {
  await on('2026-08-16');
  expect(
    await set({ pupilId: pupil(1), period: 'BS', item: 'TOAN.mark', base: 1, value: '7' }),
  ).toMatchObject({ reject: 'year-locked' });
  expect((await confirm(1, 'HTT')).body.error).toBe('year-locked');
  const reopened = await principal<Refused>('POST', url('periods/reopen'), { period: 'BS', reason: 'Thử' });
  expect(reopened.body.error).toBe('year-locked');
  const check = await homeroom<{ classProblems: { field?: string }[] }>('GET', url('check'));
  expect(check.body.classProblems.map((p) => p.field)).toEqual(['lock.CN', 'lock.BS']);
});

test('who leaves after the year stays in its class’s tables; who left before the lock does not', async () => {
  await on('2026-07-10');
  const clerk = await world.signIn('clerk-1');
  const answer = await clerk<Refused>('POST', `/api/pupils/${pupil(2)}/transfer-out`, {
    onDate: '2026-07-10',
    schoolName: 'Trường Tiểu học Mẫu Xa',
    reason: 'Theo gia đình',
  });
  expect([answer.status, answer.body.details]).toEqual([200, undefined]);
  const listed = async () => {
    const { body } = await homeroom<Record<'pupils' | 'left', { pupilId: string }[]>>(
      'GET',
      url('sheet?period=CN'),
    );
    return [body.pupils, body.left].map((of) => of.some((p) => p.pupilId === pupil(2)));
  };
  expect(await listed()).toEqual([true, false]);
  await world.database.asOwner(`update enrolment set left_on = '2026-06-30' where pupil_id = $1`, [pupil(2)]);
  expect(await listed()).toEqual([false, true]);
});

describe('the principal moves the locks', () => {
  test('and nobody else, not without a reason, not out of order', async () => {
    await on('2026-08-20');
    for (const client of [homeroom, await world.signIn('clerk-1'), await world.signIn('admin-1')])
      expect((await move('2026-09-10', '2026-09-20', {}, client)).status).toBe(403);
    for (const [main, later, over] of [
      ['2026-09-10', '2026-09-20', { reason: ' ' }],
      ['2026-09-10', '2026-09-20', { reason: undefined }],
      ['2026-09-10', '2026-09-01', {}],
      ['2026-05-30', '2026-09-20', {}],
      ['2026-09-10', '2027-08-21', {}],
      ['2026-09-31', '2026-10-20', {}],
      ['2026-09-10', '2026-09-20', { schoolYear: YEAR }],
    ] as const)
      expect((await move(main, later, over)).status, `${main} ${later}`).toBe(400);
    const nowhere = await principal<Refused>('POST', '/api/school-years/2030-2031/locks', {
      mainLockOn: '2031-06-30',
      supplementaryLockOn: '2031-08-15',
      reason: 'Thử',
    });
    expect(nowhere.status).toBe(404);
    expect(await acts()).toEqual([]);
  });

  test('and entry goes on; each act is kept and shown, the same days again add none', async () => {
    await on('2026-08-20');
    expect((await move('2026-08-25', '2026-09-05')).body).toEqual({
      mainLockOn: '2026-08-25',
      supplementaryLockOn: '2026-09-05',
    });
    await move('2026-08-25', '2026-09-05', { reason: 'Lần nữa' });
    expect(await set({ item: 'TOAN.level', value: 'T' })).toMatchObject({ ok: true });
    expect((await confirm(0, 'HT')).status).toBe(200);
    await move('2026-08-19', '2026-09-05', { reason: 'Đã sửa xong' });
    expect(await set({ item: 'TV.level', value: 'T' })).toMatchObject({ reject: 'year-locked' });
    expect(await acts()).toEqual([
      { seq: 1, main: '2026-08-25', later: '2026-09-05', reason: 'Sở gia hạn' },
      { seq: 2, main: '2026-08-19', later: '2026-09-05', reason: 'Đã sửa xong' },
    ]);
    const years = await principal<{
      years: { mainLockOn: string; lockMoves: { reason: string; by: string }[] }[];
    }>('GET', '/api/school-years');
    expect(years.body.years[0]).toMatchObject({
      mainLockOn: '2026-08-19',
      lockMoves: [{ reason: 'Đã sửa xong', by: 'Đỗ Thị Mẫu Ánh' }, { reason: 'Sở gia hạn' }],
    });
    // The other school's year of the same name is its own.
    const other = await (await world.signIn('principal-2'))<{ years: { mainLockOn: string }[] }>(
      'GET',
      '/api/school-years',
    );
    expect(other.body.years[0]?.mainLockOn).toBe('2026-06-30');
  });

  test('and no act is ever changed, by the application or by its owner', async () => {
    for (const statement of [
      `update year_lock_act set main_lock_on = '2026-12-31'`,
      'delete from year_lock_act',
      'truncate year_lock_act',
    ])
      await expect(world.database.asOwner(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
