import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { signingProgress as progressRoute } from '../../http/api/signing.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { isPrintItem } from '../items/prepared.ts';
import { pauseText } from '../orders/order-text.ts';
import { asksOf, perhapsBilledTwice } from '../orders/orders.ts';
import { agentOf } from '../signers/agents.ts';
import { type BatchDeps, ownBatch } from './batch.ts';

/** Seconds without a change after which an unfinished batch counts as stuck. */
const STUCK_AFTER_MS = 20_000;

/** How far a batch is, for who asked for it, the principal and the clerk. */
export async function signingProgress(
  deps: BatchDeps,
  actor: Actor,
  batchId: string,
): Promise<z.input<typeof progressRoute.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const batch = await ownBatch(trx, actor, batchId);
    const all = await trx
      .selectFrom('signing_item as i')
      .innerJoin('record as r', (join) =>
        join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
      )
      .leftJoin('pupil as p', (join) =>
        join.onRef('p.school_id', '=', 'r.school_id').onRef('p.pupil_id', '=', 'r.pupil_id'),
      )
      .leftJoin('issued_record as issued', (join) =>
        join.onRef('issued.school_id', '=', 'i.school_id').onRef('issued.record_id', '=', 'i.record_id'),
      )
      .select([
        'i.slot_id as slotId',
        'i.state',
        'i.refusal',
        'i.changed_at',
        'p.pupil_code',
        'issued.issued_at',
      ])
      .where('i.school_id', '=', actor.schoolId)
      .where('i.batch_id', '=', batchId)
      .orderBy('p.pupil_code')
      .execute();
    const finished = batch.finished_at !== null;
    const order = finished ? null : await orderOut(trx, deps, batch);
    const perhapsTwice = await perhapsBilledTwice(trx, batch);
    const lastChange = Math.max(batch.requested_at.getTime(), ...all.map((i) => i.changed_at.getTime()));
    const items = all.filter((item) => !isPrintItem(item));
    const prints = all.filter(isPrintItem);
    return {
      batchId,
      role: batch.role,
      total: items.length,
      signed: items.filter((i) => i.state === 'signed').length,
      issued: batch.role === 'schoolSeal' ? items.filter((i) => i.issued_at !== null).length : 0,
      prints: { total: prints.length, signed: prints.filter((i) => i.state === 'signed').length },
      refused: all
        .filter((i) => i.state === 'refused')
        .map((i) => ({ pupilCode: i.pupil_code ?? 'Bảng tổng hợp', reason: i.refusal ?? '' })),
      finished,
      stuck:
        !finished &&
        batch.paused === null &&
        order === null &&
        deps.now().getTime() - lastChange > STUCK_AFTER_MS,
      paused:
        finished || batch.paused === null ? null : { code: batch.paused, text: pauseText(batch.paused) },
      order,
      perhapsTwice,
    };
  });
}

/** What is out at a signer for the batch, for the page to show and to count down. */
async function orderOut(
  trx: Kysely<Database>,
  deps: BatchDeps,
  batch: { readonly school_id: string; readonly batch_id: string; readonly requested_by: string },
): Promise<z.input<typeof progressRoute.response>['order']> {
  const row = await trx
    .selectFrom('signing_order')
    .select(['confirm_at', 'confirm_url', 'asks', 'item_count', 'digest', 'expires_at', 'note'])
    .where('school_id', '=', batch.school_id)
    .where('batch_id', '=', batch.batch_id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (!row || row.confirm_at === null) return null;
  const account = await trx
    .selectFrom('account')
    .select('account_id')
    .where('school_id', '=', batch.school_id)
    .where('staff_id', '=', batch.requested_by)
    .executeTakeFirst();
  const agent = account ? await agentOf({ db: trx, now: () => deps.now() }, account.account_id) : null;
  return {
    at: row.confirm_at,
    url: row.confirm_url,
    asks: asksOf(row.asks),
    count: row.item_count,
    digest: Buffer.from(row.digest).toString('hex'),
    expiresAt: row.expires_at.toISOString(),
    secondsLeft: Math.max(0, Math.ceil((row.expires_at.getTime() - deps.now().getTime()) / 1000)),
    note: row.note,
    agentConnected: agent?.connected ?? false,
  };
}
