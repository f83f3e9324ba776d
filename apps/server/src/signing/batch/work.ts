import { bytesToSign } from '@hocba/signature';
import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import {
  type Batch,
  endAuthorityPause,
  finishBatch,
  type Item,
  keyOf,
  nextPortion,
  pauseBatch,
  unfinishedBatch,
} from '../items/items.ts';
import type { SigningJob } from '../items/jobs.ts';
import { isPrintItem } from '../items/prepared.ts';
import { AuthorityUnavailable } from '../items/unavailable.ts';
import { requireGoodNow } from '../levels/before-signing.ts';
import { raiseForItems } from '../levels/for-items.ts';
import { askOrder, sendOrder } from '../orders/order-work.ts';
import { answeredPortion, certificateOfRow, openOrder } from '../orders/orders.ts';
import { end, finishPortion, itemOf, prepare, reasonOf, refused } from '../portion/portion.ts';
import type { PortionDeps } from '../portion/portion-deps.ts';
import { finishPrints, preparePrints } from '../portion/prints.ts';
import type { KeyRing } from '../signers/key-ring.ts';
import { type HeldSigner, isTraining } from '../signers/signers.ts';

export type { SealedRecord, WorkStep } from '../portion/portion-deps.ts';

export interface WorkDeps extends PortionDeps {
  readonly db: Kysely<Database>;
  /** Key files opened for a batch. */
  readonly keyRing: Pick<KeyRing, 'keep' | 'signerFor' | 'forget'>;
}

/** Signatures that are prepared, asked for and stored together. */
const PORTION = 16;

/** When an authority that could not be reached is asked again. */
const AUTHORITY_AGAIN_MS = 30_000;

/**
 * Works through a batch, portion by portion: prepare and store what is to be signed; sign, verify, store slot and
 * act. Where the key is elsewhere an order goes out instead, and this ends until its signatures have come. Whatever
 * stops it, called again it goes on where the store says it is. It ends with each item signed or refused with a reason,
 * or with the batch paused for its person.
 *
 * @returns when to come again; null if nothing is left to do by itself
 */
export async function workThrough(
  deps: WorkDeps,
  job: SigningJob,
  stopped: AbortSignal,
): Promise<Date | null> {
  const batch = await unfinishedBatch(deps.db, job);
  if (batch === null) return null;
  await endAuthorityPause(deps.db, batch);
  try {
    return await goThrough(deps, batch, stopped);
  } catch (error) {
    if (!(error instanceof AuthorityUnavailable)) throw error;
    // Nothing is lost: what was signed and dated so far stands in the store, and the rest waits for the authority.
    await pauseBatch(deps.db, batch, `authority-${error.code}`);
    return new Date(deps.now().getTime() + AUTHORITY_AGAIN_MS);
  }
}

async function goThrough(deps: WorkDeps, batch: Batch, stopped: AbortSignal): Promise<Date | null> {
  while (!stopped.aborted) {
    const answered = await answeredPortion(deps.db, batch, PORTION);
    if (answered !== null) {
      await storeAnswered(deps, batch, answered.classId, answered.items);
      continue;
    }
    const order = await openOrder(deps.db, batch);
    if (order !== null) {
      const next = await askOrder(deps, batch, order);
      if (next === 'go-on') continue;
      return next;
    }
    const portion = await nextPortion(deps.db, batch, PORTION);
    if (portion === null) {
      deps.at?.('finishing');
      await finishBatch(deps.db, batch, deps.now());
      deps.keyRing.forget(batch.batchId);
      return null;
    }
    const next = await signNext(deps, batch, portion.classId, portion.items);
    if (next !== 'go-on') return next;
  }
  return null;
}

/** The next portion, with the key at hand or by an order. */
async function signNext(
  deps: WorkDeps,
  batch: Batch,
  classId: string,
  items: readonly Item[],
): Promise<'go-on' | Date | null> {
  deps.at?.('begun');
  const staffId = batch.role === 'schoolSeal' ? null : batch.staffId;
  let held: HeldSigner;
  try {
    held = await deps.signers.signerOf({ schoolId: batch.schoolId, staffId });
    const training = await inSchool(deps.db, batch.schoolId, (trx) => isTraining(trx, batch.schoolId));
    await requireGoodNow(deps, training, { certificate: held.certificate, chain: held.signer.chain });
    if (!items.some(isPrintItem)) await raiseForItems(deps, { schoolId: batch.schoolId, training }, items);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const reason = reasonOf(error);
    await end(
      deps,
      batch,
      items.map((item) => refused(item, reason)),
    );
    return 'go-on';
  }
  if (held.away === null) return signPortion(deps, batch, held, classId, items);
  if (held.away.kind !== 'pkcs12') return sendOrder(deps, batch, held);
  const signer = deps.keyRing.signerFor(batch.batchId, held.certificate);
  if (signer !== null) return signPortion(deps, batch, { ...held, signer }, classId, items);
  // The password is in nobody's memory any more: the server was started anew, or the file was opened too long ago.
  await pauseBatch(deps.db, batch, 'secret-needed');
  return null;
}

async function signPortion(
  deps: WorkDeps,
  batch: Batch,
  held: HeldSigner,
  classId: string,
  items: readonly Item[],
): Promise<'go-on'> {
  if (items.some(isPrintItem)) {
    const prints = await preparePrints(deps, batch, held, items);
    deps.at?.('prepared');
    if (prints.length > 0)
      await finishPrints(
        deps,
        batch,
        prints,
        await valuesOf(
          held,
          prints.map(({ message }) => message),
        ),
      );
    return 'go-on';
  }
  const prepared = await prepare(deps, batch, held, items);
  deps.at?.('prepared');
  if (prepared.tasks.length === 0) return 'go-on';
  const messages = prepared.tasks.map((task) => bytesToSign(task.prepared.prepared));
  await finishPortion(deps, batch, held, classId, prepared, await valuesOf(held, messages));
  return 'go-on';
}

async function valuesOf(
  { signer }: HeldSigner,
  messages: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const values = await signer.sign(messages);
  if (values.length !== messages.length) throw new Error('the signer returned another number of signatures');
  return values;
}

/** Signatures that came back and wait in the store: made part of their records, whoever's certificate is chosen now. */
async function storeAnswered(
  deps: WorkDeps,
  batch: Batch,
  classId: string,
  items: readonly Item[],
): Promise<void> {
  const certificateId = items[0]?.prepared?.certificateId ?? '';
  const by = await certificateOfRow(deps.db, batch.schoolId, certificateId);
  const own = items.filter((item) => item.prepared?.certificateId === certificateId);
  const values = new Map(own.map((item) => [keyOf(item), item.value]));
  if (own.some(isPrintItem)) {
    const prints = await preparePrints(deps, batch, by, own);
    const given = prints.map((print) => values.get(keyOf(print)) ?? new Uint8Array());
    return finishPrints(deps, batch, prints, given);
  }
  const prepared = await prepare(deps, batch, by, own);
  await finishPortion(
    deps,
    batch,
    by,
    classId,
    prepared,
    prepared.tasks.map((task) => values.get(keyOf(itemOf(task))) ?? new Uint8Array()),
  );
}
