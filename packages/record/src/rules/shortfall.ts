import { partsOf } from '../codes/items.ts';
import { isElective, subjectOf, subjectsOf } from '../codes/subjects.ts';
import { traitOf } from '../codes/traits.ts';
import type { CellItem, OverallResult, PeriodAssessment } from '../model.ts';
import { requiredItems } from './required.ts';
import type { ResultCondition, RuleSet } from './ruleset.ts';

/** What a school may decide about the proposal. */
export interface ProposeOptions {
  /** Whether electives taken lower the result; the rule set's own answer if absent. */
  readonly electivesLower?: boolean;
  /** Cells that an individual education plan lifts for this pupil (TT 27/2020 Điều 8): neither missing nor blocking. */
  readonly exempt?: readonly CellItem[];
}

export type Verdict = 'meets' | 'below' | 'empty';

/** How a cell stands to a condition. */
export function verdict(a: PeriodAssessment, item: CellItem, condition: ResultCondition): Verdict {
  const parts = partsOf(item);
  switch (parts.kind) {
    case 'subjectLevel': {
      const level = a.levels[parts.subject];
      if (level === undefined) return 'empty';
      return condition.subjectLevels.includes(level) ? 'meets' : 'below';
    }
    case 'mark': {
      const mark = a.marks[parts.subject];
      if (mark === undefined) return 'empty';
      return mark >= condition.leastMark ? 'meets' : 'below';
    }
    case 'traitLevel': {
      const level = a.traits[parts.trait];
      if (level === undefined) return 'empty';
      return condition.traitLevels.includes(level) ? 'meets' : 'below';
    }
    default:
      return 'meets';
  }
}

/** The cells that the overall result is made of: those that must be filled, and electives where they count. */
export function judgedItems(
  set: RuleSet,
  a: PeriodAssessment,
  options: ProposeOptions = {},
): { readonly required: CellItem[]; readonly judged: CellItem[] } {
  const exempt = new Set<CellItem>(options.exempt ?? []);
  const required = requiredItems(set, a.grade, 'CN').filter((i) => !exempt.has(i));
  const electives =
    (options.electivesLower ?? set.electivesLower)
      ? subjectsOf(a.grade)
          .filter((s) => isElective(s.code, a.grade) && a.levels[s.code] !== undefined)
          .map((s): CellItem => `${s.code}.level`)
          .filter((i) => !exempt.has(i))
      : [];
  return { required, judged: [...required, ...electives] };
}

/** The filled cells that keep a pupil from a result, in official order; none for the result of everybody else. */
export function shortfall(
  set: RuleSet,
  a: PeriodAssessment,
  result: OverallResult,
  options: ProposeOptions = {},
): CellItem[] {
  const condition = set.conditions.find((c) => c.result === result);
  return condition
    ? judgedItems(set, a, options).judged.filter((i) => verdict(a, i, condition) === 'below')
    : [];
}

/** At most this many cells are told one by one. */
const TOLD = 5;

function faultOf(a: PeriodAssessment, item: CellItem, condition: ResultCondition): string {
  const parts = partsOf(item);
  switch (parts.kind) {
    case 'subjectLevel': {
      const need = condition.subjectLevels.join(' hoặc ');
      return `${subjectOf(parts.subject).shortName} mức ${a.levels[parts.subject] ?? ''} (cần ${need})`;
    }
    case 'mark': {
      const need = `cần từ ${condition.leastMark}`;
      return `điểm ${subjectOf(parts.subject).shortName} ${a.marks[parts.subject] ?? ''} (${need})`;
    }
    case 'traitLevel': {
      const { group, name } = traitOf(parts.trait);
      const need = condition.traitLevels.join(' hoặc ');
      const kind = group === 'QUALITIES' ? 'phẩm chất' : 'năng lực';
      return `${kind} ${name} mức ${a.traits[parts.trait] ?? ''} (cần ${need})`;
    }
    default:
      return '';
  }
}

/** Cells below a condition in one line: `điểm Toán 6 (cần từ 7), Âm nhạc mức H (cần T)`; many are cut short. */
export function faultsText(
  a: PeriodAssessment,
  below: readonly CellItem[],
  condition: ResultCondition,
): string {
  const told = below.slice(0, TOLD).map((i) => faultOf(a, i, condition));
  const more = below.length - told.length;
  return more > 0 ? `${told.join(', ')} và ${more} ô khác` : told.join(', ');
}
