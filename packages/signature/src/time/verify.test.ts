import { generateKeyPairSync } from 'node:crypto';
import { encodeUtf8 } from '@hocba/xml';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64 } from '../base64.ts';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { webCrypto } from '../crypto/web-crypto.ts';
import { context } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { makeTrainingPki, type TrainingPki } from '../pki/training.node.ts';
import { issueTrainingTsa } from '../pki/training-authorities.node.ts';
import type { Issuer } from '../pki/write-certificate.node.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { PURPOSE, TRAINING_POLICY_OID } from '../x509/oids.ts';
import { obtainTimestamp, TimestampError } from './obtain.ts';
import { writeTimestampRequest } from './request.ts';
import { readTimestampResponse } from './response.ts';
import { AT, CA, certify, type ForgedToken, forgeToken, newKey, POLICY, TSA } from './test-authority.node.ts';
import * as given from './test-tokens.ts';
import { trainingTsa } from './training-tsa.node.ts';
import { type ExpectedTimestamp, type TimestampFinding, verifyTimestamp } from './verify.ts';

const message = encodeUtf8('giá trị chữ ký');
const root = certify(CA, null);
const issuing = certify({ ...CA, pathLength: 0, subject: [['2.5.4.3', 'CA']] }, root);
const signer = certify({ ...TSA, subject: [['2.5.4.3', 'TSA']] }, issuing);

const verify = (
  token: Uint8Array,
  expected: Partial<ExpectedTimestamp> = {},
  roots: readonly Issuer[] = [root],
): Promise<TimestampFinding> =>
  verifyTimestamp(nodeCrypto, token, { message, ...expected }, { roots: roots.map((r) => r.certificate) });

const honest = (changes: Partial<ForgedToken> = {}): Uint8Array =>
  forgeToken({ signer, message, carried: [signer, issuing], ...changes });

const bytesOf = (base64: string): Uint8Array => fromBase64(base64) ?? new Uint8Array();

describe('tokens of OpenSSL', () => {
  const roots = [certificateFromPem(given.OPENSSL_ROOT)];
  const of = (base64: string, text = given.MESSAGE, crypto = nodeCrypto) =>
    verifyTimestamp(crypto, bytesOf(base64), { message: encodeUtf8(text) }, { roots });

  test('RSA and P-384, with and without chain, here and in a browser', async () => {
    expect(await of(given.RSA_TOKEN)).toMatchObject({
      valid: true,
      time: new Date('2026-11-23T17:18:36.509Z'),
      accuracy: 1_501,
      policy: '1.2.3.4.1',
      serial: '03',
      training: false,
    });
    expect(await of(given.P384_TOKEN)).toMatchObject({ valid: true, accuracy: null });
    expect((await of(given.CHAIN_TOKEN)).code).toBe('valid');
    expect((await of(given.RSA_TOKEN, given.MESSAGE, webCrypto())).code).toBe('valid');
    expect((await of(given.P384_TOKEN, given.MESSAGE, webCrypto())).code).toBe('valid');
  });

  test.each([
    ['a certificate named by SHA-1', given.ESS_V1_TOKEN, given.MESSAGE, 'signing-certificate-mismatch'],
    ['SHA-1 of the message', given.SHA1_TOKEN, given.MESSAGE, 'weak-algorithm'],
    ['other bytes', given.RSA_TOKEN, 'dated by openssl', 'imprint-mismatch'],
  ])('refused: %s', async (_, token, text, code) => {
    expect((await of(token, text)).code).toBe(code);
  });

  test('every byte of one, changed: refused', async () => {
    const token = bytesOf(given.RSA_TOKEN);
    const unnoticed: number[] = [];
    for (let at = 0; at < token.length; at++) {
      const changed = Uint8Array.from(token);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const found = await verifyTimestamp(
        nodeCrypto,
        changed,
        { message: encodeUtf8(given.MESSAGE) },
        { roots },
      );
      if (found.valid) unnoticed.push(at);
    }
    expect(unnoticed).toEqual([]);
  });
});

describe('a token that proves nothing', () => {
  test('the honest one holds', async () => {
    expect(await verify(honest())).toMatchObject({ valid: true, time: AT, policy: POLICY, accuracy: null });
    const nonce = Uint8Array.of(0, 0x90, 1, 2, 3, 4, 5, 6);
    expect((await verify(honest({ nonce }), { nonce, policies: [POLICY] })).code).toBe('valid');
  });

  const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const { privateKey: short } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weak = certify({ ...TSA, subject: [['2.5.4.3', 'TSA']] }, issuing, short);
  const named = (name: string) => ({ ...TSA, subject: [['2.5.4.3', name]] as const });
  test.each<[string, string, () => Promise<TimestampFinding>]>([
    ['of other bytes', 'imprint-mismatch', () => verify(honest({ message: encodeUtf8('khác') }))],
    ['without the nonce', 'nonce-mismatch', () => verify(honest(), { nonce })],
    ['with another nonce', 'nonce-mismatch', () => verify(honest({ nonce: nonce.toReversed() }), { nonce })],
    ['of another policy', 'policy-not-accepted', () => verify(honest(), { policies: ['1.2.3'] })],
    ['of an unknown authority', 'authority-not-trusted', () => verify(honest(), {}, [certify(CA, null)])],
    ['of no roots', 'authority-not-trusted', () => verify(honest(), {}, [])],
    ['before its certificate', 'authority-not-trusted', () => verify(honest({ time: new Date(0) }))],
    [
      'after its certificate',
      'authority-not-trusted',
      () => verify(honest({ time: new Date(AT.getTime() + 2 * 86_400_000) })),
    ],
    ['without its certificate', 'signer-not-found', () => verify(honest({ carried: [issuing] }))],
    [
      'that names another certificate',
      'signing-certificate-mismatch',
      () => verify(honest({ named: message })),
    ],
    ['over another content', 'message-digest-mismatch', () => verify(honest({ digested: message }))],
    ['signed with another key', 'signature-invalid', () => verify(honest({ key: newKey() }))],
    ['of another type', 'malformed', () => verify(honest({ contentType: '1.2.840.113549.1.7.1' }))],
    [
      'that was signed as another type',
      'malformed',
      () => verify(honest({ attributed: '1.2.840.113549.1.7.1' })),
    ],
    [
      'with too short a key',
      'weak-algorithm',
      () => verify(honest({ signer: weak, carried: [weak, issuing] })),
    ],
    [
      'with a certificate too many',
      'spare-certificate',
      () => verify(honest({ carried: [signer, issuing, certify({}, issuing)] })),
    ],
    [
      'with a critical extension',
      'malformed',
      () =>
        verify(
          honest({
            extensions: der.encode(
              context(1, true),
              der.sequence(der.oid('1.2.3'), der.truth(true), der.octetString(message)),
            ),
          }),
        ),
    ],
    ['that is nothing', 'malformed', () => verify(new Uint8Array())],
    ['cut off', 'malformed', () => verify(honest().subarray(0, -1))],
    ['with a byte after it', 'malformed', () => verify(Uint8Array.from([...honest(), 0]))],
  ])('%s: %s', async (_, code, act) => {
    expect((await act()).code).toBe(code);
  });

  test.each<[string, () => Issuer]>([
    ['of no purpose', () => certify({ subject: [['2.5.4.3', 'A']] }, issuing)],
    ['of a person', () => certify({ ...named('B'), extendedKeyUsage: [PURPOSE.documentSigning] }, issuing)],
    ['of a server', () => certify({ ...named('C'), extendedKeyUsage: [PURPOSE.serverAuth] }, issuing)],
    ['of any purpose', () => certify({ ...named('D'), extendedKeyUsage: [PURPOSE.any] }, issuing)],
    [
      'of two purposes',
      () => certify({ ...named('E'), extendedKeyUsage: [PURPOSE.timeStamping, PURPOSE.serverAuth] }, issuing),
    ],
    ['whose purpose is not critical', () => certify({ ...named('F'), criticalPurpose: false }, issuing)],
    ['that may not sign', () => certify({ ...named('G'), keyUsage: ['keyAgreement'] }, issuing)],
    ['that is a CA', () => certify({ ...named('H'), ...CA, ...TSA }, issuing)],
  ])('by a certificate %s', async (_, make) => {
    const other = make();
    const found = await verify(honest({ signer: other, carried: [other, issuing] }));
    expect(found.code).toBe('authority-not-trusted');
  });

  test('a training authority below a root that is not one', async () => {
    const plan = { ...named('T'), policies: [TRAINING_POLICY_OID] };
    const training = certify(plan, issuing);
    expect((await verify(honest({ signer: training, carried: [training, issuing] }))).code).toBe(
      'training-authority',
    );
    expect((await verify(honest({ policy: TRAINING_POLICY_OID }))).code).toBe('training-authority');
  });

  test('any byte changed to any other: no other time', async () => {
    const token = honest();
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Uint8Array.from(token);
        changed[at] = (changed[at] ?? 0) ^ by;
        const found = await verify(changed);
        if (found.valid) expect(found.time).toEqual(AT);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the training authority', () => {
  let pki: TrainingPki;
  let answer: (request: Uint8Array) => Uint8Array;
  beforeAll(async () => {
    pki = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now: AT });
    const tsa = await issueTrainingTsa(pki, { organisation: 'Trường Tiểu học Mẫu', now: AT, days: 365 });
    answer = trainingTsa({ ...tsa, now: () => AT });
  });
  const trust = () => ({ roots: [certificateFromPem(pki.root.certificatePem)] });
  const nonce = Uint8Array.from({ length: 16 }, (_, i) => 200 - i);
  const codeOf = async (port: (r: Uint8Array) => Promise<Uint8Array>, policy?: string): Promise<string> => {
    try {
      const options = { port, nonce, ...trust() };
      await obtainTimestamp(nodeCrypto, message, policy === undefined ? options : { ...options, policy });
      return 'obtained';
    } catch (error) {
      if (error instanceof TimestampError) return [error.code, ...error.failures].join(' ');
      throw error;
    }
  };

  test('dates, and says that it is training', async () => {
    const port = async (request: Uint8Array) => answer(request);
    const { finding } = await obtainTimestamp(nodeCrypto, message, { port, nonce, ...trust() });
    expect(finding).toMatchObject({ time: AT, accuracy: 1_000, training: true, policy: TRAINING_POLICY_OID });
    expect(finding.path).toHaveLength(3);
  });

  test.each<[string, string, (r: Uint8Array) => Uint8Array, string?]>([
    [
      'an answer to an earlier request',
      'nonce-mismatch',
      () => answer(request({ nonce: nonce.toReversed() })),
    ],
    ['an answer for other bytes', 'imprint-mismatch', () => answer(request({ imprint: new Uint8Array(32) }))],
    ['another policy', 'refused unacceptedPolicy', (r) => answer(r), '1.2.3'],
    ['a request that is none', 'refused badRequest', () => answer(message)],
    ['an answer that is none', 'malformed', () => message],
    ['a grant without a token', 'malformed', () => der.sequence(der.sequence(der.integer(Uint8Array.of(0))))],
  ])('%s: %s', async (_, code, act, policy) => {
    expect(await codeOf(async (r) => act(r), policy)).toBe(code);
  });
  const request = (changes: { nonce?: Uint8Array; imprint?: Uint8Array }) =>
    writeTimestampRequest({ hash: 'sha256', imprint: nodeCrypto.sha256(message), nonce, ...changes });

  test('without certificates where they are not asked for', () => {
    const imprint = der.sequence(
      der.sequence(der.oid('2.16.840.1.101.3.4.2.1')),
      der.octetString(nodeCrypto.sha256(message)),
    );
    const bare = readTimestampResponse(answer(der.sequence(der.integer(Uint8Array.of(1)), imprint)));
    if (!bare.granted) throw new Error('refused');
    return expect(verifyTimestamp(nodeCrypto, bare.token, { message }, trust())).resolves.toMatchObject({
      code: 'signer-not-found',
    });
  });

  test('SHA-1 is not dated', () => {
    const imprint = der.sequence(der.sequence(der.oid('1.3.14.3.2.26')), der.octetString(new Uint8Array(20)));
    expect(readTimestampResponse(answer(der.sequence(der.integer(Uint8Array.of(1)), imprint)))).toEqual({
      granted: false,
      status: 2,
      failures: ['badAlg'],
    });
  });

  test('is refused for a chain that is not of a training PKI', () => {
    const chain = [signer, issuing].map(({ certificate }) => certificate.der);
    const privateKeyPem = signer.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(() => trainingTsa({ privateKeyPem, chain, now: () => AT })).toThrow(RangeError);
    expect(() => trainingTsa({ privateKeyPem, chain: [], now: () => AT })).toThrow(RangeError);
  });

  test('a request is refused before it is sent', () => {
    expect(() => request({ nonce: new Uint8Array(7) })).toThrow(RangeError);
    expect(() => request({ imprint: new Uint8Array(20) })).toThrow(RangeError);
  });
});
