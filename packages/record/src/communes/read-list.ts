import { provincesOn } from '../codes/provinces.ts';
import { assertDistinct, type Commune, CommuneListError, communeOf } from './commune.ts';

const MOST_BYTES = 5_000_000;

type Fields = Readonly<Record<string, unknown>>;

/** The members of an object that has exactly these; anything unknown is refused. */
function members<K extends string>(
  value: unknown,
  keys: readonly K[],
  place: string,
): Readonly<Record<K, unknown>> {
  const object =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  if (!object || Object.keys(object).length !== keys.length || !keys.every((k) => Object.hasOwn(object, k)))
    throw new CommuneListError('not-the-form', place);
  return object as Readonly<Record<K, unknown>>;
}

function textOf(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new CommuneListError('not-the-form', place);
  return value;
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new CommuneListError('not-the-form', place);
  return value as unknown[];
}

/**
 * Reads the open list of units (`vn_only_simplified_json_generated_data_vn_units` of
 * github.com/thanglequoc/vietnamese-provinces-database, MIT): provinces with `Code`, `FullName` and `Wards`, these with
 * `Code`, `FullName` and `ProvinceCode`. It says the units of one day and of no other.
 * @param bytes UTF-8 JSON as published
 * @param validFrom the day from which the list holds, ISO date
 * @throws CommuneListError
 */
export function readCommuneList(bytes: Uint8Array, validFrom: string): Commune[] {
  if (bytes.length > MOST_BYTES) throw new CommuneListError('too-large', String(bytes.length));
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new CommuneListError('not-json', '');
  }
  const missing = new Set(provincesOn(validFrom).map((p) => p.code));
  const units = listOf(data, '').flatMap((entry, p) => {
    const province = members(entry, ['Code', 'FullName', 'Wards'], `[${p}]`);
    const provinceCode = textOf(province.Code, `[${p}].Code`);
    textOf(province.FullName, `[${p}].FullName`);
    if (!missing.delete(provinceCode)) throw new CommuneListError('unknown-province', `[${p}]`);
    return listOf(province.Wards, `[${p}].Wards`).map((ward, w) => {
      const place = `[${p}].Wards[${w}]`;
      const unit = members(ward, ['Code', 'FullName', 'ProvinceCode'], place);
      if (unit.ProvinceCode !== provinceCode) throw new CommuneListError('not-the-form', place);
      const name = textOf(unit.FullName, place).normalize('NFC').trim().replace(/\s+/gu, ' ');
      return communeOf({ code: textOf(unit.Code, place), name, provinceCode, validFrom }, place);
    });
  });
  if (missing.size > 0) throw new CommuneListError('incomplete', [...missing].join(' '));
  assertDistinct(units);
  return units;
}

function eveOf(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/**
 * A list carried on by a newer one: what the newer no longer has ends on the eve of its day, what is new begins on it,
 * what stayed keeps its first day. Nothing that once held is lost: records of older years name it.
 * @param newer units of one day, as `readCommuneList` gives them
 */
export function carriedOn(list: readonly Commune[], newer: readonly Commune[]): Commune[] {
  const day = newer[0]?.validFrom;
  if (day === undefined) return [...list];
  const key = (c: Commune): string => `${c.code} ${c.provinceCode} ${c.name}`;
  const there = new Set(newer.map(key));
  const open = list.filter((c) => c.validUntil === undefined);
  const stayed = new Set(open.filter((c) => there.has(key(c))).map(key));
  return [
    ...list.map((c) =>
      c.validUntil !== undefined || stayed.has(key(c)) ? c : { ...c, validUntil: eveOf(day) },
    ),
    ...newer.filter((c) => !stayed.has(key(c))),
  ];
}
