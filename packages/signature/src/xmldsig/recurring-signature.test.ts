import { CanonicalXmlError, decodeUtf8, encodeUtf8, scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CryptoPort, type SignatureFinding, verifySignature } from '../index.ts';
import { nodeCrypto } from '../node.ts';
import {
  FROZEN,
  insert,
  makeSigners,
  requestFor,
  SIGNING_TIME,
  signed,
  signRecord,
} from '../testing/record.ts';

const SLOTS = ['gvbm-1', 'gvcn', 'cbql', 'ky-phat-hanh'] as const;

let record: Uint8Array;
let other: Uint8Array;
beforeAll(async () => {
  const signers = await makeSigners();
  record = await signRecord(signers);
  const data = encodeUtf8(decodeUtf8(FROZEN).replace('Nguyễn Ngọc Bảo', 'Trần Mẫu').replace('>9<', '>10<'));
  const request = { ...requestFor(data, 'cbql', signers.principal, ['data']) };
  other = insert(
    data,
    'cbql',
    await signed({ ...request, signingTime: '2026-05-29T07:00:00+07:00' }, signers.principal),
  );
});

type Told = Omit<SignatureFinding, 'references'> | string;

/** With other limits than the usual a document is recognised by none before it, and its signatures are read in full. */
async function told(xml: Uint8Array, slot: string, alone: boolean, crypto: CryptoPort): Promise<Told> {
  try {
    const doc = scanCanonical(xml, alone ? { maxAttributes: 31 } : {});
    const element = doc.byId.get(`sig-${slot}`);
    if (element === undefined) return 'no signature';
    const found = await verifySignature(crypto, doc, element);
    if (!found.valid) return found;
    const references = found.references.map(({ id, element: { start, end } }) => [id, start, end]);
    return { ...found, references } as Told;
  } catch (error) {
    if (error instanceof CanonicalXmlError) return `${error.code} ${error.offset}`;
    throw error;
  }
}

/** That a value holds costs much, and is not what is asked here: it is held good or false of all of them. */
const holding = (holds: boolean): CryptoPort => ({ ...nodeCrypto, verify: () => holds });

async function same(xml: Uint8Array, slot: string, what: string, crypto: CryptoPort): Promise<void> {
  expect(await told(xml, slot, false, crypto), what).toEqual(await told(xml, slot, true, crypto));
}

describe('a signature of the form of one before', () => {
  test.each(SLOTS)('%s is read as if there had been none', async (slot) => {
    for (let again = 0; again < 3; again++) await same(record, slot, slot, nodeCrypto);
    await same(other, slot, `${slot} of another`, nodeCrypto);
    const [mine, theirs] = [
      await told(record, 'cbql', false, nodeCrypto),
      await told(other, 'cbql', false, nodeCrypto),
    ];
    expect([mine, theirs]).toMatchObject([
      { valid: true, signingTime: SIGNING_TIME },
      { valid: true, signingTime: '2026-05-29T07:00:00+07:00' },
    ]);
  });

  test.each(SLOTS)('%s: the same is found wherever one octet is changed', async (slot) => {
    const element = scanCanonical(record).byId.get(`sig-${slot}`);
    if (element === undefined) throw new Error('no signature');
    const crypto = holding(true);
    // All of them were gone through once; every seventh is tried each time.
    for (let at = element.start; at < element.end; at += 7) {
      const changed = record.slice();
      changed[at] = (changed[at] as number) ^ (at % 2 === 0 ? 0x01 : 0x04);
      await same(changed, slot, String(at), crypto);
    }
    await same(record, slot, 'a value that does not hold', holding(false));
  });

  test.each<[string, (xml: string) => string]>([
    ['another time in both places', (xml) => xml.replaceAll(SIGNING_TIME, '2026-05-28T20:14:06+07:00')],
    ['another time in one', (xml) => xml.replace(SIGNING_TIME, '2026-05-28T20:14:06+07:00')],
    ['a time that is none', (xml) => xml.replaceAll(SIGNING_TIME, '2026-05-32T20:14:06+07:00')],
    ['a time with a reference', (xml) => xml.replaceAll(SIGNING_TIME, '2026-05-28T20:14:06&amp;')],
    ['no time', (xml) => xml.replaceAll(SIGNING_TIME, '')],
    ['a digest that is short', (xml) => xml.replace(/(<DigestValue>)[^<]{4}/, '$1')],
    ['a digest that is none', (xml) => xml.replace(/(<DigestValue>)[^<]+/, '$1')],
    ['a digest that is no base64', (xml) => xml.replace(/(<DigestValue>)[^<]{4}/, '$1A A=')],
    ['no value', (xml) => xml.replace(/(<SignatureValue [^>]*>)[^<]+/, '$1')],
    ['a value that is no base64', (xml) => xml.replace(/(<SignatureValue [^>]*>)[^<]{4}/, '$1&lt;')],
    ['another subject', (xml) => xml.replace(/(<X509SubjectName>)[^<]/, '$1X')],
    ['another certificate', (xml) => xml.replace(/(<X509Certificate>)[^<]{8}/, '$1AAAAAAAA')],
  ])('%s: the same is found', async (what, change) => {
    const changed = change(decodeUtf8(record));
    expect(changed).not.toBe(decodeUtf8(record));
    for (const slot of SLOTS) await same(encodeUtf8(changed), slot, `${what}, ${slot}`, holding(true));
  });
});
