import { isTested, subjectsOf } from '../codes/subjects.ts';
import { TRAIT_GROUPS, traitsOf } from '../codes/traits.ts';
import type { CellItem, Grade, Period } from '../model.ts';
import type { RuleSet } from './ruleset.ts';

/**
 * The cells without which a period's assessment is not complete: the level of every compulsory subject, the mark of
 * every tested one, the level of every quality and competence (TT 27/2020 Điều 7, Điều 9 khoản 1). In official order.
 */
export function requiredItems(_ruleSet: RuleSet, grade: Grade, period: Period): CellItem[] {
  const key = `${grade} ${period}`;
  const known = REQUIRED.get(key) ?? findRequired(grade, period);
  REQUIRED.set(key, known);
  return [...known];
}

/** Asked for several times per pupil: a list of 1,500 would find the same ten answers over and over. */
const REQUIRED = new Map<string, readonly CellItem[]>();

function findRequired(grade: Grade, period: Period): CellItem[] {
  const subjects = subjectsOf(grade)
    .filter((s) => s.grades.includes(grade))
    .flatMap((s): CellItem[] =>
      isTested(s.code, grade, period) ? [`${s.code}.level`, `${s.code}.mark`] : [`${s.code}.level`],
    );
  return [...subjects, ...traitsOf(grade).map((t): CellItem => `${t.code}.level`)];
}

/** The comments that the record of the year must hold: one per block of traits and the homeroom teacher's. */
export function requiredComments(_ruleSet: RuleSet, period: Period): CellItem[] {
  return period === 'CN' ? [...TRAIT_GROUPS.map((g): CellItem => `${g}.comment`), 'HOMEROOM.comment'] : [];
}

/** Every assessment cell that a grade may fill in a period, required or not: electives and all comments too. */
export function possibleItems(grade: Grade, period: Period): CellItem[] {
  return [
    ...subjectsOf(grade).flatMap((s): CellItem[] =>
      isTested(s.code, grade, period)
        ? [`${s.code}.level`, `${s.code}.mark`, `${s.code}.comment`]
        : [`${s.code}.level`, `${s.code}.comment`],
    ),
    ...traitsOf(grade).map((t): CellItem => `${t.code}.level`),
    ...TRAIT_GROUPS.map((g): CellItem => `${g}.comment`),
  ];
}
