import { checkPeriod, type Problem, ruleSetFor } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { type ClassAccess, classAccess, requireHomeroomTeacher, requireRole } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../roster/class-lock.ts';
import { lockedOn, locksOf } from '../../roster/year-locks.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { cellsOf, pupilsOf } from '../periods/class-data.ts';
import { type CellPeriod, periodsOf } from '../periods/periods.ts';
import { exemptOf, plansOf } from '../periods/plans.ts';
import { sittingsOf } from '../periods/retests.ts';
import { lockedSentence } from '../periods/year-lock.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { assessmentOf, attemptsOf, filledValues } from '../pupil-year/year-cells.ts';

/** At most this many of the things that lack are told one by one. */
const TOLD = 20;

/**
 * Closes a period of the class: from then on its cells refuse changes. What lacks forbids it unless the homeroom teacher
 * says why it is closed all the same (a pupil who came in the middle of the year has no earlier periods here).
 * @throws Refusal `period-incomplete` naming what lacks; `period-closed` if it is closed already
 */
export async function closePeriod(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.closePeriod.body>,
): Promise<z.input<typeof api.closePeriod.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireHomeroomTeacher(trx, actor, input.classId);
    await lockClass(trx, actor.schoolId, input.classId);
    const state = (await periodsOf(trx, actor.schoolId, input.classId)).get(input.period);
    if (state?.closed) throw new Refusal('period-closed');
    if (input.reason === undefined) {
      const lacks = await lackingIn(trx, actor.schoolId, access, input.period);
      if (lacks.length > 0) {
        const more = lacks.length - TOLD;
        throw new Refusal('period-incomplete', [
          ...lacks.slice(0, TOLD),
          ...(more > 0 ? [`và ${more} điều khác`] : []),
        ]);
      }
    }
    return append(trx, actor, input, 'close', state?.seq ?? 0, deps.now());
  });
}

/**
 * Opens a closed period again, with the principal's reason. A period that is open stays so and nothing is written.
 * @throws Refusal `year-locked` once the school year's lock has passed: nothing could be entered, the lock moves first
 */
export async function reopenPeriod(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.reopenPeriod.body>,
): Promise<z.input<typeof api.reopenPeriod.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const { schoolYear } = await classAccess(trx, actor, input.classId);
    requireRole(actor, 'principal');
    await lockClass(trx, actor.schoolId, input.classId);
    const locks = await locksOf(trx, actor.schoolId, schoolYear);
    const lock = lockedOn(locks, input.period, vietnamDay(deps.now()));
    if (lock !== null) throw new Refusal('year-locked', [lockedSentence(input.period, lock)]);
    const state = (await periodsOf(trx, actor.schoolId, input.classId)).get(input.period);
    if (!state?.closed) return { period: input.period, closed: false };
    return append(trx, actor, input, 'reopen', state.seq, deps.now());
  });
}

async function append(
  trx: Transaction<Database>,
  actor: Actor,
  input: { classId: string; period: CellPeriod; reason?: string | undefined },
  act: 'close' | 'reopen',
  after: number,
  now: Date,
): Promise<{ period: CellPeriod; closed: boolean }> {
  await trx
    .insertInto('period_act')
    .values({
      school_id: actor.schoolId,
      class_id: input.classId,
      period: input.period,
      seq: after + 1,
      act,
      reason: input.reason ?? null,
      acted_by: actor.staffId,
      acted_at: now,
    })
    .execute();
  return { period: input.period, closed: act === 'close' };
}

/** What lacks or is wrong in a period, a sentence for each, in the order of pupils and of the form. */
async function lackingIn(
  trx: Transaction<Database>,
  schoolId: string,
  access: ClassAccess,
  period: CellPeriod,
): Promise<string[]> {
  if (period === 'BS') {
    const { pupils } = await loadPupilYears(trx, schoolId, access.classId);
    return pupils
      .filter((pupil) => pupil.toReassess.size > 0 && !pupil.reassessed && pupil.suspendedOn === null)
      .map((pupil) => `${pupil.ordinal}. ${pupil.fullName}: chưa được đánh giá bổ sung.`);
  }
  const ruleSet = ruleSetFor(access.schoolYear);
  const cells = Map.groupBy(await cellsOf(trx, schoolId, access.classId, period), (c) => c.pupilId);
  const plans = await plansOf(trx, schoolId, access.classId);
  const sittings = await sittingsOf(trx, schoolId, access.classId, period);
  const present = (await pupilsOf(trx, schoolId, access.classId)).filter((p) => p.suspendedOn === null);
  return present.flatMap((pupil) => {
    const values = filledValues(cells.get(pupil.pupilId) ?? []);
    const problems: Problem[] = checkPeriod({
      ruleSet,
      period,
      assessment: assessmentOf(pupil.grade, values),
      options: { exempt: exemptOf(plans, pupil) },
      attempts: attemptsOf(sittings.filter((s) => s.pupilId === pupil.pupilId)),
    });
    return problems
      .filter((p) => p.severity === 'blocking')
      .map((p) => `${pupil.ordinal}. ${pupil.fullName}: ${p.message}`);
  });
}
