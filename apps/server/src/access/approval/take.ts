import type { Transaction } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import type { Actor } from '../actor.ts';
import type { Act, ActOf, ApprovalDeps, ApprovalKind } from './kinds.ts';
import { basisOf } from './request.ts';

/**
 * Takes what another person has agreed to and what is then fetched by who asked for it, such as a file: exactly that act, while
 * what it stands on is the same, within the request's time, once.
 *
 * @throws Refusal `not-found` for another person's request or none; `approval-outdated` for another act than was agreed to;
 *   `approval-closed` where nobody agreed, or it was taken before
 */
export async function takeApproval<K extends Act['kind']>(
  deps: Pick<ApprovalDeps, 'now'>,
  trx: Transaction<Database>,
  actor: Actor,
  kind: ApprovalKind<K>,
  act: ActOf<K>,
  requestId: string,
): Promise<void> {
  const row = await trx
    .selectFrom('approval_request as r')
    .leftJoin('approval_decision as d', (join) =>
      join.onRef('d.school_id', '=', 'r.school_id').onRef('d.request_id', '=', 'r.request_id'),
    )
    .select(['r.act', 'r.basis', 'r.open_until', 'd.decision'])
    .where('r.school_id', '=', actor.schoolId)
    .where('r.request_id', '=', requestId)
    .where('r.asked_by', '=', actor.staffId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  const now = deps.now();
  if (row.decision !== 'approved' || now > row.open_until) throw new Refusal('approval-closed');
  const plan = await kind.plan(trx, actor.schoolId, act, 'toDo');
  if (row.act !== JSON.stringify(act) || row.basis !== basisOf(plan)) throw new Refusal('approval-outdated');
  const taken = await trx
    .insertInto('approval_use')
    .values({ school_id: actor.schoolId, request_id: requestId, used_by: actor.staffId, used_at: now })
    .onConflict((oc) => oc.columns(['school_id', 'request_id']).doNothing())
    .returning('request_id')
    .executeTakeFirst();
  if (!taken) throw new Refusal('approval-closed');
}

/** Reads within the school, having taken the approval that reading so much takes (`takeApproval`). */
export async function readApproved<K extends Act['kind'], T>(
  deps: Pick<ApprovalDeps, 'db' | 'now'>,
  actor: Actor,
  of: {
    readonly kind: ApprovalKind<K>;
    readonly act: ActOf<K>;
    readonly approval: string | undefined;
    isNeeded(trx: Transaction<Database>): Promise<boolean>;
  },
  read: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    if (await of.isNeeded(trx)) {
      if (of.approval === undefined) throw new Refusal('approval-needed');
      await takeApproval(deps, trx, actor, of.kind, of.act, of.approval);
    }
    return read(trx);
  });
}
