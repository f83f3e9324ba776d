import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

/**
 * Takes back a roll-over: its classes, assignments and enrolments go, its statuses no longer count. Refused as soon as
 * the new year holds anything else: a cell, a pupil who came another way, a pupil who has left.
 * @throws Refusal `not-found`, `year-in-use`
 */
export async function undoRollOver(
  deps: Deps,
  actor: Actor,
  input: { rollOverId: string },
): Promise<{ classes: number; pupils: number }> {
  const { schoolId } = actor;
  const { rollOverId } = input;
  return inSchool(deps.db, schoolId, async (trx) => {
    const run = await trx
      .selectFrom('roll_over')
      .select(['to_year', 'undone_at'])
      .where('school_id', '=', schoolId)
      .where('roll_over_id', '=', rollOverId)
      .forUpdate()
      .executeTakeFirst();
    if (!run) throw new Refusal('not-found');
    if (run.undone_at !== null) return { classes: 0, pupils: 0 };
    const reasons = await whyNot(trx, schoolId, rollOverId);
    if (reasons.length > 0) throw new Refusal('year-in-use', reasons);
    const enrolled = await trx
      .deleteFrom('enrolment')
      .where('school_id', '=', schoolId)
      .where('roll_over_id', '=', rollOverId)
      .executeTakeFirst();
    const made = await trx
      .selectFrom('class')
      .select('class_id')
      .where('school_id', '=', schoolId)
      .where('roll_over_id', '=', rollOverId)
      .execute();
    const ids = made.map((row) => row.class_id);
    if (ids.length > 0) {
      for (const table of ['assignment', 'class_counter', 'class'] as const) {
        await trx.deleteFrom(table).where('school_id', '=', schoolId).where('class_id', 'in', ids).execute();
      }
    }
    await trx
      .updateTable('roll_over')
      .set({ undone_by: actor.staffId, undone_at: deps.now() })
      .where('school_id', '=', schoolId)
      .where('roll_over_id', '=', rollOverId)
      .execute();
    return { classes: ids.length, pupils: Number(enrolled.numDeletedRows) };
  });
}

/** Locks the run's classes, so that no cell comes between the look and the deed. */
async function whyNot(trx: Transaction<Database>, schoolId: string, rollOverId: string): Promise<string[]> {
  const touched = await trx
    .selectFrom('class as c')
    .innerJoin('class_counter as k', (join) =>
      join.onRef('k.school_id', '=', 'c.school_id').onRef('k.class_id', '=', 'c.class_id'),
    )
    .select(['c.class_id', 'c.name', 'k.seq', 'c.roll_over_id'])
    .where('c.school_id', '=', schoolId)
    .where((eb) =>
      eb.or([
        eb('c.roll_over_id', '=', rollOverId),
        eb.exists(
          eb
            .selectFrom('enrolment as e')
            .select('e.pupil_id')
            .whereRef('e.school_id', '=', 'c.school_id')
            .whereRef('e.class_id', '=', 'c.class_id')
            .where('e.roll_over_id', '=', rollOverId),
        ),
      ]),
    )
    .orderBy('c.name')
    .forUpdate('k')
    .execute();
  const reasons = touched
    .filter((row) => Number(row.seq) > 0)
    .map((row) => `Lớp ${row.name}: đã có điểm, mức hoặc nhận xét được ghi.`);
  const ids = touched.map((row) => row.class_id);
  const closed =
    ids.length === 0
      ? []
      : await trx
          .selectFrom('period_act')
          .select('class_id')
          .distinct()
          .where('school_id', '=', schoolId)
          .where('class_id', 'in', ids)
          .execute();
  for (const row of touched) {
    if (closed.some((c) => c.class_id === row.class_id))
      reasons.push(`Lớp ${row.name}: đã chốt một kỳ đánh giá.`);
  }
  const others = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['c.name', 'e.roll_over_id'])
    .distinct()
    .where('e.school_id', '=', schoolId)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('c.roll_over_id', '=', rollOverId),
          eb.or([eb('e.roll_over_id', 'is', null), eb('e.roll_over_id', '<>', rollOverId)]),
        ]),
        eb.and([eb('e.roll_over_id', '=', rollOverId), eb('e.left_on', 'is not', null)]),
      ]),
    )
    .orderBy('c.name')
    .execute();
  for (const row of others) {
    reasons.push(
      row.roll_over_id === rollOverId
        ? `Lớp ${row.name}: có em đã chuyển đi sau khi kết chuyển.`
        : `Lớp ${row.name}: có em vào lớp không theo lần kết chuyển này.`,
    );
  }
  return reasons;
}
