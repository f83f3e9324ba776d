import type { ColumnType } from 'kysely';

/** Tables of accounts, sessions and the second factor. Types as in `tables.ts`. */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type BytesOrNull = ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
type Time = ColumnType<Date, Date, Date>;
type TimeOrNull = ColumnType<Date | null, Date | null | undefined, Date | null>;
type TextOrNull = ColumnType<string | null, string | null | undefined, string | null>;

export interface AccountTable {
  account_id: string;
  school_id: string;
  staff_id: string;
  username: string;
  password_hash: string;
  disabled_at: TimeOrNull;
  /** Set while the password is one that was handed out: until when it may be changed for one's own. */
  one_time_until: TimeOrNull;
  /** Who handed out the password last, and when; null where nobody did. */
  issued_by: TextOrNull;
  issued_at: TimeOrNull;
}
export interface SessionTable {
  token_digest: Bytes;
  account_id: string;
  created_at: Time;
  last_seen_at: Time;
  expires_at: Time;
  ended_at: TimeOrNull;
  second_factor_at: TimeOrNull;
  /** `access/session-seal.ts`. */
  seal: ColumnType<Uint8Array | null, Uint8Array, never>;
  challenge: TextOrNull;
  challenge_until: TimeOrNull;
}
export interface SecondFactorTable {
  factor_id: string;
  account_id: string;
  kind: 'passkey' | 'totp';
  name: string;
  credential_id: TextOrNull;
  public_key: BytesOrNull;
  counter: TextOrNull;
  transports: ColumnType<string[] | null, string[] | null | undefined, string[] | null>;
  host: TextOrNull;
  sealed: BytesOrNull;
  last_step: TextOrNull;
  created_at: Time;
  confirmed_at: TimeOrNull;
  last_used_at: TimeOrNull;
  ended_at: TimeOrNull;
}
export interface PaperCodeTable {
  account_id: string;
  code_digest: Bytes;
  created_at: Time;
  used_at: TimeOrNull;
  ended_at: TimeOrNull;
}
export interface FactorResetTable {
  school_id: string;
  reset_id: string;
  staff_id: string;
  reason: string;
  requested_by: string;
  requested_at: Time;
  decided_by: TextOrNull;
  decided_at: TimeOrNull;
  approved: ColumnType<boolean | null, boolean | null | undefined, boolean | null>;
  slip_digest: BytesOrNull;
  slip_until: TimeOrNull;
  slip_used_at: TimeOrNull;
}

export interface AccessTables {
  account: AccountTable;
  session: SessionTable;
  second_factor: SecondFactorTable;
  paper_code: PaperCodeTable;
  factor_reset: FactorResetTable;
}
