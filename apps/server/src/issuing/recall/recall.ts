import { randomBytes } from 'node:crypto';
import { encodeLeaf, recallCommitment } from '@hocba/ledger';
import type { Kysely, Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { type ActOf, type ApprovalKind, OFFICE, type Plan } from '../../access/approval/kinds.ts';
import { requireHomeroomTeacher } from '../../access/objects.ts';
import { Refusal, type RefusalCode } from '../../refusal.ts';
import { summariesOf } from '../../signing/batch/views.ts';
import { agreedReplacement } from '../../signing/freeze/as-agreed.ts';
import { appendActs, loadSigned, lockClass, type StoredSigned } from '../../signing/records/records.ts';
import { refusalOf, statusOf } from '../../signing/records/state.ts';
import type { Database } from '../../store/tables.ts';
import { loggedLeaf } from '../issue/issued.ts';
import { schoolOf } from '../issue/school-head.ts';
import { openOrigin } from '../log/ends.ts';
import { sha256 } from '../log/keys.ts';
import { addPending } from '../log/pending.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { changesOfReplacement } from './replacement-changes.ts';

export interface RecallDeps {
  readonly sequencer: Sequencer;
  readonly logHost: string;
  now(): Date;
  /** Makes the status file of the log anew. */
  publishStatus(origin: string): Promise<unknown>;
}

/**
 * Recalls an issued record, or a class's table on which none stands any more, once a second person has agreed: it stays
 * readable and verifiable, and log and status say from now on that it is no longer in force. With `replace` the pupil's cells
 * open again and the next record names this one; a record that was recalled without it can be opened so later, once, and has
 * no second leaf for it. Until it is replaced, what the replacement is to say is agreed to anew in the same way.
 *
 * Its plan refuses `not-found`, `not-issued`, `already-recalled`, `table-in-use`, `log-unavailable`.
 */
export function recallKind(deps: RecallDeps): ApprovalKind<'recall'> {
  return {
    kind: 'recall',
    // A homeroom teacher finds most errors; of the own class only, and the second person is the same.
    askers: [...OFFICE, 'teacher'],
    requireAsker: requireMayRecall,
    approvers: ['principal'],
    needsEvidence: true,
    plan: planRecall,
    async perform(trx, actor, act, request) {
      const origin = await recall(deps, trx, actor, act, request.reason);
      if (origin === null) return null;
      return async () => {
        try {
          await deps.sequencer.settle(origin);
          await deps.publishStatus(origin);
        } catch (error) {
          // The recall is stored and its leaf waits: nothing is lost, the receipt comes later.
          if (!(error instanceof Refusal) || error.code !== 'log-unavailable') throw error;
        }
      };
    },
  };
}

/** Marks that are named as wrong are named by who may read them; what was agreed to already is not asked for again. */
async function requireMayRecall(
  trx: Transaction<Database>,
  actor: Actor,
  act: ActOf<'recall'>,
): Promise<void> {
  // Whoever waited for the class finds what was agreed to in between.
  const record = await lockedRecord(trx, actor.schoolId, act.recordId);
  const mayRead = actor.roles.includes('clerk') || actor.roles.includes('principal');
  if (!mayRead && !(actor.roles.includes('admin') && act.corrections === undefined))
    await requireHomeroomTeacher(trx, actor, record.classId);
  await requireAnotherContent(trx, actor.schoolId, record, act);
}

async function planRecall(
  trx: Transaction<Database>,
  schoolId: string,
  act: ActOf<'recall'>,
  how: 'toDo' | 'toSee',
): Promise<Plan> {
  const record = await (how === 'toDo' ? lockedRecord : storedRecord)(trx, schoolId, act.recordId);
  if (record.pupilId === null) await requireUnused(trx, schoolId, record);
  const opens = opensAgain(record, act.replace);
  const anew = isAgreedAnew(record, act.replace);
  const refusal = opens || anew ? null : refusalOf(record.facts, { act: 'recall' });
  if (refusal !== null) throw new Refusal(codeOf(refusal));
  const { leafHash } = await loggedLeaf(trx, schoolId, act.recordId);
  const [head] = await summariesOf(trx, schoolId, [record]);
  const name = head?.fullName ?? '';
  const what = record.pupilId === null ? name : `học bạ của em ${name}`;
  const { pupilId } = record;
  const replaced = act.replace && pupilId !== null;
  if (!replaced && act.corrections !== undefined)
    throw new Refusal('invalid-input', ['Không lập bản thay thế thì không có ô nào để sửa.']);
  const changes = replaced
    ? await changesOfReplacement(trx, schoolId, { recordId: act.recordId, pupilId }, act.corrections ?? [])
    : [];
  const exact = replaced && changes !== null;
  return {
    object: `record:${act.recordId}`,
    // Every act on the record moves on what is agreed to: a recall, a return, a replacement.
    basis: { leaf: Buffer.from(leafHash).toString('hex'), acts: record.acts.length },
    summary: [
      `${anew ? 'Đổi nội dung thay thế' : opens ? 'Mở lại để thay thế' : 'Thu hồi'} ${what}`,
      `Năm học ${record.schoolYear.replace('-', '–')}; loại lý do: ${REASONS[act.reasonCode]}`,
      replaced
        ? anew
          ? 'Học bạ đã được thu hồi và mở lại trước đó; nội dung đã duyệt lần trước không còn hiệu lực.'
          : 'Dữ liệu của em được mở lại để lập học bạ thay thế; bản cũ vẫn đọc và kiểm tra được.'
        : 'Không lập bản thay thế; bản cũ vẫn đọc và kiểm tra được.',
      ...(replaced ? [whatChanges(changes)] : []),
    ],
    changes: changes ?? [],
    exact,
  };
}

function whatChanges(changes: Plan['changes'] | null): string {
  if (changes === null || changes === undefined)
    return 'Dữ liệu lưu của học bạ bị hỏng nên không nêu được chỗ sẽ khác.';
  return changes.length === 0
    ? 'Người đề nghị không nêu ô nào sẽ sửa: bản thay thế phải ghi đúng như bản cũ.'
    : 'Bản thay thế chỉ khác ở những chỗ nêu dưới đây, khác nữa thì không phát hành được; kết quả giáo dục được xét lại theo dữ liệu mới.';
}

const REASONS: Readonly<Record<ActOf<'recall'>['reasonCode'], string>> = {
  'data-entry-error': 'ghi sai dữ liệu',
  'identity-change': 'thay đổi hộ tịch',
  'decision-changed': 'quyết định thay đổi',
  'issued-in-error': 'phát hành nhầm',
  other: 'lý do khác',
};

/** @throws Refusal `not-found` */
async function storedRecord(
  trx: Transaction<Database>,
  schoolId: string,
  recordId: string,
): Promise<StoredSigned> {
  const [record] = await loadSigned(trx, schoolId, { recordIds: [recordId] });
  if (record === undefined) throw new Refusal('not-found');
  return record;
}

/** The record under its class's lock. @throws Refusal `not-found` */
async function lockedRecord(
  trx: Transaction<Database>,
  schoolId: string,
  recordId: string,
): Promise<StoredSigned> {
  const { classId } = await storedRecord(trx, schoolId, recordId);
  await lockClass(trx, schoolId, classId);
  return storedRecord(trx, schoolId, recordId);
}

/** Whether it was recalled before and only its pupil's cells are opened now. */
function opensAgain(record: StoredSigned, replace: boolean): boolean {
  return replace && record.pupilId !== null && refusalOf(record.facts, { act: 'return' }) === null;
}

/** Whether its pupil's cells are open already and nothing replaces it yet: what it may be replaced by is agreed to anew. */
function isAgreedAnew(record: StoredSigned, replace: boolean): boolean {
  return (
    replace &&
    record.pupilId !== null &&
    record.facts.acts.includes('return') &&
    statusOf(record.facts) === 'recalled'
  );
}

/** @throws Refusal `already-recalled` where nothing else would be agreed to than before */
async function requireAnotherContent(
  trx: Kysely<Database>,
  schoolId: string,
  record: StoredSigned,
  { recordId, replace, corrections = [] }: ActOf<'recall'>,
): Promise<void> {
  const { pupilId } = record;
  if (pupilId === null || !isAgreedAnew(record, replace)) return;
  const before = await agreedReplacement(trx, schoolId, recordId);
  if (!before?.exact) return;
  const changes = await changesOfReplacement(trx, schoolId, { recordId, pupilId }, corrections);
  if (JSON.stringify(before.changes) === JSON.stringify(changes ?? [])) throw new Refusal('already-recalled');
}

/** @returns the log that the recall's leaf stands in; null where only what replaces it was agreed to anew */
async function recall(
  deps: RecallDeps,
  trx: Transaction<Database>,
  actor: Actor,
  input: ActOf<'recall'>,
  reason: string,
): Promise<string | null> {
  const { recordId } = input;
  const { schoolId, staffId } = actor;
  const record = await lockedRecord(trx, schoolId, recordId);
  if (isAgreedAnew(record, input.replace)) return null;
  const at = deps.now();
  const origin = await openOrigin(trx, await schoolOf(trx, schoolId), record.schoolYear, deps.logHost);
  const act = { recordId, staffId, role: 'principal', reason, at };
  if (opensAgain(record, input.replace)) {
    await appendActs(trx, schoolId, [{ ...act, act: 'return', after: record.acts.length }]);
    return origin;
  }
  const previous = await loggedLeaf(trx, schoolId, recordId);
  const salt = new Uint8Array(randomBytes(32));
  const leaf = encodeLeaf({
    kind: 'recall',
    time: Math.floor(at.getTime() / 1000),
    commitment: recallCommitment(sha256, {
      salt,
      recalledLeafHash: previous.leafHash,
      reasonCode: input.reasonCode,
      reasonTextDigest: sha256(new TextEncoder().encode(reason)),
    }),
    previous,
  });
  const leafHash = await addPending(trx, origin, leaf);
  await trx
    .insertInto('recalled_record')
    .values({
      school_id: schoolId,
      record_id: recordId,
      reason_code: input.reasonCode,
      reason,
      replaced_by: null,
      salt,
      leaf,
      leaf_hash: leafHash,
      recalled_at: at,
      recalled_by: staffId,
    })
    .execute();
  const acts = [{ ...act, act: 'recall' as const, after: record.acts.length }];
  const opens = input.replace && record.pupilId !== null;
  await appendActs(
    trx,
    schoolId,
    opens ? [...acts, { ...act, act: 'return' as const, after: record.acts.length + 1 }] : acts,
  );
  return origin;
}

/** A table is what its records stand on: these are taken back first. @throws Refusal `table-in-use` */
async function requireUnused(trx: Kysely<Database>, schoolId: string, table: StoredSigned): Promise<void> {
  const records = await loadSigned(trx, schoolId, { classId: table.classId });
  const standing = records.filter(
    ({ tableId, facts }) =>
      tableId === table.recordId && !facts.acts.includes('thaw') && !facts.acts.includes('recall'),
  );
  if (standing.length > 0)
    throw new Refusal('table-in-use', [`Còn ${standing.length} học bạ dựa trên bảng này.`]);
}

function codeOf(refusal: string | null): RefusalCode {
  return refusal === 'already-recalled' ? 'already-recalled' : 'not-issued';
}
