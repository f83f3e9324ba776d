import { describe, expect, test } from 'vitest';
import { checkPeriod } from '../check/period.ts';
import { checkPupilYear, isBlocked } from '../check/pupil-year.ts';
import { isTested, SUBJECTS } from '../codes/subjects.ts';
import { GRADES, PERIODS, RESULTS } from '../codes/words.ts';
import { MOET_1_0 } from '../profile/moet-1.0.ts';
import { MOET_2025 } from '../profile/moet-2025.ts';
import { AMENDED, SETS_OF_2029 } from '../testing/amended-rules.ts';
import { filled } from '../testing/filled.ts';
import { maySitAgain } from './attempts.ts';
import { proposeAwards } from './awards.ts';
import { proposeResult, whyNot } from './propose.ts';
import { requiredItems } from './required.ts';
import { type RuleSet, reportOnly, ruleOf } from './ruleset.ts';
import { RULE_SETS, ruleSetFor } from './select.ts';
import { TT27_2020 } from './tt27-2020.ts';
import { concludeYear, lockDays } from './year-end.ts';

/** What is wrong with the sets of one day, as data: ids, order of conditions, years that nobody or two sets claim. */
function faultsOf(sets: readonly RuleSet[]): string[] {
  const faults: string[] = [];
  for (const [i, set] of sets.entries()) {
    const ids = set.rules.map((r) => r.id);
    const named = [...set.conditions, set.otherwise, ...set.awards].map((x) => x.rule);
    for (const id of [...named, ...Object.values(set.topics)])
      if (!ids.includes(id)) faults.push(`${set.id}: ${id} is no rule`);
    if (new Set(ids).size !== ids.length) faults.push(`${set.id}: a rule twice`);
    const results = [...set.conditions.map((c) => c.result), set.otherwise.result];
    if (results.join() !== RESULTS.join()) faults.push(`${set.id}: results not from the highest down`);
    for (const [n, c] of set.conditions.entries()) {
      const higher = set.conditions[n - 1];
      if (!higher) continue;
      const weaker =
        c.leastMark <= higher.leastMark &&
        higher.subjectLevels.every((l) => c.subjectLevels.includes(l)) &&
        higher.traitLevels.every((l) => c.traitLevels.includes(l));
      // Else a pupil could reach a higher result and fail the condition of a lower one.
      if (!weaker) faults.push(`${set.id}: ${c.result} asks for more than ${higher.result}`);
    }
    const next = sets[i + 1];
    if (next && Number(set.lastSchoolYear?.slice(5)) !== Number(next.firstSchoolYear.slice(0, 4)))
      faults.push(`${set.id}: the years after it are not ${next.id}'s`);
    for (const rule of set.rules)
      if (rule.until !== undefined && rule.until < rule.from)
        faults.push(`${rule.id}: ends before it begins`);
  }
  return faults;
}

describe('rule sets as data', () => {
  test('those of the program, and those of a day after an amendment, are whole', () => {
    expect(faultsOf(RULE_SETS)).toEqual([]);
    expect(faultsOf(SETS_OF_2029)).toEqual([]);
  });

  const [first] = TT27_2020.conditions;
  test.each<[string, Partial<RuleSet>]>([
    ['a topic without rule', { topics: { ...TT27_2020.topics, test: 'NONE' } }],
    ['a title without rule', { awards: [{ title: 'X', result: 'HT', needsGrounds: false, rule: 'NONE' }] }],
    ['conditions upside down', { conditions: [...TT27_2020.conditions].reverse() }],
    ['a result too few', { conditions: TT27_2020.conditions.slice(1) }],
    ['a rule twice', { rules: [...TT27_2020.rules, ...TT27_2020.rules] }],
    [
      'a lower result that asks for more',
      { conditions: TT27_2020.conditions.map((c) => (c === first ? c : { ...c, leastMark: 10 })) },
    ],
  ])('%s is found', (_what, change) => {
    expect(faultsOf([{ ...TT27_2020, ...change }])).not.toEqual([]);
  });

  test('a gap between two sets is found', () => {
    expect(faultsOf([{ ...TT27_2020, lastSchoolYear: '2027-2028' }, AMENDED])).not.toEqual([]);
  });

  test('every set has a circular in both profiles, so that a record can name it', () => {
    for (const set of RULE_SETS)
      for (const profile of [MOET_1_0, MOET_2025]) expect(profile.circulars[set.id], set.id).toBeDefined();
  });
});

describe('an amendment is a new set of data', () => {
  test('the school year chooses; the year before keeps its own', () => {
    expect(ruleSetFor('2028-2029', SETS_OF_2029).id).toBe('TT27_2020');
    expect(ruleSetFor('2029-2030', SETS_OF_2029).id).toBe('MAU_2029');
    expect(ruleSetFor('2035-2036', SETS_OF_2029).id).toBe('MAU_2029');
    expect(() => ruleSetFor('2023-2024', SETS_OF_2029)).toThrow(RangeError);
  });

  test('thresholds, tests, electives, titles, locks and retests are the amendment’s', () => {
    const a = filled(TT27_2020, 4, { mark: 7 });
    expect(proposeResult(TT27_2020, a).result).toBe('HTT');
    expect(proposeResult(AMENDED, a).result).toBe('HT');
    expect(whyNot(AMENDED, a, 'HTT')).toMatchObject({
      rule: 'MAU.HTT',
      article: 'Thông tư mẫu, Điều 9 khoản 2',
    });
    expect(requiredItems(AMENDED, 4, 'CN')).not.toContain('KH.mark');
    expect(requiredItems(AMENDED, 5, 'GHK1')).toContain('NN1.mark');
    expect(requiredItems(TT27_2020, 4, 'CN')).toContain('KH.mark');
    const elective = filled(AMENDED, 2);
    elective.levels.TDT = 'C';
    expect(proposeResult(AMENDED, elective).result).toBe('CHT');
    expect(proposeAwards(AMENDED, { result: 'HTXS' }).title).toBeNull();
    expect(lockDays(AMENDED, '2029-2030')).toEqual({ main: '2030-05-31', supplementary: '2030-08-31' });
    expect(PERIODS.map((p) => maySitAgain(p, AMENDED))).toEqual([true, true, true, true]);
  });

  test('no finding of any check, for any grade and period, names a rule of the older circular', () => {
    const said: string[] = [];
    for (const grade of GRADES) {
      const empty = { grade, levels: {}, marks: {}, traits: {} };
      for (const period of PERIODS) {
        const odd = filled(AMENDED, grade, { mark: 11 }, period);
        odd.marks.DD = 9;
        const input = { ruleSet: AMENDED, period, unreadable: [{ item: 'TV.level' as const, raw: 'Đ' }] };
        said.push(
          JSON.stringify([
            checkPeriod({ ...input, assessment: empty }),
            checkPeriod({ ...input, assessment: odd }),
          ]),
        );
      }
      for (const assessment of [empty, filled(AMENDED, grade, { mark: 3 })]) {
        const stated = {
          result: 'HTXS',
          completed: true,
          promoted: false,
          completionText: 'x',
          award: 'Thư khen; Học sinh Xuất sắc',
        } as const;
        const all = { pupil: {}, comments: { subjects: {}, traits: {} }, body: {}, absences: {} };
        said.push(JSON.stringify(checkPupilYear({ ruleSet: AMENDED, assessment, stated, ...all })));
        said.push(JSON.stringify(concludeYear(AMENDED, { assessment })));
        said.push(
          JSON.stringify(concludeYear(AMENDED, { assessment, reassessment: { heldOn: '2030-07-20' } })),
        );
      }
    }
    expect(said.join()).toContain('MAU.');
    expect(said.join()).not.toContain('TT27');
  });

  test('where it says nothing of tests, the programme’s own hold', () => {
    for (const { code } of SUBJECTS.filter((s) => AMENDED.tests[s.code] === undefined))
      for (const grade of GRADES)
        for (const period of PERIODS)
          expect(requiredItems(AMENDED, grade, period).includes(`${code}.mark`)).toBe(
            isTested(code, grade, period),
          );
  });
});

describe('a rule that is only tried out', () => {
  test('never blocks, whichever it is and whatever is wrong; the others keep their weight', () => {
    const worst = filled(TT27_2020, 4, { mark: 11 });
    worst.levels.TNXH = 'T';
    delete worst.traits.NHAN_AI;
    const input = {
      assessment: worst,
      pupil: {},
      comments: { subjects: {}, traits: {} },
      body: {},
      absences: {},
      stated: { result: 'HT', completed: false, promoted: true, award: 'Học sinh Tiêu biểu' },
    } as const;
    const before = checkPupilYear({ ruleSet: TT27_2020, ...input });
    for (const { id } of TT27_2020.rules) {
      const after = checkPupilYear({ ruleSet: reportOnly(TT27_2020, [id]), ...input });
      expect(after.map((p) => p.code)).toEqual(before.map((p) => p.code));
      for (const [n, problem] of after.entries()) {
        const tried = problem.rule === id;
        expect(problem.severity).toBe(tried ? 'note' : before[n]?.severity);
        expect(problem.reportOnly).toBe(tried ? true : undefined);
      }
    }
    const all = reportOnly(
      TT27_2020,
      TT27_2020.rules.map((r) => r.id),
    );
    const noted = checkPupilYear({ ruleSet: all, ...input });
    expect(isBlocked(noted.filter((p) => p.rule !== undefined))).toBe(false);
    expect(ruleOf(all, 'TT27.HT').reportOnly).toBe(true);
    expect(ruleOf(TT27_2020, 'TT27.HT').reportOnly).toBeUndefined();
  });
});
