import type { Grade } from '@hocba/record';
import { classNameIn } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import { type KnownPupil, matchRows } from '../../roster/import/match.ts';
import type { Database } from '../../store/tables.ts';

interface Enrolled extends KnownPupil {
  readonly grade: Grade;
}

/**
 * The own grade of the pupil whom each row of a class's list will be found to be, since in a combined class it is not
 * everybody's (TT 27/2020 Điều 5): by code in any class of the year, else by name in the class, as the import matches.
 * @returns for a class by its name, null for a row that nobody answers to
 */
export async function ownGrades(
  trx: Transaction<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<
  (
    className: string | null,
    rows: readonly { readonly code: string; readonly name: string }[],
  ) => (Grade | null)[]
> {
  const found = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select(['p.pupil_id', 'p.pupil_code', 'p.full_name', 'e.grade', 'c.name'])
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .where('e.left_on', 'is', null)
    .execute();
  const pupils = found.map((row) => ({
    className: classNameIn(row.name),
    pupilId: row.pupil_id,
    pupilCode: row.pupil_code,
    fullName: row.full_name,
    grade: row.grade as Grade,
  }));
  const byCode = new Map<string, Enrolled>(pupils.map((p) => [p.pupilCode, p]));
  const grades = new Map(pupils.map((p) => [p.pupilId, p.grade]));
  const byClass = Map.groupBy(pupils, (p) => p.className);
  return (className, rows) => {
    const here = className === null ? [] : (byClass.get(classNameIn(className)) ?? []);
    return matchRows(rows, here).map((match, i) =>
      'pupil' in match
        ? (grades.get(match.pupil.pupilId) ?? null)
        : (byCode.get(rows[i]?.code ?? '')?.grade ?? null),
    );
  };
}
