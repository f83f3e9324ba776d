import { bytesToSign } from '@hocba/signature';
import { inSchool } from '../../store/database.ts';
import { type Batch, type Item, type ItemKey, itemIn } from '../items/items.ts';
import { isPrintItem } from '../items/prepared.ts';
import { itemOf, prepare } from '../portion/portion.ts';
import type { PortionDeps } from '../portion/portion-deps.ts';
import { preparePrints } from '../portion/prints.ts';
import type { SlotCertificate } from '../signers/signers.ts';
import { certificateOfRow, itemId, type OpenItem, type StoredOrder } from './orders.ts';

/**
 * What an order asks to be signed, before it is shown to a token or authorised at a service: the bytes are made again from the records, and what was stored
 * when the order went out only says of which time they are. A token sees nothing but these bytes: whoever exchanged them in the store meanwhile would
 * have a genuine signature over a record of his own. Items whose stored bytes are others end refused.
 *
 * @returns in the order in which they went out; none where nothing of it waits
 */
export async function messagesOfOrder(
  deps: PortionDeps,
  batch: Batch,
  { orderId, certificateId }: Pick<StoredOrder, 'orderId' | 'certificateId'>,
): Promise<readonly OpenItem[]> {
  const items = await itemsOut(deps, batch, orderId);
  if (items.length === 0) return [];
  const by = await certificateOfRow(deps.db, batch.schoolId, certificateId);
  return inOrder(await readyToSign(deps, batch, by, items));
}

async function itemsOut({ db }: PortionDeps, batch: Batch, orderId: string): Promise<readonly Item[]> {
  const rows = await inSchool(db, batch.schoolId, (trx) =>
    trx
      .selectFrom('signing_item')
      .select(['record_id', 'slot_id', 'prepared', 'value'])
      .where('school_id', '=', batch.schoolId)
      .where('batch_id', '=', batch.batchId)
      .where('order_id', '=', orderId)
      .where('state', '=', 'prepared')
      .where('value', 'is', null)
      .execute(),
  );
  return rows.map((row) => ({ ...itemIn(row), out: true }));
}

/** What of these may be signed now, prepared and stored. */
export async function readyToSign(
  deps: PortionDeps,
  batch: Batch,
  by: SlotCertificate,
  items: readonly Item[],
): Promise<readonly (ItemKey & { readonly message: Uint8Array })[]> {
  if (items.some(isPrintItem)) return preparePrints(deps, batch, by, items);
  const { tasks } = await prepare(deps, batch, by, items);
  return tasks.map((task) => ({ ...itemOf(task), message: bytesToSign(task.prepared.prepared) }));
}

/** As an order has its items. */
export function inOrder(ready: readonly (ItemKey & { readonly message: Uint8Array })[]): readonly OpenItem[] {
  return ready
    .map(({ recordId, slotId, message }) => ({ recordId, slotId, message, id: itemId({ recordId, slotId }) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
