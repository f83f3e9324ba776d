import type { Grade } from '@hocba/record';
import type { Kysely } from 'kysely';
import { Refusal } from '../refusal.ts';
import type { Database } from '../store/tables.ts';
import type { Actor } from './actor.ts';

/**
 * Checks against the object itself, at each call and inside the caller's own transaction (`inSchool`), so that a
 * changed assignment holds from the next request on. A class of another school does not exist for the caller.
 */
export interface ClassAccess {
  readonly classId: string;
  readonly name: string;
  readonly grade: Grade;
  readonly schoolYear: string;
  readonly homeroomStaffId: string | null;
  readonly isHomeroomTeacher: boolean;
  /** Subjects of this class that the actor teaches. */
  readonly subjects: ReadonlySet<string>;
}

/** The class and what the actor is to it; refuses `not-found`, never `not-allowed`. */
export async function classAccess(
  trx: Kysely<Database>,
  actor: Actor,
  classId: string,
): Promise<ClassAccess> {
  const row = await trx
    .selectFrom('class')
    .selectAll()
    .where('school_id', '=', actor.schoolId)
    .where('class_id', '=', classId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  const assigned = await trx
    .selectFrom('assignment')
    .select('subject')
    .where('school_id', '=', actor.schoolId)
    .where('class_id', '=', classId)
    .where('staff_id', '=', actor.staffId)
    .execute();
  return {
    classId,
    name: row.name,
    grade: row.grade as Grade,
    schoolYear: row.school_year,
    homeroomStaffId: row.homeroom_staff_id,
    isHomeroomTeacher: row.homeroom_staff_id === actor.staffId,
    subjects: new Set(assigned.map((a) => a.subject)),
  };
}

/** The class's homeroom teacher and subject teachers; the principal and the clerk may look. */
export async function requireClassStaff(
  trx: Kysely<Database>,
  actor: Actor,
  classId: string,
): Promise<ClassAccess> {
  const access = await classAccess(trx, actor, classId);
  const mayLook = actor.roles.includes('principal') || actor.roles.includes('clerk');
  if (!access.isHomeroomTeacher && access.subjects.size === 0 && !mayLook) throw new Refusal('not-allowed');
  return access;
}

/** The class's own homeroom teacher and nobody else. */
export async function requireHomeroomTeacher(
  trx: Kysely<Database>,
  actor: Actor,
  classId: string,
): Promise<ClassAccess> {
  const access = await classAccess(trx, actor, classId);
  if (!access.isHomeroomTeacher) throw new Refusal('not-allowed');
  return access;
}

/** Staff of the class that a record belongs to; refuses `not-found` for a record of another school. */
export async function requireRecordStaff(
  trx: Kysely<Database>,
  actor: Actor,
  recordId: string,
): Promise<ClassAccess> {
  const row = await trx
    .selectFrom('record')
    .select('class_id')
    .where('school_id', '=', actor.schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  return requireClassStaff(trx, actor, row.class_id);
}

/** Refuses unless the actor holds one of the roles. */
export function requireRole(actor: Actor, ...roles: Actor['roles'][number][]): void {
  if (!roles.some((role) => actor.roles.includes(role))) throw new Refusal('not-allowed');
}
