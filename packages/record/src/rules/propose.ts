import { itemName, partsOf } from '../codes/items.ts';
import { isElective, subjectsOf } from '../codes/subjects.ts';
import { RESULT_NAMES } from '../codes/words.ts';
import type { CellItem, OverallResult, PeriodAssessment } from '../model.ts';
import { requiredItems } from './required.ts';
import { type ResultCondition, type RuleSet, ruleOf } from './ruleset.ts';

/** What a school may decide about the proposal. */
export interface ProposeOptions {
  /** Whether electives taken lower the result; the rule set's own answer if absent. */
  readonly electivesLower?: boolean;
  /** Cells that an individual education plan lifts for this pupil (TT 27/2020 Điều 8): neither missing nor blocking. */
  readonly exempt?: readonly CellItem[];
}

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

type Verdict = 'meets' | 'below' | 'empty';

function verdict(a: PeriodAssessment, item: CellItem, condition: ResultCondition): Verdict {
  const parts = partsOf(item);
  switch (parts.kind) {
    case 'subjectLevel': {
      const level = a.levels[parts.subject];
      if (level === undefined) return 'empty';
      return condition.subjectLevels.includes(level) ? 'meets' : 'below';
    }
    case 'mark': {
      const mark = a.marks[parts.subject];
      if (mark === undefined) return 'empty';
      return mark >= condition.leastMark ? 'meets' : 'below';
    }
    case 'traitLevel': {
      const level = a.traits[parts.trait];
      if (level === undefined) return 'empty';
      return condition.traitLevels.includes(level) ? 'meets' : 'below';
    }
    default:
      return 'meets';
  }
}

/** What is written in a cell, for a sentence. */
function written(a: PeriodAssessment, item: CellItem): string {
  const parts = partsOf(item);
  if (parts.kind === 'subjectLevel') return `mức ${a.levels[parts.subject] ?? ''}`;
  if (parts.kind === 'traitLevel') return `mức ${a.traits[parts.trait] ?? ''}`;
  return parts.kind === 'mark' ? `${a.marks[parts.subject] ?? ''} điểm` : '';
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
  const exempt = new Set<CellItem>(options.exempt ?? []);
  const required = requiredItems(set, a.grade, 'CN').filter((i) => !exempt.has(i));
  const electives =
    (options.electivesLower ?? set.electivesLower)
      ? subjectsOf(a.grade)
          .filter((s) => isElective(s.code, a.grade) && a.levels[s.code] !== undefined)
          .map((s): CellItem => `${s.code}.level`)
          .filter((i) => !exempt.has(i))
      : [];
  const judged = [...required, ...electives];

  const highest = set.conditions[0];
  if (!highest) throw new RangeError('rule set without conditions');
  const missing = required.filter((i) => verdict(a, i, highest) === 'empty');
  const blocking = judged.filter((i) => verdict(a, i, highest) === 'below');
  if (missing.length > 0) return { result: null, missing, blocking, reasons: [] };

  const reasons: Reason[] = [];
  for (const condition of set.conditions) {
    const below = judged.filter((i) => verdict(a, i, condition) === 'below');
    if (below.length === 0) {
      return {
        result: condition.result,
        missing,
        blocking,
        reasons: [reason(set, condition.rule), ...reasons],
      };
    }
    const cells = below.map((i) => `${itemName(i)}: ${written(a, i)}`).join('; ');
    reasons.push(reason(set, condition.rule, `Chưa đạt ${RESULT_NAMES[condition.result]} vì: ${cells}.`));
  }
  const { result, rule } = set.otherwise;
  return { result, missing, blocking, reasons: [reason(set, rule), ...reasons] };
}
