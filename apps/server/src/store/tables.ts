import type { ColumnType, JSONColumnType } from 'kysely';
import type { AccessTables } from './tables/access.ts';
import type { ApprovalTables } from './tables/approval.ts';
import type { AssessmentTables } from './tables/assessment.ts';
import type { AwardTables } from './tables/award.ts';
import type { AwayTables, LeftOverColumns } from './tables/away.ts';
import type { BookTables } from './tables/book.ts';
import type { ClaimKeyTable, RecordClaimTable } from './tables/claim.ts';
import type { HandOverTables } from './tables/hand-over.ts';
import type { ImportTable } from './tables/import.ts';
import type {
  RaisedSlotTable,
  RecordArchiveTable,
  SignedPrintTable,
  TakenBackTable,
  TimestampAuthorityTable,
  ValidationAnswerTable,
} from './tables/level.ts';
import type { LogLeafTable, LogPendingTable, LogStagedTable, LogStateTable } from './tables/log.ts';
import type {
  BelievedLeafView,
  LogCosignedTable,
  LogEndTable,
  LogEvidenceTable,
  LogStatementTable,
} from './tables/log-life.ts';
import type { MoveTables } from './tables/move.ts';
import type { SignaturePictureTable } from './tables/picture.ts';

export type { CellActTable, CellTable } from './tables/assessment.ts';

/**
 * The tables as the application sees them. bigint columns are decimal strings, `date` is `YYYY-MM-DD`,
 * timestamptz is a Date, bytea a Uint8Array.
 */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Time = ColumnType<Date, Date, Date>;
type TimeOrNull = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Day = string;

export interface SchoolTable {
  school_id: string;
  code: string;
  name: string;
  province_office_code: string;
  province_office_name: string;
  commune_name: string;
  district_name: string | null;
  province_name: string;
  issue_place: string;
  tax_code: string;
  training: boolean;
  /** Whether a training school asks for the second factor; elsewhere it is always asked for. */
  training_second_factor: ColumnType<boolean, boolean | undefined, boolean>;
  /** Codes of the lists that the names were taken from, and the day; null where the names were typed. */
  province_code: ColumnType<string | null, string | null | undefined, string | null>;
  commune_code: ColumnType<string | null, string | null | undefined, string | null>;
  facts_on: ColumnType<Day | null, Day | null | undefined, Day | null>;
  profile: ColumnType<string, string | undefined, string>;
  created_at: ColumnType<Date, Date | undefined, Date>;
}
export interface SchoolFactsTable {
  school_id: string;
  seq: number;
  valid_on: Day;
  facts: JSONColumnType<object>;
  reason: string;
  set_by: string;
  set_at: Time;
}
export interface StaffTable {
  school_id: string;
  staff_id: string;
  staff_code: string;
  full_name: string;
  personal_id: string;
  title: string;
  left_on: ColumnType<Day | null, Day | null | undefined, Day | null>;
}
export interface StaffRoleTable {
  school_id: string;
  staff_id: string;
  role: 'teacher' | 'principal' | 'clerk' | 'admin';
}
export interface SchoolYearTable {
  school_id: string;
  school_year: string;
  starts_on: Day;
  ends_on: Day;
  planned_issue_date: Day;
  /** null: the day that the rule set names. */
  main_lock_on: ColumnType<Day | null, Day | null | undefined, Day | null>;
  supplementary_lock_on: ColumnType<Day | null, Day | null | undefined, Day | null>;
}
export interface YearLockActTable {
  school_id: string;
  school_year: string;
  seq: number;
  main_lock_on: Day;
  supplementary_lock_on: Day;
  reason: string;
  acted_by: string;
  acted_at: Time;
  /** What a second person agreed to; null before anything of the year was issued. */
  request_id: ColumnType<string | null, string | null | undefined, never>;
}
export interface ClassTable {
  school_id: string;
  class_id: string;
  school_year: string;
  name: string;
  grade: number;
  homeroom_staff_id: string | null;
  roll_over_id: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface AssignmentTable {
  school_id: string;
  class_id: string;
  subject: string;
  staff_id: string;
  assigned_at: ColumnType<Date, Date | undefined, Date>;
}
export interface PupilTable {
  school_id: string;
  pupil_id: string;
  pupil_code: string;
  personal_id: string | null;
  register_number: string | null;
  full_name: string;
  sex: 'male' | 'female' | null;
  birth_date: Day | null;
  birth_place: string | null;
  home_town: string | null;
  address: string | null;
  ethnicity: string | null;
  nationality: string | null;
  father_name: string | null;
  mother_name: string | null;
  /** The paper that says why there is no mother to name. */
  mother_absence: ColumnType<string | null, string | null | undefined, string | null>;
  guardian_name: string | null;
}
export interface PupilRegistryTable {
  pupil_code: string;
  school_id: string;
  pupil_id: string;
}
export interface EnrolmentTable {
  school_id: string;
  class_id: string;
  pupil_id: string;
  ordinal: number;
  grade: number;
  arrived_on: Day;
  left_on: Day | null;
  left_as: ColumnType<LeftAs | null, LeftAs | null | undefined, LeftAs | null>;
  roll_over_id: ColumnType<string | null, string | null | undefined, string | null>;
}
export type LeftAs = 'class-changed' | 'transferred' | 'dropped-out' | 'deceased';
export interface RecordRegistryTable {
  record_id: string;
  school_id: string;
}
export interface RecordTable {
  school_id: string;
  record_id: string;
  class_id: string;
  /** null for a class's table. */
  pupil_id: string | null;
  school_year: string;
  /** Of a record its profile, of a class's table its format. */
  profile: string;
  /** The table that the record's subject teachers sign, where its profile has no slot for them. */
  table_id: ColumnType<string | null, string | null | undefined, never>;
  rule_set: string;
  frozen_xml: Bytes;
  annex: Bytes;
  slots: JSONColumnType<object>;
  replaces: string | null;
  frozen_by: string;
  frozen_at: Time;
}
export type RecordActKind = 'freeze' | 'thaw' | 'sign' | 'return' | 'issue' | 'recall' | 'replace';
export interface RecordActTable {
  school_id: string;
  record_id: string;
  seq: number;
  act: RecordActKind;
  staff_id: string;
  role: string;
  reason: string | null;
  acted_at: Time;
}
export type SlotRole = 'subjectTeacher' | 'homeroomTeacher' | 'principal' | 'schoolSeal';
export interface SigningCertificateTable {
  school_id: string;
  certificate_id: string;
  staff_id: string | null;
  algorithm: string;
  chain: Uint8Array[];
  key_reference: string;
  not_after: Time;
  registered_at: Time;
  kind: ColumnType<SignerKind, SignerKind | undefined, SignerKind>;
}
export type SignerKind = 'training' | 'pkcs12' | 'agent' | 'csc' | 'smartca' | 'mysign';
export interface SlotTable {
  school_id: string;
  record_id: string;
  slot_id: string;
  slot_order: number;
  role: SlotRole;
  signing_time: string;
  personal_id: string | null;
  signature: Bytes;
  certificate_id: string;
  signed_by: string;
  signed_at: Time;
}
export interface SigningBatchTable extends LeftOverColumns {
  school_id: string;
  batch_id: string;
  role: SlotRole;
  requested_by: string;
  requested_at: Time;
  finished_at: TimeOrNull;
  /** Why it waits for its person. */
  paused: ColumnType<string | null, string | null | undefined, string | null>;
  public_url: ColumnType<string | null, string | null | undefined, never>;
  /** Of its items (`signing/items/confirmed-batch.ts`). */
  chosen: ColumnType<Uint8Array, Uint8Array, never>;
}
export interface SigningItemTable {
  school_id: string;
  batch_id: string;
  record_id: string;
  slot_id: string;
  state: 'waiting' | 'prepared' | 'signed' | 'refused';
  prepared: JSONColumnType<object> | null;
  refusal: string | null;
  changed_at: Time;
  value: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
  order_id: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface IssuedRecordTable {
  school_id: string;
  record_id: string;
  xml: Bytes;
  salt: Bytes;
  core: Bytes;
  leaf: Bytes;
  leaf_hash: Bytes;
  issued_at: Time;
  issued_by: string;
}
export interface RecalledRecordTable {
  school_id: string;
  record_id: string;
  reason_code: string;
  reason: string;
  replaced_by: string | null;
  salt: Bytes;
  leaf: Bytes;
  leaf_hash: Bytes;
  recalled_at: Time;
  recalled_by: string;
}
export interface VerificationTokenTable {
  token: string;
  school_id: string;
  record_id: string;
}
export interface AuditEventTable {
  school_id: string;
  event_id: string;
  at: Time;
  account_id: string | null;
  role: string | null;
  act: string;
  object: string | null;
  outcome: string;
  address: string | null;
  /** Number in the school's trail and hash of it after this event; made by the database. */
  seq: ColumnType<string, never, never>;
  chain: ColumnType<Uint8Array, never, never>;
}
/** How far each school's trail has come; the application only reads it. */
export interface AuditTrailTable {
  school_id: string;
  seq: ColumnType<string, never, never>;
  chain: ColumnType<Uint8Array, never, never>;
}
export interface SchoolDayTable {
  school_id: string;
  school_year: string;
  day: Day;
  origin: string;
  salt: Bytes;
  leaf: Bytes;
  leaf_hash: Bytes;
  made_at: Time;
}
export interface SchoolDayHeadTable {
  school_id: string;
  school_year: string;
  day: Day;
  /** A class's id, or `audit-trail`. */
  chain_name: string;
  seq: string;
  hash: Bytes;
}
export interface ClassManifestTable {
  school_id: string;
  class_id: string;
  version: number;
  school_year: string;
  origin: string;
  manifest: Bytes;
  salt: Bytes;
  signing_time: string;
  algorithm: string;
  signature: Bytes;
  certificate_id: string;
  signed_by: string;
  signed_at: Time;
}
export interface ClassClosingTable {
  school_id: string;
  class_id: string;
  version: number;
  signing_time: string;
  algorithm: string;
  signature: Bytes;
  certificate_id: string;
  leaf: Bytes;
  leaf_hash: Bytes;
  closed_by: string;
  closed_at: Time;
}

export interface Database
  extends AccessTables,
    ApprovalTables,
    AwayTables,
    AssessmentTables,
    AwardTables,
    BookTables,
    HandOverTables,
    MoveTables {
  school: SchoolTable;
  school_facts: SchoolFactsTable;
  staff: StaffTable;
  staff_role: StaffRoleTable;
  school_year: SchoolYearTable;
  year_lock_act: YearLockActTable;
  class: ClassTable;
  assignment: AssignmentTable;
  pupil: PupilTable;
  pupil_registry: PupilRegistryTable;
  enrolment: EnrolmentTable;
  import: ImportTable;
  record_registry: RecordRegistryTable;
  record: RecordTable;
  record_act: RecordActTable;
  signing_certificate: SigningCertificateTable;
  slot: SlotTable;
  signature_picture: SignaturePictureTable;
  signing_batch: SigningBatchTable;
  signing_item: SigningItemTable;
  raised_slot: RaisedSlotTable;
  validation_answer: ValidationAnswerTable;
  timestamp_authority: TimestampAuthorityTable;
  record_archive: RecordArchiveTable;
  signed_print: SignedPrintTable;
  issued_record: IssuedRecordTable;
  recalled_record: RecalledRecordTable;
  taken_back: TakenBackTable;
  verification_token: VerificationTokenTable;
  audit_event: AuditEventTable;
  audit_trail: AuditTrailTable;
  school_day: SchoolDayTable;
  school_day_head: SchoolDayHeadTable;
  class_manifest: ClassManifestTable;
  class_closing: ClassClosingTable;
  claim_key: ClaimKeyTable;
  record_claim: RecordClaimTable;
  log_state: LogStateTable;
  log_leaf: LogLeafTable;
  log_pending: LogPendingTable;
  log_staged: LogStagedTable;
  log_statement: LogStatementTable;
  log_evidence: LogEvidenceTable;
  log_end: LogEndTable;
  log_cosigned: LogCosignedTable;
  believed_leaf: BelievedLeafView;
}
