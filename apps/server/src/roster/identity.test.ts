import { randomUUID } from 'node:crypto';
import { writePupilList } from '@hocba/sheet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, fileBody, makeWorld, type School, type World, YEAR } from '../http/testing/world.ts';

let world: World;
let school: School;
let clerk: Client;

beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  clerk = await world.signIn('clerk-1');
});
afterAll(() => world.close());

const pupil = (nth: number) => school.pupils[nth]?.pupilId ?? '';
const at = (nth: number) => `/api/pupils/${pupil(nth)}/identity`;
interface View {
  facts: Record<string, string | null>;
  problems: { code: string; severity: string }[];
  issuedYears: string[];
  due: { recordId: string; reason: string }[];
  history: { fields: string[]; decision: { number: string } | null }[];
}
const view = async (nth: number) => (await clerk<View>('GET', at(nth))).body;
const set = async (nth: number, over: object, rest: object = {}) =>
  clerk<{ changed: string[]; due: string[]; details?: string[] }>('POST', at(nth), {
    facts: { ...(await view(nth)).facts, ...over },
    reason: 'Theo giấy khai sinh',
    ...rest,
  });

describe('who a pupil is', () => {
  test.each<[string, object, string]>([
    ['a number of eleven digits', { personalId: '00031600001' }, 'personal-id-malformed'],
    ['a number that says another sex', { sex: 'male', personalId: '000316000001' }, 'personal-id-differs'],
    ['a number that says another year', { birthDate: '2015-03-02' }, 'personal-id-differs'],
    ['no mother and no paper', { motherName: '' }, 'missing'],
    [
      'no mother, with a paper',
      { motherName: '', motherAbsence: 'Giấy khai sinh để trống' },
      'mother-absent',
    ],
  ])('is checked while it is typed: %s', async (_, over, code) => {
    const { facts } = await view(0);
    const answer = await clerk<View>('POST', `${at(0)}/check`, { ...facts, ...over });
    expect(answer.body.problems.map((p) => p.code)).toContain(code);
    expect(answer.text).not.toMatch(/0003160000/);
    expect((await view(0)).facts).toEqual(facts);
  });

  test.each<[string, object, object]>([
    ['nothing changed', {}, {}],
    ['a name of blanks', { fullName: '  ' }, {}],
    ['a number of eleven digits', { personalId: '00031600001' }, {}],
    ['a mother and a paper that there is none', { motherAbsence: 'Để trống' }, {}],
    ['a birth that is to come', { birthDate: '2026-09-01' }, {}],
    ['no reason', { address: 'Nơi mới' }, { reason: '' }],
    ['a decision without its day', { address: 'Nơi mới' }, { decision: { number: '12/QĐ' } }],
    ['another field', { pupilCode: 'MAU9' }, {}],
  ])('is not written with %s', async (_, over, rest) => {
    const before = await view(0);
    expect((await set(0, over, rest)).status).toBe(400);
    expect(await view(0)).toEqual(before);
  });

  test('is edited with a reason before any record is issued, and the act stands', async () => {
    const done = await set(0, {
      fullName: ' Nguyễn Thị Mẫu Giang Hà ',
      motherName: '',
      motherAbsence: 'Trích lục',
    });
    expect(done.body).toMatchObject({ due: [] });
    expect(done.body.changed).toHaveLength(3);
    const after = await view(0);
    expect(after.facts).toMatchObject({ fullName: 'Nguyễn Thị Mẫu Giang Hà', motherName: '' });
    expect(after.problems.map((p) => p.severity)).toEqual(['note']);
    expect(after.history[0]?.fields).toContain('Họ và tên');
    await expect(world.database.asOwner('delete from identity_act')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a change of civil status after issue', () => {
  const recordId = randomUUID();
  const decision = { number: '15/QĐ-UBND', date: '2026-05-11' };

  /** A record's rows alone: what makes them is asked of the signing and issuing rooms. */
  async function rows(issued: boolean) {
    const x = `sha256('x')`;
    await world.database.asOwner(`set session_replication_role = replica;
      insert into record (school_id, record_id, class_id, pupil_id, school_year, profile, rule_set, frozen_xml, annex, slots, frozen_by, frozen_at)
      values (1, '${recordId}', '${school.classId}', '${pupil(1)}', '${YEAR}', 'moet-2025', 'TT27_2020', ${x}, ${x}, '[]',
        '${school.staff.homeroom}', now()) on conflict do nothing;
      ${
        issued
          ? `insert into issued_record (school_id, record_id, xml, salt, core, leaf, leaf_hash, issued_at, issued_by)
      values (1, '${recordId}', ${x}, ${x}, ${x}, ${x}, ${x}, now(), '${school.staff.clerk}');
      insert into record_act (school_id, record_id, seq, act, staff_id, role, acted_at)
      values (1, '${recordId}', 9, 'issue', '${school.staff.clerk}', 'clerk', now())`
          : ''
      }`);
  }

  test('waits while the record waits for signatures', async () => {
    await rows(false);
    expect((await set(1, { address: 'Nơi mới' })).body.details?.join()).toContain('đang chờ ký');
  });

  test('needs a decision, leaves the record as it is, and names it as due until it is recalled', async () => {
    await rows(true);
    expect((await view(1)).issuedYears).toEqual([YEAR]);
    expect((await set(1, { address: 'Nơi mới' })).body, 'where one lives is no civil status').toMatchObject({
      due: [],
    });
    const without = await set(1, { fullName: 'Trần Mẫu Đức Anh' });
    expect(without.body.details?.join()).toContain('cần số và ngày của quyết định');
    const early = await set(
      1,
      { fullName: 'Trần Mẫu Đức Anh' },
      { decision: { ...decision, date: '2027-01-01' } },
    );
    expect(early.status).toBe(400);
    const done = await set(1, { fullName: 'Trần Mẫu Đức Anh' }, { decision });
    expect(done.body).toEqual({ changed: ['Họ và tên'], due: [recordId] });
    const { classId } = school;
    const byTeacher = async (facts: object) =>
      (await world.signIn('homeroom-1'))('POST', `/api/classes/${classId}/pupils`, {
        pupils: [{ pupilCode: school.pupils[1]?.pupilCode, ...facts }],
      });
    await world.database.asOwner(`set session_replication_role = replica;
      insert into record_act (school_id, record_id, seq, act, staff_id, role, acted_at)
      values (1, '${recordId}', 10, 'return', '${school.staff.principal}', 'principal', now())`);
    expect((await byTeacher({ motherName: 'Tên Khác' })).text).toContain('theo quyết định');
    expect((await byTeacher({ address: 'Nơi khác nữa' })).status).toBe(200);
    const [, second] = school.pupils;
    const file = fileBody(
      'danh-sach.xlsx',
      await writePupilList([
        {
          code: second?.pupilCode ?? '',
          className: '4A',
          status: 'Đang học',
          facts: { fullName: 'Trần Mẫu Đức Anh', ethnicity: 'Nùng' },
        },
      ]),
    );
    const seen = await clerk<{ importId: string; rows: { row: number }[] }>(
      'POST',
      '/api/imports/pupils',
      file.payload,
      file.headers,
    );
    const listed = seen.body.rows.map(({ row }) => row);
    const byExcel = await clerk('POST', `/api/imports/pupils/${seen.body.importId}`, { rows: listed });
    expect([listed.length, byExcel.status]).toEqual([1, 400]);
    expect(byExcel.text).toContain('theo quyết định');
    expect((await view(1)).due).toMatchObject([{ recordId, reason: 'Theo giấy khai sinh (15/QĐ-UBND)' }]);
    await world.database.asOwner(`set session_replication_role = replica;
      insert into recalled_record (school_id, record_id, reason_code, reason, salt, leaf, leaf_hash, recalled_at, recalled_by)
      values (1, '${recordId}', 'identity-change', 'Cải chính', sha256('x'), sha256('x'), sha256('x'), now(), '${school.staff.principal}')`);
    expect(await view(1)).toMatchObject({ due: [], issuedYears: [] });
  });
});
