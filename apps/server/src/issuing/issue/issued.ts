import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import type { IssuedFacts } from '../../signing/batch/views.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { logOfLeaf, openOrigin } from '../log/ends.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { proofFile } from '../log/published.ts';
import { renewedXml } from './archive.ts';
import { schoolOf } from './school-head.ts';

/** An issued record as stored. */
export interface IssuedRecord {
  readonly recordId: string;
  readonly classId: string;
  readonly schoolYear: string;
  readonly origin: string;
  /** As issued, or as it was last dated anew. */
  readonly xml: Uint8Array;
  readonly salt: Uint8Array;
  readonly core: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  /** Null while the sequencer has not numbered the leaf. */
  readonly leafIndex: number | null;
  readonly issuedAt: Date;
}

/** The issued record, or null for one that is not issued or not of the school. */
export async function issuedRecord(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
  logHost: string,
): Promise<IssuedRecord | null> {
  const row = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select(['i.record_id', 'i.xml', 'i.salt', 'i.core', 'i.leaf', 'i.leaf_hash', 'i.issued_at'])
    .select(['r.class_id', 'r.school_year'])
    .where('i.school_id', '=', schoolId)
    .where('i.record_id', '=', recordId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    recordId: row.record_id,
    classId: row.class_id,
    schoolYear: row.school_year,
    origin:
      (await logOfLeaf(trx, row.leaf_hash)) ??
      (await openOrigin(trx, await schoolOf(trx, schoolId), row.school_year, logHost)),
    xml: (await renewedXml(trx, schoolId, recordId)) ?? row.xml,
    salt: row.salt,
    core: row.core,
    leaf: row.leaf,
    leafHash: row.leaf_hash,
    leafIndex: await leafIndexOf(trx, row.leaf_hash),
    issuedAt: row.issued_at,
  };
}

export async function issuedFacts(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<IssuedFacts> {
  const issued = await trx
    .selectFrom('issued_record')
    .select('leaf_hash')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  return {
    leafIndex: issued ? await leafIndexOf(trx, issued.leaf_hash) : null,
    token: await tokenOfRecord(trx, schoolId, recordId),
  };
}

export async function tokenOfRecord(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<string | null> {
  const row = await trx
    .selectFrom('verification_token')
    .select('token')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  return row?.token ?? null;
}

export interface ProofDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly logHost: string;
  readonly sequencer: { settle(origin: string): Promise<void> };
}

/**
 * The receipt of an issued record. Waits for the sequencer if the leaf is not yet in a published checkpoint.
 *
 * @throws Refusal `not-issued`, `log-unavailable`
 */
export async function proofOf(
  deps: ProofDeps,
  schoolId: string,
  recordId: string,
): Promise<{ readonly proof: Uint8Array; readonly leafIndex: number; readonly issued: IssuedRecord }> {
  const load = () =>
    inSchool(deps.db, schoolId, (trx) => issuedRecord(trx, schoolId, recordId, deps.logHost));
  for (const last of [false, true]) {
    const issued = await load();
    if (issued === null) throw new Refusal('not-issued');
    if (issued.leafIndex !== null) {
      const leaf = { index: issued.leafIndex, bytes: issued.leaf, salt: issued.salt };
      const proof = await proofFile(deps.dataDir, issued.origin, leaf);
      if (proof !== null) return { proof, leafIndex: issued.leafIndex, issued };
    }
    if (!last) await deps.sequencer.settle(issued.origin);
  }
  throw new Refusal('log-unavailable');
}

/**
 * Where the leaf of an issued record stands in its log.
 *
 * @throws Refusal `log-unavailable` while it has no number; `not-issued` for a record that was not issued
 */
export async function loggedLeaf(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<{ index: bigint; leafHash: Uint8Array }> {
  const issued = await trx
    .selectFrom('issued_record')
    .select('leaf_hash')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  if (!issued) throw new Refusal('not-issued');
  const index = await leafIndexOf(trx, issued.leaf_hash);
  if (index === null) throw new Refusal('log-unavailable');
  return { index: BigInt(index), leafHash: issued.leaf_hash };
}
