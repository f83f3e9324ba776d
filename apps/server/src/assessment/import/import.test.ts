import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, fileBody, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { classFile, type FilePupil, workbook } from './testing/class-file.ts';

let world: World;
let school: School;
let homeroom: Client;
let music: Client;
let admin: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
  admin = await world.signIn('admin-1');
});
afterAll(() => world.close());

interface Preview {
  error?: string;
  details?: string[];
  importId: string;
  rows: { row: number; code: string; match: string; selected: boolean; cells: number; notes: string[] }[];
  refused: { row: number; code: string; name: string; reasons: string[] }[];
}

let nextClass = 0;
/** A class of its own for a test, led by the homeroom teacher; Âm nhạc is the music teacher's. */
async function newClass(grade = 4): Promise<string> {
  nextClass += 1;
  const body = {
    name: `${grade}T${nextClass}`,
    grade,
    schoolYear: YEAR,
    homeroomStaffId: school.staff.homeroom,
    assignments: [
      { subject: 'TOAN', staffId: school.staff.homeroom },
      { subject: 'TV', staffId: school.staff.homeroom },
      { subject: 'AN', staffId: school.staff.music },
    ],
  };
  const saved = await admin<{ classId: string }>('POST', '/api/classes', body);
  expect(saved.status).toBe(200);
  return saved.body.classId;
}

function preview(classId: string, bytes: Uint8Array, name = 'bang.xlsx', client: Client = homeroom) {
  const { payload, headers } = fileBody(name, bytes);
  return client<Preview>('POST', `/api/classes/${classId}/imports`, payload, headers);
}
const apply = (classId: string, importId: string, rows: number[]) =>
  homeroom<{ imported: number; cells: number; error?: string }>(
    'POST',
    `/api/classes/${classId}/imports/${importId}`,
    {
      rows,
    },
  );

let nextCode = 0;
const pupils = (count: number, over: Readonly<Record<number, Partial<FilePupil>>> = {}): FilePupil[] =>
  Array.from({ length: count }, (_, n) => {
    nextCode += 1;
    return {
      code: `79${String(nextCode).padStart(8, '0')}`,
      name: `Nguyễn Mẫu ${'ABCDEFGHIK'[n % 10]}`,
      ...over[n],
    };
  });

describe('a sheet', () => {
  test('is previewed, imported once, and its cells are acts with source excel', async () => {
    const classId = await newClass();
    const seen = await preview(classId, classFile(pupils(3)));
    expect(seen.status).toBe(200);
    expect(seen.body.refused).toEqual([]);
    expect(seen.body.rows.map((r) => [r.row, r.match, r.selected])).toEqual([
      [4, 'new', true],
      [5, 'new', true],
      [6, 'new', true],
    ]);
    const before = await world.database.asOwner('select 1 from enrolment where class_id = $1', [classId]);
    expect(before).toEqual([]);
    const done = await apply(classId, seen.body.importId, [4, 6]);
    expect(done.body).toEqual({ imported: 2, cells: (seen.body.rows[0]?.cells ?? 0) * 2 });
    const acts = await world.database.asOwner<{ source: string; set_by: string; n: string }>(
      'select source, set_by, count(*) as n from cell_act where class_id = $1 group by 1, 2',
      [classId],
    );
    expect(acts).toEqual([{ source: 'excel', set_by: school.staff.homeroom, n: String(done.body.cells) }]);
    expect((await apply(classId, seen.body.importId, [5])).body).toMatchObject({
      error: 'import-already-applied',
    });
    const stranger = await preview(classId, classFile(pupils(1, { 0: { name: 'Trần Mẫu Khách' } })));
    expect(stranger.body.rows[0]).toMatchObject({ match: 'new', selected: false });
    const results = await homeroom<{ pupils: { stated: string; proposed: string }[] }>(
      'GET',
      `/api/classes/${classId}/results`,
    );
    expect(results.body.pupils.map((p) => [p.stated, p.proposed])).toEqual([
      ['HTXS', 'HTXS'],
      ['HTXS', 'HTXS'],
    ]);
  });

  test('imported twice at the same moment enrols each pupil once', async () => {
    const classId = await newClass();
    const list = pupils(3);
    const seen = await Promise.all([1, 2].map(() => preview(classId, classFile(list))));
    const done = await Promise.all(seen.map((s) => apply(classId, s.body.importId, [4, 5, 6])));
    expect(done.map((d) => [d.status, d.body.imported])).toEqual([
      [200, 3],
      [200, 3],
    ]);
    const enrolled = await world.database.asOwner(
      'select ordinal from enrolment where class_id = $1 order by ordinal',
      [classId],
    );
    expect(enrolled.map((e) => e.ordinal)).toEqual([1, 2, 3]);
  });

  test('imported at three in the morning enrols a late pupil on Vietnam’s day', async () => {
    const classId = await newClass();
    await apply(classId, (await preview(classId, classFile(pupils(1)))).body.importId, [4]);
    const before = world.clock.now;
    try {
      world.clock.now = new Date('2026-05-20T20:00:00Z');
      const late = await world.signIn('homeroom-1');
      const list = pupils(1, { 0: { name: 'Vũ Mẫu Muộn' } });
      const seen = await preview(classId, classFile(list), 'bang.xlsx', late);
      await late('POST', `/api/classes/${classId}/imports/${seen.body.importId}`, { rows: [4] });
    } finally {
      world.clock.now = before;
    }
    const days = await world.database.asOwner(
      'select arrived_on::text from enrolment where class_id = $1 order by ordinal',
      [classId],
    );
    expect(days.map((d) => d.arrived_on)).toEqual(['2025-09-05', '2026-05-21']);
  });

  test('imported again changes nothing that is equal, and what differs as one act over the old value', async () => {
    const classId = await newClass();
    const list = pupils(2);
    const first = await preview(classId, classFile(list));
    await apply(classId, first.body.importId, [4, 5]);
    const again = await preview(
      classId,
      classFile(list.map((p, i) => (i === 0 ? { ...p, cells: { 'TOAN.mark': '7', result: 'HTT' } } : p))),
    );
    expect(again.body.rows.map((r) => r.match)).toEqual(['code', 'code']);
    await apply(classId, again.body.importId, [4, 5]);
    const acts = await world.database.asOwner(
      `select item, old_value, new_value from cell_act where class_id = $1 and version > 1`,
      [classId],
    );
    expect(acts).toEqual([{ item: 'TOAN.mark', old_value: '10', new_value: '7' }]);
  });

  test('does not write over what changed since the preview, nor over a colleague’s own value', async () => {
    const classId = await newClass();
    const list = pupils(1);
    const first = await preview(classId, classFile(list));
    await apply(classId, first.body.importId, [4]);
    const sheet = await homeroom<{ pupils: { pupilId: string }[] }>('GET', `/api/classes/${classId}/sheet`);
    const pupilId = sheet.body.pupils[0]?.pupilId;
    const set = (client: Client, item: string, value: string) =>
      client('POST', `/api/classes/${classId}/ops`, {
        device: 'd',
        batch: randomUUID(),
        ops: [{ n: 0, pupilId, period: 'CN', item, base: 1, value, source: 'key' }],
      });
    await set(music, 'AN.level', 'H');
    const again = await preview(classId, classFile(list.map((p) => ({ ...p, cells: { 'TOAN.mark': '6' } }))));
    expect(again.body.rows[0]?.notes.join()).toContain('Phạm Mẫu Đàn');
    await set(homeroom, 'TOAN.mark', '3');
    await apply(classId, again.body.importId, [4]);
    const cells = await world.database.asOwner(
      `select item, value from cell where class_id = $1 and item in ('TOAN.mark', 'AN.level') order by item`,
      [classId],
    );
    expect(cells).toEqual([
      { item: 'AN.level', value: 'H' },
      { item: 'TOAN.mark', value: '3' },
    ]);
  });

  test('of names alike is matched but not chosen', async () => {
    const classId = await newClass();
    const [one] = pupils(1, { 0: { name: 'Đặng Mẫu Đức' } });
    const first = await preview(classId, classFile([one as FilePupil]));
    await apply(classId, first.body.importId, [4]);
    const alike = await preview(classId, classFile(pupils(1, { 0: { name: 'Dang Mau Duc' } })));
    expect(alike.body.rows[0]).toMatchObject({ match: 'similarName', selected: false });
    const same = await preview(classId, classFile(pupils(1, { 0: { name: 'Đặng Mẫu Đức' } })));
    expect(same.body.rows[0]).toMatchObject({ match: 'name', selected: true });
  });
});

describe('a bad row is refused whole and named, the others are imported', () => {
  test.each([
    ['a decimal mark', { cells: { 'TOAN.mark': '8,5' } }, /bang\.xlsx, dòng 5, cột .*Toán/],
    ['a mark beyond the scale', { cells: { 'TV.mark': '85' } }, /dòng 5, cột .*Tiếng Việt/],
    ['a level of the other scale', { cells: { 'YEU_NUOC.level': 'H' } }, /dòng 5, cột .*Yêu nước/],
    ['no level at all', { cells: { 'DD.level': 'giỏi' } }, /dòng 5, cột .*Đạo đức/],
    ['no code', { code: '' }, /dòng 5, cột .*Mã học sinh/],
    ['a code with a path in it', { code: '../../etc' }, /dòng 5, cột .*Mã học sinh/],
    ['no name', { name: '' }, /dòng 5, cột .*Họ tên/],
    ['a formula for a name', { name: '=HYPERLINK("x")' }, /dòng 5, cột .*Họ tên/],
    ['no day of birth', { cells: { birthDate: 'hôm qua' } }, /dòng 5, cột .*Ngày sinh/],
    ['a pupil of another school', { code: 'MAU2001' }, /dòng 5, cột .*không ghi mới được/],
    ['a pupil of another class', { code: 'MAU1001' }, /dòng 5, cột .*lớp 4A/],
  ])('%s', async (_, bad, sentence) => {
    const classId = await newClass();
    const seen = await preview(classId, classFile(pupils(3, { 1: bad })));
    expect(seen.status).toBe(200);
    expect(seen.body.refused.map((r) => r.row)).toEqual([5]);
    expect(seen.body.refused[0]?.reasons.join('\n')).toMatch(sentence);
    expect(seen.body.rows.map((r) => r.row)).toEqual([4, 6]);
    expect((await apply(classId, seen.body.importId, [4, 5])).status).toBe(400);
    expect((await apply(classId, seen.body.importId, [4, 6])).body.imported).toBe(2);
  });

  test('two rows of one code: the first stands', async () => {
    const classId = await newClass();
    const list = pupils(3);
    const seen = await preview(classId, classFile([...list, list[0] as FilePupil]));
    expect(seen.body.refused.map((r) => r.row)).toEqual([7]);
    expect(seen.body.rows.map((r) => r.row)).toEqual([4, 5, 6]);
  });

  test('a missing mark and a wrong conclusion are noted, imported, and stop the pupil at the check', async () => {
    const classId = await newClass();
    const list = pupils(2, {
      0: { cells: { 'TOAN.mark': '', result: '' } },
      1: { cells: { 'TOAN.mark': '4' } },
    });
    const seen = await preview(classId, classFile(list));
    expect(seen.body.refused).toEqual([]);
    expect(seen.body.rows.every((r) => r.notes.length > 0)).toBe(true);
    await apply(classId, seen.body.importId, [4, 5]);
    const check = await homeroom<{ pupils: { problems: { code: string; item?: string }[] }[] }>(
      'GET',
      `/api/classes/${classId}/check`,
    );
    const [first, second] = check.body.pupils;
    expect(first?.problems).toContainEqual(expect.objectContaining({ code: 'missing', item: 'TOAN.mark' }));
    expect(second?.problems).toContainEqual(expect.objectContaining({ code: 'result-differs' }));
  });
});

describe('a file that is no class sheet is refused whole, by name', () => {
  test.each<[string, () => Uint8Array, number, string]>([
    ['nothing', () => new Uint8Array(0), 422, 'file-unreadable'],
    ['a text', () => new TextEncoder().encode('Mã học sinh;Họ tên'), 422, 'file-unreadable'],
    ['half a workbook', () => classFile(pupils(1)).slice(0, 900), 422, 'file-unreadable'],
    [
      'an old .xls',
      () => Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
      422,
      'file-unreadable',
    ],
    ['a program', () => Uint8Array.from([0x4d, 0x5a, 0x90, 0]), 422, 'file-unreadable'],
    [
      'a sheet without headers',
      () =>
        workbook([
          ['a', 'b'],
          ['1', '2'],
        ]),
      422,
      'header-not-found',
    ],
    ['one without codes', () => classFile(pupils(1), { without: ['Mã học sinh'] }), 422, 'header-not-found'],
    ['one without pupils', () => classFile([]), 422, 'header-not-found'],
    ['one of another grade', () => classFile(pupils(1), { grade: 2 }), 400, 'invalid-input'],
    [
      'one of another year',
      () => classFile(pupils(1), { title: 'KẾT QUẢ HỌC TẬP CUỐI NĂM - LỚP 4A - NĂM HỌC 2024-2025' }),
      400,
      'invalid-input',
    ],
    ['a bomb', () => bomb(), 422, 'file-unreadable'],
  ])('%s', async (_, bytes, status, error) => {
    const seen = await preview(school.classId, bytes(), 'Lớp 4A (bản cuối).xlsx');
    expect([seen.status, seen.body.error]).toEqual([status, error]);
    expect(seen.body.details?.join()).toContain('Lớp 4A (bản cuối).xlsx');
    expect(seen.text).not.toMatch(/\/tmp|node_modules|Error:/);
  });

  function bomb(): Uint8Array {
    return workbook([['x'.repeat(40_000_000)]]);
  }

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\x\\bang.xlsx', 'bang.xlsx'],
    ['a\u202ebc.xlsx', 'abc.xlsx'],
    ['bảng điểm.xlsx', 'bảng điểm.xlsx'],
  ])('the name %j is shown as %j', async (name, shown) => {
    const seen = await preview(school.classId, new TextEncoder().encode('x'), name);
    expect(seen.body.details?.join()).toContain(`“${shown}”`);
  });
});

test('a sheet of a middle period is imported into that period', async () => {
  const classId = await newClass(2);
  const list = pupils(1);
  const title = 'KẾT QUẢ GIỮA HỌC KỲ I - LỚP 2B - NĂM HỌC 2025-2026';
  const marks = { 'TOAN.mark': '', 'TV.mark': '' };
  const seen = await preview(
    classId,
    classFile([{ ...(list[0] as FilePupil), cells: marks }], { grade: 2, title }),
  );
  expect(seen.body).toMatchObject({ period: 'GHK1', remarks: [expect.stringContaining('Tệp ghi lớp 2B')] });
  await apply(classId, seen.body.importId, [4]);
  const periods = await world.database.asOwner('select distinct period from cell where class_id = $1', [
    classId,
  ]);
  expect(periods).toEqual([{ period: 'GHK1' }]);
  const decided = await world.database.asOwner('select 1 from decision where class_id = $1', [classId]);
  expect(decided).toEqual([]);
});

test('a code of another class or school is the same code in small letters', async () => {
  const classId = await newClass();
  const [first, second] = world.schools;
  const codes = [first.pupils[0]?.pupilCode ?? '', second.pupils[0]?.pupilCode ?? ''];
  const list = codes.map((code, n) => ({ code: code.toLowerCase(), name: `Hồ Mẫu ${'MN'[n]}` }));
  const seen = await preview(classId, classFile(list));
  expect(seen.body.rows).toEqual([]);
  expect(seen.body.refused.map((r) => r.reasons.join())).toEqual([
    expect.stringContaining(`viết là ${codes[0]}`),
    expect.stringContaining('không ghi mới được'),
  ]);
});

test('an import belongs to its class and to the homeroom teacher', async () => {
  const classId = await newClass();
  const seen = await preview(classId, classFile(pupils(1)));
  expect((await apply(school.classId, seen.body.importId, [4])).status).toBe(404);
  const url = `/api/classes/${classId}/imports/${seen.body.importId}`;
  expect((await music('POST', url, { rows: [4] })).status).toBe(403);
  expect((await preview(classId, classFile(pupils(1)), 'x.xlsx', music)).status).toBe(403);
  const stranger = await world.signIn('homeroom-2');
  expect((await stranger('POST', url, { rows: [4] })).status).toBe(404);
  expect((await homeroom('POST', url, { rows: [4], force: true })).status).toBe(400);
});
