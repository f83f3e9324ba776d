import { el, encodeUtf8, scanCanonical, serialize } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bytesToSign,
  completeSignature,
  DSIG,
  derFromPlain,
  type PreparedSignature,
  prepareSignature,
  type SignatureRequest,
  SigningError,
  verifySignature,
} from '../index.ts';
import { nodeCrypto, softSigner } from '../node.ts';
import {
  ANNEX,
  FROZEN,
  insert,
  makeSigners,
  requestFor,
  signerOf,
  type TestSigners,
} from '../testing/record.ts';

let signers: TestSigners;
let request: SignatureRequest;
beforeAll(async () => {
  signers = await makeSigners();
  request = requestFor(FROZEN, 'gvbm-1', signers.subjectTeacher, ['mon-TV']);
});

async function codeOf(act: () => unknown): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof SigningError) return error.code;
    throw error;
  }
}

const part = (id: string) => ({ id, canonical: encodeUtf8(`<X Id="${id}"></X>`) });
const object = (content: Parameters<typeof el>[2], id = 'annex') =>
  serialize(el('Object', { xmlns: DSIG, Id: id }, content ?? ''));

describe('a request that is not right in every point is not signed', () => {
  test.each<[string, string, (r: SignatureRequest) => Partial<SignatureRequest>]>([
    ['slot with a space', 'bad-slot-id', () => ({ slotId: 'gvbm 1' })],
    ['slot in capitals', 'bad-slot-id', () => ({ slotId: 'GVBM-1' })],
    ['empty slot', 'bad-slot-id', () => ({ slotId: '' })],
    ['time without an offset', 'bad-signing-time', () => ({ signingTime: '2026-05-28T20:14:05' })],
    ['time with fractions', 'bad-signing-time', () => ({ signingTime: '2026-05-28T20:14:05.1+07:00' })],
    ['30 February', 'bad-signing-time', () => ({ signingTime: '2026-02-30T20:14:05+07:00' })],
    ['hour 24', 'bad-signing-time', () => ({ signingTime: '2026-05-28T24:00:00+07:00' })],
    [
      'time with markup',
      'bad-signing-time',
      () => ({ signingTime: '2026-05-28T20:14:05+07:00</SigningTime>' }),
    ],
    ['namespace with a quote', 'bad-namespace', () => ({ signingTimeNamespace: 'urn:x"' })],
    ['relative namespace', 'bad-namespace', () => ({ signingTimeNamespace: 'x' })],
    ['nothing to sign', 'no-references', () => ({ references: [] })],
    [
      '63 references',
      'too-many-references',
      () => ({ references: Array.from({ length: 63 }, (_, i) => part(`a${i}`)) }),
    ],
    [
      '62 and an annex',
      'too-many-references',
      () => ({ annex: ANNEX, references: Array.from({ length: 62 }, (_, i) => part(`a${i}`)) }),
    ],
    ['the same twice', 'duplicate-reference', () => ({ references: [part('a'), part('a')] })],
    ['an own part', 'duplicate-reference', () => ({ references: [part('xades-gvbm-1')] })],
    ['annex named and carried', 'duplicate-reference', () => ({ references: [part('annex')], annex: ANNEX })],
    [
      'bytes of another element',
      'reference-id-mismatch',
      () => ({ references: [{ ...part('b'), id: 'a' }] }),
    ],
    [
      'Id in the content only',
      'reference-id-mismatch',
      () => ({ references: [{ id: 'a', canonical: encodeUtf8('<X> Id="a"</X>') }] }),
    ],
    [
      'Id that would close the attribute',
      'reference-id-mismatch',
      () => ({ references: [{ ...part('a'), id: 'a"' }] }),
    ],
    [
      'no bytes',
      'reference-id-mismatch',
      () => ({ references: [{ id: 'a', canonical: new Uint8Array(0) }] }),
    ],
    ['annex of another Id', 'bad-annex', () => ({ annex: object(el('P', { xmlns: 'urn:x' }), 'annexe') })],
    ['annex in the namespace of signatures', 'bad-annex', () => ({ annex: object(el('Manifest', null)) })],
    [
      'annex with an Id inside',
      'bad-annex',
      () => ({ annex: object(el('P', { xmlns: 'urn:x', Id: 'data' })) }),
    ],
    ['annex of text', 'bad-annex', () => ({ annex: object('text') })],
    [
      'annex that is not canonical',
      'bad-annex',
      () => ({ annex: encodeUtf8(`<Object xmlns="${DSIG}" Id="annex"><P/></Object>`) }),
    ],
    ['no certificate', 'bad-certificate', () => ({ chain: [] })],
    [
      'broken certificate',
      'bad-certificate',
      (r) => ({ chain: [(r.chain[0] ?? new Uint8Array()).subarray(1)] }),
    ],
    ['chain in the wrong order', 'bad-certificate', (r) => ({ chain: [...r.chain].reverse() })],
    [
      'nine certificates',
      'too-many-certificates',
      (r) => ({ chain: Array.from({ length: 9 }, () => r.chain[0] ?? new Uint8Array()) }),
    ],
    ['issuing CA as signer', 'certificate-not-for-signing', (r) => ({ chain: r.chain.slice(1) })],
    ['algorithm of another key', 'algorithm-does-not-fit-key', () => ({ algorithm: 'rsa-pkcs1-sha256' })],
    [
      'before the certificate',
      'certificate-not-valid-at-signing-time',
      () => ({ signingTime: '2026-05-28T10:59:59Z' }),
    ],
    [
      'after the certificate',
      'certificate-not-valid-at-signing-time',
      () => ({ signingTime: '2029-05-28T20:14:05+07:00' }),
    ],
  ])('%s: %s', async (_, code, change) => {
    expect(await codeOf(() => prepareSignature(nodeCrypto, { ...request, ...change(request) }))).toBe(code);
  });
});

describe('a value is verified before anything is returned', () => {
  const signedValue = async (prepared: PreparedSignature): Promise<Uint8Array> => {
    const [value] = await signerOf(signers.subjectTeacher).sign([bytesToSign(prepared)]);
    if (value === undefined) throw new Error('no value');
    return value;
  };

  test('between the two steps everything can be stored as JSON', async () => {
    const stored: PreparedSignature = JSON.parse(JSON.stringify(prepareSignature(nodeCrypto, request)));
    const xml = insert(
      FROZEN,
      'gvbm-1',
      await completeSignature(nodeCrypto, stored, await signedValue(stored)),
    );
    const doc = scanCanonical(xml);
    const element = doc.byId.get('sig-gvbm-1');
    if (element === undefined) throw new Error('no signature');
    expect((await verifySignature(nodeCrypto, doc, element)).code).toBe('valid');
  });

  test('preparing twice gives the same bytes', () => {
    expect(prepareSignature(nodeCrypto, request)).toEqual(prepareSignature(nodeCrypto, request));
  });

  test.each<
    [string, string, (value: Uint8Array, prepared: PreparedSignature) => [Uint8Array, PreparedSignature]]
  >([
    ['a changed value', 'signature-value-invalid', (v, p) => [v.map((b, i) => (i === 9 ? b ^ 1 : b)), p]],
    ['DER', 'signature-value-not-in-xml-form', (v, p) => [derFromPlain(v), p]],
    ['nothing', 'signature-value-not-in-xml-form', (_, p) => [new Uint8Array(0), p]],
    ['zeros', 'signature-value-not-in-xml-form', (_, p) => [new Uint8Array(64), p]],
    [
      'another message',
      'signature-value-invalid',
      (v, p) => [v, { ...p, toBeSigned: p.toBeSigned.replace('P', 'Q') }],
    ],
    ['another algorithm', 'signature-value-invalid', (v, p) => [v, { ...p, algorithm: 'rsa-pkcs1-sha256' }]],
    ['no stored chain', 'bad-prepared-signature', (v, p) => [v, { ...p, chain: [] }]],
    ['a broken stored chain', 'bad-prepared-signature', (v, p) => [v, { ...p, chain: ['AAAA'] }]],
    [
      'a stored message that is not base64',
      'bad-prepared-signature',
      (v, p) => [v, { ...p, toBeSigned: '*' }],
    ],
  ])('%s: %s', async (_, code, change) => {
    const prepared = prepareSignature(nodeCrypto, request);
    const [value, stored] = change(await signedValue(prepared), prepared);
    expect(await codeOf(() => completeSignature(nodeCrypto, stored, value))).toBe(code);
  });

  test.each<[string, (prepared: PreparedSignature) => Partial<PreparedSignature>]>([
    ['another time', (p) => ({ properties: p.properties.replace('20:14:05', '20:14:06') })],
    [
      'another time for XAdES',
      (p) => ({ signedProperties: p.signedProperties.replace('20:14:05', '20:14:06') }),
    ],
    ['markup added', (p) => ({ properties: `${p.properties}<Object></Object>` })],
    ['nothing', () => ({ signedProperties: '' })],
    ['another annex', (p) => ({ annex: p.annex?.replace('nhanh', 'chậm') ?? '' })],
    ['another slot', () => ({ slotId: 'gvbm-2' })],
  ])('a stored part that was changed: %s', async (_, change) => {
    const prepared = prepareSignature(nodeCrypto, { ...request, annex: ANNEX });
    const act = async () =>
      completeSignature(nodeCrypto, { ...prepared, ...change(prepared) }, await signedValue(prepared));
    expect(await codeOf(act)).toBe('bad-prepared-signature');
  });

  test('an annex that was lost', async () => {
    const { annex: _, ...stored } = prepareSignature(nodeCrypto, { ...request, annex: ANNEX });
    const act = async () => completeSignature(nodeCrypto, stored, await signedValue(stored));
    expect(await codeOf(act)).toBe('bad-prepared-signature');
  });

  test('an annex that was not prepared', async () => {
    const prepared = prepareSignature(nodeCrypto, request);
    const act = async () =>
      completeSignature(nodeCrypto, { ...prepared, annex: '<Object></Object>' }, await signedValue(prepared));
    expect(await codeOf(act)).toBe('bad-prepared-signature');
  });

  test("another person's key", async () => {
    const prepared = prepareSignature(nodeCrypto, request);
    const [value] = await signerOf(signers.principal).sign([bytesToSign(prepared)]);
    expect(await codeOf(() => completeSignature(nodeCrypto, prepared, value ?? new Uint8Array()))).toBe(
      'signature-value-invalid',
    );
  });
});

describe('where the SigningTime stands is the profile', () => {
  test.each(['', DSIG, 'urn:x:1', 'http://example.vn/ns'])('namespace "%s"', async (signingTimeNamespace) => {
    const prepared = prepareSignature(nodeCrypto, { ...request, signingTimeNamespace });
    const [value] = await signerOf(signers.subjectTeacher).sign([bytesToSign(prepared)]);
    const doc = scanCanonical(
      insert(FROZEN, 'gvbm-1', await completeSignature(nodeCrypto, prepared, value ?? new Uint8Array())),
    );
    const element = doc.byId.get('sig-gvbm-1');
    if (element === undefined) throw new Error('no signature');
    expect(await verifySignature(nodeCrypto, doc, element)).toMatchObject({
      code: 'valid',
      signingTimeNamespace,
    });
  });
});

describe('soft signer', () => {
  test('key and certificate must fit', () => {
    const { subjectTeacher, homeroomTeacher } = signers;
    expect(() => softSigner(homeroomTeacher.privateKeyPem, subjectTeacher.chain)).toThrow(RangeError);
    expect(() => softSigner(subjectTeacher.privateKeyPem, homeroomTeacher.chain)).toThrow(RangeError);
    expect(() => softSigner(subjectTeacher.privateKeyPem, [])).toThrow(RangeError);
  });

  test('many at once, in order', async () => {
    const messages = Array.from({ length: 5 }, (_, i) => Uint8Array.of(i));
    const values = await signerOf(signers.homeroomTeacher).sign(messages);
    const { certificate } =
      (await import('../x509/known.ts')).knownChain(signers.homeroomTeacher.chain)[0] ?? {};
    if (certificate === undefined) throw new Error('no certificate');
    const held = values.map((v, i) =>
      nodeCrypto.verify('rsa-pkcs1-sha256', certificate.spki, v, messages[i] ?? Uint8Array.of()),
    );
    expect(held).toEqual([true, true, true, true, true]);
  });
});
