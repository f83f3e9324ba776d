import type { Rule, RuleSet } from '../rules/ruleset.ts';
import { TT27_2020 } from '../rules/tt27-2020.ts';

/** An invented amendment: every rule cited anew, other thresholds, other tests, another lock. No circular says this. */
const CITED: readonly Rule[] = TT27_2020.rules.map(
  (rule): Rule => ({
    ...rule,
    id: rule.id.replace('TT27', 'MAU'),
    article: rule.article.replace('TT 27/2020/TT-BGDĐT', 'Thông tư mẫu'),
    from: '2029-07-01',
  }),
);

const cited = (id: string): string => id.replace('TT27', 'MAU');

export const AMENDED: RuleSet = {
  ...TT27_2020,
  id: 'MAU_2029',
  name: 'Thông tư mẫu',
  firstSchoolYear: '2029-2030',
  conditions: TT27_2020.conditions.map((c) => ({
    ...c,
    leastMark: c.result === 'HTT' ? 8 : c.leastMark,
    rule: cited(c.rule),
  })),
  otherwise: { ...TT27_2020.otherwise, rule: cited(TT27_2020.otherwise.rule) },
  tests: { NN1: { atEnd: [3, 4, 5], atMiddle: [5] }, KH: { atEnd: [5], atMiddle: [] } },
  retestIn: ['GHK1', 'CHK1', 'GHK2', 'CN'],
  electivesLower: true,
  awards: TT27_2020.awards.map((a) => ({ ...a, needsGrounds: true, rule: cited(a.rule) })),
  locks: { main: '05-31', supplementary: '08-31' },
  rules: CITED,
  topics: Object.fromEntries(
    Object.entries(TT27_2020.topics).map(([topic, id]) => [topic, cited(id)]),
  ) as RuleSet['topics'],
};

/** The sets of a day on which the amendment has followed. */
export const SETS_OF_2029: readonly RuleSet[] = [{ ...TT27_2020, lastSchoolYear: '2028-2029' }, AMENDED];
