import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { askApproval as askRoute } from '../../http/api/approvals.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Actor } from '../actor.ts';
import { type ApprovalDeps, OFFICE } from './kinds.ts';
import { approversOf, basisOf, digestOf, kindOf } from './request.ts';

/** How long a request stays open: long enough for a week's absence, too short to be forgotten and agreed to unread. */
export const OPEN_MS = 7 * 24 * 3_600_000;

/**
 * Asks for an act that another person has to agree to. The same request again by the same person, as after a lost answer, is
 * the one that is open.
 *
 * @throws Refusal what the act itself would refuse; `evidence-missing`; `approval-nobody` where no second person could agree;
 *   `approval-waiting` while another request for the same thing is open
 */
export async function askApproval(
  deps: ApprovalDeps,
  actor: Actor,
  input: z.output<typeof askRoute.body>,
): Promise<z.input<typeof askRoute.response>> {
  const kind = kindOf(deps.kinds, input.act);
  const role = (kind.askers ?? OFFICE).find((one) => actor.roles.includes(one));
  if (role === undefined) throw new Refusal('not-allowed');
  const { schoolId, staffId } = actor;
  const now = deps.now();
  const reason = input.reason.normalize('NFC').trim();
  const evidence = input.evidence.normalize('NFC').trim();
  if (kind.needsEvidence && evidence.length < 3) throw new Refusal('evidence-missing');
  return inSchool(deps.db, schoolId, async (trx) => {
    await kind.requireAsker?.(trx, actor, input.act);
    const plan = await kind.plan(trx, schoolId, input.act, 'toDo');
    const approvers = await approversOf(trx, schoolId, staffId, kind.approvers);
    if (approvers.length === 0) throw new Refusal('approval-nobody');
    const names = approvers.map(({ fullName }) => fullName);
    const act = JSON.stringify(input.act);
    const basis = basisOf(plan);
    const open = await trx
      .selectFrom('approval_request as r')
      .selectAll('r')
      .where('r.school_id', '=', schoolId)
      .where('r.kind', '=', input.act.kind)
      .where('r.object', '=', plan.object)
      .where('r.open_until', '>=', now)
      // Outdated, it can no longer be agreed to, and keeps nobody from asking anew.
      .where('r.basis', '=', basis)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('approval_decision as d')
              .select('d.request_id')
              .whereRef('d.school_id', '=', 'r.school_id')
              .whereRef('d.request_id', '=', 'r.request_id'),
          ),
        ),
      )
      .execute();
    const same = open.find(
      (one) =>
        one.asked_by === staffId && one.act === act && one.reason === reason && one.evidence === evidence,
    );
    if (same) return { requestId: same.request_id, digest: hex(same.digest), approvers: names };
    if (open.length > 0) throw new Refusal('approval-waiting');
    const row = {
      school_id: schoolId,
      request_id: randomUUID(),
      kind: input.act.kind,
      object: plan.object,
      act,
      basis,
      summary: plan.summary.join('\n'),
      reason,
      evidence,
      asked_by: staffId,
      asked_role: role,
      asked_at: now,
      open_until: new Date(now.getTime() + OPEN_MS),
    };
    const digest = digestOf(row);
    await trx
      .insertInto('approval_request')
      .values({ ...row, digest })
      .execute();
    return { requestId: row.request_id, digest: hex(digest), approvers: names };
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
