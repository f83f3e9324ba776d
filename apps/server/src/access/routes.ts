import { access } from '../http/api/index.ts';
import { SecretBox } from '../store/sealed-secret.ts';
import type { ApprovalKinds } from './approval/kinds.ts';
import { approvalRoutes } from './approval/routes.ts';
import { auditTrail } from './audit.ts';
import { bind, type Deps, type RouteBinding } from './binding.ts';
import { choosePassword } from './own-password.ts';
import {
  addGenerator,
  addPasskey,
  beginGenerator,
  type FactorDeps,
  mySecondFactor,
  passkeyOptions,
  printPaperCodes,
  removeFactor,
} from './second-factor/enrol.ts';
import { factorChallenge, proveFactor } from './second-factor/prove.ts';
import {
  decideFactorReset,
  factorResets,
  requestFactorReset,
  trainingSecondFactor,
} from './second-factor/reset.ts';
import { type SampleAccount, signIn, signOut, welcome, whoAmI } from './sign-in.ts';
import { SignInThrottle } from './throttle.ts';

/**
 * @param samples accounts to show on the sign-in page of a training school
 * @param kinds acts of the rooms above that need a second person
 */
export function accessRoutes(samples: readonly SampleAccount[], kinds: ApprovalKinds = {}): RouteBinding[] {
  const throttle = new SignInThrottle();
  return [
    bind(access.choosePassword, ({ deps, body, request }) =>
      choosePassword({ ...deps, throttle }, body, request),
    ),
    bind(access.signIn, ({ deps, body, request }) => signIn({ ...deps, throttle }, body, request)),
    bind(access.whoAmI, ({ deps, actor, request }) => whoAmI(deps, actor, request)),
    bind(access.signOut, ({ deps, request }) => signOut(deps, request)),
    bind(access.welcome, ({ deps }) => welcome(deps, samples)),
    bind(access.auditTrail, ({ deps, actor, query }) => auditTrail(deps, actor, query)),
    ...secondFactorRoutes(),
    ...approvalRoutes(kinds),
  ];
}

function secondFactorRoutes(): RouteBinding[] {
  const tries = new SignInThrottle();
  const boxes = new Map<string, SecretBox>();
  const all = (deps: Deps): FactorDeps => {
    const box = boxes.get(deps.dataDir) ?? new SecretBox(deps.dataDir);
    boxes.set(deps.dataDir, box);
    return { ...deps, box, tries };
  };
  return [
    bind(access.mySecondFactor, ({ deps, actor, request }) => mySecondFactor(all(deps), actor, request)),
    bind(access.passkeyOptions, ({ deps, actor, body, request }) =>
      passkeyOptions(all(deps), actor, body, request),
    ),
    bind(access.addPasskey, ({ deps, actor, body, request }) => addPasskey(all(deps), actor, body, request)),
    bind(access.beginGenerator, ({ deps, actor, body, request }) =>
      beginGenerator(all(deps), actor, body, request),
    ),
    bind(access.addGenerator, ({ deps, actor, body, request }) =>
      addGenerator(all(deps), actor, body, request),
    ),
    bind(access.paperCodes, ({ deps, actor, request }) => printPaperCodes(all(deps), actor, request)),
    bind(access.removeFactor, ({ deps, actor, params, request }) =>
      removeFactor(all(deps), actor, params.factorId, request),
    ),
    bind(access.factorChallenge, ({ deps, actor, request }) => factorChallenge(all(deps), actor, request)),
    bind(access.proveFactor, ({ deps, actor, body, request }) =>
      proveFactor(all(deps), actor, body, request),
    ),
    bind(access.factorResets, ({ deps, actor }) => factorResets(deps, actor)),
    bind(access.requestFactorReset, ({ deps, actor, body, request }) => {
      request.touches(`staff:${body.staffId}`);
      return requestFactorReset(deps, actor, body);
    }),
    bind(access.decideFactorReset, ({ deps, actor, params, body, request }) => {
      request.touches(`factor-reset:${params.resetId}`);
      return decideFactorReset(deps, actor, params.resetId, body);
    }),
    bind(access.trainingSecondFactor, ({ deps, actor, body }) => trainingSecondFactor(deps, actor, body)),
  ];
}
