import { partsOf } from '../codes/items.ts';
import type { Grade, Period, PeriodAssessment, SubjectLevel, TraitLevel } from '../model.ts';
import { requiredItems } from '../rules/required.ts';
import type { RuleSet } from '../rules/ruleset.ts';

/** A pupil who has everything that a rule set asks for in a period, each cell alike. */
export function filled(
  set: RuleSet,
  grade: Grade,
  each: { readonly mark?: number; readonly level?: SubjectLevel; readonly trait?: TraitLevel } = {},
  period: Period = 'CN',
): PeriodAssessment {
  const a: PeriodAssessment = { grade, levels: {}, marks: {}, traits: {} };
  for (const item of requiredItems(set, grade, period)) {
    const parts = partsOf(item);
    if (parts.kind === 'mark') a.marks[parts.subject] = each.mark ?? 9;
    else if (parts.kind === 'subjectLevel') a.levels[parts.subject] = each.level ?? 'T';
    else if (parts.kind === 'traitLevel') a.traits[parts.trait] = each.trait ?? 'T';
  }
  return a;
}
