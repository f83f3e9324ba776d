import { bind, type RouteBinding } from '../access/binding.ts';
import { signing } from '../http/api/index.ts';
import { resumeSigning, signingProgress, startSigning } from './batch.ts';
import { freezeClass } from './freeze.ts';
import type { SignerSource } from './signers.ts';
import { signingTasks } from './tasks.ts';
import { thawRecords } from './thaw.ts';
import { listRecords } from './views.ts';

/** What the room needs besides `Deps`; made by `startBackground` of the issuing room. */
export interface SigningRoom {
  readonly signers: SignerSource;
}

/** Routes from the freeze to the last signature. `recordDetail` and the files are the issuing room's. */
export function signingRoutes(room: SigningRoom): RouteBinding[] {
  return [
    bind(signing.freezeClass, ({ deps, actor, params }) => freezeClass(deps, actor, params.classId)),
    bind(signing.thawRecords, ({ deps, actor, params, body }) =>
      thawRecords(deps, actor, params.classId, body),
    ),
    bind(signing.listRecords, ({ deps, actor, params }) => listRecords(deps, actor, params.classId)),
    bind(signing.signingTasks, ({ deps, actor }) => signingTasks({ ...deps, ...room }, actor)),
    bind(signing.startSigning, ({ deps, actor, body }) => startSigning(deps, actor, body)),
    bind(signing.signingProgress, ({ deps, actor, params }) => signingProgress(deps, actor, params.batchId)),
    bind(signing.resumeSigning, ({ deps, actor, params }) => resumeSigning(deps, actor, params.batchId)),
  ];
}
