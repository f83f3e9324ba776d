import { randomUUID } from 'node:crypto';
import {
  type LeftOver,
  type LostOrder,
  type RemoteSigner,
  SignerUnavailable,
  SignerUnlinked,
  type SigningAnswer,
} from '@hocba/signature/node';
import type { Transaction } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { type Batch, endItems, nextItems, type PauseCode, pauseIn } from '../items/items.ts';
import { dropLeftOver, keepLeftOver, leftOverOf, signaturesToFollow } from '../items/left-over.ts';
import { refusalText } from '../items/refusal-text.ts';
import { refused } from '../portion/portion.ts';
import type { PortionDeps } from '../portion/portion-deps.ts';
import type { HeldSigner } from '../signers/signers.ts';
import { inOrder, readyToSign } from './made-again.ts';
import { orderDescription } from './order-text.ts';
import {
  asSigningOrder,
  certificateOfRow,
  closeOrder,
  holdOrder,
  keepValues,
  type OpenItem,
  openItems,
  orderById,
  orderDigest,
  type StoredOrder,
  storePending,
} from './orders.ts';

/** Signatures that an agent gets at once: at a second each they are done before their signed time grows old. */
const AGENT_LIMIT = 100;
/** How long an order waits for an agent that gives no sign of life. */
export const AGENT_WAIT_MS = 10 * 60_000;

/**
 * Sends the batch's next items out as one order: prepared and stored first, so that whatever stops this, the store knows
 * what was asked for.
 *
 * @returns when to come again, or null where the batch is paused
 */
export async function sendOrder(
  deps: PortionDeps,
  batch: Batch,
  held: HeldSigner,
): Promise<'go-on' | Date | null> {
  const remote = held.away?.kind === 'service' ? held.away.remote : null;
  const left = remote?.goOn === undefined ? null : await leftFrom(deps, batch, held);
  const limit = left?.signatures ?? remote?.batchLimit ?? AGENT_LIMIT;
  const items = await nextItems(deps.db, batch, limit);
  const ready = await readyToSign(deps, batch, held, items);
  deps.at?.('prepared');
  if (ready.length === 0) return 'go-on';
  const going = inOrder(ready);
  const order = { orderId: randomUUID(), description: '' };
  const now = deps.now();
  const expiresAt = new Date(now.getTime() + AGENT_WAIT_MS);
  let toFollow = 0;
  await inSchool(deps.db, batch.schoolId, async (trx) => {
    if (remote?.goOn !== undefined && left === null && deps.prints !== undefined)
      toFollow = Math.min(remote.batchLimit - ready.length, await signaturesToFollow(trx, batch, ready));
    order.description = await orderDescription(trx, batch, ready, toFollow);
    await dropLeftOver(trx, batch);
    await trx
      .insertInto('signing_order')
      .values({
        school_id: batch.schoolId,
        order_id: order.orderId,
        batch_id: batch.batchId,
        certificate_id: held.certificateId,
        state: remote === null ? 'open' : 'sending',
        handle: left === null ? null : JSON.stringify(GOES_ON),
        confirm_at: remote === null ? 'agent' : null,
        confirm_url: null,
        description: order.description,
        item_count: ready.length,
        digest: orderDigest(going.map(({ message }) => message)),
        note: null,
        created_at: now,
        expires_at: expiresAt,
        ask_at: expiresAt,
        ended_with: null,
      })
      .execute();
    for (const { recordId, slotId } of ready) {
      await trx
        .updateTable('signing_item')
        .set({ order_id: order.orderId })
        .where('school_id', '=', batch.schoolId)
        .where('batch_id', '=', batch.batchId)
        .where('record_id', '=', recordId)
        .where('slot_id', '=', slotId)
        .where('state', '=', 'prepared')
        .execute();
    }
  });
  deps.at?.('sending');
  if (remote === null) return expiresAt;
  const findable = remote.find !== undefined && left === null;
  return settle(
    deps,
    batch,
    order.orderId,
    async (signingOrder) => {
      const answer = left === null ? null : await remote.goOn?.(signingOrder, left);
      return answer && answer.state !== 'over' ? answer : remote.begin(signingOrder, toFollow);
    },
    { findable, going },
  );
}

/** Stands in the order while it goes out under an earlier confirmation: nobody can be asked what became of it. */
const GOES_ON = { step: 'goes-on' } as const;

async function leftFrom(deps: PortionDeps, batch: Batch, held: HeldSigner): Promise<LeftOver | null> {
  return inSchool(deps.db, batch.schoolId, (trx) => leftOverOf(trx, batch, held.certificateId, deps.now()));
}

/** Asks after an order that is out. */
export async function askOrder(
  deps: PortionDeps,
  batch: Batch,
  order: StoredOrder,
): Promise<'go-on' | Date | null> {
  if (order.state === 'sending') return findOrder(deps, batch, order);
  const left = await inSchool(deps.db, batch.schoolId, (trx) =>
    openItems(trx, batch.schoolId, order.orderId),
  );
  if (left.length === 0) {
    await inSchool(deps.db, batch.schoolId, (trx) =>
      closeOrder(trx, batch.schoolId, order.orderId, { state: 'answered' }, deps.now()),
    );
    return 'go-on';
  }
  const now = deps.now().getTime();
  const expired = order.expiresAt.getTime() <= now;
  if (order.confirmAt !== 'phone') {
    if (!expired) return order.expiresAt;
    // Confirmed and with the service, which has not answered: perhaps it signed.
    return drop(deps, batch, order, order.confirmAt === null ? 'lost' : 'expired');
  }
  if (!expired && order.askAt.getTime() > now) return order.askAt;
  const remote = await remoteOf(deps, batch, order);
  if (remote === null) return drop(deps, batch, order, 'lost');
  // Also one that has run out is asked after before anything is asked for anew: the person may have confirmed it.
  return settle(deps, batch, order.orderId, (signingOrder) => remote.ask(signingOrder, order.handle));
}

/** A kill, or a broken connection, came between the order and its answer: the service is asked what became of it. */
async function findOrder(
  deps: PortionDeps,
  batch: Batch,
  order: StoredOrder,
): Promise<'go-on' | Date | null> {
  const remote = await remoteOf(deps, batch, order);
  if (remote?.find === undefined || order.handle.step === GOES_ON.step)
    return drop(deps, batch, order, 'lost');
  const find = remote.find.bind(remote);
  return settle(deps, batch, order.orderId, find, { findable: true });
}

/** The way to the key of the order's own certificate; null if another has been chosen since. */
async function remoteOf(deps: PortionDeps, batch: Batch, order: StoredOrder): Promise<RemoteSigner | null> {
  const staffId = batch.role === 'schoolSeal' ? null : batch.staffId;
  const held = await deps.signers.signerOf({ schoolId: batch.schoolId, staffId });
  return held.certificateId === order.certificateId && held.away?.kind === 'service'
    ? held.away.remote
    : null;
}

type SettleDeps = Pick<PortionDeps, 'db' | 'now' | 'at'>;

/** An order that ended without all its signatures; its items may go out again, when the person says so. */
function drop(deps: SettleDeps, batch: Batch, order: StoredOrder, code: PauseCode): Promise<'go-on' | null> {
  return pauseOrder(deps, batch, order, code, (trx) =>
    closeOrder(trx, batch.schoolId, order.orderId, { state: 'ended', with: code }, deps.now()),
  );
}

/** The batch waits for its person, unless another answer to its order was there first. */
async function pauseOrder(
  deps: SettleDeps,
  batch: Batch,
  { orderId }: StoredOrder,
  code: PauseCode,
  and?: (trx: Transaction<Database>) => Promise<void>,
): Promise<'go-on' | null> {
  return inSchool(deps.db, batch.schoolId, async (trx) => {
    if (!(await holdOrder(trx, batch.schoolId, orderId))) return 'go-on';
    await and?.(trx);
    await pauseIn(trx, batch, code);
    return null;
  });
}

/** The service did not answer. What it may have taken is not asked for anew before it has said what became of it. */
async function unanswered(
  deps: SettleDeps,
  batch: Batch,
  order: StoredOrder,
  { perhapsTaken, findable }: { readonly perhapsTaken: boolean; readonly findable: boolean },
): Promise<'go-on' | Date | null> {
  const left = order.expiresAt.getTime() - deps.now().getTime();
  const code = perhapsTaken ? 'lost' : 'unavailable';
  // Confirmed, and no way to ask after it.
  if (order.state === 'open' && order.confirmAt === null) return drop(deps, batch, order, code);
  // The order is out; the service will answer again before it expires.
  if (order.state === 'open' && left > 0) return new Date(deps.now().getTime() + Math.min(left, 5_000));
  if (order.state === 'open' || findable) return pauseOrder(deps, batch, order, 'unavailable');
  return drop(deps, batch, order, code);
}

/** The service takes nothing from here before the person has linked the account anew; what is there already is kept. */
function unlinked(deps: SettleDeps, batch: Batch, order: StoredOrder): Promise<'go-on' | null> {
  // It waits at the service, and is asked after again.
  if (order.state !== 'open' || order.confirmAt !== 'phone') return drop(deps, batch, order, 'unlinked');
  return pauseOrder(deps, batch, order, 'unlinked');
}

/**
 * Asks the service and stores what it said.
 * @param how.findable the service can be asked what became of an order whose answer was lost
 * @param how.going what goes out to be signed; the store's word for it serves only to ask after what is there already
 */
export async function settle(
  deps: SettleDeps,
  batch: Batch,
  orderId: string,
  ask: (order: ReturnType<typeof asSigningOrder>) => Promise<SigningAnswer | LostOrder>,
  { findable = false, going }: { readonly findable?: boolean; readonly going?: readonly OpenItem[] } = {},
): Promise<'go-on' | Date | null> {
  const found = await inSchool(deps.db, batch.schoolId, async (trx) => {
    const order = await orderById(trx, batch.schoolId, orderId);
    return order && { order, items: going ?? (await openItems(trx, batch.schoolId, orderId)) };
  });
  if (found === null) return 'go-on';
  const { order, items } = found;
  if (going?.length === 0) {
    // All of it was changed behind the application, and has ended.
    await inSchool(deps.db, batch.schoolId, (trx) =>
      closeOrder(trx, batch.schoolId, orderId, { state: 'answered' }, deps.now()),
    );
    return 'go-on';
  }
  const by = await certificateOfRow(deps.db, batch.schoolId, order.certificateId);
  let answer: SigningAnswer | LostOrder;
  try {
    answer = await ask(asSigningOrder(order, by, items));
  } catch (error) {
    if (!(error instanceof SignerUnavailable)) throw error;
    if (error instanceof SignerUnlinked) return unlinked(deps, batch, order);
    return unanswered(deps, batch, order, { perhapsTaken: error.perhapsTaken, findable });
  }
  deps.at?.('sent');
  if (answer.state === 'unknown') return drop(deps, batch, order, 'lost');
  if (answer.state === 'not-taken') {
    await inSchool(deps.db, batch.schoolId, (trx) =>
      closeOrder(trx, batch.schoolId, orderId, { state: 'ended', with: 'unavailable' }, deps.now()),
    );
    return 'go-on';
  }
  if (answer.state === 'ended') return drop(deps, batch, order, answer.end);
  const now = deps.now();
  if (answer.state === 'pending') {
    // It ran out here and still waits there: nobody can say whether it will be confirmed.
    if (order.confirmAt === 'phone' && order.expiresAt <= now) return drop(deps, batch, order, 'lost');
    await inSchool(deps.db, batch.schoolId, async (trx) => {
      if (!(await holdOrder(trx, batch.schoolId, orderId))) return;
      await storePending(trx, batch.schoolId, orderId, answer, now);
      if (answer.left) await keepLeftOver(trx, batch, order.certificateId, answer.left);
    });
    return new Date(now.getTime() + answer.askAgainMs);
  }
  const { values, left } = answer;
  const kept = await inSchool(deps.db, batch.schoolId, async (trx) => {
    if (!(await holdOrder(trx, batch.schoolId, orderId))) return [];
    const { kept, bad } = await keepValues(trx, batch.schoolId, order, by, values, now);
    // What the service did not sign, or signed wrongly, is named and not asked for again and again.
    const wrong = new Set(bad);
    const still = new Set((await openItems(trx, batch.schoolId, orderId)).map(({ id }) => id));
    const missing = items.filter(({ id }) => still.has(id));
    await endItems(
      trx,
      batch,
      missing.map((item) =>
        refused(item, refusalText(wrong.has(item.id) ? 'signature-refused' : 'not-returned')),
      ),
      now,
    );
    await closeOrder(trx, batch.schoolId, orderId, { state: 'answered' }, now);
    if (left) await keepLeftOver(trx, batch, order.certificateId, left);
    return kept;
  });
  if (kept.length > 0) deps.at?.('answered');
  return 'go-on';
}
