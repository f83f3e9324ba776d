import type { ColumnType } from 'kysely';

/** What the daily comparison found in a class; the forms of values are those of `tables.ts`. */
interface ClassComparisonTable {
  school_id: string;
  class_id: string;
  day: string;
  compared_at: ColumnType<Date, Date, never>;
  records: number | null;
  differing: string[];
}

export interface ComparisonTables {
  class_comparison: ClassComparisonTable;
}
