import type { OverallResult, SubjectCode, SubjectLevel, TraitCode, TraitLevel } from '../model.ts';

/** One pupil's line. What nobody has filled stays an empty cell. */
export interface ClassTableRow {
  fullName: string;
  /** ISO date. The column stands where at least one row has it. */
  birthDate?: string;
  levels: Partial<Record<SubjectCode, SubjectLevel>>;
  /** Whole marks 0–10, the last test's (Điều 7 khoản 2). */
  marks: Partial<Record<SubjectCode, number>>;
  traits: Partial<Record<TraitCode, TraitLevel>>;
  /** These three at the end of the year only (mẫu 3, 6, 9). */
  result?: OverallResult;
  awarded?: boolean;
  notPromoted?: boolean;
  note?: string;
}
