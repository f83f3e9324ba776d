import { isTested, subjectsOf } from '../codes/subjects.ts';
import { TRAIT_GROUPS, traitsOf } from '../codes/traits.ts';
import type { CellItem, Grade, Period, SubjectCode } from '../model.ts';
import type { RuleSet } from './ruleset.ts';

/** Whether the rule set asks for a test mark of a subject in a grade and period (TT 27/2020 Điều 7 khoản 1 điểm b). */
export function isTestedBy(set: RuleSet, code: SubjectCode, grade: Grade, period: Period): boolean {
  const own = set.tests[code];
  if (own === undefined) return isTested(code, grade, period);
  return (period === 'CHK1' || period === 'CN' ? own.atEnd : own.atMiddle).includes(grade);
}

/**
 * The cells without which a period's assessment is not complete: the level of every compulsory subject, the mark of
 * every tested one, the level of every quality and competence (TT 27/2020 Điều 7, Điều 9 khoản 1). In official order.
 */
export function requiredItems(ruleSet: RuleSet, grade: Grade, period: Period): CellItem[] {
  const key = `${grade} ${period}`;
  const ofSet = REQUIRED.get(ruleSet) ?? new Map<string, readonly CellItem[]>();
  REQUIRED.set(ruleSet, ofSet);
  const known = ofSet.get(key) ?? findRequired(ruleSet, grade, period);
  ofSet.set(key, known);
  return [...known];
}

/** Asked for several times per pupil: a list of 1,500 would find the same ten answers over and over. */
const REQUIRED = new WeakMap<RuleSet, Map<string, readonly CellItem[]>>();

function findRequired(set: RuleSet, grade: Grade, period: Period): CellItem[] {
  const subjects = subjectsOf(grade)
    .filter((s) => s.grades.includes(grade))
    .flatMap((s): CellItem[] =>
      isTestedBy(set, s.code, grade, period) ? [`${s.code}.level`, `${s.code}.mark`] : [`${s.code}.level`],
    );
  return [...subjects, ...traitsOf(grade).map((t): CellItem => `${t.code}.level`)];
}

/** The comments that the record of the year must hold: one per block of traits and the homeroom teacher's. */
export function requiredComments(_ruleSet: RuleSet, period: Period): CellItem[] {
  return period === 'CN' ? [...TRAIT_GROUPS.map((g): CellItem => `${g}.comment`), 'HOMEROOM.comment'] : [];
}

/**
 * Every assessment cell that a grade may fill in a period, required or not: electives and all comments too.
 * @param set whose tests count; the code list's if absent
 */
export function possibleItems(grade: Grade, period: Period, set?: RuleSet): CellItem[] {
  const tested = (code: SubjectCode): boolean =>
    set === undefined ? isTested(code, grade, period) : isTestedBy(set, code, grade, period);
  return [
    ...subjectsOf(grade).flatMap((s): CellItem[] =>
      tested(s.code)
        ? [`${s.code}.level`, `${s.code}.mark`, `${s.code}.comment`]
        : [`${s.code}.level`, `${s.code}.comment`],
    ),
    ...traitsOf(grade).map((t): CellItem => `${t.code}.level`),
    ...TRAIT_GROUPS.map((g): CellItem => `${g}.comment`),
  ];
}
