import { randomUUID } from 'node:crypto';
import { possibleItems } from '@hocba/record';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';

let world: World;
let school: School;
let homeroom: Client;
let music: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
});
afterAll(() => world.close());

interface Saved {
  seq: number;
  results: {
    n: number;
    ok?: true;
    version?: number;
    value?: string | null;
    conflict?: { version: number; value: string | null; by: string; at: string };
    reject?: string;
    message?: string;
  }[];
}

const pupil = (n: number) => school.pupils[n]?.pupilId ?? '';
const op = (over: Record<string, unknown> = {}) => ({
  n: 0,
  pupilId: pupil(0),
  period: 'CN',
  item: 'TOAN.mark',
  base: 0,
  value: '8',
  source: 'key',
  ...over,
});
const save = async (client: Client, ops: unknown[], batch: string = randomUUID()) =>
  client<Saved>('POST', `/api/classes/${school.classId}/ops`, { device: 'máy thử', batch, ops });
const one = async (client: Client, over: Record<string, unknown>) => {
  const answer = await save(client, [op(over)]);
  expect(answer.status).toBe(200);
  return answer.body.results[0];
};
const actsOf = async (item: string) =>
  world.database.asOwner<{
    old_value: string | null;
    new_value: string | null;
    version: number;
    seq: string;
  }>(
    `select old_value, new_value, version, seq from cell_act where item = $1 and school_id = 1 order by seq`,
    [item],
  );

describe('a cell', () => {
  test('is set once however often the batch is sent, and its act is appended once', async () => {
    const batch = randomUUID();
    const first = await save(homeroom, [op({ item: 'TV.mark', value: ' 9 ' })], batch);
    expect(first.body.results).toEqual([{ n: 0, ok: true, version: 1, value: '9' }]);
    for (let again = 0; again < 3; again += 1) {
      expect((await save(homeroom, [op({ item: 'TV.mark', value: '9' })], batch)).body).toEqual(first.body);
    }
    // The outcome is the stored one, whatever has happened to the cell since.
    await one(homeroom, { item: 'TV.mark', base: 1, value: '7' });
    expect((await save(homeroom, [op({ item: 'TV.mark', value: '9' })], batch)).body.results).toEqual(
      first.body.results,
    );
    expect(await actsOf('TV.mark')).toMatchObject([
      { old_value: null, new_value: '9', version: 1 },
      { old_value: '9', new_value: '7', version: 2 },
    ]);
  });

  test('does not take a used key for another cell or for another author', async () => {
    const batch = randomUUID();
    await save(homeroom, [op({ item: 'KH.mark' })], batch);
    const other = await save(homeroom, [op({ item: 'LSDL.mark' })], batch);
    expect(other.body.results[0]).toMatchObject({ reject: 'invalid' });
    const stranger = await save(music, [op({ item: 'AN.level', value: 'T' })], batch);
    expect(stranger.body.results[0]).toMatchObject({ reject: 'invalid' });
    expect(await actsOf('LSDL.mark')).toEqual([]);
  });

  test('does not take a used key for another value as if that had been written', async () => {
    const batch = randomUUID();
    await save(homeroom, [op({ item: 'KH.level', value: 'T' })], batch);
    const again = await save(homeroom, [op({ item: 'KH.level', value: ' htt ' })], batch);
    expect(again.body.results[0]).toMatchObject({ ok: true, value: 'T' });
    const other = await save(homeroom, [op({ item: 'KH.level', value: 'C' })], batch);
    expect(other.body.results[0]).toMatchObject({ reject: 'invalid' });
    expect(await actsOf('KH.level')).toHaveLength(1);
  });

  test('that somebody changed meanwhile is a conflict, never overwritten; an equal value is right', async () => {
    expect(await one(homeroom, { item: 'NN1.mark', value: '6' })).toMatchObject({ ok: true, version: 1 });
    expect(await one(homeroom, { item: 'NN1.mark', value: '9' })).toMatchObject({
      conflict: { version: 1, value: '6', by: 'Lê Thị Mẫu Ngọc' },
    });
    expect(await one(homeroom, { item: 'NN1.mark', value: '6' })).toEqual({
      n: 0,
      ok: true,
      version: 1,
      value: '6',
    });
    expect(await one(homeroom, { item: 'NN1.mark', base: 7, value: '6' })).toMatchObject({
      ok: true,
      version: 1,
    });
    expect(await one(homeroom, { item: 'NN1.mark', base: 1, value: null })).toMatchObject({
      ok: true,
      value: null,
      version: 2,
    });
    expect(await one(homeroom, { item: 'NN1.mark', base: 1, value: '5' })).toMatchObject({
      conflict: { version: 2, value: null },
    });
    expect(await actsOf('NN1.mark')).toHaveLength(2);
  });

  test('takes several ops of one batch in their order', async () => {
    const answer = await save(homeroom, [
      op({ n: 1, item: 'DD.comment', value: 'Một' }),
      op({ n: 2, item: 'DD.comment', value: 'Hai', base: 1 }),
      op({ n: 3, item: 'DD.comment', value: 'Ba', base: 1 }),
    ]);
    expect(answer.body.results).toMatchObject([
      { ok: true, version: 1 },
      { ok: true, version: 2 },
      { conflict: { version: 2, value: 'Hai' } },
    ]);
  });

  test('has no further attempt unless it is a mark', async () => {
    expect(await one(homeroom, { item: 'TOAN.level', value: 'T', attempt: 2 })).toMatchObject({
      reject: 'invalid',
    });
  });
});

describe('what is refused, op by op, while the others stand', () => {
  test.each([
    [{ value: '8,5' }, 'invalid'],
    [{ value: '85' }, 'invalid'],
    [{ value: '-1' }, 'invalid'],
    [{ value: 'T' }, 'invalid'],
    [{ item: 'TOAN.level', value: 'Đ' }, 'invalid'],
    [{ item: 'YEU_NUOC.level', value: 'H' }, 'invalid'],
    [{ item: 'TNXH.level', value: 'T' }, 'invalid'],
    [{ item: 'TDT.level', value: 'T' }, 'invalid'],
    [{ item: 'DD.mark', value: '9' }, 'invalid'],
    [{ item: 'NOWHERE.level', value: 'T' }, 'invalid'],
    [{ base: 4 }, 'invalid'],
    [{ item: 'AN.level', value: 'T' }, 'not-assigned'],
    [{ pupilId: randomUUID() }, 'unknown-pupil'],
  ])('%j: %s', async (over, reject) => {
    const answer = await save(homeroom, [
      op({ n: 1, pupilId: pupil(2), ...over }),
      op({
        n: 2,
        pupilId: pupil(2),
        item: 'HDTN.comment',
        value: `Nhận xét ${randomUUID()}`,
        base: versionOf(),
      }),
    ]);
    versions += 1;
    expect(answer.body.results[0]).toMatchObject({ n: 1, reject });
    expect(answer.body.results[0]?.message).toMatch(/\.$/);
    expect(answer.body.results[1]).toMatchObject({ n: 2, ok: true });
  });
  let versions = 0;
  const versionOf = () => versions;

  test('a pupil of another class and of another school', async () => {
    const other = world.schools[1].pupils[0]?.pupilId;
    expect(await one(homeroom, { pupilId: other })).toMatchObject({ reject: 'unknown-pupil' });
  });

  test.each([
    [{ extra: 1 }],
    [{ set_by: randomUUID() }],
    [{ period: 'HK3' }],
    [{ source: 'sql' }],
    [{ base: -1 }],
    [{ value: 7 }],
    [{ value: 'x'.repeat(2001) }],
    [{ attempt: 0 }],
    [{ item: '../TOAN.mark' }],
    [{ pupilId: '1' }],
  ])('%j refuses the whole request', async (over) => {
    expect((await save(homeroom, [op(over)])).status).toBe(400);
  });

  test('more than 200 ops, none, or a field that the contract does not know', async () => {
    expect((await save(homeroom, [])).status).toBe(400);
    expect(
      (
        await save(
          homeroom,
          Array.from({ length: 201 }, (_, n) => op({ n })),
        )
      ).status,
    ).toBe(400);
    const url = `/api/classes/${school.classId}/ops`;
    expect(
      (await homeroom('POST', url, { device: 'd', batch: 'b', ops: [op()], asTeacher: 'x' })).status,
    ).toBe(400);
  });
});

describe('ownership', () => {
  test('of every column: its teacher sets it, colleagues read it', async () => {
    const { body } = await homeroom<{
      columns: { item: string; editable: boolean; owner: { staffId: string } }[];
    }>('GET', `/api/classes/${school.classId}/sheet`);
    expect(body.columns.length).toBeGreaterThan(40);
    for (const column of body.columns) {
      const musics = column.item.startsWith('AN.');
      expect(column.editable).toBe(!musics);
      expect(column.owner.staffId).toBe(musics ? school.staff.music : school.staff.homeroom);
    }
    for (const item of possibleItems(4, 'CN').filter((i) => !i.startsWith('AN.') && !i.startsWith('TDT.'))) {
      const answer = await save(music, [op({ item, value: null })]);
      expect(answer.body.results[0], item).toMatchObject({ reject: 'not-assigned' });
    }
    expect(await one(music, { item: 'AN.level', value: 'hoàn thành tốt' })).toMatchObject({
      ok: true,
      value: 'T',
    });
  });

  test('a subject teacher sees his columns and no others', async () => {
    const { body } = await music<{ columns: { item: string }[]; cells: { item: string }[] }>(
      'GET',
      `/api/classes/${school.classId}/sheet`,
    );
    expect(new Set(body.columns.map((c) => c.item))).toEqual(new Set(['AN.level', 'AN.comment']));
    expect(body.cells.every((c) => c.item.startsWith('AN.'))).toBe(true);
    expect((await music('GET', `/api/classes/${school.classId}/sheet?subject=TOAN`)).status).toBe(403);
    expect((await music('GET', `/api/classes/${school.classId}/results`)).status).toBe(403);
    const changes = await music<{ cells: { item: string }[] }>(
      'GET',
      `/api/classes/${school.classId}/changes?after=0`,
    );
    expect(changes.body.cells.every((c) => c.item.startsWith('AN.'))).toBe(true);
  });

  test('moves with the next request when the assignment does', async () => {
    const move = (to: string) =>
      world.database.asOwner(`update assignment set staff_id = $1 where subject = 'MT' and class_id = $2`, [
        to,
        school.classId,
      ]);
    await move(school.staff.music);
    expect(await one(homeroom, { item: 'MT.level', value: 'T' })).toMatchObject({ reject: 'not-assigned' });
    expect(await one(music, { item: 'MT.level', value: 'T' })).toMatchObject({ ok: true });
    await move(school.staff.homeroom);
    expect(await one(music, { item: 'MT.level', value: 'H', base: 1 })).toMatchObject({
      reject: 'not-assigned',
    });
  });
});

test('changes are told once, with the number to ask from next', async () => {
  const before = await homeroom<Saved>('GET', `/api/classes/${school.classId}/changes?after=0`);
  await one(homeroom, { item: 'GDTC.level', value: 'H' });
  const after = await homeroom<{ seq: number; cells: { item: string; value: string }[] }>(
    'GET',
    `/api/classes/${school.classId}/changes?after=${before.body.seq}`,
  );
  expect(after.body.cells).toMatchObject([{ item: 'GDTC.level', value: 'H' }]);
  const none = await homeroom<{ cells: unknown[] }>(
    'GET',
    `/api/classes/${school.classId}/changes?after=${after.body.seq}`,
  );
  expect(none.body.cells).toEqual([]);
});

test('two at once: every cell is the result of its last act, versions have no gaps, one of each pair lost', async () => {
  const batches = Array.from({ length: 12 }, (_, i) =>
    save(homeroom, [op({ pupilId: pupil(2), item: 'TH.mark', value: String(i % 10), base: 0 })]),
  );
  const results = (await Promise.all(batches)).map((answer) => answer.body.results[0]);
  expect(results.filter((r) => r?.ok && r.version === 1).length).toBeGreaterThanOrEqual(1);
  expect(await actsOf('TH.mark')).toHaveLength(1);
});

test('after any history the cells equal what their acts say', async () => {
  const items = ['CN.level', 'CN.mark', 'CN.comment', 'NHAN_AI.level', 'HEIGHT.number'];
  const values = ['T', 'H', 'Đ', '7', '10', '132,5', 'Chữ thường.', '', 'x', null];
  const step = fc.record({
    item: fc.constantFrom(...items),
    pupilId: fc.constantFrom(0, 1, 2),
    base: fc.nat(3),
    value: fc.constantFrom(...values),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const answer = await save(
        homeroom,
        steps.map((s, n) => op({ ...s, n, pupilId: pupil(s.pupilId) })),
      );
      expect(answer.status).toBe(200);
    }),
    { numRuns: 25 },
  );
  const wrong = await world.database.asOwner(
    `select c.item from cell c where not exists (
       select 1 from cell_act a where a.school_id = c.school_id and a.class_id = c.class_id and a.pupil_id = c.pupil_id
         and a.period = c.period and a.item = c.item and a.attempt = c.attempt and a.version = c.version
         and a.seq = c.seq and a.new_value is not distinct from c.value and a.set_by = c.set_by)
     or c.version <> (select count(*) from cell_act a where a.school_id = c.school_id and a.class_id = c.class_id
         and a.pupil_id = c.pupil_id and a.period = c.period and a.item = c.item and a.attempt = c.attempt)`,
  );
  expect(wrong).toEqual([]);
  const chain = await world.database.asOwner(
    `select 1 from cell_act a join cell_act b using (school_id, class_id, pupil_id, period, item, attempt)
     where b.version = a.version + 1 and b.old_value is distinct from a.new_value`,
  );
  expect(chain).toEqual([]);
  const [counter] = await world.database.asOwner<{ gap: string }>(
    `select (select seq from class_counter where class_id = $1) - (select count(*) from cell_act where class_id = $1) as gap`,
    [school.classId],
  );
  expect(counter?.gap).toBe('0');
});
