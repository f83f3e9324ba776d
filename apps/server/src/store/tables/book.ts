import type { ColumnType } from 'kysely';
import type { ComparisonTables } from './comparison.ts';

/** Tables of what is printed of a whole class. Types as in `tables.ts`. */
type Time = ColumnType<Date, Date, Date>;
type TimeOrNull = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface ClassBookTable {
  school_id: string;
  class_id: string;
  book_id: string;
  requested_by: string;
  requested_at: Time;
  public_url: string;
  keep_until: Time;
  stopped_at: TimeOrNull;
  failure: ColumnType<string | null, string | null | undefined, string | null>;
  finished_at: TimeOrNull;
  pdf: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
}
export interface ClassBookRecordTable {
  school_id: string;
  class_id: string;
  position: number;
  record_id: string;
  qr_url: ColumnType<string | null, string | null | undefined, string | null>;
  leaf_index: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface BookTables extends ComparisonTables {
  class_book: ClassBookTable;
  class_book_record: ClassBookRecordTable;
}
