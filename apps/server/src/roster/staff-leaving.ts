import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { runningYear, vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/staff.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Database } from '../store/tables.ts';
import { lockClass } from './class-lock.ts';
import { recordWaits } from './transfers/place.ts';
import { lockedOn, locksOf } from './year-locks.ts';

/**
 * Somebody leaves the school. Who comes in the place leads the classes, teaches the subjects and holds the roles from
 * now on; the account is closed and its sessions end. Years before keep who taught then.
 * @throws Refusal `not-found`, `invalid-input`, also while a record waits for this person's signature
 */
export async function staffLeaves(
  deps: Deps,
  actor: Actor,
  input: { staffId: string } & z.output<typeof api.staffLeaves.body>,
): Promise<{ classes: number }> {
  const { schoolId } = actor;
  const { staffId, successorId, onDate } = input;
  if (onDate > vietnamDay(deps.now()))
    throw new Refusal('invalid-input', ['Ngày thôi việc không được ở sau hôm nay.']);
  if (staffId === actor.staffId)
    throw new Refusal('invalid-input', ['Hãy để một người quản trị khác ghi việc này cho mình.']);
  return inSchool(deps.db, schoolId, async (trx) => {
    const people = await trx
      .selectFrom('staff')
      .select(['staff_id', 'left_on'])
      .where('school_id', '=', schoolId)
      .orderBy('staff_id')
      .forUpdate()
      .execute();
    const here = (id: string) => people.some((p) => p.staff_id === id && p.left_on === null);
    if (!here(staffId)) throw new Refusal('not-found');
    if (successorId !== undefined && (!here(successorId) || successorId === staffId))
      throw new Refusal('invalid-input', ['Người thay phải là người khác, đang làm việc ở trường.']);
    const roles = await rolesOf(trx, schoolId, staffId);
    const classes = await classesOf(trx, schoolId, staffId, deps.now());
    const needed = classes.length > 0 || roles.includes('principal');
    if (needed && successorId === undefined)
      throw new Refusal('invalid-input', [
        'Hãy chọn người thay: người này đang phụ trách lớp, môn học hoặc là hiệu trưởng.',
      ]);
    for (const classId of classes) await lockClass(trx, schoolId, classId);
    const waits = roles.includes('principal')
      ? await recordWaits(trx, schoolId, {})
      : classes.length > 0 && (await recordWaits(trx, schoolId, { classIds: classes }));
    if (waits)
      throw new Refusal('invalid-input', [
        'Có học bạ đã chốt, đang chờ người này ký. Hãy ký và phát hành, hoặc trả lại để sửa, rồi mới thay người.',
      ]);
    if (successorId !== undefined) await takeOver(trx, schoolId, { staffId, successorId, classes, roles });
    await close(trx, schoolId, staffId, onDate, deps.now());
    return { classes: classes.length };
  });
}

async function rolesOf(trx: Transaction<Database>, schoolId: string, staffId: string) {
  const rows = await trx
    .selectFrom('staff_role')
    .select('role')
    .where('school_id', '=', schoolId)
    .where('staff_id', '=', staffId)
    .execute();
  return rows.map((row) => row.role);
}

/**
 * Classes of the running year and of those after it that the person leads or teaches in, in one order for all. A year
 * that the summer's lock has ended keeps who taught in it.
 */
async function classesOf(trx: Transaction<Database>, schoolId: string, staffId: string, now: Date) {
  const year = await runningYear(trx, schoolId, vietnamDay(now));
  const rows = await trx
    .selectFrom('class as c')
    .leftJoin('assignment as a', (join) =>
      join
        .onRef('a.school_id', '=', 'c.school_id')
        .onRef('a.class_id', '=', 'c.class_id')
        .on('a.staff_id', '=', staffId),
    )
    .select(['c.class_id', 'c.school_year'])
    .distinct()
    .where('c.school_id', '=', schoolId)
    .where('c.school_year', '>=', year?.schoolYear ?? '')
    .where((eb) => eb.or([eb('c.homeroom_staff_id', '=', staffId), eb('a.staff_id', 'is not', null)]))
    .orderBy('c.class_id')
    .execute();
  const shut = new Set<string>();
  for (const of of new Set(rows.map((row) => row.school_year))) {
    const locks = await locksOf(trx, schoolId, of);
    if (lockedOn(locks, 'BS', vietnamDay(now)) !== null) shut.add(of);
  }
  return rows.filter((row) => !shut.has(row.school_year)).map((row) => row.class_id);
}

async function takeOver(
  trx: Transaction<Database>,
  schoolId: string,
  from: {
    staffId: string;
    successorId: string;
    classes: readonly string[];
    roles: Awaited<ReturnType<typeof rolesOf>>;
  },
): Promise<void> {
  const { staffId, successorId, classes, roles } = from;
  if (classes.length > 0) {
    await trx
      .updateTable('class')
      .set({ homeroom_staff_id: successorId })
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', [...classes])
      .where('homeroom_staff_id', '=', staffId)
      .execute();
    await trx
      .updateTable('assignment')
      .set({ staff_id: successorId })
      .where('school_id', '=', schoolId)
      .where('class_id', 'in', [...classes])
      .where('staff_id', '=', staffId)
      .execute();
  }
  if (roles.length > 0)
    await trx
      .insertInto('staff_role')
      .values(roles.map((role) => ({ school_id: schoolId, staff_id: successorId, role })))
      .onConflict((oc) => oc.columns(['school_id', 'staff_id', 'role']).doNothing())
      .execute();
}

async function close(
  trx: Transaction<Database>,
  schoolId: string,
  staffId: string,
  onDate: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('staff')
    .set({ left_on: onDate })
    .where('school_id', '=', schoolId)
    .where('staff_id', '=', staffId)
    .execute();
  await trx
    .deleteFrom('staff_role')
    .where('school_id', '=', schoolId)
    .where('staff_id', '=', staffId)
    .execute();
  const closed = await trx
    .updateTable('account')
    .set({ disabled_at: now })
    .where('school_id', '=', schoolId)
    .where('staff_id', '=', staffId)
    .where('disabled_at', 'is', null)
    .returning('account_id')
    .execute();
  if (closed.length > 0)
    await trx
      .updateTable('session')
      .set({ ended_at: now })
      .where(
        'account_id',
        'in',
        closed.map((row) => row.account_id),
      )
      .where('ended_at', 'is', null)
      .execute();
}
