import { type Kysely, sql } from 'kysely';
import type { StoredSigned } from '../../signing/records.ts';
import type { VerifiedSigned } from '../../signing/verify-slots.ts';
import type { Database } from '../../store/tables.ts';

/** Certificates of a school's register, each as its octets, by their ids. */
export type Certificates = ReadonlyMap<string, Uint8Array>;

export async function registered(trx: Kysely<Database>, schoolId: string): Promise<Certificates> {
  const rows = await trx
    .selectFrom('signing_certificate')
    .select(['certificate_id', 'chain'])
    .where('school_id', '=', schoolId)
    .execute();
  return new Map(rows.map(({ certificate_id, chain }) => [certificate_id, chain[0] ?? new Uint8Array()]));
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
          and s.role = 'schoolSeal' and s.signed_by = i.issued_by)`.execute(trx);
  const found = new Map<string, string>();
  for (const { record_id, code } of rows) if (!found.has(record_id)) found.set(record_id, code);
  return found;
}
