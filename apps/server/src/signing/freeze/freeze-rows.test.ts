import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../access/binding.ts';
import { confirmResults, decidePromotion } from '../../assessment/results/results.ts';
import { giveReward, withdrawReward } from '../../assessment/results/rewards.ts';
import { decideTitles, proposeTitle, recordVote, withdrawTitle } from '../../assessment/results/titles.ts';
import { decidePlan, setPlan } from '../../assessment/support/education-plans.ts';
import { setAssessmentSettings } from '../../assessment/support/settings.ts';
import { saveClass } from '../../roster/classes.ts';
import { pupilIdentity, setIdentity } from '../../roster/identity.ts';
import { savePupils } from '../../roster/pupils.ts';
import { saveStaff } from '../../roster/staff.ts';
import { inSchool } from '../../store/database.ts';
import type { TestDatabase } from '../../store/testing/cluster.ts';
import { freshSchool, type SmallSchool, setCells } from '../testing/small-school.ts';
import { freezeClass } from './freeze.ts';

let clock: number;
/** Every act a second after the one before it. */
const now = () => {
  clock += 1000;
  return new Date(clock);
};
let database: TestDatabase;
let school: SmallSchool;
let deps: Deps;
let classId: string;
let pupilId: string;
let pupilCode: string;
beforeEach(async () => {
  clock = Date.parse('2026-05-28T01:00:00Z');
  ({ database, school } = await freshSchool());
  deps = { db: database.db, now, dataDir: '/nonexistent', log: () => {} };
  classId = school.classId;
  [{ pupilId, pupilCode }] = school.pupils as [SmallSchool['pupils'][number]];
});
afterEach(() => database.drop());

const freeze = () => freezeClass(deps, school.homeroom, classId);
/** As superuser; its triggers, too, unless they are left on. */
const behind = (statement: string, triggers: 'off' | 'on' = 'off') =>
  database.asOwner(`${triggers === 'off' ? 'set session_replication_role = replica; ' : ''}${statement}`);
async function reasons(): Promise<string[]> {
  const { leftOut } = await freeze();
  return leftOut.flatMap((one) => (one.pupilId === pupilId ? one.reasons : [`${one.pupilCode} too`]));
}
const said = (what: string) => expect.stringMatching(new RegExp(`^${what}: dữ liệu đang lưu không khớp`));
const whole = async () => expect((await freeze()).leftOut).toEqual([]);

const confirm = (result: 'HTXS' | 'HTT' | 'HT' | 'CHT') =>
  confirmResults(deps, school.homeroom, {
    classId,
    results: [{ pupilId, result, reason: 'Đã đối chiếu với sổ' }],
  });
const promote = (promoted: boolean) =>
  decidePromotion(deps, school.principal, {
    classId,
    decisions: [{ pupilId, completed: false, promoted, reason: 'Đã đối chiếu với sổ' }],
  });
async function titled(): Promise<void> {
  const { homeroom, principal } = school;
  await proposeTitle(deps, homeroom, { classId, pupilId, subjects: ['TOAN'], traits: [] });
  await recordVote(deps, homeroom, {
    classId,
    heldOn: '2026-05-20',
    votes: [{ pupilId, recognised: true }],
  });
  await decideTitles(deps, principal, { classId, decisions: [{ pupilId, granted: true }] });
}
const reward = (text: string) =>
  giveReward(deps, school.principal, { classId, pupilId, kind: 'sudden', text, givenOn: '2026-05-02' });
const withdraw = (rewardId: string) =>
  withdrawReward(deps, school.principal, { classId, rewardId, reason: 'Ghi nhầm' });

test('what the application writes is as noted, whatever it is', async () => {
  await reward('Cứu bạn “bị ngã” \\ sông');
  await withdraw((await reward('Giải Nhì')).rewardId);
  await setPlan(deps, school.homeroom, {
    classId,
    pupilId,
    kind: 'adjusted',
    subjects: [],
    tests: [],
    traits: [],
  });
  await setAssessmentSettings(deps, school.principal, { electivesLower: true });
  await whole();
});

describe('a row changed behind the application is refused until who answers for it sets it anew:', () => {
  test.each<[string, () => string, 'on' | 'off']>([
    ['changed', () => `update pupil set birth_date = '2015-01-01' where pupil_id = '${pupilId}'`, 'on'],
    [
      'emptied',
      () => `update pupil set mother_name = null, mother_absence = 'Trích lục' where pupil_id = '${pupilId}'`,
      'off',
    ],
  ])('who the pupil is, %s', async (_, change, triggers) => {
    await behind(change(), triggers);
    expect(await reasons()).toContainEqual(said('Lý lịch của em'));
    // To save another field of the list does not make it right.
    await savePupils(deps, school.homeroom, { classId, pupils: [{ pupilCode, address: 'Xã Khác' }] });
    expect(await reasons()).toContainEqual(said('Lý lịch của em'));
    const { facts, problems } = await pupilIdentity(deps, school.clerk, { pupilId });
    expect(problems.map(({ code }) => code)).toContain('row-not-noted');
    await setIdentity(deps, school.clerk, {
      pupilId,
      facts: { ...facts, birthDate: '2016-03-02', motherName: 'Trần Thị Mẫu', motherAbsence: '' },
      reason: 'Đã đối chiếu giấy khai sinh',
    });
    await whole();
  });

  test('who the pupil is, put right by SQL too: who looks through it and saves it confirms it', async () => {
    await behind(`update pupil set home_town = 'Tỉnh Khác' where pupil_id = '${pupilId}'`);
    const { facts } = await pupilIdentity(deps, school.clerk, { pupilId });
    const save = () => setIdentity(deps, school.clerk, { pupilId, facts, reason: 'Đã đối chiếu' });
    await save();
    await whole();
    await expect(save()).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test.each<[string, () => string]>([
    ['changed', () => `update decision set result = 'HT' where pupil_id = '${pupilId}'`],
    [
      'another author',
      () => `update decision set decided_by = gen_random_uuid() where pupil_id = '${pupilId}'`,
    ],
    ['taken away', () => `delete from decision where pupil_id = '${pupilId}'`],
    [
      'added',
      () => `insert into decision select school_id, gen_random_uuid(), class_id, pupil_id, kind, result, completed, promoted, null,
        decided_by, decided_at + interval '1 day' from decision where pupil_id = '${pupilId}'`,
    ],
  ])('the result, %s', async (_, change) => {
    await behind(change(), 'off');
    expect(await reasons()).toContainEqual(said('Kết quả giáo dục cuối năm'));
    await confirm('HTXS');
    await whole();
  });

  test('the result, of which an earlier one is put back by taking the newer away', async () => {
    await confirm('HT');
    await behind(`delete from decision where pupil_id = '${pupilId}' and result = 'HT'`);
    expect(await reasons()).toContainEqual(said('Kết quả giáo dục cuối năm'));
  });

  test('an earlier result, which counts no longer, refuses nothing', async () => {
    await confirm('HT');
    await confirm('HTXS');
    await behind(`update decision set reason = 'x' where pupil_id = '${pupilId}' and result = 'HT'`);
    await whole();
  });

  test.each<[string, () => string]>([
    [
      'turned',
      () => `update decision set promoted = true where pupil_id = '${pupilId}' and kind = 'promotion'`,
    ],
    ['taken away', () => `delete from decision where pupil_id = '${pupilId}' and kind = 'promotion'`],
    [
      'made up',
      () => `insert into decision select school_id, gen_random_uuid(), class_id, pupil_id, 'promotion', null, true, true, 'x',
        decided_by, decided_at + interval '1 millisecond' from decision where pupil_id = '${pupilId}' and kind = 'promotion'`,
    ],
  ])('the principal’s decision on promotion, %s', async (_, change) => {
    await confirm('CHT');
    await promote(false);
    expect((await reasons()).join()).not.toContain('không khớp');
    await behind(change());
    expect(await reasons()).toContainEqual(said('Quyết định lên lớp hay ở lại'));
    await promote(false);
    expect((await reasons()).join()).not.toContain('không khớp');
  });

  test.each<[string, string]>([
    ['grounds changed', `update title_act set subjects = '{TV}' where act = 'propose'`],
    ['vote turned', `update title_act set recognised = false where act = 'vote'`],
    ['decision taken away', `delete from title_act where act = 'grant'`],
    ['decision turned', `update title_act set act = 'refuse', reason = 'x' where act = 'grant'`],
    ['withdrawn', `update title_act set act = 'withdraw' where act = 'grant'`],
  ])('a title, %s', async (_, change) => {
    await inSchool(database.db, school.schoolId, (trx) =>
      setCells(trx, { ...school, pupilId, staffId: school.homeroom.staffId }, [
        ['TNXH.level', null],
        ['AWARD.text', null],
        ['KHOA_HOC.level', 'H'],
      ]),
    );
    await confirm('HTT');
    await titled();
    expect((await reasons()).join()).not.toContain('không khớp');
    await behind(change);
    expect(await reasons()).toContainEqual(said('Danh hiệu khen thưởng'));
    await withdrawTitle(deps, school.homeroom, { classId, pupilId });
    await titled();
    expect((await reasons()).join()).not.toContain('không khớp');
  });

  test('a reward, changed, made up, and its withdrawal taken away', async () => {
    const { rewardId } = await reward('Cứu bạn');
    await behind(`update reward set text = 'Giải Nhất cấp tỉnh' where reward_id = '${rewardId}'`);
    expect(await reasons()).toEqual([said('Khen thưởng đã ghi cho em')]);
    await withdraw(rewardId);
    await reward('Cứu bạn');
    await behind(`create table kept as select * from reward_withdrawal; delete from reward_withdrawal`);
    expect(await reasons()).toEqual([said('Khen thưởng đã ghi cho em')]);
    await behind(`insert into reward_withdrawal select * from kept`);
    const made = randomUUID();
    await behind(
      `insert into reward select school_id, '${made}', school_year, pupil_id, kind, text, given_on, recorded_by, recorded_at
       from reward where text = 'Cứu bạn'`,
    );
    expect(await reasons()).toEqual([said('Khen thưởng đã ghi cho em')]);
    await withdraw(made);
    await whole();
  });

  test('a plan that lifts cells, made up or put back', async () => {
    const plan = { classId, pupilId, kind: 'individual', subjects: ['AN'], tests: [], traits: [] } as const;
    await setPlan(deps, school.homeroom, { ...plan, subjects: ['AN'], tests: [], traits: [] });
    await decidePlan(deps, school.principal, { classId, pupilId, act: 'confirm' });
    await decidePlan(deps, school.principal, { classId, pupilId, act: 'withdraw' });
    await behind(`delete from education_plan where act = 'withdraw'`);
    expect(await reasons()).toContainEqual(said('Kế hoạch giáo dục của em'));
    await decidePlan(deps, school.principal, { classId, pupilId, act: 'withdraw' });
    await whole();
  });

  test('a year at another school', async () => {
    const values = `values (${school.schoolId}, '${pupilId}', '2024-2025', 'Trường Tiểu học Nơi Cũ', '3B', 3, '2024-09-05', 'HT', true)`;
    await inSchool(database.db, school.schoolId, (trx) =>
      sql.raw(`insert into study_year ${values}`).execute(trx),
    );
    await behind(`update study_year set school_name = 'Trường Khác'`);
    expect(await reasons()).toEqual([said('Quá trình học tập của em ở trường khác')]);
    // Nobody sets it anew: the row comes back from a backup.
    await behind(`update study_year set school_name = 'Trường Tiểu học Nơi Cũ'`);
    await whole();
  });

  test('what the school decided on electives', async () => {
    await setAssessmentSettings(deps, school.principal, { electivesLower: false });
    await behind(`update assessment_setting set electives_lower = true`);
    expect((await freeze()).frozen).toEqual([]);
    await setAssessmentSettings(deps, school.principal, { electivesLower: false });
    await whole();
  });

  test.each<[string, () => string, string]>([
    ['a school’s name', () => `update school set name = 'Trường Khác'`, 'Thông tin của trường'],
    ['a school’s number', () => `update school set tax_code = '0300000009'`, 'Thông tin của trường'],
    [
      'a day of the year',
      () => `update school_year set planned_issue_date = '2026-06-20'`,
      'Các ngày của năm học',
    ],
    [
      'a lock moved',
      () => `insert into year_lock_act (school_id, school_year, seq, main_lock_on, supplementary_lock_on, reason, acted_by, acted_at)
        values (${school.schoolId}, '2025-2026', 1, '2026-06-30', '2026-08-30', 'x', '${school.principal.staffId}', now())`,
      'Ngày khoá sổ của năm học',
    ],
    ['the class’s name', () => `update class set name = '4Z'`, 'Tên lớp và giáo viên chủ nhiệm'],
    [
      'who teaches',
      () => `update assignment set staff_id = '${school.principal.staffId}' where subject = 'AN'`,
      'Phân công giáo viên của lớp',
    ],
    [
      'who teaches, an entry more',
      () => `insert into assignment (school_id, class_id, subject, staff_id, assigned_at)
        values (${school.schoolId}, '${classId}', 'NN1X', '${school.music.staffId}', now())`,
      'Phân công giáo viên của lớp',
    ],
    [
      'the principal',
      () => `update staff_role set staff_id = '${school.clerk.staffId}' where role = 'principal'`,
      'Vai hiệu trưởng',
    ],
    [
      'the principal’s number',
      () => `update staff set personal_id = '079080000077' where staff_id = '${school.principal.staffId}'`,
      'Hồ sơ nhân sự của Đỗ Thị Ánh',
    ],
    [
      'a teacher’s name',
      () => `update staff set full_name = 'Người Khác' where staff_id = '${school.music.staffId}'`,
      'Hồ sơ nhân sự của Người Khác',
    ],
  ])('%s: of nobody of the class, until it is as it was', async (_, change, what) => {
    const tables = ['school', 'school_year', 'year_lock_act', 'class', 'assignment', 'staff_role', 'staff'];
    await behind(tables.map((t) => `create table kept_${t} as select * from ${t}`).join(';'));
    await behind(change());
    const { frozen, leftOut } = await freeze();
    expect(frozen).toEqual([]);
    for (const { reasons } of leftOut) expect(reasons).toContainEqual(said(what));
    await behind(tables.map((t) => `delete from ${t}; insert into ${t} select * from kept_${t}`).join(';'));
    await whole();
  });

  test('the class’s homeroom teacher, by whom the class is saved again', async () => {
    const { homeroom, music, schoolYear } = school;
    await behind(`update class set homeroom_staff_id = '${music.staffId}'`);
    const byAccomplice = await freezeClass(deps, music, classId);
    expect(byAccomplice.frozen).toEqual([]);
    const assigned = await inSchool(database.db, school.schoolId, (trx) =>
      trx.selectFrom('assignment').select(['subject', 'staff_id']).where('class_id', '=', classId).execute(),
    );
    const assignments = assigned.map(({ subject, staff_id: staffId }) => ({
      subject: subject as 'TOAN',
      staffId,
    }));
    const homeroomStaffId = homeroom.staffId;
    await saveClass(deps, school.clerk, {
      classId,
      schoolYear,
      name: '4A',
      grade: 4,
      homeroomStaffId,
      assignments,
    });
    await whole();
  });

  test('who signs, whose number is written again, and only with it', async () => {
    const { staffId } = school.music;
    await behind(`update staff set personal_id = '079080000077' where staff_id = '${staffId}'`);
    const person = { staffId, staffCode: 'NV2', fullName: 'Phạm Văn Đàn', title: 'Giáo viên' };
    await inSchool(database.db, school.schoolId, (trx) =>
      trx
        .insertInto('staff_role')
        .values({ school_id: school.schoolId, staff_id: school.clerk.staffId, role: 'admin' })
        .execute(),
    );
    const save = (more: { personalId?: string }) =>
      saveStaff(deps, school.clerk, { ...person, roles: ['teacher'], ...more });
    await save({});
    expect((await freeze()).frozen).toEqual([]);
    await save({ personalId: '079080000002' });
    await whole();
  });

  test.each<[string, () => string]>([
    [
      'the day on which the pupil came',
      () => `update enrolment set arrived_on = '2026-01-05' where pupil_id = '${pupilId}'`,
    ],
    [
      'a status of the pupil',
      () => `insert into pupil_status (school_id, status_id, pupil_id, status, since, reason, set_by, set_at)
        values (${school.schoolId}, gen_random_uuid(), '${pupilId}', 'studying', '2026-02-01', 'x', '${school.clerk.staffId}', now())`,
    ],
    ['the class of an earlier year', () => `update class set name = '3X' where school_year = '2024-2025'`],
  ])('%s', async (_, change) => {
    const { schoolId } = school;
    const earlier = randomUUID();
    await inSchool(database.db, schoolId, async (trx) => {
      await sql
        .raw(`insert into school_year (school_id, school_year, starts_on, ends_on, planned_issue_date)
          values (${schoolId}, '2024-2025', '2024-09-05', '2025-05-31', '2025-05-30')`)
        .execute(trx);
      await sql
        .raw(
          `insert into class (school_id, class_id, school_year, name, grade) values (${schoolId}, '${earlier}', '2024-2025', '3A', 3)`,
        )
        .execute(trx);
      await sql
        .raw(`insert into enrolment (school_id, class_id, pupil_id, ordinal, grade, arrived_on)
          values (${schoolId}, '${earlier}', '${pupilId}', 1, 3, '2024-09-05')`)
        .execute(trx);
    });
    await behind(change());
    expect(await reasons()).toEqual([said('Lớp học, quá trình học và tình trạng của em ở trường')]);
  });

  test('a note taken out of the trail with its row', async () => {
    await confirm('HT');
    await behind(
      `delete from audit_event where seq = (select max(seq) from audit_event); delete from decision where result = 'HT'`,
    );
    // As before the act: that it was there is the audit's to find, by the trail's chain.
    await whole();
  });
});
