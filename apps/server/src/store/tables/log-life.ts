import type { ColumnType } from 'kysely';

/** Statements, evidence of time and ends of logs; see `tables.ts` for the kinds of columns. */
type Bytes = ColumnType<Uint8Array, Uint8Array, never>;
type Time = ColumnType<Date, Date, never>;

export interface LogStatementTable {
  leaf_hash: Bytes;
  origin: string;
  document: Bytes;
  salt: Bytes;
  leaf: Bytes;
  made_at: Time;
}
export interface LogEvidenceTable {
  origin: string;
  size: string;
  version: number;
  note: Bytes;
  evidence: Bytes;
  renew_before: Time;
  made_at: Time;
}
export interface LogEndTable {
  origin: string;
  how: 'closed' | 'stolen';
  next: string | null;
  last_size: string | null;
  last_note: ColumnType<Uint8Array | null, Uint8Array | null, never>;
  ordered_at: Time;
}
export interface LogCosignedTable {
  origin: string;
  size: string;
  note: ColumnType<Uint8Array, Uint8Array, Uint8Array>;
  cosigned_at: ColumnType<Date, Date, Date>;
}
export interface BelievedLeafView {
  origin: string;
  leaf_index: string;
  leaf: ColumnType<Uint8Array, never, never>;
  leaf_hash: ColumnType<Uint8Array, never, never>;
}
