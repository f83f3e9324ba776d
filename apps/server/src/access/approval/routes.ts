import { access } from '../../http/api/index.ts';
import { bind, type Deps, type RouteBinding } from '../binding.ts';
import { askApproval } from './ask.ts';
import { decideApproval, withdrawApproval } from './decide.ts';
import type { ApprovalDeps, ApprovalKinds } from './kinds.ts';
import { listApprovals } from './list.ts';

/** @param kinds every room's acts that need a second person */
export function approvalRoutes(kinds: ApprovalKinds): RouteBinding[] {
  const all = (deps: Deps): ApprovalDeps => ({ db: deps.db, now: () => deps.now(), kinds });
  return [
    bind(access.approvals, ({ deps, actor }) => listApprovals(all(deps), actor)),
    bind(access.askApproval, async ({ deps, actor, body, request }) => {
      const asked = await askApproval(all(deps), actor, body);
      request.touches(`approval:${asked.requestId}`);
      return asked;
    }),
    bind(access.decideApproval, ({ deps, actor, params, body, request }) => {
      request.touches(`approval:${params.requestId}`);
      return decideApproval(all(deps), actor, params.requestId, body);
    }),
    bind(access.withdrawApproval, ({ deps, actor, params, request }) => {
      request.touches(`approval:${params.requestId}`);
      return withdrawApproval(deps, actor, params.requestId);
    }),
  ];
}
