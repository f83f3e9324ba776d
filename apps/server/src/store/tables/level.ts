import type { ColumnType } from 'kysely';

/** Tables of signatures' levels: timestamps on their way, revocation answers, archives, signed prints. Types as in `tables.ts`. */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Time = ColumnType<Date, Date, Date>;

export interface RaisedSlotTable {
  school_id: string;
  record_id: string;
  slot_id: string;
  signature: Bytes;
  timestamps: number;
}
export interface ValidationAnswerTable {
  certificate: string;
  ocsp: Uint8Array[];
  crls: Uint8Array[];
  asked_at: Time;
}
export interface TimestampAuthorityTable {
  place: string;
  ends_at: Time;
  seen_at: Time;
}
export interface RecordArchiveTable {
  school_id: string;
  record_id: string;
  version: number;
  /** Null for what was issued: those bytes stand there. */
  xml: Uint8Array | null;
  timestamps: number;
  renew_before: ColumnType<Date | null, Date | null, never>;
  archived_at: Time;
}
export interface SignedPrintTable {
  school_id: string;
  record_id: string;
  version: number;
  pdf: Bytes;
  digest: Bytes;
  certificate_id: string;
  signed_by: string;
  timestamps: number;
  renew_before: ColumnType<Date | null, Date | null, never>;
  stored_at: Time;
}

/** A record that was lost and came back out of a family's file. */
export interface TakenBackTable {
  school_id: string;
  record_id: string;
  taken_at: Time;
}
