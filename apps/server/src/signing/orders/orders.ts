import { createHash } from 'node:crypto';
import { parseCertificate, type SigningAlgorithm } from '@hocba/signature';
import {
  nodeCrypto,
  type OrderHandle,
  type SecretAsked,
  type SigningAnswer,
  type SigningOrder,
} from '@hocba/signature/node';
import { type Kysely, sql, type Transaction } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { SigningOrderTable } from '../../store/tables/away.ts';
import type { Database } from '../../store/tables.ts';
import { type Batch, type ItemKey, type PauseCode, type Portion, portionIn } from '../items/items.ts';
import { messageOf, type Prepared } from '../items/prepared.ts';
import type { SlotCertificate } from '../signers/signers.ts';

/** An order as the store has it: what went out, where it is confirmed, until when. */
export interface StoredOrder {
  readonly orderId: string;
  readonly batchId: string;
  readonly certificateId: string;
  readonly state: SigningOrderTable['state'];
  readonly handle: OrderHandle;
  /** Null while it goes out, and while what its person has confirmed is with the service. */
  readonly confirmAt: SigningOrderTable['confirm_at'];
  readonly description: string;
  readonly expiresAt: Date;
  readonly askAt: Date;
}

/** An item of an order that has no signature yet, with the message to sign. */
export interface OpenItem extends ItemKey {
  readonly id: string;
  readonly message: Uint8Array;
}

/** Its digest names an order wherever it is shown: SHA-256 over the SHA-256 of each message, in order. */
export function orderDigest(messages: readonly Uint8Array[]): Uint8Array {
  const whole = createHash('sha256');
  for (const message of messages) whole.update(createHash('sha256').update(message).digest());
  return new Uint8Array(whole.digest());
}

export function itemId(item: ItemKey): string {
  return `${item.recordId}/${item.slotId}`;
}

/** The batch's order that is out, or null. */
export async function openOrder(db: Kysely<Database>, batch: Batch): Promise<StoredOrder | null> {
  return inSchool(db, batch.schoolId, async (trx) => {
    const row = await trx
      .selectFrom('signing_order')
      .selectAll()
      .where('school_id', '=', batch.schoolId)
      .where('batch_id', '=', batch.batchId)
      .where('state', 'in', ['sending', 'open'])
      .executeTakeFirst();
    return row ? fromRow(row) : null;
  });
}

export async function orderById(
  trx: Kysely<Database>,
  schoolId: string,
  orderId: string,
): Promise<StoredOrder | null> {
  const row = await trx
    .selectFrom('signing_order')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('order_id', '=', orderId)
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

type Row = {
  order_id: string;
  batch_id: string;
  certificate_id: string;
  state: StoredOrder['state'];
  handle: unknown;
  confirm_at: StoredOrder['confirmAt'];
  description: string;
  expires_at: Date;
  ask_at: Date;
};

function fromRow(row: Row): StoredOrder {
  return {
    orderId: row.order_id,
    batchId: row.batch_id,
    certificateId: row.certificate_id,
    state: row.state,
    handle: (row.handle ?? {}) as OrderHandle,
    confirmAt: row.confirm_at,
    description: row.description,
    expiresAt: row.expires_at,
    askAt: row.ask_at,
  };
}

/** Items of an order that wait for their signature, in the order they went out. */
export async function openItems(
  trx: Kysely<Database>,
  schoolId: string,
  orderId: string,
): Promise<readonly OpenItem[]> {
  const rows = await trx
    .selectFrom('signing_item')
    .select(['record_id', 'slot_id', 'prepared'])
    .where('school_id', '=', schoolId)
    .where('order_id', '=', orderId)
    .where('state', '=', 'prepared')
    .where('value', 'is', null)
    .orderBy('record_id')
    .orderBy('slot_id')
    .execute();
  return rows.flatMap(({ record_id: recordId, slot_id: slotId, prepared }) => {
    const stored = prepared as unknown as Prepared | null;
    const key = { recordId, slotId };
    return stored === null ? [] : [{ ...key, id: itemId(key), message: messageOf(stored) }];
  });
}

/** The certificate of a row of the register, to prepare and check slots by. @throws Refusal `certificate-unusable` */
export async function certificateOfRow(
  db: Kysely<Database>,
  schoolId: string,
  certificateId: string,
): Promise<SlotCertificate> {
  const row = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('signing_certificate')
      .select(['chain', 'algorithm'])
      .where('school_id', '=', schoolId)
      .where('certificate_id', '=', certificateId)
      .executeTakeFirst(),
  );
  const [leaf] = row?.chain ?? [];
  if (row === undefined || leaf === undefined) throw new Refusal('certificate-unusable');
  return {
    certificateId,
    certificate: parseCertificate(leaf),
    signer: { chain: row.chain, algorithm: row.algorithm as SigningAlgorithm },
  };
}

/** What the port takes, of items that are still without a signature. */
export function asSigningOrder(
  order: Pick<StoredOrder, 'orderId' | 'description'>,
  by: SlotCertificate,
  items: readonly OpenItem[],
): SigningOrder {
  return {
    orderId: order.orderId,
    description: order.description,
    algorithm: by.signer.algorithm,
    certificate: by.certificate,
    items: items.map(({ id, message }) => ({ id, hash: nodeCrypto.sha256(message) })),
  };
}

/**
 * Takes signatures into the store, each only if it verifies with the certificate over the very message that went out.
 * A value that is there already stays.
 *
 * @returns ids that were kept, and ids whose value does not verify
 */
export async function keepValues(
  trx: Transaction<Database>,
  schoolId: string,
  order: StoredOrder,
  by: SlotCertificate,
  values: ReadonlyMap<string, Uint8Array>,
  now: Date,
): Promise<{ readonly kept: readonly string[]; readonly bad: readonly string[] }> {
  const kept: (ItemKey & { readonly id: string; readonly value: Uint8Array })[] = [];
  const bad: string[] = [];
  for (const item of await openItems(trx, schoolId, order.orderId)) {
    const value = values.get(item.id);
    if (value === undefined) continue;
    const holds = await nodeCrypto.verify(by.signer.algorithm, by.certificate.spki, value, item.message);
    if (holds) kept.push({ ...item, value });
    else bad.push(item.id);
  }
  if (kept.length > 0) {
    const rows = kept.map(({ recordId, slotId, value }) => ({
      record_id: recordId,
      slot_id: slotId,
      value: Buffer.from(value).toString('hex'),
    }));
    await sql`
      update signing_item i set value = decode(v.value, 'hex'), changed_at = ${now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v (record_id uuid, slot_id text, value text)
      where i.school_id = ${schoolId} and i.order_id = ${order.orderId} and i.record_id = v.record_id
        and i.slot_id = v.slot_id and i.state = 'prepared' and i.value is null`.execute(trx);
  }
  return { kept: kept.map(({ id }) => id), bad };
}

/** Signatures that have come back, of one class. */
export async function answeredPortion(
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
      .select(['r.class_id', 'i.record_id', 'i.slot_id', 'i.prepared', 'i.value'])
      .where('i.school_id', '=', batch.schoolId)
      .where('i.batch_id', '=', batch.batchId)
      .where('i.state', '=', 'prepared')
      .where('i.value', 'is not', null)
      .orderBy('r.class_id')
      .orderBy('i.record_id')
      .orderBy('i.slot_id')
      .limit(atMost)
      .execute(),
  );
  return portionIn(rows);
}

/** An order that is out and waits. */
export async function storePending(
  trx: Transaction<Database>,
  schoolId: string,
  orderId: string,
  answer: Extract<SigningAnswer, { state: 'pending' }>,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('signing_order')
    .set({
      state: 'open',
      handle: JSON.stringify(answer.handle),
      confirm_at: answer.confirm.at,
      confirm_url: answer.confirm.at === 'page' ? answer.confirm.url : null,
      asks: answer.confirm.at === 'secret' ? JSON.stringify(answer.confirm.asks) : null,
      // Asking again must not move the moment at which the person's confirmation runs out.
      expires_at: sql<Date>`case when state = 'open' and confirm_at = ${answer.confirm.at}
        then expires_at else ${answer.expiresAt} end`,
      ask_at: new Date(now.getTime() + answer.askAgainMs),
    })
    .where('school_id', '=', schoolId)
    .where('order_id', '=', orderId)
    .where('state', 'in', ['sending', 'open'])
    .execute();
}

/** An answer of the service takes half a minute at most; who waits longer does not know what became of it. */
const WITH_SERVICE_MS = 2 * 60_000;

/**
 * Takes an order out of its person's hands, since it was confirmed and goes to the service: it goes there once, however
 * often the confirmation comes.
 * @throws Refusal `order-closed`
 */
export async function claimConfirmed(
  trx: Transaction<Database>,
  order: Pick<StoredOrder, 'orderId'> & { readonly schoolId: string; readonly at: 'page' | 'secret' },
  now: Date,
): Promise<void> {
  const until = new Date(now.getTime() + WITH_SERVICE_MS);
  const { numUpdatedRows } = await trx
    .updateTable('signing_order')
    .set({ confirm_at: null, confirm_url: null, expires_at: until, ask_at: until })
    .where('school_id', '=', order.schoolId)
    .where('order_id', '=', order.orderId)
    .where('state', '=', 'open')
    .where('confirm_at', '=', order.at)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Refusal('order-closed');
}

/** Signatures of a batch that a service may have made and billed without our having them; asked for anew they count twice. */
export async function perhapsBilledTwice(
  trx: Kysely<Database>,
  of: { readonly school_id: string; readonly batch_id: string },
): Promise<number> {
  const row = await trx
    .selectFrom('signing_order')
    .select(({ fn }) => fn.sum<string | null>('item_count').as('count'))
    .where('school_id', '=', of.school_id)
    .where('batch_id', '=', of.batch_id)
    .where('ended_with', '=', 'lost')
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** What an order's person has to type; empty for orders that are confirmed elsewhere. */
export const asksOf = (asks: object | null): SecretAsked[] =>
  Array.isArray(asks)
    ? (asks as (Partial<SecretAsked> | null)[]).flatMap((one) =>
        typeof one?.id === 'string' && typeof one.label === 'string'
          ? [{ id: one.id, label: one.label }]
          : [],
      )
    : [];

/**
 * Holds an order until the transaction ends: an answer may come after another has closed it, or after it ran out here or its person said
 * no, and says nothing any more.
 * @returns whether it is still out
 */
export async function holdOrder(
  trx: Transaction<Database>,
  schoolId: string,
  orderId: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('signing_order')
    .select('state')
    .where('school_id', '=', schoolId)
    .where('order_id', '=', orderId)
    .forUpdate()
    .executeTakeFirst();
  return row?.state === 'sending' || row?.state === 'open';
}

/** Closes an order; items without a signature may go out again. */
export async function closeOrder(
  trx: Transaction<Database>,
  schoolId: string,
  orderId: string,
  how: { readonly state: 'answered' } | { readonly state: 'ended'; readonly with: PauseCode },
  now: Date,
): Promise<void> {
  await trx
    .updateTable('signing_order')
    .set({
      state: how.state,
      ended_with: how.state === 'ended' ? how.with : null,
      handle: null,
      confirm_url: null,
    })
    .where('school_id', '=', schoolId)
    .where('order_id', '=', orderId)
    .where('state', 'in', ['sending', 'open'])
    .execute();
  await trx
    .updateTable('signing_item')
    .set({ state: 'waiting', prepared: null, order_id: null, changed_at: now })
    .where('school_id', '=', schoolId)
    .where('order_id', '=', orderId)
    .where('state', '=', 'prepared')
    .where('value', 'is', null)
    .execute();
}
