import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { nothing } from '../der/write.ts';
import { AT, CA, certify } from '../time/test-authority.node.ts';
import { EXTENSION, PURPOSE } from '../x509/oids.ts';
import { writeCertId } from './cert-id.ts';
import { NO_MATERIAL, type RevocationMaterial } from './material.ts';
import { type StatusQuestion, statusAt } from './status.ts';
import { type RegisterEntry, writeOcspResponse } from './training-responder.node.ts';
import { writeCrl } from './write-crl.node.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const after = (ms: number): Date => new Date(Math.floor(AT.getTime() / 1_000) * 1_000 + ms);
const wide = { notBefore: after(-400 * DAY), notAfter: after(4_000 * DAY) };

const root = certify({ ...CA, ...wide }, null);
const person = certify({ ...wide, notAfter: after(365 * DAY), subject: [['2.5.4.3', 'A']] }, root);
const responder = certify(
  {
    ...wide,
    notAfter: after(30 * DAY),
    subject: [['2.5.4.3', 'OCSP']],
    extendedKeyUsage: [PURPOSE.ocspSigning],
    others: [{ oid: EXTENSION.ocspNoCheck, critical: false, content: nothing() }],
  },
  root,
);
const idDer = writeCertId(nodeCrypto, 'sha256', person.certificate, root.certificate);

const ocsp = (
  thisUpdate: Date,
  nextUpdate: Date | null,
  entry: RegisterEntry = 'good',
): RevocationMaterial => {
  const singles = [{ idDer, entry, thisUpdate, nextUpdate }];
  const plan = { signer: responder.certificate, key: responder.privateKey, singles, producedAt: thisUpdate };
  return { ...NO_MATERIAL, ocsp: [writeOcspResponse(plan)] };
};
const crl = (thisUpdate: Date, nextUpdate: Date, revokedAt?: Date, reason?: string): RevocationMaterial => {
  const entry = { serial: person.certificate.serial, revokedAt: revokedAt ?? AT };
  const entries = revokedAt === undefined ? [] : [reason === undefined ? entry : { ...entry, reason }];
  return { ...NO_MATERIAL, crls: [writeCrl(root, { thisUpdate, nextUpdate, number: 1, entries })] };
};
const both = (a: RevocationMaterial, b: RevocationMaterial): RevocationMaterial => ({
  ocsp: [...a.ocsp, ...b.ocsp],
  crls: [...a.crls, ...b.crls],
});

async function say(material: RevocationMaterial, changes: Partial<StatusQuestion> = {}): Promise<string> {
  const { certificate } = person;
  const question = { certificate, issuer: root.certificate, at: AT, existed: after(DAY), ...changes };
  const status = await statusAt(nodeCrypto, material, question);
  if (status.state === 'unknown') return status.code;
  if (status.state === 'good') return status.revokedLater === null ? 'good' : 'good, revoked later';
  return `revoked ${status.reason}`;
}

describe('status at a time', () => {
  test.each<[string, string, () => RevocationMaterial, Partial<StatusQuestion>?]>([
    ['no answer', 'no-answer', () => NO_MATERIAL],
    ['good, made after', 'good', () => ocsp(after(HOUR), after(2 * HOUR))],
    ['good, made before and held to it', 'good', () => ocsp(after(-HOUR), after(HOUR))],
    ['good, but no longer', 'stale', () => ocsp(after(-2 * HOUR), after(-HOUR))],
    ['good just before, without a promise', 'good', () => ocsp(after(-60_000), null)],
    ['good an hour before, without a promise', 'stale', () => ocsp(after(-HOUR), null)],
    ['good, an hour is enough', 'good', () => ocsp(after(-HOUR), null), { maxAge: 2 * HOUR }],
    ['made after it is said to exist', 'from-the-future', () => ocsp(after(2 * DAY), after(3 * DAY))],
    [
      'kept without proof until its signer ended',
      'signer-expired',
      () => ocsp(after(HOUR), after(2 * HOUR)),
      { existed: after(31 * DAY) },
    ],
    ['of a list', 'good', () => crl(after(HOUR), after(DAY))],
    [
      'of a list from after the certificate',
      'after-expiry',
      () => crl(after(366 * DAY), after(367 * DAY)),
      { existed: after(368 * DAY) },
    ],
    [
      'revoked before',
      'revoked keyCompromise',
      () => crl(after(HOUR), after(DAY), after(-HOUR), 'keyCompromise'),
    ],
    ['revoked at that very second', 'revoked unspecified', () => crl(after(HOUR), after(DAY), after(0))],
    ['revoked after', 'good, revoked later', () => crl(after(DAY), after(2 * DAY), after(HOUR))],
    [
      'revoked, in an old answer',
      'revoked superseded',
      () => ocsp(after(-9 * DAY), after(-8 * DAY), { revokedAt: after(-10 * DAY), reason: 'superseded' }),
    ],
    [
      'held, in an old answer',
      'stale',
      () =>
        ocsp(after(-9 * DAY), after(-8 * DAY), { revokedAt: after(-10 * DAY), reason: 'certificateHold' }),
    ],
    ['unknown', 'status-unknown', () => ocsp(after(HOUR), after(DAY), 'unknown')],
    [
      'one says good, the other revoked',
      'revoked unspecified',
      () => both(ocsp(after(HOUR), after(DAY)), crl(after(-HOUR), after(HOUR), after(-2 * HOUR))),
    ],
    [
      'a stale one beside a good one',
      'good',
      () => both(ocsp(after(-9 * DAY), after(-8 * DAY)), crl(after(HOUR), after(DAY))),
    ],
    ['no time', 'stale', () => ocsp(after(-HOUR), after(HOUR)), { at: new Date(Number.NaN) }],
    [
      'never existed',
      'from-the-future',
      () => ocsp(after(-HOUR), after(HOUR)),
      { existed: new Date(Number.NaN) },
    ],
  ])('%s: %s', async (_, code, material, changes) => {
    expect(await say(material(), changes)).toBe(code);
  });
});
