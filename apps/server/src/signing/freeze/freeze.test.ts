import { readClassTable, readRecord } from '@hocba/record';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inSchool } from '../../store/database.ts';
import type { TestDatabase } from '../../store/testing/cluster.ts';
import { asApplication } from '../../store/testing/cluster.ts';
import { loadParts, loadRecords } from '../records/records.ts';
import { freshSchool, makeSmallSchool, type SmallSchool, setCells } from '../testing/small-school.ts';
import { freezeClass } from './freeze.ts';
import { thawRecords } from './thaw.ts';

const now = () => new Date('2026-05-28T01:00:00Z');
let database: TestDatabase;
let school: SmallSchool;
beforeEach(async () => {
  ({ database, school } = await freshSchool());
});
afterEach(() => database.drop());

const freeze = () =>
  freezeClass({ db: database.db, now, dataDir: '/nonexistent' }, school.homeroom, school.classId);
function firstPupil() {
  const [pupil] = school.pupils;
  if (!pupil) throw new Error('no pupil');
  return pupil;
}
function set(cells: readonly (readonly [string, string | null])[]) {
  const { schoolId, classId, homeroom } = school;
  const of = { schoolId, classId, pupilId: firstPupil().pupilId, staffId: homeroom.staffId };
  return inSchool(database.db, schoolId, (trx) => setCells(trx, of, cells));
}
const records = () =>
  inSchool(database.db, school.schoolId, (trx) =>
    loadRecords(trx, school.schoolId, { classId: school.classId }),
  );

test('a grade that is larger than a table may be stands in several, and each record names its own', async () => {
  const large = await makeSmallSchool(database.db, { schoolId: '8', pupils: 110, profile: 'moet-1.0' });
  const { schoolId, classId, homeroom } = large;
  const done = await freezeClass({ db: database.db, now, dataDir: '/nonexistent' }, homeroom, classId);
  expect(done.leftOut).toEqual([]);
  expect(done.tables.map(({ grade, pupils }) => [grade, pupils])).toEqual([
    [4, 55],
    [4, 55],
  ]);
  const ids = done.tables.map(({ recordId }) => recordId);
  const stored = await inSchool(database.db, schoolId, (trx) => loadParts(trx, schoolId, ids));
  const listed = ids.flatMap((id) => readClassTable(stored.get(id)?.frozenXml ?? new Uint8Array()).doc.rows);
  expect(listed.map(({ pupilCode }) => pupilCode)).toEqual(large.pupils.map(({ pupilCode }) => pupilCode));
});

describe('freeze', () => {
  test('makes each record once, as bytes that are read again', async () => {
    const done = await freeze();
    expect(done.leftOut).toEqual([]);
    expect(done.frozen.map((f) => f.pupilCode)).toEqual(school.pupils.map((p) => p.pupilCode));
    const again = await freeze();
    expect(again).toEqual({ frozen: [], tables: [], alreadyFrozen: 3, leftOut: [] });
    const ids = done.frozen.map((f) => f.recordId);
    const parts = await inSchool(database.db, school.schoolId, (trx) => loadParts(trx, school.schoolId, ids));
    for (const [recordId, part] of parts) {
      const { doc } = readRecord(part.frozenXml, part.annex);
      expect(doc).toMatchObject({
        uuid: recordId,
        training: true,
        issueDate: '2026-05-30',
        createdOn: '2026-05-28',
      });
      expect(doc.subjects.find((s) => s.subject === 'AN')?.teacher.fullName).toBe('Phạm Văn Đàn');
    }
    const [record] = await records();
    expect(record?.plans.map((p) => p.slotId)).toEqual(['gvbm-1', 'gvbm-2', 'gvcn', 'cbql', 'ky-phat-hanh']);
    expect(record?.acts.map((a) => a.act)).toEqual(['freeze']);
  });

  test('leaves out who has a blocking problem, with the reason, and freezes the others', async () => {
    await set([['TOAN.level', null]]);
    const done = await freeze();
    expect(done.frozen).toHaveLength(2);
    expect(done.leftOut).toMatchObject([{ pupilCode: firstPupil().pupilCode }]);
    expect(done.leftOut[0]?.reasons.join(' ')).toContain('Toán');
    await set([['TOAN.level', 'T']]);
    expect(await freeze()).toMatchObject({ alreadyFrozen: 2, frozen: [{ pupilId: firstPupil().pupilId }] });
  });

  const MATH = `item = 'TOAN.level' and pupil_id =`;
  const BEHIND: Readonly<Record<string, (pupilId: string) => string>> = {
    'another value': (id) => `update cell set value = 'H' where ${MATH} '${id}'`,
    'another author': (id) => `update cell set set_by = gen_random_uuid() where ${MATH} '${id}'`,
    'another version': (id) => `update cell set version = 7 where ${MATH} '${id}'`,
    'no act at all': (id) => `delete from cell_act where ${MATH} '${id}'`,
    'taken away': (id) => `delete from cell where item = 'AWARD.text' and pupil_id = '${id}'`,
    'a value of an earlier act put back': (
      id,
    ) => `update cell c set value = a.new_value, version = a.version, seq = a.seq
      from cell_act a where c.item = 'TOAN.level' and c.pupil_id = '${id}'
        and a.item = c.item and a.pupil_id = c.pupil_id and a.version = 2`,
  };
  test.each(Object.keys(BEHIND))('refuses a cell that is not the result of its act: %s', async (how) => {
    const { pupilId, pupilCode } = firstPupil();
    await set([['TOAN.level', 'C']]);
    await set([['TOAN.level', 'T']]);
    // Not the class's last act: without that one nothing can be chained any more, which has its own test.
    await set([['HEIGHT.number', '133']]);
    await database.asOwner(`set session_replication_role = replica; ${BEHIND[how]?.(pupilId)}`);
    const done = await freeze();
    expect(done.frozen).toHaveLength(2);
    expect(done.leftOut).toMatchObject([{ pupilCode }]);
    const said = done.leftOut[0]?.reasons.filter((r) => r.includes('không khớp với lần ghi cuối cùng')) ?? [];
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(how === 'taken away' ? 'Khen thưởng' : 'Toán');
    await set([
      ['TOAN.level', 'T'],
      ['AWARD.text', 'Học sinh Xuất sắc'],
    ]);
    expect(await freeze()).toMatchObject({ alreadyFrozen: 2, frozen: [{ pupilId }] });
  });

  test('a class whose last act was taken away behind the application takes no further act', async () => {
    await set([['TOAN.level', 'T']]);
    await database.asOwner(
      `set session_replication_role = replica; delete from cell_act where seq = (select max(seq) from cell_act)`,
    );
    await expect(set([['TOAN.level', 'H']])).rejects.toThrow('the act before it is not there');
    expect((await freeze()).leftOut).toMatchObject([{ pupilCode: firstPupil().pupilCode }]);
  });

  test('makes records of the profile that the school has chosen', async () => {
    await asApplication(database, school.schoolId, `update school set profile = 'moet-1.0'`);
    expect((await freeze()).leftOut).toEqual([]);
    const [record] = await records();
    expect(record?.profile).toBe('moet-1.0');
    expect(record?.plans.map((p) => p.role)).not.toContain('subjectTeacher');
  });

  test.each([
    ['2026-05-28T01:00:00Z', '2026-05-30'],
    ['2026-05-30T16:59:59Z', '2026-05-30'],
    ['2026-05-30T17:00:00Z', '2026-05-31'],
    ['2026-11-23T18:00:00Z', '2026-11-24'],
  ])('a record frozen at %s says that it is issued on %s: never a day that is past', async (at, day) => {
    const made = await freezeClass(
      { db: database.db, now: () => new Date(at), dataDir: '/nonexistent' },
      school.homeroom,
      school.classId,
    );
    const ids = made.frozen.map((f) => f.recordId);
    const parts = await inSchool(database.db, school.schoolId, (trx) => loadParts(trx, school.schoolId, ids));
    expect(parts.size).toBe(3);
    for (const { frozenXml, annex } of parts.values()) {
      expect(readRecord(frozenXml, annex).doc.issueDate).toBe(day);
    }
  });

  test('a subject without a teacher is named and nothing is frozen', async () => {
    await asApplication(database, school.schoolId, `delete from assignment where subject = 'AN'`);
    const done = await freeze();
    expect(done.frozen).toEqual([]);
    expect(done.leftOut[0]?.reasons.join(' ')).toContain('chưa được phân công');
  });

  test.each(['music', 'principal', 'clerk'] as const)('%s may not', async (who) => {
    await expect(
      freezeClass({ db: database.db, now, dataDir: '/nonexistent' }, school[who], school.classId),
    ).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });

  test('two at once make one record each', async () => {
    const [one, two] = await Promise.all([freeze(), freeze()]);
    expect(one.frozen.length + two.frozen.length).toBe(3);
    expect(await records()).toHaveLength(3);
  });

  test('R-23: no cell of a frozen year changes, not even by SQL as the application', async () => {
    await freeze();
    await expect(set([['TOAN.mark', '9']])).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    'update record set frozen_xml = annex',
    'delete from record',
    'truncate record, record_act, slot',
  ])('as the application: %s is refused', async (statement) => {
    await freeze();
    await expect(
      inSchool(database.db, school.schoolId, (trx) => sql.raw(statement).execute(trx)),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('thaw', () => {
  const thaw = (recordIds: string[], reason = 'Sai điểm Toán') =>
    thawRecords({ db: database.db, now }, school.homeroom, school.classId, { recordIds, reason });

  test('opens the cells; the next freeze has a new UUID', async () => {
    const first = await freeze();
    const old = first.frozen[0]?.recordId ?? '';
    expect(await thaw([old])).toEqual({ thawed: 1, voidedSignatures: 0 });
    await set([['TOAN.mark', '9']]);
    const next = await freeze();
    expect(next.frozen).toHaveLength(1);
    expect(next.frozen[0]?.recordId).not.toBe(old);
    expect(await thaw([old])).toEqual({ thawed: 0, voidedSignatures: 0 });
  });

  test('refuses a record that is not of the class', async () => {
    await freeze();
    await expect(thaw(['6f1f6f0e-5a57-4c0e-9d1c-0a8a3b0a7f10'])).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is the homeroom teacher’s', async () => {
    const done = await freeze();
    const body = { recordIds: [done.frozen[0]?.recordId ?? ''], reason: 'thử' };
    await expect(
      thawRecords({ db: database.db, now }, school.principal, school.classId, body),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
