import { randomUUID } from 'node:crypto';
import {
  type CellItem,
  groundsText,
  itemName,
  type OverallResult,
  proposeResult,
  RESULT_NAMES,
} from '@hocba/record';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { classAccess, requireClassStaff, requireHomeroomTeacher } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { chosenPupils, lockedYears } from '../pupil-year/class-pupils.ts';
import { groundsOf } from '../pupil-year/pupil-awards.ts';
import type { PupilYear, PupilYears } from '../pupil-year/pupil-year.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { seesWholeClass } from '../sheet/sheet.ts';

type View = z.input<typeof api.yearResults.response>;

/** What the rules propose for each pupil, which cells keep it from being higher, and what persons have decided. */
export async function yearResults(deps: Deps, actor: Actor, input: { classId: string }): Promise<View> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    // Results are made of all subjects: a teacher of one of them has no need to know them.
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const years = await loadPupilYears(trx, actor.schoolId, input.classId);
    return {
      className: years.className,
      mayConfirm: access.isHomeroomTeacher,
      pupils: years.pupils.map((pupil) => {
        const proposal = proposeResult(years.ruleSet, pupil.assessment, pupil.options);
        return {
          pupilId: pupil.pupilId,
          ordinal: pupil.ordinal,
          pupilCode: pupil.pupilCode,
          fullName: pupil.fullName,
          proposed: proposal.result,
          stated: pupil.conclusion.result,
          missing:
            pupil.suspendedOn === null
              ? proposal.missing.map((item) => ({ item, title: itemName(item) }))
              : [],
          blocking: proposal.blocking.map((item) => ({
            item,
            title: itemName(item),
            value: writtenIn(pupil, item),
          })),
          reasons: proposal.reasons.map(({ article, sentence }) => ({ article, sentence })),
          completed: pupil.conclusion.completed,
          promoted: pupil.conclusion.promoted,
          promotionDecided: pupil.conclusion.promotionDecided,
          frozen: pupil.frozen,
          reason: pupil.conclusion.reason,
          grade: pupil.grade,
          award: awardView(pupil),
        };
      }),
    };
  });
}

function awardView({ awards, titles }: PupilYear): View['pupils'][number]['award'] {
  const { grounds, vote, decision } = awards.title;
  return {
    title: titles.title?.title ?? null,
    open: titles.open ? { title: titles.open.title.title, lacking: [...titles.open.lacking] } : null,
    grounds: grounds
      ? {
          subjects: [...grounds.subjects],
          traits: [...grounds.traits],
          text: groundsText(groundsOf(awards.title)),
        }
      : null,
    vote,
    decision,
    rewards: awards.rewards.map(({ rewardId, kind, text, givenOn }) => ({ rewardId, kind, text, givenOn })),
  };
}

function writtenIn(pupil: PupilYear, item: CellItem): string {
  return pupil.values.get(item) ?? '';
}

/** The homeroom teacher's decision on each result. The same decision again adds nothing. */
export async function confirmResults(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.confirmResults.body>,
): Promise<z.input<typeof api.confirmResults.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    const years = await lockedYears(trx, actor, input.classId);
    const chosen = chosenPupils(years, input.results, 'kết quả', vietnamDay(deps.now()));
    // The four conditions leave no room where every cell is there: who states another result says why.
    const unexplained = chosen.filter(({ pupil, wish }) => {
      const { result } = proposeResult(years.ruleSet, pupil.assessment, pupil.options);
      const said = wish.reason !== undefined || pupil.conclusion.result === wish.result;
      return result !== null && result !== wish.result && !said;
    });
    if (unexplained.length > 0) {
      throw new Refusal(
        'invalid-input',
        unexplained.map(({ pupil }) => `${pupil.fullName}: kết quả khác với quy định thì phải ghi lý do.`),
      );
    }
    const fresh = chosen.filter(
      ({ pupil, wish }) => pupil.conclusion.result !== wish.result || pupil.notNoted.includes('result'),
    );
    await append(
      trx,
      actor,
      input.classId,
      fresh.map(({ pupil, wish }) => ({
        pupil_id: pupil.pupilId,
        kind: 'result' as const,
        result: wish.result,
        completed: null,
        promoted: null,
        reason: wish.reason ?? null,
      })),
      deps.now(),
    );
    return { confirmed: chosen.length };
  });
}

/**
 * The principal's decision for pupils who have not completed the grade (TT 27/2020 Điều 11 khoản 1 điểm c). From grade 5 there is
 * no primary grade to go to: it ends by completion alone (khoản 2).
 */
export async function decidePromotion(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.decidePromotion.body>,
): Promise<z.input<typeof api.decidePromotion.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await classAccess(trx, actor, input.classId);
    if (!actor.roles.includes('principal')) throw new Refusal('not-allowed');
    const years = await lockedYears(trx, actor, input.classId);
    const chosen = chosenPupils(years, input.decisions, 'kết quả', vietnamDay(deps.now()));
    const needless = chosen.filter(({ pupil }) => resultOf(years, pupil) !== 'CHT');
    if (needless.length > 0) {
      throw new Refusal(
        'invalid-input',
        needless.map(
          ({ pupil }) =>
            `${pupil.fullName}: kết quả không phải “${RESULT_NAMES.CHT}” nên hiệu trưởng không cần quyết định lên lớp.`,
        ),
      );
    }
    const nowhere = chosen.filter(({ pupil, wish }) => pupil.grade === 5 && wish.promoted);
    if (nowhere.length > 0) {
      throw new Refusal(
        'invalid-input',
        nowhere.map(
          ({ pupil }) =>
            `${pupil.fullName}: chưa hoàn thành chương trình tiểu học thì không có quyết định lên lớp; chỉ ghi được là chưa hoàn thành.`,
        ),
      );
    }
    const fresh = chosen.filter(
      ({ pupil: { conclusion, notNoted }, wish }) =>
        !conclusion.promotionDecided ||
        notNoted.includes('promotion') ||
        conclusion.completed !== wish.completed ||
        conclusion.promoted !== wish.promoted,
    );
    await append(
      trx,
      actor,
      input.classId,
      fresh.map(({ pupil, wish }) => ({
        pupil_id: pupil.pupilId,
        kind: 'promotion' as const,
        result: null,
        completed: wish.completed,
        promoted: wish.promoted,
        reason: wish.reason,
      })),
      deps.now(),
    );
    return { decided: chosen.length };
  });
}

/** The stated result, before there is one the proposed. */
export function resultOf(years: PupilYears, pupil: PupilYear): OverallResult | null {
  return pupil.conclusion.result ?? proposeResult(years.ruleSet, pupil.assessment, pupil.options).result;
}

async function append(
  trx: Transaction<Database>,
  actor: Actor,
  classId: string,
  rows: readonly {
    pupil_id: string;
    kind: 'result' | 'promotion';
    result: string | null;
    completed: boolean | null;
    promoted: boolean | null;
    reason: string | null;
  }[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await trx
    .insertInto('decision')
    .values(
      rows.map((row) => ({
        ...row,
        school_id: actor.schoolId,
        decision_id: randomUUID(),
        class_id: classId,
        decided_by: actor.staffId,
        decided_at: now,
      })),
    )
    .execute();
}
