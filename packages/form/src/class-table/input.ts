import type {
  Grade,
  OverallResult,
  Period,
  SignerRole,
  SubjectCode,
  SubjectLevel,
  TraitCode,
  TraitLevel,
} from '@hocba/record';

/** Version of the class tables' layout. */
export const CLASS_TABLE_VERSION = 'hocba-class-table/1';

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

/** One digital signature under the table. `time` is the signed time, ISO 8601 with offset. */
export interface ClassTableSignature {
  role: SignerRole;
  /** Full name; of the school seal the organisation's name. */
  name: string;
  time: string;
  /** What a subject teacher signs for; of the subjects in the table. */
  subjects?: readonly SubjectCode[];
}

/** What one class table is made of; all pupils are of one grade (a combined class has a table for each). */
export interface ClassTableInput {
  training: boolean;
  grade: Grade;
  period: Period;
  schoolYear: string;
  className: string;
  school: { name: string; communeName: string; provinceName: string };
  homeroomTeacherName: string;
  principal: { fullName: string; title?: string };
  rows: readonly ClassTableRow[];
  /** Null gives a draft: watermark, no names under it. No signatures: the room for them stays free, to sign on paper. */
  issued: { place: string; date: string; signatures: readonly ClassTableSignature[] } | null;
}
