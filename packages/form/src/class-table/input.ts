import type { ClassTableRow, Grade, Period, SignerRole, SubjectCode } from '@hocba/record';

/** Version of the class tables' layout. */
export const CLASS_TABLE_VERSION = 'hocba-class-table/3';

/** More rows than any class has, also a large combined one; a whole school in one table is a mistake. */
export const MOST_CLASS_TABLE_ROWS = 500;

/** One digital signature under the table. `time` is the signed time, ISO 8601 with offset. */
export interface ClassTableSignature {
  role: SignerRole;
  /** Full name; of the school seal the organisation's name. */
  name: string;
  time: string;
  /** What a subject teacher signs for; of the subjects in the table. */
  subjects?: readonly SubjectCode[];
  /** A PNG of the signature or the seal (not of subject teachers), shown in its place in blue or red; no signature covers it. */
  image?: Uint8Array;
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
