import { subjectsOf } from '../codes/subjects.ts';
import { traitsOf } from '../codes/traits.ts';
import type { CellItem, Grade, SubjectCode, TraitCode } from '../model.ts';

/**
 * How a pupil with a disability is assessed (TT 27/2020 Điều 8). Says something of a child's health: whoever stores it
 * treats it as sensitive, and no record, form or problem shows it.
 */
export type EducationPlan =
  /** Khoản 1: like other pupils, by requirements that have been adjusted; nothing is lifted. */
  | { readonly kind: 'adjusted' }
  /** Khoản 1 and 2: by the individual education plan, which may lift subjects, tests and competences. */
  | {
      readonly kind: 'individual';
      readonly subjects?: readonly SubjectCode[];
      readonly tests?: readonly SubjectCode[];
      readonly traits?: readonly TraitCode[];
    }
  /** Khoản 3: a class for persons with disabilities; only Toán and Tiếng Việt are assessed periodically. */
  | { readonly kind: 'special-class' };

const SPECIAL_CLASS: readonly SubjectCode[] = ['TV', 'TOAN'];

/**
 * The cells that a plan lifts: neither missing when empty nor ever a reason for a lower result when filled. To be given
 * as `exempt` to `proposeResult` and `checkPupilYear`.
 */
export function exemptItems(grade: Grade, plan: EducationPlan): CellItem[] {
  if (plan.kind === 'adjusted') return [];
  const lifted = (code: SubjectCode): boolean =>
    plan.kind === 'special-class' ? !SPECIAL_CLASS.includes(code) : plan.subjects?.includes(code) === true;
  const withoutTest = (code: SubjectCode): boolean =>
    lifted(code) || (plan.kind === 'individual' && plan.tests?.includes(code) === true);
  const traits = plan.kind === 'individual' ? (plan.traits ?? []) : [];
  return [
    ...subjectsOf(grade).flatMap(({ code }): CellItem[] => [
      ...(lifted(code) ? [`${code}.level` as const] : []),
      ...(withoutTest(code) ? [`${code}.mark` as const] : []),
    ]),
    ...traitsOf(grade)
      .filter((t) => traits.includes(t.code))
      .map((t): CellItem => `${t.code}.level`),
  ];
}
