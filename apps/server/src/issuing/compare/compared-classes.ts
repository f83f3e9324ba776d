import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { runningYear, vietnamDay } from '../../access/running-year.ts';
import type { comparedClasses as comparedRoute } from '../../http/api/issuing.ts';
import { inSchool } from '../../store/database.ts';

/** What the server's own daily comparison found last in each class of the running year. */
export async function comparedClasses(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof comparedRoute.response>> {
  requireRole(actor, 'principal');
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const year = await runningYear(trx, schoolId, vietnamDay(deps.now()));
    if (!year) return { classes: [] };
    const rows = await trx
      .selectFrom('class_comparison as d')
      .innerJoin('class as c', (join) =>
        join.onRef('c.school_id', '=', 'd.school_id').onRef('c.class_id', '=', 'd.class_id'),
      )
      .distinctOn('c.class_id')
      .select(['c.class_id', 'c.name', 'd.compared_at', 'd.records', 'd.differing'])
      .where('d.school_id', '=', schoolId)
      .where('c.school_year', '=', year.schoolYear)
      .orderBy('c.class_id')
      .orderBy('d.day', 'desc')
      .execute();
    return {
      classes: rows
        .map((row) => ({
          classId: row.class_id,
          className: row.name,
          comparedAt: row.compared_at.toISOString(),
          records: row.records,
          differing: row.differing.length,
        }))
        .sort((a, b) => a.className.localeCompare(b.className, 'vi')),
    };
  });
}
