import { dayInWords } from '../roster/calendar.ts';
import type { YearLocks } from '../roster/year-locks.ts';
import { type CellPeriod, periodName } from './periods.ts';

/**
 * The day after which a period of the school year takes no more entries, once it has passed, else null: the main lock for
 * the four periods, the supplementary one for the summer's assessment.
 * @param today ISO date in Vietnam; the day of a lock is the last one of entry
 */
export function lockedOn(locks: YearLocks, period: CellPeriod, today: string): string | null {
  const last = period === 'BS' ? locks.supplementaryOn : locks.mainOn;
  return today > last ? last : null;
}

/** What is said of a cell that the lock has shut. */
export function lockedSentence(period: CellPeriod, day: string): string {
  return `${periodName(period)} đã khoá sổ hết ngày ${dayInWords(day)} nên ô chỉ để xem; giá trị đang có không đổi. Muốn sửa, hãy đề nghị hiệu trưởng dời ngày khoá.`;
}

/**
 * The same for what is decided on a pupil's year (result, promotion, title): for who is assessed again in summer the
 * supplementary lock counts, for everybody else the main one.
 */
export function decidedUntil(
  locks: YearLocks,
  pupil: { readonly toReassess: ReadonlySet<unknown> },
  today: string,
): string | null {
  return lockedOn(locks, pupil.toReassess.size > 0 ? 'BS' : 'CN', today);
}
