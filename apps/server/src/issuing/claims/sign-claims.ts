import { ClaimError, claimContentOf, signClaim } from '@hocba/form/claim';
import { claimKeyId } from '@hocba/ledger';
import type { CryptoPort } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { RecordUntrusted, verifyRecord } from '../../signing/slots/verify-slots.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { coreOf, leafOver } from '../issue/core.ts';
import { schoolOf } from '../issue/school-head.ts';
import { sha256 } from '../log/keys.ts';
import { type ClaimKeyDeps, openClaimKey } from './claim-keys.ts';

export interface ClaimDeps extends ClaimKeyDeps {
  readonly crypto: CryptoPort;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly logHost: string;
}

/** The claim of an issued record, null while it has none. Any part of the server may read it. */
export async function storedClaim(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<string | null> {
  const row = await trx
    .selectFrom('record_claim')
    .select('claim')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  return row?.claim ?? null;
}

/** Records taken in one transaction. */
const BATCH = 50;

/**
 * Signs the claim of every issued record of a school whose leaf has its number and that has none yet. What is claimed is
 * read from the issued bytes, verified anew and held against the leaf: a row changed behind the application is not
 * claimed on paper. Idempotent; a kill loses nothing.
 *
 * @returns how many were signed
 * @throws Refusal `log-unavailable`; KeyError
 */
export async function signClaims(deps: ClaimDeps, schoolId: string): Promise<number> {
  let signed = 0;
  const refused: string[] = [];
  for (;;) {
    const waiting = await inSchool(deps.db, schoolId, (trx) => unclaimed(trx, schoolId, refused));
    if (waiting.length === 0) return signed;
    const { training } = await inSchool(deps.db, schoolId, (trx) => schoolOf(trx, schoolId));
    const roots = await deps.signers.roots();
    const rows: { record_id: string; claim: string | null }[] = [];
    for (const record of waiting) {
      const { key, sign } = await openClaimKey(deps, record.origin);
      try {
        const verified = await verifyRecord({ crypto: deps.crypto, roots, training }, record.xml);
        if (leafOver(record.leaf, coreOf(verified, record.salt)) === null)
          throw new RecordUntrusted('core-differs');
        const body = {
          content: claimContentOf(verified.read.doc),
          keyId: claimKeyId(sha256, key.publicKey),
          leafIndex: Number(record.leaf_index),
          leafHash: record.leaf_hash.slice(0, 16),
        };
        rows.push({ record_id: record.record_id, claim: await signClaim(body, sign) });
      } catch (error) {
        if (error instanceof RecordUntrusted) refused.push(record.record_id);
        else if (error instanceof ClaimError) rows.push({ record_id: record.record_id, claim: null });
        else throw error;
      }
    }
    if (rows.length === 0) continue;
    const signedAt = deps.now();
    await inSchool(deps.db, schoolId, (trx) =>
      trx
        .insertInto('record_claim')
        .values(rows.map((row) => ({ school_id: schoolId, ...row, signed_at: signedAt })))
        .onConflict((oc) => oc.doNothing())
        .execute(),
    );
    signed += rows.length;
  }
}

/** The leaf is the log's own, not the one that stands beside the record. */
async function unclaimed(trx: Kysely<Database>, schoolId: string, refused: readonly string[]) {
  let query = trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .innerJoin('believed_leaf as l', 'l.leaf_hash', 'i.leaf_hash')
    .leftJoin('record_claim as c', (join) =>
      join.onRef('c.school_id', '=', 'i.school_id').onRef('c.record_id', '=', 'i.record_id'),
    )
    .select(['i.record_id', 'i.xml', 'i.salt', 'l.leaf', 'l.leaf_hash', 'l.leaf_index', 'l.origin'])
    .where('i.school_id', '=', schoolId)
    .where('r.pupil_id', 'is not', null)
    .where('c.record_id', 'is', null);
  if (refused.length > 0) query = query.where('i.record_id', 'not in', refused);
  return query.orderBy('l.leaf_index').limit(BATCH).execute();
}

/** Signs claims without being asked, and when a print needs one at once. */
export interface ClaimWork {
  /** Says that records were issued. */
  wake(): void;
  /** The record's claim, signed now if it has none; null where it cannot be made now. */
  claimOf(schoolId: string, recordId: string): Promise<string | null>;
  stop(): Promise<void>;
}

/** Records of a batch come one after the other; together they are one pass. */
const GATHER_MS = 3_000;

/** One pass at a time. `log` is told the name of an error only: a message may hold data. */
export function startClaims(deps: ClaimDeps, log: (line: string) => void): ClaimWork {
  let running: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const pass = (schoolId: string): Promise<void> => {
    const next = running.then(async () => {
      if (stopped) return;
      try {
        await signClaims(deps, schoolId);
      } catch (error) {
        log(`Mã trên bản in chưa ký được: ${error instanceof Error ? error.name : 'không rõ'}`);
      }
    });
    running = next;
    return next;
  };
  return {
    wake() {
      if (stopped || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        void deps.db
          .selectFrom('school')
          .select('school_id')
          .execute()
          .then((schools) => Promise.all(schools.map(({ school_id }) => pass(school_id))))
          .catch(() => {});
      }, GATHER_MS);
      timer.unref();
    },
    async claimOf(schoolId, recordId) {
      const read = () => inSchool(deps.db, schoolId, (trx) => storedClaim(trx, schoolId, recordId));
      const stored = await read();
      if (stored !== null) return stored;
      await pass(schoolId);
      return read();
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
