import type { StudyYear, SubjectCode } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Database } from '../store/tables.ts';
import type { PupilYears, StaffFacts } from './pupil-years.ts';

/** The stored facts of everybody who is or was enrolled in the class. */
export async function pupilFacts(trx: Kysely<Database>, schoolId: string, classId: string) {
  const rows = await trx
    .selectFrom('pupil as p')
    .innerJoin('enrolment as e', (join) =>
      join.onRef('e.school_id', '=', 'p.school_id').onRef('e.pupil_id', '=', 'p.pupil_id'),
    )
    .selectAll('p')
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .execute();
  return new Map(rows.map((row) => [row.pupil_id, row]));
}

/** Each pupil's years at this school up to a school year, the oldest first; classes that were left do not count. */
export async function studyYears(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  schoolName: string,
  until: string,
): Promise<ReadonlyMap<string, StudyYear[]>> {
  const rows = await trx
    .selectFrom('enrolment as here')
    .innerJoin('enrolment as e', (join) =>
      join.onRef('e.school_id', '=', 'here.school_id').onRef('e.pupil_id', '=', 'here.pupil_id'),
    )
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['e.pupil_id', 'c.school_year', 'c.name', 'e.arrived_on'])
    .where('here.school_id', '=', schoolId)
    .where('here.class_id', '=', classId)
    .where('e.left_on', 'is', null)
    .where('c.school_year', '<=', until)
    .orderBy('c.school_year')
    .execute();
  const byPupil = Map.groupBy(rows, (row) => row.pupil_id);
  return new Map(
    [...byPupil].map(([pupilId, its]) => [
      pupilId,
      its.map((row) => ({
        schoolYear: row.school_year,
        className: row.name,
        schoolName,
        arrivedOn: row.arrived_on,
      })),
    ]),
  );
}

/** Who leads the class, who heads the school, who teaches what. */
export async function staffOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  homeroomStaffId: string | null,
): Promise<Pick<PupilYears, 'homeroomTeacher' | 'principal' | 'teachers'>> {
  const rows = await trx
    .selectFrom('staff')
    .select(['staff_id', 'full_name', 'personal_id', 'title'])
    .where('school_id', '=', schoolId)
    .execute();
  const byId = new Map(
    rows.map((row): [string, StaffFacts] => [
      row.staff_id,
      { staffId: row.staff_id, fullName: row.full_name, personalId: row.personal_id, title: row.title },
    ]),
  );
  const principals = await trx
    .selectFrom('staff_role')
    .select('staff_id')
    .where('school_id', '=', schoolId)
    .where('role', '=', 'principal')
    .execute();
  const assigned = await trx
    .selectFrom('assignment')
    .select(['subject', 'staff_id'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .execute();
  // Two principals would leave open who signs: nobody does until the school has said so.
  const only = principals.length === 1 ? principals[0] : undefined;
  return {
    homeroomTeacher: homeroomStaffId === null ? null : (byId.get(homeroomStaffId) ?? null),
    principal: only ? (byId.get(only.staff_id) ?? null) : null,
    teachers: new Map(
      assigned.flatMap((row): [SubjectCode, StaffFacts][] => {
        const teacher = byId.get(row.staff_id);
        return teacher ? [[row.subject as SubjectCode, teacher]] : [];
      }),
    ),
  };
}
