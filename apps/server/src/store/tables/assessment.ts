import type { ColumnType } from 'kysely';

/** What is entered of a class and decided on it; see `tables.ts` for the kinds of columns. */
type Time = ColumnType<Date, Date, Date>;
type Day = string;

export interface CellTable {
  school_id: string;
  class_id: string;
  pupil_id: string;
  period: string;
  item: string;
  attempt: number;
  value: string | null;
  version: number;
  set_by: string;
  set_at: Time;
  seq: string;
}
export interface CellActTable {
  school_id: string;
  class_id: string;
  seq: string;
  pupil_id: string;
  period: string;
  item: string;
  attempt: number;
  old_value: string | null;
  new_value: string | null;
  version: number;
  source: string;
  device: string;
  batch: string;
  n: number;
  set_by: string;
  set_at: Time;
  /** Hash of the class's chain after this act; made by the database. */
  chain: ColumnType<Uint8Array, never, never>;
}
export interface ClassCounterTable {
  school_id: string;
  class_id: string;
  seq: ColumnType<string, string | undefined, string>;
}
export interface DecisionTable {
  school_id: string;
  decision_id: string;
  class_id: string;
  pupil_id: string;
  kind: 'result' | 'promotion';
  result: string | null;
  completed: boolean | null;
  promoted: boolean | null;
  reason: string | null;
  decided_by: string;
  decided_at: Time;
}
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

export interface CommentSentenceTable {
  school_id: string;
  sentence_id: string;
  /** null: the school's own bank. */
  staff_id: string | null;
  item: string;
  grades: number[];
  level: string | null;
  trait: string | null;
  sentence: string;
  added_by: string;
  added_at: Time;
}

export interface SummerPlanTable {
  school_id: string;
  school_year: string;
  pupil_id: string;
  seq: number;
  content: string;
  from_on: Day;
  until_on: Day;
  planned_by: string;
  planned_at: Time;
}

export interface AssessmentTables {
  cell: CellTable;
  cell_act: CellActTable;
  class_counter: ClassCounterTable;
  decision: DecisionTable;
  period_act: PeriodActTable;
  retest: RetestTable;
  education_plan: EducationPlanTable;
  assessment_setting: AssessmentSettingTable;
  summer_plan: SummerPlanTable;
  comment_sentence: CommentSentenceTable;
}
