import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, fileBody, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { classFile } from './testing/class-file.ts';

let world: World;
let school: School;
let homeroom: Client;
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
});
afterAll(() => world.close());

interface Preview {
  importId: string;
  rows: { row: number; cells: number; notes: string[] }[];
  refused: { row: number; reasons: string[] }[];
}
async function preview(classId: string, bytes: Uint8Array) {
  const { payload, headers } = fileBody('bang.xlsx', bytes);
  return (await homeroom<Preview>('POST', `/api/classes/${classId}/imports`, payload, headers)).body;
}
const apply = (classId: string, importId: string, rows: number[]) =>
  homeroom<{ imported: number; cells: number }>('POST', `/api/classes/${classId}/imports/${importId}`, {
    rows,
  });

/** What grade 3 has and grade 2 has not. */
const ONLY_THREE = [
  'NN1.level',
  'NN1.mark',
  'TH.level',
  'TH.mark',
  'CN.level',
  'CN.mark',
  'CONG_NGHE.level',
  'TIN_HOC.level',
];

test('in a combined class the pupil’s own grade says what a row needs and may hold', async () => {
  const admin = await world.signIn('admin-1');
  const { classId } = (
    await admin<{ classId: string }>('POST', '/api/classes', {
      name: '3G',
      grade: 3,
      schoolYear: YEAR,
      homeroomStaffId: school.staff.homeroom,
      assignments: [],
    })
  ).body;
  const list = ['7900000001', '7900000002', '7900000003'].map((code) => ({
    code,
    name: `Trần Mẫu ${code.at(-1)}`,
  }));
  const first = await preview(classId, classFile(list, { grade: 3 }));
  await apply(classId, first.importId, []);
  await apply(classId, (await preview(classId, classFile(list, { grade: 3 }))).importId, [4, 5, 6]);
  await world.database.asOwner(
    `update enrolment set grade = 2 where class_id = $1 and pupil_id in
      (select pupil_id from pupil where pupil_code in ('7900000002', '7900000003'))`,
    [classId],
  );
  const empty = Object.fromEntries(ONLY_THREE.map((item) => [item, '']));
  const [three, two, odd] = list;
  const again = await preview(
    classId,
    classFile(
      [
        { code: '', name: '', ...three },
        { code: '', name: '', ...two, cells: empty },
        { code: '', name: '', ...odd },
      ],
      {
        grade: 3,
      },
    ),
  );
  expect(again.rows.map((r) => r.row)).toEqual([4, 5]);
  expect((again.rows[0]?.cells ?? 0) - (again.rows[1]?.cells ?? 0)).toBe(ONLY_THREE.length);
  expect(again.rows[1]?.notes, 'nothing lacks that grade 2 does not have').toEqual([]);
  expect(again.refused.map((r) => r.row)).toEqual([6]);
  expect(again.refused[0]?.reasons.join()).toContain('không có ở lớp 2');
});

test('who is found by name in a combined class is judged by the own grade too', async () => {
  const classes = await homeroom<{ classes: { classId: string; name: string }[] }>('GET', '/api/classes');
  const classId = classes.body.classes.find((c) => c.name === '3G')?.classId ?? '';
  const empty = Object.fromEntries(ONLY_THREE.map((item) => [item, '']));
  const seen = await preview(
    classId,
    classFile(
      [
        { code: 'CU-1', name: 'Trần Mẫu 1', cells: empty },
        { code: 'CU-2', name: 'TRẦN MẪU 2', cells: empty },
        { code: 'CU-3', name: 'tran mau 3' },
      ],
      { grade: 3 },
    ),
  );
  const lacks = (row: number) =>
    seen.rows.find((r) => r.row === row)?.notes.filter((note) => /thiếu|chưa có/i.test(note)).length ?? -1;
  expect(lacks(4), 'grade 3 lacks what was left out').toBeGreaterThan(0);
  expect(lacks(5), 'grade 2 has no such cells').toBe(0);
  expect(seen.refused.map((r) => [r.row, r.reasons.join().includes('không có ở lớp 2')])).toEqual([
    [6, true],
  ]);
});

test('of a test that was taken again the file states the last mark, and the first sitting stays', async () => {
  const { classId } = school;
  const pupil = school.pupils[0];
  const pupilId = pupil?.pupilId;
  const op = { n: 0, pupilId, period: 'CN', item: 'TOAN.mark', base: 0, value: '4', source: 'key' };
  await homeroom('POST', `/api/classes/${classId}/ops`, { device: 'd', batch: 'b', ops: [op] });
  const retest = await homeroom('POST', `/api/classes/${classId}/retests`, {
    pupilId,
    period: 'CN',
    item: 'TOAN.mark',
    attempt: 2,
    mark: '7',
    takenOn: '2026-05-18',
    reason: 'Kết quả bất thường so với đánh giá thường xuyên',
  });
  expect(retest.status).toBe(200);
  const file = (mark: string) =>
    classFile([{ code: pupil?.pupilCode ?? '', name: pupil?.fullName ?? '', cells: { 'TOAN.mark': mark } }]);
  const marks = () =>
    world.database.asOwner(
      `select attempt, value from cell where class_id = $1 and pupil_id = $2 and item = 'TOAN.mark' order by attempt`,
      [classId, pupilId],
    );
  const same = await preview(classId, file('7'));
  await apply(classId, same.importId, [4]);
  expect(await marks()).toEqual([
    { attempt: 1, value: '4' },
    { attempt: 2, value: '7' },
  ]);
  const corrected = await preview(classId, file('8'));
  await apply(classId, corrected.importId, [4]);
  expect(await marks()).toEqual([
    { attempt: 1, value: '4' },
    { attempt: 2, value: '8' },
  ]);
});
