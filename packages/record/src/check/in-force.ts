import { inForce, type Rule, type RuleSet } from '../rules/ruleset.ts';
import type { Problem } from './problem.ts';

/**
 * Problems by the rules that are in force on a day: those of a rule not in force are dropped, those of a rule that is
 * only tried out become notes. Problems that rest on no rule, and unknown rule ids, stay as they are.
 */
export function byRulesInForce(
  set: RuleSet,
  day: string | undefined,
  problems: readonly Problem[],
): Problem[] {
  const rules = new Map(set.rules.map((r): [string, Rule] => [r.id, r]));
  return problems.flatMap((problem): Problem[] => {
    const rule = problem.rule === undefined ? undefined : rules.get(problem.rule);
    if (!rule) return [problem];
    if (day !== undefined && !inForce(rule, day)) return [];
    return [rule.reportOnly ? { ...problem, severity: 'note', reportOnly: true } : problem];
  });
}
