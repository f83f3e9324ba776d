import type { ColumnType, JSONColumnType } from 'kysely';

/** Tables of signers whose keys are elsewhere: orders that are out, accounts at services, agents. Types as in `tables.ts`. */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Time = ColumnType<Date, Date, Date>;
type TimeOrNull = ColumnType<Date | null, Date | null | undefined, Date | null>;

/** What a service's confirmation covers beyond its order, sealed; kept with the batch, all four or none. */
export interface LeftOverColumns {
  left_sealed: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
  left_signatures: ColumnType<number | null, number | null | undefined, number | null>;
  left_until: TimeOrNull;
  left_certificate: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface SigningOrderTable {
  school_id: string;
  order_id: string;
  batch_id: string;
  certificate_id: string;
  state: 'sending' | 'open' | 'answered' | 'ended';
  handle: JSONColumnType<object> | null;
  confirm_at: 'phone' | 'page' | 'agent' | 'secret' | null;
  confirm_url: string | null;
  /** `SecretAsked`s, where the person types what the service asks for. */
  asks: ColumnType<object | null, string | null | undefined, string | null>;
  description: string;
  item_count: number;
  digest: Bytes;
  note: string | null;
  created_at: Time;
  expires_at: Time;
  ask_at: Time;
  ended_with: string | null;
}
export interface RemoteAccountTable {
  school_id: string;
  certificate_id: string;
  provider: string;
  account: JSONColumnType<object>;
  sealed: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>;
  changed_at: Time;
}
export interface AgentCodeTable {
  code_digest: Bytes;
  account_id: string;
  created_at: Time;
  expires_at: Time;
  used_at: TimeOrNull;
}
export interface SigningAgentTable {
  token_digest: Bytes;
  account_id: string;
  name: string;
  origin: string;
  paired_at: Time;
  last_seen_at: Time;
  expires_at: Time;
  ended_at: TimeOrNull;
}

export interface AwayTables {
  signing_order: SigningOrderTable;
  remote_account: RemoteAccountTable;
  agent_code: AgentCodeTable;
  signing_agent: SigningAgentTable;
}
