import { PROVINCES_2008, PROVINCES_2025, SUCCESSORS_2025 } from './province-data.ts';

/** A province-level unit with the days between which its name and code are right (ISO dates, inclusive). */
export interface Province {
  readonly code: string;
  readonly name: string;
  readonly validFrom: string;
  /** Last day; absent while it still holds. */
  readonly validUntil?: string;
}

const REFORM = '2025-07-01';
const EVE = '2025-06-30';

/**
 * Province-level units since 01/08/2008, the older first: 63 until 30/06/2025, 34 since 01/07/2025 (NQ 202/2025/QH15;
 * QĐ 19/2025/QĐ-TTg). One code may name two of them at different times (44 was Quảng Bình and is Quảng Trị), so that a
 * code says nothing without a day.
 */
export const PROVINCES: readonly Province[] = [
  ...PROVINCES_2008.map(([code, name, validFrom = '2008-08-01', validUntil = EVE]) => ({
    code,
    name,
    validFrom,
    validUntil,
  })),
  ...PROVINCES_2025.map(([code, name]) => ({ code, name, validFrom: REFORM })),
];

/** Provinces that hold on a day (ISO date). */
export function provincesOn(day: string): readonly Province[] {
  return PROVINCES.filter((p) => p.validFrom <= day && (p.validUntil === undefined || day <= p.validUntil));
}

/** "Tỉnh Quảng Nam", "TP. Hồ Chí Minh", "Khánh Hoà" beside the listed spelling. */
function key(name: string): string {
  return name
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/^(?:tỉnh|thành phố|tp\.?)\s+/u, '')
    .replaceAll('hoà', 'hòa')
    .replaceAll('hoá', 'hóa')
    .replaceAll('đăk', 'đắk')
    .replaceAll('đắc', 'đắk')
    .replaceAll('lăk', 'lắk')
    .replaceAll('lắc', 'lắk')
    .replace(/[\s–-]+/gu, ' ');
}

/** The unit that had a name on a day, however it is written; undefined if none had. */
export function provinceNamed(name: string, day: string): Province | undefined {
  const wanted = key(name);
  return provincesOn(day).find((p) => key(p.name) === wanted);
}

/**
 * The unit of today that an older one has become. A unit of today is its own. What was born under the old name keeps it:
 * this is for addresses, never for a birth place.
 */
export function successorOf(province: Province): Province | undefined {
  if (province.validUntil === undefined) return province;
  const code = SUCCESSORS_2025[province.code];
  return PROVINCES.find((p) => p.validUntil === undefined && p.code === code);
}

/** The older units that a unit of today was made of, in the order of their codes. */
export function predecessorsOf(province: Province): readonly Province[] {
  if (province.validUntil !== undefined) return [];
  return provincesOn(EVE).filter((p) => SUCCESSORS_2025[p.code] === province.code);
}
