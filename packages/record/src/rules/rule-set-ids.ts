/**
 * The ids of every rule set that a record may name, the oldest first. They stand apart from the rules themselves: who reads a
 * record must know its rule set's id, and needs none of its sentences.
 */
export const RULE_SET_IDS = ['TT27_2020'] as const;

export type RuleSetId = (typeof RULE_SET_IDS)[number];

/** Whether this program knows the rule set that a record names. */
export function isRuleSetId(id: string): id is RuleSetId {
  return RULE_SET_IDS.some((known) => known === id);
}
