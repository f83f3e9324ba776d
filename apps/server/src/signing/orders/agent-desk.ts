import { setTimeout as pause } from 'node:timers/promises';
import { fromBase64, toBase64 } from '@hocba/signature';
import { inXmlForm } from '@hocba/signature/node';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type {
  agentReport as reportRoute,
  agentSignatures as signaturesRoute,
  agentWait as waitRoute,
} from '../../http/api/signers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { type Batch, pauseIn } from '../items/items.ts';
import { enqueueSigning } from '../items/jobs.ts';
import type { PortionDeps } from '../portion/portion-deps.ts';
import { ROLE_TEXT } from '../records/state.ts';
import { messagesOfOrder } from './made-again.ts';
import { AGENT_WAIT_MS } from './order-work.ts';
import {
  certificateOfRow,
  closeOrder,
  holdOrder,
  keepValues,
  openItems,
  orderById,
  orderDigest,
} from './orders.ts';

/** How long an agent's question is held open when there is nothing to sign. */
const HOLD_MS = 20_000;
const LOOK_MS = 400;

/** The order that waits for this person's agent, held open until there is one. */
export async function agentWait(
  deps: Deps & { readonly work: PortionDeps },
  actor: Actor,
  holdMs = HOLD_MS,
): Promise<z.input<typeof waitRoute.response>> {
  const until = Date.now() + holdMs;
  for (;;) {
    const order = await waitingOrder(deps, actor);
    if (order !== null || Date.now() >= until) return { order };
    await pause(LOOK_MS);
  }
}

type Order = z.input<typeof waitRoute.response>['order'];

async function waitingOrder(deps: Parameters<typeof agentWait>[0], actor: Actor): Promise<Order> {
  const { schoolId } = actor;
  const found = await inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('signing_order as o')
      .innerJoin('signing_batch as b', (join) =>
        join.onRef('b.school_id', '=', 'o.school_id').onRef('b.batch_id', '=', 'o.batch_id'),
      )
      .innerJoin('school as s', 's.school_id', 'o.school_id')
      .select([
        'o.order_id',
        'o.batch_id',
        'o.certificate_id',
        'o.description',
        'b.role',
        's.name',
        's.training',
      ])
      .where('o.school_id', '=', schoolId)
      .where('o.state', '=', 'open')
      .where('o.confirm_at', '=', 'agent')
      .where('o.expires_at', '>', deps.now())
      .where('b.requested_by', '=', actor.staffId)
      .where('b.finished_at', 'is', null)
      .where('b.paused', 'is', null)
      .orderBy('o.created_at')
      .executeTakeFirst();
    if (!row) return null;
    if ((await openItems(trx, schoolId, row.order_id)).length === 0) return null;
    const left = await trx
      .selectFrom('signing_item')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('school_id', '=', schoolId)
      .where('batch_id', '=', row.batch_id)
      .where('state', 'in', ['waiting', 'prepared'])
      .where('value', 'is', null)
      .executeTakeFirstOrThrow();
    const classes = await trx
      .selectFrom('signing_item as i')
      .innerJoin('record as r', (join) =>
        join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
      )
      .innerJoin('class as c', (join) =>
        join.onRef('c.school_id', '=', 'r.school_id').onRef('c.class_id', '=', 'r.class_id'),
      )
      .select('c.name')
      .distinct()
      .where('i.school_id', '=', schoolId)
      .where('i.batch_id', '=', row.batch_id)
      .orderBy('c.name')
      .execute();
    return { row, left: Number(left.count), classes: classes.map((one) => one.name) };
  });
  if (found === null) return null;
  const { row } = found;
  const batch: Batch = { schoolId, batchId: row.batch_id, role: row.role, staffId: actor.staffId };
  const order = { orderId: row.order_id, certificateId: row.certificate_id };
  const items = await messagesOfOrder(deps.work, batch, order);
  if (items.length === 0) {
    // All of it was changed behind the application, and has ended: the batch goes on without.
    await inSchool(deps.db, schoolId, (trx) => enqueueSigning(trx, batch));
    return null;
  }
  const by = await certificateOfRow(deps.db, schoolId, row.certificate_id);
  return {
    orderId: row.order_id,
    batchId: row.batch_id,
    schoolName: row.name,
    training: row.training,
    roleText: ROLE_TEXT[row.role],
    classes: found.classes,
    leftInBatch: found.left,
    digest: Buffer.from(orderDigest(items.map(({ message }) => message))).toString('hex'),
    certificate: toBase64(by.certificate.der),
    algorithm: by.signer.algorithm,
    items: items.map(({ id, message }) => ({ id, message: toBase64(message) })),
  };
}

/**
 * Takes signatures of an agent, as many as it has by now; each is verified at once. The agent goes on while they are
 * made part of their records.
 * @throws Refusal `not-found` for an order that is not this person's, `order-closed`
 */
export async function agentSignatures(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof signaturesRoute.body>,
): Promise<z.input<typeof signaturesRoute.response>> {
  const { schoolId } = actor;
  const { batch, order } = await ownOrder(deps, actor, input.orderId);
  const by = await certificateOfRow(deps.db, schoolId, order.certificateId);
  const values = new Map<string, Uint8Array>();
  const unreadable: string[] = [];
  for (const { id, value } of input.signatures) {
    const raw = fromBase64(value);
    const plain = raw === null ? null : inXmlForm(by.signer.algorithm, raw);
    if (plain === null) unreadable.push(id);
    else values.set(id, plain);
  }
  return inSchool(deps.db, schoolId, async (trx) => {
    const now = deps.now();
    if (!(await holdOrder(trx, schoolId, order.orderId))) throw new Refusal('order-closed');
    const { kept, bad } = await keepValues(trx, schoolId, order, by, values, now);
    await trx
      .updateTable('signing_order')
      .set({ expires_at: new Date(now.getTime() + AGENT_WAIT_MS), note: 'signing' })
      .where('school_id', '=', schoolId)
      .where('order_id', '=', order.orderId)
      .where('state', '=', 'open')
      .execute();
    const left = await openItems(trx, schoolId, order.orderId);
    if (kept.length > 0) await enqueueSigning(trx, batch);
    return { kept: kept.length, bad: [...bad, ...unreadable], left: left.length };
  });
}

/** What the agent tells of where it stands: for the page, and to end the order where the person said no. */
export async function agentReport(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof reportRoute.body>,
): Promise<z.input<typeof reportRoute.response>> {
  const { batch, order } = await ownOrder(deps, actor, input.orderId);
  await inSchool(deps.db, actor.schoolId, async (trx) => {
    if (input.state === 'refused') {
      if (!(await holdOrder(trx, actor.schoolId, order.orderId))) return;
      const end = { state: 'ended', with: 'refused-by-signer' } as const;
      await closeOrder(trx, actor.schoolId, order.orderId, end, deps.now());
      await pauseIn(trx, batch, 'refused-by-signer');
      return;
    }
    await trx
      .updateTable('signing_order')
      .set({ note: input.state, expires_at: new Date(deps.now().getTime() + AGENT_WAIT_MS) })
      .where('school_id', '=', actor.schoolId)
      .where('order_id', '=', order.orderId)
      .where('state', '=', 'open')
      .execute();
  });
  return {};
}

async function ownOrder(deps: Deps, actor: Actor, orderId: string) {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const order = await orderById(trx, schoolId, orderId);
    const row = await trx
      .selectFrom('signing_batch')
      .select(['role', 'requested_by'])
      .where('school_id', '=', schoolId)
      .where('batch_id', '=', order?.batchId ?? orderId)
      .executeTakeFirst();
    if (order === null || !row || row.requested_by !== actor.staffId || order.confirmAt !== 'agent')
      throw new Refusal('not-found');
    if (order.state !== 'open') throw new Refusal('order-closed');
    const batch: Batch = { schoolId, batchId: order.batchId, role: row.role, staffId: row.requested_by };
    return { batch, order };
  });
}
