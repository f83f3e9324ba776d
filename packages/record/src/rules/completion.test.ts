import { describe, expect, test } from 'vitest';
import { awardFor, awardsNamed, completesGrade, completionText } from './completion.ts';
import { isRuleSetId, RULE_SET_IDS } from './rule-set-ids.ts';
import { ruleOf } from './ruleset.ts';
import { isSchoolYear } from './school-year.ts';
import { RULE_SETS, ruleSetFor } from './select.ts';

describe('§6 of the form', () => {
  test.each([
    [2, true, true, 'Hoàn thành chương trình lớp 2; Được lên lớp 3.'],
    [4, false, true, 'Chưa hoàn thành chương trình lớp 4; Được lên lớp 5.'],
    [1, false, false, 'Chưa hoàn thành chương trình lớp 1; Chưa được lên lớp.'],
    [5, true, true, 'Hoàn thành chương trình tiểu học.'],
    [5, false, false, 'Chưa hoàn thành chương trình tiểu học.'],
  ] as const)('grade %i, completed %s, promoted %s', (grade, completed, promoted, text) => {
    expect(completionText(grade, completed, promoted)).toBe(text);
  });

  test('every result but CHT completes the grade', () => {
    expect((['HTXS', 'HTT', 'HT', 'CHT'] as const).map((r) => completesGrade(r))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('rule sets', () => {
  test('are chosen by school year', () => {
    expect(ruleSetFor('2025-2026').id).toBe('TT27_2020');
    expect(ruleSetFor('2024-2025').id).toBe('TT27_2020');
  });

  test('are each known by the id that a record names, and no other is', () => {
    expect(RULE_SETS.map(({ id }) => id)).toEqual(RULE_SET_IDS);
    expect(['TT27_2020', 'TT30_2014', '', 'toString'].map(isRuleSetId)).toEqual([true, false, false, false]);
  });

  test.each(['2023-2024', '2025-2027', '2025', '', '2025/2026', ' 2025-2026'])('%j has none', (text) => {
    expect(() => ruleSetFor(text)).toThrow(RangeError);
    expect(isSchoolYear(text)).toBe(text === '2023-2024');
  });

  test('every rule that the data name exists and says where it stands', () => {
    for (const set of RULE_SETS) {
      const named = [...set.conditions, set.otherwise, ...set.awards].map((x) => x.rule);
      for (const id of named) expect(ruleOf(set, id).article).toContain('27/2020');
      expect(new Set(set.rules.map((r) => r.id)).size).toBe(set.rules.length);
      expect(() => ruleOf(set, 'nothing')).toThrow(RangeError);
    }
  });

  test('titles are found in any spelling of case and accents’ form', () => {
    const set = ruleSetFor('2025-2026');
    expect(
      awardsNamed(set, 'Đạt danh hiệu HỌC SINH  XUẤT SẮC'.normalize('NFD')).map((a) => a.result),
    ).toEqual(['HTXS']);
    expect(awardsNamed(set, 'Học sinh tiêu biểu').map((a) => a.result)).toEqual(['HTT']);
    expect(awardsNamed(set, 'Giải Nhất viết chữ đẹp')).toEqual([]);
    expect(awardFor(set, 'HTXS')?.title).toBe('Học sinh Xuất sắc');
    expect(awardFor(set, 'HT')).toBeUndefined();
  });
});
