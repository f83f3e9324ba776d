import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/people-files.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { lockClass } from '../class-lock.ts';
import { closedToLists, lockClassesOf } from './open-facts.ts';
import type { PeopleOutcome, Values } from './stored.ts';

type Undone = z.input<typeof api.undoPeople.response>;

/**
 * Takes an import of pupils or staff back, by whoever applied it: facts that nobody has changed since get their former
 * values, others are named; pupils who came by it leave the class's list where nothing was entered for them, new staff
 * lose their role. Nothing is deleted.
 * @throws Refusal `not-found`, `import-already-undone`, `invalid-input` when it was never applied
 */
export async function undoPeople(deps: Deps, actor: Actor, input: { importId: string }): Promise<Undone> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('import')
      .select(['kind', 'applied_at', 'undone_at', 'outcome'])
      .where('school_id', '=', schoolId)
      .where('import_id', '=', input.importId)
      .where('kind', '!=', 'results')
      .where('created_by', '=', actor.staffId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new Refusal('not-found');
    if (row.kind === 'staff') requireRole(actor, 'admin');
    else requireRole(actor, 'clerk', 'admin');
    if (row.undone_at !== null) throw new Refusal('import-already-undone');
    if (row.applied_at === null || row.outcome === null)
      throw new Refusal('invalid-input', [
        'Tệp này mới được xem trước, chưa nhập gì nên không có gì để hoàn tác.',
      ]);
    const outcome = row.outcome as unknown as PeopleOutcome;
    const said = { restored: 0, removed: 0, kept: [] as string[] };
    if (row.kind === 'pupils')
      await lockClassesOf(
        trx,
        schoolId,
        outcome.changed.map((change) => change.id),
      );
    for (const change of outcome.changed) {
      const kept = await restore(trx, schoolId, row.kind === 'staff' ? 'staff' : 'pupil', change);
      if (kept === null) said.restored += 1;
      else said.kept.push(kept);
    }
    said.removed =
      row.kind === 'staff'
        ? await withoutRole(trx, schoolId, outcome.created)
        : await offTheLists(trx, schoolId, outcome.enrolled, vietnamDay(deps.now()));
    await trx
      .updateTable('import')
      .set({ undone_by: actor.staffId, undone_at: deps.now() })
      .where('school_id', '=', schoolId)
      .where('import_id', '=', input.importId)
      .execute();
    return said;
  });
}

/** null when the person has the former values again, else the sentence that says why not. */
async function restore(
  trx: Transaction<Database>,
  schoolId: string,
  table: 'pupil' | 'staff',
  change: { readonly id: string; readonly before: Values; readonly after: Values },
): Promise<string | null> {
  const key = table === 'pupil' ? 'pupil_id' : 'staff_id';
  const now = (await trx
    .selectFrom(table)
    .selectAll()
    .where('school_id', '=', schoolId)
    .where(key, '=', change.id)
    .forUpdate()
    .executeTakeFirstOrThrow()) as unknown as Values;
  const touched = Object.entries(change.after).some(([column, value]) => (now[column] ?? null) !== value);
  if (touched) return `${now.full_name}: lý lịch đã được sửa sau lần nhập nên giữ nguyên.`;
  const former = Object.fromEntries(
    Object.keys(change.after).map((column) => [column, change.before[column] ?? null]),
  );
  if (table === 'pupil') {
    const pupil = { pupilId: change.id, pupilCode: now.pupil_code ?? '' };
    const closed = await closedToLists(trx, schoolId, pupil, { before: now, after: former });
    if (closed !== null) return closed;
  }
  await trx
    .updateTable(table)
    .set(former)
    .where('school_id', '=', schoolId)
    .where(key, '=', change.id)
    .execute();
  return null;
}

async function withoutRole(
  trx: Transaction<Database>,
  schoolId: string,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  await trx.deleteFrom('staff_role').where('school_id', '=', schoolId).where('staff_id', 'in', ids).execute();
  return ids.length;
}

async function offTheLists(
  trx: Transaction<Database>,
  schoolId: string,
  enrolled: PeopleOutcome['enrolled'],
  today: string,
): Promise<number> {
  let removed = 0;
  const byClass = Map.groupBy(enrolled, (one) => one.classId);
  for (const classId of [...byClass.keys()].sort()) {
    await lockClass(trx, schoolId, classId);
    const left = await trx
      .updateTable('enrolment as e')
      .set({ left_on: today, left_as: 'class-changed' })
      .where('e.school_id', '=', schoolId)
      .where('e.class_id', '=', classId)
      .where(
        'e.pupil_id',
        'in',
        (byClass.get(classId) ?? []).map((one) => one.pupilId),
      )
      .where('e.left_on', 'is', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('cell as c')
              .select('c.item')
              .whereRef('c.school_id', '=', 'e.school_id')
              .whereRef('c.class_id', '=', 'e.class_id')
              .whereRef('c.pupil_id', '=', 'e.pupil_id')
              .where('c.value', 'is not', null),
          ),
        ),
      )
      .executeTakeFirst();
    removed += Number(left.numUpdatedRows);
  }
  return removed;
}
