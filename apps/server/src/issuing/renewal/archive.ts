import { renewBeforeOf, withoutUnsignedProperties } from '@hocba/signature';
import type { Kysely } from 'kysely';
import { type SlotTrust, type VerifiedSigned, verifySigned } from '../../signing/verify-slots.ts';
import type { Database } from '../../store/tables.ts';

/** Bytes of an issued record that were dated anew; they differ from those issued in unsigned properties alone. */
export interface ArchiveVersion {
  readonly version: number;
  readonly xml: Uint8Array;
}

/** The first end among the authorities that date a record; null where nothing is at LTA. */
export function termOf({ file, levels }: VerifiedSigned): Date | null {
  const ends = [...levels.keys()].flatMap(
    (slotId) => renewBeforeOf(file.read.xmlDocument.bytes, slotId)?.getTime() ?? [],
  );
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

/** Version 0: what is issued now, by when it is due, and what its timestamps may cost. */
export async function beginArchive(
  trx: Kysely<Database>,
  of: { readonly schoolId: string; readonly recordId: string; readonly at: Date },
  verified: VerifiedSigned,
  timestamps: number,
): Promise<void> {
  await trx
    .insertInto('record_archive')
    .values({
      school_id: of.schoolId,
      record_id: of.recordId,
      version: 0,
      xml: null,
      timestamps,
      renew_before: termOf(verified),
      archived_at: of.at,
    })
    .execute();
}

/** Newest bytes of an issued record, if it was dated anew. */
export async function renewedXml(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<Uint8Array | null> {
  const row = await trx
    .selectFrom('record_archive')
    .select('xml')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.xml ?? null;
}

/** All later versions of these records, in order. */
export async function archivesOf(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<Map<string, ArchiveVersion[]>> {
  const rows = await trx
    .selectFrom('record_archive')
    .select(['record_id', 'version', 'xml'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .where('version', '>', 0)
    .orderBy('version')
    .execute();
  const found = new Map<string, ArchiveVersion[]>();
  for (const { record_id, version, xml } of rows)
    found.set(record_id, [...(found.get(record_id) ?? []), { version, xml: xml ?? new Uint8Array() }]);
  return found;
}

/** Why a record's later versions are not what was issued, dated anew; null if they are. @throws RecordUntrusted */
export async function archiveFault(
  trust: SlotTrust,
  issued: Uint8Array,
  versions: readonly ArchiveVersion[],
): Promise<string | null> {
  if (versions.length === 0) return null;
  const signed = withoutUnsignedProperties(issued);
  for (const [n, { version, xml }] of versions.entries()) {
    if (version !== n + 1) return 'archive-has-gap';
    if (Buffer.compare(withoutUnsignedProperties(xml), signed) !== 0) return 'archive-differs';
    await verifySigned(trust, xml);
  }
  return null;
}
