import { COMMUNE_KINDS, type Commune } from './commune.ts';

/** Units that hold on a day (ISO date), of one province if a code is given. */
export function communesOn(list: readonly Commune[], day: string, provinceCode?: string): Commune[] {
  return list.filter(
    (c) =>
      c.validFrom <= day &&
      (c.validUntil === undefined || day <= c.validUntil) &&
      (provinceCode === undefined || c.provinceCode === provinceCode),
  );
}

const TONE = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/** Each word with its tone at the end: "Hòa" and "Hoà" are the same word, "Hóa" is another. */
function key(name: string): string {
  return name
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[’‘]/gu, "'")
    .replace(/\s*-\s*/gu, '-')
    .split(/\s+/u)
    .map((word) => {
      const spread = word.normalize('NFD');
      return spread.replace(TONE, '').normalize('NFC') + (spread.match(TONE) ?? []).join('');
    })
    .join(' ');
}

const KIND = new RegExp(`^(?:${COMMUNE_KINDS.join('|')})\\s+`, 'iu');

/**
 * The unit of a province that a text names on a day, with its kind or without; undefined if none is meant, or without a
 * kind more than one.
 */
export function communeNamed(
  list: readonly Commune[],
  text: string,
  provinceCode: string,
  day: string,
): Commune | undefined {
  const there = communesOn(list, day, provinceCode);
  const exact = there.find((c) => key(c.name) === key(text));
  if (exact || KIND.test(text.normalize('NFC').trim())) return exact;
  const bare = there.filter((c) => key(c.name.replace(KIND, '')) === key(text));
  return bare.length === 1 ? bare[0] : undefined;
}
