import { CscSigner, type SigningAnswer, type SigningOrder } from '@hocba/signature/node';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { serviceReturn as returnRoute } from '../../http/api/signers.ts';
import type { confirmSigning as confirmRoute } from '../../http/api/signing.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { type Batch, pauseIn } from '../items/items.ts';
import { enqueueSigning } from '../items/jobs.ts';
import type { PortionDeps } from '../portion/portion-deps.ts';
import type { SignerSource } from '../signers/signers.ts';
import { messagesOfOrder } from './made-again.ts';
import { settle } from './order-work.ts';
import { claimConfirmed, closeOrder, orderById, type StoredOrder } from './orders.ts';

/** Orders of a remote service whose person confirms them: on the provider's page, or by what is typed here. */
export interface ConfirmDeps {
  readonly db: Kysely<Database>;
  readonly signers: SignerSource;
  /** What a batch is worked on with: a confirmed order is settled at once. */
  readonly work: PortionDeps;
  now(): Date;
}

interface Waiting {
  readonly order: StoredOrder;
  readonly batch: Batch;
}

/** The actor's own order that waits so. @throws Refusal `not-found` */
async function waitingOrder(
  deps: ConfirmDeps,
  { schoolId, staffId }: Actor,
  which:
    | { readonly at: 'page'; readonly state: string }
    | { readonly at: 'secret'; readonly batchId: string },
): Promise<Waiting> {
  return inSchool(deps.db, schoolId, async (trx) => {
    const waiting = trx
      .selectFrom('signing_order as o')
      .innerJoin('signing_batch as b', (join) =>
        join.onRef('b.school_id', '=', 'o.school_id').onRef('b.batch_id', '=', 'o.batch_id'),
      )
      .select(['o.order_id', 'b.batch_id', 'b.role'])
      .where('o.school_id', '=', schoolId)
      .where('o.state', '=', 'open')
      .where('o.confirm_at', '=', which.at)
      .where('o.expires_at', '>', deps.now())
      .where('b.requested_by', '=', staffId);
    const row = await (which.at === 'secret'
      ? waiting.where('o.batch_id', '=', which.batchId)
      : waiting.where((eb) => eb(eb.ref('o.handle', '->>').key('state' as never), '=', which.state as never))
    ).executeTakeFirst();
    const order = row ? await orderById(trx, schoolId, row.order_id) : null;
    if (!row || order === null) throw new Refusal('not-found');
    return { order, batch: { schoolId, batchId: row.batch_id, role: row.role, staffId } };
  });
}

/** The way to the key that the order is for, the order claimed for it. @throws Refusal `order-closed` */
async function claimed(
  deps: ConfirmDeps,
  { order, batch }: Waiting,
  at: 'page' | 'secret',
): Promise<CscSigner> {
  const { schoolId } = batch;
  const staffId = batch.role === 'schoolSeal' ? null : batch.staffId;
  const held = await deps.signers.signerOf({ schoolId, staffId });
  const remote = held.away?.kind === 'service' ? held.away.remote : null;
  if (!(remote instanceof CscSigner) || held.certificateId !== order.certificateId)
    throw new Refusal('order-closed');
  await inSchool(deps.db, schoolId, (trx) =>
    claimConfirmed(trx, { schoolId, orderId: order.orderId, at }, deps.now()),
  );
  return remote;
}

/** Has the service sign what the order asks for, made again from the records, and lets the batch go on. */
async function goOn(
  deps: ConfirmDeps,
  found: Waiting,
  at: 'page' | 'secret',
  ask: (remote: CscSigner, order: SigningOrder) => Promise<SigningAnswer>,
): Promise<void> {
  const { order, batch } = found;
  const remote = await claimed(deps, found, at);
  const going = await messagesOfOrder(deps.work, batch, order);
  await settle(deps.work, batch, order.orderId, (signingOrder) => ask(remote, signingOrder), { going });
  await inSchool(deps.db, batch.schoolId, (trx) => enqueueSigning(trx, batch));
}

/** A batch's order that the person has authorised, or refused, at the provider's page. @throws Refusal `not-found` */
export async function orderReturn(
  deps: ConfirmDeps,
  actor: Actor,
  input: z.output<typeof returnRoute.body>,
): Promise<z.input<typeof returnRoute.response>> {
  const found = await waitingOrder(deps, actor, { at: 'page', state: input.state });
  const { order, batch } = found;
  const { code } = input;
  if (code === undefined) {
    await inSchool(deps.db, batch.schoolId, async (trx) => {
      const end = { state: 'ended', with: 'refused-by-signer' } as const;
      await closeOrder(trx, batch.schoolId, order.orderId, end, deps.now());
      await pauseIn(trx, batch, 'refused-by-signer');
    });
    return { batchId: batch.batchId };
  }
  await goOn(deps, found, 'page', (remote, signingOrder) =>
    remote.authorised(signingOrder, order.handle, code),
  );
  return { batchId: batch.batchId };
}

/**
 * Sends what the person typed to the service, once, and stores the signatures. What was typed goes no further than this.
 * @throws Refusal `not-found` where nothing of the person's waits so, `order-closed`
 */
export async function confirmSigning(
  deps: ConfirmDeps,
  actor: Actor,
  batchId: string,
  { secrets }: z.output<typeof confirmRoute.body>,
): Promise<z.input<typeof confirmRoute.response>> {
  const found = await waitingOrder(deps, actor, { at: 'secret', batchId });
  await goOn(deps, found, 'secret', (remote, signingOrder) =>
    remote.withSecrets(signingOrder, found.order.handle, secrets),
  );
  return { batchId };
}
