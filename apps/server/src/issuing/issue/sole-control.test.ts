import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { resumeSigning, startSigning } from '../../signing/batch/batch.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { workThrough } from '../../signing/batch/work.ts';
import { inSchool } from '../../store/database.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';

/** A key is used when, and only as long as, its owner wants it to be. */
let house: TestHouse;
beforeEach(async () => {
  house = await makeHouse({ pupils: 2 });
  await house.freeze();
});
afterEach(() => house.close());

const never = new AbortController().signal;

async function begin(role: 'subjectTeacher' | 'homeroomTeacher' | 'principal' | 'schoolSeal', actor: Actor) {
  const { batchId } = await startSigning(house.work, actor, { role, classIds: [house.school.classId] });
  return { schoolId: house.school.schoolId, batchId };
}

async function upTo(role: 'principal' | 'schoolSeal'): Promise<void> {
  const { school } = house;
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  await house.sign('homeroomTeacher', school.homeroom);
  if (role === 'schoolSeal') await house.sign('principal', school.principal);
}

describe('resume', () => {
  test.each(['clerk', 'principal'] as const)(
    'the %s may look at another’s batch, not resume it',
    async (who) => {
      const { batchId } = await begin('subjectTeacher', house.school.music);
      const other = house.school[who];
      await expect(resumeSigning(house.work, other, batchId)).rejects.toMatchObject({ code: 'not-allowed' });
      expect(await signingProgress(house.work, other, batchId)).toMatchObject({ total: 2, signed: 0 });
      expect(await resumeSigning(house.work, house.school.music, batchId)).toEqual({ batchId, remaining: 2 });
    },
  );

  test('for a teacher who did not ask for it the batch does not exist', async () => {
    const { batchId } = await begin('subjectTeacher', house.school.music);
    await expect(resumeSigning(house.work, house.school.homeroom, batchId)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('asked again before each portion', () => {
  async function expectAllRefused(actor: Actor, job: { schoolId: string; batchId: string }): Promise<void> {
    await workThrough(house.work, job, never);
    const progress = await signingProgress(house.work, actor, job.batchId);
    expect(progress).toMatchObject({ total: 2, signed: 0, finished: true });
    expect(progress.refused).toHaveLength(2);
    for (const { reason } of progress.refused) expect(reason).toContain('vai trò');
  }

  test('a disabled account signs nothing any more', async () => {
    const { music } = house.school;
    const job = await begin('subjectTeacher', music);
    await house.database.asOwner(
      `update account set disabled_at = now() where staff_id = '${music.staffId}'`,
    );
    await expectAllRefused(music, job);
  });

  test('nor does who has no account', async () => {
    const { music } = house.school;
    const job = await begin('subjectTeacher', music);
    await house.database.asOwner(`delete from account where staff_id = '${music.staffId}'`);
    await expectAllRefused(music, job);
  });

  test.each([
    ['principal', 'principal'],
    ['schoolSeal', 'clerk'],
  ] as const)('as %s signs only who still is it', async (role, who) => {
    await upTo(role);
    const actor = house.school[who];
    const job = await begin(role, actor);
    await inSchool(house.work.db, job.schoolId, (trx) =>
      trx
        .updateTable('staff_role')
        .set({ role: 'teacher' })
        .where('school_id', '=', job.schoolId)
        .where('staff_id', '=', actor.staffId)
        .execute(),
    );
    await expectAllRefused(actor, job);
  });

  test('what was refused so can be signed by who holds the role', async () => {
    await upTo('schoolSeal');
    const { clerk, principal } = house.school;
    const job = await begin('schoolSeal', clerk);
    await house.database.asOwner(
      `update account set disabled_at = now() where staff_id = '${clerk.staffId}'`,
    );
    await expectAllRefused(clerk, job);
    await house.database.asOwner(`insert into staff_role (school_id, staff_id, role)
      values (${job.schoolId}, '${principal.staffId}', 'clerk')`);
    const next = await house.sign('schoolSeal', { ...principal, roles: ['principal', 'clerk'] });
    expect(await signingProgress(house.work, principal, next)).toMatchObject({ signed: 2, issued: 2 });
  });
});
