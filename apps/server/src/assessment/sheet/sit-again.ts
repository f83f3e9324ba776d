import { isCellItem, maySitAgain, type Period, partsOf } from '@hocba/record';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireClassStaff } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../roster/class-lock.ts';
import { inSchool } from '../../store/database.ts';
import { retestsOf } from '../periods/retests.ts';
import { writeCells } from './write-cells.ts';

/**
 * The mark of a test that a pupil takes again because the first result was abnormal beside the ongoing assessment
 * (TT 27/2020 Điều 7 khoản 1 điểm d): a further attempt with its day and reason; all attempts are kept, the last counts.
 * `attempt` is the number the author expects, so that the same request sent twice sets one attempt.
 * @throws Refusal `invalid-input` with what is wrong; `period-closed`, `year-locked`; `not-allowed` for another teacher's column
 */
export async function sitAgain(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.sitAgain.body>,
): Promise<z.input<typeof api.sitAgain.response>> {
  const { period, item, pupilId, attempt, takenOn } = input;
  const now = deps.now();
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    if (!isCellItem(item) || partsOf(item).kind !== 'mark' || !maySitAgain(period as Period)) {
      throw wrong('Chỉ bài kiểm tra cuối học kỳ I và cuối năm học mới được kiểm tra lại.');
    }
    await lockClass(trx, actor.schoolId, input.classId);
    const known = (await retestsOf(trx, actor.schoolId, input.classId)).filter(
      (r) => r.pupilId === pupilId && r.period === period && r.item === item,
    );
    const same = known.find((r) => r.attempt === attempt);
    if (same && (same.takenOn !== takenOn || same.reason !== input.reason)) {
      throw wrong(`Lần ${attempt} đã được ghi với ngày hoặc lý do khác; hãy tải lại bảng.`);
    }
    if (!same) {
      const first = await trx
        .selectFrom('cell')
        .select('value')
        .where('school_id', '=', actor.schoolId)
        .where('class_id', '=', input.classId)
        .where('pupil_id', '=', pupilId)
        .where('period', '=', period)
        .where('item', '=', item)
        .where('attempt', '=', attempt - 1)
        .executeTakeFirst();
      if (!first || first.value === null) throw wrong(`Lần ${attempt - 1} chưa có điểm.`);
      const day = vietnamDay(now);
      const before = known.at(-1)?.takenOn;
      if (takenOn > day) throw wrong('Ngày kiểm tra lại ở sau hôm nay.');
      if (takenOn < `${access.schoolYear.slice(0, 4)}-08-01`)
        throw wrong('Ngày kiểm tra lại ở trước năm học.');
      if (before !== undefined && takenOn < before) throw wrong('Ngày kiểm tra lại ở trước lần trước đó.');
      await trx
        .insertInto('retest')
        .values({
          school_id: actor.schoolId,
          class_id: input.classId,
          pupil_id: pupilId,
          period,
          item,
          attempt,
          taken_on: takenOn,
          reason: input.reason,
          recorded_by: actor.staffId,
          recorded_at: now,
        })
        .execute();
    }
    const op = { n: 0, pupilId, period, item, attempt, base: 0, value: input.mark, source: 'key' as const };
    const { results } = await writeCells(
      trx,
      actor,
      access,
      { device: 'retest', batch: `retest-${pupilId}-${period}-${item}-${attempt}`, ops: [op], reach: 'own' },
      now,
    );
    const [result] = results;
    if (!result || 'conflict' in result)
      throw wrong('Lần kiểm tra lại này đã có điểm khác; hãy tải lại bảng.');
    if ('reject' in result) {
      if (result.reject === 'not-assigned') throw new Refusal('not-allowed', [result.message]);
      const shut = result.reject === 'period-closed' || result.reject === 'year-locked';
      throw new Refusal(shut ? result.reject : 'invalid-input', [result.message]);
    }
    return { attempt, mark: result.value ?? '', version: result.version };
  });
}

function wrong(sentence: string): Refusal {
  return new Refusal('invalid-input', [sentence]);
}
