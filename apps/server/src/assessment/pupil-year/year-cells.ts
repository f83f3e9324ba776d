import {
  type Attempt,
  type CellItem,
  type Grade,
  type PeriodAssessment,
  partsOf,
  type SubjectCode,
  type SubjectLevel,
  TRAIT_GROUPS,
  type TraitGroup,
  type TraitLevel,
} from '@hocba/record';
import type { Sitting } from '../periods/retests.ts';
import type { PupilYear } from './pupil-year.ts';

/** What a pupil's filled cells of the end of the year say. */
export type ReadCells = Pick<
  PupilYear,
  'assessment' | 'comments' | 'heightCm' | 'weightKg' | 'absentExcused' | 'absentUnexcused'
> & {
  /** The texts of §5 as the homeroom teacher wrote them. */
  readonly written: { readonly award: string | null; readonly suddenAward: string | null };
};

/** Levels, marks and traits out of filled cells, whose values have passed `parseCell` when they were set. */
export function assessmentOf(grade: Grade, values: ReadonlyMap<CellItem, string>): PeriodAssessment {
  const assessment: PeriodAssessment = { grade, levels: {}, marks: {}, traits: {} };
  for (const [item, value] of values) {
    const parts = partsOf(item);
    if (parts.kind === 'subjectLevel') assessment.levels[parts.subject] = value as SubjectLevel;
    else if (parts.kind === 'mark') assessment.marks[parts.subject] = Number(value);
    else if (parts.kind === 'traitLevel') assessment.traits[parts.trait] = value as TraitLevel;
  }
  return assessment;
}

/** The cells that hold something, by item. */
export function filledValues(
  cells: readonly { readonly item: string; readonly value: string | null }[],
): Map<CellItem, string> {
  return new Map(
    cells.flatMap((c): [CellItem, string][] => (c.value === null ? [] : [[c.item as CellItem, c.value]])),
  );
}

/** The sittings of a pupil's tests that were taken again, by subject. The first one has no day: it is the oldest. */
export function attemptsOf(sittings: readonly Sitting[]): Partial<Record<SubjectCode, Attempt[]>> {
  const found: Partial<Record<SubjectCode, Attempt[]>> = {};
  for (const { item, value, takenOn, reason } of sittings) {
    const parts = partsOf(item as CellItem);
    if (parts.kind !== 'mark' || value === null) continue;
    const attempt = { mark: Number(value), takenOn: takenOn ?? '', ...(reason === null ? {} : { reason }) };
    found[parts.subject] = [...(found[parts.subject] ?? []), attempt];
  }
  return found;
}

/** All of a pupil's cells by what they mean. */
export function readCells(grade: Grade, values: ReadonlyMap<CellItem, string>): ReadCells {
  const subjects: Partial<Record<SubjectCode, string>> = {};
  const traits: Partial<Record<TraitGroup, string>> = {};
  for (const [item, value] of values) {
    const parts = partsOf(item);
    if (parts.kind === 'subjectComment') subjects[parts.subject] = value;
  }
  for (const group of TRAIT_GROUPS) {
    const comment = values.get(`${group}.comment`);
    if (comment !== undefined) traits[group] = comment;
  }
  const number = (item: CellItem): number | null => {
    const value = values.get(item);
    return value === undefined ? null : Number(value.replace(',', '.'));
  };
  return {
    assessment: assessmentOf(grade, values),
    comments: { subjects, traits, homeroom: values.get('HOMEROOM.comment') ?? null },
    heightCm: number('HEIGHT.number'),
    weightKg: number('WEIGHT.number'),
    absentExcused: number('ABSENT_EXCUSED.count'),
    absentUnexcused: number('ABSENT_UNEXCUSED.count'),
    written: {
      award: values.get('AWARD.text') ?? null,
      suddenAward: values.get('SUDDEN_AWARD.text') ?? null,
    },
  };
}
