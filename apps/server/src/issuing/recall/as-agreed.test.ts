import { CELL_ITEMS, itemName } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askApproval } from '../../access/approval/ask.ts';
import { decideApproval } from '../../access/approval/decide.ts';
import { IDENTITY } from '../../roster/identity-check.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { freezeClass } from '../../signing/freeze/freeze.ts';
import { thawRecords } from '../../signing/freeze/thaw.ts';
import { loadRecords } from '../../signing/records/records.ts';
import { statusOf } from '../../signing/records/state.ts';
import { setCells } from '../../signing/testing/small-school.ts';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { asSuperuser } from '../testing/superuser.ts';
import { type Correction, recordFields } from './replacement-changes.ts';

/** what replaces an issued record says what two persons agreed to, and nothing else. */
let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 5 });
  ids = await house.issueAll();
});
afterAll(() => house?.close());

const record = (n: number): string => ids[n] ?? '';
const inHouse = <T>(work: Parameters<typeof inSchool<T>>[2]) =>
  inSchool(house.database.db, house.school.schoolId, work);
const stored = () =>
  inHouse((trx) => loadRecords(trx, house.school.schoolId, { classId: house.school.classId }));
async function statusNow(recordId: string): Promise<string> {
  const found = (await stored()).find((one) => one.recordId === recordId);
  return found === undefined ? 'none' : statusOf(found.facts);
}
async function write(recordId: string, ...cells: [item: string, value: string][]): Promise<void> {
  const { school } = house;
  const pupilId = (await stored()).find((one) => one.recordId === recordId)?.pupilId ?? '';
  await inHouse((trx) => setCells(trx, { ...school, pupilId, staffId: school.homeroom.staffId }, cells));
}
async function saidIn(recordId: string, item: string): Promise<string> {
  const { fields } = await recordFields(house.approving, house.school.principal, recordId);
  return fields.find((one) => one.item === item)?.value ?? '';
}
const freeze = () =>
  freezeClass(
    { db: house.database.db, now: house.now, dataDir: house.dataDir },
    house.school.homeroom,
    house.school.classId,
  );
async function toTheSeal() {
  const { school } = house;
  for (const actor of [school.music, school.homeroom]) await house.sign('subjectTeacher', actor);
  await house.sign('homeroomTeacher', school.homeroom);
  await house.sign('principal', school.principal);
}
async function seal(): Promise<string[]> {
  const batchId = await house.sign('schoolSeal', house.school.clerk);
  const { refused } = await signingProgress(house.work, house.school.clerk, batchId);
  await house.sequencer.settle(house.origin);
  return refused.map(({ reason }) => reason);
}
/** Asks for other contents of what replaces a recalled record, and has it agreed to. */
async function agreeAnew(recordId: string, corrections?: readonly Correction[]): Promise<string> {
  const named = corrections === undefined ? {} : { corrections: [...corrections] };
  const { requestId, digest } = await askApproval(house.approving, house.school.homeroom, {
    act: { kind: 'recall', recordId, reasonCode: 'data-entry-error', replace: true, ...named },
    reason: 'Nêu lại chỗ sửa',
    evidence: 'Biên bản số 2',
  });
  const decided = { approve: true, digest, note: '' };
  return (await decideApproval(house.approving, house.school.principal, requestId, decided)).state;
}
const audit = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;

test('every datum has a name of its own, by which it is agreed to', () => {
  const names = [...CELL_ITEMS.map(itemName), ...Object.values(IDENTITY).map(([, name]) => name)];
  expect(new Set(names).size).toBe(names.length);
});

describe('before the first signature', () => {
  test('a cell that is not as agreed, one that was not named, and neither: only that is frozen', async () => {
    const comment = await saidIn(record(0), 'HOMEROOM.comment');
    await house.recall(record(0), true, [{ item: 'TOAN.mark', value: '9' }]);
    const [left] = (await freeze()).leftOut;
    expect(left?.reasons[0]).toContain('khác nội dung mà hai người đã duyệt');
    expect(left?.reasons.slice(1)).toEqual([expect.stringMatching(/đã duyệt “9”, đang ghi “\d+”\.$/)]);
    await write(record(0), ['TOAN.mark', '9'], ['HOMEROOM.comment', 'Em rất ngoan.']);
    const again = await freeze();
    expect(again.frozen).toEqual([]);
    expect(again.leftOut[0]?.reasons.slice(1)).toEqual([
      expect.stringMatching(/^Nhận xét của giáo viên chủ nhiệm:/),
    ]);
    await write(record(0), ['HOMEROOM.comment', comment]);
    const { frozen, leftOut } = await freeze();
    expect([frozen.length, leftOut]).toEqual([1, []]);
    await toTheSeal();
    expect(await seal()).toEqual([]);
    expect(await statusNow(record(0))).toBe('replaced');
    expect(await audit()).toEqual([]);
  });

  test('where no cell was named only the same is frozen', async () => {
    await house.recall(record(1), true);
    await write(record(1), ['HOMEROOM.comment', 'Em đọc to, rõ.']);
    expect(await freeze()).toMatchObject({
      frozen: [],
      leftOut: [{ reasons: [expect.anything(), expect.stringContaining('đang ghi “Em đọc to, rõ.”')] }],
    });
    expect(await agreeAnew(record(1), [{ item: 'HOMEROOM.comment', value: 'Em đọc to, rõ.' }])).toBe(
      'approved',
    );
    expect((await freeze()).frozen).toHaveLength(1);
  });

  test('civil status that was corrected after the agreement is agreed to anew', async () => {
    await house.recall(record(2), true);
    const pupilId = (await stored()).find((one) => one.recordId === record(2))?.pupilId ?? '';
    await inHouse((trx) =>
      trx
        .updateTable('pupil')
        .set({ full_name: 'Lê Mẫu Tên Đúng' })
        .where('pupil_id', '=', pupilId)
        .execute(),
    );
    const { leftOut } = await freeze();
    expect(leftOut[0]?.reasons.at(-1)).toMatch(/^Họ và tên: .*đang ghi “Lê Mẫu Tên Đúng”\.$/);
    // It stands in the new request by itself.
    expect(await agreeAnew(record(2))).toBe('approved');
    expect((await freeze()).leftOut).toEqual([]);
    await expect(agreeAnew(record(2))).rejects.toMatchObject({ code: 'already-recalled' });
  });
});

describe('at the seal', () => {
  test('what was agreed to anew after the freeze refuses what was frozen before; mended, it is issued', async () => {
    await house.recall(record(3), true, [{ item: 'HOMEROOM.comment', value: 'Em hay giúp bạn.' }]);
    await write(record(3), ['HOMEROOM.comment', 'Em hay giúp bạn.']);
    const replacement = (await freeze()).frozen[0]?.recordId ?? '';
    await toTheSeal();
    expect(
      await agreeAnew(record(3), [{ item: 'HOMEROOM.comment', value: 'Em hay giúp bạn, đọc to.' }]),
    ).toBe('approved');
    expect(await seal()).toEqual([expect.stringContaining('khác nội dung mà hai người đã duyệt')]);
    expect([await statusNow(replacement), await statusNow(record(3))]).toEqual([
      'principalSigned',
      'recalled',
    ]);
    const { school } = house;
    await thawRecords(house.work, school.homeroom, school.classId, {
      recordIds: [replacement],
      reason: 'Sửa',
    });
    await write(record(3), ['HOMEROOM.comment', 'Em hay giúp bạn, đọc to.']);
    const mended = (await freeze()).frozen[0]?.recordId ?? '';
    await toTheSeal();
    expect(await seal()).toEqual([]);
    expect([await statusNow(mended), await statusNow(record(3))]).toEqual(['issued', 'replaced']);
    await expect(
      agreeAnew(record(3), [{ item: 'HOMEROOM.comment', value: 'Em ngoan.' }]),
    ).rejects.toMatchObject({
      code: 'already-recalled',
    });
    expect(await audit()).toEqual([]);
  });

  test('what a server issued that did not hold it to the agreement is named by the audit', async () => {
    await house.recall(record(4), true, [{ item: 'HOMEROOM.comment', value: 'Em hay giúp bạn.' }]);
    await write(record(4), ['HOMEROOM.comment', 'Em nói nhỏ.']);
    // A server that asks nobody sees no agreement.
    await asSuperuser(
      house,
      'create table kept as select * from approval_decision; delete from approval_decision',
    );
    const replacement = (await freeze()).frozen[0]?.recordId ?? '';
    await toTheSeal();
    expect(await seal()).toEqual([]);
    await asSuperuser(house, 'insert into approval_decision select * from kept; drop table kept');
    expect(await audit()).toEqual([{ what: 'record', id: replacement, code: 'not-as-agreed' }]);
  });
});
