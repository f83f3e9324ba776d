import { isSubjectCode, type SignerRole, type SlotPlan } from '@hocba/record';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database, RecordActKind } from '../../store/tables.ts';
import { isRaisedFrom, raisedSlots } from './raised-slots.ts';
import { type RecordFacts, ROLE_TEXT } from './state.ts';

/**
 * What is signed slot by slot, as stored: a pupil's record or a class's table, with its acts and the slots that are
 * signed. Bytes are loaded apart: they are large.
 */
export interface StoredSigned {
  readonly recordId: string;
  readonly classId: string;
  /** null for a class's table. */
  readonly pupilId: string | null;
  /** The table that a record stands on, where its profile has no slot for subject teachers. */
  readonly tableId: string | null;
  readonly schoolYear: string;
  /** Profile, or the format of class tables. */
  readonly profile: string;
  readonly ruleSet: string;
  readonly plans: readonly SlotPlan[];
  readonly replaces: string | null;
  readonly frozenAt: Date;
  readonly acts: readonly StoredAct[];
  readonly signed: readonly SignedSlot[];
  readonly facts: RecordFacts;
}

/** A pupil's record. */
export interface StoredRecord extends StoredSigned {
  readonly pupilId: string;
}

export interface StoredAct {
  readonly seq: number;
  readonly act: RecordActKind;
  readonly staffId: string;
  readonly role: string;
  readonly reason: string | null;
  readonly at: Date;
}

export interface SignedSlot {
  readonly slotId: string;
  readonly order: number;
  readonly role: SignerRole;
  readonly signingTime: string;
  readonly personalId: string | null;
  readonly certificateId: string;
}

export type Which = { readonly classId: string } | { readonly recordIds: readonly string[] };

/** Pupils' records of a class, or named ones, in no order; those of another school do not exist. */
export async function loadRecords(
  trx: Kysely<Database>,
  schoolId: string,
  which: Which,
): Promise<StoredRecord[]> {
  return (await loadSigned(trx, schoolId, which)).filter(isRecord);
}

export function isRecord(signed: StoredSigned): signed is StoredRecord {
  return signed.pupilId !== null;
}

/** The same, with the class's tables. */
export async function loadSigned(
  trx: Kysely<Database>,
  schoolId: string,
  which: Which,
): Promise<StoredSigned[]> {
  if ('recordIds' in which && which.recordIds.length === 0) return [];
  const rows = await trx
    .selectFrom('record')
    .select(['record_id', 'class_id', 'pupil_id', 'table_id', 'school_year', 'profile', 'slots', 'replaces'])
    .select(['rule_set', 'frozen_at'])
    .where('school_id', '=', schoolId)
    .$if('classId' in which, (q) => q.where('class_id', '=', (which as { classId: string }).classId))
    .$if('recordIds' in which, (q) =>
      q.where('record_id', 'in', [...(which as { recordIds: readonly string[] }).recordIds]),
    )
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map((r) => r.record_id);
  const acts = await trx
    .selectFrom('record_act')
    .select(['record_id', 'seq', 'act', 'staff_id', 'role', 'reason', 'acted_at'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', ids)
    .orderBy('seq')
    .execute();
  const slots = await trx
    .selectFrom('slot')
    .select(['record_id', 'slot_id', 'slot_order', 'role', 'signing_time', 'personal_id', 'certificate_id'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', ids)
    .orderBy('slot_order')
    .execute();
  const sealed = await issuedAmong(
    trx,
    schoolId,
    rows.flatMap((r) => r.table_id ?? []),
  );
  const actsOf = Map.groupBy(acts, (a) => a.record_id);
  const slotsOf = Map.groupBy(slots, (s) => s.record_id);
  return rows.map((row) => {
    const plans = plansIn(row.slots);
    const its = (actsOf.get(row.record_id) ?? []).map((a) => ({
      seq: a.seq,
      act: a.act,
      staffId: a.staff_id,
      role: a.role,
      reason: a.reason,
      at: a.acted_at,
    }));
    const signed = (slotsOf.get(row.record_id) ?? []).map((s) => ({
      slotId: s.slot_id,
      order: s.slot_order,
      role: s.role,
      signingTime: s.signing_time,
      personalId: s.personal_id,
      certificateId: s.certificate_id,
    }));
    return {
      recordId: row.record_id,
      classId: row.class_id,
      pupilId: row.pupil_id,
      tableId: row.table_id,
      schoolYear: row.school_year,
      profile: row.profile,
      ruleSet: row.rule_set,
      plans,
      replaces: row.replaces,
      frozenAt: row.frozen_at,
      acts: its,
      signed,
      facts: {
        acts: its.map((a) => a.act),
        slots: plans.map((p) => ({ slotId: p.slotId, role: p.role })),
        signed: new Set(signed.map((s) => s.slotId)),
        tableOpen: row.table_id !== null && !sealed.has(row.table_id),
      },
    };
  });
}

/**
 * What the freeze wrote. What is no list of plans is none: its record cannot be signed and is named as damaged, and ends neither a page
 * nor an audit.
 */
function plansIn(slots: unknown): readonly SlotPlan[] {
  return Array.isArray(slots) && slots.every(isPlan) ? slots : [];
}

function isPlan(one: unknown): one is SlotPlan {
  const { slotId, role, order, signer, subjects, references } = (one ?? {}) as Fields<SlotPlan>;
  return (
    typeof slotId === 'string' &&
    typeof role === 'string' &&
    Object.hasOwn(ROLE_TEXT, role) &&
    Number.isInteger(order) &&
    isNamed(signer) &&
    (subjects === undefined || (areTexts(subjects) && subjects.every(isSubjectCode))) &&
    areTexts(references)
  );
}

type Fields<T> = Partial<Record<keyof T, unknown>>;
const areTexts = (list: unknown): list is string[] =>
  Array.isArray(list) && list.every((one) => typeof one === 'string');

/** A person by name and number, or an organisation. */
function isNamed(signer: unknown): boolean {
  const { fullName, personalId, organisationName } = (signer ?? {}) as Record<string, unknown>;
  return areTexts([fullName, personalId]) || (fullName === undefined && typeof organisationName === 'string');
}

/** Whether nobody can tell any more who was to sign: no record is frozen without its signers. */
export const isUnreadable = ({ plans }: Pick<StoredSigned, 'plans'>): boolean => plans.length === 0;

/** Those of the class tables that are sealed and issued. */
async function issuedAmong(
  trx: Kysely<Database>,
  schoolId: string,
  tableIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (tableIds.length === 0) return new Set();
  const rows = await trx
    .selectFrom('record_act')
    .select('record_id')
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...new Set(tableIds)])
    .where('act', '=', 'issue')
    .execute();
  return new Set(rows.map((row) => row.record_id));
}

/** What a record's XML is assembled from. */
export interface RecordParts {
  readonly frozenXml: Uint8Array;
  readonly annex: Uint8Array;
  /** Canonical `<Signature>` elements by slot id, each at the level that it has got so far. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
}

export async function loadParts(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<Map<string, RecordParts>> {
  if (recordIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('record')
    .select(['record_id', 'frozen_xml', 'annex'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .execute();
  const slots = await trx
    .selectFrom('slot')
    .select(['record_id', 'slot_id', 'signature'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .execute();
  const raised = new Map(
    (await raisedSlots(trx, schoolId, recordIds)).map((r) => [`${r.recordId}/${r.slotId}`, r.signature]),
  );
  const slotsOf = Map.groupBy(slots, (s) => s.record_id);
  const leveled = ({ record_id, slot_id, signature }: (typeof slots)[number]): Uint8Array => {
    const higher = raised.get(`${record_id}/${slot_id}`);
    return higher !== undefined && isRaisedFrom(higher, signature) ? higher : signature;
  };
  return new Map(
    rows.map((row) => [
      row.record_id,
      {
        frozenXml: row.frozen_xml,
        annex: row.annex,
        signatures: new Map((slotsOf.get(row.record_id) ?? []).map((s) => [s.slot_id, leveled(s)])),
      },
    ]),
  );
}

/**
 * Orders all acts on a class's cells and records: whoever holds the row's lock decides on what he has read, and
 * nobody else changes it meanwhile. Records themselves cannot be locked: the application may not update them.
 */
export async function lockClass(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
): Promise<void> {
  await trx
    .insertInto('class_counter')
    .values({ school_id: schoolId, class_id: classId })
    .onConflict((oc) => oc.columns(['school_id', 'class_id']).doNothing())
    .execute();
  await sql`select 1 from class_counter where school_id = ${schoolId} and class_id = ${classId} for update`.execute(
    trx,
  );
}

export interface NewAct {
  readonly recordId: string;
  /** Number of acts so far: the act takes the next number, and only one act can. */
  readonly after: number;
  readonly act: RecordActKind;
  readonly staffId: string;
  readonly role: string;
  readonly reason?: string;
  readonly at: Date;
}

export async function appendActs(
  trx: Transaction<Database>,
  schoolId: string,
  acts: readonly NewAct[],
): Promise<void> {
  if (acts.length === 0) return;
  await trx
    .insertInto('record_act')
    .values(
      acts.map((a) => ({
        school_id: schoolId,
        record_id: a.recordId,
        seq: a.after + 1,
        act: a.act,
        staff_id: a.staffId,
        role: a.role,
        reason: a.reason ?? null,
        acted_at: a.at,
      })),
    )
    .execute();
}
