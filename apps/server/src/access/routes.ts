import { access } from '../http/api/index.ts';
import { auditTrail } from './audit.ts';
import { bind, type RouteBinding } from './binding.ts';
import { type SampleAccount, signIn, signOut, welcome, whoAmI } from './sign-in.ts';
import { SignInThrottle } from './throttle.ts';

/** @param samples accounts to show on the sign-in page of a training school */
export function accessRoutes(samples: readonly SampleAccount[]): RouteBinding[] {
  const throttle = new SignInThrottle();
  return [
    bind(access.signIn, ({ deps, body, request }) => signIn({ ...deps, throttle }, body, request)),
    bind(access.whoAmI, ({ deps, actor }) => whoAmI(deps, actor)),
    bind(access.signOut, ({ deps, request }) => signOut(deps, request)),
    bind(access.welcome, ({ deps }) => welcome(deps, samples)),
    bind(access.auditTrail, ({ deps, actor, query }) => auditTrail(deps, actor, query)),
  ];
}
