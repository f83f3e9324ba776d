import { partsOf } from '../codes/items.ts';
import type { CellItem, Grade, OverallResult, PeriodAssessment } from '../model.ts';
import { completesGrade, completionText } from './completion.ts';
import { proposeResult } from './propose.ts';
import { type RuleSet, type RuleTopic, ruleOn } from './ruleset.ts';
import { isSchoolYear } from './school-year.ts';
import { type ProposeOptions, shortfall } from './shortfall.ts';

/** The further assessment after the summer's support (TT 27/2020 Điều 11 khoản 1 điểm b). */
export interface Reassessment {
  readonly heldOn: string;
  /** What the pupil reached now; cells that were not assessed again keep what they had. */
  readonly levels?: PeriodAssessment['levels'];
  readonly marks?: PeriodAssessment['marks'];
  readonly traits?: PeriodAssessment['traits'];
}

/** The principal's decision on a pupil who has still not completed the grade (Điều 11 khoản 1 điểm c). */
export interface PromotionDecision {
  readonly promoted: boolean;
  readonly decidedOn: string;
  readonly reason: string;
}

export interface YearEnd {
  readonly assessment: PeriodAssessment;
  readonly options?: ProposeOptions;
  readonly reassessment?: Reassessment;
  readonly decision?: PromotionDecision;
}

export type YearEndStage =
  /** Cells are missing: nothing can be said yet. */
  | 'incomplete'
  /** Not completed: support and a further assessment are due. */
  | 'needs-reassessment'
  /** Not completed after it either: the principal decides. */
  | 'needs-decision'
  | 'concluded';

/** Where the pupil goes next. */
export type NextYear =
  | { readonly kind: 'grade'; readonly grade: Grade }
  | { readonly kind: 'repeat'; readonly grade: Grade }
  | { readonly kind: 'leave' };

export interface YearEndOutcome {
  readonly stage: YearEndStage;
  /** Kết quả giáo dục of the effective cells: the end of the year, with what the summer's assessment has changed. */
  readonly result: OverallResult | null;
  /** Two facts that do not follow from each other. null until known. */
  readonly completed: boolean | null;
  readonly promoted: boolean | null;
  /** Only in grade 5. */
  readonly primaryCompleted: boolean | null;
  /** §6 of the form. */
  readonly completionText: string | null;
  /** Completed only after the summer's assessment. */
  readonly reassessed: boolean;
  /** Which of the year's two locks the record belongs to. */
  readonly lock: 'main' | 'supplementary';
  /** Cells below Hoàn thành: what support and further assessment are about. */
  readonly toReassess: readonly CellItem[];
  readonly next: NextYear | null;
  readonly rules: readonly string[];
}

/** The cells that count: those of the end of the year, overlaid by what was assessed again in summer. */
export function effectiveAssessment(a: PeriodAssessment, r: Omit<Reassessment, 'heldOn'>): PeriodAssessment {
  return {
    grade: a.grade,
    levels: { ...a.levels, ...r.levels },
    marks: { ...a.marks, ...r.marks },
    traits: { ...a.traits, ...r.traits },
  };
}

/**
 * The cells that may be assessed again in summer: those below Hoàn thành, and of a subject level and mark together, since one
 * is judged by the other. Empty for a pupil who has completed the grade, or whose year has gaps.
 */
export function reassessable(
  set: RuleSet,
  assessment: PeriodAssessment,
  options: ProposeOptions = {},
): ReadonlySet<CellItem> {
  const { result } = proposeResult(set, assessment, options);
  if (result === null || completesGrade(result, set)) return new Set();
  return new Set(
    shortfall(set, assessment, lowestCompleting(set), options).flatMap((item): CellItem[] => {
      const parts = partsOf(item);
      if (parts.kind !== 'subjectLevel' && parts.kind !== 'mark') return [item];
      const { subject } = parts;
      return [
        `${subject}.level`,
        ...(assessment.marks[subject] === undefined ? [] : [`${subject}.mark` as const]),
      ];
    }),
  );
}

/** What support and a further assessment have to reach. */
function lowestCompleting(set: RuleSet): OverallResult {
  const last = set.conditions.filter((c) => set.completing.includes(c.result)).at(-1);
  if (!last) throw new RangeError('no result completes the grade');
  return last.result;
}

function nextOf(grade: Grade, completed: boolean, promoted: boolean): NextYear {
  if (!promoted && !completed) return { kind: 'repeat', grade };
  return grade === 5 ? { kind: 'leave' } : { kind: 'grade', grade: (grade + 1) as Grade };
}

function concluded(
  grade: Grade,
  completed: boolean,
  promoted: boolean,
): Pick<YearEndOutcome, 'stage' | 'completed' | 'promoted' | 'primaryCompleted' | 'completionText' | 'next'> {
  return {
    stage: 'concluded',
    completed,
    promoted,
    primaryCompleted: grade === 5 ? completed : null,
    completionText: completionText(grade, completed, promoted),
    next: nextOf(grade, completed, promoted),
  };
}

/**
 * The end of a pupil's year (TT 27/2020 Điều 9 khoản 2, Điều 11): result, completion, promotion and what comes next, or
 * what has still to be done. A pupil of grade 5 who has not completed it is not promoted by any decision: there is no
 * primary grade to go to.
 */
export function concludeYear(set: RuleSet, input: YearEnd): YearEndOutcome {
  const { assessment, options = {}, reassessment, decision } = input;
  const { grade } = assessment;
  const { result } = proposeResult(set, assessment, options);
  const toReassess = shortfall(set, assessment, lowestCompleting(set), options);
  const open = { completed: null, promoted: null, primaryCompleted: null, completionText: null, next: null };
  const main = { result, toReassess, reassessed: false, lock: 'main' } as const;
  if (result === null) return { ...main, ...open, stage: 'incomplete', rules: named(set, ['synthesis']) };
  if (completesGrade(result, set)) {
    const rules = named(set, ['completed', ...(grade === 5 ? (['primary'] as const) : [])]);
    return { ...main, ...concluded(grade, true, true), rules };
  }
  const summer = { result, toReassess, lock: 'supplementary' } as const;
  if (!reassessment) {
    const rules = named(set, ['support']);
    return { ...summer, ...open, reassessed: false, stage: 'needs-reassessment', rules };
  }
  const again = proposeResult(set, effectiveAssessment(assessment, reassessment), options).result;
  if (again !== null && completesGrade(again, set)) {
    const rules = named(set, ['support', ...(grade === 5 ? (['primary'] as const) : [])]);
    return { ...summer, ...concluded(grade, true, true), result: again, reassessed: true, rules };
  }
  const rules = named(set, ['support', grade === 5 ? 'primary' : 'promoted']);
  if (grade === 5) return { ...summer, ...concluded(grade, false, false), reassessed: false, rules };
  if (!decision) {
    return { ...summer, ...open, completed: false, reassessed: false, stage: 'needs-decision', rules };
  }
  return { ...summer, ...concluded(grade, false, decision.promoted), reassessed: false, rules };
}

function named(set: RuleSet, topics: readonly RuleTopic[]): string[] {
  return topics.map((topic) => ruleOn(set, topic).id);
}

/**
 * The last days of a school year's two locks, ISO dates.
 * @param own a province's own days (`MM-DD`), where it has set them
 * @throws RangeError if the text is no school year
 */
export function lockDays(
  set: RuleSet,
  schoolYear: string,
  own: Partial<RuleSet['locks']> = {},
): { readonly main: string; readonly supplementary: string } {
  if (!isSchoolYear(schoolYear)) throw new RangeError('not a school year');
  const year = schoolYear.slice(5);
  const { main, supplementary } = { ...set.locks, ...own };
  return { main: `${year}-${main}`, supplementary: `${year}-${supplementary}` };
}
