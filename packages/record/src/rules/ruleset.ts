import type { Grade, OverallResult, Period, SubjectCode, SubjectLevel, TraitLevel } from '../model.ts';

/** One sentence of the law that a decision or a problem refers to. */
export interface Rule {
  readonly id: string;
  /** Where it stands, such as `TT 27/2020/TT-BGDĐT, Điều 9 khoản 2`. */
  readonly article: string;
  /** What it says, for a teacher to read. */
  readonly sentence: string;
  /** First and last day that it is in force (ISO dates, inclusive); no last while it is. */
  readonly from: string;
  readonly until?: string;
  /** Tried out only: what it finds is told as a note and blocks nothing. */
  readonly reportOnly?: true;
}

/**
 * What the program asks a rule set about. An amendment has rules of its own ids; the topic says which of them answers,
 * so that no check ever names a rule of one circular.
 */
export type RuleTopic =
  | 'level'
  | 'test'
  | 'mark'
  | 'retest'
  | 'trait'
  | 'synthesis'
  | 'form'
  | 'completed'
  | 'support'
  | 'promoted'
  | 'primary'
  | 'letter';

/** Grades with a test mark, at the ends and in the middles of the semesters. */
export interface TestGrades {
  readonly atEnd: readonly Grade[];
  readonly atMiddle: readonly Grade[];
}

/** What every cell must reach for one overall result. */
export interface ResultCondition {
  readonly result: OverallResult;
  readonly subjectLevels: readonly SubjectLevel[];
  readonly traitLevels: readonly TraitLevel[];
  /** Least mark of each end-of-year test. */
  readonly leastMark: number;
  readonly rule: string;
}

/** A title that may be given with one result only (Điều 13). */
export interface AwardTitle {
  readonly title: string;
  readonly result: OverallResult;
  /** Whether it also needs merit or progress and the class's recognition; else the result alone gives it. */
  readonly needsGrounds: boolean;
  readonly rule: string;
}

/** Rules of assessment as data: chosen by school year, never edited once a record refers to them. */
export interface RuleSet {
  readonly id: string;
  readonly name: string;
  /** First and last school year that it applies to, such as `2024-2025`; no last while it is in force. */
  readonly firstSchoolYear: string;
  readonly lastSchoolYear?: string;
  readonly marks: { readonly least: number; readonly most: number };
  /** Subjects whose tests are other than the code list's (`SUBJECTS`), which holds what TT 27/2020 Điều 7 says. */
  readonly tests: Readonly<Partial<Record<SubjectCode, TestGrades>>>;
  /** Periods in which another test may be set when a result is abnormal. */
  readonly retestIn: readonly Period[];
  /** From the highest down; the first whose condition holds is the result. */
  readonly conditions: readonly ResultCondition[];
  /** The result of everybody for whom no condition holds. */
  readonly otherwise: { readonly result: OverallResult; readonly rule: string };
  /** Whether an elective below the condition lowers the result, unless the school decides otherwise. */
  readonly electivesLower: boolean;
  /** Results that confirm the completion of the grade. */
  readonly completing: readonly OverallResult[];
  readonly awards: readonly AwardTitle[];
  /**
   * Last days (`MM-DD` of the year in which the school year ends) of the main lock and of the one after the summer's
   * further assessment. Provinces set their own; these stand where none is known (QĐ 1789/QĐ-SGDĐT Điều 21).
   */
  readonly locks: { readonly main: string; readonly supplementary: string };
  readonly rules: readonly Rule[];
  /** The rule that answers for each topic. */
  readonly topics: Readonly<Record<RuleTopic, string>>;
}

/** Whether a rule is in force on a day (ISO date). */
export function inForce(rule: Rule, day: string): boolean {
  return rule.from <= day && (rule.until === undefined || day <= rule.until);
}

/**
 * The set with some rules only tried out, as a school does before an amendment binds it.
 * @throws RangeError for an id that the set does not have
 */
export function reportOnly(set: RuleSet, ids: readonly string[]): RuleSet {
  for (const id of ids) ruleOf(set, id);
  const rules = set.rules.map((rule): Rule => (ids.includes(rule.id) ? { ...rule, reportOnly: true } : rule));
  return { ...set, rules };
}

/** The rule set's own rule on a topic. */
export function ruleOn(set: RuleSet, topic: RuleTopic): Rule {
  return ruleOf(set, set.topics[topic]);
}

/** A rule of the set by its id. */
export function ruleOf(set: RuleSet, id: string): Rule {
  const found = set.rules.find((r) => r.id === id);
  if (!found) throw new RangeError('unknown rule id');
  return found;
}
