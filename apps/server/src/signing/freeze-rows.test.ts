import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '../access/binding.ts';
import { decidePlan, setPlan } from '../assessment/education-plans.ts';
import { confirmResults, decidePromotion } from '../assessment/results.ts';
import { giveReward, withdrawReward } from '../assessment/rewards.ts';
import { setAssessmentSettings } from '../assessment/settings.ts';
import { decideTitles, proposeTitle, recordVote, withdrawTitle } from '../assessment/titles.ts';
import { pupilIdentity, setIdentity } from '../roster/identity.ts';
import { savePupils } from '../roster/pupils.ts';
import { inSchool } from '../store/database.ts';
import type { TestDatabase } from '../store/testing/cluster.ts';
import { freezeClass } from './freeze.ts';
import { freshSchool, type SmallSchool, setCells } from './testing/small-school.ts';

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

  test('a note taken out of the trail with its row', async () => {
    await confirm('HT');
    await behind(
      `delete from audit_event where seq = (select max(seq) from audit_event); delete from decision where result = 'HT'`,
    );
    // As before the act: that it was there is the audit's to find, by the trail's chain.
    await whole();
  });
});
