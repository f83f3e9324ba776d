import type { Transaction } from 'kysely';
import type { Database } from '../store/tables.ts';

/**
 * Puts pupils behind the class's last one, in the class's grade. The first list of a class counts from the year's first
 * day: a running year's list is typed after it, and those pupils have been here since then. Who was here before, such as
 * one whom an undone import had enrolled, is here again.
 * @param today ISO day; the caller holds the class's lock
 */
export async function enrolPupils(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  pupilIds: readonly string[],
  today: string,
): Promise<void> {
  if (pupilIds.length === 0) return;
  const { grade, starts_on } = await trx
    .selectFrom('class as c')
    .innerJoin('school_year as y', (join) =>
      join.onRef('y.school_id', '=', 'c.school_id').onRef('y.school_year', '=', 'c.school_year'),
    )
    .select(['c.grade', 'y.starts_on'])
    .where('c.school_id', '=', schoolId)
    .where('c.class_id', '=', classId)
    .executeTakeFirstOrThrow();
  const last = await trx
    .selectFrom('enrolment')
    .select((eb) => eb.fn.max('ordinal').as('ordinal'))
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .executeTakeFirst();
  const before = last?.ordinal ?? 0;
  await trx
    .insertInto('enrolment')
    .values(
      pupilIds.map((pupilId, at) => ({
        school_id: schoolId,
        class_id: classId,
        pupil_id: pupilId,
        ordinal: before + at + 1,
        grade,
        arrived_on: before === 0 ? starts_on : today,
        left_on: null,
      })),
    )
    .onConflict((oc) =>
      oc.columns(['school_id', 'class_id', 'pupil_id']).doUpdateSet({ left_on: null, left_as: null }),
    )
    .execute();
}
