import { RESULT_NAMES } from '../codes/words.ts';
import type { CellItem, OverallResult, PeriodAssessment } from '../model.ts';
import { type RuleSet, ruleOf } from './ruleset.ts';
import { faultsText, judgedItems, type ProposeOptions, shortfall, verdict } from './shortfall.ts';

/** A sentence of the proposal with the rule it rests on. */
export interface Reason {
  readonly rule: string;
  readonly article: string;
  readonly sentence: string;
}

export interface Proposal {
  /** null while a required cell is missing: never CHT by default. */
  readonly result: OverallResult | null;
  readonly missing: CellItem[];
  /** Every filled cell that keeps the pupil from the highest result, in official order. */
  readonly blocking: CellItem[];
  readonly reasons: Reason[];
}

function reason(set: RuleSet, ruleId: string, sentence?: string): Reason {
  const rule = ruleOf(set, ruleId);
  return { rule: rule.id, article: rule.article, sentence: sentence ?? rule.sentence };
}

/**
 * The overall result of the year that the rules give (TT 27/2020 Điều 9 khoản 2), with every cell that keeps the pupil
 * from the highest one. The marks are the effective ones of the end-of-year tests. Marks of subjects without a test in
 * the grade are not looked at.
 */
export function proposeResult(set: RuleSet, a: PeriodAssessment, options: ProposeOptions = {}): Proposal {
  const { required, judged } = judgedItems(set, a, options);
  const highest = set.conditions[0];
  if (!highest) throw new RangeError('rule set without conditions');
  const missing = required.filter((i) => verdict(a, i, highest) === 'empty');
  const blocking = judged.filter((i) => verdict(a, i, highest) === 'below');
  // A pupil whom a plan frees from everything has no result by these rules, rather than the highest.
  if (missing.length > 0 || judged.length === 0) return { result: null, missing, blocking, reasons: [] };

  const reasons: Reason[] = [];
  for (const condition of set.conditions) {
    const why = whyNot(set, a, condition.result, options);
    if (!why) {
      return {
        result: condition.result,
        missing,
        blocking,
        reasons: [reason(set, condition.rule), ...reasons],
      };
    }
    const { rule, article, sentence } = why;
    reasons.push({ rule, article, sentence });
  }
  const { result, rule } = set.otherwise;
  return { result, missing, blocking, reasons: [reason(set, rule), ...reasons] };
}

/** Why a result is not reached. */
export interface WhyNot extends Reason {
  readonly cells: readonly CellItem[];
  /** The cells in one line, each with what it would need: `điểm Toán 6 (cần từ 7), Âm nhạc mức H (cần T)`. */
  readonly faults: string;
}

/**
 * Why a pupil does not have a result: the cells below the conditions of that very result and of no other, with what each
 * would need. null if every cell meets them (then a higher result is due, or a cell is missing).
 */
export function whyNot(
  set: RuleSet,
  a: PeriodAssessment,
  result: OverallResult,
  options: ProposeOptions = {},
): WhyNot | null {
  const condition = set.conditions.find((c) => c.result === result);
  const cells = shortfall(set, a, result, options);
  if (!condition || cells.length === 0) return null;
  const faults = faultsText(a, cells, condition);
  const sentence = `Chưa đạt ${RESULT_NAMES[result]} vì: ${faults}.`;
  return { ...reason(set, condition.rule, sentence), cells, faults };
}
