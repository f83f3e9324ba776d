import type { Manifest } from './manifest.ts';

/** What the manifests of several classes and schools of one school year do not agree on; each names one pupil. */
export interface ReconcileProblem {
  readonly pupil: string;
  /** The class whose manifest says so; its school and class as the manifest names them. */
  readonly school: string;
  readonly classId: string;
  readonly code: /** Said to have moved to another school; no manifest at hand has received the pupil. */
    | 'not-arrived'
    /** Two manifests say that their class issued the pupil's record of the year. */
    | 'issued-twice';
}

/**
 * Holds manifests against each other: who left one class must stand in another's, and nobody's year is issued twice. Pupils are
 * known by one identifier in all of them.
 * @param manifests the newest of each class, of any school; years are told apart
 * @returns in the order of the manifests and their entries; 'not-arrived' may only mean that the other school's list is not at hand
 */
export function reconcileManifests(manifests: readonly Manifest[]): ReconcileProblem[] {
  const key = (manifest: Manifest, pupil: string) => JSON.stringify([manifest.schoolYear, pupil]);
  const places = new Map<
    string,
    { readonly manifest: Manifest; readonly received: boolean; readonly issued: boolean }[]
  >();
  for (const manifest of manifests) {
    for (const entry of manifest.entries) {
      const at = key(manifest, entry.pupil);
      const issued = entry.state === 'issued';
      const received = issued || entry.reason !== 'transferred';
      places.set(at, [...(places.get(at) ?? []), { manifest, received, issued }]);
    }
  }
  const problems: ReconcileProblem[] = [];
  for (const manifest of manifests) {
    const { school, classId } = manifest;
    for (const entry of manifest.entries) {
      const others = (places.get(key(manifest, entry.pupil)) ?? []).filter(
        (one) => one.manifest !== manifest,
      );
      const { pupil } = entry;
      if (entry.state === 'none' && entry.reason === 'transferred' && !others.some((one) => one.received))
        problems.push({ pupil, school, classId, code: 'not-arrived' });
      if (entry.state === 'issued' && others.some((one) => one.issued))
        problems.push({ pupil, school, classId, code: 'issued-twice' });
    }
  }
  return problems;
}
