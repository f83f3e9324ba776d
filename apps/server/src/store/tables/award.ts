import type { ColumnType } from 'kysely';

/** Rewards of a pupil's school year; see `tables.ts` for the kinds of columns. */
type Time = ColumnType<Date, Date, Date>;
type Day = string;

export interface TitleActTable {
  school_id: string;
  school_year: string;
  pupil_id: string;
  seq: number;
  act: 'propose' | 'vote' | 'grant' | 'refuse' | 'withdraw';
  subjects: ColumnType<string[], string[] | undefined, never>;
  traits: ColumnType<string[], string[] | undefined, never>;
  recognised: ColumnType<boolean | null, boolean | null | undefined, never>;
  held_on: ColumnType<Day | null, Day | null | undefined, never>;
  reason: ColumnType<string | null, string | null | undefined, never>;
  acted_by: string;
  acted_at: Time;
}
export interface RewardTable {
  school_id: string;
  reward_id: string;
  school_year: string;
  pupil_id: string;
  kind: 'sudden' | 'higher' | 'letter';
  text: string;
  given_on: Day;
  recorded_by: string;
  recorded_at: Time;
}
export interface RewardWithdrawalTable {
  school_id: string;
  reward_id: string;
  reason: string;
  withdrawn_by: string;
  withdrawn_at: Time;
}

/** Records frozen before titles had acts: their §5 is what the cell said (migration 0040). */
export interface RecordAwardByCellTable {
  school_id: string;
  record_id: string;
}

export interface AwardTables {
  record_award_by_cell: RecordAwardByCellTable;
  title_act: TitleActTable;
  reward: RewardTable;
  reward_withdrawal: RewardWithdrawalTable;
}
