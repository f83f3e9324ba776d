import type { ColumnType } from 'kysely';

/** Pictures of signatures and of the school's seal; types as in `tables.ts`. */
export interface SignaturePictureTable {
  school_id: string;
  picture_id: string;
  /** Null for the school's seal. */
  staff_id: string | null;
  /** Null: from then on there is none. */
  png: ColumnType<Uint8Array | null, Uint8Array | null, never>;
  set_by: string;
  set_at: ColumnType<Date, Date, never>;
}
