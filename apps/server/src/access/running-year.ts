import type { Kysely } from 'kysely';
import { NO_DAY } from '../store/no-time.ts';
import type { Database } from '../store/tables.ts';

export interface RunningYear {
  readonly schoolYear: string;
  readonly plannedIssueDate: string;
}

/**
 * The school year that is worked in: the newest that has begun, so that a year that is only prepared changes no page.
 * Where none has begun yet, the first. Null for a school without any.
 * @param today the calendar day in Vietnam, ISO
 */
export async function runningYear(
  trx: Kysely<Database>,
  schoolId: string,
  today: string,
): Promise<RunningYear | null> {
  const years = await trx
    .selectFrom('school_year')
    .select(['school_year', 'starts_on', 'planned_issue_date'])
    .where('school_id', '=', schoolId)
    .orderBy('starts_on', 'desc')
    .execute();
  const row = years.find((y) => y.starts_on <= today) ?? years.at(-1);
  return row ? { schoolYear: row.school_year, plannedIssueDate: row.planned_issue_date } : null;
}

/** The calendar day in Vietnam, ISO: before seven in the morning UTC still has yesterday's. Of a time that is none `NO_DAY`. */
export function vietnamDay(at: Date): string {
  if (Number.isNaN(at.getTime())) return NO_DAY;
  return new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}
