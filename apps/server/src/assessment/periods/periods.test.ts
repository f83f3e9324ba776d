import { randomUUID } from 'node:crypto';
import { isTested, PERIODS, type Period, requiredItems, ruleSetFor, SUBJECTS } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { currentPeriod } from './periods.ts';

let world: World;
let school: School;
let homeroom: Client;
let music: Client;
let principal: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
  principal = await world.signIn('principal-1');
});
afterAll(() => world.close());

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';

interface Sheet {
  period: string;
  periods: { period: string; closed: boolean; by: string | null; reason: string | null }[];
  columns: { item: string; requiredIn: number[]; possibleIn: number[] }[];
  pupils: { pupilId: string; grade: number }[];
  cells: { pupilId: string; item: string; attempt: number; value: string | null; version: number }[];
  sittings: { pupilId: string; item: string; attempt: number; value: string; reason: string | null }[];
}
const sheet = async (query: string, client = homeroom) =>
  (await client<Sheet>('GET', url(`sheet${query}`))).body;

interface Outcome {
  ok?: true;
  version?: number;
  reject?: string;
  message?: string;
  conflict?: { version: number; value: string };
}
const set = async (client: Client, cells: readonly Record<string, unknown>[]) => {
  const ops = cells.map((cell, n) => ({
    n,
    pupilId: pupil(0),
    period: 'CN',
    base: 0,
    source: 'key',
    ...cell,
  }));
  const answer = await client<{ results: Outcome[] }>('POST', url('ops'), {
    device: 'máy thử',
    batch: randomUUID(),
    ops,
  });
  expect(answer.status).toBe(200);
  return answer.body.results;
};

const RULES = ruleSetFor(YEAR);
/** Every required cell of a period, each set by the teacher whose column it is. */
async function fill(period: Period, pupilId: string): Promise<void> {
  for (const [client, mine] of [
    [homeroom, false],
    [music, true],
  ] as const) {
    const cells = requiredItems(RULES, 4, period)
      .filter((item) => item.startsWith('AN.') === mine)
      .map((item) => ({ pupilId, period, item, value: item.endsWith('.mark') ? '8' : 'T' }));
    for (const outcome of await set(client, cells)) expect(outcome).toMatchObject({ ok: true });
  }
}

describe('the four periods', () => {
  test.each(PERIODS)(
    '%s has a level of every subject, and marks only where the table says so',
    async (period) => {
      const { columns } = await sheet(`?period=${period}`);
      const items = new Set(columns.map((c) => c.item));
      for (const { code, grades } of SUBJECTS) {
        expect(items.has(`${code}.level`), code).toBe(grades.includes(4));
        expect(items.has(`${code}.mark`), code).toBe(grades.includes(4) && isTested(code, 4, period));
      }
      expect(items.has('YEU_NUOC.level')).toBe(true);
      expect(items.has('HEIGHT.number')).toBe(period === 'CHK1' || period === 'CN');
      expect(items.has('HOMEROOM.comment')).toBe(period === 'CN');
    },
  );

  test.each([
    ['2025-10-01', 'GHK1'],
    ['2025-12-20', 'CHK1'],
    ['2026-03-01', 'GHK2'],
    ['2026-05-20', 'CN'],
    ['2026-11-20', 'CN'],
  ])('on %s the sheet opens with %s', async (day, period) => {
    expect(currentPeriod(YEAR, day)).toBe(period);
    const before = world.clock.now;
    world.clock.now = new Date(`${day}T02:00:00Z`);
    const client = await world.signIn('homeroom-1');
    expect((await sheet('', client)).period).toBe(period);
    world.clock.now = before;
  });

  test('keep their cells apart', async () => {
    expect(await set(homeroom, [{ period: 'GHK2', item: 'TV.level', value: 'H' }])).toMatchObject([
      { ok: true },
    ]);
    expect(await set(homeroom, [{ period: 'CN', item: 'TV.level', value: 'T' }])).toMatchObject([
      { ok: true },
    ]);
    const found = (await sheet('?period=GHK2')).cells;
    expect(found).toMatchObject([{ item: 'TV.level', value: 'H' }]);
  });

  test('no mark of a subject that is not tested in the middle', async () => {
    expect(await set(homeroom, [{ period: 'GHK1', item: 'KH.mark', value: '8' }])).toMatchObject([
      { reject: 'invalid' },
    ]);
  });
});

describe('a period', () => {
  const close = (body: object, client = homeroom) =>
    client<{ error: string; details?: string[]; closed?: boolean }>('POST', url('periods/close'), body);
  const reopen = (body: object, client = principal) =>
    client<{ error: string; closed?: boolean }>('POST', url('periods/reopen'), body);

  test('is not closed while something lacks, and what lacks is named', async () => {
    await fill('GHK1', pupil(0));
    await fill('GHK1', pupil(1));
    const answer = await close({ period: 'GHK1' });
    expect([answer.status, answer.body.error]).toEqual([409, 'period-incomplete']);
    expect(answer.body.details?.every((line) => line.startsWith('3. ') || line.startsWith('và '))).toBe(true);
    expect((await sheet('?period=GHK1')).periods.some((p) => p.closed)).toBe(false);
  });

  test('closed by its homeroom teacher alone, it refuses every change, by use case and by database', async () => {
    await fill('GHK1', pupil(2));
    expect((await close({ period: 'GHK1' }, music)).status).toBe(403);
    expect((await close({ period: 'GHK1' }, principal)).status).toBe(403);
    expect((await close({ period: 'GHK1' })).body).toEqual({ period: 'GHK1', closed: true });
    expect((await close({ period: 'GHK1' })).body.error).toBe('period-closed');
    const [outcome] = await set(homeroom, [{ period: 'GHK1', item: 'TV.level', base: 1, value: 'C' }]);
    expect(outcome).toMatchObject({ reject: 'period-closed' });
    expect(outcome?.message).toContain('Giữa học kỳ I');
    await expect(
      world.database.asOwner(`update cell set value = 'C' where period = 'GHK1' and item = 'TV.level'`),
    ).rejects.toMatchObject({ code: '42501' });
    // Another period of the same class stays open.
    expect(await set(homeroom, [{ period: 'CHK1', item: 'TV.level', value: 'H' }])).toMatchObject([
      { ok: true },
    ]);
    const state = (await sheet('?period=GHK1')).periods.find((p) => p.period === 'GHK1');
    expect(state).toMatchObject({ closed: true, by: 'Lê Thị Mẫu Ngọc', reason: null });
  });

  test('a batch that was stored before the closing is answered as it was, and writes nothing', async () => {
    const body = {
      device: 'd',
      batch: randomUUID(),
      ops: [
        { n: 0, pupilId: pupil(0), period: 'GHK2', item: 'DD.level', base: 0, value: 'H', source: 'key' },
      ],
    };
    const first = await homeroom('POST', url('ops'), body);
    await close({ period: 'GHK2', reason: 'Thử' });
    expect((await homeroom('POST', url('ops'), body)).body).toEqual(first.body);
  });

  test('is opened again by the principal alone, with a reason, and both acts stay', async () => {
    expect((await reopen({ period: 'GHK1', reason: 'Nhập nhầm' }, homeroom)).status).toBe(403);
    expect((await reopen({ period: 'GHK1' })).status).toBe(400);
    expect((await reopen({ period: 'GHK1', reason: '  ' })).status).toBe(400);
    expect((await reopen({ period: 'GHK1', reason: 'Nhập nhầm' })).body).toEqual({
      period: 'GHK1',
      closed: false,
    });
    expect((await reopen({ period: 'GHK1', reason: 'Lần nữa' })).body).toEqual({
      period: 'GHK1',
      closed: false,
    });
    expect(await set(homeroom, [{ period: 'GHK1', item: 'TV.level', base: 1, value: 'H' }])).toMatchObject([
      { ok: true, version: 2 },
    ]);
    const acts = await world.database.asOwner(
      `select seq, act, reason from period_act where period = 'GHK1' order by seq`,
    );
    expect(acts).toEqual([
      { seq: 1, act: 'close', reason: null },
      { seq: 2, act: 'reopen', reason: 'Nhập nhầm' },
    ]);
  });

  test('with a reason it is closed although cells lack', async () => {
    expect((await close({ period: 'CHK1', reason: 'Em Ân chuyển đến tháng 2' })).status).toBe(200);
    const state = (await sheet('?period=CHK1')).periods.find((p) => p.period === 'CHK1');
    expect(state).toMatchObject({ closed: true, reason: 'Em Ân chuyển đến tháng 2' });
  });
});

describe('a test taken again', () => {
  const again = (over: Record<string, unknown> = {}, client = homeroom) =>
    client<{ error: string; details?: string[]; attempt?: number; mark?: string }>('POST', url('retests'), {
      pupilId: pupil(1),
      period: 'CN',
      item: 'TOAN.mark',
      attempt: 2,
      mark: '7',
      takenOn: '2026-05-19',
      reason: 'Điểm thấp bất thường so với hằng ngày',
      ...over,
    });
  const mark = async (client = homeroom) =>
    (await sheet('?period=CN', client)).cells.find((c) => c.pupilId === pupil(1) && c.item === 'TOAN.mark');

  test('needs a first sitting, the teacher of the column, a day and a reason', async () => {
    expect((await again()).status).toBe(400);
    await set(homeroom, [{ pupilId: pupil(1), item: 'TOAN.mark', value: '3' }]);
    expect((await again({}, music)).status).toBe(403);
    for (const over of [
      { reason: ' ' },
      { takenOn: '2026-05-21' },
      { takenOn: '2025-06-01' },
      { attempt: 3 },
      { mark: '7,5' },
      { mark: '11' },
      { item: 'TOAN.level' },
      { item: 'TOAN.comment' },
      { period: 'GHK2', item: 'TOAN.mark' },
      { pupilId: randomUUID() },
    ]) {
      expect((await again(over)).status, JSON.stringify(over)).toBe(400);
    }
    expect(await world.database.asOwner('select 1 from retest')).toEqual([]);
    expect(await mark()).toMatchObject({ attempt: 1, value: '3' });
  });

  test('all sittings are kept and the last one counts; the same request twice is one sitting', async () => {
    expect((await again()).body).toEqual({ attempt: 2, mark: '7', version: 1 });
    expect((await again()).body).toEqual({ attempt: 2, mark: '7', version: 1 });
    expect((await again({ mark: '9' })).status).toBe(400);
    expect((await again({ attempt: 3, takenOn: '2026-05-18' })).status).toBe(400);
    expect((await again({ attempt: 3, takenOn: '2026-05-20', mark: '8', reason: 'Phúc khảo' })).status).toBe(
      200,
    );
    expect(await mark()).toMatchObject({ attempt: 3, value: '8' });
    const { sittings } = await sheet('?period=CN');
    expect(sittings.map((s) => [s.attempt, s.value, s.reason])).toEqual([
      [1, '3', null],
      [2, '7', 'Điểm thấp bất thường so với hằng ngày'],
      [3, '8', 'Phúc khảo'],
    ]);
    expect((await sheet('?period=CN', music)).sittings).toEqual([]);
  });

  test('a sitting is corrected like any cell; one that nobody recorded is refused', async () => {
    const last = { pupilId: pupil(1), item: 'TOAN.mark', attempt: 3 };
    expect(await set(homeroom, [{ ...last, base: 1, value: '9' }])).toMatchObject([{ ok: true, version: 2 }]);
    expect(await set(homeroom, [{ ...last, attempt: 4, value: '9' }])).toMatchObject([{ reject: 'invalid' }]);
    // Taken back, the sitting before it counts again.
    expect(await set(homeroom, [{ ...last, base: 2, value: null }])).toMatchObject([{ ok: true }]);
    expect(await mark()).toMatchObject({ attempt: 2, value: '7' });
  });

  test('colleagues who follow the sheet get the sitting that counts, whichever one changed', async () => {
    const { seq } = (await homeroom<{ seq: number }>('GET', url('sheet?period=CN'))).body;
    await set(homeroom, [{ pupilId: pupil(1), item: 'TOAN.mark', attempt: 1, base: 1, value: '4' }]);
    const changes = await homeroom<Sheet>('GET', url(`changes?after=${seq}&period=CN`));
    expect(changes.body.cells).toMatchObject([{ item: 'TOAN.mark', attempt: 2, value: '7' }]);
  });
});

describe('a combined class', () => {
  test("each pupil's own grade decides which cells there are and which are needed", async () => {
    await world.database.asOwner(`update enrolment set grade = 3 where pupil_id = $1`, [pupil(2)]);
    const { columns, pupils } = await sheet('?period=CN');
    expect(pupils.map((p) => p.grade)).toEqual([4, 4, 3]);
    const of = (item: string) => columns.find((c) => c.item === item);
    expect(of('TNXH.level')).toMatchObject({ requiredIn: [3], possibleIn: [3] });
    expect(of('KH.mark')).toMatchObject({ requiredIn: [4], possibleIn: [4] });
    expect(of('TV.mark')).toMatchObject({ requiredIn: [3, 4], possibleIn: [3, 4] });
    const cells = [
      { pupilId: pupil(2), item: 'KH.level', value: 'T' },
      { pupilId: pupil(0), item: 'KH.level', value: 'T' },
    ];
    expect(await set(homeroom, cells)).toMatchObject([{ reject: 'invalid' }, { ok: true }]);
    await world.database.asOwner(`update enrolment set grade = 4 where pupil_id = $1`, [pupil(2)]);
  });
});
