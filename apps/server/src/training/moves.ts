import type { Grade } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { Database } from '../store/tables.ts';
import { SCHOOL_YEAR } from './people.ts';
import { SeededRandom } from './random.ts';

/** Who leaves for another school before the end of the year, so that no cell of it is theirs. */
const LEAVES = { className: '3A', ordinal: 18, onDate: '2026-03-09' };
/** The combined class: from this place of its list on the pupils are in another grade. */
const COMBINED = { className: '1B', from: 31, grade: 2 as Grade };

/** Whether the pupil of this place in a class's list leaves it during the year. */
export function leavesIn(className: string, ordinal: number): boolean {
  return className === LEAVES.className && ordinal === LEAVES.ordinal;
}

/** The grade of the pupil of this place in a class's list: the class's own, but for the last of the combined class. */
export function gradeIn(className: string, ordinal: number, ofClass: Grade): Grade {
  return className === COMBINED.className && ordinal >= COMBINED.from ? COMBINED.grade : ofClass;
}

const FAR = 'Trường Tiểu học Mẫu Xa';

/**
 * Pupils with a story, so that their pages show one: in 3B one who came from another school in mid-year with its
 * results to that day, in 4B one who studies grade 4 a second time after a year elsewhere, in 3A one who left in the
 * second term.
 */
export async function insertMoves(
  trx: Transaction<Database>,
  schoolId: string,
  clerkStaffId: string,
  now: Date,
): Promise<void> {
  const random = new SeededRandom('hocba/training/moves/1');
  await insertLeaving(trx, schoolId, clerkStaffId, now);
  const came = await pupilOf(trx, schoolId, '3B', 7);
  const repeats = await pupilOf(trx, schoolId, '4B', 11);
  const year = (
    pupilId: string,
    schoolYear: string,
    className: string,
    grade: number,
    result: 'HT' | 'CHT' = 'HT',
  ) => ({
    school_id: schoolId,
    pupil_id: pupilId,
    school_year: schoolYear,
    school_name: FAR,
    class_name: className,
    grade,
    arrived_on: `${schoolYear.slice(0, 4)}-09-05`,
    result,
    promoted: result !== 'CHT',
  });
  await trx
    .insertInto('study_year')
    .values([
      year(came.pupilId, '2023-2024', '1C', 1),
      year(came.pupilId, '2024-2025', '2C', 2),
      year(repeats.pupilId, '2024-2025', '4C', 4, 'CHT'),
    ])
    .execute();
  await trx
    .insertInto('transfer')
    .values({
      school_id: schoolId,
      transfer_id: random.uuid(),
      pupil_id: came.pupilId,
      class_id: came.classId,
      direction: 'in',
      on_date: '2026-01-19',
      other_school_code: null,
      other_school_name: FAR,
      other_class_id: null,
      reason: 'Theo gia đình chuyển nơi ở',
      results: JSON.stringify({
        schoolName: FAR,
        schoolYear: SCHOOL_YEAR,
        className: '3C',
        grade: 3,
        until: '2026-01-16',
        periods: [],
        note: 'Cuối học kỳ I: Tiếng Việt 8, mức T; Toán 9, mức T; các môn khác mức H.',
      }),
      recorded_by: clerkStaffId,
      recorded_at: now,
    })
    .execute();
  const status = { school_id: schoolId, roll_over_id: null, set_by: clerkStaffId, set_at: now };
  await trx
    .insertInto('pupil_status')
    .values([
      {
        ...status,
        pupil_id: came.pupilId,
        status_id: random.uuid(),
        status: 'arrived',
        since: '2026-01-19',
        class_id: came.classId,
        reason: 'Theo gia đình chuyển nơi ở',
      },
      {
        ...status,
        pupil_id: repeats.pupilId,
        status_id: random.uuid(),
        status: 'repeating',
        since: '2025-09-05',
        class_id: repeats.classId,
        reason: null,
      },
    ])
    .execute();
}

async function insertLeaving(
  trx: Transaction<Database>,
  schoolId: string,
  clerkStaffId: string,
  now: Date,
): Promise<void> {
  const random = new SeededRandom('hocba/training/leaving/1');
  const { classId, pupilId } = await pupilOf(trx, schoolId, LEAVES.className, LEAVES.ordinal);
  const school = await trx
    .selectFrom('school')
    .select('name')
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  const reason = 'Theo gia đình chuyển nơi ở';
  await trx
    .updateTable('enrolment')
    .set({ left_on: LEAVES.onDate, left_as: 'transferred' })
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('pupil_id', '=', pupilId)
    .execute();
  await trx
    .insertInto('transfer')
    .values({
      school_id: schoolId,
      transfer_id: random.uuid(),
      pupil_id: pupilId,
      class_id: classId,
      direction: 'out',
      on_date: LEAVES.onDate,
      other_school_code: null,
      other_school_name: FAR,
      other_class_id: null,
      reason,
      results: JSON.stringify({
        schoolName: school.name,
        schoolYear: SCHOOL_YEAR,
        className: LEAVES.className,
        grade: 3,
        until: LEAVES.onDate,
        periods: [],
        note: '',
      }),
      recorded_by: clerkStaffId,
      recorded_at: now,
    })
    .execute();
  await trx
    .insertInto('pupil_status')
    .values({
      school_id: schoolId,
      pupil_id: pupilId,
      status_id: random.uuid(),
      status: 'transferred',
      since: LEAVES.onDate,
      class_id: classId,
      reason,
      roll_over_id: null,
      set_by: clerkStaffId,
      set_at: now,
    })
    .execute();
}

async function pupilOf(trx: Transaction<Database>, schoolId: string, name: string, ordinal: number) {
  const row = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['e.class_id', 'e.pupil_id'])
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', SCHOOL_YEAR)
    .where('c.name', '=', name)
    .where('e.ordinal', '=', ordinal)
    .executeTakeFirstOrThrow();
  return { classId: row.class_id, pupilId: row.pupil_id };
}
