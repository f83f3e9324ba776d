import type { ColumnType, JSONColumnType } from 'kysely';

/** Hand-overs of classes and of record books; the forms of values are those of `tables.ts`. */
type Time = ColumnType<Date, Date, Date>;
type Day = string;

export interface HandOverTable {
  school_id: string;
  hand_over_id: string;
  class_id: string;
  kind: 'class' | 'primary';
  receiver_staff_id: string | null;
  on_date: Day;
  strengths: string;
  weaknesses: string;
  files: string;
  present: string;
  pupils: JSONColumnType<object>;
  given_by: string;
  given_at: Time;
}
export interface HandOverAnswerTable {
  school_id: string;
  hand_over_id: string;
  accepted: boolean;
  remarks: string;
  answered_by: string;
  answered_at: Time;
}
export interface BookHandingTable {
  school_id: string;
  handing_id: string;
  pupil_id: string;
  occasion: 'completed' | 'transferred';
  to_name: string;
  relation: string;
  on_date: Day;
  recorded_by: string;
  recorded_at: Time;
}

export interface HandOverTables {
  hand_over: HandOverTable;
  hand_over_answer: HandOverAnswerTable;
  book_handing: BookHandingTable;
}
