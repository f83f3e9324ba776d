import type { SignerRole } from '@hocba/record';
import type { RecordActKind } from '../../store/tables.ts';

/**
 * A record's status is a pure function of its acts and of the slots that are signed; nothing stores it.
 *
 * ```
 * frozen ─► subjectsSigned ─► homeroomSigned ─► principalSigned ─► issued ─► recalled ─► replaced
 *    └──────────┴────── thaw ──────┴──────────────────┘
 * ```
 * Where the profile has no slot for subject teachers a record waits as `frozen` until the class's table, which they sign
 * instead, is sealed. A table goes the same way, but for `replaced`.
 * `return` stands after a recall that opens the pupil's cells again for a replacement.
 */
export type RecordStatus =
  | 'frozen'
  | 'subjectsSigned'
  | 'homeroomSigned'
  | 'principalSigned'
  | 'issued'
  | 'thawed'
  | 'recalled'
  | 'replaced';

/** What a status is made of. `slots` are all slots planned at freeze; `signed` the ids of those that carry a signature. */
export interface RecordFacts {
  readonly acts: readonly RecordActKind[];
  readonly slots: readonly { readonly slotId: string; readonly role: SignerRole }[];
  readonly signed: ReadonlySet<string>;
  /** The class's table that the record stands on is not sealed yet. */
  readonly tableOpen: boolean;
}

export const STATUS_TEXT: Readonly<Record<RecordStatus, string>> = {
  frozen: 'Đã chốt, chờ giáo viên môn học ký',
  subjectsSigned: 'Chờ giáo viên chủ nhiệm ký',
  homeroomSigned: 'Chờ hiệu trưởng ký',
  principalSigned: 'Chờ ký số của trường',
  issued: 'Đã phát hành',
  thawed: 'Đã trả lại để sửa',
  recalled: 'Đã thu hồi',
  replaced: 'Đã được thay thế',
};

/** The status in words for who waits for the next step. */
export function statusTextOf(facts: RecordFacts): string {
  const status = statusOf(facts);
  return status === 'frozen' && facts.tableOpen ? WAITS_FOR_TABLE : STATUS_TEXT[status];
}

const WAITS_FOR_TABLE = 'Đã chốt, chờ bảng tổng hợp của lớp được ký và đóng dấu';

export const ROLE_TEXT: Readonly<Record<SignerRole, string>> = {
  subjectTeacher: 'Giáo viên môn học',
  homeroomTeacher: 'Giáo viên chủ nhiệm',
  principal: 'Hiệu trưởng',
  schoolSeal: 'Chữ ký số của trường',
};

function allSigned(facts: RecordFacts, role: SignerRole): boolean {
  return facts.slots.every((s) => s.role !== role || facts.signed.has(s.slotId));
}

export function statusOf(facts: RecordFacts): RecordStatus {
  const has = (act: RecordActKind) => facts.acts.includes(act);
  if (has('replace')) return 'replaced';
  if (has('recall')) return 'recalled';
  // Nothing that was issued is thawed: an act that says so was not taken here.
  if (has('issue')) return 'issued';
  if (has('thaw')) return 'thawed';
  // Where nobody knows who was to sign, nobody has.
  if (facts.slots.length === 0 || facts.tableOpen || !allSigned(facts, 'subjectTeacher')) return 'frozen';
  if (!allSigned(facts, 'homeroomTeacher')) return 'subjectsSigned';
  if (!allSigned(facts, 'principal')) return 'homeroomSigned';
  return 'principalSigned';
}

/** Whether a pupil's year is held by this record: nothing of it may be entered, no second record made. */
export function holdsPupilYear(facts: RecordFacts): boolean {
  if (facts.acts.includes('issue')) return !facts.acts.includes('return');
  return !facts.acts.includes('thaw');
}

/** The status in which a role's slots may be signed: each role only after all of the one before it. */
const SIGNABLE: Readonly<Record<SignerRole, RecordStatus>> = {
  subjectTeacher: 'frozen',
  homeroomTeacher: 'subjectsSigned',
  principal: 'homeroomSigned',
  schoolSeal: 'principalSigned',
};

export type Step =
  | { readonly act: 'sign'; readonly slotId: string }
  | { readonly act: Exclude<RecordActKind, 'freeze' | 'sign'> };

/** Why a step may not be taken; null where it may. */
export type StepRefusal =
  | 'unknown-slot'
  | 'already-signed'
  | 'not-ready-to-sign'
  | 'not-sealed'
  | 'already-issued'
  | 'not-issued'
  | 'already-recalled'
  | 'not-recalled'
  | 'record-closed';

/** The state machine of R-19: no act leaves its order, and none is taken twice. */
export function refusalOf(facts: RecordFacts, step: Step): StepRefusal | null {
  const status = statusOf(facts);
  const issued = status === 'issued' || status === 'recalled' || status === 'replaced';
  switch (step.act) {
    case 'sign': {
      const slot = facts.slots.find((s) => s.slotId === step.slotId);
      if (!slot) return 'unknown-slot';
      if (status === 'thawed') return 'record-closed';
      if (issued) return 'already-issued';
      if (facts.signed.has(slot.slotId)) return 'already-signed';
      return SIGNABLE[slot.role] === status ? null : 'not-ready-to-sign';
    }
    case 'thaw':
      if (status === 'thawed') return 'record-closed';
      return issued ? 'already-issued' : null;
    case 'issue':
      if (status === 'thawed') return 'record-closed';
      if (issued) return 'already-issued';
      return facts.slots.length > 0 && facts.slots.every((s) => facts.signed.has(s.slotId))
        ? null
        : 'not-sealed';
    case 'recall':
      if (!issued) return 'not-issued';
      return status === 'issued' ? null : 'already-recalled';
    case 'return':
      if (status !== 'recalled') return 'not-recalled';
      return facts.acts.includes('return') ? 'record-closed' : null;
    case 'replace':
      if (status === 'replaced') return 'already-recalled';
      return status === 'recalled' && facts.acts.includes('return') ? null : 'not-recalled';
  }
}

const ORDER = /^freeze(,sign)*(,thaw|,issue(,recall(,return(,replace)?)?)?)?$/;

/** Whether acts stand in an order in which `refusalOf` could have let them be taken; which slots were signed is told elsewhere. */
export function areInOrder(acts: readonly RecordActKind[]): boolean {
  return ORDER.test(acts.join());
}

/** The facts after a step that was allowed. */
export function after(facts: RecordFacts, step: Step): RecordFacts {
  const signed = step.act === 'sign' ? new Set([...facts.signed, step.slotId]) : facts.signed;
  return { ...facts, signed, acts: [...facts.acts, step.act] };
}
