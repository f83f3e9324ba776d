import { completesGrade, type Grade, type OverallResult, type SubjectCode } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { newestStatuses } from '../status.ts';
import type { LastClass, LastPupil, LastYear } from './plan.ts';

/** All that a roll-over looks at, read inside the caller's transaction. */
export async function lastYearOf(
  trx: Kysely<Database>,
  schoolId: string,
  fromYear: string,
  toYear: string,
): Promise<LastYear> {
  const classes = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'grade', 'homeroom_staff_id'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', fromYear)
    .orderBy('grade')
    .orderBy('name')
    .execute();
  const assignments = Map.groupBy(await assignmentsOf(trx, schoolId, fromYear), (a) => a.class_id);
  const pupils = Map.groupBy(await pupilsOf(trx, schoolId, fromYear, toYear), (p) => p.classId);
  const there = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'grade'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', toYear)
    .execute();
  return {
    fromYear,
    toYear,
    classes: classes.map(
      (row): LastClass => ({
        classId: row.class_id,
        name: row.name,
        grade: row.grade as Grade,
        homeroomStaffId: row.homeroom_staff_id,
        assignments: (assignments.get(row.class_id) ?? []).map((a) => ({
          subject: a.subject as SubjectCode,
          staffId: a.staff_id,
        })),
        pupils: (pupils.get(row.class_id) ?? []).map((p) => p.pupil),
      }),
    ),
    there: there.map((row) => ({ classId: row.class_id, name: row.name, grade: row.grade })),
  };
}

async function assignmentsOf(trx: Kysely<Database>, schoolId: string, schoolYear: string) {
  return trx
    .selectFrom('assignment as a')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'a.school_id').onRef('c.class_id', '=', 'a.class_id'),
    )
    .select(['a.class_id', 'a.subject', 'a.staff_id'])
    .where('a.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .orderBy('a.subject')
    .execute();
}

async function pupilsOf(
  trx: Kysely<Database>,
  schoolId: string,
  fromYear: string,
  toYear: string,
): Promise<{ classId: string; pupil: LastPupil }[]> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select([
      'e.class_id',
      'e.pupil_id',
      'e.ordinal',
      'e.grade',
      'e.left_on',
      'e.left_as',
      'p.pupil_code',
      'p.full_name',
      'p.personal_id',
    ])
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', fromYear)
    .orderBy('e.ordinal')
    .orderBy('p.pupil_code')
    .execute();
  const concluded = await conclusions(trx, schoolId, fromYear);
  const issued = await issuedPupils(trx, schoolId, fromYear);
  const statuses = await newestStatuses(trx, schoolId);
  const moved = await classesOf(trx, schoolId, toYear);
  return rows
    .filter((row) => row.left_as !== 'class-changed')
    .map((row) => {
      const key = `${row.class_id}|${row.pupil_id}`;
      const status = statuses.get(row.pupil_id)?.status;
      const end = concluded.get(key);
      return {
        classId: row.class_id,
        pupil: {
          pupilId: row.pupil_id,
          pupilCode: row.pupil_code,
          fullName: row.full_name,
          ordinal: row.ordinal,
          grade: row.grade as Grade,
          leftOn: row.left_on,
          suspended: status === 'suspended',
          completed: end?.completed ?? null,
          promoted: end?.promoted ?? null,
          result: end?.result ?? null,
          issued: issued.has(key),
          hasPersonalId: row.personal_id !== null,
          movedTo: moved.get(row.pupil_id) ?? (status === 'completed-primary' ? '' : null),
        },
      };
    });
}

interface Conclusion {
  readonly result: OverallResult | null;
  readonly completed: boolean | null;
  readonly promoted: boolean | null;
}

/** The newest decisions: a result that completes the grade promotes as well; on others the principal decides (Điều 11). */
async function conclusions(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<ReadonlyMap<string, Conclusion>> {
  const { rows } = await sql<{
    class_id: string;
    pupil_id: string;
    kind: 'result' | 'promotion';
    result: OverallResult | null;
    completed: boolean | null;
    promoted: boolean | null;
  }>`
    select distinct on (d.class_id, d.pupil_id, d.kind)
      d.class_id, d.pupil_id, d.kind, d.result, d.completed, d.promoted
    from decision d join class c on c.school_id = d.school_id and c.class_id = d.class_id
    where d.school_id = ${schoolId} and c.school_year = ${schoolYear} and d.kind in ('result', 'promotion')
    order by d.class_id, d.pupil_id, d.kind, d.decided_at desc, d.decision_id desc`.execute(trx);
  const found = new Map<string, Conclusion>();
  const by = Map.groupBy(rows, (row) => `${row.class_id}|${row.pupil_id}`);
  for (const [key, its] of by) {
    const result = its.find((row) => row.kind === 'result')?.result ?? null;
    const decided = its.find((row) => row.kind === 'promotion');
    const byRule = result !== null && completesGrade(result);
    found.set(key, {
      result,
      completed: byRule ? true : (decided?.completed ?? null),
      promoted: byRule ? true : (decided?.promoted ?? null),
    });
  }
  return found;
}

async function issuedPupils(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .leftJoin('recalled_record as x', (join) =>
      join.onRef('x.school_id', '=', 'i.school_id').onRef('x.record_id', '=', 'i.record_id'),
    )
    .select(['r.class_id', 'r.pupil_id'])
    .where('i.school_id', '=', schoolId)
    .where('r.school_year', '=', schoolYear)
    .where('x.record_id', 'is', null)
    .execute();
  return new Set(rows.map((row) => `${row.class_id}|${row.pupil_id}`));
}

/** Pupils who are or were in a class of a year, with its name. */
async function classesOf(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['e.pupil_id', 'c.name'])
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .orderBy('e.left_on', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.pupil_id, row.name]));
}
