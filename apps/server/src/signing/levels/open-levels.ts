import type { CryptoPort } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { SignerSource } from '../signers/signers.ts';
import { storedAnswers } from './answers.ts';
import { onlyTraining, openAuthorities } from './authorities.ts';
import { authorityCaller } from './authority-call.ts';
import { storedEnds } from './authority-ends.ts';
import type { SigningLevels } from './raise.ts';
import type { LevelSettings } from './settings.ts';
import {
  openTrainingAuthorities,
  TRAINING_PLACES,
  type TrainingAuthoritiesDeps,
} from './training-authorities.ts';

export interface OpenLevelsDeps extends Pick<TrainingAuthoritiesDeps, 'register'> {
  readonly db: Kysely<Database>;
  readonly crypto: CryptoPort;
  readonly dataDir: string;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly settings: LevelSettings;
  /** Whether there is a school in training: only then are training authorities opened. */
  readonly training: boolean;
  now(): Date;
}

export interface OpenLevels extends SigningLevels {
  stop(): Promise<void>;
}

/** Opens the ways to authorities, once at start: real ones by their addresses, training ones behind a door of this process. */
export async function openLevels(deps: OpenLevelsDeps): Promise<OpenLevels> {
  const { db, crypto, settings } = deps;
  const now = () => deps.now();
  const cache = storedAnswers(db, now);
  const ends = storedEnds(db, now);
  const rootsOf = (training: boolean) => async () => onlyTraining(await deps.signers.roots(), training);
  const door = deps.training ? await openTrainingAuthorities(deps) : null;
  const real = openAuthorities({
    crypto,
    cache,
    ends,
    now,
    roots: rootsOf(false),
    call: authorityCaller(settings.privateHosts),
    timestampAuthorities: settings.timestampAuthorities,
  });
  const training =
    door &&
    openAuthorities({
      crypto,
      cache,
      ends,
      now,
      roots: rootsOf(true),
      // The door is on this machine, and a training certificate leads nowhere else.
      call: door.lead(authorityCaller(new Set(['127.0.0.1']))),
      timestampAuthorities: [door.tsa],
      elsewhere: TRAINING_PLACES,
    });
  return {
    levels: settings.levels,
    authoritiesOf: (ofTraining) => (ofTraining ? (training ?? real) : real),
    stop: async () => door?.stop(),
  };
}
