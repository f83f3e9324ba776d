import type { Kysely } from 'kysely';
import {
  loadParts,
  loadSigned,
  type RecordParts,
  type StoredSigned,
} from '../../../signing/records/records.ts';
import { tableDigests } from '../../../signing/slots/named-table.ts';
import { type Copied, type Copies, millisIn, octetsIn, quoted, textIn } from '../../../store/copy-out.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { type ArchiveVersion, archivesOf } from '../../issue/archive.ts';
import { hex } from '../log/logs.ts';
import { type Certificates, registered } from '../rows/who-acted.ts';

/** What was issued, as it is stored. */
export interface IssuedRow {
  readonly xml: Uint8Array<ArrayBuffer>;
  readonly salt: Uint8Array;
  readonly core: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leaf_hash: Uint8Array;
  readonly issued_at: Date;
}

/** SHA-256 of the parts of an issued record that its XML holds once more: they are large, and need not come twice. */
export interface PartDigests {
  readonly frozenXml: Uint8Array;
  readonly annex: Uint8Array;
  /** By slot id. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
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
  /** What the QR of each record's print claims, where that was looked at; empty where it was found to have no room for it. */
  readonly claims: ReadonlyMap<string, string>;
  readonly archives: ReadonlyMap<string, readonly ArchiveVersion[]>;
  readonly replacedHash: ReadonlyMap<string, string>;
  /** Codes of the pupils whose records they are, by pupil. */
  readonly pupilCodes: ReadonlyMap<string, string>;
  /** Digests of the class tables that the records stand on. */
  readonly tables: ReadonlyMap<string, string>;
  /** Of the school's register. */
  readonly certificates: Certificates;
}

/**
 * Reads it as of one moment: of a record that a running server signs or issues meanwhile everything is there or nothing is.
 * `done` gives it back.
 */
export async function loadPortion(
  { db, copies }: { readonly db: Kysely<Database>; readonly copies: Copies },
  schoolId: string,
  recordIds: readonly string[],
): Promise<Portion> {
  const list = [...recordIds];
  return inSnapshot(db, schoolId, async (trx, snapshot) => {
    const stored = await readStored(copies, schoolId, list, snapshot);
    const { issued } = stored;
    const records = await loadSigned(trx, schoolId, { recordIds });
    const replaced = records.flatMap((r) => r.replaces ?? []);
    const old =
      replaced.length === 0
        ? []
        : await trx
            .selectFrom('issued_record')
            .select(['record_id', 'leaf_hash'])
            .where('school_id', '=', schoolId)
            .where('record_id', 'in', replaced)
            .execute();
    return {
      ...stored,
      pupilCodes: await pupilCodesOf(
        trx,
        schoolId,
        records.flatMap((r) => r.pupilId ?? []),
      ),
      records: [...records].sort((a, b) => (a.recordId < b.recordId ? -1 : 1)),
      parts: await loadParts(
        trx,
        schoolId,
        list.filter((id) => !issued.has(id)),
      ),
      archives: await archivesOf(trx, schoolId, recordIds),
      tables: await tableDigests(trx, schoolId, records),
      certificates: await registered(trx, schoolId),
      replacedHash: new Map(old.map((row) => [row.record_id, hex(row.leaf_hash)])),
    };
  });
}

/** A class's table is of no pupil, and a portion may hold nothing else. */
async function pupilCodesOf(
  trx: Kysely<Database>,
  schoolId: string,
  pupilIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (pupilIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('pupil')
    .select(['pupil_id', 'pupil_code'])
    .where('school_id', '=', schoolId)
    .where('pupil_id', 'in', [...pupilIds])
    .execute();
  return new Map(rows.map((row) => [row.pupil_id, row.pupil_code]));
}

/**
 * Gives the memory of a portion's records back at once. A collection would find them too; that it has to be asked for every few
 * hundred costs more than to read them. Whoever still looked at such bytes would see none, never those of another record.
 */
export function done(portion: Portion): void {
  for (const { xml } of portion.issued.values()) xml.buffer.transfer(0);
}

/** The bytes of one record's parts: to name what differs in them. */
export async function partsOf(
  db: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<RecordParts | undefined> {
  return (await inSnapshot(db, schoolId, (trx) => loadParts(trx, schoolId, [recordId]))).get(recordId);
}

type Octets = Uint8Array<ArrayBuffer>;

/** What there is most of, by COPY and in one journey. */
async function readStored(
  copies: Copies,
  schoolId: string,
  recordIds: readonly string[],
  snapshot: string,
): Promise<Pick<Portion, 'issued' | 'digests' | 'tokens' | 'registered' | 'claims'>> {
  const issued = new Map<string, IssuedRow>();
  const digests = new Map<string, PartDigests & { readonly signatures: Map<string, Octets> }>();
  const [tokens, registered] = [new Set<string>(), new Set<string>()];
  const claims = new Map<string, string>();
  if (recordIds.length === 0) return { issued, digests, tokens, registered, claims };
  const where = `where school_id = ${quoted([schoolId])} and record_id in (${quoted(recordIds)})`;
  const marked = (table: string, into: Set<string>): Copied => ({
    query: `select record_id::text from ${table} ${where}`,
    columns: 1,
    row: (row) => void into.add(textIn(row, 0)),
  });
  const queries: Copied[] = [
    {
      query: `select record_id::text, xml, salt, core, leaf, leaf_hash, issued_at from issued_record ${where}`,
      columns: 7,
      row(row) {
        const octets = (column: number): Octets => octetsIn(row, column);
        const found = { xml: octets(1), salt: octets(2), core: octets(3), leaf: octets(4) };
        const issued_at = new Date(millisIn(row, 6));
        issued.set(textIn(row, 0), { ...found, leaf_hash: octets(5), issued_at });
      },
    },
    {
      query: `select record_id::text, annex, sha256(frozen_xml) from record ${where}`,
      columns: 3,
      row(row) {
        const id = textIn(row, 0);
        if (issued.has(id))
          digests.set(id, { annex: octetsIn(row, 1), frozenXml: octetsIn(row, 2), signatures: new Map() });
      },
    },
    {
      query: `select record_id::text, slot_id, sha256(signature) from slot ${where}`,
      columns: 3,
      row: (row) => void digests.get(textIn(row, 0))?.signatures.set(textIn(row, 1), octetsIn(row, 2)),
    },
    {
      query: `select record_id::text, coalesce(claim, '') from record_claim ${where}`,
      columns: 2,
      row: (row) => void claims.set(textIn(row, 0), textIn(row, 1)),
    },
    marked('verification_token', tokens),
    marked('record_registry', registered),
  ];
  await copies.read(schoolId, queries, snapshot);
  return { issued, digests, tokens, registered, claims };
}
