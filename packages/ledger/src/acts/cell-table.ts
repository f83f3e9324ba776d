/**
 * What stands in each cell of a class while its acts are gone through: by place, both in the octets that acts are hashed from. No text is
 * made of them, since half of what an act costs beside its hash was texts that were looked up once.
 */
export interface CellTable {
  /** The act's place is in `bytes` from `start` to `end`. @returns the cell; NO_CELL where none was set; CROWDED where it cannot be told */
  find(bytes: Uint8Array, start: number, end: number): number;
  /** Version of what stands in a cell; 0 once it was taken. */
  version(cell: number): number;
  /** Whether the value that stands in it is the one in `bytes`. */
  holds(cell: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** The cell that was not found last: its place from `place` to `placeEnd`, its value from `value` to `end`. */
  add(bytes: Uint8Array, place: number, placeEnd: number, value: number, end: number, version: number): void;
  set(cell: number, bytes: Uint8Array, start: number, end: number, version: number): void;
  /** It was met: it is no longer among those that are left. */
  take(cell: number): void;
  readonly left: number;
  /** For another class; what it has grown to stays. */
  clear(): void;
}

export const NO_CELL = -1;
/** Further cells lie where it would be than chance puts there: somebody chose their names so, and who looks closer does it another way. */
export const CROWDED = -2;
const MOST_PROBES = 64;

/** Per cell: number of its place, where place and value begin and how long they are. */
const [MARK, PLACE, PLACE_LENGTH, VALUE, VALUE_LENGTH, FACTS] = [0, 1, 2, 3, 4, 5] as const;

export function cellTable(): CellTable {
  let held = new Uint8Array(1 << 16);
  let used = 0;
  let facts = new Int32Array(FACTS << 9);
  let versions = new Float64Array(1 << 9);
  /** A cell's number and one more; 0 where there is none. At most half of them are in use. */
  let slots = new Int32Array(1 << 10);
  let cells = 0;
  let left = 0;
  /** Of the place that was looked for last. */
  let mark = 0;
  let free = 0;

  const fact = (cell: number, which: number): number => facts[cell * FACTS + which] as number;

  function isAt(at: number, length: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (length !== end - start) return false;
    for (let i = 0; i < length; i++) if (held[at + i] !== bytes[start + i]) return false;
    return true;
  }

  function keep(bytes: Uint8Array, start: number, end: number): number {
    const at = used;
    used += end - start;
    if (used > held.length) {
      const more = new Uint8Array(2 * used);
      more.set(held.subarray(0, at));
      held = more;
    }
    for (let i = start; i < end; i++) held[at + i - start] = bytes[i] as number;
    return at;
  }

  function grow(): void {
    const more = new Int32Array(2 * facts.length);
    more.set(facts);
    facts = more;
    const versionsToo = new Float64Array(2 * versions.length);
    versionsToo.set(versions);
    versions = versionsToo;
    slots = new Int32Array(2 * slots.length);
    for (let cell = 0; cell < cells; cell++) {
      let slot = fact(cell, MARK) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = cell + 1;
    }
  }

  return {
    get left() {
      return left;
    },
    find(bytes, start, end) {
      mark = 0x811c9dc5;
      for (let i = start; i < end; i++) mark = Math.imul(mark ^ (bytes[i] as number), 0x01000193);
      mark ^= mark >>> 15;
      free = mark & (slots.length - 1);
      for (let probes = 0; probes < MOST_PROBES; probes++) {
        const cell = (slots[free] as number) - 1;
        if (cell < 0) return NO_CELL;
        if (fact(cell, MARK) === mark && isAt(fact(cell, PLACE), fact(cell, PLACE_LENGTH), bytes, start, end))
          return cell;
        free = (free + 1) & (slots.length - 1);
      }
      return CROWDED;
    },
    version: (cell) => versions[cell] as number,
    holds: (cell, bytes, start, end) => isAt(fact(cell, VALUE), fact(cell, VALUE_LENGTH), bytes, start, end),
    add(bytes, place, placeEnd, value, end, version) {
      const at = cells * FACTS;
      facts[at + MARK] = mark;
      facts[at + PLACE] = keep(bytes, place, placeEnd);
      facts[at + PLACE_LENGTH] = placeEnd - place;
      facts[at + VALUE] = keep(bytes, value, end);
      facts[at + VALUE_LENGTH] = end - value;
      versions[cells++] = version;
      left++;
      slots[free] = cells;
      if (2 * cells === slots.length) grow();
    },
    set(cell, bytes, start, end, version) {
      facts[cell * FACTS + VALUE] = keep(bytes, start, end);
      facts[cell * FACTS + VALUE_LENGTH] = end - start;
      versions[cell] = version;
    },
    take(cell) {
      versions[cell] = 0;
      left--;
    },
    clear() {
      slots.fill(0);
      used = cells = left = 0;
    },
  };
}
