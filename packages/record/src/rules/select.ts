import type { RuleSet } from './ruleset.ts';
import { TT27_2020 } from './tt27-2020.ts';

/** Every rule set that a record may name, the oldest first. */
export const RULE_SETS: readonly RuleSet[] = [TT27_2020];

const SCHOOL_YEAR = /^(\d{4})-(\d{4})$/;

/** Whether a text is a school year such as `2025-2026`. */
export function isSchoolYear(text: string): boolean {
  const m = SCHOOL_YEAR.exec(text);
  return m !== null && Number(m[2]) === Number(m[1]) + 1;
}

/**
 * The rule set that a school year is assessed by.
 * @param schoolYear such as `2025-2026`
 * @param sets those to choose from; the program's own unless a test tries out another
 * @throws RangeError if the text is no school year or no set holds for it
 */
export function ruleSetFor(schoolYear: string, sets: readonly RuleSet[] = RULE_SETS): RuleSet {
  if (!isSchoolYear(schoolYear)) throw new RangeError('not a school year');
  const found = sets.find(
    (s) =>
      s.firstSchoolYear <= schoolYear && (s.lastSchoolYear === undefined || schoolYear <= s.lastSchoolYear),
  );
  if (!found) throw new RangeError('no rule set for this school year');
  return found;
}

/** The rule set of an id that a record carries, or undefined if this program does not know it. */
export function ruleSetById(id: string): RuleSet | undefined {
  return RULE_SETS.find((s) => s.id === id);
}
