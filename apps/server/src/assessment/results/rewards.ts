import { randomUUID } from 'node:crypto';
import { awardsNamed, namesLetter, parseCell } from '@hocba/record';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { classAccess, requireHomeroomTeacher, requireRole } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { chosenPupils, lockedYears } from '../pupil-year/class-pupils.ts';

type Given = z.output<typeof api.giveReward.body>;

/**
 * Records a reward of the year beside the titles: sudden ones and those from above are written in the record (TT 27/2020
 * Điều 13 khoản 1 điểm b, khoản 2), letters of praise are none and stay out of it (khoản 3). The principal records every
 * kind, the homeroom teacher a letter.
 * @throws Refusal `invalid-input`; `year-locked`; `not-allowed`
 */
export async function giveReward(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & Given,
): Promise<z.input<typeof api.giveReward.response>> {
  const { kind, givenOn } = input;
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    if (actor.roles.includes('principal')) await classAccess(trx, actor, input.classId);
    else if (kind === 'letter') await requireHomeroomTeacher(trx, actor, input.classId);
    else requireRole(actor, 'principal');
    const years = await lockedYears(trx, actor, input.classId);
    const today = vietnamDay(deps.now());
    // A letter changes no record: neither its freeze nor the year's lock stands against it.
    if (kind !== 'letter') chosenPupils(years, [input], 'khen thưởng', today);
    else if (!years.pupils.some((p) => p.pupilId === input.pupilId))
      throw wrong('Học sinh này không thuộc danh sách hiện nay của lớp.');
    const parsed = parseCell('SUDDEN_AWARD.text', input.text);
    if (!parsed.ok) throw wrong(parsed.message);
    if (/\n/.test(parsed.value)) throw wrong('Ghi nội dung khen thưởng trên một dòng.');
    if (givenOn > today || givenOn < years.startsOn)
      throw wrong('Ngày khen thưởng phải nằm trong năm học và không sau hôm nay.');
    if (kind !== 'letter' && namesLetter(parsed.value))
      throw wrong('Thư khen không ghi vào học bạ; hãy chọn loại “Thư khen”.');
    if (kind !== 'letter' && awardsNamed(years.ruleSet, parsed.value).length > 0)
      throw wrong('Danh hiệu cuối năm không ghi ở đây: danh hiệu theo kết quả và theo đề nghị của lớp.');
    const rewardId = randomUUID();
    await trx
      .insertInto('reward')
      .values({
        school_id: actor.schoolId,
        reward_id: rewardId,
        school_year: years.schoolYear,
        pupil_id: input.pupilId,
        kind,
        text: parsed.value,
        given_on: givenOn,
        recorded_by: actor.staffId,
        recorded_at: deps.now(),
      })
      .execute();
    return { rewardId };
  });
}

/** The principal takes back what was recorded by mistake; the record and the withdrawal both stay. */
export async function withdrawReward(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.withdrawReward.body>,
): Promise<z.input<typeof api.withdrawReward.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await classAccess(trx, actor, input.classId);
    requireRole(actor, 'principal');
    const years = await lockedYears(trx, actor, input.classId);
    const pupil = years.pupils.find((p) => p.awards.rewards.some((r) => r.rewardId === input.rewardId));
    const reward = pupil?.awards.rewards.find((r) => r.rewardId === input.rewardId);
    if (!pupil || !reward) throw new Refusal('not-found');
    if (reward.kind !== 'letter') chosenPupils(years, [pupil], 'khen thưởng', vietnamDay(deps.now()));
    await trx
      .insertInto('reward_withdrawal')
      .values({
        school_id: actor.schoolId,
        reward_id: input.rewardId,
        reason: input.reason,
        withdrawn_by: actor.staffId,
        withdrawn_at: deps.now(),
      })
      .execute();
    return { done: true };
  });
}

function wrong(sentence: string): Refusal {
  return new Refusal('invalid-input', [sentence]);
}
