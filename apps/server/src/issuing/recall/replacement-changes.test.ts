import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { askApproval } from '../../access/approval/ask.ts';
import { decideApproval, withdrawApproval } from '../../access/approval/decide.ts';
import type { ActOf } from '../../access/approval/kinds.ts';
import { listApprovals } from '../../access/approval/list.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { type Correction, recordFields } from './replacement-changes.ts';

/** the second person sees what will be said otherwise before agreeing to it. */
let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  ids = await house.issueAll();
});
afterAll(() => house?.close());

const record = (n: number): string => ids[n] ?? '';
const code = (of: Promise<unknown>): Promise<string> =>
  of.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );
const ask = (of: Partial<ActOf<'recall'>>, by: Actor = house.school.homeroom) =>
  askApproval(house.approving, by, {
    act: { kind: 'recall', recordId: record(0), reasonCode: 'data-entry-error', replace: true, ...of },
    reason: 'Ghi nhầm',
    evidence: 'Biên bản số 1',
  });
const seen = async (by: Actor, requestId: string) =>
  (await listApprovals(house.approving, by)).requests.find((one) => one.requestId === requestId);
const saidIn = async (item: string, recordId = record(0)): Promise<string> => {
  const { fields } = await recordFields(house.approving, house.school.principal, recordId);
  return fields.find((one) => one.item === item)?.value ?? '(không có)';
};

describe('the cells of an issued record', () => {
  test('are for who sees the whole class', async () => {
    const { school, approving } = house;
    const { fields } = await recordFields(approving, school.homeroom, record(0));
    expect(fields.map(({ item }) => item)).toEqual(
      expect.arrayContaining(['TOAN.level', 'TOAN.comment', 'QUALITIES.comment', 'HEIGHT.number']),
    );
    expect(fields.find(({ item }) => item === 'TOAN.level')).toMatchObject({
      name: 'Mức đạt được môn Toán',
      value: expect.stringMatching(/^[THC]$/),
    });
    // What such a record may have and this one has not, and nothing of another grade.
    const open = fields.filter(({ value }) => value === '').map(({ item }) => item);
    expect(open).toEqual(expect.arrayContaining(['TDT.level', 'TDT.comment']));
    expect(fields.map(({ item }) => item)).not.toContain('TDT.mark');
    expect(fields.map(({ item }) => item)).not.toContain('TNXH.level');
    expect(await code(recordFields(approving, school.music, record(0)))).toBe('not-allowed');
  });
});

describe('what changes', () => {
  test('is read by who asked and by who decides, in the order of the form, and is what the digest covers', async () => {
    const { school, database } = house;
    const [level, comment] = [await saidIn('TOAN.level'), await saidIn('HOMEROOM.comment')];
    const other = level === 'T' ? 'H' : 'T';
    const corrections = [
      { item: 'HOMEROOM.comment', value: ' Em chăm học, cần đọc to hơn. ' },
      { item: 'TOAN.level', value: other.toLowerCase() },
    ];
    const asked = await ask({ corrections });
    const changes = [
      { what: 'Mức đạt được môn Toán', before: level, after: other },
      { what: 'Nhận xét của giáo viên chủ nhiệm', before: comment, after: 'Em chăm học, cần đọc to hơn.' },
    ];
    for (const by of [school.homeroom, school.principal])
      expect(await seen(by, asked.requestId)).toMatchObject({ changes, state: 'open' });
    // Marks are nobody else's business, and another teacher has no list of the school's requests.
    expect(await seen(school.clerk, asked.requestId)).toMatchObject({ changes: [] });
    expect(await seen(school.music, asked.requestId)).toBeUndefined();

    const [row] = await database.asOwner<{ basis: string }>(
      `select basis from approval_request where request_id = '${asked.requestId}'`,
    );
    expect(JSON.parse(row?.basis ?? '').changes).toEqual(changes);
    const forged = (row?.basis ?? '').replace(`"after":"${other}"`, `"after":"C"`).replaceAll("'", "''");
    const write = (basis: string) =>
      database.asOwner(
        `alter table approval_request disable trigger user;
         update approval_request set basis = '${basis}' where request_id = '${asked.requestId}';
         alter table approval_request enable trigger user`,
      );
    await write(forged);
    const decide = () =>
      decideApproval(house.approving, school.principal, asked.requestId, {
        approve: true,
        digest: asked.digest,
        note: '',
      });
    await expect(decide()).rejects.toThrow('does not match its digest');
    await write((row?.basis ?? '').replaceAll("'", "''"));
    expect(await decide()).toEqual({ state: 'approved' });
  });

  test('names what has become of the pupil since, and a request from before that is outdated', async () => {
    const { school, database } = house;
    const first = await ask({ recordId: record(1) });
    expect(await seen(school.principal, first.requestId)).toMatchObject({
      changes: [],
      summary: expect.arrayContaining([expect.stringContaining('phải ghi đúng như bản cũ')]),
    });
    const name = `(select pupil_id from record where record_id = '${record(1)}')`;
    const [before] = await database.asOwner<{ full_name: string }>(
      `select full_name from pupil where pupil_id = ${name}`,
    );
    await database.asOwner(`update pupil set full_name = 'Lê Mẫu Tên Mới', sex = 'female',
      birth_date = '2016-02-29', mother_name = null, mother_absence = 'Giấy số 2' where pupil_id = ${name}`);
    expect(await seen(school.homeroom, first.requestId)).toMatchObject({ state: 'outdated' });
    const again = await ask({ recordId: record(1), reasonCode: 'identity-change' });
    const { changes } = (await seen(school.principal, again.requestId)) ?? { changes: [] };
    expect(changes[0]).toEqual({
      what: 'Họ và tên',
      before: before?.full_name,
      after: 'Lê Mẫu Tên Mới',
    });
    expect(changes).toContainEqual(expect.objectContaining({ what: 'Ngày sinh', after: '29/02/2016' }));
    expect(changes).toContainEqual(
      expect.objectContaining({ what: 'Họ và tên mẹ', after: 'Không có thông tin' }),
    );
    await withdrawApproval(house.approving, school.homeroom, again.requestId);
  });

  const value = async (item: string) => saidIn(item, record(2));
  test.each<[string, () => Promise<Partial<ActOf<'recall'>>>]>([
    ['a cell that no record has', async () => ({ corrections: [{ item: 'VAN.level', value: 'T' }] })],
    ['a cell of another grade', async () => ({ corrections: [{ item: 'TNXH.comment', value: 'x' }] })],
    ['the same value', async () => ({ corrections: [{ item: 'TV.level', value: await value('TV.level') }] })],
    ['no level', async () => ({ corrections: [{ item: 'TV.level', value: 'Đ' }] })],
    ['no height', async () => ({ corrections: [{ item: 'HEIGHT.number', value: '1,4' }] })],
    ['one cell twice', async () => ({ corrections: [TWICE, TWICE] })],
    ['without a replacement', async () => ({ corrections: [TWICE], replace: false })],
  ])('%s is refused', async (_, of) => {
    expect(await code(ask({ recordId: record(2), ...(await of()) }))).toBe('invalid-input');
  });

  test('is named by who may read it: not by who only keeps the accounts', async () => {
    const admin: Actor = { ...house.school.clerk, roles: ['admin'] };
    expect(await code(ask({ recordId: record(2), corrections: [TWICE] }, admin))).toBe('not-allowed');
  });
});

const TWICE: Correction = { item: 'HOMEROOM.comment', value: 'Em ngoan.' };
