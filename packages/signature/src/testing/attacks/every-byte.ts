import { encodeUtf8, scanCanonical, type XmlElement } from '@hocba/xml';
import { acceptedGenerally, acceptsStrictly } from './judge.ts';
import type { AttackRecord } from './record.ts';

/** A byte that could be changed without anybody's noticing. */
export interface Survivor {
  readonly offset: number;
  readonly to: number;
  /** Path of the innermost element that it stands in. */
  readonly place: string;
}

export interface EveryByte {
  readonly tried: number;
  readonly survivors: readonly Survivor[];
}

/** Three other values of a byte: the next, another case, another half of the table. */
const OTHERS = [(b: number) => (b + 1) & 255, (b: number) => b ^ 0x20, (b: number) => b ^ 0x80];

/** Replaces every `step`th byte, from `from`, by three others, one at a time, and asks our own path of each. */
export async function everyByte(record: AttackRecord, step = 1, from = 0): Promise<EveryByte> {
  return tryAll(record, step, from, (xml) => acceptsStrictly(record, xml));
}

/**
 * Same for the general path. What it accepts counts as a survivor only if it then hands on other octets than were
 * signed: between and around signed elements others may write what they like.
 */
export async function everyByteGenerally(record: AttackRecord, step: number, from = 0): Promise<EveryByte> {
  const original = await acceptedGenerally(record, record.xml);
  return tryAll(record, step, from, async (xml) => {
    const octets = await acceptedGenerally(record, xml);
    if (octets === null || original === null) return false;
    return [...original].some(
      ([place, bytes]) => !Buffer.from(bytes).equals(octets.get(place) ?? Buffer.alloc(0)),
    );
  });
}

async function tryAll(
  { xml }: AttackRecord,
  step: number,
  from: number,
  survives: (xml: Uint8Array) => Promise<boolean>,
): Promise<EveryByte> {
  const original = encodeUtf8(xml);
  const { root } = scanCanonical(original);
  const survivors: Survivor[] = [];
  let tried = 0;
  for (let offset = from; offset < original.length; offset += step) {
    const byte = original[offset] ?? 0;
    for (const other of OTHERS) {
      const changed = Uint8Array.from(original);
      changed[offset] = other(byte);
      tried++;
      if (await survives(changed)) survivors.push({ offset, to: other(byte), place: placeOf(root, offset) });
    }
  }
  return { tried, survivors };
}

function placeOf(root: XmlElement, offset: number): string {
  const inner = root.children.find(({ start, end }) => start <= offset && offset < end);
  return inner === undefined ? root.name : `${root.name}/${placeOf(inner, offset)}`;
}
