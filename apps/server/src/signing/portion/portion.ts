import { instantOf } from '@hocba/signature';
import type { Transaction } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { notNoted } from '../../store/noted-rows.ts';
import type { Database } from '../../store/tables.ts';
import { signingTimeOf } from '../freeze/time.ts';
import { confirmedBatch } from '../items/confirmed-batch.ts';
import {
  type Batch,
  endItems,
  type Item,
  type ItemEnd,
  keepSigned,
  keyOf,
  mayStillSign,
  stillOpen,
  storePrepared,
} from '../items/items.ts';
import { isPreparedPrint, type PreparedItem } from '../items/prepared.ts';
import { refusalText } from '../items/refusal-text.ts';
import { AuthorityUnavailable } from '../items/unavailable.ts';
import { raiseSeals } from '../levels/at-the-seal.ts';
import { assemble } from '../records/assemble.ts';
import { damageCodeOf } from '../records/damaged.ts';
import {
  appendActs,
  isRecord,
  loadParts,
  loadSigned,
  lockClass,
  type StoredSigned,
} from '../records/records.ts';
import { refusalOf } from '../records/state.ts';
import { isTraining, type SlotCertificate } from '../signers/signers.ts';
import { requireStoredTable, tableDigests } from '../slots/named-table.ts';
import {
  finishSlot,
  prepareSlot,
  refusalCodeOf,
  type Signed,
  samePreparation,
  type Task,
} from '../slots/sign-slot.ts';
import type { SlotTrust } from '../slots/verify-slots.ts';
import type { PortionDeps } from './portion-deps.ts';
import { addPrints } from './prints.ts';

/** A preparation older than this is made again, so that the signed time stays the time of signing. */
const FRESH_MS = 5 * 60_000;

/**
 * Puts the values into their slots, verifies each in its record, and stores what holds; the rest ends refused.
 * @param values in the order of the tasks
 */
export async function finishPortion(
  deps: PortionDeps,
  batch: Batch,
  by: SlotCertificate,
  classId: string,
  { tasks, trust }: { readonly tasks: readonly Task[]; readonly trust: SlotTrust },
  values: readonly Uint8Array[],
): Promise<void> {
  let signed: Signed[] = [];
  const failed: ItemEnd[] = [];
  for (const [i, task] of tasks.entries()) {
    try {
      const given = { prepared: task.prepared.prepared, value: values[i] ?? new Uint8Array() };
      const signature = await finishSlot(trust, task, task.plan, given);
      signed.push({ ...task, signature, value: given.value });
    } catch (error) {
      failed.push(refused(itemOf(task), reasonOf(error)));
    }
  }
  deps.at?.('signed');
  if (batch.role === 'schoolSeal' && signed.length > 0) {
    // What follows asks others for time: a seal that is made must not have to be made again.
    await inSchool(deps.db, batch.schoolId, (trx) =>
      keepSigned(
        trx,
        batch,
        signed.map((one) => ({ ...itemOf(one), value: one.value })),
        deps.now(),
      ),
    );
    deps.at?.('kept');
    const raised = await raiseSeals(deps, { schoolId: batch.schoolId, training: trust.training }, signed);
    signed = raised.ready;
    failed.push(...raised.failed.map(({ one, error }) => refused(itemOf(one), reasonOf(error))));
    deps.at?.('raised');
  }
  await end(deps, batch, failed);
  // A seal issues its record in the same transaction; there one record must not hold up the others.
  const portions = batch.role === 'schoolSeal' ? signed.map((one) => [one]) : [signed];
  for (const portion of portions) await store(deps, batch, by, classId, portion);
}

/** Step one: what is to be signed is fixed and stored. Items that may not be signed any more end here. */
export async function prepare(
  deps: PortionDeps,
  batch: Batch,
  held: SlotCertificate,
  items: readonly Item[],
): Promise<{ tasks: readonly Task[]; trust: SlotTrust }> {
  const roots = await deps.signers.roots();
  return inSchool(deps.db, batch.schoolId, async (trx) => {
    const training = await isTraining(trx, batch.schoolId);
    const trust = { crypto: deps.crypto, roots, training, now: deps.now() };
    const confirmed = await confirmedBatch(trx, batch);
    if (confirmed === null || !(await mayStillSign(trx, batch))) {
      const reason = refusalText(confirmed === null ? 'batch-not-noted' : 'signer-gone');
      const gone = items.map((item) => refused(item, reason));
      await endItems(trx, batch, gone, deps.now());
      return { tasks: [], trust };
    }
    const recordIds = [...new Set(items.map((i) => i.recordId))];
    const records = new Map(
      (await loadSigned(trx, batch.schoolId, { recordIds })).map((r) => [r.recordId, r]),
    );
    const parts = await loadParts(trx, batch.schoolId, recordIds);
    const digests = await tableDigests(trx, batch.schoolId, [...records.values()]);
    // Nobody else could tell before the first signature: what is signed is what was frozen.
    const changed = await notNoted(trx, batch.schoolId, 'record', recordIds);
    const tasks: Task[] = [];
    const fresh: Task[] = [];
    const ends: ItemEnd[] = [];
    for (const item of items) {
      const record = records.get(item.recordId);
      const its = parts.get(item.recordId);
      const plan = record?.plans.find((p) => p.slotId === item.slotId && p.role === batch.role);
      const ended = endOf(record, item);
      if (ended !== null || record === undefined || its === undefined || plan === undefined) {
        ends.push(ended ?? refused(item, refusalText('unknown-slot')));
        continue;
      }
      if (!confirmed.items.has(keyOf(item))) {
        ends.push(refused(item, refusalText('batch-not-noted')));
        continue;
      }
      if (changed.has(item.recordId)) {
        ends.push(refused(item, refusalText('record-not-noted')));
        continue;
      }
      try {
        requireStoredTable(record, its, digests);
        const kept = item.prepared === null || isPreparedPrint(item.prepared) ? null : item.prepared;
        const stored = item.value !== null || item.out ? kept : stillFresh(kept, held, deps.now());
        const signingTime = stored?.prepared.signingTime ?? signingTimeOf(deps.now());
        const assembled = { record, parts: its, xml: assemble(record, its) };
        const prepared = await prepareSlot(trust, assembled, plan, { held, signingTime });
        // Somebody changed what waits to be signed: what is signed is made from the record's bytes alone.
        if (stored !== null && !samePreparation(stored, prepared)) throw new Refusal('signature-refused');
        const task = { ...assembled, plan, prepared };
        if (stored === null) fresh.push(task);
        tasks.push(task);
      } catch (error) {
        ends.push(refused(item, reasonOf(error)));
      }
    }
    await endItems(trx, batch, ends, deps.now());
    await storePrepared(
      trx,
      batch,
      fresh.map((task) => ({ ...itemOf(task), prepared: task.prepared })),
      deps.now(),
    );
    return { tasks, trust };
  });
}

/** How an item has ended already, by the record as it stands; null if it may be signed. */
function endOf(record: StoredSigned | undefined, item: Pick<Item, 'recordId' | 'slotId'>): ItemEnd | null {
  const key = { recordId: item.recordId, slotId: item.slotId };
  if (record === undefined) return refused(key, refusalText('unknown-slot'));
  if (record.facts.signed.has(item.slotId)) return { ...key, state: 'signed' };
  const refusal = refusalOf(record.facts, { act: 'sign', slotId: item.slotId });
  return refusal === null ? null : refused(key, refusalText(refusal));
}

function stillFresh(prepared: PreparedItem | null, held: SlotCertificate, now: Date): PreparedItem | null {
  if (prepared === null || prepared.certificateId !== held.certificateId) return null;
  const at = instantOf(prepared.prepared.signingTime)?.getTime() ?? 0;
  return Math.abs(now.getTime() - at) <= FRESH_MS ? prepared : null;
}

/** Step two: slots and acts, under the class's lock; a slot's key makes a second signature impossible. */
async function store(
  deps: PortionDeps,
  batch: Batch,
  held: SlotCertificate,
  classId: string,
  signed: readonly Signed[],
): Promise<void> {
  if (signed.length === 0) return;
  try {
    await inSchool(deps.db, batch.schoolId, (trx) => storeIn(trx, deps, batch, held, classId, signed));
  } catch (error) {
    // Only the issuing of one sealed record can be refused here; all else is tried again by the queue.
    if (error instanceof Refusal && error.code === 'log-unavailable')
      throw new AuthorityUnavailable('log-unavailable', { cause: error });
    const refusal = refusalCodeOf(error) !== null || damageCodeOf(error) !== null || error instanceof Refusal;
    if (batch.role !== 'schoolSeal' || !refusal) throw error;
    await end(
      deps,
      batch,
      signed.map((one) => refused(itemOf(one), reasonOf(error))),
    );
    return;
  }
  deps.at?.('stored');
  if (batch.role === 'schoolSeal') deps.issued();
}

async function storeIn(
  trx: Transaction<Database>,
  deps: PortionDeps,
  batch: Batch,
  held: SlotCertificate,
  classId: string,
  signed: readonly Signed[],
): Promise<void> {
  await lockClass(trx, batch.schoolId, classId);
  const recordIds = [...new Set(signed.map((s) => s.record.recordId))];
  const records = new Map((await loadSigned(trx, batch.schoolId, { recordIds })).map((r) => [r.recordId, r]));
  // Its person may have stopped the batch meanwhile, and was told that these are not signed.
  const open = await stillOpen(trx, batch, recordIds);
  const wanted = signed.filter((one) => open.has(keyOf(itemOf(one))));
  const ends = wanted.flatMap((one) => endOf(records.get(one.record.recordId), itemOf(one)) ?? []);
  const ended = new Set(ends.map(keyOf));
  const kept = wanted.filter((one) => !ended.has(keyOf(itemOf(one))));
  await insertSlots(trx, batch, held, kept, records, deps.now());
  deps.at?.('storing');
  for (const { record } of batch.role === 'schoolSeal' ? kept : []) {
    const { recordId } = record;
    await deps.issueSealed(trx, {
      schoolId: batch.schoolId,
      recordId,
      staffId: batch.staffId,
      at: deps.now(),
    });
  }
  if (batch.role === 'schoolSeal' && deps.prints !== undefined)
    await addPrints(
      trx,
      batch,
      kept.flatMap(({ record }) => (isRecord(record) ? [record.recordId] : [])),
      deps.now(),
    );
  const done = kept.map((one): ItemEnd => ({ ...itemOf(one), state: 'signed' }));
  await endItems(trx, batch, [...ends, ...done], deps.now());
}

async function insertSlots(
  trx: Transaction<Database>,
  batch: Batch,
  held: SlotCertificate,
  kept: readonly Signed[],
  records: ReadonlyMap<string, StoredSigned>,
  at: Date,
): Promise<void> {
  if (kept.length === 0) return;
  await trx
    .insertInto('slot')
    .values(
      kept.map(({ record, plan, prepared, signature }) => ({
        school_id: batch.schoolId,
        record_id: record.recordId,
        slot_id: plan.slotId,
        slot_order: plan.order,
        role: plan.role,
        signing_time: prepared.prepared.signingTime,
        personal_id: 'personalId' in plan.signer ? plan.signer.personalId : null,
        signature,
        certificate_id: held.certificateId,
        signed_by: batch.staffId,
        signed_at: at,
      })),
    )
    .execute();
  const acts = new Map([...records].map(([recordId, record]) => [recordId, record.acts.length]));
  await appendActs(
    trx,
    batch.schoolId,
    kept.map(({ record: { recordId } }) => {
      const after = acts.get(recordId) ?? 0;
      acts.set(recordId, after + 1);
      return { recordId, after, act: 'sign', staffId: batch.staffId, role: batch.role, at };
    }),
  );
}

export async function end(deps: PortionDeps, batch: Batch, ends: readonly ItemEnd[]): Promise<void> {
  if (ends.length === 0) return;
  await inSchool(deps.db, batch.schoolId, (trx) => endItems(trx, batch, ends, deps.now()));
}

export function itemOf(task: Task): { recordId: string; slotId: string } {
  return { recordId: task.record.recordId, slotId: task.plan.slotId };
}

export function refused(item: Pick<Item, 'recordId' | 'slotId'>, reason: string): ItemEnd {
  return { recordId: item.recordId, slotId: item.slotId, state: 'refused', reason };
}

/** A sentence for what may be refused; anything else is thrown on, so that the queue tries again. */
export function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return [refusalText(error.code), ...error.details].join(' ');
  const damage = damageCodeOf(error);
  if (damage !== null) return `${refusalText('record-damaged')} (${damage})`;
  const code = refusalCodeOf(error);
  if (code === null) throw error;
  // Nothing is wrong with it: this machine's clock was set back since it was signed or dated.
  if (code === 'clock-behind') throw new AuthorityUnavailable('signed-ahead', { cause: error });
  if (code === 'not-as-agreed') return refusalText(code);
  return `${refusalText('signature-refused')} (${code})`;
}
