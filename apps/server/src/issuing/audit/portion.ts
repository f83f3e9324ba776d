import { type Kysely, sql, type Transaction } from 'kysely';
import { tableDigests } from '../../signing/named-table.ts';
import { loadParts, loadSigned, type RecordParts, type StoredSigned } from '../../signing/records.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { type ArchiveVersion, archivesOf } from '../renewal/archive.ts';
import { hex } from './logs.ts';

/** What was issued, as it is stored. */
export interface IssuedRow {
  readonly xml: Uint8Array;
  readonly salt: Uint8Array;
  readonly core: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leaf_hash: Uint8Array;
  readonly issued_at: Date;
}

/** SHA-256, hex, of the parts of an issued record that its XML holds once more: they are large, and need not come twice. */
export interface PartDigests {
  readonly frozenXml: string;
  readonly annex: Uint8Array;
  /** By slot id. */
  readonly signatures: ReadonlyMap<string, string>;
}

/** All that is stored about some records of a school. */
export interface Portion {
  readonly records: readonly StoredSigned[];
  /** Of issued ones. */
  readonly digests: ReadonlyMap<string, PartDigests>;
  /** Of those on their way. */
  readonly parts: ReadonlyMap<string, RecordParts>;
  readonly issued: ReadonlyMap<string, IssuedRow>;
  readonly tokens: ReadonlySet<string>;
  readonly registered: ReadonlySet<string>;
  readonly archives: ReadonlyMap<string, readonly ArchiveVersion[]>;
  readonly replacedHash: ReadonlyMap<string, string>;
  /** Digests of the class tables that the records stand on. */
  readonly tables: ReadonlyMap<string, string>;
}

export async function loadPortion(
  db: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<Portion> {
  const list = [...recordIds];
  return inSchool(db, schoolId, async (trx) => {
    const records = await loadSigned(trx, schoolId, { recordIds });
    const replaced = records.flatMap((r) => r.replaces ?? []);
    const issued = await issuedAmong(trx, schoolId, list);
    const old =
      replaced.length === 0
        ? []
        : await trx
            .selectFrom('issued_record')
            .select(['record_id', 'leaf_hash'])
            .where('school_id', '=', schoolId)
            .where('record_id', 'in', replaced)
            .execute();
    const marked = async (table: 'verification_token' | 'record_registry') => {
      const rows = await trx
        .selectFrom(table)
        .select('record_id')
        .where('school_id', '=', schoolId)
        .where('record_id', 'in', list)
        .execute();
      return new Set(rows.map((row) => row.record_id));
    };
    return {
      records: [...records].sort((a, b) => a.recordId.localeCompare(b.recordId)),
      digests: await digestsOf(trx, schoolId, [...issued.keys()]),
      parts: await loadParts(
        trx,
        schoolId,
        list.filter((id) => !issued.has(id)),
      ),
      issued,
      tokens: await marked('verification_token'),
      registered: await marked('record_registry'),
      archives: await archivesOf(trx, schoolId, recordIds),
      tables: await tableDigests(trx, schoolId, records),
      replacedHash: new Map(old.map((row) => [row.record_id, hex(row.leaf_hash)])),
    };
  });
}

/** The bytes of one record's parts: to name what differs in them. */
export async function partsOf(
  db: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<RecordParts | undefined> {
  return (await inSchool(db, schoolId, (trx) => loadParts(trx, schoolId, [recordId]))).get(recordId);
}

async function issuedAmong(
  trx: Transaction<Database>,
  schoolId: string,
  recordIds: string[],
): Promise<ReadonlyMap<string, IssuedRow>> {
  const rows = await trx
    .selectFrom('issued_record')
    .select(['record_id', 'salt', 'core', 'leaf', 'leaf_hash', 'issued_at'])
    // A third shorter than the hexadecimal of a bytea, and this is nearly all that is read.
    .select(sql<string>`encode(xml, 'base64')`.as('xml'))
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', recordIds)
    .execute();
  return new Map(rows.map((row) => [row.record_id, { ...row, xml: fromBase64(row.xml) }]));
}

function fromBase64(text: string): Uint8Array {
  const buffer = Buffer.from(text, 'base64');
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

async function digestsOf(
  trx: Transaction<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, PartDigests>> {
  if (recordIds.length === 0) return new Map();
  const frozen = await trx
    .selectFrom('record')
    .select(['record_id', 'annex'])
    .select(sql<string>`encode(sha256(frozen_xml), 'hex')`.as('digest'))
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .execute();
  const slots = await trx
    .selectFrom('slot')
    .select(['record_id', 'slot_id'])
    .select(sql<string>`encode(sha256(signature), 'hex')`.as('digest'))
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .execute();
  const slotsOf = Map.groupBy(slots, (slot) => slot.record_id);
  return new Map(
    frozen.map(({ record_id, annex, digest }) => [
      record_id,
      {
        frozenXml: digest,
        annex,
        signatures: new Map((slotsOf.get(record_id) ?? []).map((slot) => [slot.slot_id, slot.digest])),
      },
    ]),
  );
}
