import type { Kysely } from 'kysely';
import type { Database } from '../store/tables.ts';

export interface StudyYearRow {
  readonly schoolYear: string;
  readonly schoolName: string;
  readonly className: string;
  readonly grade: number;
  readonly arrivedOn: string;
  readonly leftOn: string | null;
  readonly elsewhere: boolean;
}

/**
 * Quá trình học tập: each pupil's years up to a school year, the oldest first, at this school and, as stated on arrival,
 * at others. A class that was left for another one of the school does not count; a school that was left does.
 */
export async function studyYearsOf(
  trx: Kysely<Database>,
  schoolId: string,
  pupilIds: readonly string[],
  schoolName: string,
  until = '9999-9999',
): Promise<ReadonlyMap<string, StudyYearRow[]>> {
  if (pupilIds.length === 0) return new Map();
  const here = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['e.pupil_id', 'c.school_year', 'c.name', 'e.grade', 'e.arrived_on', 'e.left_on'])
    .where('e.school_id', '=', schoolId)
    .where('e.pupil_id', 'in', [...pupilIds])
    .where((eb) => eb.or([eb('e.left_as', 'is', null), eb('e.left_as', '<>', 'class-changed')]))
    .where('c.school_year', '<=', until)
    .execute();
  const elsewhere = await trx
    .selectFrom('study_year')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('pupil_id', 'in', [...pupilIds])
    .where('school_year', '<=', until)
    .execute();
  const rows = [
    ...here.map((row) => ({
      pupilId: row.pupil_id,
      schoolYear: row.school_year,
      schoolName,
      className: row.name,
      grade: row.grade,
      arrivedOn: row.arrived_on,
      leftOn: row.left_on,
      elsewhere: false,
    })),
    ...elsewhere.map((row) => ({
      pupilId: row.pupil_id,
      schoolYear: row.school_year,
      schoolName: row.school_name,
      className: row.class_name,
      grade: row.grade,
      arrivedOn: row.arrived_on,
      leftOn: null,
      elsewhere: true,
    })),
  ].sort((a, b) => order(a.schoolYear, b.schoolYear) || order(a.arrivedOn, b.arrivedOn));
  return Map.groupBy(rows, (row) => row.pupilId);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
