/** A pupil of the school as the matching needs it. */
export interface KnownPupil {
  readonly pupilId: string;
  readonly pupilCode: string;
  readonly fullName: string;
}

export type Match =
  | { readonly match: 'new' }
  | { readonly match: 'code' | 'name' | 'similarName'; readonly pupil: KnownPupil };

function spaced(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** Without marks: `Nguyễn Đức` and `Nguyen Duc` are alike. */
function bare(name: string): string {
  return spaced(name).normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
}

/**
 * Finds each row's pupil in the class: by code, then by exact name, then by name without marks. A pupil is taken by
 * one row only, codes first; a name that two pupils share matches nobody.
 */
export function matchRows(
  rows: readonly { readonly code: string; readonly name: string }[],
  pupils: readonly KnownPupil[],
): Match[] {
  const byCode = new Map(pupils.map((p) => [p.pupilCode.toUpperCase(), p]));
  const found = rows.map((row): Match | null => {
    const pupil = byCode.get(row.code.toUpperCase());
    return pupil ? { match: 'code', pupil } : null;
  });
  const codes = new Set(rows.map((row) => row.code.toUpperCase()));
  const taken = new Set(found.flatMap((m) => (m && 'pupil' in m ? [m.pupil.pupilId] : [])));
  const byName = (match: 'name' | 'similarName', fold: (name: string) => string) => {
    const names = Map.groupBy(
      pupils.filter((p) => !taken.has(p.pupilId) && !codes.has(p.pupilCode.toUpperCase())),
      (p) => fold(p.fullName),
    );
    const rowsByName = Map.groupBy(
      rows.flatMap((row, i) => (found[i] ? [] : [{ i, name: fold(row.name) }])),
      (r) => r.name,
    );
    for (const [name, its] of rowsByName) {
      const [row] = its;
      const [pupil, twin] = names.get(name) ?? [];
      if (its.length !== 1 || !row || !pupil || twin) continue;
      found[row.i] = { match, pupil };
      taken.add(pupil.pupilId);
    }
  };
  byName('name', spaced);
  byName('similarName', bare);
  return found.map((match) => match ?? { match: 'new' });
}
