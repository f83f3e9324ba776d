import {
  type CellItem,
  type EducationPlan,
  exemptItems,
  type SubjectCode,
  type TraitCode,
} from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { EnrolledPupil } from './class-data.ts';

/** A pupil's plan as its acts leave it. */
export interface PlanState {
  readonly seq: number;
  /** Set and not confirmed yet. */
  readonly proposed: EducationPlan | null;
  /** Confirmed by the principal and not withdrawn: this one holds. */
  readonly confirmed: EducationPlan | null;
}

/** The plans of a class's pupils who have or had one. Sensitive: see `education-plans.ts` for who may be told. */
export async function plansOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlyMap<string, PlanState>> {
  const rows = await trx
    .selectFrom('education_plan')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .orderBy('seq')
    .execute();
  const found = new Map<string, PlanState>();
  for (const row of rows) {
    const { proposed = null, confirmed = null } = found.get(row.pupil_id) ?? {};
    const { seq, act } = row;
    const next =
      act === 'set'
        ? { proposed: planOf(row), confirmed }
        : act === 'confirm'
          ? { proposed: null, confirmed: proposed ?? confirmed }
          : { proposed: null, confirmed: null };
    found.set(row.pupil_id, { seq, ...next });
  }
  return found;
}

function planOf(row: {
  kind: EducationPlan['kind'] | null;
  subjects: string[];
  tests: string[];
  traits: string[];
}): EducationPlan {
  if (row.kind !== 'individual') return { kind: row.kind ?? 'adjusted' };
  return {
    kind: 'individual',
    subjects: row.subjects as SubjectCode[],
    tests: row.tests as SubjectCode[],
    traits: row.traits as TraitCode[],
  };
}

/** The cells that a confirmed plan lifts for a pupil: neither missing nor ever a reason for a lower result (Điều 8). */
export function exemptOf(plans: ReadonlyMap<string, PlanState>, pupil: EnrolledPupil): CellItem[] {
  const plan = plans.get(pupil.pupilId)?.confirmed;
  return plan ? exemptItems(pupil.grade, plan) : [];
}

/**
 * Whether the school lets electives lower a result; null while it has not decided: the rule set's own answer holds.
 * @param until ISO date in Vietnam: a year's main lock, after which no decision reaches the year; null for the newest one
 */
export async function electivesLower(
  trx: Kysely<Database>,
  schoolId: string,
  until: string | null,
): Promise<boolean | null> {
  const row = await trx
    .selectFrom('assessment_setting')
    .select('electives_lower')
    .where('school_id', '=', schoolId)
    .$if(until !== null, (query) =>
      query.where(sql`(set_at at time zone 'Asia/Ho_Chi_Minh')::date`, '<=', until),
    )
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return row?.electives_lower ?? null;
}
