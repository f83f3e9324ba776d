import { type CellItem, type Grade, type ProposeOptions, type RuleSet, reassessable } from '@hocba/record';
import { assessmentOf } from './year-cells.ts';

/** A pupil's cells as the record holds them, and what the summer is about. */
export interface EffectiveValues {
  /** Filled cells of the end of the year, overlaid by those that were assessed again in summer. */
  readonly values: ReadonlyMap<CellItem, string>;
  /** Cells that may be assessed again; empty for who has completed the grade at the end of the year. */
  readonly toReassess: ReadonlySet<CellItem>;
  /** Whether any of them was. */
  readonly reassessed: boolean;
}

/**
 * Đánh giá bổ sung (TT 27/2020 Điều 11 khoản 1 điểm b): of what was below Hoàn thành the summer's value counts, of everything
 * else the end of the year's. A value of the summer that is no longer asked for, since the year was corrected, counts not.
 */
export function effectiveValues(
  ruleSet: RuleSet,
  grade: Grade,
  atYearEnd: ReadonlyMap<CellItem, string>,
  inSummer: ReadonlyMap<CellItem, string>,
  options: ProposeOptions,
): EffectiveValues {
  const toReassess = reassessable(ruleSet, assessmentOf(grade, atYearEnd), options);
  const counted = [...inSummer].filter(([item]) => toReassess.has(item));
  return {
    values: new Map([...atYearEnd, ...counted]),
    toReassess,
    reassessed: counted.length > 0,
  };
}
