import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../base64.ts';
import { joinBytes } from '../bytes.ts';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { DerError } from '../der/read.ts';
import { context } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { makeTrainingPki } from '../pki/training.node.ts';
import * as given from '../testing/answers.ts';
import { AT, CA, certify, newKey } from '../time/test-authority.node.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { parseCrl } from './crl.ts';
import { countEntries, findEntry } from './crl-entries.ts';
import { verifyCrlFor } from './crl-verify.ts';
import { type CrlPlan, writeCrl, writeTrainingCrl } from './write-crl.node.ts';

const HOUR = 3_600_000;
const root = certify(CA, null);
const issuing = certify({ ...CA, pathLength: 0, subject: [['2.5.4.3', 'CA']] }, root);
const person = certify({ subject: [['2.5.4.3', 'A']] }, issuing);
const { serial } = person.certificate;
const SECOND = new Date('2026-05-28T13:14:07Z');

const list = (changes: Partial<CrlPlan> = {}, by = issuing): Uint8Array =>
  writeCrl(by, {
    thisUpdate: SECOND,
    nextUpdate: new Date(SECOND.getTime() + HOUR),
    number: 1,
    entries: [{ serial: '01', revokedAt: SECOND }],
    ...changes,
  });
const codeOf = async (crl: Uint8Array, certificate = person.certificate, issuer = issuing.certificate) => {
  const found = await verifyCrlFor(nodeCrypto, crl, certificate, issuer);
  return found.valid ? found.answer.state : found.code;
};

test('a list of OpenSSL', async () => {
  const crl = fromBase64(given.LIST) ?? new Uint8Array();
  const issuer = certificateFromPem(given.ISSUER);
  expect(await codeOf(crl, certificateFromPem(given.GOOD), issuer)).toBe('good');
  const found = await verifyCrlFor(nodeCrypto, crl, certificateFromPem(given.REVOKED), issuer);
  expect(found).toMatchObject({
    answer: { state: 'revoked', revokedAt: new Date('2026-06-01T12:00:00Z'), reason: 'keyCompromise' },
  });
  for (let at = 0; at < crl.length; at++) {
    const changed = Uint8Array.from(crl);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const after = await verifyCrlFor(nodeCrypto, changed, certificateFromPem(given.GOOD), issuer);
    expect(after.valid).toBe(false);
  }
});

describe('a list is believed', () => {
  const flag = (n: number) => der.encode(context(n, false), Uint8Array.of(0xff));
  const other = certify(CA, null);
  const namesake = certify({ ...CA, pathLength: 0, subject: [['2.5.4.3', 'CA']] }, root);
  test.each<[string, string, () => Uint8Array]>([
    ['that does not have the serial', 'good', () => list()],
    ['that is empty', 'good', () => list({ entries: [] })],
    [
      'that has it',
      'revoked',
      () => list({ entries: [{ serial, revokedAt: SECOND, reason: 'superseded' }] }),
    ],
    ['of end entities', 'good', () => list({ point: der.sequence(flag(1)) })],
    ['of authorities only', 'not-about-this-certificate', () => list({ point: der.sequence(flag(2)) })],
    ['of attribute certificates', 'scope-not-supported', () => list({ point: der.sequence(flag(5)) })],
    ['that is indirect', 'scope-not-supported', () => list({ point: der.sequence(flag(4)) })],
    [
      'that is a part',
      'scope-not-supported',
      () => list({ point: der.sequence(der.encode(context(0, true), der.sequence())) }),
    ],
    ['of another issuer', 'not-about-this-certificate', () => list({}, other)],
    ['signed with another key', 'signature-invalid', () => list({}, { ...issuing, privateKey: newKey() })],
    ['of a namesake with another key', 'not-about-this-certificate', () => list({}, namesake)],
    [
      'made after its issuer’s end',
      'responder-not-authorised',
      () => list({ thisUpdate: new Date(issuing.certificate.notAfter.getTime() + 1_000) }),
    ],
    [
      'made before its issuer was',
      'responder-not-authorised',
      () => list({ thisUpdate: new Date(SECOND.getTime() - 48 * HOUR) }),
    ],
    ['that is nothing', 'malformed', () => new Uint8Array()],
    ['with a byte after it', 'malformed', () => Uint8Array.from([...list(), 0])],
  ])('%s: %s', async (_, code, make) => {
    expect(await codeOf(make())).toBe(code);
  });

  test('not of an issuer that may not sign lists', async () => {
    const mute = certify({ ...CA, keyUsage: ['keyCertSign'] }, root);
    expect(await codeOf(list({}, mute), certify({}, mute).certificate, mute.certificate)).toBe(
      'responder-not-authorised',
    );
  });

  test('nor of one that is no authority, or whose key is too short for its word', async () => {
    const clerk = certify({ keyUsage: ['cRLSign'], subject: [['2.5.4.3', 'CA']] }, root);
    expect(await codeOf(list({}, clerk), certify({}, clerk).certificate, clerk.certificate)).toBe(
      'responder-not-authorised',
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = certify({ ...CA, subject: [['2.5.4.3', 'CA']] }, root, privateKey);
    expect(await codeOf(list({}, weak), certify({}, weak).certificate, weak.certificate)).toBe(
      'weak-algorithm',
    );
  });

  test('says nothing of another authority’s certificate, which may have any serial', async () => {
    expect(await codeOf(list(), certify({}, other).certificate)).toBe('not-about-this-certificate');
  });

  test('of a training CA, written for no other', async () => {
    const plan = { thisUpdate: SECOND, nextUpdate: null, number: 2, entries: [] };
    const pki = await makeTrainingPki({ organisation: 'Mẫu', now: AT });
    expect(parseCrl(writeTrainingCrl(pki.issuing, plan))).toMatchObject({
      count: 0,
      nextUpdate: null,
      scope: 'all',
    });
    const key = newKey();
    const certificatePem = given.ISSUER;
    const privateKeyPem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(() => writeTrainingCrl({ certificatePem, privateKeyPem }, plan)).toThrow(RangeError);
  });
});

describe('entries', () => {
  const entry = (hex: string, ...more: Uint8Array[]) =>
    der.sequence(
      der.integer(Uint8Array.from(hex.match(/../g) ?? [], (p) => Number.parseInt(p, 16))),
      ...more,
    );
  const when = der.time(SECOND);

  test('each serial is found, and no other', () => {
    const serials = fc.uniqueArray(
      fc.uint8Array({ minLength: 1, maxLength: 20 }).map((octets) => {
        octets[0] = (octets[0] ?? 0) | 1;
        return [...octets].map((o) => o.toString(16).padStart(2, '0')).join('');
      }),
      { minLength: 2, maxLength: 30 },
    );
    fc.assert(
      fc.property(serials, ([absent = '', ...present]) => {
        const entries = joinBytes(...present.map((hex) => entry(hex, when)));
        expect(countEntries(entries)).toBe(present.length);
        for (const hex of present)
          expect(findEntry(entries, hex)).toEqual({ revokedAt: SECOND, reason: 'unspecified' });
        expect(findEntry(entries, absent)).toBeNull();
      }),
    );
  });

  test.each<[string, Uint8Array]>([
    ['no time', entry('01')],
    ['time of another length', entry('01', der.encode(0x17, new Uint8Array(11)))],
    ['an INTEGER for a time', entry('01', der.integer(Uint8Array.of(1)))],
    ['a NULL after the time', entry('01', when, der.nothing())],
    ['a serial of 22 octets', entry('01'.repeat(22), when)],
    ['a SET', der.setOf(der.integer(Uint8Array.of(1)), when)],
    ['longer than the list', entry('01', when).subarray(0, -1)],
    ['a length in two octets that needs one', Uint8Array.of(0x30, 0x81, 0x05, 2, 1, 1, 0x17, 0)],
    ['an endless length', Uint8Array.of(0x30, 0x80, 0, 0)],
    ['one octet', Uint8Array.of(0x30)],
  ])('refused: %s', (_, entries) => {
    expect(() => countEntries(entries)).toThrow(DerError);
  });
});

test('100,000 entries are read, and the last of them found', async () => {
  const revoked = Array.from({ length: 100_000 }, (_, i) => ({
    serial: (0x4000_0000_0000 + i * 7_919).toString(16).padStart(32, '4'),
    revokedAt: SECOND,
  }));
  const crl = list({ entries: [...revoked, { serial, revokedAt: SECOND, reason: 'keyCompromise' }] });
  expect(parseCrl(crl).count).toBe(100_001);
  expect(await codeOf(crl)).toBe('revoked');
});
