import { createHash, hash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './tables.ts';

/**
 * Rows that the audit trail notes as they are written (0046_noted_rows.sql, 0047_trail_head.sql, 0049_noted_office.sql, 0050_confirmed_acts.sql): an event of this act for each, with the digest of the
 * row's values. Who changes a row behind the application leaves one that is not as noted.
 */
export const ROW_ACT = 'row';

interface NotedTable {
  /** The column that says whose row it is. */
  readonly of: string;
  /** What tells it from others of the same; a column after `#` is named by a digest, so that the trail names nobody with it. */
  readonly key: readonly string[];
  /** Appended and never changed: what was noted first holds for ever. */
  readonly appended: boolean;
  /** What is noted of it, as rows, where that is not all of the table. */
  readonly source?: string;
}

const appended = (of: string, ...key: readonly string[]): NotedTable => ({ of, key, appended: true });
const changed = (of: string, ...key: readonly string[]): NotedTable => ({ of, key, appended: false });

/** Acts that are noted one by one; those before a record is issued are in the note of its issue. */
const LATER_ACTS = `select * from record_act where act in ('thaw', 'recall', 'return', 'replace')`;

/** What of an issued record no signature holds. */
const ISSUED_FACTS = `
  select i.school_id, i.record_id, i.issued_by, i.issued_at, r.class_id, r.pupil_id, r.table_id, r.school_year, r.rule_set,
    r.replaces, r.frozen_by, r.frozen_at,
    (select string_agg(concat_ws(' ', a.seq, a.act, a.staff_id, a.role, extract(epoch from a.acted_at), a.reason), E'\n' order by a.seq)
      from record_act a where a.school_id = i.school_id and a.record_id = i.record_id
        and a.act not in ('recall', 'return', 'replace')) as acts
  from issued_record i join record r on r.school_id = i.school_id and r.record_id = i.record_id`;

/** A record as it was frozen; of what is long its digest. */
const FROZEN_FACTS = `
  select r.school_id, r.record_id, r.class_id, r.pupil_id, r.table_id, r.school_year, r.profile, r.rule_set, r.replaces, r.frozen_by, r.frozen_at,
    encode(sha256(r.frozen_xml), 'hex') as frozen_xml, encode(sha256(r.annex), 'hex') as annex,
    encode(sha256(convert_to(r.slots::text, 'UTF8')), 'hex') as slots
  from public.record r`;

/** A factor without what each use of it changes. */
const FACTORS = `
  select a.school_id, f.factor_id, f.account_id, f.kind, f.credential_id, f.public_key, f.host, f.sealed, f.created_at, f.confirmed_at, f.ended_at
  from second_factor f join account a on a.account_id = f.account_id`;

/** A code on paper without that it was used. */
const PAPER_CODES = `
  select a.school_id, c.account_id, c.code_digest, c.created_at from paper_code c join account a on a.account_id = c.account_id`;

/** A batch without what its work changes: what its person has confirmed, and that it has ended. */
const BATCHES = `
  select b.school_id, b.batch_id, b.role, b.requested_by, b.requested_at, b.finished_at, b.public_url, b.chosen from signing_batch b`;

/** As the triggers of the migrations (0046, 0049, 0050) have them; a test holds both together. */
export const NOTED_TABLES = {
  pupil: changed('pupil_id'),
  study_year: appended('pupil_id', 'school_year', 'school_name'),
  decision: appended('pupil_id', 'class_id', 'kind', 'decision_id'),
  title_act: appended('pupil_id', 'school_year', 'seq'),
  reward: appended('pupil_id', 'school_year', 'reward_id'),
  reward_withdrawal: appended('reward_id'),
  education_plan: appended('class_id', '#pupil_id', 'seq'),
  summer_plan: appended('pupil_id', 'school_year', 'seq'),
  retest: appended('pupil_id', 'class_id', 'period', 'item', 'attempt'),
  identity_act: appended('pupil_id', 'act_id'),
  assessment_setting: appended('school_id', 'seq'),
  verification_token: appended('record_id'),
  school: changed('school_id'),
  school_facts: appended('school_id', 'seq'),
  school_year: changed('school_id', 'school_year'),
  year_lock_act: appended('school_id', 'school_year', 'seq'),
  class: changed('class_id'),
  period_act: appended('class_id', 'period', 'seq'),
  enrolment: changed('pupil_id', 'class_id'),
  pupil_status: appended('pupil_id', 'status_id'),
  transfer: appended('pupil_id', 'transfer_id'),
  transfer_file: appended('transfer_id'),
  staff: changed('staff_id'),
  staff_role: changed('staff_id', 'role'),
  assignment: changed('class_id', 'subject'),
  account: changed('account_id'),
  second_factor: { ...changed('factor_id'), source: FACTORS },
  factor_reset: changed('reset_id'),
  signing_certificate: appended('certificate_id'),
  seal_act: appended('certificate_id', 'request_id'),
  signature_picture: appended('picture_id'),
  approval_request: appended('request_id'),
  approval_decision: appended('request_id'),
  approval_use: appended('request_id'),
  record: { ...appended('record_id'), source: FROZEN_FACTS },
  issued_record: { ...appended('record_id'), source: ISSUED_FACTS },
  record_act: { ...appended('record_id', 'seq'), source: LATER_ACTS },
  recalled_record: appended('record_id'),
  taken_back: appended('record_id'),
  class_manifest: appended('class_id', 'version'),
  class_closing: appended('class_id', 'version'),
  signing_batch: { ...changed('batch_id'), source: BATCHES },
  class_export: appended('class_id', 'export_id'),
  paper_code: { ...appended('account_id', 'code_digest'), source: PAPER_CODES },
  hand_over: appended('class_id', 'hand_over_id'),
  hand_over_answer: appended('hand_over_id'),
  book_handing: appended('pupil_id', 'handing_id'),
} as const satisfies Readonly<Record<string, NotedTable>>;
export type NotedTableName = keyof typeof NOTED_TABLES;
export const NOTED_TABLE_NAMES = Object.keys(NOTED_TABLES) as NotedTableName[];

const isNotedTable = (name: string): name is NotedTableName => Object.hasOwn(NOTED_TABLES, name);

/**
 * A row's values as the digest has them, to be selected from the table `t`, in a session whose time zone is UTC. By the catalogue's own functions: one
 * in `public` that takes just this table's rows would be taken before them.
 */
export const ROW_TEXT = 'pg_catalog.jsonb_strip_nulls(pg_catalog.to_jsonb(t))::pg_catalog.text';
export const rowText = sql.raw<string>(ROW_TEXT);

/** What is noted of a table, to be selected from as `t`. */
export function notedRows(table: NotedTableName): string {
  const { source }: NotedTable = NOTED_TABLES[table];
  return source === undefined ? table : `(${source})`;
}

/** A row as it stands. */
export interface HeldRow {
  /** `<whose> <table> <row>`: identifiers, or digests of what may be words. */
  readonly name: string;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @param text of `rowText` */
export function heldRow(table: NotedTableName, text: string): HeldRow {
  const values = JSON.parse(text) as Record<string, unknown>;
  const { of, key } = NOTED_TABLES[table];
  const parts = key.map((column) =>
    column.startsWith('#')
      ? hiddenPart(String(values[of]), String(values[column.slice(1)]))
      : keyPart(String(values[column])),
  );
  return {
    name: `${values[of]} ${table} ${parts.join('/') || '-'}`,
    digest: rowDigest(table, text),
    values,
  };
}

/** How a note names somebody who is not to be named beside what it is a note of. @param of whose row it is otherwise */
export function hiddenPart(of: string, value: string): string {
  return keyPart(`${of}/${value}`);
}

function keyPart(value: string): string {
  return /^[0-9A-Za-z-]+$/.test(value) ? value : createHash('sha256').update(value).digest('hex');
}

/** SHA-256 of `"hocba.vn/row/v1\n" ‖ length of the table's name as uint16 ‖ name ‖ values`, hex. */
export function rowDigest(table: NotedTableName, text: string): string {
  return hash('sha256', `${ROW_DOMAIN}\0${String.fromCharCode(table.length)}${table}${text}`, 'hex');
}

/** The names of tables are ASCII and short: each octet of their length is a character that is one octet in UTF-8. */
const ROW_DOMAIN = 'hocba.vn/row/v1\n';

/** What the trail notes of a row: its digest, or that the application has taken it away. */
export interface RowNote {
  readonly name: string;
  readonly table: NotedTableName;
  /** Whose row it is, and which. */
  readonly of: string;
  readonly key: string;
  /** Hex; null for a row that is gone. */
  readonly digest: string | null;
}

/** The note by which a record's rows were lost and are back: of these holds what was noted last. */
export const takenBackName = (recordId: string): string => `${recordId} taken_back -`;

/** An event's object as a note; null for one that is none. */
export function rowNote(object: string | null): RowNote | null {
  const [of = '', table = '', key = '', digest = '', ...more] = (object ?? '').split(' ');
  if (more.length > 0 || !isNotedTable(table) || !/^(gone|[0-9a-f]{64})$/.test(digest)) return null;
  return { name: `${of} ${table} ${key}`, table, of, key, digest: digest === 'gone' ? null : digest };
}

/**
 * Whether the rows of somebody or something in a table stand as the trail notes them: of a table that is only appended to as it noted
 * them first, of others as it did last. Where there is no row, nothing is wrong with it.
 * @param of as a note has it
 */
export async function isNoted(
  trx: Kysely<Database>,
  schoolId: string,
  table: NotedTableName,
  of: string,
): Promise<boolean> {
  return (await notNoted(trx, schoolId, table, [of])).size === 0;
}

/** Of these those of whom `isNoted` does not hold. */
export async function notNoted(
  trx: Kysely<Database>,
  schoolId: string,
  table: NotedTableName,
  ofs: readonly string[],
): Promise<ReadonlySet<string>> {
  const { of } = NOTED_TABLES[table];
  const found = await heldRows(trx, schoolId, table, ofs);
  return new Set(found.filter(({ noted }) => !noted).map(({ row }) => String(row.values[of])));
}

/** Rows of these that stand as the trail notes them; what somebody wrote behind the application is not among them. */
export async function rowsAsNoted(
  trx: Kysely<Database>,
  schoolId: string,
  table: NotedTableName,
  ofs: readonly string[],
): Promise<readonly HeldRow[]> {
  return (await heldRows(trx, schoolId, table, ofs)).filter(({ noted }) => noted).map(({ row }) => row);
}

async function heldRows(
  trx: Kysely<Database>,
  schoolId: string,
  table: NotedTableName,
  ofs: readonly string[],
): Promise<readonly { readonly row: HeldRow; readonly noted: boolean }[]> {
  if (ofs.length === 0) return [];
  const { of: column, appended: first } = NOTED_TABLES[table];
  const { rows } = await sql<{ row: string }>`
    select ${rowText} as row from ${sql.raw(notedRows(table))} t
    where school_id = ${schoolId} and ${sql.ref(column)} = any (${[...ofs]})`.execute(trx);
  if (rows.length === 0) return [];
  const { rows: events } = await sql<{ object: string }>`
    select object from notes_of(${schoolId}, ${[...ofs]}) order by seq`.execute(trx);
  const digests = new Map<string, string | null>();
  const noted = events.flatMap(({ object }) => rowNote(object) ?? []);
  const names = new Set(noted.map(({ name }) => name));
  for (const note of noted)
    if (!first || !digests.has(note.name) || names.has(takenBackName(note.of)))
      digests.set(note.name, note.digest);
  return rows
    .map(({ row }) => heldRow(table, row))
    .map((row) => ({ row, noted: digests.get(row.name) === row.digest }));
}

/**
 * Says for the rest of the transaction that somebody has looked at all of a row: when it is written it is noted, whatever stood there
 * before. Without that a row that is not as noted stays so, whoever saves a part of it.
 * @param of UUID of whose row it is, where a table has one for each
 */
export async function reviewed(trx: Transaction<Database>, table: NotedTableName, of: string): Promise<void> {
  await sql`select set_config('app.reviewed', concat_ws(E'\\n', nullif(current_setting('app.reviewed', true), ''), ${`${of} ${table} -`}::text),
    true)`.execute(trx);
}
