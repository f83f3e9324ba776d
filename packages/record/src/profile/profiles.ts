import { MOET_2025 } from './moet-2025.ts';
import type { Profile } from './profile.ts';

/** Every profile that this program writes or reads, by id. */
export const PROFILES: Readonly<Record<string, Profile>> = { [MOET_2025.id]: MOET_2025 };

/** A profile by its id, undefined if this program does not know it. */
export function profileById(id: string): Profile | undefined {
  return Object.hasOwn(PROFILES, id) ? PROFILES[id] : undefined;
}

/** The profile whose version field (real or training) has this value. */
export function profileOfEdition(edition: string): Profile | undefined {
  return Object.values(PROFILES).find((p) => p.editions.real === edition || p.editions.training === edition);
}
