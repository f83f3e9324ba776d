import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type Role, type School, type World } from '../../http/testing/world.ts';

/** a print of a class leaves the software as its Excel file does, and is counted with it. */
let world: World;
let school: School;
beforeAll(async () => {
  world = await makeWorld({ whole: true });
  [school] = world.schools;
  // One class is within what a person may take along in a day, two are not. Most have left: they count, and no form has room for all.
  for (const [at, classId] of [school.classId, school.otherClassId].entries()) {
    await world.database.asOwner(`
      with pupils as (
        insert into pupil (school_id, pupil_id, pupil_code, full_name)
        select 1, gen_random_uuid(), 'NHIEU${at}-' || n, 'Nguyễn Mẫu Đông' from generate_series(1, 110) n
        returning pupil_id)
      insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
      select 1, '${classId}', pupil_id, 100 + row_number() over (), 4, '2025-09-05' from pupils`);
    await world.database.asOwner(`update enrolment set left_on = '2025-10-01' where ordinal > 110`);
    await world.database.asOwner(`
      insert into class_book (school_id, class_id, book_id, requested_by, requested_at, public_url, keep_until, finished_at, pdf)
      values (1, '${classId}', gen_random_uuid(), '${school.staff.clerk}', now(), 'https://hocba.example', '2027-01-01', now(), '%PDF-1.7')`);
  }
});
afterAll(() => world.close());
let day = 1;
beforeEach(() => {
  // Each test has a day of its own, with nothing taken along.
  world.clock.now = new Date(`2026-05-${String(day++).padStart(2, '0')}T02:00:00Z`);
});

const as = (role: Role): Promise<Client> => world.signIn(`${role}-1`);
const FILES = {
  print: 'class-table.pdf?period=CN',
  excel: 'export/class-table?period=CN',
  book: 'book/file',
} as const;
async function take(who: Client, file: keyof typeof FILES, classId: string): Promise<string> {
  const { status, body } = await who<{ error?: string }>('GET', `/api/classes/${classId}/${FILES[file]}`);
  return status === 200 ? 'ok' : (body.error ?? String(status));
}
/** What the pages are told before anything is asked for. */
async function offersToAsk(who: Client, classId: string): Promise<boolean[]> {
  const of = (path: string) =>
    who<{ takesSecond: boolean }>('GET', `/api/classes/${classId}/${path}`).then(
      ({ body }) => body.takesSecond,
    );
  return [await of('class-table?period=CN'), await of('book')];
}
const homeroomOf = (classId: string, role: Role) =>
  world.database.asOwner(
    `update class set homeroom_staff_id = '${school.staff[role]}' where class_id = '${classId}'`,
  );

describe('a class’s print of one person in one day', () => {
  test.each(['print', 'excel', 'book'] as const)(
    '%s: every form of one class, and none of a second',
    async (first) => {
      const clerk = await as('clerk');
      expect(await offersToAsk(clerk, school.otherClassId)).toEqual([false, false]);
      expect(await take(clerk, first, school.classId)).toBe('ok');
      for (const file of ['print', 'excel', 'book'] as const) {
        expect(await take(clerk, file, school.classId)).toBe('ok');
        expect(await take(clerk, file, school.otherClassId)).toBe('approval-needed');
      }
      expect(await offersToAsk(clerk, school.classId)).toEqual([false, false]);
      expect(await offersToAsk(clerk, school.otherClassId)).toEqual([true, true]);
    },
  );

  test('a file that is not there counts nothing', async () => {
    const clerk = await as('clerk');
    await world.database.asOwner(`update class_book set keep_until = '2026-01-01' where class_id = $1`, [
      school.classId,
    ]);
    expect(await take(clerk, 'book', school.classId)).toBe('not-found');
    await world.database.asOwner(`update class_book set keep_until = '2027-01-01'`);
    expect(await take(clerk, 'book', school.otherClassId)).toBe('ok');
  });
});

describe('a homeroom teacher', () => {
  test('takes the own class along in every form, whatever else was taken, and needs nobody', async () => {
    await world.database.asOwner(
      `insert into assignment (school_id, class_id, subject, staff_id) values (1, $1, 'TH', $2)
       on conflict (school_id, class_id, subject) do update set staff_id = excluded.staff_id`,
      [school.otherClassId, school.staff.homeroom],
    );
    const homeroom = await as('homeroom');
    const results = await homeroom('GET', `/api/classes/${school.otherClassId}/export/results?period=CN`);
    expect(results.status).toBe(200);
    for (const file of ['print', 'excel', 'book'] as const)
      expect(await take(homeroom, file, school.classId)).toBe('ok');
    expect(await offersToAsk(homeroom, school.classId)).toEqual([false, false]);
    // No longer the own class, it counts as any other.
    await homeroomOf(school.classId, 'outsider');
    const again = await homeroom<{ error?: string }>(
      'GET',
      `/api/classes/${school.otherClassId}/export/results?period=CN`,
    );
    expect(again.body.error).toBe('approval-needed');
    await homeroomOf(school.classId, 'homeroom');
  });

  test('of more than 200 pupils is not excused by it', async () => {
    await homeroomOf(school.otherClassId, 'homeroom');
    const homeroom = await as('homeroom');
    expect(await take(homeroom, 'print', school.classId)).toBe('ok');
    expect(await take(homeroom, 'print', school.otherClassId)).toBe('approval-needed');
    await homeroomOf(school.otherClassId, 'outsider');
  });
});

describe('a second person agrees to', () => {
  test.each(['book', 'class-table-print'] as const)(
    '%s of one class, fetched once where the page says',
    async (file) => {
      const [clerk, principal] = [await as('clerk'), await as('principal')];
      expect(await take(clerk, 'print', school.classId)).toBe('ok');
      const act = { kind: 'export-class', classId: school.otherClassId, period: 'CN', file };
      const asked = await clerk<{ requestId: string; digest: string }>('POST', '/api/approvals', {
        act,
        reason: 'In cho phụ huynh',
        evidence: '',
      });
      expect(asked.status, asked.text).toBe(200);
      const { requestId, digest } = asked.body;
      const decided = await principal('POST', `/api/approvals/${requestId}/decision`, {
        approve: true,
        digest,
        note: '',
      });
      expect(decided.status, decided.text).toBe(200);
      const { requests } = (
        await clerk<{ requests: { requestId: string; fetchAt: string | null; summary: string[] }[] }>(
          'GET',
          '/api/approvals',
        )
      ).body;
      const found = requests.find((one) => one.requestId === requestId);
      expect(found?.summary[0]).toMatch(file === 'book' ? /^In học bạ cả lớp/ : /^In bảng tổng hợp/);
      const other = file === 'book' ? `${FILES.print}&` : `${FILES.book}?`;
      const elsewhere = await clerk<{ error?: string }>(
        'GET',
        `/api/classes/${school.otherClassId}/${other}approval=${requestId}`,
      );
      expect(elsewhere.body.error).toBe('approval-outdated');
      const fetched = await clerk('GET', found?.fetchAt ?? '');
      expect([fetched.status, fetched.text.slice(0, 5)]).toEqual([200, '%PDF-']);
      expect((await clerk<{ error?: string }>('GET', found?.fetchAt ?? '')).body.error).toBe(
        'approval-closed',
      );
      expect(await take(clerk, 'book', school.otherClassId)).toBe('approval-needed');
    },
  );
});

test('of a class for which no table has room: that is said, and counts nothing', async () => {
  const clerk = await as('clerk');
  await world.database.asOwner(`
    with pupils as (
      insert into pupil (school_id, pupil_id, pupil_code, full_name)
      select 1, gen_random_uuid(), 'QUA-DONG-' || n, 'Nguyễn Mẫu Đông' from generate_series(1, 501) n
      returning pupil_id)
    insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
    select 1, '${school.otherClassId}', pupil_id, 900 + row_number() over (), 4, '2025-09-05' from pupils`);
  expect(await take(clerk, 'print', school.otherClassId)).toBe('class-too-large');
  expect(await take(clerk, 'print', school.classId)).toBe('ok');
});
