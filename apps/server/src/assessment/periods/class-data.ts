import type { Grade, SubjectCode } from '@hocba/record';
import type { Kysely } from 'kysely';
import { ofItsYear } from '../../roster/of-its-year.ts';
import { suspendedSince } from '../../roster/status.ts';
import type { Database } from '../../store/tables.ts';
import type { Duties } from './columns.ts';
import type { CellPeriod } from './periods.ts';

/** Reads of one class, each inside the caller's transaction (`inSchool`). */

export interface EnrolledPupil {
  readonly pupilId: string;
  readonly ordinal: number;
  readonly pupilCode: string;
  readonly fullName: string;
  /** The pupil's own, which in a combined class is not everybody's. */
  readonly grade: Grade;
  /** Since when the pupil pauses (tạm nghỉ học): the place is kept, nothing is missing; null for everybody else. */
  readonly suspendedOn: string | null;
}

/** Pupils who are in the class now, or were to the end of its year, in the order of its list. */
export async function pupilsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<EnrolledPupil[]> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select(['p.pupil_id', 'e.ordinal', 'e.grade', 'p.pupil_code', 'p.full_name'])
    .select(suspendedSince('e').as('suspended_on'))
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .where(ofItsYear('e'))
    .orderBy('e.ordinal')
    .orderBy('p.pupil_code')
    .execute();
  return rows.map((row) => ({
    pupilId: row.pupil_id,
    ordinal: row.ordinal,
    pupilCode: row.pupil_code,
    fullName: row.full_name,
    grade: row.grade as Grade,
    suspendedOn: row.suspended_on,
  }));
}

/** Pupils who were in the class of that year and left it before its end, in the order of its list. */
export async function leftPupilsOf(trx: Kysely<Database>, schoolId: string, classId: string) {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select(['p.pupil_id', 'p.full_name', 'e.left_on', 'e.left_as'])
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .where('e.left_on', 'is not', null)
    .where((eb) => eb.not(ofItsYear('e')))
    .orderBy('e.ordinal')
    .execute();
  return rows.map((row) => ({
    pupilId: row.pupil_id,
    fullName: row.full_name,
    leftOn: row.left_on ?? '',
    leftAs: row.left_as,
  }));
}

/** Names of the school's staff by id. */
export async function staffNames(
  trx: Kysely<Database>,
  schoolId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('staff')
    .select(['staff_id', 'full_name'])
    .where('school_id', '=', schoolId)
    .execute();
  return new Map(rows.map((row) => [row.staff_id, row.full_name]));
}

export async function dutiesOf(
  trx: Kysely<Database>,
  schoolId: string,
  access: { classId: string; homeroomStaffId: string | null },
): Promise<Duties> {
  const rows = await trx
    .selectFrom('assignment')
    .select(['subject', 'staff_id'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', access.classId)
    .execute();
  return {
    homeroomStaffId: access.homeroomStaffId,
    teachers: new Map(rows.map((row) => [row.subject as SubjectCode, row.staff_id])),
  };
}

/** Grades of the pupils, in order; of a class without any the class's own. */
export function gradesOf(pupils: readonly EnrolledPupil[], ofClass: Grade): Grade[] {
  const found = [...new Set(pupils.map((p) => p.grade))].sort();
  return found.length > 0 ? found : [ofClass];
}

export interface StoredCell {
  readonly pupilId: string;
  readonly item: string;
  /** Which sitting of a test the value is of; 1 for everything else. */
  readonly attempt: number;
  readonly value: string | null;
  readonly version: number;
  readonly setBy: string;
  readonly setAt: Date;
}

/**
 * The class's cells of a period, each with its effective attempt: the last one that holds a value
 * (TT 27/2020 Điều 7: of a test taken again the last mark counts).
 * @param after only cells of which any attempt changed after this number of the class's counter
 */
export async function cellsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  period: CellPeriod,
  after?: number,
): Promise<StoredCell[]> {
  const rows = await trx
    .selectFrom('cell as c')
    .select(['pupil_id', 'item', 'attempt', 'value', 'version', 'set_by', 'set_at'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('period', '=', period)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.exists(
          eb
            .selectFrom('cell as n')
            .select('n.seq')
            .whereRef('n.school_id', '=', 'c.school_id')
            .whereRef('n.class_id', '=', 'c.class_id')
            .whereRef('n.pupil_id', '=', 'c.pupil_id')
            .whereRef('n.period', '=', 'c.period')
            .whereRef('n.item', '=', 'c.item')
            .where('n.seq', '>', String(after)),
        ),
      ),
    )
    .orderBy('attempt')
    .execute();
  const effective = new Map<string, StoredCell>();
  for (const row of rows) {
    const key = `${row.pupil_id}|${row.item}`;
    if (row.value === null && effective.has(key)) continue;
    effective.set(key, {
      pupilId: row.pupil_id,
      item: row.item,
      attempt: row.attempt,
      value: row.value,
      version: row.version,
      setBy: row.set_by,
      setAt: row.set_at,
    });
  }
  return [...effective.values()];
}

/** Pupils whose year a record holds: frozen and neither thawed nor returned after a recall. */
export async function frozenPupils(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('record as r')
    .select('r.pupil_id')
    .where('r.school_id', '=', schoolId)
    .where('r.class_id', '=', classId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('record_act as a')
            .select('a.seq')
            .whereRef('a.school_id', '=', 'r.school_id')
            .whereRef('a.record_id', '=', 'r.record_id')
            .where('a.act', 'in', ['thaw', 'return']),
        ),
      ),
    )
    .execute();
  return new Set(rows.flatMap((row) => row.pupil_id ?? []));
}

export interface Decisions {
  readonly result: string | null;
  /** Why the result was stated. */
  readonly reason: string | null;
  readonly completed: boolean | null;
  readonly promoted: boolean | null;
  readonly promotionDecided: boolean;
}

const NONE: Decisions = {
  result: null,
  reason: null,
  completed: null,
  promoted: null,
  promotionDecided: false,
};

/** The newest decisions on each pupil of the class; earlier ones stay in the table. */
export async function decisionsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<(pupilId: string) => Decisions> {
  const rows = await trx
    .selectFrom('decision')
    .select(['pupil_id', 'kind', 'result', 'reason', 'completed', 'promoted'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .orderBy('decided_at')
    .orderBy('decision_id')
    .execute();
  const found = new Map<string, Decisions>();
  for (const row of rows) {
    const before = found.get(row.pupil_id) ?? NONE;
    found.set(
      row.pupil_id,
      row.kind === 'result'
        ? { ...before, result: row.result, reason: row.reason }
        : { ...before, completed: row.completed, promoted: row.promoted, promotionDecided: true },
    );
  }
  return (pupilId) => found.get(pupilId) ?? NONE;
}

export async function counterOf(trx: Kysely<Database>, schoolId: string, classId: string): Promise<number> {
  const row = await trx
    .selectFrom('class_counter')
    .select('seq')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .executeTakeFirst();
  return row ? Number(row.seq) : 0;
}
