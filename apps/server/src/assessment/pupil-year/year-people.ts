import type { StudyYear, SubjectCode } from '@hocba/record';
import type { Kysely } from 'kysely';
import { studyYearsOf } from '../../roster/study-years.ts';
import type { Database } from '../../store/tables.ts';
import type { PupilYears, StaffFacts } from './pupil-year.ts';

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

/** Quá trình học tập of everybody who is in the class, up to a school year, the oldest first. */
export async function studyYears(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  schoolName: string,
  until: string,
): Promise<ReadonlyMap<string, StudyYear[]>> {
  const here = await trx
    .selectFrom('enrolment')
    .select('pupil_id')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .execute();
  const ids = here.map((row) => row.pupil_id);
  const years = await studyYearsOf(trx, schoolId, ids, schoolName, until);
  return new Map(
    [...years].map(([pupilId, its]) => [
      pupilId,
      its.map(({ schoolYear, className, schoolName: name, arrivedOn }) => ({
        schoolYear,
        className,
        schoolName: name,
        arrivedOn,
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

/** Ids of all who sign the class's records, each once. */
export function signersOf({
  homeroomTeacher,
  principal,
  teachers,
}: Pick<PupilYears, 'homeroomTeacher' | 'principal' | 'teachers'>): string[] {
  const all = [homeroomTeacher, principal, ...teachers.values()];
  return [...new Set(all.flatMap((one) => one?.staffId ?? []))];
}
