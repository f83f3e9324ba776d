import type { OverallResult, PupilStatusCode } from '@hocba/record';
import type { ColumnType, JSONColumnType } from 'kysely';

/** How pupils come, go and move up, as the application sees it; the forms of values are those of `tables.ts`. */
type Time = ColumnType<Date, Date, Date>;
type TimeOrNull = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Day = string;

export interface RollOverTable {
  school_id: string;
  roll_over_id: string;
  from_year: string;
  to_year: string;
  plan_digest: string;
  outcome: JSONColumnType<object>;
  applied_by: string;
  applied_at: Time;
  undone_by: ColumnType<string | null, string | null | undefined, string | null>;
  undone_at: TimeOrNull;
}
export interface PupilStatusTable {
  school_id: string;
  pupil_id: string;
  status_id: string;
  status: PupilStatusCode;
  since: Day;
  class_id: string | null;
  reason: string | null;
  roll_over_id: string | null;
  set_by: string;
  set_at: Time;
}
export interface TransferTable {
  school_id: string;
  transfer_id: string;
  pupil_id: string;
  class_id: string;
  direction: 'out' | 'in' | 'class';
  on_date: Day;
  other_school_code: string | null;
  other_school_name: string | null;
  other_class_id: string | null;
  reason: string;
  results: JSONColumnType<object>;
  recorded_by: string;
  recorded_at: Time;
}
export interface TransferFileTable {
  school_id: string;
  transfer_id: string;
  file_name: string;
  bytes: Uint8Array;
  verified: boolean;
  sentence: string;
  judged_at: Time;
}
export interface TransferOfferTable {
  transfer_id: string;
  pupil_code: string;
  personal_id: string | null;
  from_school_id: string;
  to_school_code: string | null;
  offered_at: Time;
  taken_by: ColumnType<string | null, string | null | undefined, string | null>;
  taken_at: TimeOrNull;
}
export interface StudyYearTable {
  school_id: string;
  pupil_id: string;
  school_year: string;
  school_name: string;
  class_name: string;
  grade: number;
  arrived_on: Day;
  result: OverallResult | null;
  promoted: boolean | null;
}
export interface IdentityActTable {
  school_id: string;
  act_id: string;
  pupil_id: string;
  changes: JSONColumnType<object>;
  reason: string;
  decision_number: string | null;
  decision_date: Day | null;
  record_ids: string[];
  set_by: string;
  set_at: Time;
}

export interface MoveTables {
  identity_act: IdentityActTable;
  roll_over: RollOverTable;
  pupil_status: PupilStatusTable;
  transfer: TransferTable;
  transfer_file: TransferFileTable;
  transfer_offer: TransferOfferTable;
  study_year: StudyYearTable;
}
