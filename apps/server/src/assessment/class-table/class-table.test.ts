import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';
import { inSchool } from '../../store/database.ts';

let world: World;
let school: School;
let homeroom: Client;

beforeAll(async () => {
  world = await makeWorld({ whole: true });
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
});
afterAll(() => world.close());

const url = (part: string) => `/api/classes/${school.classId}/${part}`;
interface Tables {
  closed: boolean;
  tables: {
    grade: number;
    form: number;
    columns: { group: string; title: string; part: string | null }[];
    rows: { fullName: string; values: string[] }[];
  }[];
}
const tables = async (period: string, client = homeroom) =>
  (await client<Tables>('GET', url(`class-table?period=${period}`))).body;

test.each([
  ['GHK1', 7, ['Tiếng Việt', 'Toán'], false],
  ['CHK1', 8, ['Tiếng Việt', 'Toán', 'Ngoại ngữ 1'], false],
  ['GHK2', 7, ['Tiếng Việt', 'Toán'], false],
  ['CN', 9, ['Tiếng Việt', 'Toán', 'Ngoại ngữ 1'], true],
] as const)(
  '%s of grade 4 is mẫu %i, with its marks and its closing columns',
  async (period, form, tested, closing) => {
    const [table, ...others] = (await tables(period)).tables;
    expect(others).toEqual([]);
    expect(table?.form).toBe(form);
    const marks = table?.columns.filter((c) => c.part === 'Điểm KTĐK').map((c) => c.title) ?? [];
    expect(marks.slice(0, tested.length)).toEqual(tested);
    expect(table?.columns.some((c) => c.title === 'Chưa được lên lớp')).toBe(closing);
    for (const row of table?.rows ?? []) expect(row.values).toHaveLength(table?.columns.length ?? 0);
  },
);

test('a cell of a period stands in its table only, under its own head', async () => {
  await homeroom('POST', url('ops'), {
    device: 'd',
    batch: randomUUID(),
    ops: [
      {
        n: 0,
        pupilId: school.pupils[0]?.pupilId,
        period: 'CHK1',
        item: 'TOAN.mark',
        base: 0,
        value: '9',
        source: 'key',
      },
    ],
  });
  const valueIn = async (period: string) => {
    const [table] = (await tables(period)).tables;
    const at = table?.columns.findIndex((c) => c.title === 'Toán' && c.part === 'Điểm KTĐK') ?? -1;
    return table?.rows[0]?.values[at];
  };
  expect([await valueIn('GHK1'), await valueIn('CHK1'), await valueIn('CN')]).toEqual(['', '9', '']);
});

test('a combined class has a table and a print for each grade of its pupils', async () => {
  const pupilId = school.pupils[2]?.pupilId ?? '';
  const putIn = (grade: number) =>
    inSchool(world.db, school.schoolId, (trx) =>
      trx.updateTable('enrolment').set({ grade }).where('pupil_id', '=', pupilId).execute(),
    );
  await putIn(5);
  const found = await tables('CN');
  expect(found.tables.map(({ grade, rows }) => [grade, rows.length])).toEqual([
    [4, school.pupils.length - 1],
    [5, 1],
  ]);
  for (const grade of [4, 5]) {
    const print = await homeroom('GET', url(`class-table.pdf?period=CN&grade=${grade}`));
    expect(print.status).toBe(200);
    expect(print.text.slice(0, 5)).toBe('%PDF-');
  }
  expect((await homeroom('GET', url('class-table.pdf?period=CN&grade=1'))).status).toBe(404);
  await putIn(4);
});

test('closing the period makes the print the one to be signed', async () => {
  const before = (await homeroom('GET', url('class-table.pdf?period=GHK1'))).text;
  await homeroom('POST', url('periods/close'), { period: 'GHK1', reason: 'Lớp mới lập giữa năm' });
  expect((await tables('GHK1')).closed).toBe(true);
  const after = (await homeroom('GET', url('class-table.pdf?period=GHK1'))).text;
  expect(after === before).toBe(false);
});

test('a teacher of one subject sees no table of all of them; summer has none', async () => {
  const music = await world.signIn('music-1');
  expect((await music('GET', url('class-table'))).status).toBe(403);
  expect((await music('GET', url('class-table.pdf'))).status).toBe(403);
  expect((await homeroom('GET', url('class-table?period=BS'))).status).toBe(400);
});
