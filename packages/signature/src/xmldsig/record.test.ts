import { CanonicalXmlError, scanCanonical, type XmlDocument } from '@hocba/xml';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Certificate,
  type CryptoPort,
  certificateFromPem,
  type SignatureFinding,
  validatePath,
  verifySignature,
  webCrypto,
} from '../index.ts';
import { nodeCrypto } from '../node.ts';
import {
  FROZEN,
  insert,
  makeSigners,
  NOW,
  requestFor,
  type SlotId,
  signed,
  signRecord,
  type TestSigners,
} from '../testing/record.ts';

let signers: TestSigners;
let record: Uint8Array;
let roots: Certificate[];
beforeAll(async () => {
  signers = await makeSigners();
  record = await signRecord(signers);
  roots = [certificateFromPem(signers.pki.root.certificatePem)];
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (xml: string) => new TextEncoder().encode(xml);

async function findings(
  xml: Uint8Array,
  crypto: CryptoPort = nodeCrypto,
): Promise<Record<string, SignatureFinding>> {
  const doc: XmlDocument = scanCanonical(xml);
  const found: Record<string, SignatureFinding> = {};
  for (const [id, element] of doc.byId) {
    if (id.startsWith('sig-')) found[id.slice(4)] = await verifySignature(crypto, doc, element);
  }
  return found;
}

const codesOf = async (xml: string) =>
  Object.fromEntries(
    Object.entries(await findings(bytes(xml))).map(([slot, finding]) => [slot, finding.code]),
  );

describe('a signature that held is not verified a second time', () => {
  const counting = () => {
    const calls = { count: 0 };
    const crypto: CryptoPort = {
      ...nodeCrypto,
      verify: (...call) => {
        calls.count++;
        return nodeCrypto.verify(...call);
      },
    };
    return { calls, crypto };
  };
  const first = (xml: Uint8Array) => {
    const doc = scanCanonical(xml);
    const [id, element] = [...doc.byId].find(([name]) => name.startsWith('sig-')) ?? [];
    if (id === undefined || element === undefined) throw new Error('no signature');
    return { doc, element };
  };

  test('of the same scan, by the same cryptography', async () => {
    const { doc, element } = first(record);
    const [one, other] = [counting(), counting()];
    const found = await verifySignature(one.crypto, doc, element);
    expect([found.valid, one.calls.count]).toEqual([true, 1]);
    expect(await verifySignature(one.crypto, doc, element)).toBe(found);
    expect(one.calls.count).toBe(1);
    await verifySignature(other.crypto, doc, element);
    expect(other.calls.count).toBe(1);
  });

  test('but is where the bytes were scanned again, or the element is handed in with another document', async () => {
    const { calls, crypto } = counting();
    const { doc, element } = first(record);
    await verifySignature(crypto, doc, element);
    const again = first(record);
    await verifySignature(crypto, again.doc, again.element);
    expect(calls.count).toBe(2);
    const foreign = { ...doc, bytes: record.map((byte) => byte ^ 1) };
    expect((await verifySignature(crypto, foreign, element)).valid).toBe(false);
  });

  test('and what did not hold is looked at each time', async () => {
    const { calls, crypto } = counting();
    const { doc, element } = first(record);
    const refusing = { ...crypto, verify: () => ++calls.count < 0 };
    for (const count of [1, 2]) {
      expect((await verifySignature(refusing, doc, element)).code).toBe('signature-invalid');
      expect(calls.count).toBe(count);
    }
  });
});

describe('a record with all its signatures', () => {
  test('holds, and says who signed what and when', async () => {
    const all = await findings(record);
    const said = Object.entries(all).map(([slot, f]) =>
      f.valid ? [slot, f.signingTime, f.algorithm, f.references.map((r) => r.id).join(' ')] : [slot, f.code],
    );
    const time = '2026-05-28T20:14:05+07:00';
    expect(said).toEqual([
      ['gvbm-1', time, 'ecdsa-p256-sha256', 'mon-TV mon-TOAN'],
      ['gvcn', time, 'rsa-pkcs1-sha256', 'thongtinhocba annex'],
      ['cbql', time, 'ecdsa-p256-sha256', 'data annex'],
      ['ky-phat-hanh', time, 'rsa-pkcs1-sha256', 'data annex sv-gvbm-1 sv-gvcn sv-cbql'],
    ]);
  });

  test('a browser finds the same', async () => {
    const strip = (all: Record<string, SignatureFinding>) =>
      Object.values(all).map((f) => (f.valid ? f.signatureValue : f.code));
    expect(strip(await findings(record, webCrypto()))).toEqual(strip(await findings(record)));
    const wrong = bytes(text(record).replace('>9<', '>8<'));
    expect(Object.values(await findings(wrong, webCrypto())).map((f) => f.valid)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('earlier bytes are kept: later slots only insert', async () => {
    const before = text(await signRecord(signers));
    expect(before).toContain('<DIEM_TONG_KET Id="mon-TV"><DIEM_SO>9</DIEM_SO></DIEM_TONG_KET>');
    expect(text(FROZEN).split('</DANH_SACH_GVBM>')[0]).toBe(before.split('<GVBM ')[0]);
  });
});

describe('a record somebody changed', () => {
  const cut = (xml: string, slot: string) =>
    xml.replace(new RegExp(`<Signature [^>]*Id="sig-${slot}">.*?</Signature>`), '');
  const partOf = (xml: string, slot: string, pattern: string) =>
    new RegExp(`Id="sig-${slot}">.*?(${pattern})`).exec(xml)?.[1] ?? '';

  test('a mark', async () => {
    expect(await codesOf(text(record).replace('>9<', '>8<'))).toEqual({
      'gvbm-1': 'digest-mismatch',
      gvcn: 'digest-mismatch',
      cbql: 'digest-mismatch',
      'ky-phat-hanh': 'digest-mismatch',
    });
  });

  test('a comment in the annex', async () => {
    const codes = await codesOf(text(record).replace('Tính nhanh', 'Tính chậm'));
    expect(codes).toEqual({
      'gvbm-1': 'valid',
      gvcn: 'digest-mismatch',
      cbql: 'digest-mismatch',
      'ky-phat-hanh': 'digest-mismatch',
    });
  });

  test("a subject teacher's signature removed", async () => {
    expect(await codesOf(cut(text(record), 'gvbm-1'))).toMatchObject({
      cbql: 'digest-mismatch',
      'ky-phat-hanh': 'digest-mismatch',
    });
  });

  test("the principal's signature removed, which lies outside the data", async () => {
    const doc = scanCanonical(bytes(cut(text(record), 'cbql')));
    const seal = doc.byId.get('sig-ky-phat-hanh');
    if (seal === undefined) throw new Error('no seal');
    expect(await verifySignature(nodeCrypto, doc, seal)).toEqual({
      valid: false,
      code: 'reference-not-found',
      reference: 'sv-cbql',
    });
  });

  test("the principal's signature made anew", async () => {
    const xml = text(record);
    const slot = /<CBQL .*?<\/CBQL>/.exec(xml)?.[0] ?? '';
    const without = bytes(xml.replace(slot, ''));
    const fresh = await signed(
      requestFor(without, 'cbql', signers.principal, ['data', 'annex']),
      signers.principal,
    );
    const again = text(insert(without, 'cbql', fresh));
    expect(await codesOf(again)).toMatchObject({ cbql: 'valid', 'ky-phat-hanh': 'digest-mismatch' });
  });

  test('values of two signers swapped', async () => {
    const xml = text(record);
    const [a, b] = ['gvbm-1', 'cbql'].map((slot) =>
      partOf(xml, slot, '<SignatureValue.*?</SignatureValue>').replace(/<[^>]*>/g, ''),
    );
    if (!a || !b) throw new Error('no values');
    const swapped = xml.replace(a, '@').replace(b, a).replace('@', b);
    expect(await codesOf(swapped)).toMatchObject({
      'gvbm-1': 'signature-invalid',
      cbql: 'signature-invalid',
    });
  });

  test('certificates of two signers swapped', async () => {
    const xml = text(record);
    const [a, b] = ['gvbm-1', 'cbql'].map((slot) => partOf(xml, slot, '<KeyInfo>.*?</KeyInfo>'));
    if (!a || !b) throw new Error('no certificates');
    const swapped = xml.replace(a, '@').replace(b, a).replace('@', b);
    expect(await codesOf(swapped)).toMatchObject({
      'gvbm-1': 'signing-certificate-mismatch',
      cbql: 'signing-certificate-mismatch',
    });
  });

  test('the annex removed, or another Object in its place', async () => {
    const xml = text(record);
    const annex = /<Object Id="annex">.*?<\/Object>/.exec(xml)?.[0] ?? '';
    expect(await codesOf(xml.replace(annex, ''))).toMatchObject({
      gvcn: 'malformed',
      cbql: 'digest-mismatch',
    });
    expect(await codesOf(xml.replace('<Object Id="annex">', '<Object Id="annex2">'))).toMatchObject({
      gvcn: 'malformed',
    });
  });

  test.each([
    ['an Id given twice', (xml: string) => xml.replace('<BANG_DIEM>', '<BANG_DIEM Id="data">')],
    [
      'a copy of the data beside it',
      (xml: string) => xml.replace(/<DIEM_TONG_KET Id="mon-TV">.*?<\/DIEM_TONG_KET>/, '$&$&'),
    ],
    [
      'the same with another spelling of Id',
      (xml: string) => xml.replace('<BANG_DIEM>', '<BANG_DIEM ID="data">'),
    ],
    ['a comment inside a mark', (xml: string) => xml.replace('>10<', '>1<!-- -->0<')],
  ])('%s is not read at all', (_, change) => {
    expect(() => scanCanonical(bytes(change(text(record))))).toThrow(CanonicalXmlError);
  });
});

describe('changed bytes', () => {
  /** True if some signature of the record is refused, or its path does not lead to the root. */
  async function isRefused(xml: Uint8Array, slots: readonly string[]): Promise<boolean> {
    let all: Record<string, SignatureFinding>;
    try {
      all = await findings(xml);
    } catch (error) {
      if (error instanceof CanonicalXmlError) return true;
      throw error;
    }
    for (const slot of slots) {
      const finding = all[slot];
      if (!finding?.valid) return true;
      const { valid } = await validatePath(
        nodeCrypto,
        finding.certificate,
        finding.chain.slice(1),
        roots,
        NOW,
      );
      if (!valid) return true;
    }
    return false;
  }

  test.each<[SlotId, 'homeroomTeacher' | 'principal']>([
    ['gvcn', 'homeroomTeacher'],
    ['gvbm-1', 'principal'],
  ])('every byte of what %s signed, and of the signature itself', async (slot, who) => {
    const leaf = signers[who];
    const xml = insert(
      FROZEN,
      slot,
      await signed(requestFor(FROZEN, slot, leaf, ['mon-TV', 'mon-TOAN']), leaf),
    );
    const doc = scanCanonical(xml);
    expect(await isRefused(xml, [slot])).toBe(false);
    const regions = ['mon-TV', 'mon-TOAN', `sig-${slot}`].map((id) => doc.byId.get(id));
    const unnoticed: number[] = [];
    for (const region of regions) {
      if (region === undefined) throw new Error('no region');
      for (let at = region.start; at < region.end; at++) {
        const changed = Uint8Array.from(xml);
        // Keeps letters letters and digits digits, so that most changes get past the scanner.
        changed[at] = (changed[at] ?? 0) ^ 1;
        if (!(await isRefused(changed, [slot]))) unnoticed.push(at);
      }
    }
    expect(unnoticed).toEqual([]);
  });

  test('any byte of the sealed data, changed to any other', async () => {
    const data = scanCanonical(record).byId.get('data');
    if (data === undefined) throw new Error('no data');
    const change = fc.record({
      at: fc.integer({ min: data.start, max: data.end - 1 }),
      by: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, by }) => {
        const changed = Uint8Array.from(record);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(await isRefused(changed, ['ky-phat-hanh'])).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
