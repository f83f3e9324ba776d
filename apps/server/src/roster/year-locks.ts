import { type Period, ruleSetFor } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Database } from '../store/tables.ts';

/** Last days, ISO, on which the year's cells and those of the summer may be entered. */
export interface YearLocks {
  readonly mainOn: string;
  readonly supplementaryOn: string;
}

/**
 * The day after which a period of the school year takes no more entries, once it has passed, else null: the main lock for
 * the four periods, the supplementary one for the summer's assessment (`BS`).
 * @param today ISO date in Vietnam; the day of a lock is the last one of entry
 */
export function lockedOn(locks: YearLocks, period: Period | 'BS', today: string): string | null {
  const last = period === 'BS' ? locks.supplementaryOn : locks.mainOn;
  return today > last ? last : null;
}

/** The days that a rule set names for a school year (QĐ 1789/QĐ-SGDĐT Điều 21). */
export function usualLocks(schoolYear: string): YearLocks {
  const { locks } = ruleSetFor(schoolYear);
  const year = schoolYear.slice(5);
  return { mainOn: `${year}-${locks.main}`, supplementaryOn: `${year}-${locks.supplementary}` };
}

/**
 * The locks that hold: those of the principal's newest act, else those with which the year was opened, else the usual
 * ones. A year that the school does not have is locked as usual.
 */
export async function locksOf(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<YearLocks> {
  const [moved] = await lockMoves(trx, schoolId, schoolYear);
  if (moved) return { mainOn: moved.main_lock_on, supplementaryOn: moved.supplementary_lock_on };
  const opened = await trx
    .selectFrom('school_year')
    .select(['main_lock_on', 'supplementary_lock_on'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .executeTakeFirst();
  const usual = usualLocks(schoolYear);
  return {
    mainOn: opened?.main_lock_on ?? usual.mainOn,
    supplementaryOn: opened?.supplementary_lock_on ?? usual.supplementaryOn,
  };
}

/** The acts that moved a year's locks, the newest first. */
export async function lockMoves(trx: Kysely<Database>, schoolId: string, schoolYear: string) {
  return trx
    .selectFrom('year_lock_act as a')
    .innerJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'a.school_id').onRef('s.staff_id', '=', 'a.acted_by'),
    )
    .select(['a.seq', 'a.main_lock_on', 'a.supplementary_lock_on', 'a.reason', 'a.acted_at', 's.full_name'])
    .where('a.school_id', '=', schoolId)
    .where('a.school_year', '=', schoolYear)
    .orderBy('a.seq', 'desc')
    .execute();
}
