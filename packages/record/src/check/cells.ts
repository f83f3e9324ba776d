import { itemName, partsOf } from '../codes/items.ts';
import { SUBJECTS, subjectOf } from '../codes/subjects.ts';
import { TRAITS } from '../codes/traits.ts';
import { PERIOD_NAMES } from '../codes/words.ts';
import type { CellItem, Period, SubjectCode } from '../model.ts';
import { isTestedBy, requiredItems } from '../rules/required.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import type { PupilYearCheck } from './input.ts';
import { cellProblem, type Problem } from './problem.ts';

function isEmpty(input: CellCheck, item: CellItem): boolean {
  const parts = partsOf(item);
  const a = input.assessment;
  if (parts.kind === 'subjectLevel') return a.levels[parts.subject] === undefined;
  if (parts.kind === 'mark') return a.marks[parts.subject] === undefined;
  return parts.kind === 'traitLevel' && a.traits[parts.trait] === undefined;
}

function missing({ topics }: RuleSet, item: CellItem): Problem {
  const rule = item.endsWith('.mark')
    ? topics.test
    : partsOf(item).kind === 'traitLevel'
      ? topics.trait
      : topics.level;
  return {
    severity: 'blocking',
    code: 'missing',
    item,
    message: `Chưa có ${lowerFirst(itemName(item))}.`,
    action: 'Nhập vào ô còn trống.',
    rule,
  };
}

/** What the cells of one period are judged by. */
export type CellCheck = Pick<PupilYearCheck, 'ruleSet' | 'assessment' | 'options' | 'unreadable'>;

/** "Điểm kiểm tra…" inside a sentence. */
export function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** Levels, marks and traits: missing, unreadable, not of this grade, or odd together (domain groups 1, 2 and 9). */
export function checkCells(input: CellCheck, period: Period = 'CN'): Problem[] {
  const { assessment: a, ruleSet } = input;
  const unreadable = input.unreadable ?? [];
  const told = new Set<CellItem>([...unreadable.map((u) => u.item), ...(input.options?.exempt ?? [])]);
  return [
    ...unreadable.flatMap((u) => cellProblem(u.item, u.raw, ruleSet) ?? []),
    ...requiredItems(ruleSet, a.grade, period)
      .filter((i) => !told.has(i) && isEmpty(input, i))
      .map((i) => missing(ruleSet, i)),
    ...SUBJECTS.flatMap((s): Problem[] => subjectProblems(input, s.code, period)),
    ...TRAITS.filter((t) => !t.grades.includes(a.grade) && a.traits[t.code] !== undefined).map(
      (t): Problem => notInGrade(`${t.code}.level`, a.grade),
    ),
  ];
}

function notInGrade(item: CellItem, grade: number): Problem {
  return {
    severity: 'blocking',
    code: 'subject-not-in-grade',
    item,
    message: `${itemName(item)} không có ở lớp ${grade}.`,
    action: 'Xóa ô này hoặc kiểm tra lại khối lớp của học sinh.',
  };
}

function subjectProblems(input: CellCheck, code: SubjectCode, period: Period): Problem[] {
  const { assessment: a, ruleSet } = input;
  const subject = subjectOf(code);
  const level = a.levels[code];
  const mark = a.marks[code];
  const inGrade = subject.grades.includes(a.grade) || subject.electiveIn.includes(a.grade);
  if (!inGrade) {
    const item: CellItem = level !== undefined ? `${code}.level` : `${code}.mark`;
    return level !== undefined || mark !== undefined ? [notInGrade(item, a.grade)] : [];
  }
  if (mark === undefined) return [];
  const item: CellItem = `${code}.mark`;
  if (!isTestedBy(ruleSet, code, a.grade, period)) {
    return [
      {
        severity: 'blocking',
        code: 'mark-not-expected',
        item,
        message: `${itemName(item)} không có ở lớp ${a.grade}: môn này không có bài kiểm tra định kỳ${period === 'CN' ? '' : ` vào ${lowerFirst(PERIOD_NAMES[period])}`}.`,
        action: 'Xóa điểm.',
        rule: ruleSet.topics.test,
      },
    ];
  }
  const found: Problem[] = [];
  if (!Number.isInteger(mark) || mark < ruleSet.marks.least || mark > ruleSet.marks.most) {
    const problem = cellProblem(item, String(mark), ruleSet);
    if (problem) found.push(problem);
    return found;
  }
  if (mark === 0) {
    found.push({
      severity: 'warning',
      code: 'mark-zero',
      item,
      message: `${itemName(item)} là 0.`,
      action: 'Kiểm tra lại bài kiểm tra; nếu đúng thì để nguyên.',
    });
  }
  if (level === 'T' && mark < 5) found.push(odd(item, `mức T nhưng điểm kiểm tra chỉ là ${mark}`));
  if (level === 'C' && mark >= 9) found.push(odd(item, `mức C nhưng điểm kiểm tra là ${mark}`));
  return found;
}

function odd(item: CellItem, what: string): Problem {
  return {
    severity: 'warning',
    code: 'level-mark-odd',
    item,
    message: `${itemName(item)}: ${what}.`,
    action: 'Xem lại mức và điểm; nếu đúng thì để nguyên.',
  };
}
