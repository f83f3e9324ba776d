import type { ColumnType } from 'kysely';

/** What needs a second person: asked, decided, done; types as in `tables.ts`. Rows are added and never changed. */
type Time = ColumnType<Date, Date, never>;

export interface ApprovalRequestTable {
  school_id: string;
  request_id: string;
  kind: string;
  /** What it touches, such as `record:…`. */
  object: string;
  act: string;
  basis: string;
  summary: string;
  reason: string;
  evidence: string;
  digest: ColumnType<Uint8Array, Uint8Array, never>;
  asked_by: string;
  asked_role: string;
  asked_at: Time;
  open_until: Time;
}
export interface ApprovalDecisionTable {
  school_id: string;
  request_id: string;
  decision: 'approved' | 'refused' | 'withdrawn';
  note: string;
  decided_by: string;
  decided_role: string;
  decided_at: Time;
}
export interface ApprovalUseTable {
  school_id: string;
  request_id: string;
  used_by: string;
  used_at: Time;
}
/** A class whose pupils somebody took along as a file, alone. */
export interface ClassExportTable {
  school_id: string;
  export_id: string;
  staff_id: string;
  class_id: string;
  exported_at: Time;
}
/** Puts a registered seal in force. */
export interface SealActTable {
  school_id: string;
  request_id: string;
  certificate_id: string;
  acted_at: Time;
}

/** What was done before it took two persons; nothing is added. */
export interface ActBeforeApprovalsTable {
  school_id: ColumnType<string, never, never>;
  act: ColumnType<string, never, never>;
}

export interface ApprovalTables {
  approval_request: ApprovalRequestTable;
  approval_decision: ApprovalDecisionTable;
  approval_use: ApprovalUseTable;
  class_export: ClassExportTable;
  seal_act: SealActTable;
  act_before_approvals: ActBeforeApprovalsTable;
}
