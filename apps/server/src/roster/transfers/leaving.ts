import { randomUUID } from 'node:crypto';
import { cleanText, mayFollow } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { addStatus, newestStatuses, statusName } from '../status.ts';
import { studyYearsOf } from '../study-years.ts';
import { inheritCells } from './inherit.ts';
import { join, leave, type Place, placeOf, requireDay } from './place.ts';
import { resultsToDate } from './results-to-date.ts';

/**
 * A pupil leaves for another school: out of the class from that day, the results to that date kept with the transfer,
 * and the whole offered to the receiving school of this installation (QĐ 1789/QĐ-SGDĐT Điều 22).
 * @throws Refusal `not-found`, `invalid-input`
 */
export async function transferOut(
  deps: Deps,
  actor: Actor,
  input: { pupilId: string } & z.output<typeof api.transferOut.body>,
): Promise<{ transferId: string }> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const pupil = await lockPupil(trx, schoolId, input.pupilId);
    const place = await requirePlace(trx, schoolId, input.pupilId);
    requireDay(input.onDate, deps.now(), place.arrivedOn);
    const before =
      (await newestStatuses(trx, schoolId, input.pupilId)).get(input.pupilId)?.status ?? 'studying';
    if (!mayFollow(before, 'transferred')) {
      throw new Refusal('invalid-input', [
        `Em đang ở trạng thái “${statusName(before)}” nên không chuyển đi được.`,
      ]);
    }
    const results = await resultsToDate(trx, schoolId, input.pupilId, place, input.onDate);
    const years = (await studyYearsOf(trx, schoolId, [input.pupilId], results.schoolName)).get(input.pupilId);
    await leave(trx, schoolId, input.pupilId, place, {
      onDate: input.onDate,
      as: 'transferred',
      now: deps.now(),
    });
    const transferId = randomUUID();
    const code = input.schoolCode === undefined ? null : cleanText(input.schoolCode) || null;
    await trx
      .insertInto('transfer')
      .values({
        school_id: schoolId,
        transfer_id: transferId,
        pupil_id: input.pupilId,
        class_id: place.classId,
        direction: 'out',
        on_date: input.onDate,
        other_school_code: code,
        other_school_name: cleanText(input.schoolName),
        other_class_id: null,
        reason: cleanText(input.reason),
        results: JSON.stringify({ ...results, identity: pupil, studyYears: years ?? [] }),
        recorded_by: actor.staffId,
        recorded_at: deps.now(),
      })
      .execute();
    await trx
      .insertInto('transfer_offer')
      .values({
        transfer_id: transferId,
        pupil_code: pupil.pupil_code,
        personal_id: pupil.personal_id,
        from_school_id: schoolId,
        to_school_code: code,
        offered_at: deps.now(),
      })
      .execute();
    await addStatus(trx, actor, {
      pupilId: input.pupilId,
      status: 'transferred',
      since: input.onDate,
      classId: place.classId,
      reason: cleanText(input.reason),
      now: deps.now(),
    });
    return { transferId };
  });
}

/** A pupil goes to another class of the same grade and year; what the old class wrote stays there and appears in the new one. */
export async function changeClass(
  deps: Deps,
  actor: Actor,
  input: { pupilId: string } & z.output<typeof api.changeClass.body>,
): Promise<{ transferId: string }> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    await lockPupil(trx, schoolId, input.pupilId);
    const place = await requirePlace(trx, schoolId, input.pupilId);
    requireDay(input.onDate, deps.now(), place.arrivedOn);
    const target = await trx
      .selectFrom('class')
      .select(['class_id', 'school_year', 'grade'])
      .where('school_id', '=', schoolId)
      .where('class_id', '=', input.toClassId)
      .executeTakeFirst();
    if (!target) throw new Refusal('not-found');
    const fits = target.school_year === place.schoolYear && target.class_id !== place.classId;
    if (!fits || target.grade > place.grade) {
      throw new Refusal('invalid-input', ['Chỉ chuyển được sang lớp khác có cùng khối, trong cùng năm học.']);
    }
    const results = await resultsToDate(trx, schoolId, input.pupilId, place, input.onDate);
    await leave(trx, schoolId, input.pupilId, place, {
      onDate: input.onDate,
      as: 'class-changed',
      now: deps.now(),
    });
    const to = await join(trx, schoolId, input.pupilId, input.toClassId, input.onDate, place.grade);
    const transferId = randomUUID();
    await trx
      .insertInto('transfer')
      .values({
        school_id: schoolId,
        transfer_id: transferId,
        pupil_id: input.pupilId,
        class_id: to.classId,
        direction: 'class',
        on_date: input.onDate,
        other_school_code: null,
        other_school_name: null,
        other_class_id: place.classId,
        reason: cleanText(input.reason),
        results: JSON.stringify(results),
        recorded_by: actor.staffId,
        recorded_at: deps.now(),
      })
      .execute();
    await inheritCells(trx, schoolId, {
      pupilId: input.pupilId,
      fromClassId: place.classId,
      toClassId: to.classId,
      transferId,
      now: deps.now(),
      schoolYear: place.schoolYear,
    });
    return { transferId };
  });
}

/** Two acts on one pupil wait for each other. @throws Refusal `not-found` */
export async function lockPupil(trx: Transaction<Database>, schoolId: string, pupilId: string) {
  const row = await trx
    .selectFrom('pupil')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('pupil_id', '=', pupilId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  return row;
}

async function requirePlace(trx: Transaction<Database>, schoolId: string, pupilId: string): Promise<Place> {
  const place = await placeOf(trx, schoolId, pupilId);
  if (!place) throw new Refusal('invalid-input', ['Em hiện không học lớp nào của trường.']);
  return place;
}
