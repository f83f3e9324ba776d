import type { Period } from '../model.ts';
import type { RuleSet } from './ruleset.ts';
import { TT27_2020 } from './tt27-2020.ts';

/** One sitting of a periodic test. All are kept; the last one counts. */
export interface Attempt {
  /** Whole, 0–10. */
  readonly mark: number;
  /** Day of the test, ISO date. */
  readonly takenOn: string;
  /** Why it was set again; the first sitting has none. */
  readonly reason?: string;
}

/** What is wrong with a list of sittings. */
export type AttemptFault = 'again-not-allowed' | 'reason-missing' | 'mark-not-whole' | 'order';

/**
 * Whether another test may be set: only at the end of semester I and of the year, when the result is abnormal beside
 * the ongoing assessment (TT 27/2020 Điều 7 khoản 1 điểm d).
 */
export function maySitAgain(period: Period, set: Pick<RuleSet, 'retestIn'> = TT27_2020): boolean {
  return set.retestIn.includes(period);
}

/** The mark that counts: that of the last sitting (Hướng dẫn ghi học bạ, mục 2), undefined without any. */
export function effectiveMark(attempts: readonly Attempt[]): number | undefined {
  return attempts[attempts.length - 1]?.mark;
}

/** The first fault of a list of sittings in the order in which they were held, or null. */
export function attemptFault(
  period: Period,
  attempts: readonly Attempt[],
  set: Pick<RuleSet, 'retestIn' | 'marks'> = TT27_2020,
): AttemptFault | null {
  const { least, most } = set.marks;
  for (const [i, attempt] of attempts.entries()) {
    if (!Number.isInteger(attempt.mark) || attempt.mark < least || attempt.mark > most)
      return 'mark-not-whole';
    const before = attempts[i - 1];
    if (!before) continue;
    if (!maySitAgain(period, set)) return 'again-not-allowed';
    if (attempt.takenOn < before.takenOn) return 'order';
    if (!attempt.reason?.trim()) return 'reason-missing';
  }
  return null;
}
