import { bind, type Deps, type RouteBinding } from '../access/binding.ts';
import { signers } from '../http/api/index.ts';
import type { SecretBox } from '../store/sealed-secret.ts';
import { agentReport, agentSignatures, agentWait } from './orders/agent-desk.ts';
import { linkService, registerRemote, type ServiceDeps, serviceReturn } from './orders/service-link.ts';
import type { PortionDeps } from './portion/portion-deps.ts';
import { agentActor, newPairingCode, pairAgent } from './signers/agents.ts';
import type { KeyRing } from './signers/key-ring.ts';
import { agentRegister, chooseSigner, mySigners, registerKeyFile } from './signers/my-signers.ts';
import { lookAtPicture, myPictures, removePicture, setPicture } from './signers/pictures.ts';
import type { SigningProvider } from './signers/providers.ts';
import { holderFacts, type SignerSource } from './signers/signers.ts';

/** What the ways to sign need besides `Deps`. */
export interface SignersRoom {
  readonly signers: SignerSource;
  readonly providers: readonly SigningProvider[];
  readonly box: SecretBox;
  readonly keyRing: KeyRing;
  readonly work: PortionDeps;
}

/** Routes of one's ways to sign, and of the agent. */
export function signersRoutes(room: SignersRoom): RouteBinding[] {
  const all = (deps: Deps): ServiceDeps => ({ ...deps, ...room });
  return [
    bind(signers.mySigners, ({ deps, actor }) => mySigners(all(deps), actor)),
    bind(signers.registerKeyFile, ({ deps, actor, body }) => registerKeyFile(all(deps), actor, body)),
    bind(signers.chooseSigner, ({ deps, actor, body }) => chooseSigner(all(deps), actor, body)),
    bind(signers.registerRemote, ({ deps, actor, body }) => registerRemote(all(deps), actor, body)),
    bind(signers.linkService, ({ deps, actor, body, request }) =>
      linkService(all(deps), actor, body, request.baseUrl),
    ),
    bind(signers.serviceReturn, ({ deps, actor, body }) => serviceReturn(all(deps), actor, body)),
    bind(signers.pairingCode, ({ deps, actor }) => newPairingCode(deps, actor)),
    bind(signers.myPictures, ({ deps, actor }) => myPictures(deps, actor)),
    bind(signers.lookAtPicture, async ({ actor, body }) => lookAtPicture(actor, body)),
    bind(signers.setPicture, ({ deps, actor, body }) => setPicture(deps, actor, body)),
    bind(signers.removePicture, ({ deps, actor, body }) => removePicture(deps, actor, body)),
    bind(signers.agentPair, async ({ deps, body, request }) => {
      const { token, actor, expiresAt } = await pairAgent(deps, body, request);
      const { schoolName, person } = await holderFacts(deps.db, actor);
      return {
        token,
        person: person?.fullName ?? '',
        schoolName,
        maySeal: actor.roles.includes('clerk'),
        expiresAt: expiresAt.toISOString(),
      };
    }),
    bind(signers.agentWait, async ({ deps, body, request }) =>
      agentWait(
        { ...deps, work: room.work },
        await agentActor(deps, body.token, request),
        body.hold ? undefined : 0,
      ),
    ),
    bind(signers.agentSignatures, async ({ deps, body, request }) =>
      agentSignatures(deps, await agentActor(deps, body.token, request), body),
    ),
    bind(signers.agentReport, async ({ deps, body, request }) =>
      agentReport(deps, await agentActor(deps, body.token, request), body),
    ),
    bind(signers.agentRegister, async ({ deps, body, request }) =>
      agentRegister(all(deps), await agentActor(deps, body.token, request), body),
    ),
  ];
}
