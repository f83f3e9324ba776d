import type { ColumnType, Generated } from 'kysely';

/** The transparency log's tables, which belong to no school; see `tables.ts` for the kinds of columns. */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Time = ColumnType<Date, Date, Date>;

export interface LogStateTable {
  origin: string;
  inception: Time;
  lock: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
}
export interface LogLeafTable {
  origin: string;
  leaf_index: string;
  leaf: Bytes;
  leaf_hash: Bytes;
}
export interface LogPendingTable {
  origin: string;
  pending_id: Generated<string>;
  leaf: Bytes;
  leaf_hash: Bytes;
}
export interface LogStagedTable {
  origin: string;
  key: string;
  bundle: Bytes;
}
