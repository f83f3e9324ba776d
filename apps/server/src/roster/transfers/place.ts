import { type Kysely, sql, type Transaction } from 'kysely';
import { vietnamDay } from '../../access/running-year.ts';
import { Refusal } from '../../refusal.ts';
import type { Database, LeftAs } from '../../store/tables.ts';
import { dayInWords } from '../calendar.ts';
import { lockClass } from '../class-lock.ts';

/** The class that a pupil is in. */
export interface Place {
  readonly classId: string;
  readonly name: string;
  readonly schoolYear: string;
  readonly grade: number;
  readonly arrivedOn: string;
}

/** Where the pupil is now: the newest enrolment that has not been left, or null. */
export async function placeOf(
  trx: Kysely<Database>,
  schoolId: string,
  pupilId: string,
): Promise<Place | null> {
  const row = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['c.class_id', 'c.name', 'c.school_year', 'e.grade', 'e.arrived_on'])
    .where('e.school_id', '=', schoolId)
    .where('e.pupil_id', '=', pupilId)
    .where('e.left_on', 'is', null)
    .orderBy('c.school_year', 'desc')
    .executeTakeFirst();
  return row
    ? {
        classId: row.class_id,
        name: row.name,
        schoolYear: row.school_year,
        grade: row.grade,
        arrivedOn: row.arrived_on,
      }
    : null;
}

/** A transfer is recorded on its day or later: rights and lists follow from it at once. */
export function requireDay(onDate: string, now: Date, since?: string): void {
  if (onDate > vietnamDay(now)) {
    throw new Refusal('invalid-input', [
      'Ngày chuyển không được ở sau hôm nay; hãy ghi vào đúng ngày chuyển.',
    ]);
  }
  if (since !== undefined && onDate < since) {
    throw new Refusal('invalid-input', ['Ngày chuyển không được trước ngày em vào lớp.']);
  }
}

/** Whether a record that was frozen, of these classes or this pupil, is neither issued nor given back for mending. */
export async function recordWaits(
  trx: Kysely<Database>,
  schoolId: string,
  of: { readonly classIds?: readonly string[]; readonly pupilId?: string },
): Promise<boolean> {
  let query = trx
    .selectFrom('record as r')
    .select('r.record_id')
    .where('r.school_id', '=', schoolId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('record_act as a')
            .select('a.seq')
            .whereRef('a.school_id', '=', 'r.school_id')
            .whereRef('a.record_id', '=', 'r.record_id')
            .where('a.act', 'in', ['thaw', 'return', 'issue']),
        ),
      ),
    );
  if (of.classIds) query = query.where('r.class_id', 'in', [...of.classIds]);
  if (of.pupilId !== undefined) query = query.where('r.pupil_id', '=', of.pupilId);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

/**
 * The pupil leaves the class; cells and acts stay where they are.
 * @throws Refusal `invalid-input` while a frozen record of the class waits for signatures; `left-in-locked-year` for a day
 *   that reaches into a year after its lock
 */
export async function leave(
  trx: Transaction<Database>,
  schoolId: string,
  pupilId: string,
  place: Place,
  on: { readonly onDate: string; readonly as: LeftAs; readonly now: Date },
): Promise<void> {
  await lockClass(trx, schoolId, place.classId);
  const waiting = await recordWaits(trx, schoolId, { classIds: [place.classId], pupilId });
  if (waiting) {
    throw new Refusal('invalid-input', [
      'Học bạ của em đã chốt và đang chờ ký. Hãy phát hành, hoặc trả lại để sửa, rồi mới chuyển.',
    ]);
  }
  await requireAfterLock(trx, schoolId, pupilId, { ...place, ...on });
  await trx
    .updateTable('enrolment')
    .set({ left_on: on.onDate, left_as: on.as })
    .where('school_id', '=', schoolId)
    .where('class_id', '=', place.classId)
    .where('pupil_id', '=', pupilId)
    .execute();
}

/**
 * The pupil joins a class at the end of its list; who was in it before takes the old place in it again.
 * @throws Refusal `not-found`, `invalid-input` for a pupil who is in a class already, `year-locked`
 */
export async function join(
  trx: Transaction<Database>,
  schoolId: string,
  pupilId: string,
  toClassId: string,
  onDate: string,
  grade?: number,
): Promise<Place> {
  const target = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'school_year', 'grade'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', toClassId)
    .executeTakeFirst();
  if (!target) throw new Refusal('not-found');
  await lockClass(trx, schoolId, toClassId);
  const elsewhere = await placeOf(trx, schoolId, pupilId);
  if (elsewhere?.schoolYear === target.school_year) {
    throw new Refusal('invalid-input', [`Em đang học lớp ${elsewhere.name} của năm học này.`]);
  }
  await requireOpenYear(trx, schoolId, pupilId, { ...target, onDate });
  const last = await trx
    .selectFrom('enrolment')
    .select((eb) => eb.fn.max('ordinal').as('ordinal'))
    .where('school_id', '=', schoolId)
    .where('class_id', '=', toClassId)
    .executeTakeFirst();
  await trx
    .insertInto('enrolment')
    .values({
      school_id: schoolId,
      class_id: toClassId,
      pupil_id: pupilId,
      ordinal: (last?.ordinal ?? 0) + 1,
      grade: grade ?? target.grade,
      arrived_on: onDate,
      left_on: null,
    })
    .onConflict((oc) =>
      oc.columns(['school_id', 'class_id', 'pupil_id']).doUpdateSet({ left_on: null, left_as: null }),
    )
    .execute();
  return {
    classId: toClassId,
    name: target.name,
    schoolYear: target.school_year,
    grade: grade ?? target.grade,
    arrivedOn: onDate,
  };
}

/**
 * After the lock who was in a class of the year stands still: a pupil leaves on a later day, or the lock is moved. The database
 * holds it too (migration 0039) and knows one sentence for all that is locked.
 */
async function requireAfterLock(
  trx: Transaction<Database>,
  schoolId: string,
  pupilId: string,
  from: Pick<Place, 'name' | 'schoolYear'> & { readonly onDate: string; readonly now: Date },
): Promise<void> {
  const { rows } = await sql<{ last: string; own: string }>`
    select last_day_of_entry(${schoolId}::bigint, ${from.schoolYear}, false)::text as last,
      last_day_of_entry(${schoolId}::bigint, ${from.schoolYear},
        summer_concerns(${schoolId}::bigint, ${from.schoolYear}, ${pupilId}::uuid))::text as own`.execute(
    trx,
  );
  const { last = '', own = '' } = rows[0] ?? {};
  const today = vietnamDay(from.now);
  if (from.onDate <= last && today > last && today > own)
    throw new Refusal('left-in-locked-year', [
      `Lớp ${from.name} thuộc năm học ${from.schoolYear.replace('-', '–')}, đã khoá sổ hết ngày ${dayInWords(last)}; ngày rời lớp đã ghi là ${dayInWords(from.onDate)}.`,
    ]);
}

/** After the lock nobody comes into a class of the year any more, as the database holds too (migration 0039). */
async function requireOpenYear(
  trx: Transaction<Database>,
  schoolId: string,
  pupilId: string,
  to: { readonly name: string; readonly school_year: string; readonly onDate: string },
): Promise<void> {
  const { rows } = await sql<{
    last: string;
  }>`select last_day_of_entry(${schoolId}::bigint, ${to.school_year},
    summer_concerns(${schoolId}::bigint, ${to.school_year}, ${pupilId}::uuid))::text as last`.execute(trx);
  const last = rows[0]?.last ?? '';
  if (to.onDate > last)
    throw new Refusal('year-locked', [
      `Lớp ${to.name} thuộc năm học ${to.school_year.replace('-', '–')}, đã khoá sổ hết ngày ${dayInWords(last)}, nên không nhận thêm em nào.`,
    ]);
}
