import { nodeCrypto } from '@hocba/signature/node';
import { scanCanonical, type XmlElement } from '@hocba/xml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecordUntrusted, type SlotTrust, verifySigned } from '../../signing/slots/verify-slots.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';

/**
 * What is remembered of one record serves the next of its class. So a record that is put together of two, both genuine and both read
 * just before, is what a mistake in remembering would let through.
 */
let house: TestHouse;
let trust: SlotTrust;
let records: Uint8Array[];

beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  await house.issueAll();
  trust = { crypto: nodeCrypto, roots: await house.signers.roots(), training: true, now: house.now() };
  const rows = await house.database.asOwner<{ xml: Buffer }>(
    'select xml from issued_record order by record_id',
  );
  records = rows.map(({ xml }) => new Uint8Array(xml));
});
afterAll(() => house.close());

interface Part {
  /** From the root down, by the places among the children. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Every element's place in the file, and that of every text. */
function partsOf(xml: Uint8Array): { elements: Part[]; texts: Part[] } {
  const [elements, texts]: [Part[], Part[]] = [[], []];
  const walk = (one: XmlElement, path: string): void => {
    elements.push({ path, start: one.start, end: one.end });
    if (one.children.length === 0) texts.push({ path, start: one.contentStart, end: one.contentEnd });
    for (const [n, child] of one.children.entries()) walk(child, `${path}/${n}`);
  };
  walk(scanCanonical(xml).root, '');
  return { elements, texts };
}

const bytesOf = (xml: Uint8Array, { start, end }: Part) => Buffer.from(xml.subarray(start, end));
const joined = (xml: Uint8Array, { start, end }: Part, other: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([xml.subarray(0, start), other, xml.subarray(end)]));

/** Parts of one in the place of the same parts of the other, where they differ. */
function* spliced(into: Uint8Array, from: Uint8Array, kind: 'elements' | 'texts') {
  const theirs = new Map(partsOf(from)[kind].map((part) => [part.path, bytesOf(from, part)]));
  for (const part of partsOf(into)[kind]) {
    const other = theirs.get(part.path);
    if (other === undefined || bytesOf(into, part).equals(other)) continue;
    yield { path: part.path, part, other, xml: joined(into, part, other) };
  }
}

async function refusalOf(xml: Uint8Array): Promise<string | null> {
  try {
    await verifySigned(trust, xml);
    return null;
  } catch (error) {
    if (error instanceof RecordUntrusted) return error.code;
    throw error;
  }
}

const isOneOf = (xml: Uint8Array): boolean => records.some((one) => Buffer.from(one).equals(xml));

test.each([
  ['elements', 300],
  ['texts', 150],
] as const)('no record holds with %s of another of its class', async (kind, least) => {
  const held: string[] = [];
  let tried = 0;
  for (const into of records)
    for (const from of records) {
      if (into === from) continue;
      expect([await refusalOf(into), await refusalOf(from)]).toEqual([null, null]);
      for (const { path, xml } of spliced(into, from, kind)) {
        if (isOneOf(xml)) continue;
        tried++;
        if ((await refusalOf(xml)) === null) held.push(path);
      }
    }
  expect(held).toEqual([]);
  expect(tried).toBeGreaterThan(least);
});

test('nor with two texts of another that belong together', async () => {
  const [into, from] = [records[0] as Uint8Array, records[1] as Uint8Array];
  const ours = [...spliced(into, from, 'texts')];
  const held: string[] = [];
  // Later ones first, so that places before them stay where they are.
  for (const [n, first] of ours.entries())
    for (const second of ours.slice(0, n)) {
      const xml = joined(joined(into, first.part, first.other), second.part, second.other);
      if (!isOneOf(xml) && (await refusalOf(xml)) === null) held.push(`${second.path} ${first.path}`);
    }
  expect(held).toEqual([]);
  expect(ours.length).toBeGreaterThan(25);
});
