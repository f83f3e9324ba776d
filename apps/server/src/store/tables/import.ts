import type { ColumnType, JSONColumnType } from 'kysely';

/** A file that was previewed, and what its import did. */
export interface ImportTable {
  school_id: string;
  import_id: string;
  class_id: string | null;
  file_name: string;
  file_digest: ColumnType<Uint8Array, Uint8Array, Uint8Array>;
  preview: JSONColumnType<object>;
  created_by: string;
  created_at: ColumnType<Date, Date, Date>;
  applied_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  kind: ColumnType<'results' | 'pupils' | 'staff', 'results' | 'pupils' | 'staff' | undefined, never>;
  outcome: ColumnType<object | null, string | null | undefined, string | null>;
  undone_by: ColumnType<string | null, string | null | undefined, string | null>;
  undone_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}
