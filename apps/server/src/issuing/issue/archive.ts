import { renewBeforeOf, withoutUnsignedProperties } from '@hocba/signature';
import type { Kysely } from 'kysely';
import { type SlotTrust, type VerifiedSigned, verifySigned } from '../../signing/slots/verify-slots.ts';
import type { Database } from '../../store/tables.ts';

/** Bytes of an issued record that were dated anew; they differ from those issued in unsigned properties alone. */
export interface ArchiveVersion {
  readonly version: number;
  /** Null for version 0: as issued. */
  readonly xml: Uint8Array | null;
  /** By when it is due; null where it never is. */
  readonly renewBefore: Date | null;
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

/** All versions of these records, in order. */
export async function archivesOf(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<Map<string, ArchiveVersion[]>> {
  const rows = await trx
    .selectFrom('record_archive')
    .select(['record_id', 'version', 'xml', 'renew_before'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .orderBy('version')
    .execute();
  const found = new Map<string, ArchiveVersion[]>();
  for (const { record_id, version, xml, renew_before: renewBefore } of rows)
    found.set(record_id, [...(found.get(record_id) ?? []), { version, xml, renewBefore }]);
  return found;
}

/**
 * Why a record's later versions are not what was issued, dated anew, or the newest is not due when its authority ends: nobody would date
 * it again in time. Null if all of it holds.
 *
 * @param issued what was issued, verified
 * @throws RecordUntrusted
 */
export async function archiveFault(
  trust: SlotTrust,
  issued: VerifiedSigned,
  versions: readonly ArchiveVersion[],
): Promise<string | null> {
  const later = versions.filter(({ version }) => version > 0);
  let newest = issued;
  const signed = later.length === 0 ? null : withoutUnsignedProperties(issued.file.read.xmlDocument.bytes);
  for (const [n, { version, xml }] of later.entries()) {
    if (version !== n + 1) return 'archive-has-gap';
    if (xml === null || signed === null || Buffer.compare(withoutUnsignedProperties(xml), signed) !== 0)
      return 'archive-differs';
    newest = await verifySigned(trust, xml);
  }
  return isDueInTime(newest, versions.at(-1)?.renewBefore ?? null) ? null : 'archive-term-differs';
}

/** By what was found of its authorities; only where that does not tell its tokens are read once more. */
function isDueInTime(verified: VerifiedSigned, due: Date | null): boolean {
  const ends = [...verified.levels.values()].flatMap(({ level, renewBefore }) =>
    level === 'LTA' && renewBefore !== null ? [renewBefore.getTime()] : [],
  );
  // The database may say that it is endless, which is no time and no Date.
  const at = due === null ? Number.POSITIVE_INFINITY : Number(due);
  if (ends.length === 0 || at <= Math.min(...ends)) return true;
  return (termOf(verified)?.getTime() ?? Number.POSITIVE_INFINITY) === at;
}
