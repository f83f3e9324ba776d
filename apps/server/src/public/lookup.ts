import { createHash } from 'node:crypto';
import { decodeLeaf, statusOf as entryOf, LedgerError, leafHash, type Status } from '@hocba/ledger';
import { type CryptoPort, commonNameOf } from '@hocba/signature';
import type { Kysely } from 'kysely';
import { coreOf, leafOver } from '../issuing/issue/core.ts';
import { type IssuedRecord, issuedRecord } from '../issuing/issue/issued.ts';
import { TOKEN } from '../issuing/issue/token.ts';
import { logOfLeaf } from '../issuing/log/ends.ts';
import { KeyError, sha256 } from '../issuing/log/keys.ts';
import { proofFile } from '../issuing/log/published.ts';
import { publishedStatus } from '../issuing/status/status.ts';
import { signingTimeOf } from '../signing/freeze/time.ts';
import { loadRecords, type StoredRecord } from '../signing/records/records.ts';
import { statusOf } from '../signing/records/state.ts';
import type { SignerSource } from '../signing/signers/signers.ts';
import { isTraining } from '../signing/signers/signers.ts';
import { RecordUntrusted, verifyRecord } from '../signing/slots/verify-slots.ts';
import { inSchool } from '../store/database.ts';
import { isNoted } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';
import { codeTail, maskedName } from './masked.ts';
import type { PublicView } from './page.ts';

export interface LookupDeps {
  readonly db: Kysely<Database>;
  readonly crypto: CryptoPort;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly logHost: string;
  /** Folder with the log's public files. */
  readonly dataDir: string;
  now(): Date;
}

/** Stands in for a token of another form, so that every wrong one is looked up alike. */
const NO_TOKEN = '';

/**
 * What the public page shows for a token: from the issued bytes, verified at each look and held against the core
 * that the log has committed to, and that against the published log itself. Null for every token that is not one.
 */
export async function lookUp(deps: LookupDeps, token: string): Promise<PublicView | null> {
  const found = await deps.db
    .selectFrom('verification_token')
    .select(['school_id', 'record_id'])
    .where('token', '=', TOKEN.test(token) ? token : NO_TOKEN)
    .executeTakeFirst();
  if (!found) return null;
  const { school_id: schoolId, record_id: recordId } = found;
  const roots = await deps.signers.roots();
  return inSchool(deps.db, schoolId, async (trx) => {
    const issued = await issuedRecord(trx, schoolId, recordId, deps.logHost);
    const [record] = await loadRecords(trx, schoolId, { recordIds: [recordId] });
    if (issued === null || record === undefined) return null;
    const noted = await isNoted(trx, schoolId, 'verification_token', recordId);
    const training = await isTraining(trx, schoolId);
    const fileHash = createHash('sha256').update(issued.xml).digest('hex');
    const common = { training, fileHash, asOf: clock(deps.now()) };
    try {
      // Another pupil's page under this token would be genuine in all that it shows.
      if (!noted) throw new RecordUntrusted('token-differs');
      // A clock that was set back since would call its timestamps ones to come.
      const now = new Date(Math.max(deps.now().getTime(), issued.issuedAt.getTime()));
      const trust = { crypto: deps.crypto, roots, training, now };
      const verified = await verifyRecord(trust, issued.xml);
      const { doc, slots } = verified.read;
      const committed = Buffer.compare(coreOf(verified, issued.salt), issued.core) === 0;
      if (!committed || leafOver(issued.leaf, issued.core) === null)
        throw new RecordUntrusted('core-differs');
      if (verified.read.missingSlots.length > 0 || doc.uuid !== recordId)
        throw new RecordUntrusted('slot-missing');
      const seal = verified.signatures.at(-1);
      return {
        ...common,
        status: await stateOf(deps, { trx, schoolId }, record, issued),
        schoolName: doc.school.name,
        schoolYear: doc.schoolYear,
        grade: doc.grade,
        version: await versionOf(trx, schoolId, record),
        issueDate: doc.issueDate,
        subjectTeachers: slots.filter((s) => s.role === 'subjectTeacher').length,
        principalName: doc.principal.fullName,
        sealName: (seal && commonNameOf(seal.certificate)) ?? doc.seal.organisationName,
        maskedName: maskedName(doc.pupil.fullName),
        codeTail: codeTail(doc.pupil.pupilCode),
      };
    } catch (error) {
      if (!(error instanceof RecordUntrusted)) throw error;
      // What does not verify is not shown: only that it does not.
      return { ...common, ...NOTHING_TO_SHOW, schoolYear: record.schoolYear };
    }
  });
}

const NOTHING_TO_SHOW = {
  status: 'store-mismatch',
  schoolName: 'Nhà trường',
  grade: 0,
  version: 0,
  issueDate: '',
  subjectTeachers: 0,
  principalName: '',
  sealName: '',
  maskedName: '',
  codeTail: '',
} as const;

/** @throws RecordUntrusted where the log's files do not prove a leaf that they ought to hold, or no leaf stands for a recall */
async function stateOf(
  { dataDir }: LookupDeps,
  at: { readonly trx: Kysely<Database>; readonly schoolId: string },
  record: StoredRecord,
  issued: IssuedRecord,
): Promise<PublicView['status']> {
  const status = statusOf(record.facts);
  if (status === 'replaced' || status === 'recalled') {
    if (!(await isRecalled(at, issued))) throw new RecordUntrusted('status-differs');
    return status;
  }
  if (status !== 'issued') return 'store-mismatch';
  if (issued.leafIndex === null) return 'unpublished';
  const { origin, leafIndex: index, leaf: bytes, salt } = issued;
  try {
    if ((await proofFile(dataDir, origin, { index, bytes, salt })) === null) return 'unpublished';
    // A recall that was taken out of the tables still stands in the log, and the signed status says so.
    const said = await publishedStatus(dataDir, origin);
    const ended = said !== null && !['current', 'unknown'].includes(stateIn(said, index));
    if (ended) throw new RecordUntrusted('status-differs');
    return 'current';
  } catch (error) {
    if (error instanceof LedgerError || error instanceof KeyError) throw new RecordUntrusted('core-differs');
    throw error;
  }
}

/** Whether a leaf of this record's recall stands in a log, or waits for its number: an act in the tables alone recalls nothing. */
async function isRecalled(
  { trx, schoolId }: { readonly trx: Kysely<Database>; readonly schoolId: string },
  issued: IssuedRecord,
): Promise<boolean> {
  const row = await trx
    .selectFrom('recalled_record')
    .select('leaf')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', issued.recordId)
    .executeTakeFirst();
  if (row === undefined) return false;
  try {
    const { kind, previous } = decodeLeaf(row.leaf);
    const isOf = previous !== undefined && Buffer.compare(previous.leafHash, issued.leafHash) === 0;
    return kind === 'recall' && isOf && (await logOfLeaf(trx, leafHash(sha256, row.leaf))) !== null;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

function stateIn(status: Status, index: number): string {
  const entry = entryOf(status, index);
  return typeof entry === 'string' ? entry : entry.state;
}

/** 1 for the first record of the pupil's year, one more for each that it replaces. */
async function versionOf(trx: Kysely<Database>, schoolId: string, record: StoredRecord): Promise<number> {
  let version = 1;
  for (let at: StoredRecord | undefined = record; at?.replaces != null && version < 100; version++) {
    [at] = await loadRecords(trx, schoolId, { recordIds: [at.replaces] });
  }
  return version;
}

/** `HH:MM DD/MM/YYYY` in Vietnam. */
function clock(at: Date): string {
  const [day = '', time = ''] = signingTimeOf(at).split('T');
  return `${time.slice(0, 5)} ${day.split('-').reverse().join('/')}`;
}
