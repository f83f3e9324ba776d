import { proposeResult, ruleSetFor, type SubjectCode, subjectsOf } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { Deps } from '../access/binding.ts';
import { hashPassword } from '../access/password.ts';
import { vietnamDay } from '../access/running-year.ts';
import { columnsOfClass, type Duties } from '../assessment/periods/columns.ts';
import { assessmentOf } from '../assessment/pupil-year/year-cells.ts';
import { type ActRow, storeActs } from '../assessment/sheet/cell-rows.ts';
import { dayOfNextYear } from '../roster/calendar.ts';
import { lockClass } from '../roster/class-lock.ts';
import { usualLocks } from '../roster/year-locks.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { inventClass, type Progress, type TrainingPupil } from './class-year.ts';
import { gradeIn, insertMoves, leavesIn } from './moves.ts';
import {
  CLASS_NAMES,
  SCHOOL_YEAR,
  SPECIALISTS,
  TRAINING_PASSWORD,
  type TrainingStaff,
  trainingStaff,
} from './people.ts';
import { SeededRandom } from './random.ts';

/** The training school's key; a real school gets its own when it is set up. */
export const TRAINING_SCHOOL_ID = '1';

const DONE: Progress = { subjects: 1, comments: 1, homeroom: 1, planted: 0, missingFacts: 0 };
/** 4A has nearly finished and 2A is complete; the others stand where classes stand in May. */
const PROGRESS: Readonly<Record<string, Progress>> = {
  '1A': { subjects: 0.9, comments: 0.5, homeroom: 0.4, planted: 3, missingFacts: 0.05 },
  '1B': { subjects: 0.3, comments: 0, homeroom: 0, planted: 0, missingFacts: 0.1 },
  '2A': DONE,
  '2B': { subjects: 0.95, comments: 0.7, homeroom: 0.6, planted: 4, missingFacts: 0.05 },
  '3A': { subjects: 0.8, comments: 0.4, homeroom: 0.3, planted: 2, missingFacts: 0.05 },
  '3B': { subjects: 0.6, comments: 0.2, homeroom: 0, planted: 0, missingFacts: 0.1 },
  '4A': { ...DONE, planted: 3 },
  '4B': { subjects: 0.85, comments: 0.5, homeroom: 0.5, planted: 3, missingFacts: 0.05 },
  '5A': { subjects: 1, comments: 0.9, homeroom: 0.95, planted: 5, missingFacts: 0.03 },
  '5B': { subjects: 0.5, comments: 0.1, homeroom: 0.2, planted: 0, missingFacts: 0.1 },
};

/**
 * Makes the training school in an empty database: one transaction, so that a killed start leaves all or nothing.
 * The same school at every start on every machine.
 * @returns false if there is a school already
 */
export async function seedTrainingSchool(deps: Pick<Deps, 'db' | 'now'>): Promise<boolean> {
  const there = await deps.db.selectFrom('school').select('school_id').limit(1).executeTakeFirst();
  if (there) return false;
  const staff = trainingStaff();
  const hashes = await Promise.all(staff.map(() => hashPassword(TRAINING_PASSWORD)));
  await inSchool(deps.db, TRAINING_SCHOOL_ID, async (trx) => {
    await insertSchool(trx, deps.now());
    await insertStaff(trx, staff, hashes);
    for (const [nth, { name }] of CLASS_NAMES.entries()) await insertClass(trx, staff, nth, name, deps.now());
    const clerk = staff.find((s) => s.roles.includes('clerk'));
    if (clerk) await insertMoves(trx, TRAINING_SCHOOL_ID, clerk.staffId, deps.now());
  });
  return true;
}

async function insertSchool(trx: Transaction<Database>, now: Date): Promise<void> {
  await trx
    .insertInto('school')
    .values({
      school_id: TRAINING_SCHOOL_ID,
      code: '00000001',
      name: 'Trường Tiểu học Mẫu',
      province_office_code: '00',
      province_office_name: 'Sở Giáo dục và Đào tạo tỉnh Mẫu',
      commune_name: 'Xã Mẫu',
      district_name: null,
      province_name: 'Tỉnh Mẫu',
      issue_place: 'Xã Mẫu',
      tax_code: '0000000001',
      training: true,
    })
    .execute();
  await trx
    .insertInto('school_year')
    .values({
      school_id: TRAINING_SCHOOL_ID,
      school_year: SCHOOL_YEAR,
      starts_on: '2025-09-05',
      ends_on: '2026-05-31',
      planned_issue_date: '2026-05-29',
      ...trainingLocks(vietnamDay(now)),
    })
    .execute();
}

/** People learn to enter results at any time of the year: the locks lie at least a year ahead of the day it was made. */
function trainingLocks(today: string) {
  const { mainOn, supplementaryOn } = usualLocks(SCHOOL_YEAR);
  const later = dayOfNextYear(today);
  return later > mainOn
    ? { main_lock_on: later, supplementary_lock_on: dayOfNextYear(later) }
    : { main_lock_on: mainOn, supplementary_lock_on: supplementaryOn };
}

async function insertStaff(
  trx: Transaction<Database>,
  staff: readonly TrainingStaff[],
  hashes: readonly string[],
): Promise<void> {
  const school_id = TRAINING_SCHOOL_ID;
  const random = new SeededRandom('hocba/training/accounts/1');
  await trx
    .insertInto('staff')
    .values(
      staff.map((s) => ({
        school_id,
        staff_id: s.staffId,
        staff_code: s.staffCode,
        full_name: s.fullName,
        personal_id: s.personalId,
        title: s.title,
      })),
    )
    .execute();
  await trx
    .insertInto('staff_role')
    .values(staff.flatMap((s) => s.roles.map((role) => ({ school_id, staff_id: s.staffId, role }))))
    .execute();
  await trx
    .insertInto('account')
    .values(
      staff.map((s, i) => ({
        account_id: random.uuid(),
        school_id,
        staff_id: s.staffId,
        username: s.username,
        password_hash: hashes[i] ?? '',
      })),
    )
    .execute();
}

async function insertClass(
  trx: Transaction<Database>,
  staff: readonly TrainingStaff[],
  nth: number,
  name: string,
  now: Date,
): Promise<void> {
  const school_id = TRAINING_SCHOOL_ID;
  const grade = CLASS_NAMES[nth]?.grade ?? 1;
  const random = new SeededRandom(`hocba/training/class/1/${name}`);
  const classId = random.uuid();
  const byUsername = new Map(staff.map((s) => [s.username, s.staffId]));
  const homeroomStaffId = byUsername.get(`gvcn${name.toLowerCase()}`) ?? null;
  const teachers = new Map<SubjectCode, string>();
  for (const subject of subjectsOf(grade).filter((s) => s.grades.includes(grade))) {
    const specialist = SPECIALISTS.find((s) => s.subjects.includes(subject.code) && s.classes.includes(name));
    const teacher = specialist ? byUsername.get(specialist.username) : homeroomStaffId;
    if (teacher) teachers.set(subject.code, teacher);
  }
  const progress = PROGRESS[name] ?? DONE;
  const pupils = inventClass(random, { gradeAt: (at) => gradeIn(name, at, grade), nth }, progress);

  await trx
    .insertInto('class')
    .values({
      school_id,
      class_id: classId,
      school_year: SCHOOL_YEAR,
      name,
      grade,
      homeroom_staff_id: homeroomStaffId,
    })
    .execute();
  await trx
    .insertInto('assignment')
    .values([...teachers].map(([subject, staff_id]) => ({ school_id, class_id: classId, subject, staff_id })))
    .execute();
  await insertPupils(trx, classId, pupils);
  const assessed = pupils.filter((_, i) => !leavesIn(name, i + 1));
  await lockClass(trx, school_id, classId);
  await insertCells(trx, classId, { homeroomStaffId, teachers }, assessed, random, now);
  if (progress === DONE && homeroomStaffId) {
    await insertResults(trx, classId, homeroomStaffId, assessed, random, now);
  }
}

async function insertPupils(
  trx: Transaction<Database>,
  classId: string,
  pupils: readonly TrainingPupil[],
): Promise<void> {
  const school_id = TRAINING_SCHOOL_ID;
  await trx
    .insertInto('pupil')
    .values(
      pupils.map((p) => ({
        school_id,
        pupil_id: p.pupilId,
        pupil_code: p.pupilCode,
        personal_id: p.personalId,
        register_number: p.registerNumber,
        full_name: p.fullName,
        sex: p.sex,
        birth_date: p.birthDate,
        birth_place: 'Bệnh viện Mẫu, Tỉnh Mẫu',
        home_town: 'Xã Mẫu, Tỉnh Mẫu',
        address: 'Thôn Mẫu, Xã Mẫu, Tỉnh Mẫu',
        ethnicity: 'Kinh',
        nationality: 'Việt Nam',
        father_name: p.fatherName,
        mother_name: p.motherName,
        guardian_name: null,
      })),
    )
    .execute();
  await trx
    .insertInto('pupil_registry')
    .values(pupils.map((p) => ({ pupil_code: p.pupilCode, school_id, pupil_id: p.pupilId })))
    .execute();
  await trx
    .insertInto('enrolment')
    .values(
      pupils.map((p, i) => ({
        school_id,
        class_id: classId,
        pupil_id: p.pupilId,
        ordinal: i + 1,
        grade: p.grade,
        arrived_on: '2025-09-05',
        left_on: null,
      })),
    )
    .execute();
}

/** Cells with the acts that made them, as their owners would have typed them, column by column. */
async function insertCells(
  trx: Transaction<Database>,
  classId: string,
  duties: Duties,
  pupils: readonly TrainingPupil[],
  random: SeededRandom,
  now: Date,
): Promise<void> {
  const grades = [...new Set(pupils.map((pupil) => pupil.grade))];
  const columns = columnsOfClass(ruleSetFor(SCHOOL_YEAR), grades, 'CN', duties);
  const acts: ActRow[] = [];
  for (const column of columns) {
    const batch = `seed-${random.uuid()}`;
    pupils.forEach((pupil, n) => {
      const value = pupil.cells.get(column.item);
      if (value === undefined || column.ownerStaffId === null) return;
      acts.push({
        school_id: TRAINING_SCHOOL_ID,
        class_id: classId,
        seq: String(acts.length + 1),
        pupil_id: pupil.pupilId,
        period: 'CN',
        item: column.item,
        attempt: 1,
        old_value: null,
        new_value: value,
        version: 1,
        source: 'key',
        device: 'tap-huan',
        batch,
        n,
        set_by: column.ownerStaffId,
        set_at: now,
      });
    });
  }
  await storeActs(trx, acts, acts.length);
}

/** In the finished class the results are confirmed as the rules propose them; promotion is left to the principal. */
async function insertResults(
  trx: Transaction<Database>,
  classId: string,
  homeroomStaffId: string,
  pupils: readonly TrainingPupil[],
  random: SeededRandom,
  now: Date,
): Promise<void> {
  const ruleSet = ruleSetFor(SCHOOL_YEAR);
  const rows = pupils.flatMap((pupil) => {
    const { result } = proposeResult(ruleSet, assessmentOf(pupil.grade, pupil.cells));
    if (result === null) return [];
    return [
      {
        school_id: TRAINING_SCHOOL_ID,
        class_id: classId,
        pupil_id: pupil.pupilId,
        decided_by: homeroomStaffId,
        decided_at: now,
        decision_id: random.uuid(),
        kind: 'result' as const,
        result,
        completed: null,
        promoted: null,
        reason: null,
      },
    ];
  });
  if (rows.length > 0) await trx.insertInto('decision').values(rows).execute();
}
