import { type Kysely, sql, type Transaction } from 'kysely';
import { tableDigests } from '../../signing/named-table.ts';
import { loadParts, loadSigned, type RecordParts, type StoredSigned } from '../../signing/records.ts';
import { type CopiedRow, type Copies, millisIn, octetsIn, quoted, textIn } from '../../store/copy-out.ts';
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
  { db, copies }: { readonly db: Kysely<Database>; readonly copies: Copies },
  schoolId: string,
  recordIds: readonly string[],
): Promise<Portion> {
  const list = [...recordIds];
  return inSchool(db, schoolId, async (trx) => {
    const records = await loadSigned(trx, schoolId, { recordIds });
    const replaced = records.flatMap((r) => r.replaces ?? []);
    const issued = await issuedAmong(copies, schoolId, list);
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

type Octets = Uint8Array;
type Five = [Octets, Octets, Octets, Octets, Octets];

async function issuedAmong(
  copies: Copies,
  schoolId: string,
  recordIds: string[],
): Promise<ReadonlyMap<string, IssuedRow>> {
  const found = new Map<string, IssuedRow>();
  if (recordIds.length === 0) return found;
  const query = `select record_id::text, xml, salt, core, leaf, leaf_hash, issued_at from issued_record
    where school_id = ${quoted([schoolId])} and record_id in (${quoted(recordIds)})`;
  const row = (copied: CopiedRow): void => {
    const [xml, salt, core, leaf, leaf_hash] = [1, 2, 3, 4, 5].map((n) => octetsIn(copied, n)) as Five;
    const issued_at = new Date(millisIn(copied, 6));
    found.set(textIn(copied, 0), { xml, salt, core, leaf, leaf_hash, issued_at });
  };
  await copies.read(schoolId, [{ query, columns: 7, row }]);
  return found;
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
