import { randomUUID } from 'node:crypto';
import { readPupilList, readStaffList, readWorkbook, writePupilList, writeStaffList } from '@hocba/sheet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  cookieOf,
  fileBody,
  makeWorld,
  type School,
  type World,
  YEAR,
} from '../../http/testing/world.ts';

let world: World;
let school: School;
const people: Record<string, Client> = {};
const as = (who: string): Client => people[who] as Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  for (const who of ['homeroom', 'clerk', 'admin', 'principal']) people[who] = await world.signIn(`${who}-1`);
});
afterAll(() => world.close());

interface Preview {
  error?: string;
  details?: string[];
  importId: string;
  rows: {
    row: number;
    match: string;
    selected: boolean;
    changes: { field: string; from: string; to: string }[];
  }[];
  refused: { row: number; reasons: string[] }[];
}

function send(client: Client, kind: 'pupils' | 'staff', bytes: Uint8Array) {
  const { payload, headers } = fileBody('danh-sach.xlsx', bytes);
  return client<Preview>('POST', `/api/imports/${kind}`, payload, headers);
}
const apply = (client: Client, kind: string, importId: string, rows: number[]) =>
  client<{ created: number; changed: number; error?: string }>('POST', `/api/imports/${kind}/${importId}`, {
    rows,
  });
const undo = (client: Client, importId: string) =>
  client<{ restored: number; removed: number; kept: string[]; error?: string }>(
    'POST',
    `/api/imports/people/${importId}/undo`,
    {},
  );
const facts = (code: string) =>
  world.database.asOwner(
    'select full_name, ethnicity, mother_name, personal_id from pupil where pupil_code = $1',
    [code],
  );
const listOf = async (classId: string) =>
  (
    await world.database.asOwner<{ pupil_code: string }>(
      'select p.pupil_code from enrolment e join pupil p using (school_id, pupil_id) where e.class_id = $1 and e.left_on is null order by e.ordinal',
      [classId],
    )
  ).map((row) => row.pupil_code);
const pupil = (code: string, className: string, rest: object = {}) => ({
  code,
  className,
  status: 'Đang học',
  facts: { fullName: 'Đặng Mẫu Mới', birthDate: '2016-05-06', sex: 'female' as const, ...rest },
});

describe('a list of pupils', () => {
  test('shows what differs field by field, writes it, and takes it back', async () => {
    const [known] = school.pupils;
    const code = known?.pupilCode ?? '';
    const before = [await facts(code), await listOf(school.classId)];
    const bytes = await writePupilList([
      pupil(code, '4A', { fullName: known?.fullName, ethnicity: 'Ê-đê', motherName: 'Lê Mẫu Mẹ' }),
      pupil('0079000001', '4A', { personalId: '079316000001' }),
    ]);
    const seen = await send(as('clerk'), 'pupils', bytes);
    expect(seen.body.refused).toEqual([]);
    expect(seen.body.rows.map((r) => [r.match, r.selected])).toEqual([
      ['code', true],
      ['new', true],
    ]);
    expect(seen.body.rows[0]?.changes.map((c) => c.field)).toContain('Họ tên mẹ');
    expect([await facts(code), await listOf(school.classId)]).toEqual(before);
    expect((await apply(as('clerk'), 'pupils', seen.body.importId, [2, 3])).body).toEqual({
      created: 1,
      changed: 1,
    });
    expect(await facts(code)).toMatchObject([{ ethnicity: 'Ê-đê', mother_name: 'Lê Mẫu Mẹ' }]);
    expect(await listOf(school.classId)).toEqual([...(before[1] as string[]), '0079000001']);
    const again = await send(as('clerk'), 'pupils', bytes);
    expect(again.body.rows.map((r) => [r.match, r.selected, r.changes])).toEqual([
      ['code', false, []],
      ['code', false, []],
    ]);
    expect((await undo(as('clerk'), seen.body.importId)).body).toEqual({ restored: 1, removed: 1, kept: [] });
    expect([await facts(code), await listOf(school.classId)]).toEqual(before);
    expect((await undo(as('clerk'), seen.body.importId)).body.error).toBe('import-already-undone');
    const third = await send(as('clerk'), 'pupils', bytes);
    expect((await apply(as('clerk'), 'pupils', third.body.importId, [2, 3])).status).toBe(200);
    expect(await listOf(school.classId)).toEqual([...(before[1] as string[]), '0079000001']);
  });

  test('does not take back what somebody has changed since, and names it', async () => {
    const code = school.pupils[1]?.pupilCode ?? '';
    const seen = await send(
      as('admin'),
      'pupils',
      await writePupilList([pupil(code, '4A', { fullName: school.pupils[1]?.fullName, ethnicity: 'Tày' })]),
    );
    await apply(as('admin'), 'pupils', seen.body.importId, [2]);
    await as('homeroom')('POST', `/api/classes/${school.classId}/pupils`, {
      pupils: [{ pupilCode: code, ethnicity: 'Nùng' }],
    });
    const undone = await undo(as('admin'), seen.body.importId);
    expect(undone.body).toMatchObject({ restored: 0, kept: [expect.stringContaining('giữ nguyên')] });
    expect(await facts(code)).toMatchObject([{ ethnicity: 'Nùng' }]);
  });

  test.each([
    ['of a class that the school does not have', () => pupil('007911', '4Z'), /không có lớp 4Z/],
    [
      'of another school',
      () => pupil(world.schools[1].pupils[0]?.pupilCode ?? '', '4A'),
      /không ghi mới được/,
    ],
    ['who is in another class', () => pupil(school.pupils[2]?.pupilCode ?? '', '4B'), /đang học lớp 4A/],
    ['without a class', () => pupil('007912', ''), /chưa ghi lớp/],
    ['with a wrong number', () => pupil('007913', '4A', { personalId: '123' }), /đúng 12 chữ số/],
  ])('a pupil %s is refused, the others are not', async (_, wrong, sentence) => {
    const bytes = await writePupilList([wrong(), pupil(`0079${randomUUID().slice(0, 6)}`, '4A')]);
    const seen = await send(as('clerk'), 'pupils', bytes);
    expect(seen.body.refused.map((r) => [r.row, sentence.test(r.reasons.join())])).toEqual([[2, true]]);
    expect(seen.body.rows.map((r) => r.row)).toEqual([3]);
    expect((await apply(as('clerk'), 'pupils', seen.body.importId, [2, 3])).status).toBe(400);
  });

  test('similar names are never chosen; a teacher has nothing to do here', async () => {
    const [, , , fourth] = school.pupils;
    const plain = (fourth?.fullName ?? '')
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replaceAll('đ', 'd')
      .replaceAll('Đ', 'D');
    const seen = await send(
      as('clerk'),
      'pupils',
      await writePupilList([pupil('007999', '4A', { fullName: plain })]),
    );
    const alike = seen.body.rows[0];
    expect(alike?.match === 'similarName' ? alike.selected : false).toBe(false);
    expect((await send(as('homeroom'), 'pupils', await writePupilList([pupil('1', '4A')]))).status).toBe(403);
    expect((await send(as('principal'), 'pupils', await writePupilList([pupil('1', '4A')]))).status).toBe(
      403,
    );
    expect((await send(as('clerk'), 'pupils', new TextEncoder().encode('x'))).body.error).toBe(
      'file-unreadable',
    );
    expect((await send(as('clerk'), 'pupils', await writeStaffList([]))).body.error).toBe('header-not-found');
  });

  test('goes out as it came in', async () => {
    const answer = await download('clerk-1', `/api/export/pupils?schoolYear=${YEAR}`);
    const read = readPupilList(await readWorkbook(answer, 'x.xlsx'), 'x.xlsx');
    expect(read.rows.filter((r) => r.className === '4A').map((r) => r.code)).toEqual(
      await listOf(school.classId),
    );
    const seen = await send(as('clerk'), 'pupils', answer);
    expect([seen.body.refused, seen.body.rows.flatMap((r) => r.changes)]).toEqual([[], []]);
  });
});

describe('a list of staff', () => {
  test('is compared, written, taken back, and goes out as it came in', async () => {
    const out = await download('admin-1', '/api/export/staff');
    const read = readStaffList(await readWorkbook(out, 'x.xlsx'), 'x.xlsx').rows;
    const same = await send(as('admin'), 'staff', out);
    expect(same.body.rows.map((r) => [r.match, r.selected, r.changes])).toEqual(
      read.map(() => ['code', false, []]),
    );
    const [first] = read;
    const bytes = await writeStaffList([
      {
        code: first?.code ?? '',
        fullName: 'Lê Mẫu Đổi Tên',
        personalId: first?.personalId ?? '',
        title: first?.title ?? '',
      },
      { code: 'GV-MOI', fullName: 'Vũ Mẫu Mới', personalId: '079190000009', title: 'Giáo viên' },
    ]);
    const seen = await send(as('admin'), 'staff', bytes);
    expect((await apply(as('admin'), 'staff', seen.body.importId, [2, 3])).body).toEqual({
      created: 1,
      changed: 1,
    });
    expect((await undo(as('clerk'), seen.body.importId)).status).toBe(404);
    expect((await undo(as('admin'), seen.body.importId)).body).toEqual({ restored: 1, removed: 1, kept: [] });
    const names = await world.database.asOwner(
      'select full_name from staff where school_id = $2 and staff_code = $1',
      [first?.code, school.schoolId],
    );
    expect(names).toEqual([{ full_name: first?.fullName }]);
    expect((await send(as('clerk'), 'staff', bytes)).status).toBe(403);
  });
});

async function download(username: string, url: string): Promise<Uint8Array> {
  const headers = { host: 'localhost', cookie: await cookieOf(world.app, username) };
  const answer = await world.app.inject({ method: 'GET', url, headers });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return new Uint8Array(answer.rawPayload);
}
