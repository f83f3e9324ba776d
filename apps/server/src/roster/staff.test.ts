import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../http/testing/world.ts';

let world: World;
let school: School;
let admin: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  admin = await world.signIn('admin-1');
});
afterAll(() => world.close());

interface Listed {
  staffId: string;
  fullName: string;
  roles: string[];
  leftOn: string | null;
  homeroom: string[];
  teaches: { className: string; subjects: string[] }[];
}
const listed = async () => (await admin<{ staff: Listed[] }>('GET', '/api/staff')).body.staff;
const save = (over: object) =>
  admin<{ staffId: string; details?: string[] }>('POST', '/api/staff', {
    staffCode: 'NV90',
    fullName: 'Hồ Mẫu Mới',
    personalId: '000080000090',
    title: 'Giáo viên',
    roles: ['teacher'],
    ...over,
  });
const grid = (client: Client = admin) =>
  client<{
    classes: {
      classId: string;
      name: string;
      grades: number[];
      homeroomStaffId: string;
      subjects: { subject: string; staffId: string | null }[];
    }[];
    teachers: { staffId: string }[];
  }>('GET', `/api/school-years/${YEAR}/assignments`);

describe('staff', () => {
  test('are listed with what they lead and teach, without identity numbers', async () => {
    const answer = await admin('GET', '/api/staff');
    expect(answer.text).not.toMatch(/00008000/);
    const music = (await listed()).find((s) => s.staffId === school.staff.music);
    expect(music).toMatchObject({
      homeroom: [],
      teaches: [{ className: '4A', subjects: ['Nghệ thuật (Âm nhạc)'] }],
    });
  });

  test.each<[string, () => object]>([
    ['a code that is somebody’s', () => ({ staffCode: ' NV0 ' })],
    ['no number for somebody new', () => ({ personalId: undefined })],
    ['a number of eleven digits', () => ({ personalId: '01234567890' })],
    ['a name of blanks', () => ({ fullName: '  ' })],
    ['a role that there is not', () => ({ roles: ['ministry'] })],
    ['the last administrator’s role taken away', () => ({ staffId: school.staff.admin, roles: [] })],
    [
      'a teacher’s role taken away who leads a class',
      () => ({ staffId: school.staff.homeroom, roles: [], staffCode: 'NV0' }),
    ],
    ['another school by a field', () => ({ schoolId: '2' })],
  ])('are refused with %s', async (_, over) => {
    const before = await listed();
    expect((await save(over())).status).toBe(400);
    expect(await listed()).toEqual(before);
  });

  test('somebody of another school does not exist', async () => {
    expect((await save({ staffId: world.schools[1].staff.music })).status).toBe(404);
  });
});

describe('a teacher who leaves', () => {
  const leave = (staffId: string, over: object = {}) =>
    admin<{ classes: number; details?: string[] }>('POST', `/api/staff/${staffId}/leave`, {
      onDate: '2026-05-10',
      ...over,
    });

  test('is followed by who comes in the place: classes, subjects and roles; the account is closed', async () => {
    const leaving = await world.signIn('homeroom-1');
    const made = await save({});
    const successorId = made.body.staffId;
    const { homeroom } = school.staff;
    for (const [over, said] of [
      [{}, 'Hãy chọn người thay'],
      [{ successorId: homeroom }, 'người khác'],
      [{ successorId: world.schools[1].staff.music }, 'người khác'],
      [{ successorId, onDate: '2026-06-10' }, 'sau hôm nay'],
    ] as const)
      expect((await leave(homeroom, over)).body.details?.join()).toContain(said);
    expect((await leaving('GET', '/api/classes')).status).toBe(200);

    expect((await leave(homeroom, { successorId })).body).toEqual({ classes: 1 });
    expect((await leaving('GET', '/api/classes')).status).toBe(401);
    const rows = await listed();
    expect(rows.at(-1)).toMatchObject({ staffId: homeroom, leftOn: '2026-05-10', roles: [], homeroom: [] });
    expect(rows.find((s) => s.staffId === successorId)).toMatchObject({ homeroom: ['4A'] });
    const own = (await grid()).body.classes.find((c) => c.name === '4A');
    expect(own?.subjects.filter((s) => s.staffId === homeroom)).toEqual([]);
    expect(own?.subjects.find((s) => s.subject === 'AN')?.staffId).toBe(school.staff.music);
    expect((await grid()).body.teachers.map((t) => t.staffId)).not.toContain(homeroom);
    expect((await leave(homeroom, { successorId })).status, 'twice').toBe(404);
    expect((await save({ staffId: homeroom })).status, 'who has left').toBe(400);
  });

  test('the principal needs a successor, who then holds the role alone; nobody closes the own account', async () => {
    const { principal, admin: self, outsider } = school.staff;
    expect((await leave(principal)).status).toBe(400);
    expect((await leave(self)).status).toBe(400);
    expect((await leave(principal, { successorId: outsider })).status).toBe(200);
    const holders = (await listed()).filter((s) => s.roles.includes('principal'));
    expect(holders.map((s) => s.staffId)).toEqual([outsider]);
  });
});

test('a combined class has the subjects of all its grades, and they can be assigned', async () => {
  await world.database.asOwner(`update enrolment set grade = 3 where pupil_id = $1`, [
    school.pupils[0]?.pupilId,
  ]);
  const own = (await grid()).body.classes.find((c) => c.classId === school.classId);
  expect(own?.grades).toEqual([3, 4]);
  expect(own?.subjects.find((s) => s.subject === 'TNXH')?.staffId).toBeNull();
  const answer = await admin('POST', '/api/classes', {
    classId: school.classId,
    name: '4A',
    grade: 4,
    schoolYear: YEAR,
    homeroomStaffId: own?.homeroomStaffId,
    assignments: [{ subject: 'TNXH', staffId: school.staff.music }],
  });
  expect(answer.status).toBe(200);
});

describe('what the school says of itself', () => {
  const good = {
    validOn: '2026-05-01',
    name: 'Trường Tiểu học Mẫu số 1',
    code: '79000001',
    provinceCode: '79',
    communeCode: '',
    provinceOfficeCode: '79',
    provinceOfficeName: 'Sở Giáo dục và Đào tạo Mẫu',
    districtName: '',
    issuePlace: 'Phường Mẫu',
    taxCode: '0300000001',
    profile: 'moet-1.0',
    reason: 'Sắp xếp đơn vị hành chính',
  };
  const codes = async (list: string, query: string) =>
    (await admin<{ codes: { code: string; name: string }[] }>('GET', `/api/code-lists/${list}?${query}`)).body
      .codes;
  const facts = async () =>
    (
      await admin<{ facts: Record<string, string>; validOn: string | null; history: object[] }>(
        'GET',
        '/api/school-facts',
      )
    ).body;

  test('lists hold by the day: 63 provinces until 30/06/2025, 34 since', async () => {
    expect(await codes('provinces', 'day=2025-06-30')).toHaveLength(63);
    expect(await codes('provinces', 'day=2025-07-01')).toHaveLength(34);
    expect(await codes('communes', 'day=2025-06-30&province=79')).toEqual([]);
    expect((await codes('communes', 'day=2026-05-01&province=79')).length).toBeGreaterThan(100);
    expect(await codes('communes', 'day=2026-05-01')).toEqual([]);
    for (const list of ['peoples', 'statuses', 'subjects'])
      expect((await codes(list, 'day=2026-05-01')).length).toBeGreaterThan(8);
    expect((await admin('GET', '/api/code-lists/provinces?day=hom-nay')).status).toBe(400);
    expect((await admin('GET', '/api/code-lists/wards?day=2026-05-01')).status).toBe(400);
  });

  test('names are taken from the lists of the day, each change stands with its reason', async () => {
    const [commune] = await codes('communes', 'day=2026-05-01&province=79');
    const [elsewhere] = await codes('communes', 'day=2026-05-01&province=01');
    const set = (over: object) =>
      admin<{ communeName: string }>('POST', '/api/school-facts', {
        ...good,
        communeCode: commune?.code,
        ...over,
      });
    const before = await facts();
    for (const wrong of [
      { validOn: '2026-06-01' },
      { validOn: '2025-06-30' },
      { provinceCode: '44', validOn: '2025-06-30' },
      { communeCode: elsewhere?.code },
      { districtName: 'Quận Mẫu' },
      { taxCode: '12' },
      { profile: 'moet-1999' },
      { code: '79000002' },
      { reason: '' },
      { communeName: 'Phường Tự Đặt' },
    ])
      expect([wrong, (await set(wrong)).status]).toEqual([wrong, 400]);
    expect(await facts()).toEqual(before);

    const done = await set({});
    expect(done.body.communeName).toBe(commune?.name);
    const after = await facts();
    expect(after).toMatchObject({
      validOn: '2026-05-01',
      facts: { communeName: commune?.name, profile: 'moet-1.0' },
    });
    expect(after.history).toHaveLength(1);
    await expect(world.database.asOwner('delete from school_facts')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
