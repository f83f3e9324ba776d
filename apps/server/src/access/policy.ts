import type { Policy } from '../http/api/route.ts';
import type { Actor, StaffRole } from './actor.ts';

/** Roles that may call a route of each policy at all; null: nobody needs to be known; `any`: whoever is signed in. */
const ROLES: Readonly<Record<Policy, readonly StaffRole[] | 'any' | null>> = {
  public: null,
  signedIn: 'any',
  classStaff: ['teacher', 'principal', 'clerk'],
  homeroomTeacher: ['teacher'],
  planStaff: ['teacher', 'principal', 'admin'],
  planAuthor: ['teacher', 'admin'],
  principal: ['principal'],
  clerk: ['clerk'],
  principalOrClerk: ['principal', 'clerk'],
  admin: ['admin'],
  schoolOffice: ['principal', 'clerk', 'admin'],
};

export const POLICIES: readonly Policy[] = Object.keys(ROLES) as Policy[];

/** Whether the route needs a session. */
export function needsSession(policy: Policy): boolean {
  return ROLES[policy] !== null;
}

/**
 * The first of two questions: may such a person call the route at all? Which class, record or column it may then
 * touch is asked of the object itself (`access/objects.ts`).
 */
export function mayCall(policy: Policy, actor: Actor): boolean {
  const roles = ROLES[policy];
  if (roles === null || roles === 'any') return true;
  return roles.some((role) => actor.roles.includes(role));
}
