import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CROWDED, cellTable, NO_CELL } from './cell-table.ts';

const octets = (text: string) => new TextEncoder().encode(text);
const table = cellTable();

/** Sets a cell as acts do. */
function put(place: string, value: string, version: number): void {
  const bytes = octets(`${place}|${value}`);
  const [placeEnd, start] = [octets(place).length, octets(place).length + 1];
  const cell = table.find(bytes, 0, placeEnd);
  if (cell >= 0) table.set(cell, bytes, start, bytes.length, version);
  else table.add(bytes, 0, placeEnd, start, bytes.length, version);
}

function holds(place: string, value: string): boolean {
  const cell = table.find(octets(place), 0, octets(place).length);
  return cell >= 0 && table.holds(cell, octets(`x${value}`), 1, octets(value).length + 1);
}

const versionOf = (place: string): number => {
  const cell = table.find(octets(place), 0, octets(place).length);
  return cell < 0 ? cell : table.version(cell);
};

const word = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'TOAN.level', 'Tiếng Việt'),
  fc.string({ maxLength: 8 }),
);

describe('cells by their octets', () => {
  test('are what a map of texts would hold, one class after the other in the same memory', () => {
    const set = fc.record({ place: word, value: word });
    fc.assert(
      fc.property(fc.array(set, { maxLength: 40 }), (list) => {
        table.clear();
        const map = new Map<string, { value: string; version: number }>();
        for (const [i, { place, value }] of list.entries()) {
          expect(versionOf(place)).toBe(map.get(place)?.version ?? NO_CELL);
          put(place, value, i + 1);
          map.set(place, { value, version: i + 1 });
        }
        expect(table.left).toBe(map.size);
        for (const [place, { value, version }] of map) {
          expect([holds(place, value), holds(place, `${value}.`), versionOf(place)]).toEqual([
            true,
            false,
            version,
          ]);
          table.take(table.find(octets(place), 0, octets(place).length));
          expect(versionOf(place)).toBe(0);
        }
        expect(table.left).toBe(0);
      }),
    );
  });

  test('are as many as a class has, and longer than what was thought of first', () => {
    table.clear();
    const long = (n: number) => `${n} ${'x'.repeat(n % 50 === 0 ? 20_000 : 40)}`;
    for (let n = 0; n < 5_000; n++) put(`hs-${n % 97}/${n}`, long(n), 1);
    for (let n = 0; n < 5_000; n += 3) put(`hs-${n % 97}/${n}`, long(n + 1), 2);
    expect(table.left).toBe(5_000);
    for (let n = 0; n < 5_000; n++) {
      const again = n % 3 === 0;
      expect(versionOf(`hs-${n % 97}/${n}`)).toBe(again ? 2 : 1);
      expect(holds(`hs-${n % 97}/${n}`, long(again ? n + 1 : n))).toBe(true);
    }
    expect(versionOf('hs-1/5000')).toBe(NO_CELL);
  });

  test('whose names were chosen to lie on each other are given up', () => {
    const crowded = cellTable();
    const crowd = sameSlot(200);
    const told = crowd.map((place) => {
      const bytes = octets(place);
      const cell = crowded.find(bytes, 0, bytes.length);
      if (cell === NO_CELL) crowded.add(bytes, 0, bytes.length, bytes.length, bytes.length, 1);
      return cell;
    });
    expect(told.indexOf(CROWDED)).toBe(64);
    expect(told.slice(0, 64).every((cell) => cell === NO_CELL)).toBe(true);
    expect(told.slice(64).every((cell) => cell === CROWDED)).toBe(true);
  });
});

/** Names whose numbers agree in their last ten bits. */
function sameSlot(count: number): string[] {
  const found: string[] = [];
  for (let n = 0; found.length < count; n++) {
    let mark = 0x811c9dc5;
    for (const octet of octets(`${n}`)) mark = Math.imul(mark ^ octet, 0x01000193);
    mark ^= mark >>> 15;
    if ((mark & 1023) === 5) found.push(`${n}`);
  }
  return found;
}
