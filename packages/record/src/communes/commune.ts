/** What a commune-level unit is called (Luật Tổ chức chính quyền địa phương, since 01/07/2025). */
export const COMMUNE_KINDS = ['Xã', 'Phường', 'Đặc khu'] as const;
export type CommuneKind = (typeof COMMUNE_KINDS)[number];

/** A commune-level unit with the days between which its name and code are right (ISO dates, inclusive). */
export interface Commune {
  /** Five digits. A code says nothing without a day: older units had the same numbers. */
  readonly code: string;
  readonly kind: CommuneKind;
  /** With its kind, as a record writes it: `Phường Ba Đình`. */
  readonly name: string;
  readonly provinceCode: string;
  readonly validFrom: string;
  /** Last day; absent while it still holds. */
  readonly validUntil?: string;
}

/** What is wrong with a list that is read. */
export type CommuneListCode =
  | 'not-json'
  | 'too-large'
  | 'not-the-form'
  | 'unknown-province'
  | 'told-twice'
  | 'incomplete';

/** A list that cannot be used. `place` is the position in it. */
export class CommuneListError extends Error {
  readonly code: CommuneListCode;
  readonly place: string;

  constructor(code: CommuneListCode, place: string) {
    super(`list of communes: ${code} at ${place}`);
    this.name = 'CommuneListError';
    this.code = code;
    this.place = place;
  }
}

const CODE = /^\d{5}$/;

/**
 * A unit out of a list's texts, held to its form.
 * @param name with its kind; composed, without blanks too many
 * @throws CommuneListError `not-the-form`
 */
export function communeOf(
  { code, name, provinceCode, validFrom }: Pick<Commune, 'code' | 'name' | 'provinceCode' | 'validFrom'>,
  place: string,
): Commune {
  const kind = COMMUNE_KINDS.find((k) => name.startsWith(`${k} `));
  const tidy = name === name.normalize('NFC').trim().replace(/\s+/gu, ' ');
  if (!kind || !tidy || !CODE.test(code) || name.length > 80)
    throw new CommuneListError('not-the-form', place);
  return { code, kind, name, provinceCode, validFrom };
}

/** Holds a list to one code and, within a province, one name for each unit of one day. */
export function assertDistinct(units: readonly Commune[]): void {
  const seen = new Set<string>();
  units.forEach((u, i) => {
    for (const key of [u.code, `${u.provinceCode} ${u.name}`]) {
      if (seen.has(key)) throw new CommuneListError('told-twice', `[${i}]`);
      seen.add(key);
    }
  });
}
