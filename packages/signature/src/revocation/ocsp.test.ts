import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../base64.ts';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { webCrypto } from '../crypto/web-crypto.ts';
import { nothing } from '../der/write.ts';
import { issueTrainingPerson, makeTrainingPki } from '../pki/training.node.ts';
import { issueTrainingResponder } from '../pki/training-authorities.node.ts';
import type { CertificatePlan, Issuer } from '../pki/write-certificate.node.ts';
import * as given from '../testing/answers.ts';
import { AT, CA, certify, newKey } from '../time/test-authority.node.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { EXTENSION, PURPOSE } from '../x509/oids.ts';
import { writeCertId } from './cert-id.ts';
import { writeOcspRequest } from './ocsp-request.ts';
import { verifyOcsp } from './ocsp-verify.ts';
import {
  type RegisterEntry,
  type ResponsePlan,
  trainingResponder,
  writeOcspResponse,
} from './training-responder.node.ts';

const bytesOf = (base64: string): Uint8Array => fromBase64(base64) ?? new Uint8Array();
const HOUR = 3_600_000;

const root = certify(CA, null);
const issuing = certify({ ...CA, pathLength: 0, subject: [['2.5.4.3', 'CA']] }, root);
const person = certify({ subject: [['2.5.4.3', 'A']] }, issuing);
const noCheck = [{ oid: EXTENSION.ocspNoCheck, critical: false, content: nothing() }];
const RESPONDER: Partial<CertificatePlan> = {
  subject: [['2.5.4.3', 'OCSP']],
  extendedKeyUsage: [PURPOSE.ocspSigning],
  others: noCheck,
};
const responder = certify(RESPONDER, issuing);

interface Forged extends Partial<ResponsePlan> {
  readonly by?: Issuer;
  readonly about?: Issuer;
  readonly entry?: RegisterEntry;
}

/** An answer with just what is asked for, wrong or right. */
function answer({ by = responder, about = person, entry = 'good', ...changes }: Forged = {}): Uint8Array {
  const idDer = writeCertId(nodeCrypto, 'sha256', about.certificate, issuing.certificate);
  const single = { idDer, entry, thisUpdate: AT, nextUpdate: new Date(AT.getTime() + HOUR) };
  return writeOcspResponse({
    signer: by.certificate,
    key: by.privateKey,
    singles: [single],
    producedAt: AT,
    ...changes,
  });
}

const subject = { certificate: person.certificate, issuer: issuing.certificate };
const codeOf = async (der: Uint8Array, nonce?: Uint8Array): Promise<string> => {
  const found = await verifyOcsp(nodeCrypto, der, nonce === undefined ? subject : { ...subject, nonce });
  return found.valid ? found.answer.state : found.code;
};

describe('answers of OpenSSL', () => {
  const issuer = certificateFromPem(given.ISSUER);
  test.each([
    ['good', given.GOOD, given.GOOD_BY_SHA1],
    ['good', given.GOOD, given.GOOD_BY_SHA256],
    ['revoked', given.REVOKED, given.REVOKED_BY_SHA1],
    ['revoked', given.REVOKED, given.REVOKED_BY_SHA256],
  ])('%s', async (state, pem, base64) => {
    const certificate = certificateFromPem(pem);
    for (const crypto of [nodeCrypto, webCrypto()]) {
      const found = await verifyOcsp(crypto, bytesOf(base64), { certificate, issuer });
      expect(found).toMatchObject({ valid: true, answer: { state } });
      if (found.valid && state === 'revoked') {
        expect(found.answer.revokedAt).toEqual(new Date('2026-06-01T12:00:00Z'));
        expect(found.answer.reason).toBe('keyCompromise');
      }
    }
  });

  test('an answer about one certificate says nothing of another', async () => {
    const certificate = certificateFromPem(given.REVOKED);
    const found = await verifyOcsp(nodeCrypto, bytesOf(given.GOOD_BY_SHA1), { certificate, issuer });
    expect(found.code).toBe('not-about-this-certificate');
  });

  test('every byte of one, changed: refused', async () => {
    const certificate = certificateFromPem(given.GOOD);
    const der = bytesOf(given.GOOD_BY_SHA256);
    const unnoticed: number[] = [];
    for (let at = 0; at < der.length; at++) {
      const changed = Uint8Array.from(der);
      changed[at] = (changed[at] ?? 0) ^ 1;
      if ((await verifyOcsp(nodeCrypto, changed, { certificate, issuer })).valid) unnoticed.push(at);
    }
    expect(unnoticed).toEqual([]);
  });
});

describe('who may answer', () => {
  const named = (name: string, changes: Partial<CertificatePlan>): Issuer =>
    certify({ ...RESPONDER, subject: [['2.5.4.3', name]], ...changes }, issuing);
  test('a responder that the issuer named, by name or by key; also the issuer, if its key may sign', async () => {
    expect(await codeOf(answer())).toBe('good');
    expect(await codeOf(answer({ namedBy: 'key' }))).toBe('good');
    const signing = certify(
      { ...CA, pathLength: 0, keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'] },
      root,
    );
    const below = certify({}, signing);
    const idDer = writeCertId(nodeCrypto, 'sha1', below.certificate, signing.certificate);
    const single = { idDer, entry: 'good', thisUpdate: AT, nextUpdate: null } as const;
    const plan = { signer: signing.certificate, key: signing.privateKey, singles: [single], producedAt: AT };
    const found = await verifyOcsp(nodeCrypto, writeOcspResponse({ ...plan, certificates: [] }), {
      certificate: below.certificate,
      issuer: signing.certificate,
    });
    expect(found.code).toBe('valid');
  });

  test.each<[string, string, () => Uint8Array]>([
    ['issuer whose key signs certificates only', 'responder-not-authorised', () => answer({ by: issuing })],
    ['the person about herself', 'responder-not-authorised', () => answer({ by: person })],
    [
      'a certificate without the purpose',
      'responder-not-authorised',
      () => answer({ by: named('B', { extendedKeyUsage: [PURPOSE.documentSigning] }) }),
    ],
    [
      'one of any purpose',
      'responder-not-authorised',
      () => answer({ by: named('C', { extendedKeyUsage: [PURPOSE.any] }) }),
    ],
    [
      'a time-stamping authority',
      'responder-not-authorised',
      () => answer({ by: named('D', { extendedKeyUsage: [PURPOSE.timeStamping] }) }),
    ],
    ['a responder of the root', 'responder-not-authorised', () => answer({ by: certify(RESPONDER, root) })],
    ['a responder of nobody', 'responder-not-authorised', () => answer({ by: certify(RESPONDER, null) })],
    [
      'one who has ended',
      'responder-not-authorised',
      () => answer({ by: named('E', { notAfter: new Date(AT.getTime() - HOUR) }) }),
    ],
    [
      'one who must be asked about',
      'responder-status-unknown',
      () => answer({ by: named('F', { others: [] }) }),
    ],
    ['another key under the name', 'signature-invalid', () => answer({ key: newKey() })],
    ['nobody in it', 'responder-not-authorised', () => answer({ certificates: [] })],
    [
      'somebody else in it',
      'responder-not-authorised',
      () => answer({ certificates: [person.certificate.der] }),
    ],
  ])('%s: %s', async (_, code, make) => {
    expect(await codeOf(make())).toBe(code);
  });
});

describe('what an answer says', () => {
  const nonce = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
  const idDer = writeCertId(nodeCrypto, 'sha256', person.certificate, issuing.certificate);
  const single = { idDer, entry: 'good', thisUpdate: AT, nextUpdate: null } as const;
  const twin = certify({}, root);
  test.each<[string, string, () => Uint8Array, Uint8Array?]>([
    ['with the nonce', 'good', () => answer({ nonce }), nonce],
    ['without the nonce', 'nonce-mismatch', () => answer(), nonce],
    ['with another nonce', 'nonce-mismatch', () => answer({ nonce: nonce.toReversed() }), nonce],
    ['about another', 'not-about-this-certificate', () => answer({ about: responder })],
    [
      'about the serial of another issuer',
      'not-about-this-certificate',
      () =>
        answer({
          singles: [
            { ...single, idDer: writeCertId(nodeCrypto, 'sha256', person.certificate, root.certificate) },
          ],
        }),
    ],
    ['about one whose issuer is another', 'not-about-this-certificate', () => answer({ about: twin })],
    ['twice about the same', 'not-about-this-certificate', () => answer({ singles: [single, single] })],
    ['nothing', 'not-about-this-certificate', () => answer({ singles: [] })],
    ['revoked', 'revoked', () => answer({ entry: { revokedAt: AT, reason: 'superseded' } })],
    ['unknown', 'status-unknown', () => answer({ entry: 'unknown' })],
    [
      'of a time after it was produced',
      'from-the-future',
      () => answer({ producedAt: new Date(AT.getTime() - HOUR) }),
    ],
    ['try later', 'refused-by-responder', () => Uint8Array.of(0x30, 3, 0x0a, 1, 3)],
    ['a status that does not exist', 'malformed', () => Uint8Array.of(0x30, 3, 0x0a, 1, 4)],
    ['success without an answer', 'malformed', () => Uint8Array.of(0x30, 3, 0x0a, 1, 0)],
    ['nothing at all', 'malformed', () => new Uint8Array()],
    ['cut off', 'malformed', () => answer().subarray(0, -1)],
  ])('%s: %s', async (_, code, make, sent) => {
    expect(await codeOf(make(), sent)).toBe(code);
  });

  test('any byte changed to any other: refused', async () => {
    const der = answer();
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Uint8Array.from(der);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect((await verifyOcsp(nodeCrypto, changed, subject)).valid).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the training responder', () => {
  test('answers for its CA alone, and only a training one', async () => {
    const pki = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now: AT });
    const service = await issueTrainingResponder(pki, {
      organisation: 'Trường Tiểu học Mẫu',
      now: AT,
      days: 30,
    });
    const who = {
      fullName: 'Trần Thị Ánh',
      personalId: '001190000011',
      schoolName: 'Mẫu',
      key: 'p256',
    } as const;
    const certificate = certificateFromPem((await issueTrainingPerson(pki, who, AT)).certificatePem);
    const issuer = certificateFromPem(pki.issuing.certificatePem);
    const base = { ...service, issuer: issuer.der, now: () => AT };
    const respond = trainingResponder({ ...base, statusOf: () => 'good' });
    const nonce = new Uint8Array(16).fill(7);
    for (const namedBy of ['sha1', 'sha256'] as const) {
      const asked = writeOcspRequest(nodeCrypto, { certificate, issuer, nonce, namedBy });
      expect((await verifyOcsp(nodeCrypto, respond(asked), { certificate, issuer, nonce })).code).toBe(
        'valid',
      );
    }
    const other = writeOcspRequest(nodeCrypto, {
      certificate: person.certificate,
      issuer: issuing.certificate,
    });
    expect([...respond(other)]).toEqual([0x30, 3, 0x0a, 1, 6]);
    expect([...respond(Uint8Array.of(1, 2, 3))]).toEqual([0x30, 3, 0x0a, 1, 1]);
    expect(() =>
      trainingResponder({ ...base, statusOf: () => 'good', issuer: issuing.certificate.der }),
    ).toThrow(RangeError);
    expect(() => writeOcspRequest(nodeCrypto, { certificate, issuer, nonce: new Uint8Array(8) })).toThrow(
      RangeError,
    );
  });
});
