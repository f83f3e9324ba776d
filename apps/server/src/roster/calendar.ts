import type { Kysely } from 'kysely';
import { NO_DAY } from '../store/no-time.ts';
import type { Database } from '../store/tables.ts';

/** `2025-2026` → `2026-2027`. */
export function yearAfter(schoolYear: string): string {
  const end = Number(schoolYear.slice(5));
  return `${end}-${end + 1}`;
}

/** The same day of the month a year later; the last of February stays the last. */
export function dayOfNextYear(day: string): string {
  if (day === NO_DAY) return NO_DAY;
  const moved = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
  return day.endsWith('-02-29') ? moved.replace('-02-29', '-02-28') : moved;
}

/** dd/mm/yyyy, as it is read. */
export function dayInWords(day: string): string {
  return day.split('-').reverse().join('/');
}

export interface YearRow {
  readonly schoolYear: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** A school's year and its days, or null. `lock` orders all acts that name classes of the year. */
export async function yearOf(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
  lock = false,
): Promise<YearRow | null> {
  let query = trx
    .selectFrom('school_year')
    .select(['school_year', 'starts_on', 'ends_on'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row ? { schoolYear: row.school_year, startsOn: row.starts_on, endsOn: row.ends_on } : null;
}
