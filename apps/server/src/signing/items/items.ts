import type { OrderEnd } from '@hocba/signature/node';
import { type Kysely, sql, type Transaction } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database, SlotRole } from '../../store/tables.ts';
import type { SigningJob } from './jobs.ts';
import { PRINT, type Prepared } from './prepared.ts';
import type { UnavailableCode } from './unavailable.ts';

/** A batch at work, and its items in the store: the memory that survives a kill. */
export interface Batch {
  readonly schoolId: string;
  readonly batchId: string;
  readonly role: SlotRole;
  /** Who asked for it and, but for the seal, signs. */
  readonly staffId: string;
}

export interface ItemKey {
  readonly recordId: string;
  readonly slotId: string;
}

export interface Item extends ItemKey {
  /** What an earlier try prepared; null before the first. */
  readonly prepared: Prepared | null;
  /** A signature that has come back for it, not yet in its record. */
  readonly value: Uint8Array | null;
  /** It is out to be signed: what is stored must be what is made of its record now. */
  readonly out?: boolean;
}

export type ItemEnd = ItemKey &
  ({ readonly state: 'signed' } | { readonly state: 'refused'; readonly reason: string });

export function keyOf(item: ItemKey): string {
  return `${item.recordId}/${item.slotId}`;
}

/** The batch, or null if there is none, or it is finished, or it waits for its person. */
export async function unfinishedBatch(db: Kysely<Database>, job: SigningJob): Promise<Batch | null> {
  const row = await inSchool(db, job.schoolId, (trx) =>
    trx
      .selectFrom('signing_batch')
      .select(['role', 'requested_by', 'finished_at', 'paused'])
      .where('school_id', '=', job.schoolId)
      .where('batch_id', '=', job.batchId)
      .executeTakeFirst(),
  );
  if (!row || row.finished_at !== null || waitsForPerson(row.paused)) return null;
  return { ...job, role: row.role, staffId: row.requested_by };
}

/** Batches of a school that are not finished, whatever became of their jobs. */
export async function unfinishedBatches(trx: Kysely<Database>, schoolId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('signing_batch')
    .select('batch_id')
    .where('school_id', '=', schoolId)
    .where('finished_at', 'is', null)
    .execute();
  return rows.map((row) => row.batch_id);
}

/**
 * Whether who asked for the batch may still sign in its role: the account is enabled, and principal and clerk still
 * are what they were. A queue may come to a batch long after it was asked for.
 */
export async function mayStillSign(trx: Kysely<Database>, batch: Batch): Promise<boolean> {
  const account = await trx
    .selectFrom('account')
    .select('account_id')
    .where('school_id', '=', batch.schoolId)
    .where('staff_id', '=', batch.staffId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!account) return false;
  const needed = ROLE_NEEDED[batch.role];
  if (needed === null) return true;
  const held = await trx
    .selectFrom('staff_role')
    .select('role')
    .where('school_id', '=', batch.schoolId)
    .where('staff_id', '=', batch.staffId)
    .where('role', '=', needed)
    .executeTakeFirst();
  return held !== undefined;
}

/** Teachers sign the slots that the freeze named them for, whatever they teach today. */
const ROLE_NEEDED: Readonly<Record<SlotRole, 'principal' | 'clerk' | null>> = {
  subjectTeacher: null,
  homeroomTeacher: null,
  principal: 'principal',
  schoolSeal: 'clerk',
};

/** The next open items, of one class; null when all have come to an end. */
export async function nextPortion(
  db: Kysely<Database>,
  batch: Batch,
  atMost: number,
): Promise<Portion | null> {
  const rows = await inSchool(db, batch.schoolId, (trx) =>
    trx
      .selectFrom('signing_item as i')
      .innerJoin('record as r', (join) =>
        join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
      )
      .select(['r.class_id', 'i.record_id', 'i.slot_id', 'i.prepared'])
      .where('i.school_id', '=', batch.schoolId)
      .where('i.batch_id', '=', batch.batchId)
      .where('i.state', 'in', ['waiting', 'prepared'])
      // Prints come after all seals: by then the log has numbered the first of their leaves.
      .orderBy(sql`i.slot_id = ${PRINT}`)
      .orderBy('r.class_id')
      .orderBy('i.record_id')
      .orderBy('i.slot_id')
      .limit(atMost)
      .execute(),
  );
  return portionIn(rows);
}

/** The next open items without an order, whatever their class: what one order may hold. */
export async function nextItems(
  db: Kysely<Database>,
  batch: Batch,
  atMost: number,
): Promise<readonly Item[]> {
  const rows = await inSchool(db, batch.schoolId, (trx) =>
    trx
      .selectFrom('signing_item as i')
      .innerJoin('record as r', (join) =>
        join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
      )
      .select(['i.record_id', 'i.slot_id', 'i.prepared'])
      .where('i.school_id', '=', batch.schoolId)
      .where('i.batch_id', '=', batch.batchId)
      .where('i.state', 'in', ['waiting', 'prepared'])
      .where('i.order_id', 'is', null)
      .orderBy(sql`i.slot_id = ${PRINT}`)
      .orderBy('r.class_id')
      .orderBy('i.record_id')
      .orderBy('i.slot_id')
      .limit(atMost)
      .execute(),
  );
  return ofOneKind(rows).map(itemIn);
}

/** Items of one class that are worked on together. */
export interface Portion {
  readonly classId: string;
  readonly items: readonly Item[];
}

interface ItemRow {
  readonly record_id: string;
  readonly slot_id: string;
  readonly prepared: unknown;
  readonly value?: Uint8Array | null;
}

export const itemIn = (row: ItemRow): Item => ({
  recordId: row.record_id,
  slotId: row.slot_id,
  prepared: row.prepared as Prepared | null,
  value: row.value ?? null,
});

/** Of rows in order, those of the first one's class and kind. */
export function portionIn(rows: readonly (ItemRow & { readonly class_id: string })[]): Portion | null {
  const classId = rows[0]?.class_id;
  if (classId === undefined) return null;
  return {
    classId,
    items: ofOneKind(rows)
      .filter((row) => row.class_id === classId)
      .map(itemIn),
  };
}

/** Slots and prints are worked on apart: what follows the signature differs. */
function ofOneKind<R extends { readonly slot_id: string }>(rows: readonly R[]): R[] {
  const prints = rows[0]?.slot_id === PRINT;
  return rows.filter((row) => (row.slot_id === PRINT) === prints);
}

export async function storePrepared(
  trx: Transaction<Database>,
  batch: Batch,
  prepared: readonly (ItemKey & { readonly prepared: Prepared })[],
  now: Date,
): Promise<void> {
  if (prepared.length === 0) return;
  const rows = prepared.map((p) => ({ record_id: p.recordId, slot_id: p.slotId, prepared: p.prepared }));
  await sql`
    update signing_item i set state = 'prepared', prepared = p.prepared, changed_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p (record_id uuid, slot_id text, prepared jsonb)
    where i.school_id = ${batch.schoolId} and i.batch_id = ${batch.batchId}
      and i.record_id = p.record_id and i.slot_id = p.slot_id and i.state in ('waiting', 'prepared')`.execute(
    trx,
  );
}

/** Keys of the items of these records that have not come to an end. */
export async function stillOpen(
  trx: Transaction<Database>,
  batch: Batch,
  recordIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('signing_item')
    .select(['record_id', 'slot_id'])
    .where('school_id', '=', batch.schoolId)
    .where('batch_id', '=', batch.batchId)
    .where('record_id', 'in', [...recordIds])
    .where('state', 'in', ['waiting', 'prepared'])
    .execute();
  return new Set(rows.map((row) => keyOf({ recordId: row.record_id, slotId: row.slot_id })));
}

/** Ends items; one that has ended stays as it is. What was prepared is not kept: the slot is. */
export async function endItems(
  trx: Transaction<Database>,
  batch: Batch,
  ends: readonly ItemEnd[],
  now: Date,
): Promise<void> {
  if (ends.length === 0) return;
  const rows = ends.map((end) => ({
    record_id: end.recordId,
    slot_id: end.slotId,
    state: end.state,
    refusal: end.state === 'refused' ? end.reason : null,
  }));
  await sql`
    update signing_item i set state = e.state, refusal = e.refusal, prepared = null, value = null,
      order_id = null, changed_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (record_id uuid, slot_id text, state text, refusal text)
    where i.school_id = ${batch.schoolId} and i.batch_id = ${batch.batchId}
      and i.record_id = e.record_id and i.slot_id = e.slot_id and i.state in ('waiting', 'prepared')`.execute(
    trx,
  );
}

/** Why a batch waits for its person; cleared when the person goes on. */
export type PauseCode = OrderEnd | 'secret-needed' | 'unlinked' | 'unavailable' | 'lost' | AuthorityPause;

/** It waits for an authority, not for a person: tried again by itself, or at once when its person asks. */
export type AuthorityPause = `authority-${UnavailableCode}`;

const waitsForPerson = (paused: string | null): boolean =>
  paused !== null && !paused.startsWith('authority-');

/** Signatures that this process has made are stored before anything else is done with them: they are never made twice. */
export async function keepSigned(
  trx: Transaction<Database>,
  batch: Batch,
  signed: readonly (ItemKey & { readonly value: Uint8Array })[],
  now: Date,
): Promise<void> {
  for (const { recordId, slotId, value } of signed) {
    await trx
      .updateTable('signing_item')
      .set({ value: Buffer.from(value), changed_at: now })
      .where('school_id', '=', batch.schoolId)
      .where('batch_id', '=', batch.batchId)
      .where('record_id', '=', recordId)
      .where('slot_id', '=', slotId)
      .where('state', '=', 'prepared')
      .execute();
  }
}

/** An authority is being asked again: what the page said of it is over. */
export async function endAuthorityPause(db: Kysely<Database>, batch: Batch): Promise<void> {
  await inSchool(db, batch.schoolId, (trx) =>
    trx
      .updateTable('signing_batch')
      .set({ paused: null })
      .where('school_id', '=', batch.schoolId)
      .where('batch_id', '=', batch.batchId)
      .where('paused', 'like', 'authority-%')
      .execute(),
  );
}

/** Puts an unfinished batch to rest until its person goes on with it. */
export async function pauseBatch(db: Kysely<Database>, batch: Batch, code: PauseCode): Promise<void> {
  await inSchool(db, batch.schoolId, (trx) => pauseIn(trx, batch, code));
}

export async function pauseIn(trx: Transaction<Database>, batch: Batch, code: PauseCode): Promise<void> {
  await trx
    .updateTable('signing_batch')
    .set({ paused: code })
    .where('school_id', '=', batch.schoolId)
    .where('batch_id', '=', batch.batchId)
    .where('finished_at', 'is', null)
    .execute();
}

export async function finishBatch(db: Kysely<Database>, batch: Batch, now: Date): Promise<void> {
  await inSchool(db, batch.schoolId, (trx) =>
    trx
      .updateTable('signing_batch')
      .set({
        finished_at: now,
        left_sealed: null,
        left_signatures: null,
        left_until: null,
        left_certificate: null,
      })
      .where('school_id', '=', batch.schoolId)
      .where('batch_id', '=', batch.batchId)
      .execute(),
  );
}
