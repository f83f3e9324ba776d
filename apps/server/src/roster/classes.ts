import { randomUUID } from 'node:crypto';
import { cleanText, type Grade, isElective, isTested, type SubjectCode, subjectsOf } from '@hocba/record';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { requireClassStaff } from '../access/objects.ts';
import type * as api from '../http/api/roster.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { reviewed } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';

type Summary = z.input<typeof api.ClassSummary>;

/** The classes that the actor may see: own ones, or all for principal, clerk and administrator. */
export async function listClasses(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof api.listClasses.response>> {
  const all = actor.roles.some((role) => role !== 'teacher');
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const rows = await summaries(trx, actor.schoolId);
    if (all) return { classes: rows };
    const taught = await trx
      .selectFrom('assignment')
      .select('class_id')
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', actor.staffId)
      .execute();
    const mine = new Set(taught.map((row) => row.class_id));
    return {
      classes: rows.filter((c) => mine.has(c.classId) || c.homeroomTeacher?.staffId === actor.staffId),
    };
  });
}

async function summaries(trx: Kysely<Database>, schoolId: string, classId?: string): Promise<Summary[]> {
  let query = trx
    .selectFrom('class as c')
    .leftJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'c.school_id').onRef('s.staff_id', '=', 'c.homeroom_staff_id'),
    )
    .select(['c.class_id', 'c.name', 'c.grade', 'c.school_year', 's.staff_id', 's.full_name'])
    .where('c.school_id', '=', schoolId);
  if (classId !== undefined) query = query.where('c.class_id', '=', classId);
  const rows = await query.orderBy('c.school_year', 'desc').orderBy('c.grade').orderBy('c.name').execute();
  const counts = await trx
    .selectFrom('enrolment')
    .select(['class_id', (eb) => eb.fn.countAll().as('n')])
    .where('school_id', '=', schoolId)
    .where('left_on', 'is', null)
    .groupBy('class_id')
    .execute();
  const pupils = new Map(counts.map((row) => [row.class_id, Number(row.n)]));
  return rows.map((row) => ({
    classId: row.class_id,
    name: row.name,
    grade: row.grade,
    schoolYear: row.school_year,
    pupils: pupils.get(row.class_id) ?? 0,
    homeroomTeacher: row.staff_id === null ? null : { staffId: row.staff_id, fullName: row.full_name ?? '' },
  }));
}

/** One class with its pupils (no addresses, no identity numbers: R-15) and who teaches what. */
export async function classDetail(
  deps: Deps,
  actor: Actor,
  input: { classId: string },
): Promise<z.input<typeof api.classDetail.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    const [summary] = await summaries(trx, actor.schoolId, input.classId);
    if (!summary) throw new Refusal('not-found');
    const pupils = await trx
      .selectFrom('enrolment as e')
      .innerJoin('pupil as p', (join) =>
        join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
      )
      .select(['p.pupil_id', 'e.ordinal', 'p.pupil_code', 'p.full_name', 'p.sex', 'p.birth_date'])
      .where('e.school_id', '=', actor.schoolId)
      .where('e.class_id', '=', input.classId)
      .where('e.left_on', 'is', null)
      .orderBy('e.ordinal')
      .execute();
    const assigned = await trx
      .selectFrom('assignment as a')
      .innerJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'a.school_id').onRef('s.staff_id', '=', 'a.staff_id'),
      )
      .select(['a.subject', 's.staff_id', 's.full_name'])
      .where('a.school_id', '=', actor.schoolId)
      .where('a.class_id', '=', input.classId)
      .execute();
    const teachers = new Map(
      assigned.map((a) => [a.subject, { staffId: a.staff_id, fullName: a.full_name }]),
    );
    return {
      ...summary,
      roster: pupils.map((p) => ({
        pupilId: p.pupil_id,
        ordinal: p.ordinal,
        pupilCode: p.pupil_code,
        fullName: p.full_name,
        sex: p.sex,
        birthDate: p.birth_date,
      })),
      subjects: subjectsOf(access.grade).map((s) => ({
        subject: s.code,
        name: s.name,
        tested: isTested(s.code, access.grade, 'CN'),
        elective: isElective(s.code, access.grade),
        teacher: teachers.get(s.code) ?? null,
      })),
    };
  });
}

/**
 * Creates a class, or renames it and changes who answers for it. Grade and school year of a class stand once it is
 * made. @throws Refusal `class-exists`, `not-found`, `invalid-input`
 */
export async function saveClass(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.saveClass.body>,
): Promise<z.input<typeof api.saveClass.response>> {
  const name = cleanText(input.name);
  const grade = input.grade as Grade;
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireSound(trx, actor.schoolId, { ...input, name, grade });
    await lockYear(trx, actor.schoolId, input.schoolYear);
    const twin = await trx
      .selectFrom('class')
      .select('class_id')
      .where('school_id', '=', actor.schoolId)
      .where('school_year', '=', input.schoolYear)
      .where('name', '=', name)
      .executeTakeFirst();
    if (twin && twin.class_id !== input.classId) throw new Refusal('class-exists');
    const classId =
      input.classId === undefined
        ? await createClass(trx, actor.schoolId, { ...input, name })
        : await changeClass(trx, actor.schoolId, { ...input, name, classId: input.classId });
    await replaceAssignments(trx, actor.schoolId, classId, input.assignments, deps.now());
    return { classId };
  });
}

/** Classes of a year are named one after the other, so that two at once do not take one name. */
async function lockYear(trx: Transaction<Database>, schoolId: string, schoolYear: string): Promise<void> {
  await trx
    .selectFrom('school_year')
    .select('school_year')
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .forUpdate()
    .execute();
}

async function requireSound(
  trx: Kysely<Database>,
  schoolId: string,
  input: z.output<typeof api.saveClass.body> & { grade: Grade },
): Promise<void> {
  const wrong: string[] = [];
  if (input.name === '') wrong.push('Tên lớp còn trống.');
  const grades = await gradesOf(trx, schoolId, input.classId, input.grade);
  const subjects = new Set<string>(grades.flatMap((grade) => subjectsOf(grade).map((s) => s.code)));
  const seen = new Set<SubjectCode>();
  for (const { subject } of input.assignments) {
    if (!subjects.has(subject)) wrong.push(`Khối ${grades.join(', ')} không có môn ${subject}.`);
    if (seen.has(subject)) wrong.push(`Môn ${subject} được phân công hai lần.`);
    seen.add(subject);
  }
  const year = await trx
    .selectFrom('school_year')
    .select('school_year')
    .where('school_id', '=', schoolId)
    .where('school_year', '=', input.schoolYear)
    .executeTakeFirst();
  if (!year) wrong.push(`Trường chưa mở năm học ${input.schoolYear}.`);
  const people = new Set([input.homeroomStaffId, ...input.assignments.map((a) => a.staffId)]);
  const teachers = await trx
    .selectFrom('staff_role')
    .select('staff_id')
    .where('school_id', '=', schoolId)
    .where('staff_id', 'in', [...people])
    .where('role', '=', 'teacher')
    .execute();
  if (teachers.length !== people.size) wrong.push('Có người được phân công không phải giáo viên của trường.');
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
}

/** Grades of a class: its own, and in a combined class those of its pupils (TT 27/2020 Điều 5). */
async function gradesOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string | undefined,
  grade: Grade,
): Promise<Grade[]> {
  if (classId === undefined) return [grade];
  const rows = await trx
    .selectFrom('enrolment')
    .select('grade')
    .distinct()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('left_on', 'is', null)
    .execute();
  return [...new Set([grade, ...rows.map((row) => row.grade as Grade)])].sort();
}

async function createClass(
  trx: Transaction<Database>,
  schoolId: string,
  input: { name: string; grade: number; schoolYear: string; homeroomStaffId: string },
): Promise<string> {
  const classId = randomUUID();
  await trx
    .insertInto('class')
    .values({
      school_id: schoolId,
      class_id: classId,
      school_year: input.schoolYear,
      name: input.name,
      grade: input.grade,
      homeroom_staff_id: input.homeroomStaffId,
    })
    .execute();
  await trx.insertInto('class_counter').values({ school_id: schoolId, class_id: classId }).execute();
  return classId;
}

async function changeClass(
  trx: Transaction<Database>,
  schoolId: string,
  input: { classId: string; name: string; grade: number; schoolYear: string; homeroomStaffId: string },
): Promise<string> {
  const found = await trx
    .selectFrom('class')
    .select(['grade', 'school_year'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', input.classId)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new Refusal('not-found');
  if (found.grade !== input.grade || found.school_year !== input.schoolYear) {
    throw new Refusal('invalid-input', ['Không đổi được khối và năm học của lớp đã có; hãy tạo lớp mới.']);
  }
  // Who saves the form has all of the row before him.
  await reviewed(trx, 'class', input.classId);
  await trx
    .updateTable('class')
    .set({ name: input.name, homeroom_staff_id: input.homeroomStaffId })
    .where('school_id', '=', schoolId)
    .where('class_id', '=', input.classId)
    .execute();
  return input.classId;
}

async function replaceAssignments(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  assignments: readonly { subject: SubjectCode; staffId: string }[],
  now: Date,
): Promise<void> {
  await trx
    .deleteFrom('assignment')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .execute();
  if (assignments.length === 0) return;
  await trx
    .insertInto('assignment')
    .values(
      assignments.map((a) => ({
        school_id: schoolId,
        class_id: classId,
        subject: a.subject,
        staff_id: a.staffId,
        assigned_at: now,
      })),
    )
    .execute();
}
