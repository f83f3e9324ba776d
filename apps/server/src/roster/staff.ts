import { randomUUID } from 'node:crypto';
import { cleanText, type Grade, SUBJECTS, subjectsOf } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { runningYear, vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/staff.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { reviewed } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';
import { yearOf } from './calendar.ts';
import { oneTimePassword, openAccount } from './staff-accounts.ts';

const SUBJECT_NAMES = new Map<string, string>(SUBJECTS.map((s) => [s.code, s.name]));

/** The staff, each with what they lead and teach in the running year; who has left stands at the end. */
export async function listStaff(deps: Deps, actor: Actor): Promise<z.input<typeof api.listStaff.response>> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const staff = await trx
      .selectFrom('staff as s')
      .leftJoin('account as a', (join) =>
        join.onRef('a.school_id', '=', 's.school_id').onRef('a.staff_id', '=', 's.staff_id'),
      )
      .leftJoin('staff as by', (join) =>
        join.onRef('by.school_id', '=', 'a.school_id').onRef('by.staff_id', '=', 'a.issued_by'),
      )
      .select(['s.staff_id', 's.staff_code', 's.full_name', 's.title', 's.left_on', 'a.issued_at'])
      .select('by.full_name as issued_by')
      .where('s.school_id', '=', schoolId)
      .orderBy('s.left_on', (ob) => ob.desc().nullsFirst())
      .orderBy('s.staff_code')
      .execute();
    const roles = Map.groupBy(
      await trx
        .selectFrom('staff_role')
        .select(['staff_id', 'role'])
        .where('school_id', '=', schoolId)
        .orderBy('role')
        .execute(),
      (row) => row.staff_id,
    );
    const year = await runningYear(trx, schoolId, vietnamDay(deps.now()));
    const classes = await classesOfYear(trx, schoolId, year?.schoolYear ?? '');
    return {
      staff: staff.map((s) => ({
        staffId: s.staff_id,
        staffCode: s.staff_code,
        fullName: s.full_name,
        title: s.title,
        roles: (roles.get(s.staff_id) ?? []).map((r) => r.role),
        leftOn: s.left_on,
        accountFrom:
          s.issued_by === null || s.issued_at === null
            ? null
            : { fullName: s.issued_by, at: s.issued_at.toISOString() },
        homeroom: classes.filter((c) => c.homeroomStaffId === s.staff_id).map((c) => c.name),
        teaches: classes.flatMap((c) => {
          const subjects = c.assigned.filter((a) => a.staffId === s.staff_id);
          return subjects.length === 0
            ? []
            : [
                {
                  className: c.name,
                  subjects: subjects.map((a) => SUBJECT_NAMES.get(a.subject) ?? a.subject),
                },
              ];
        }),
      })),
    };
  });
}

async function classesOfYear(trx: Kysely<Database>, schoolId: string, schoolYear: string) {
  const classes = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'grade', 'homeroom_staff_id'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .orderBy('grade')
    .orderBy('name')
    .execute();
  const assigned = Map.groupBy(
    await trx
      .selectFrom('assignment')
      .select(['class_id', 'subject', 'staff_id'])
      .where('school_id', '=', schoolId)
      .execute(),
    (row) => row.class_id,
  );
  return classes.map((c) => ({
    classId: c.class_id,
    name: c.name,
    grade: c.grade as Grade,
    homeroomStaffId: c.homeroom_staff_id,
    assigned: (assigned.get(c.class_id) ?? []).map((a) => ({ subject: a.subject, staffId: a.staff_id })),
  }));
}

/** Who leads and teaches what in each class of a year; a combined class has the subjects of all its pupils' grades. */
export async function assignmentGrid(
  deps: Deps,
  actor: Actor,
  input: { schoolYear: string },
): Promise<z.input<typeof api.assignmentGrid.response>> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    if (!(await yearOf(trx, schoolId, input.schoolYear))) throw new Refusal('not-found');
    const classes = await classesOfYear(trx, schoolId, input.schoolYear);
    const enrolled = Map.groupBy(
      await trx
        .selectFrom('enrolment')
        .select(['class_id', 'grade', (eb) => eb.fn.countAll().as('n')])
        .where('school_id', '=', schoolId)
        .where('left_on', 'is', null)
        .groupBy(['class_id', 'grade'])
        .execute(),
      (row) => row.class_id,
    );
    const teachers = await trx
      .selectFrom('staff as s')
      .innerJoin('staff_role as r', (join) =>
        join.onRef('r.school_id', '=', 's.school_id').onRef('r.staff_id', '=', 's.staff_id'),
      )
      .select(['s.staff_id', 's.full_name'])
      .where('s.school_id', '=', schoolId)
      .where('r.role', '=', 'teacher')
      .where('s.left_on', 'is', null)
      .orderBy('s.full_name')
      .execute();
    return {
      classes: classes.map((c) => {
        const there = enrolled.get(c.classId) ?? [];
        const grades = [...new Set([c.grade, ...there.map((row) => row.grade as Grade)])].sort();
        const codes = new Set(grades.flatMap((g) => subjectsOf(g).map((s) => s.code)));
        return {
          classId: c.classId,
          name: c.name,
          grade: c.grade,
          grades,
          pupils: there.reduce((sum, row) => sum + Number(row.n), 0),
          homeroomStaffId: c.homeroomStaffId,
          subjects: SUBJECTS.filter((s) => codes.has(s.code)).map((s) => ({
            subject: s.code,
            name: s.name,
            staffId: c.assigned.find((a) => a.subject === s.code)?.staffId ?? null,
          })),
        };
      }),
      teachers: teachers.map((t) => ({ staffId: t.staff_id, fullName: t.full_name })),
    };
  });
}

/**
 * Enters somebody, with an account and a one-time password, or changes code, name, title and roles. @throws Refusal `not-found`, `invalid-input`, also for taking
 * the last administrator's role away, or a teacher's from whom a class hangs on
 */
export async function saveStaff(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.saveStaff.body>,
): Promise<z.input<typeof api.saveStaff.response>> {
  const { schoolId } = actor;
  const roles = [...new Set(input.roles)];
  const facts = {
    staff_code: cleanText(input.staffCode),
    full_name: cleanText(input.fullName),
    title: cleanText(input.title),
  };
  if (Object.values(facts).includes(''))
    throw new Refusal('invalid-input', ['Hãy ghi đủ mã, họ tên và chức danh.']);
  const slip = input.staffId === undefined ? await oneTimePassword() : null;
  return inSchool(deps.db, schoolId, async (trx) => {
    // Orders all acts on the staff, so that two at once do not take away the last administrator.
    const rows = await trx
      .selectFrom('staff')
      .select(['staff_id', 'staff_code', 'left_on'])
      .where('school_id', '=', schoolId)
      .orderBy('staff_id')
      .forUpdate()
      .execute();
    const found = rows.find((row) => row.staff_id === input.staffId);
    if (input.staffId !== undefined && !found) throw new Refusal('not-found');
    if (found?.left_on) throw new Refusal('invalid-input', ['Người này đã thôi việc ở trường.']);
    if (rows.some((row) => row.staff_code === facts.staff_code && row.staff_id !== input.staffId))
      throw new Refusal('invalid-input', ['Mã này đang là của một người khác trong trường.']);
    const staffId = input.staffId ?? randomUUID();
    if (found) {
      await requireKept(trx, schoolId, staffId, roles);
      // With the number, which the form does not show, all that counts of the row was written anew.
      if (input.personalId !== undefined) await reviewed(trx, 'staff', staffId);
      await trx
        .updateTable('staff')
        .set({ ...facts, ...(input.personalId === undefined ? {} : { personal_id: input.personalId }) })
        .where('school_id', '=', schoolId)
        .where('staff_id', '=', staffId)
        .execute();
    } else {
      if (input.personalId === undefined)
        throw new Refusal('invalid-input', ['Hãy ghi số định danh cá nhân (12 chữ số).']);
      await trx
        .insertInto('staff')
        .values({ ...facts, school_id: schoolId, staff_id: staffId, personal_id: input.personalId })
        .execute();
    }
    await trx
      .deleteFrom('staff_role')
      .where('school_id', '=', schoolId)
      .where('staff_id', '=', staffId)
      .execute();
    if (roles.length > 0)
      await trx
        .insertInto('staff_role')
        .values(roles.map((role) => ({ school_id: schoolId, staff_id: staffId, role })))
        .execute();
    const account =
      slip === null ? null : await openAccount(trx, actor, staffId, facts.staff_code, slip, deps);
    return { staffId, account };
  });
}

async function requireKept(
  trx: Kysely<Database>,
  schoolId: string,
  staffId: string,
  roles: readonly string[],
): Promise<void> {
  const wrong: string[] = [];
  const others = await trx
    .selectFrom('staff_role')
    .select('staff_id')
    .where('school_id', '=', schoolId)
    .where('role', '=', 'admin')
    .where('staff_id', '<>', staffId)
    .executeTakeFirst();
  if (!others && !roles.includes('admin')) wrong.push('Trường phải còn ít nhất một người quản trị.');
  if (!roles.includes('teacher')) {
    const led = await trx
      .selectFrom('class as c')
      .leftJoin('assignment as a', (join) =>
        join
          .onRef('a.school_id', '=', 'c.school_id')
          .onRef('a.class_id', '=', 'c.class_id')
          .on('a.staff_id', '=', staffId),
      )
      .select('c.name')
      .where('c.school_id', '=', schoolId)
      .where((eb) => eb.or([eb('c.homeroom_staff_id', '=', staffId), eb('a.staff_id', 'is not', null)]))
      .executeTakeFirst();
    if (led) wrong.push(`Người này đang được phân công ở lớp ${led.name}; hãy phân công lại trước.`);
  }
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
}
