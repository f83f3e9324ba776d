import type { FastifyPluginAsync } from 'fastify';
import type { Deps, RouteBinding } from './access/binding.ts';
import { accessRoutes } from './access/routes.ts';
import type { SampleAccount } from './access/sign-in.ts';
import { assessmentRoutes } from './assessment/routes.ts';
import { rosterRoutes } from './roster/routes.ts';
import type { Store } from './store/open.ts';

export interface Rooms {
  readonly bindings: readonly RouteBinding[];
  readonly pages: readonly FastifyPluginAsync[];
  /** Lets background work come to the end of its step, then stops it. */
  stop(): Promise<void>;
}

/** Opens every room with what it needs: the one place that knows all of them. */
export async function openRooms(
  _deps: Deps,
  _store: Store,
  samples: readonly SampleAccount[],
): Promise<Rooms> {
  return {
    bindings: [...accessRoutes(samples), ...rosterRoutes, ...assessmentRoutes],
    pages: [],
    stop: async () => {},
  };
}
