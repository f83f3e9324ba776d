import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { SIGNATURE_URIS } from '../algorithms.ts';
import { verifySignature } from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { encodePem } from '../pem.ts';
import { spkiOf } from '../pki/keys.node.ts';
import { issuerOf } from '../pki/training.node.ts';
import { type CertificatePlan, writeCertificate } from '../pki/write-certificate.node.ts';
import { forge } from '../testing/forge.node.ts';
import { FROZEN, insert, makeSigners, NOW, requestFor, type TestSigners } from '../testing/record.ts';

const ECDSA = SIGNATURE_URIS['ecdsa-p256-sha256'];

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});

describe('keys that must not count', () => {
  const plan = (usage: CertificatePlan['keyUsage']): CertificatePlan => ({
    subject: [['2.5.4.3', 'Kẻ giả mạo']],
    notBefore: new Date(NOW.getTime() - 1_000),
    notAfter: new Date(NOW.getTime() + 86_400_000),
    pathLength: null,
    keyUsage: usage,
  });

  /** A forged signature that carries a certificate of our choice, with its digest where it belongs. */
  async function withKey(privateKey: KeyObject, usage: CertificatePlan['keyUsage'], method: string) {
    const der = writeCertificate(plan(usage), spkiOf(privateKey), issuerOf(signers.pki.issuing), privateKey);
    const digest = createHash('sha256').update(der).digest('base64');
    const { chain } = signers.principal;
    const leaf = {
      certificatePem: encodePem('CERTIFICATE', der),
      privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      chain: [der, ...chain.slice(1)],
    };
    const request = requestFor(FROZEN, 'cbql', signers.principal, ['data']);
    let signedProperties = '';
    const objects = (xml: string) => {
      const changed = xml.replace(/(<CertDigest>.*?<DigestValue [^>]*>)[^<]*/, `$1${digest}`);
      signedProperties = /<SignedProperties .*<\/SignedProperties>/.exec(changed)?.[0] ?? '';
      return changed;
    };
    // The digest of SignedProperties has to be that of the changed ones, so write them first.
    forge(request, signers.principal, { objects });
    const canonical = signedProperties.replace(
      '<SignedProperties',
      '<SignedProperties xmlns="http://uri.etsi.org/01903/v1.3.2#"',
    );
    const propertiesDigest = createHash('sha256').update(canonical).digest('base64');
    const signedInfo = (xml: string) =>
      xml.replace(ECDSA, method).replace(/(URI="#xades-cbql".*<DigestValue>)[^<]*/, `$1${propertiesDigest}`);
    const xml = insert(FROZEN, 'cbql', forge(request, leaf, { objects, signedInfo }));
    const doc = scanCanonical(xml);
    const element = doc.byId.get('sig-cbql');
    if (element === undefined) throw new Error('no signature');
    return (await verifySignature(nodeCrypto, doc, element)).code;
  }

  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  const RSA = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

  test('the same way with good keys is valid', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await withKey(ec, ['digitalSignature'], ECDSA)).toBe('valid');
    expect(await withKey(rsa(2_048), ['contentCommitment'], RSA)).toBe('valid');
  });

  test('RSA-1024', async () => {
    expect(await withKey(rsa(1_024), ['digitalSignature'], RSA)).toBe('weak-key');
  });

  test('RSA with exponent 3', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2_048, publicExponent: 3 }).privateKey;
    expect(await withKey(key, ['digitalSignature'], RSA)).toBe('weak-key');
  });

  test('a curve that is not on the list', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
    expect(await withKey(key, ['digitalSignature'], ECDSA)).toBe('weak-key');
  });

  test('a key that may not sign', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await withKey(key, ['keyAgreement'], ECDSA)).toBe('certificate-not-for-signing');
  });
});
