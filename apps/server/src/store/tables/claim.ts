import type { ColumnType } from 'kysely';

type Bytes = ColumnType<Uint8Array, Uint8Array, never>;
type Time = ColumnType<Date, Date, never>;

export interface ClaimKeyTable {
  origin: string;
  document: Bytes;
  salt: Bytes;
  leaf: Bytes;
  leaf_hash: Bytes;
  made_at: Time;
}
export interface RecordClaimTable {
  school_id: string;
  record_id: string;
  claim: string | null;
  signed_at: Time;
}
