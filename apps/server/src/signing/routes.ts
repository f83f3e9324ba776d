import { bind, type Deps, type RouteBinding } from '../access/binding.ts';
import { signing } from '../http/api/index.ts';
import { resumeSigning, startSigning, stopSigning, type UnlockDeps } from './batch/batch.ts';
import { signingProgress } from './batch/progress.ts';
import { signingTasks } from './batch/tasks.ts';
import { listRecords } from './batch/views.ts';
import { freezeClass } from './freeze/freeze.ts';
import { thawRecords } from './freeze/thaw.ts';
import { confirmSigning } from './orders/order-confirm.ts';
import { openKeyFile } from './signers/my-signers.ts';
import type { SignerSource } from './signers/signers.ts';
import { type SignersRoom, signersRoutes } from './signers-routes.ts';

/** What the room needs besides `Deps`; made by `startBackground` of the issuing room. */
export interface SigningRoom extends SignersRoom {
  readonly signers: SignerSource;
  /** Where the public pages are found; null where the address of who asks is all that is known. */
  readonly publicUrl: string | null;
}

/** Routes from the freeze to the last signature. `recordDetail` and the files are the issuing room's. */
export function signingRoutes(room: SigningRoom): RouteBinding[] {
  const unlocking = (deps: Deps): UnlockDeps => ({
    ...deps,
    keyRing: room.keyRing,
    unlock: async (actor, role, password) => {
      const staffId = role === 'schoolSeal' ? null : actor.staffId;
      const { away, certificate } = await room.signers.signerOf({ schoolId: actor.schoolId, staffId });
      if (away?.kind !== 'pkcs12') return null;
      return openKeyFile(deps.dataDir, away.keyReference, certificate, password ?? '');
    },
  });
  return [
    bind(signing.freezeClass, ({ deps, actor, params }) => freezeClass(deps, actor, params.classId)),
    bind(signing.thawRecords, ({ deps, actor, params, body }) =>
      thawRecords(deps, actor, params.classId, body),
    ),
    bind(signing.listRecords, ({ deps, actor, params }) => listRecords(deps, actor, params.classId)),
    bind(signing.signingTasks, ({ deps, actor }) =>
      signingTasks({ ...deps, ...room, signsPrints: room.work.prints !== undefined }, actor),
    ),
    bind(signing.startSigning, ({ deps, actor, body, request }) =>
      startSigning({ ...unlocking(deps), publicUrl: room.publicUrl ?? request.baseUrl }, actor, body),
    ),
    bind(signing.signingProgress, ({ deps, actor, params }) => signingProgress(deps, actor, params.batchId)),
    bind(signing.resumeSigning, ({ deps, actor, params, body }) =>
      resumeSigning(unlocking(deps), actor, params.batchId, body),
    ),
    bind(signing.confirmSigning, ({ deps, actor, params, body }) =>
      confirmSigning({ ...deps, ...room }, actor, params.batchId, body),
    ),
    bind(signing.stopSigning, ({ deps, actor, params }) => stopSigning(deps, actor, params.batchId)),
    ...signersRoutes(room),
  ];
}
