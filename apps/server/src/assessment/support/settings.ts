import { sql } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/assessment.ts';
import { inSchool } from '../../store/database.ts';
import { electivesLower } from '../periods/plans.ts';

/** What the school has decided about its assessment. */
export async function assessmentSettings(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof api.assessmentSettings.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => ({
    electivesLower: await electivesLower(trx, actor.schoolId, null),
  }));
}

/** The principal decides whether an elective's level can lower the overall result, in years not locked yet. */
export async function setAssessmentSettings(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.setAssessmentSettings.body>,
): Promise<z.input<typeof api.setAssessmentSettings.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('assessment_setting:' || ${actor.schoolId}))`.execute(
      trx,
    );
    const last = await trx
      .selectFrom('assessment_setting')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('school_id', '=', actor.schoolId)
      .executeTakeFirst();
    await trx
      .insertInto('assessment_setting')
      .values({
        school_id: actor.schoolId,
        seq: Number(last?.seq ?? 0) + 1,
        electives_lower: input.electivesLower,
        set_by: actor.staffId,
        set_at: deps.now(),
      })
      .execute();
    return { electivesLower: input.electivesLower };
  });
}
