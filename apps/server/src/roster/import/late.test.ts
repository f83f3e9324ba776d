import { randomBytes, randomUUID } from 'node:crypto';
import { writePupilList } from '@hocba/sheet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, fileBody, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';

/** Between a preview and its applying, or an import and its undoing, a record may be frozen and issued: its facts stay. */
let world: World;
let school: School;
let clerk: Client;
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  clerk = await world.signIn('clerk-1');
});
afterAll(() => world.close());

const pupil = (n: number) => {
  const found = school.pupils[n];
  if (found === undefined) throw new Error('no pupil');
  return found;
};
async function preview(n: number, facts: object): Promise<string> {
  const { pupilCode, fullName } = pupil(n);
  const list = await writePupilList([
    { code: pupilCode, className: '4A', status: 'Đang học', facts: { fullName, ...facts } },
  ]);
  const { payload, headers } = fileBody('danh-sach.xlsx', list);
  const sent = await clerk<{ importId: string }>('POST', '/api/imports/pupils', payload, headers);
  expect(sent.status, sent.text).toBe(200);
  return sent.body.importId;
}
const apply = (importId: string) =>
  clerk<{ details?: string[] }>('POST', `/api/imports/pupils/${importId}`, { rows: [2] });
const undo = (importId: string) =>
  clerk<{ restored: number; kept: string[] }>('POST', `/api/imports/people/${importId}/undo`, {});
const ethnicity = async (n: number) =>
  (
    await world.database.asOwner<{ ethnicity: string | null }>(
      'select ethnicity from pupil where pupil_id = $1',
      [pupil(n).pupilId],
    )
  )[0]?.ethnicity;
const setEthnicity = (n: number, value: string | null) =>
  world.database.asOwner('update pupil set ethnicity = $2 where pupil_id = $1', [pupil(n).pupilId, value]);

async function freeze(n: number): Promise<string> {
  const recordId = randomUUID();
  await world.database.asOwner(`
    insert into record (school_id, record_id, class_id, pupil_id, school_year, profile, rule_set, frozen_xml, annex, slots, frozen_by, frozen_at)
    values (1, '${recordId}', '${school.classId}', '${pupil(n).pupilId}', '${YEAR}', 'moet-2025', 'TT27_2020', '\\x00', '\\x00', '[]',
      '${school.staff.homeroom}', now())`);
  return recordId;
}
async function issue(n: number): Promise<void> {
  const recordId = await freeze(n);
  const x = `'\\x${randomBytes(32).toString('hex')}'`;
  await world.database.asOwner(`
    insert into issued_record (school_id, record_id, xml, salt, core, leaf, leaf_hash, issued_at, issued_by)
    values (1, '${recordId}', ${x}, ${x}, ${x}, ${x}, ${x}, now(), '${school.staff.clerk}');
    insert into record_act (school_id, record_id, seq, act, staff_id, role, acted_at)
    values (1, '${recordId}', 9, 'issue', '${school.staff.clerk}', 'clerk', now())`);
}

test('a fact that somebody has changed since the preview is not overwritten', async () => {
  const importId = await preview(2, { ethnicity: 'Tày' });
  await setEthnicity(2, 'Mường');
  const answer = await apply(importId);
  expect([answer.status, answer.body.details?.join()]).toEqual([
    400,
    expect.stringContaining('xem trước lại'),
  ]);
  expect(await ethnicity(2)).toBe('Mường');
});

test('a preview of before the issue fills in no civil status that was entered meanwhile', async () => {
  await setEthnicity(0, null);
  const importId = await preview(0, { ethnicity: 'Tày' });
  await setEthnicity(0, 'Kinh');
  await issue(0);
  const answer = await apply(importId);
  expect([answer.status, answer.body.details?.join()]).toEqual([
    400,
    expect.stringContaining('đã có học bạ'),
  ]);
  expect(await ethnicity(0)).toBe('Kinh');
});

test('a preview of before the freeze changes nothing while the record waits for signatures', async () => {
  await setEthnicity(1, 'Kinh');
  const earlier = await preview(1, { ethnicity: 'Tày' });
  expect((await apply(earlier)).status).toBe(200);
  const later = await preview(1, { ethnicity: 'Nùng' });
  await freeze(1);
  expect((await apply(later)).body.details?.join()).toContain('đang chờ ký');
  const undone = await undo(earlier);
  expect(undone.body).toMatchObject({ restored: 0, kept: [expect.stringContaining('đang chờ ký')] });
  expect(await ethnicity(1)).toBe('Tày');
});

test('an import is not taken back from under an issued record', async () => {
  await setEthnicity(2, 'Kinh');
  const importId = await preview(2, { ethnicity: 'Tày' });
  expect((await apply(importId)).status).toBe(200);
  await issue(2);
  const undone = await undo(importId);
  expect(undone.body).toMatchObject({ restored: 0, kept: [expect.stringContaining('đã có học bạ')] });
  expect(await ethnicity(2)).toBe('Tày');
});
