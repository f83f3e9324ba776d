import { type Kysely, sql } from 'kysely';
import type { StoredSigned } from '../../../signing/records/records.ts';
import type { VerifiedSigned } from '../../../signing/slots/verify-slots.ts';
import {
  heldRow,
  NOTED_TABLES,
  type NotedTableName,
  notedRows,
  type RowNote,
  rowNote,
  rowText,
} from '../../../store/noted-rows.ts';
import type { Database } from '../../../store/tables.ts';

/** Certificates of a school's register, each as its octets, by their ids; empty where a row has none. */
export type Certificates = ReadonlyMap<string, Uint8Array>;

export async function registered(trx: Kysely<Database>, schoolId: string): Promise<Certificates> {
  const rows = await trx
    .selectFrom('signing_certificate')
    .select('certificate_id')
    .select(sql<Uint8Array | null>`chain[1]`.as('own'))
    .where('school_id', '=', schoolId)
    .execute();
  return new Map(rows.map(({ certificate_id, own }) => [certificate_id, own ?? new Uint8Array()]));
}

/** Whether each slot's row names the certificate that its signature was made with. */
export function isByRegistered(
  { file, signatures }: VerifiedSigned,
  { signed }: Pick<StoredSigned, 'signed'>,
  certificates: Certificates,
): boolean {
  return file.read.slots.every(({ slotId }, i) => {
    const stored = signed.find((one) => one.slotId === slotId);
    const held = stored && certificates.get(stored.certificateId);
    const der = signatures[i]?.certificate.der;
    return held !== undefined && der !== undefined && Buffer.compare(held, der) === 0;
  });
}

/**
 * Records whose rows do not agree on who did what to them and when: a signature's slot with its act and with whose certificate it is, the
 * freeze and the issue with theirs. Where all of them were changed alike the note of the issue differs (`store/noted-rows.ts`).
 *
 * @returns by record, the first thing that differs
 */
export async function wrongActors(
  trx: Kysely<Database>,
  schoolId: string,
): Promise<ReadonlyMap<string, string>> {
  const slots = sql`select record_id, role, signed_by, signed_at, null::text from slot where school_id = ${schoolId}`;
  const acts = sql`select record_id, role, staff_id, acted_at, reason from record_act where school_id = ${schoolId} and act = 'sign'`;
  const { rows } = await sql<{ record_id: string; code: string }>`
    select record_id, 'acts-differ-from-slots' as code from (
      (${slots} except all ${acts}) union all (${acts} except all ${slots})) one
    union all
    select s.record_id, 'certificate-of-other' from slot s
      left join signing_certificate c on c.school_id = s.school_id and c.certificate_id = s.certificate_id
      where s.school_id = ${schoolId} and (c.certificate_id is null or (s.role = 'schoolSeal') <> (c.staff_id is null)
        or c.staff_id <> s.signed_by)
    union all
    select r.record_id, 'freeze-differs' from record r
      where r.school_id = ${schoolId} and not exists (
        select 1 from record_act a where a.school_id = r.school_id and a.record_id = r.record_id and a.seq = 1
          and a.act = 'freeze' and a.role = 'homeroomTeacher' and a.staff_id = r.frozen_by and a.acted_at = r.frozen_at
          and a.reason is null)
    union all
    select i.record_id, 'issue-differs' from issued_record i
      where i.school_id = ${schoolId} and not exists (
        select 1 from record_act a join slot s on s.school_id = a.school_id and s.record_id = a.record_id
        where a.school_id = i.school_id and a.record_id = i.record_id and a.act = 'issue' and a.role = 'schoolSeal'
          and a.staff_id = i.issued_by and a.acted_at = i.issued_at and a.reason is null
          and s.role = 'schoolSeal' and s.signed_by = i.issued_by)
    union all
    select v.record_id, 'archive-differs' from record_archive v
      join issued_record i on i.school_id = v.school_id and i.record_id = v.record_id
      where v.school_id = ${schoolId} and v.version = 0 and v.archived_at <> i.issued_at
`.execute(trx);
  const found = new Map<string, string>();
  for (const { record_id, code } of rows) if (!found.has(record_id)) found.set(record_id, code);
  for (const recordId of await withLentPlaces(trx, schoolId))
    if (!found.has(recordId)) found.set(recordId, 'signer-without-place');
  return found;
}

/**
 * Records that somebody has signed in a place that was not this person's by what the trail notes: who owns the tables gives another teacher the class,
 * the principal's role, the subject or a number for as long as it takes to freeze and sign, and puts it back, which leaves no row that is
 * not as noted. Only where none of it was noted anew since the freeze; what was frozen before freezes were noted is not told. Where it is the
 * row itself that is not as noted, that is named, and not all that its person has ever signed. A record that was lost and is back was frozen in another time than it was noted.
 */
async function withLentPlaces(trx: Kysely<Database>, schoolId: string): Promise<string[]> {
  const { rows } = await sql<{
    record_id: string;
    what: NotedTableName;
    of: string;
  }>`${lentPlaces(schoolId)}`.execute(trx);
  if (rows.length === 0) return [];
  const wrong = new Set<string>();
  for (const [table, its] of Map.groupBy(rows, ({ what }) => what))
    for (const of of await changedBehind(trx, schoolId, table, [...new Set(its.map((one) => one.of))]))
      wrong.add(`${table} ${of}`);
  return rows.filter(({ what, of }) => !wrong.has(`${what} ${of}`)).map(({ record_id }) => record_id);
}

/** Of these those of whom a row of the table was changed, added or taken away behind the application. */
async function changedBehind(
  trx: Kysely<Database>,
  schoolId: string,
  table: NotedTableName,
  ofs: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ row: string }>`
    select ${rowText} as row from ${sql.raw(notedRows(table))} t
    where school_id = ${schoolId} and ${sql.ref(NOTED_TABLES[table].of)} = any (${[...ofs]})`.execute(trx);
  const { rows: events } = await sql<{ object: string }>`
    select object from audit_event
    where school_id = ${schoolId} and act = 'row' and split_part(object, ' ', 1) = any (${[...ofs]}) order by seq`.execute(
    trx,
  );
  const notes = new Map<string, RowNote>();
  for (const note of events.flatMap(({ object }) => rowNote(object) ?? []))
    if (note.table === table) notes.set(note.name, note);
  const wrong = new Set<string>();
  for (const { name, digest } of rows.map(({ row }) => heldRow(table, row))) {
    if (notes.get(name)?.digest !== digest) wrong.add(name.slice(0, name.indexOf(' ')));
    notes.delete(name);
  }
  for (const { of, digest } of notes.values()) if (digest !== null) wrong.add(of);
  return wrong;
}

/** Whether a place was noted anew is asked of the few in which somebody else signed: of all, it took longer than to verify a tenth of the records. */
function lentPlaces(schoolId: string) {
  return sql`
    with noted as (
      select split_part(object, ' ', 1) as of, split_part(object, ' ', 2) as what, seq, outcome
      from audit_event where school_id = ${schoolId} and act = 'row'),
    frozen as (
      select of::uuid as record_id, min(seq) as seq from noted where what = 'record' and outcome = 'insert'
        and of not in (select b.record_id::text from taken_back b where b.school_id = ${schoolId}) group by of),
    others as materialized (
      select r.record_id, 'class' as what, r.class_id::text as of, f.seq from record r join frozen f on f.record_id = r.record_id
        join class c on c.school_id = r.school_id and c.class_id = r.class_id
        where r.school_id = ${schoolId} and r.frozen_by is distinct from c.homeroom_staff_id
      union all
      select r.record_id, p.what, p.of, f.seq from slot s
        join record r on r.school_id = s.school_id and r.record_id = s.record_id
        join frozen f on f.record_id = r.record_id
        join staff t on t.school_id = s.school_id and t.staff_id = s.signed_by
        left join class c on c.school_id = r.school_id and c.class_id = r.class_id
        cross join lateral (
          select 'staff' as what, s.signed_by::text as of where s.personal_id is distinct from t.personal_id
          union all
          select 'class', r.class_id::text
            where s.role = 'homeroomTeacher' and s.signed_by is distinct from c.homeroom_staff_id
          union all
          select 'staff_role', s.signed_by::text where s.role = 'principal' and not exists (
            select 1 from staff_role x where x.school_id = s.school_id and x.staff_id = s.signed_by and x.role = 'principal')
          union all
          select 'assignment', r.class_id::text where s.role = 'subjectTeacher' and not exists (
            select 1 from assignment x where x.school_id = s.school_id and x.class_id = r.class_id and x.staff_id = s.signed_by)) p
        where s.school_id = ${schoolId} and s.role <> 'schoolSeal')
    select o.record_id, o.what, o.of from others o where not exists (
      select 1 from noted n where n.what = o.what and n.of = o.of and n.seq > o.seq)`;
}
