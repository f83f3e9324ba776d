import { MOET_1_0 } from './moet-1.0.ts';
import { MOET_2025 } from './moet-2025.ts';
import type { Profile } from './profile.ts';

/** Profiles by id: what is written and read by. */
export type Profiles = Readonly<Record<string, Profile>>;

/** Every profile that this program writes or reads, by id. */
export const PROFILES: Profiles = {
  [MOET_1_0.id]: MOET_1_0,
  [MOET_2025.id]: MOET_2025,
};

/** A profile by its id, undefined if this program does not know it. */
export function profileById(id: string, profiles: Profiles = PROFILES): Profile | undefined {
  return Object.hasOwn(profiles, id) ? profiles[id] : undefined;
}

/** The profile whose version field (real or training) has this value. */
export function profileOfEdition(edition: string): Profile | undefined {
  return Object.values(PROFILES).find((p) => p.editions.real === edition || p.editions.training === edition);
}
