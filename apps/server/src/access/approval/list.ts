import type { z } from 'zod';
import type { approvals as approvalsRoute } from '../../http/api/approvals.ts';
import { inSchool } from '../../store/database.ts';
import type { Actor, StaffRole } from '../actor.ts';
import { type Act, type ApprovalDeps, type ApprovalKind, OFFICE } from './kinds.ts';
import { actOf, approversOf, changesToShow, isOutdated, type RequestRow } from './request.ts';

/** What was decided stays on the list for a month; after that the audit trail and the acts themselves tell of it. */
const SHOWN_MS = 31 * 24 * 3_600_000;

type View = z.input<typeof approvalsRoute.response>['requests'][number];

/**
 * Requests of the actor's school that are open or of the last weeks, the newest first; who is not of the office has the own
 * ones. What changes is for who asked and who may decide: it may be a child's marks.
 */
export async function listApprovals(
  deps: ApprovalDeps,
  actor: Actor,
): Promise<z.input<typeof approvalsRoute.response>> {
  const { schoolId, staffId } = actor;
  const now = deps.now();
  const ofOffice = OFFICE.some((role) => actor.roles.includes(role));
  return inSchool(deps.db, schoolId, async (trx) => {
    const rows = await trx
      .selectFrom('approval_request as r')
      .innerJoin('staff as by', (join) =>
        join.onRef('by.school_id', '=', 'r.school_id').onRef('by.staff_id', '=', 'r.asked_by'),
      )
      .leftJoin('approval_decision as d', (join) =>
        join.onRef('d.school_id', '=', 'r.school_id').onRef('d.request_id', '=', 'r.request_id'),
      )
      .leftJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'd.school_id').onRef('s.staff_id', '=', 'd.decided_by'),
      )
      .leftJoin('approval_use as u', (join) =>
        join.onRef('u.school_id', '=', 'r.school_id').onRef('u.request_id', '=', 'r.request_id'),
      )
      .selectAll('r')
      .select(['u.used_at'])
      .select(['by.full_name as asker', 'd.decision', 'd.note', 'd.decided_at', 's.full_name as decider'])
      .where('r.school_id', '=', schoolId)
      .where('r.asked_at', '>=', new Date(now.getTime() - SHOWN_MS))
      .$if(!ofOffice, (query) => query.where('r.asked_by', '=', staffId))
      .orderBy('r.asked_at', 'desc')
      .execute();
    const requests: View[] = [];
    for (const row of rows) {
      const kind = deps.kinds[row.kind as Act['kind']] as ApprovalKind | undefined;
      const mine = row.asked_by === staffId;
      const inTime = now <= row.open_until;
      const toTake = row.decision === 'approved' && kind?.fetchedAt !== undefined && row.used_at === null;
      const waits = inTime && (row.decision === null || (mine && toTake));
      const outdated = waits && kind !== undefined && (await isOutdated(trx, kind, row));
      const state = outdated ? 'outdated' : (row.decision ?? (inTime ? 'open' : 'expired'));
      const takes = waits && state === 'approved';
      const may =
        state === 'open' && kind !== undefined && kind.approvers.some((role) => actor.roles.includes(role))
          ? await approversOf(trx, schoolId, row.asked_by, kind.approvers)
          : [];
      const mayDecide = may.some((one) => one.staffId === staffId);
      requests.push({
        requestId: row.request_id,
        kind: row.kind,
        object: row.object,
        summary: row.summary.split('\n'),
        changes: mine || mayDecide ? [...changesToShow(row)] : [],
        reason: row.reason,
        evidence: row.evidence,
        askedBy: row.asker,
        askedRole: row.asked_role as StaffRole,
        askedAt: row.asked_at.toISOString(),
        openUntil: row.open_until.toISOString(),
        digest: Buffer.from(row.digest).toString('hex'),
        state,
        decidedBy: row.decider,
        decidedAt: row.decided_at?.toISOString() ?? null,
        note: row.note ?? '',
        mine,
        fetchAt: takes ? fetchAddress(kind, row) : null,
        mayDecide,
      });
    }
    const askable: string[] = [];
    for (const [name, kind] of Object.entries(deps.kinds)) {
      if (!(kind.askers ?? OFFICE).some((role) => actor.roles.includes(role))) continue;
      if ((await approversOf(trx, schoolId, staffId, kind.approvers)).length > 0) askable.push(name);
    }
    return { requests, askable };
  });
}

function fetchAddress(kind: ApprovalKind | undefined, row: RequestRow): string | null {
  const act = actOf(row);
  const at = act === null ? undefined : kind?.fetchedAt?.(act);
  if (at === undefined) return null;
  return `${at}${at.includes('?') ? '&' : '?'}${new URLSearchParams({ approval: row.request_id })}`;
}
