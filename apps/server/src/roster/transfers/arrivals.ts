import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { ResultsToDate } from './results-to-date.ts';

/** Who came into the class from another school, the newest arrival of each, with what the school's paper says in words. */
export async function arrivalsOf(trx: Kysely<Database>, schoolId: string, classId: string) {
  const rows = await trx
    .selectFrom('transfer')
    .select(['pupil_id', 'on_date', 'other_school_name', 'results'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('direction', '=', 'in')
    .orderBy('recorded_at')
    .execute();
  const newest = new Map(
    rows.map((row) => [
      row.pupil_id,
      {
        pupilId: row.pupil_id,
        onDate: row.on_date,
        schoolName: row.other_school_name ?? '',
        note: (row.results as unknown as ResultsToDate).note,
      },
    ]),
  );
  return [...newest.values()];
}
