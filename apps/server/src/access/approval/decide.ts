import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { decideApproval as decideRoute } from '../../http/api/approvals.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import type { Actor, StaffRole } from '../actor.ts';
import { appendWithin } from '../audit.ts';
import type { ApprovalDeps } from './kinds.ts';
import { actOf, basisOf, decisionEntry, digestOf, kindOf, type RequestRow } from './request.ts';

/**
 * Agrees to a request, or refuses it. What is agreed to is done in the same transaction, so that a kill leaves both or neither;
 * of two who decide at once the second one finds it decided.
 *
 * @param input.digest of the request as the person read it, hexadecimal
 * @throws Refusal `not-found`; `approval-own` for who asked, under whatever account; `not-allowed`; `approval-closed`;
 *   `approval-outdated` when what it stands on has changed; what the act itself would refuse
 */
export async function decideApproval(
  deps: ApprovalDeps,
  actor: Actor,
  requestId: string,
  input: z.output<typeof decideRoute.body>,
): Promise<z.input<typeof decideRoute.response>> {
  const { schoolId, staffId } = actor;
  const left = await inSchool(deps.db, schoolId, async (trx) => {
    const row = await requestOf(trx, schoolId, requestId);
    const act = actOf(row);
    if (act === null) throw new Refusal('approval-outdated');
    const kind = kindOf(deps.kinds, act);
    if (await isSamePerson(trx, schoolId, staffId, row.asked_by)) throw new Refusal('approval-own');
    const role = kind.approvers.find((one) => actor.roles.includes(one));
    if (role === undefined) throw new Refusal('not-allowed');
    const digest = digestOf(row);
    if (!Buffer.from(row.digest).equals(digest)) throw new Error('a request does not match its digest');
    if (input.digest !== Buffer.from(digest).toString('hex')) throw new Refusal('approval-outdated');
    const now = deps.now();
    if (now > row.open_until) throw new Refusal('approval-closed');
    await close(trx, row, {
      decision: input.approve ? 'approved' : 'refused',
      note: input.note.normalize('NFC').trim(),
      staffId,
      role,
      now,
    });
    const inTrail = (outcome: string) => appendWithin(trx, actor, { ...decisionEntry(row), outcome }, now);
    if (!input.approve) {
      await inTrail('refused');
      return null;
    }
    const plan = await kind.plan(trx, schoolId, act, 'toDo');
    if (plan.object !== row.object || basisOf(plan) !== row.basis) throw new Refusal('approval-outdated');
    const performed = (await kind.perform?.(trx, actor, act, { requestId, reason: row.reason })) ?? null;
    await inTrail('approved');
    return performed;
  });
  await left?.();
  return { state: input.approve ? 'approved' : 'refused' };
}

/** Takes back one's own request. @throws Refusal `not-found` for another's, `approval-closed` */
export async function withdrawApproval(
  deps: Pick<ApprovalDeps, 'db' | 'now'>,
  actor: Actor,
  requestId: string,
): Promise<Record<never, never>> {
  const { schoolId, staffId } = actor;
  await inSchool(deps.db, schoolId, async (trx) => {
    const row = await requestOf(trx, schoolId, requestId);
    if (row.asked_by !== staffId) throw new Refusal('not-found');
    const role = row.asked_role as StaffRole;
    await close(trx, row, { decision: 'withdrawn', note: '', staffId, role, now: deps.now() });
  });
  return {};
}

async function requestOf(
  trx: Transaction<Database>,
  schoolId: string,
  requestId: string,
): Promise<RequestRow> {
  const row = await trx
    .selectFrom('approval_request')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  return row;
}

async function isSamePerson(
  trx: Transaction<Database>,
  schoolId: string,
  one: string,
  other: string,
): Promise<boolean> {
  const rows = await trx
    .selectFrom('staff')
    .select('personal_id')
    .distinct()
    .where('school_id', '=', schoolId)
    .where('staff_id', 'in', [one, other])
    .execute();
  return rows.length < 2;
}

/** The row's key makes it one decision; a second one waits here for the first, and finds it. */
async function close(
  trx: Transaction<Database>,
  row: RequestRow,
  of: {
    readonly decision: 'approved' | 'refused' | 'withdrawn';
    readonly note: string;
    readonly staffId: string;
    readonly role: StaffRole;
    readonly now: Date;
  },
): Promise<void> {
  const made = await trx
    .insertInto('approval_decision')
    .values({
      school_id: row.school_id,
      request_id: row.request_id,
      decision: of.decision,
      note: of.note,
      decided_by: of.staffId,
      decided_role: of.role,
      decided_at: of.now,
    })
    .onConflict((oc) => oc.columns(['school_id', 'request_id']).doNothing())
    .returning('request_id')
    .executeTakeFirst();
  if (!made) throw new Refusal('approval-closed');
}
