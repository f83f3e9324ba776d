import { RULE_SET_IDS, type RuleSetId } from './rule-set-ids.ts';
import type { RuleSet } from './ruleset.ts';
import { isSchoolYear } from './school-year.ts';
import { TT27_2020 } from './tt27-2020.ts';

const BY_ID: Readonly<Record<RuleSetId, RuleSet>> = { TT27_2020 };

/** Every rule set that a record may name, the oldest first. */
export const RULE_SETS: readonly RuleSet[] = RULE_SET_IDS.map((id) => BY_ID[id]);

/**
 * The rule set that a school year is assessed by.
 * @param schoolYear such as `2025-2026`
 * @param sets those to choose from; the program's own unless a test tries out another
 * @throws RangeError if the text is no school year or no set holds for it
 */
export function ruleSetFor(schoolYear: string, sets: readonly RuleSet[] = RULE_SETS): RuleSet {
  if (!isSchoolYear(schoolYear)) throw new RangeError('not a school year');
  const found = knownRuleSet(schoolYear, sets);
  if (!found) throw new RangeError('no rule set for this school year');
  return found;
}

/** The same of what others have written: undefined where the text is no school year or no set holds for it. */
export function knownRuleSet(schoolYear: string, sets: readonly RuleSet[] = RULE_SETS): RuleSet | undefined {
  if (!isSchoolYear(schoolYear)) return undefined;
  return sets.find(
    (s) =>
      s.firstSchoolYear <= schoolYear && (s.lastSchoolYear === undefined || schoolYear <= s.lastSchoolYear),
  );
}
