import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { requireClassStaff, requireRecordStaff } from '../../access/objects.ts';
import type {
  recordDetail as detailRoute,
  listRecords as listRoute,
  RecordSummary,
} from '../../http/api/signing.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database, RecordActKind } from '../../store/tables.ts';
import { inOrder } from '../records/assemble.ts';
import { DAMAGED_TEXT } from '../records/damaged.ts';
import { headsOf } from '../records/heads.ts';
import { isUnreadable, loadSigned, type StoredSigned } from '../records/records.ts';
import { ROLE_TEXT, statusOf, statusTextOf } from '../records/state.ts';
import type { BatchDeps } from './batch.ts';

export type Summary = z.input<typeof RecordSummary>;

/** Summaries in the order of the pupils' codes, the oldest record of a pupil first. */
export async function summariesOf(
  trx: Kysely<Database>,
  schoolId: string,
  records: readonly StoredSigned[],
): Promise<Summary[]> {
  const heads = await headsOf(
    trx,
    schoolId,
    records.map((r) => r.recordId),
  );
  const summaries = records.flatMap((record): Summary[] => {
    const head = heads.get(record.recordId);
    if (head === undefined) return [];
    const { damaged, ...text } = head;
    const status = statusOf(record.facts);
    const issue = record.acts.find((a) => a.act === 'issue');
    // Only an issued record replaces: one that is still being signed may be thawed.
    const successor = records.find((r) => r.replaces === record.recordId && r.facts.acts.includes('issue'));
    return [
      {
        recordId: record.recordId,
        pupilId: record.pupilId,
        ...text,
        status,
        statusText:
          damaged || isUnreadable(record)
            ? `${statusTextOf(record.facts)} – ${DAMAGED_TEXT}`
            : statusTextOf(record.facts),
        signed: record.signed.length,
        slots: record.plans.length,
        issuedAt: issue?.at.toISOString() ?? null,
        tableId: record.tableId,
        replaces: record.replaces,
        replacedBy: successor?.recordId ?? null,
      },
    ];
  });
  const at = new Map(records.map((r) => [r.recordId, r.frozenAt.getTime()]));
  return summaries.sort(
    (a, b) => a.pupilCode.localeCompare(b.pupilCode) || (at.get(a.recordId) ?? 0) - (at.get(b.recordId) ?? 0),
  );
}

/** Every record of the class and its tables, recalled and thawed ones too. */
export async function listRecords(
  deps: BatchDeps,
  actor: Actor,
  classId: string,
): Promise<z.input<typeof listRoute.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, classId);
    const all = await summariesOf(trx, actor.schoolId, await loadSigned(trx, actor.schoolId, { classId }));
    return {
      className: access.name,
      records: all.filter((s) => s.pupilId !== null),
      tables: all.filter((s) => s.pupilId === null),
    };
  });
}

const ACT_TEXT: Readonly<Record<RecordActKind, string>> = {
  freeze: 'Chốt dữ liệu',
  thaw: 'Trả lại để sửa',
  sign: 'Ký',
  return: 'Mở lại để thay thế',
  issue: 'Phát hành',
  recall: 'Thu hồi',
  replace: 'Được thay thế',
};

/** What only the issuing knows of a record. */
export interface IssuedFacts {
  readonly leafIndex: number | null;
  readonly token: string | null;
}

/**
 * One record with its signers and its history.
 *
 * @param issuedFacts what the room of issuing knows; asked in the same transaction
 * @param verifyUrlOf address of the public page behind a token
 */
export async function recordDetail(
  deps: BatchDeps,
  actor: Actor,
  recordId: string,
  issuedFacts: (trx: Kysely<Database>, schoolId: string, recordId: string) => Promise<IssuedFacts>,
  verifyUrlOf: (token: string) => string,
): Promise<z.input<typeof detailRoute.response>> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireRecordStaff(trx, actor, recordId);
    const records = await loadSigned(trx, schoolId, { classId: access.classId });
    const record = records.find((r) => r.recordId === recordId);
    const summary = (await summariesOf(trx, schoolId, records)).find((s) => s.recordId === recordId);
    if (record === undefined || summary === undefined) throw new Refusal('not-found');
    const names = await staffNames(trx, schoolId);
    const issued = await issuedFacts(trx, schoolId, recordId);
    return {
      ...summary,
      signers: inOrder(record.plans).map((plan) => ({
        slotId: plan.slotId,
        role: plan.role,
        roleText: ROLE_TEXT[plan.role],
        name: 'fullName' in plan.signer ? plan.signer.fullName : plan.signer.organisationName,
        signedAt: record.signed.find((s) => s.slotId === plan.slotId)?.signingTime ?? null,
      })),
      history: record.acts.map((act) => ({
        at: act.at.toISOString(),
        who: names.get(act.staffId) ?? 'Không rõ',
        role: Object.hasOwn(ROLE_TEXT, act.role) ? ROLE_TEXT[act.role as keyof typeof ROLE_TEXT] : act.role,
        act: ACT_TEXT[act.act],
        reason: act.reason,
      })),
      leafIndex: issued.leafIndex,
      verifyUrl: issued.token === null ? null : verifyUrlOf(issued.token),
    };
  });
}

export async function staffNames(
  trx: Kysely<Database>,
  schoolId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('staff')
    .select(['staff_id', 'full_name'])
    .where('school_id', '=', schoolId)
    .execute();
  return new Map(rows.map((row) => [row.staff_id, row.full_name]));
}
