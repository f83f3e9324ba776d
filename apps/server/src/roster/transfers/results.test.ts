import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellsWithoutAct } from '../../assessment/pupil-year/cell-acts.ts';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';

/** A pupil of school 1 is taken over by school 2; another comes from a school that is not here, with a paper. */
let world: World;
let first: School;
let second: School;
let there: Client;
let teacher: Client;
beforeAll(async () => {
  world = await makeWorld();
  [first, second] = world.schools;
  there = await world.signIn('clerk-2');
  teacher = await world.signIn('homeroom-2');
});
afterAll(() => world.close());

interface Sheet {
  cells: { pupilId: string; item: string; value: string; attempt: number; version: number; by: string }[];
  arrived: { pupilId: string; schoolName: string; note: string }[];
}
const sheet = async (period: string, client = teacher, subject = '') =>
  (await client<Sheet>('GET', `/api/classes/${second.classId}/sheet?period=${period}${subject}`)).body;
const cellsOf = async (period: string, pupilId: string) =>
  Object.fromEntries(
    (await sheet(period)).cells.filter((c) => c.pupilId === pupilId).map((c) => [c.item, c.value]),
  );
const set = (client: Client, classId: string, op: object) =>
  client<{ results: { ok?: true }[] }>('POST', `/api/classes/${classId}/ops`, {
    device: 'd',
    batch: JSON.stringify(op).slice(-60),
    ops: [{ n: 0, base: 0, source: 'key', ...op }],
  });

async function leave(nth: number): Promise<void> {
  const clerk = await world.signIn('clerk-1');
  const id = first.pupils[nth]?.pupilId ?? '';
  const answer = await clerk('POST', `/api/pupils/${id}/transfer-out`, {
    onDate: '2026-05-10',
    schoolName: 'Trường Tiểu học Mẫu số 2',
    reason: 'Theo gia đình',
  });
  expect(answer.status).toBe(200);
}
async function take(nth: number): Promise<string> {
  const { body } = await there<{ pupilId: string }>('POST', '/api/transfers/take-over', {
    key: first.pupils[nth]?.pupilCode,
    birthDate: '2016-03-02',
    toClassId: second.classId,
    onDate: '2026-05-12',
    reason: 'Theo gia đình',
  });
  return body.pupilId;
}

test('what the former school has stated stands in the new class’s cells of each period, as acts', async () => {
  const before = await world.signIn('homeroom-1');
  const pupilId = first.pupils[0]?.pupilId;
  await set(before, first.classId, { pupilId, period: 'CHK1', item: 'TOAN.mark', value: '8' });
  await set(before, first.classId, { pupilId, period: 'CHK1', item: 'TOAN.level', value: 'T' });
  await set(before, first.classId, { pupilId, period: 'CN', item: 'TV.comment', value: 'Đọc to, rõ.' });
  await leave(0);
  const taken = await take(0);
  expect(await cellsOf('CHK1', taken)).toEqual({ 'TOAN.mark': '8', 'TOAN.level': 'T' });
  expect(await cellsOf('CN', taken)).toEqual({ 'TV.comment': 'Đọc to, rõ.' });
  expect((await sheet('CHK1')).cells.find((c) => c.pupilId === taken)?.by).toBe('Võ Mẫu Thư');
  const loose = await inSchool(world.db, '2', (trx) =>
    cellsWithoutAct(trx, '2', second.classId, ['CHK1', 'CN']),
  );
  expect([...loose]).toEqual([]);
  const acts = await world.database.asOwner(
    'select source, new_value from cell_act where school_id = 2 and pupil_id = $1 order by seq',
    [taken],
  );
  expect(acts.map((a) => a.source)).toEqual(['transfer', 'transfer', 'transfer']);
  // It is this class's from now on: its teacher may judge anew, against the version that is there.
  const again = await set(teacher, second.classId, {
    pupilId: taken,
    period: 'CN',
    item: 'TV.comment',
    base: 1,
    value: 'Đọc diễn cảm.',
  });
  expect(again.body.results[0]?.ok).toBe(true);
});

test('who comes back takes along the mark that counts, and the earlier sittings stay', async () => {
  const pupilId = second.pupils[1]?.pupilId ?? '';
  await set(teacher, second.classId, { pupilId, period: 'CN', item: 'TOAN.mark', value: '4' });
  const retest = await teacher('POST', `/api/classes/${second.classId}/retests`, {
    pupilId,
    period: 'CN',
    item: 'TOAN.mark',
    attempt: 2,
    mark: '7',
    takenOn: '2026-05-11',
    reason: 'Kết quả bất thường so với đánh giá thường xuyên',
  });
  expect(retest.status).toBe(200);
  const away = await there('POST', `/api/pupils/${pupilId}/transfer-out`, {
    onDate: '2026-05-13',
    schoolName: 'Trường Tiểu học Mẫu số 1',
    reason: 'Theo gia đình',
  });
  expect(away.status).toBe(200);
  const clerk = await world.signIn('clerk-1');
  const key = { key: second.pupils[1]?.pupilCode, birthDate: '2016-03-02', reason: 'Theo gia đình' };
  const over = await clerk<{ pupilId: string }>('POST', '/api/transfers/take-over', {
    ...key,
    toClassId: first.classId,
    onDate: '2026-05-14',
  });
  const back = await clerk('POST', `/api/pupils/${over.body.pupilId}/transfer-out`, {
    onDate: '2026-05-15',
    schoolName: 'Trường Tiểu học Mẫu số 2',
    reason: 'Trở về',
  });
  expect(back.status).toBe(200);
  const home = await there<{ pupilId: string }>('POST', '/api/transfers/take-over', {
    ...key,
    toClassId: second.classId,
    onDate: '2026-05-16',
  });
  expect(home.body.pupilId).toBe(pupilId);
  const cells = await world.database.asOwner(
    `select attempt, value from cell where school_id = 2 and pupil_id = $1 and item = 'TOAN.mark' order by attempt`,
    [pupilId],
  );
  expect(cells).toEqual([
    { attempt: 1, value: '4' },
    { attempt: 2, value: '7' },
  ]);
});

test('marks and levels that a paper states become cells with the transfer as their source, in whole marks', async () => {
  const arrive = (pupilCode: string, results: unknown) =>
    there<{ pupilId: string; details?: string[] }>('POST', '/api/transfers/in', {
      pupil: { pupilCode, fullName: 'Ngô Mẫu Giấy', sex: 'female', birthDate: '2016-04-04' },
      schoolName: 'Trường Tiểu học Mẫu Xa',
      toClassId: second.classId,
      onDate: '2026-05-12',
      reason: 'Theo gia đình',
      resultsNote: '',
      studyYears: [],
      results,
      document: 'Phiếu xác nhận kết quả, ngày 10/05/2026',
    });
  const cells = [
    { item: 'TOAN.mark', value: '8' },
    { item: 'TOAN.level', value: 't ' },
    { item: 'NHAN_AI.level', value: 'Đ' },
  ];
  for (const [wrong, told] of [
    [{ item: 'TOAN.mark', value: '8,5' }, 'Toán'],
    [{ item: 'TOAN.mark', value: '11' }, 'Toán'],
    [{ item: 'TNXH.level', value: 'T' }, 'lớp 4 không có ô này'],
    [{ item: 'DD.mark', value: '8' }, 'lớp 4 không có ô này'],
    [{ item: 'NHAN_AI.level', value: 'H' }, 'Nhân ái'],
    [{ item: 'x', value: 'T' }, 'không có ô này'],
    [cells[0], 'hai lần'],
  ] as const) {
    const answer = await arrive('XA0100', [{ period: 'CHK1', cells: [...cells, wrong] }]);
    expect([answer.status, answer.body.details?.join()]).toEqual([400, expect.stringContaining(told)]);
  }
  expect((await arrive('XA0100', [{ period: 'BS', cells }])).status).toBe(400);
  expect(await world.database.asOwner(`select 1 from pupil where pupil_code = 'XA0100'`)).toEqual([]);

  const { body } = await arrive('XA0100', [{ period: 'CHK1', cells }]);
  expect(await cellsOf('CHK1', body.pupilId)).toEqual({
    'TOAN.mark': '8',
    'TOAN.level': 'T',
    'NHAN_AI.level': 'Đ',
  });
  const acts = await world.database.asOwner(
    `select a.source, t.other_school_name as school, t.results -> 'periods' -> 0 ->> 'period' as period
     from cell_act a join transfer t on t.school_id = a.school_id and t.transfer_id::text = a.batch
     where a.pupil_id = $1`,
    [body.pupilId],
  );
  expect(acts).toEqual(
    cells.map(() => ({ source: 'transfer', school: 'Trường Tiểu học Mẫu Xa', period: 'CHK1' })),
  );
});

test('a paper’s words stand beside the sheet of who sees the whole class, and make no cell', async () => {
  const { body } = await there<{ pupilId: string }>('POST', '/api/transfers/in', {
    pupil: { pupilCode: 'XA0001', fullName: 'Ngô Mẫu Xa', sex: 'male', birthDate: '2016-04-04' },
    schoolName: 'Trường Tiểu học Mẫu Xa',
    toClassId: second.classId,
    onDate: '2026-05-12',
    reason: 'Theo gia đình',
    resultsNote: 'Cuối học kỳ I: Toán 8 điểm, mức T.',
    studyYears: [],
  });
  expect((await sheet('CN')).arrived).toContainEqual({
    pupilId: body.pupilId,
    onDate: '2026-05-12',
    schoolName: 'Trường Tiểu học Mẫu Xa',
    note: 'Cuối học kỳ I: Toán 8 điểm, mức T.',
  });
  expect(await cellsOf('CHK1', body.pupilId)).toEqual({});
  const music = await world.signIn('music-2');
  expect((await sheet('CN', music, '&subject=AN')).arrived).toEqual([]);
});
