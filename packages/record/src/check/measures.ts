import { itemName } from '../codes/items.ts';
import type { CellItem } from '../model.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import { lowerFirst } from './cells.ts';
import type { PupilYearCheck } from './input.ts';
import { cellProblem, type Problem } from './problem.ts';

function one(set: RuleSet, item: CellItem, value: number | undefined, action: string): Problem[] {
  if (value === undefined) {
    const message = `Chưa có ${lowerFirst(itemName(item))}.`;
    return [{ severity: 'blocking', code: 'missing', item, message, action, rule: set.topics.form }];
  }
  const problem = cellProblem(item, String(value));
  return problem ? [problem] : [];
}

/** Height, weight and absences: numbers within reason (domain group 8). */
export function checkMeasures(input: PupilYearCheck): Problem[] {
  const { body, absences, ruleSet } = input;
  return [
    ...(body
      ? [
          ...one(ruleSet, 'HEIGHT.number', body.heightCm, 'Ghi chiều cao bằng xăng-ti-mét.'),
          ...one(ruleSet, 'WEIGHT.number', body.weightKg, 'Ghi cân nặng bằng ki-lô-gam.'),
        ]
      : []),
    ...(absences
      ? [
          ...one(ruleSet, 'ABSENT_EXCUSED.count', absences.excused, 'Ghi số buổi; ghi 0 nếu không nghỉ.'),
          ...one(ruleSet, 'ABSENT_UNEXCUSED.count', absences.unexcused, 'Ghi số buổi; ghi 0 nếu không nghỉ.'),
        ]
      : []),
  ];
}
