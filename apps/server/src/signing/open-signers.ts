import type { Deps } from '../access/binding.ts';
import { SecretBox } from '../store/sealed-secret.ts';
import { chosenSigners } from './signers/chosen-signers.ts';
import { KeyRing } from './signers/key-ring.ts';
import { readProviders } from './signers/providers.ts';
import { trainingSigners } from './signers/training-signers.ts';
import type { SignersRoom } from './signers-routes.ts';

/** Every way to sign of this installation, opened once at start. */
export function openSigners(deps: Pick<Deps, 'db' | 'dataDir' | 'now'>): Omit<SignersRoom, 'work'> {
  const { db, dataDir } = deps;
  const now = () => deps.now();
  const providers = readProviders(dataDir);
  const box = new SecretBox(dataDir);
  const signers = chosenSigners({ db, dataDir, now, providers, box }, trainingSigners({ db, dataDir, now }));
  return { signers, providers, box, keyRing: new KeyRing(now) };
}
