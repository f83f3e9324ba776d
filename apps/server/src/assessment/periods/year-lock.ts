import { dayInWords } from '../../roster/calendar.ts';
import { lockedOn, type YearLocks } from '../../roster/year-locks.ts';
import { type CellPeriod, periodName } from './periods.ts';

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
