import type { FastifyPluginAsync } from 'fastify';
import type { Deps, RouteBinding } from './access/binding.ts';
import { accessRoutes } from './access/routes.ts';
import type { SampleAccount } from './access/sign-in.ts';
import { schoolKinds } from './assessment/approvals.ts';
import { assessmentPrints, assessmentRoutes } from './assessment/routes.ts';
import { startBackground } from './issuing/background.ts';
import { closingWork } from './issuing/manifest/closing-work.ts';
import { recallKind } from './issuing/recall/recall.ts';
import { issuingRoutes } from './issuing/routes.ts';
import { publicPages } from './public/pages.ts';
import { rosterRoutes } from './roster/routes.ts';
import { signingRoutes } from './signing/routes.ts';
import { sealKeyKind } from './signing/signers/seal-key.ts';
import type { Store } from './store/open.ts';

export interface Rooms {
  readonly bindings: readonly RouteBinding[];
  readonly pages: readonly FastifyPluginAsync[];
  /** Lets background work come to the end of its step, then stops it. */
  stop(): Promise<void>;
}

/** Opens every room with what it needs: the one place that knows all of them. */
export async function openRooms(
  deps: Deps,
  store: Pick<Store, 'owner' | 'application'>,
  samples: readonly SampleAccount[],
  publicUrl: string | undefined,
): Promise<Rooms> {
  const background = await startBackground(deps, {
    owner: store.owner,
    application: store.application,
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });
  const { room } = background;
  return {
    bindings: [
      ...accessRoutes(samples, {
        ...schoolKinds(deps),
        'seal-key': sealKeyKind(deps),
        recall: recallKind(room),
      }),
      ...rosterRoutes,
      ...assessmentRoutes(closingWork),
      ...assessmentPrints(room.printer),
      ...signingRoutes(room),
      ...issuingRoutes(room),
    ],
    pages: [publicPages({ room, log: (line) => deps.log(line) })],
    stop: () => background.stop(),
  };
}
