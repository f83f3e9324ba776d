import { leafHash } from '@hocba/ledger';
import { RecordReadError, RecordWriteError, type SignedFile } from '@hocba/record';
import { AppendError, type CryptoPort, withoutUnsignedProperties } from '@hocba/signature';
import { CanonicalXmlError } from '@hocba/xml';
import type { Kysely } from 'kysely';
import { assemble } from '../../signing/assemble.ts';
import { requireNamedTable } from '../../signing/named-table.ts';
import { isRecord, type RecordParts, type StoredSigned } from '../../signing/records.ts';
import { areInOrder, statusOf } from '../../signing/state.ts';
import { RecordUntrusted, type SlotTrust, verifySigned } from '../../signing/verify-slots.ts';
import type { Copies } from '../../store/copy-out.ts';
import { inSnapshot } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { coreOf, leafOver } from '../core.ts';
import { sha256 } from '../log/keys.ts';
import { archiveFault } from '../renewal/archive.ts';
import { claimsOther, hasNoRoom } from './claims.ts';
import { hex, isGivenNow, type KnownLeaves } from './logs.ts';
import { isOfParts } from './parts.ts';
import { done, type IssuedRow, loadPortion, type Portion, partsOf } from './portion.ts';
import { auditRecalls } from './recalls.ts';
import type { AuditNotes, AuditProgress } from './report.ts';
import { digestOf, type KeptResults, type RecordResult } from './resume.ts';
import { type Certificates, isByRegistered, registered, wrongActors } from './who-acted.ts';

export interface RecordAuditDeps {
  readonly db: Kysely<Database>;
  readonly copies: Copies;
  readonly crypto: CryptoPort;
  readonly roots: SlotTrust['roots'];
  readonly begun: Date;
  /** What an audit that was cut off has left. */
  readonly kept?: KeptResults | undefined;
}

/** Records read at a time: some 30 MB. */
export const PORTION = 350;

/**
 * Re-verifies every record of a school from its bytes: frozen bytes with slots against the issued XML, each
 * signature, the core that the log has committed to, the leaf and what it says of an earlier record.
 *
 * @returns hashes of all leaves that the school's records and recalls account for, hex
 */
export async function auditSchool(
  deps: RecordAuditDeps,
  school: { readonly schoolId: string; readonly training: boolean },
  leaves: KnownLeaves,
  notes: AuditNotes,
  progress: AuditProgress,
): Promise<ReadonlySet<string>> {
  const { schoolId } = school;
  const trust = {
    crypto: deps.crypto,
    roots: deps.roots,
    training: school.training,
    now: deps.begun,
  };
  const { ids, registry, actors, certificates } = await inSnapshot(deps.db, schoolId, async (trx) => ({
    // Class by class: what is remembered of one record serves the next.
    ids: await trx
      .selectFrom('record')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .orderBy('class_id')
      .orderBy('record_id')
      .execute(),
    registry: await trx
      .selectFrom('record_registry')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .orderBy('record_id')
      .execute(),
    actors: await wrongActors(trx, schoolId),
    certificates: await registered(trx, schoolId),
  }));
  const accounted = new Set<string>();
  const current = new Map<string, string[]>();
  for (let at = 0; at < ids.length; at += PORTION) {
    const portion = ids.slice(at, at + PORTION).map((row) => row.record_id);
    const rows = await loadPortion(deps, schoolId, portion);
    for (const record of rows.records) {
      notes.records++;
      const issued = rows.issued.get(record.recordId);
      if (issued) accounted.add(hex(issued.leaf_hash));
      if (isRecord(record) && statusOf(record.facts) === 'issued') {
        const year = `${record.pupilId} ${record.schoolYear}`;
        current.set(year, [...(current.get(year) ?? []), record.recordId]);
      }
      const result = await resultOf(
        { ...trust, db: deps.db, schoolId, certificates },
        record,
        rows,
        deps.kept,
      );
      notes.issued += result.issued;
      notes.signatures += result.signatures;
      const code =
        result.code ??
        (issued === undefined ? null : await leafFault(deps.db, record, issued, rows, leaves)) ??
        actors.get(record.recordId) ??
        null;
      if (code !== null) notes.problem('record', record.recordId, code);
      progress('records', notes.records, ids.length);
    }
    done(rows);
    await deps.kept?.settle();
  }
  // Each is genuine by itself: that there is another one, who sees only one of them cannot know.
  for (const recordId of [...current.values()].filter(({ length }) => length > 1).flat())
    notes.problem('record', recordId, 'second-of-year');
  await auditRecalls(deps.db, schoolId, leaves, notes, accounted);
  // Somebody took it away, with all that belongs to it.
  const present = new Set(ids.map((row) => row.record_id));
  for (const { record_id } of registry)
    if (!present.has(record_id)) notes.problem('record', record_id, 'record-missing');
  return accounted;
}

interface StoreTrust extends SlotTrust {
  readonly now: Date;
  readonly db: Kysely<Database>;
  readonly schoolId: string;
  readonly certificates: Certificates;
}

/** What is found of a record apart from its place in the log; from an earlier run where all that it is found from is the same. */
async function resultOf(
  trust: StoreTrust,
  record: StoredSigned,
  rows: Portion,
  kept: KeptResults | undefined,
): Promise<RecordResult> {
  const id = record.recordId;
  const seen = { issued: 0, signatures: 0 };
  if (kept === undefined) return { code: await faultOf(trust, record, rows, seen), ...seen };
  const inputs = digestOf([
    [trust.training, trust.roots.map((root) => root.der)],
    [record, rows.parts.get(id), rows.digests.get(id), rows.issued.get(id), rows.archives.get(id)],
    [rows.tokens.has(id), rows.registered.has(id), rows.claims.get(id)],
    [record.tableId === null ? undefined : rows.tables.get(record.tableId)],
    rows.pupilCodes.get(record.pupilId ?? ''),
    record.signed.map(({ certificateId }) => trust.certificates.get(certificateId)),
  ]);
  const known = kept.of(id, inputs);
  if (known !== undefined) return known;
  const result = { code: await faultOf(trust, record, rows, seen), ...seen };
  await kept.keep(id, inputs, result);
  return result;
}

/** The first thing about a record that does not hold, its place in the log apart; null if all of it does. */
async function faultOf(
  trust: StoreTrust,
  record: StoredSigned,
  rows: Portion,
  seen: { issued: number; signatures: number },
): Promise<string | null> {
  const parts = rows.parts.get(record.recordId);
  const issued = rows.issued.get(record.recordId);
  const digests = rows.digests.get(record.recordId);
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
    return faultOfBytes(() => verifyUnfinished(trust, record, parts, seen));
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
    if (!isByRegistered(verified, record, trust.certificates)) return 'certificate-differs';
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

async function leafFault(
  db: Kysely<Database>,
  record: StoredSigned,
  issued: IssuedRow,
  rows: Portion,
  leaves: KnownLeaves,
): Promise<string | null> {
  const hash = hex(issued.leaf_hash);
  const known = leaves.byHash.get(hash);
  if (known === undefined) {
    return leaves.pending.has(hash) || (await isGivenNow(db, issued.leaf_hash)) ? null : 'not-in-log';
  }
  if (record.replaces === null) return known.leaf.kind === 'issue' ? null : 'leaf-kind-differs';
  if (known.leaf.kind !== 'replace' || known.leaf.previous === undefined) return 'leaf-kind-differs';
  const previous = hex(known.leaf.previous.leafHash);
  if (previous !== rows.replacedHash.get(record.replaces)) return 'replaced-leaf-differs';
  const earlier = leaves.byHash.get(previous);
  // Across logs, after a year was closed or a key was stolen, the hash alone tells.
  const elsewhere = earlier !== undefined && earlier.origin !== known.origin;
  return elsewhere || earlier?.index === Number(known.leaf.previous.index) ? null : 'replaced-leaf-differs';
}

/** A record on its way: what is signed so far holds, in slot order; later slots of an unfinished role wait. */
async function verifyUnfinished(
  trust: StoreTrust,
  record: StoredSigned,
  parts: RecordParts,
  seen: { signatures: number },
): Promise<string | null> {
  const verified = await verifySigned(trust, assemble(record, parts), parts.annex);
  seen.signatures += verified.signatures.length;
  return isByRegistered(verified, record, trust.certificates) ? null : 'certificate-differs';
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
