import { type AwardTitle, lackingGrounds, RESULT_NAMES, subjectsOf, traitsOf } from '@hocba/record';
import type { Insertable, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { classAccess, requireHomeroomTeacher, requireRole } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { TitleActTable } from '../../store/tables/award.ts';
import type { Database } from '../../store/tables.ts';
import { chosenPupils, lockedYears } from '../pupil-year/class-pupils.ts';
import { groundsOf } from '../pupil-year/pupil-awards.ts';
import type { PupilYear, PupilYears } from '../pupil-year/pupil-year.ts';
import { resultOf } from './results.ts';

/**
 * HS Tiêu biểu (TT 27/2020 Điều 13 khoản 1 điểm a): the homeroom teacher proposes with its grounds, the class recognises,
 * the principal decides. HS Xuất sắc follows from the result alone and has no act.
 */
const WHAT = 'khen thưởng';

/** @throws Refusal `invalid-input` where the result allows no such title, or the pupil's grade has not the grounds named */
export async function proposeTitle(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.proposeTitle.body>,
): Promise<{ done: true }> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    const { years, pupil } = await one(trx, deps, actor, input);
    titleOf(years, pupil);
    const subjects = [...new Set(input.subjects)];
    const traits = [...new Set(input.traits)];
    const strange =
      subjects.some((code) => !subjectsOf(pupil.grade).some((s) => s.code === code)) ||
      traits.some((code) => !traitsOf(pupil.grade).some((t) => t.code === code));
    if (strange) throw wrong('Có môn học hoặc phẩm chất, năng lực mà lớp của em không có. Hãy chọn lại.');
    if (subjects.length + traits.length === 0) {
      throw wrong('Chọn ít nhất một môn có thành tích nổi bật, hoặc một phẩm chất, năng lực tiến bộ rõ rệt.');
    }
    await append(trx, deps, actor, years, [{ pupil, act: 'propose', subjects, traits }]);
    return { done: true };
  });
}

/** Takes a proposal back, also one that has been decided. Without any nothing is written. */
export async function withdrawTitle(
  deps: Deps,
  actor: Actor,
  input: { classId: string; pupilId: string },
): Promise<{ done: true }> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    const { years, pupil } = await one(trx, deps, actor, input);
    if (pupil.awards.title.grounds !== null)
      await append(trx, deps, actor, years, [{ pupil, act: 'withdraw' }]);
    return { done: true };
  });
}

/** The class's vote on pupils who have been proposed; the same vote again writes nothing. */
export async function recordVote(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.recordVote.body>,
): Promise<{ done: true }> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    const years = await lockedYears(trx, actor, input.classId);
    const today = vietnamDay(deps.now());
    const chosen = chosenPupils(years, input.votes, WHAT, today);
    if (input.heldOn > today || input.heldOn < years.startsOn)
      throw wrong('Ngày lớp bình xét phải nằm trong năm học và không sau hôm nay.');
    const bare = chosen.filter(({ pupil }) => pupil.awards.title.grounds === null);
    if (bare.length > 0) {
      throw new Refusal(
        'invalid-input',
        bare.map(
          ({ pupil }) => `${pupil.fullName}: chưa có đề nghị của giáo viên chủ nhiệm để lớp bình xét.`,
        ),
      );
    }
    await append(
      trx,
      deps,
      actor,
      years,
      chosen
        .filter(({ pupil: { awards }, wish }) => {
          const { vote } = awards.title;
          return vote?.recognised !== wish.recognised || vote.heldOn !== input.heldOn;
        })
        .map(({ pupil, wish }) => ({
          pupil,
          act: 'vote' as const,
          recognised: wish.recognised,
          held_on: input.heldOn,
        })),
    );
    return { done: true };
  });
}

/** The principal's decision, on all or none; granted only where result, grounds and vote allow it. */
export async function decideTitles(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.decideTitles.body>,
): Promise<{ decided: number }> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await classAccess(trx, actor, input.classId);
    requireRole(actor, 'principal');
    const years = await lockedYears(trx, actor, input.classId);
    const chosen = chosenPupils(years, input.decisions, WHAT, vietnamDay(deps.now()));
    const faults = chosen.flatMap(({ pupil, wish }) => {
      if (pupil.awards.title.grounds === null) return [`${pupil.fullName}: chưa có đề nghị danh hiệu.`];
      if (!wish.granted) return wish.reason ? [] : [`${pupil.fullName}: không công nhận thì phải ghi lý do.`];
      const lacking = lackingGrounds(titleOf(years, pupil), groundsOf(pupil.awards.title));
      return lacking.length > 0 ? [`${pupil.fullName}: còn thiếu ${lacking.join('; ')}.`] : [];
    });
    if (faults.length > 0) throw new Refusal('invalid-input', faults);
    const fresh = chosen.filter(({ pupil, wish }) => pupil.awards.title.decision?.granted !== wish.granted);
    await append(
      trx,
      deps,
      actor,
      years,
      fresh.map(({ pupil, wish }) => ({
        pupil,
        act: wish.granted ? ('grant' as const) : ('refuse' as const),
        reason: wish.reason ?? null,
      })),
    );
    return { decided: chosen.length };
  });
}

/** The title that needs grounds and that the pupil's result allows. @throws Refusal `invalid-input` */
function titleOf(years: PupilYears, pupil: PupilYear): AwardTitle {
  const result = resultOf(years, pupil);
  const title = years.ruleSet.awards.find((a) => a.needsGrounds && a.result === result);
  if (title) return title;
  const open = years.ruleSet.awards.filter((a) => a.needsGrounds);
  throw wrong(
    ...open.map(
      (a) => `${pupil.fullName}: danh hiệu ${a.title} chỉ dành cho em đạt ${RESULT_NAMES[a.result]}.`,
    ),
  );
}

async function one(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  input: { classId: string; pupilId: string },
): Promise<{ years: PupilYears; pupil: PupilYear }> {
  const years = await lockedYears(trx, actor, input.classId);
  const [chosen] = chosenPupils(years, [{ pupilId: input.pupilId }], WHAT, vietnamDay(deps.now()));
  if (!chosen) throw new Refusal('not-found');
  return { years, pupil: chosen.pupil };
}

type NewAct = { readonly pupil: PupilYear } & Pick<Insertable<TitleActTable>, 'act'> &
  Partial<Pick<Insertable<TitleActTable>, 'subjects' | 'traits' | 'recognised' | 'held_on' | 'reason'>>;

async function append(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  years: PupilYears,
  acts: readonly NewAct[],
): Promise<void> {
  if (acts.length === 0) return;
  await trx
    .insertInto('title_act')
    .values(
      acts.map(({ pupil, ...act }) => ({
        ...act,
        school_id: actor.schoolId,
        school_year: years.schoolYear,
        pupil_id: pupil.pupilId,
        seq: pupil.awards.title.seq + 1,
        acted_by: actor.staffId,
        acted_at: deps.now(),
      })),
    )
    .execute();
}

function wrong(...sentences: string[]): Refusal {
  return new Refusal('invalid-input', sentences);
}
