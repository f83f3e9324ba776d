import { itemName } from '../codes/items.ts';
import { SUBJECTS } from '../codes/subjects.ts';
import type { CellItem, Period, SubjectCode } from '../model.ts';
import { type Attempt, type AttemptFault, attemptFault } from '../rules/attempts.ts';
import { isTestedBy } from '../rules/required.ts';
import { type CellCheck, checkCells } from './cells.ts';
import { byRulesInForce } from './in-force.ts';
import type { Problem } from './problem.ts';

/** One pupil's cells at one of the four periods, with every sitting of each test where they are known. */
export interface PeriodCheck extends CellCheck {
  readonly period: Period;
  readonly attempts?: Partial<Record<SubjectCode, readonly Attempt[]>>;
  /** Day by which rules are in force (ISO date); every rule of the set if absent. */
  readonly day?: string;
}

const FAULTS: Readonly<Record<AttemptFault, readonly [what: string, action: string]>> = {
  'again-not-allowed': [
    'giữa học kỳ không có bài kiểm tra lại',
    'Giữ một bài kiểm tra; chỉ cuối học kỳ I và cuối năm mới kiểm tra lại.',
  ],
  'reason-missing': ['bài kiểm tra lại chưa ghi lý do', 'Ghi lý do nhà trường cho kiểm tra lại.'],
  'mark-not-whole': ['có bài không phải điểm nguyên từ 0 đến 10', 'Sửa điểm của bài kiểm tra.'],
  order: ['các bài kiểm tra không theo thứ tự ngày', 'Xem lại ngày của từng bài kiểm tra.'],
};

function attemptProblems(input: PeriodCheck): Problem[] {
  const { attempts = {}, assessment, period, ruleSet } = input;
  return SUBJECTS.filter((s) => isTestedBy(ruleSet, s.code, assessment.grade, period)).flatMap(
    ({ code }): Problem[] => {
      const fault = attemptFault(period, attempts[code] ?? [], ruleSet);
      if (!fault) return [];
      const item: CellItem = `${code}.mark`;
      const [what, action] = FAULTS[fault];
      return [
        {
          severity: 'blocking',
          code: fault === 'mark-not-whole' ? 'mark-not-whole' : 'retest-not-allowed',
          item,
          message: `${itemName(item)}: ${what}.`,
          action,
          rule: fault === 'mark-not-whole' ? ruleSet.topics.mark : ruleSet.topics.retest,
        },
      ];
    },
  );
}

/**
 * What lacks or is wrong in one pupil's cells at a period (TT 27/2020 Điều 7, Điều 9 khoản 1), so that the homeroom
 * teacher can close it. No period but the last has an overall result.
 */
export function checkPeriod(input: PeriodCheck): Problem[] {
  return byRulesInForce(input.ruleSet, input.day, [
    ...checkCells(input, input.period),
    ...attemptProblems(input),
  ]);
}
