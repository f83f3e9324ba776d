import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../http/testing/world.ts';

let world: World;
let school: School;
let homeroom: Client;
let admin: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  homeroom = await world.signIn('homeroom-1');
  admin = await world.signIn('admin-1');
});
afterAll(() => world.close());

describe('classes', () => {
  test.each([
    ['homeroom-1', ['4A']],
    ['music-1', ['4A']],
    ['outsider-1', ['4B']],
    ['principal-1', ['4A', '4B']],
    ['clerk-1', ['4A', '4B']],
    ['admin-1', ['4A', '4B']],
  ])('that %s may see', async (username, names) => {
    const client = await world.signIn(username);
    const { body } = await client<{ classes: { name: string; classId: string }[] }>('GET', '/api/classes');
    expect(body.classes.map((c) => c.name)).toEqual(names);
  });

  test('hold no identity number, address or parent in their detail', async () => {
    const answer = await homeroom('GET', `/api/classes/${school.classId}`);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(/000316|Phường Mẫu|Trần Thị Mẫu/);
    expect(answer.text).toContain('Lịch sử và Địa lí');
  });

  const good = () => ({
    name: `5${randomUUID().slice(0, 6)}`,
    grade: 5,
    schoolYear: YEAR,
    homeroomStaffId: school.staff.homeroom,
    assignments: [{ subject: 'TOAN', staffId: school.staff.music }],
  });

  test('are made, and their teachers changed, by the administrator', async () => {
    const body = good();
    const made = await admin<{ classId: string }>('POST', '/api/classes', body);
    expect(made.status).toBe(200);
    const twin = await admin('POST', '/api/classes', { ...good(), name: ` ${body.name} ` });
    expect(twin.body).toMatchObject({ error: 'class-exists' });
    const changed = await admin('POST', '/api/classes', {
      ...body,
      classId: made.body.classId,
      assignments: [{ subject: 'TV', staffId: school.staff.outsider }],
    });
    expect(changed.status).toBe(200);
    const rows = await world.database.asOwner(`select subject from assignment where class_id = $1`, [
      made.body.classId,
    ]);
    expect(rows).toEqual([{ subject: 'TV' }]);
  });

  test('of one name asked for at once are made once, and nobody gets an error of the database', async () => {
    const body = good();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => admin<{ error?: string }>('POST', '/api/classes', body)),
    );
    expect(answers.map((a) => a.body.error ?? 'made').sort()).toEqual([
      'class-exists',
      'class-exists',
      'class-exists',
      'made',
    ]);
  });

  test.each<[string, () => Record<string, unknown>, number]>([
    ['a name of blanks', () => ({ name: '   ' }), 400],
    ['a year that the school has not opened', () => ({ schoolYear: '2031-2032' }), 400],
    ['a grade beyond primary', () => ({ grade: 6 }), 400],
    [
      'a subject of another grade',
      () => ({ assignments: [{ subject: 'TNXH', staffId: school.staff.music }] }),
      400,
    ],
    [
      'a subject twice',
      () => ({
        assignments: [
          { subject: 'TV', staffId: school.staff.music },
          { subject: 'TV', staffId: school.staff.homeroom },
        ],
      }),
      400,
    ],
    ['somebody of another school', () => ({ homeroomStaffId: world.schools[1].staff.homeroom }), 400],
    ['the clerk as teacher', () => ({ homeroomStaffId: school.staff.clerk }), 400],
    ['another school by a field', () => ({ schoolId: '2' }), 400],
    ['a class of another school', () => ({ classId: world.schools[1].classId, grade: 4 }), 404],
    [
      'another grade for a class that exists',
      () => ({ classId: school.classId, name: '4A', assignments: [] }),
      400,
    ],
  ])('are refused with %s', async (_, over, status) => {
    const before = await world.database.asOwner('select * from assignment order by class_id, subject');
    const answer = await admin('POST', '/api/classes', { ...good(), ...over() });
    expect([answer.status, answer.text.slice(0, 80)]).toEqual([status, expect.any(String)]);
    expect(await world.database.asOwner('select * from assignment order by class_id, subject')).toEqual(
      before,
    );
  });
});

describe('facts of pupils', () => {
  const save = (pupils: unknown[]) =>
    homeroom<{ saved: number }>('POST', `/api/classes/${school.classId}/pupils`, { pupils });
  const row = async (code: string) =>
    (
      await world.database.asOwner<Record<string, string | null>>(
        'select * from pupil where pupil_code = $1',
        [code],
      )
    )[0];

  test('are written where given, the others stay', async () => {
    const answer = await save([
      {
        pupilCode: 'MAU1001',
        address: ' Thôn\u00a0Một\t',
        fatherName: 'Lê Mẫu Cha'.normalize('NFD'),
        guardianName: '',
      },
    ]);
    expect(answer.body).toEqual({ saved: 1 });
    expect(await row('MAU1001')).toMatchObject({
      address: 'Thôn Một',
      father_name: 'Lê Mẫu Cha'.normalize('NFC'),
      mother_name: 'Trần Thị Mẫu',
      guardian_name: null,
    });
  });

  test.each([
    ['an unknown code', [{ pupilCode: 'KHONGCO', address: 'x' }]],
    ['a pupil of another school', [{ pupilCode: 'MAU2001', address: 'x' }]],
    [
      'one twice',
      [
        { pupilCode: 'MAU1002', address: 'x' },
        { pupilCode: 'MAU1002', address: 'y' },
      ],
    ],
    ['a number of eleven digits', [{ pupilCode: 'MAU1002', personalId: '01234567890' }]],
    ['a name changed', [{ pupilCode: 'MAU1002', fullName: 'Tên Khác' }]],
  ])('with %s are refused as a whole', async (_, pupils) => {
    const answer = await save([{ pupilCode: 'MAU1003', address: 'Nơi mới' }, ...pupils]);
    expect(answer.status).toBe(400);
    expect(await row('MAU1003')).toMatchObject({ address: 'Phường Mẫu' });
  });
});

test('reads and writes stand in the trail: who, in which role, what, on which object, with what outcome', async () => {
  const principal = await world.signIn('principal-1');
  await homeroom('GET', `/api/classes/${school.classId}`);
  await homeroom('POST', `/api/classes/${school.classId}/pupils`, { pupils: [{ pupilCode: 'KHONGCO' }] });
  const { body } = await principal<{ events: Record<string, string>[] }>('GET', '/api/audit-trail');
  expect(body.events).toContainEqual(
    expect.objectContaining({
      who: 'Lê Thị Mẫu Ngọc',
      role: 'teacher',
      act: 'Một lớp: học sinh và phân công',
      object: `class:${school.classId}`,
      outcome: 'ok',
    }),
  );
  expect(body.events).toContainEqual(
    expect.objectContaining({ act: 'Ghi lý lịch học sinh', outcome: 'invalid-input' }),
  );
  const before = (time: string) => principal('GET', `/api/audit-trail?before=${time}`);
  expect((await before('2026-05-20T09:00:00%2B07:00')).status).toBe(200);
  for (const time of ['hom-qua', '', '999999-01-01T00:00:00Z', '2026-02-30T00:00:00Z'])
    expect((await before(time)).status).toBe(400);
  // A hundred and more events, the border of the page within one moment: asked on from the last one's time, none is lost.
  await world.database.asOwner(`insert into audit_event (school_id, event_id, at, act, outcome)
    select 1, gen_random_uuid(), timestamptz '2026-05-01T00:00:00Z' + make_interval(secs => n / 7), 'x' || n, 'ok'
    from generate_series(1, 205) n`);
  const seen: string[] = [];
  for (let from = '2026-05-02T00:00:00Z'; ; ) {
    const page = await principal<{ events: { at: string; act: string }[] }>(
      'GET',
      `/api/audit-trail?before=${from}`,
    );
    if (page.body.events.length === 0) break;
    seen.push(...page.body.events.map((e) => e.act));
    from = page.body.events.at(-1)?.at ?? '';
  }
  expect(seen.length).toBe(205);
  expect(new Set(seen).size).toBe(205);
  expect(JSON.stringify(body.events)).not.toMatch(/KHONGCO|Mẫu Giang|MAU1/);
  for (const statement of [
    'update audit_event set outcome = $$x$$',
    'delete from audit_event',
    'truncate audit_event',
  ]) {
    await expect(world.database.asOwner(statement)).rejects.toMatchObject({ code: '42501' });
  }
  const stranger = await world.signIn('principal-2');
  const other = await stranger<{ events: Record<string, string>[] }>('GET', '/api/audit-trail');
  expect(
    other.body.events.every((e) => e.who === 'Đỗ Thị Mẫu Ánh' && !e.object?.includes(school.classId)),
  ).toBe(true);
});
