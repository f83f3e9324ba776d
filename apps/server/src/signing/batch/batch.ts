import { randomUUID } from 'node:crypto';
import type { SignerRole, SlotPlan } from '@hocba/record';
import type { Signer } from '@hocba/signature';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { requireRole } from '../../access/objects.ts';
import type {
  resumeSigning as resumeRoute,
  startSigning as startRoute,
  stopSigning as stopRoute,
} from '../../http/api/signing.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { digestOfChosen } from '../items/confirmed-batch.ts';
import { type Batch, endItems } from '../items/items.ts';
import { enqueueSigning } from '../items/jobs.ts';
import { dropLeftOver } from '../items/left-over.ts';
import { isPrintItem, PRINT } from '../items/prepared.ts';
import { refusalText } from '../items/refusal-text.ts';
import { closeOrder } from '../orders/orders.ts';
import { recordsWithoutPrint } from '../portion/prints.ts';
import { loadSigned, lockClass, type StoredSigned } from '../records/records.ts';
import { refusalOf } from '../records/state.ts';
import type { KeyRing } from '../signers/key-ring.ts';

export interface BatchDeps {
  readonly db: Kysely<Database>;
  now(): Date;
}

/** What unlocks a key file for a batch; where nobody signs with one it is not needed. */
export interface UnlockDeps extends BatchDeps {
  readonly unlock?: (actor: Actor, role: SignerRole, password: string | undefined) => Promise<Signer | null>;
  readonly keyRing?: Pick<KeyRing, 'keep'>;
  /** Where its person sees the public pages: printed. Without it a seal's batch signs no prints. */
  readonly publicUrl?: string;
}

/**
 * One confirmation for everything of the classes that waits for this person in this role. Batch, items and job are
 * made in one transaction; the signing itself goes on in the background. Asked again after a lost answer, with nothing left
 * to begin, it names the person's own batch that is still at work.
 *
 * @throws Refusal `not-allowed`; `not-found` for a class of another school; `not-ready-to-sign` where nothing is ready
 */
export async function startSigning(
  deps: UnlockDeps,
  actor: Actor,
  input: z.output<typeof startRoute.body>,
): Promise<z.input<typeof startRoute.response>> {
  requireSignerRole(actor, input.role);
  // Before anything is begun: a wrong password is answered at once.
  const opened = (await deps.unlock?.(actor, input.role, input.keyPassword)) ?? null;
  const classIds = [...new Set(input.classIds)].sort();
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const personalId = await personalIdOf(trx, actor);
    const items: { recordId: string; slotId: string }[] = [];
    const prints = input.role === 'schoolSeal' && deps.publicUrl !== undefined;
    // Locks in one order, so that two who sign the same classes wait and do not block each other.
    for (const classId of classIds) {
      await requireClass(trx, actor, classId);
      await lockClass(trx, actor.schoolId, classId);
      const records = await loadSigned(trx, actor.schoolId, { classId });
      const underWay = await itemsUnderWay(
        trx,
        actor.schoolId,
        records.map((r) => r.recordId),
      );
      for (const record of records) {
        for (const plan of readySlots(record, input.role, personalId)) {
          if (!underWay.has(`${record.recordId}/${plan.slotId}`)) {
            items.push({ recordId: record.recordId, slotId: plan.slotId });
          }
        }
      }
      if (prints)
        for (const recordId of await recordsWithoutPrint(trx, actor.schoolId, classId))
          items.push({ recordId, slotId: PRINT });
    }
    if (items.length === 0) return ownBatchAtWork(trx, actor, input.role, classIds);
    const batchId = randomUUID();
    if (opened !== null) deps.keyRing?.keep(batchId, opened);
    const now = deps.now();
    await trx
      .insertInto('signing_batch')
      .values({
        school_id: actor.schoolId,
        batch_id: batchId,
        role: input.role,
        requested_by: actor.staffId,
        requested_at: now,
        public_url: prints ? (deps.publicUrl ?? null) : null,
        chosen: digestOfChosen(items),
      })
      .execute();
    for (let at = 0; at < items.length; at += 1000) {
      await trx
        .insertInto('signing_item')
        .values(
          items.slice(at, at + 1000).map((item) => ({
            school_id: actor.schoolId,
            batch_id: batchId,
            record_id: item.recordId,
            slot_id: item.slotId,
            state: 'waiting' as const,
            prepared: null,
            refusal: null,
            changed_at: now,
          })),
        )
        .execute();
    }
    await enqueueSigning(trx, { schoolId: actor.schoolId, batchId });
    return { batchId, total: items.filter((item) => !isPrintItem(item)).length };
  });
}

/** @throws Refusal `not-ready-to-sign` where none is at work */
async function ownBatchAtWork(
  trx: Transaction<Database>,
  actor: Actor,
  role: z.output<typeof startRoute.body>['role'],
  classIds: readonly string[],
): Promise<z.input<typeof startRoute.response>> {
  const batch = await trx
    .selectFrom('signing_batch as b')
    .innerJoin('signing_item as i', (join) =>
      join.onRef('i.school_id', '=', 'b.school_id').onRef('i.batch_id', '=', 'b.batch_id'),
    )
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select(({ fn }) => ['b.batch_id as batchId', fn.countAll<string>().as('total')])
    .where('b.school_id', '=', actor.schoolId)
    .where('b.requested_by', '=', actor.staffId)
    .where('b.role', '=', role)
    .where('b.finished_at', 'is', null)
    .where('i.slot_id', '<>', PRINT)
    .where('r.class_id', 'in', [...classIds])
    .groupBy(['b.batch_id', 'b.requested_at'])
    .orderBy('b.requested_at', 'desc')
    .executeTakeFirst();
  if (!batch) throw new Refusal('not-ready-to-sign');
  return { batchId: batch.batchId, total: Number(batch.total) };
}

/** The slots of a record that this person may sign now in this role. The seal is the school's, not a person's. */
export function readySlots(record: StoredSigned, role: SignerRole, personalId: string): SlotPlan[] {
  return slotsOf(record, role, personalId).filter(
    (plan) => refusalOf(record.facts, { act: 'sign', slotId: plan.slotId }) === null,
  );
}

export function slotsOf(record: StoredSigned, role: SignerRole, personalId: string): SlotPlan[] {
  return record.plans.filter(
    (plan) =>
      plan.role === role &&
      (role === 'schoolSeal' || ('personalId' in plan.signer && plan.signer.personalId === personalId)),
  );
}

/** Teachers sign what names them; only a principal signs as one, only a clerk applies the seal. */
export function requireSignerRole(actor: Actor, role: SignerRole): void {
  if (role === 'principal') requireRole(actor, 'principal');
  if (role === 'schoolSeal') requireRole(actor, 'clerk');
}

export async function personalIdOf(trx: Kysely<Database>, actor: Actor): Promise<string> {
  const row = await trx
    .selectFrom('staff')
    .select('personal_id')
    .where('school_id', '=', actor.schoolId)
    .where('staff_id', '=', actor.staffId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-allowed');
  return row.personal_id;
}

async function requireClass(trx: Kysely<Database>, actor: Actor, classId: string): Promise<void> {
  const row = await trx
    .selectFrom('class')
    .select('class_id')
    .where('school_id', '=', actor.schoolId)
    .where('class_id', '=', classId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
}

async function itemsUnderWay(
  trx: Transaction<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (recordIds.length === 0) return new Set();
  const rows = await trx
    .selectFrom('signing_item')
    .select(['record_id', 'slot_id'])
    .where('school_id', '=', schoolId)
    .where('record_id', 'in', [...recordIds])
    .where('state', 'in', ['waiting', 'prepared'])
    .execute();
  return new Set(rows.map((row) => `${row.record_id}/${row.slot_id}`));
}

/**
 * Puts the rest of an unfinished batch to work again. What is signed stays; nothing is signed twice. What is resumed
 * is signed at the time of now, so only who asked for it may ask for it again.
 *
 * @throws Refusal `not-found`; `not-allowed` for who may only look
 */
export async function resumeSigning(
  deps: UnlockDeps,
  actor: Actor,
  batchId: string,
  input: z.output<typeof resumeRoute.body> = {},
): Promise<z.input<typeof resumeRoute.response>> {
  const { role } = await inSchool(deps.db, actor.schoolId, (trx) => askedByActor(trx, actor, batchId));
  const opened = (await deps.unlock?.(actor, role, input.keyPassword)) ?? null;
  if (opened !== null) deps.keyRing?.keep(batchId, opened);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const batch = await askedByActor(trx, actor, batchId);
    const left = await trx
      .selectFrom('signing_item')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('school_id', '=', actor.schoolId)
      .where('batch_id', '=', batchId)
      .where('state', 'in', ['waiting', 'prepared'])
      .executeTakeFirstOrThrow();
    if (batch.finished_at === null) {
      await trx
        .updateTable('signing_batch')
        .set({ paused: null })
        .where('school_id', '=', actor.schoolId)
        .where('batch_id', '=', batchId)
        .execute();
      await enqueueSigning(trx, { schoolId: actor.schoolId, batchId });
    }
    return { batchId, remaining: Number(left.count) };
  });
}

/**
 * Ends a batch that its person does not go on with: what is signed stays, what has come back signed is still stored, and
 * the rest can be signed in another batch.
 *
 * @throws Refusal `not-found`; `not-allowed` for who may only look
 */
export async function stopSigning(
  deps: BatchDeps,
  actor: Actor,
  batchId: string,
): Promise<z.input<typeof stopRoute.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const { schoolId } = actor;
    const row = await askedByActor(trx, actor, batchId);
    const batch = { schoolId, batchId, role: row.role, staffId: row.requested_by };
    const now = deps.now();
    // Who is just storing a portion comes to its end first, and what is not stored by now will not be.
    for (const classId of await classesOfBatch(trx, batch)) await lockClass(trx, schoolId, classId);
    const orders = await trx
      .selectFrom('signing_order')
      .select(['order_id', 'confirm_at'])
      .where('school_id', '=', schoolId)
      .where('batch_id', '=', batchId)
      .where('state', 'in', ['sending', 'open'])
      .execute();
    for (const { order_id, confirm_at } of orders) {
      // With nobody to confirm it, it is at the service: whether that signs is not known any more.
      const code = confirm_at === null ? 'lost' : 'refused-by-signer';
      await closeOrder(trx, schoolId, order_id, { state: 'ended', with: code }, now);
    }
    const items = await trx
      .selectFrom('signing_item')
      .select(['record_id', 'slot_id', 'state', 'value'])
      .where('school_id', '=', schoolId)
      .where('batch_id', '=', batchId)
      .execute();
    const open = items.filter((i) => (i.state === 'waiting' || i.state === 'prepared') && i.value === null);
    const reason = refusalText('batch-stopped');
    await endItems(
      trx,
      batch,
      open.map((i) => ({ recordId: i.record_id, slotId: i.slot_id, state: 'refused' as const, reason })),
      now,
    );
    await dropLeftOver(trx, batch);
    if (row.finished_at === null) {
      await trx
        .updateTable('signing_batch')
        .set({ paused: null })
        .where('school_id', '=', schoolId)
        .where('batch_id', '=', batchId)
        .execute();
      await enqueueSigning(trx, { schoolId, batchId });
    }
    return { batchId, signed: items.filter((i) => i.state === 'signed').length, left: open.length };
  });
}

async function classesOfBatch(trx: Kysely<Database>, batch: Batch): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('signing_item as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select('r.class_id')
    .distinct()
    .where('i.school_id', '=', batch.schoolId)
    .where('i.batch_id', '=', batch.batchId)
    .orderBy('r.class_id')
    .execute();
  return rows.map((row) => row.class_id);
}

async function askedByActor(trx: Kysely<Database>, actor: Actor, batchId: string) {
  const batch = await ownBatch(trx, actor, batchId);
  if (batch.requested_by !== actor.staffId) throw new Refusal('not-allowed');
  return batch;
}

/** A batch for who asked for it, or for the office to look at. @throws Refusal `not-found` */
export async function ownBatch(trx: Kysely<Database>, actor: Actor, batchId: string) {
  const batch = await trx
    .selectFrom('signing_batch')
    .selectAll()
    .where('school_id', '=', actor.schoolId)
    .where('batch_id', '=', batchId)
    .executeTakeFirst();
  const mayLook = actor.roles.includes('principal') || actor.roles.includes('clerk');
  if (!batch || (batch.requested_by !== actor.staffId && !mayLook)) throw new Refusal('not-found');
  return batch;
}
