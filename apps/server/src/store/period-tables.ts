import type { ColumnType } from 'kysely';

/** Acts on periods of a class, on tests taken again, on plans of single pupils; see `tables.ts` for the kinds of columns. */
type Time = ColumnType<Date, Date, Date>;
type Day = string;

export interface PeriodActTable {
  school_id: string;
  class_id: string;
  period: string;
  seq: number;
  act: 'close' | 'reopen';
  reason: string | null;
  acted_by: string;
  acted_at: Time;
}
export interface RetestTable {
  school_id: string;
  class_id: string;
  pupil_id: string;
  period: string;
  item: string;
  attempt: number;
  taken_on: Day;
  reason: string;
  recorded_by: string;
  recorded_at: Time;
}

export interface EducationPlanTable {
  school_id: string;
  class_id: string;
  pupil_id: string;
  seq: number;
  act: 'set' | 'confirm' | 'withdraw';
  kind: 'adjusted' | 'individual' | 'special-class' | null;
  subjects: string[];
  tests: string[];
  traits: string[];
  acted_by: string;
  acted_at: Time;
}
export interface AssessmentSettingTable {
  school_id: string;
  seq: number;
  electives_lower: boolean;
  set_by: string;
  set_at: Time;
}

export interface PeriodTables {
  period_act: PeriodActTable;
  retest: RetestTable;
  education_plan: EducationPlanTable;
  assessment_setting: AssessmentSettingTable;
}
