import type { Grade, OverallResult, SubjectCode, SubjectLevel, TraitCode, TraitLevel } from '../../model.ts';

/** Sentences of one subject for a band of grades, by level. */
export interface SubjectBand {
  readonly subject: SubjectCode;
  readonly grades: readonly Grade[];
  readonly sentences: Readonly<Record<SubjectLevel, readonly string[]>>;
}

/** Sentences of one quality or competence, by level. */
export interface TraitPart {
  readonly trait: TraitCode;
  readonly sentences: Readonly<Record<TraitLevel, readonly string[]>>;
}

/** Sentences of the homeroom teacher for the year as a whole, by result. */
export type HomeroomPart = Readonly<Record<OverallResult, readonly string[]>>;
