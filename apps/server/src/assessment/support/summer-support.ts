import { itemName, proposeResult } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireClassStaff, requireHomeroomTeacher } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { lockedOn } from '../../roster/year-locks.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { cellsOf } from '../periods/class-data.ts';
import { periodsOf } from '../periods/periods.ts';
import { chosenPupils, lockedYears } from '../pupil-year/class-pupils.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { filledValues } from '../pupil-year/year-cells.ts';
import { seesWholeClass } from '../sheet/sheet.ts';

/**
 * The summer of a class (TT 27/2020 Điều 11 khoản 1 điểm b): who has not completed the grade, the cells that are assessed
 * again with what they were and are, and the support that is planned. For who sees the whole class.
 */
export async function summerSupport(
  deps: Deps,
  actor: Actor,
  input: { classId: string },
): Promise<z.input<typeof api.summerSupport.response>> {
  const { classId } = input;
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, classId);
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const years = await loadPupilYears(trx, actor.schoolId, classId);
    const periods = await periodsOf(trx, actor.schoolId, classId);
    const today = vietnamDay(deps.now());
    const again = years.pupils.filter((p) => p.toReassess.size > 0);
    const plans = await summerPlansOf(
      trx,
      actor.schoolId,
      years.schoolYear,
      again.map((p) => p.pupilId),
    );
    const may = Map.groupBy(await cellsOf(trx, actor.schoolId, classId, 'CN'), (c) => c.pupilId);
    const summer = Map.groupBy(await cellsOf(trx, actor.schoolId, classId, 'BS'), (c) => c.pupilId);
    const begun = periods.get('CN')?.closed === true || lockedOn(years.locks, 'CN', today) !== null;
    const ended = periods.get('BS')?.closed === true || lockedOn(years.locks, 'BS', today) !== null;
    return {
      className: years.className,
      mayPlan: access.isHomeroomTeacher,
      open: begun && !ended,
      untilOn: years.locks.supplementaryOn,
      pupils: again.map((pupil) => {
        const before = filledValues(may.get(pupil.pupilId) ?? []);
        const since = filledValues(summer.get(pupil.pupilId) ?? []);
        return {
          pupilId: pupil.pupilId,
          ordinal: pupil.ordinal,
          fullName: pupil.fullName,
          cells: [...pupil.toReassess].map((item) => ({
            item,
            title: itemName(item),
            atYearEnd: before.get(item) ?? '',
            inSummer: since.get(item) ?? null,
          })),
          plan: viewOf(plans.get(pupil.pupilId)),
          proposed: proposeResult(years.ruleSet, pupil.assessment, pupil.options).result,
          promotionDecided: pupil.conclusion.promotionDecided,
          frozen: pupil.frozen,
        };
      }),
    };
  });
}

type Plan = NonNullable<z.input<typeof api.summerSupport.response>['pupils'][number]['plan']>;

function viewOf(plan: StoredPlan | undefined): Plan | null {
  if (!plan) return null;
  const { seq: _, ...view } = plan;
  return view;
}

interface StoredPlan extends Plan {
  readonly seq: number;
}

/** The newest plan of each of the pupils who have one. */
export async function summerPlansOf(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
  pupilIds: readonly string[],
): Promise<ReadonlyMap<string, StoredPlan>> {
  if (pupilIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('summer_plan as p')
    .innerJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'p.school_id').onRef('s.staff_id', '=', 'p.planned_by'),
    )
    .select(['p.pupil_id', 'p.seq', 'p.content', 'p.from_on', 'p.until_on', 'p.planned_at', 's.full_name'])
    .where('p.school_id', '=', schoolId)
    .where('p.school_year', '=', schoolYear)
    .where('p.pupil_id', 'in', pupilIds)
    .orderBy('p.seq')
    .execute();
  return new Map(
    rows.map((row) => [
      row.pupil_id,
      {
        seq: row.seq,
        content: row.content,
        fromOn: row.from_on,
        untilOn: row.until_on,
        by: row.full_name,
        at: row.planned_at.toISOString(),
      },
    ]),
  );
}

/**
 * The homeroom teacher plans the support of one pupil; the same plan again writes nothing.
 * @throws Refusal `invalid-input` for who has nothing to be assessed again, or for wrong days; `year-locked` after the
 *   supplementary lock
 */
export async function planSummer(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.planSummer.body>,
): Promise<z.input<typeof api.planSummer.response>> {
  const { content, fromOn, untilOn } = input;
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    const years = await lockedYears(trx, actor, input.classId);
    const [chosen] = chosenPupils(years, [input], 'kế hoạch trong hè', vietnamDay(deps.now()));
    if (!chosen || chosen.pupil.toReassess.size === 0)
      throw wrong('Em này không thuộc diện rèn luyện, đánh giá bổ sung trong hè.');
    if (untilOn < fromOn) throw wrong('Ngày kết thúc không được trước ngày bắt đầu.');
    if (fromOn < years.startsOn || untilOn > years.locks.supplementaryOn)
      throw wrong('Kế hoạch phải nằm trong năm học và xong trước ngày khoá bổ sung.');
    const plans = await summerPlansOf(trx, actor.schoolId, years.schoolYear, [input.pupilId]);
    const before = plans.get(input.pupilId);
    const text = content.normalize('NFC');
    if (before?.content === text && before.fromOn === fromOn && before.untilOn === untilOn)
      return { done: true };
    await trx
      .insertInto('summer_plan')
      .values({
        school_id: actor.schoolId,
        school_year: years.schoolYear,
        pupil_id: input.pupilId,
        seq: (before?.seq ?? 0) + 1,
        content: text,
        from_on: fromOn,
        until_on: untilOn,
        planned_by: actor.staffId,
        planned_at: deps.now(),
      })
      .execute();
    return { done: true };
  });
}

function wrong(sentence: string): Refusal {
  return new Refusal('invalid-input', [sentence]);
}
