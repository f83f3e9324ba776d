import { leafHash } from '@hocba/ledger';
import { RecordReadError, RecordWriteError, type SignedFile } from '@hocba/record';
import { AppendError, withoutUnsignedProperties } from '@hocba/signature';
import { CanonicalXmlError } from '@hocba/xml';
import type { Kysely } from 'kysely';
import { assemble } from '../../../signing/records/assemble.ts';
import { isRecord, type RecordParts, type StoredSigned } from '../../../signing/records/records.ts';
import { areInOrder } from '../../../signing/records/state.ts';
import { requireNamedTable } from '../../../signing/slots/named-table.ts';
import { RecordUntrusted, type SlotTrust, verifySigned } from '../../../signing/slots/verify-slots.ts';
import type { Database } from '../../../store/tables.ts';
import { archiveFault } from '../../issue/archive.ts';
import { coreOf, leafOver } from '../../issue/core.ts';
import { sha256 } from '../../log/keys.ts';
import { claimsOther, hasNoRoom } from '../paper/claims.ts';
import { type Certificates, isByRegistered } from '../rows/who-acted.ts';
import { isOfParts } from './parts.ts';
import { type Portion, partsOf } from './portion.ts';

export interface StoreTrust extends SlotTrust {
  readonly now: Date;
  readonly db: Kysely<Database>;
  readonly schoolId: string;
}

/** Counts of what was verified on the way to a finding. */
export interface Seen {
  issued: number;
  signatures: number;
}

/** The first thing about a record that does not hold, its place in the log apart; null if all of it does. */
export async function recordFault(
  trust: StoreTrust,
  record: StoredSigned,
  rows: Portion,
  seen: Seen,
): Promise<string | null> {
  const parts = rows.parts.get(record.recordId);
  const issued = rows.issued.get(record.recordId);
  const digests = rows.digests.get(record.recordId);
  const { certificates } = rows;
  if (parts === undefined && digests === undefined) return 'bytes-missing';
  if (!rows.registered.has(record.recordId)) return 'not-in-registry';
  if (record.acts.some((act, i) => act.seq !== i + 1)) return 'acts-have-gap';
  if (record.acts.filter((a) => a.act === 'sign').length !== record.signed.length)
    return 'acts-differ-from-slots';
  if (!areInOrder(record.facts.acts)) return 'acts-out-of-order';
  if (!areOfPlan(record)) return 'slots-differ-from-plan';
  const claims = record.facts.acts.includes('issue');
  if (claims !== (issued !== undefined)) return claims ? 'issued-bytes-missing' : 'issued-without-act';
  if (issued === undefined && parts !== undefined && record.signed.length !== record.plans.length) {
    return faultOfBytes(() => verifyUnfinished(trust, record, parts, certificates, seen));
  }
  if (issued === undefined || digests === undefined) return 'sealed-without-issue';
  // As of no time at all nothing can be judged, and no comparison with it would say so.
  if (Number.isNaN(issued.issued_at.getTime())) return 'issued-at-no-time';
  return faultOfBytes(async () => {
    seen.issued++;
    const asOf = { ...trust, now: new Date(Math.max(trust.now.getTime(), issued.issued_at.getTime())) };
    const verified = await verifySigned(asOf, issued.xml, digests.annex);
    seen.signatures += verified.signatures.length;
    if (verified.file.read.missingSlots.length > 0) return 'slot-missing';
    if (verified.file.read.doc.uuid !== record.recordId) return 'uuid-differs';
    requireNamedTable(record, verified.file, rows.tables);
    if (!isOfRow(verified.file, record, rows.pupilCodes)) return 'row-differs-from-record';
    if (!isOfParts(verified, record, digests)) {
      const bytes = await partsOf(trust.db, trust.schoolId, record.recordId);
      const same =
        bytes !== undefined && sameBytes(assemble(record, bytes), withoutUnsignedProperties(issued.xml));
      if (!same) return 'slots-differ-from-xml';
    }
    if (!isByRegistered(verified, record, certificates)) return 'certificate-differs';
    const archive = await archiveFault(asOf, verified, rows.archives.get(record.recordId) ?? []);
    if (archive !== null) return archive;
    if (!sameBytes(coreOf(verified, issued.salt), issued.core)) return 'core-differs';
    const leaf = leafOver(issued.leaf, issued.core);
    if (leaf === null) return 'leaf-differs';
    if (!sameBytes(leafHash(sha256, issued.leaf), issued.leaf_hash)) return 'leaf-hash-differs';
    const at = issued.issued_at.getTime();
    if (leaf.time !== Math.floor(at / 1000) || timeOf(record, 'issue') !== at) return 'issued-at-differs';
    if (isRecord(record) && !rows.tokens.has(record.recordId)) return 'token-missing';
    const claim = rows.claims.get(record.recordId);
    if (claim === '') return (await hasNoRoom(verified.file)) ? null : 'claim-missing';
    if (claim !== undefined && claimsOther(verified.file, claim)) return 'claim-of-other-contents';
    return null;
  });
}

/** Whether the row says the same of whose record it is, and of which year, as the bytes do that were signed. */
function isOfRow(file: SignedFile, record: StoredSigned, pupilCodes: ReadonlyMap<string, string>): boolean {
  const { schoolYear, ruleSet } = file.read.doc;
  const pupil = file.kind === 'record' ? file.read.doc.pupil.pupilCode : undefined;
  const code = record.pupilId === null ? undefined : pupilCodes.get(record.pupilId);
  const ofRules = ruleSet === record.ruleSet && schoolYear === record.schoolYear;
  return file.format === record.profile && ofRules && pupil === code;
}

/** Whether each slot's row says of its role and place what the plan says: by the role a class's list is held against who signed the records. */
function areOfPlan({ plans, signed }: StoredSigned): boolean {
  const planned = new Map(plans.map((plan) => [plan.slotId, plan]));
  return signed.every(({ slotId, role, order }) => {
    const plan = planned.get(slotId);
    return plan?.role === role && plan.order === order;
  });
}

/** Unix milliseconds of the first act of a kind; undefined where there is none. */
function timeOf({ acts }: StoredSigned, kind: StoredSigned['acts'][number]['act']): number | undefined {
  return acts.find(({ act }) => act === kind)?.at.getTime();
}

/** A record on its way: what is signed so far holds, in slot order; later slots of an unfinished role wait. */
async function verifyUnfinished(
  trust: StoreTrust,
  record: StoredSigned,
  parts: RecordParts,
  certificates: Certificates,
  seen: Seen,
): Promise<string | null> {
  const verified = await verifySigned(trust, assemble(record, parts), parts.annex);
  seen.signatures += verified.signatures.length;
  return isByRegistered(verified, record, certificates) ? null : 'certificate-differs';
}

/** Codes of bytes that cannot be read or trusted; anything else is thrown on. */
async function faultOfBytes(check: () => Promise<string | null>): Promise<string | null> {
  try {
    return await check();
  } catch (error) {
    const known = [AppendError, RecordUntrusted, RecordReadError, RecordWriteError, CanonicalXmlError];
    if (known.some((kind) => error instanceof kind)) return (error as RecordUntrusted).code;
    throw error;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
