import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64 } from '../base64.ts';
import { DerError } from '../der/read.ts';
import { certificateFromPem, isTrainingCertificate, personalIdOf, taxCodeOf, webCrypto } from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { spkiOf } from '../pki/keys.node.ts';
import { type CertificatePlan, type Issuer, writeCertificate } from '../pki/write-certificate.node.ts';
import { makeSigners, NOW, type TestSigners } from '../testing/record.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { validatePath } from './path.ts';
import * as given from './test-certificates.ts';

const DAY = 86_400_000;
const ec = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

let serial = 0;
function plan(changes: Partial<CertificatePlan> = {}): CertificatePlan {
  return {
    subject: [['2.5.4.3', `Người ${++serial}`]],
    notBefore: new Date(NOW.getTime() - DAY),
    notAfter: new Date(NOW.getTime() + DAY),
    pathLength: null,
    keyUsage: ['digitalSignature'],
    ...changes,
  };
}

function make(changes: Partial<CertificatePlan>, issuer: Issuer | null, key: KeyObject = ec()): Issuer {
  return {
    certificate: parseCertificate(writeCertificate(plan(changes), spkiOf(key), issuer, key)),
    privateKey: key,
  };
}

const ca: Partial<CertificatePlan> = { pathLength: 1, keyUsage: ['keyCertSign', 'cRLSign'] };
const root = make(ca, null);
const issuing = make({ ...ca, pathLength: 0 }, root);
const leaf = make({}, issuing);

const codeOf = async (
  signer: Issuer,
  between: readonly Issuer[] = [issuing],
  roots: readonly Issuer[] = [root],
  at: Date = NOW,
) => {
  const list = (issuers: readonly Issuer[]): Certificate[] => issuers.map((i) => i.certificate);
  return (await validatePath(nodeCrypto, signer.certificate, list(between), list(roots), at)).code;
};

describe('paths', () => {
  test('leaf, issuing CA, root; also without the issuing CA between, and in a browser', async () => {
    expect(await codeOf(leaf)).toBe('valid');
    expect(await codeOf(make({}, root), [])).toBe('valid');
    const { path, valid } = await validatePath(
      webCrypto(),
      leaf.certificate,
      [issuing.certificate],
      [root.certificate],
      NOW,
    );
    expect([valid, path.length]).toEqual([true, 3]);
  });

  test('order and strangers among the intermediates do not matter', async () => {
    const stranger = make({ ...ca, subject: [['2.5.4.3', 'Lạ']] }, null);
    expect(await codeOf(leaf, [stranger, issuing])).toBe('valid');
  });

  test('validity is that of the time asked for, root included, bounds included', async () => {
    const bound = leaf.certificate.notAfter;
    expect(await codeOf(leaf, [issuing], [root], bound)).toBe('valid');
    expect(await codeOf(leaf, [issuing], [root], new Date(bound.getTime() + 1))).toBe('expired');
    expect(await codeOf(leaf, [issuing], [root], new Date(NOW.getTime() - 2 * DAY))).toBe('not-yet-valid');
    expect(await codeOf(leaf, [issuing], [root], new Date(Number.NaN))).toBe('not-yet-valid');
    const old = make({ ...ca, notAfter: new Date(NOW.getTime() - 1_000) }, null);
    expect(await codeOf(make({}, old), [], [old])).toBe('expired');
  });

  test.each<[string, string, () => [Issuer, Issuer[]?, Issuer[]?]]>([
    ['no intermediate', 'no-path-to-root', () => [leaf, []]],
    ['no roots', 'no-path-to-root', () => [leaf, [issuing], []]],
    [
      'root of the same name, another key',
      'bad-link-signature',
      () => {
        const subject = root.certificate.subject.attributes.map((a) => [a.type, a.value] as const);
        const twin = make({ ...ca, subject }, null);
        const bare = { ...twin, certificate: { ...twin.certificate, subjectKeyId: null } };
        return [leaf, [issuing], [bare]];
      },
    ],
    ['self-signed leaf', 'no-path-to-root', () => [make({}, null), []]],
    ['root offered as intermediate only', 'no-path-to-root', () => [leaf, [issuing, root], []]],
    ['leaf that is a CA', 'leaf-is-ca', () => [issuing, []]],
    ['leaf that may not sign', 'key-usage', () => [make({ keyUsage: ['keyAgreement'] }, issuing)]],
    ['leaf of a TLS server', 'purpose', () => [make({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }, issuing)]],
    ['leaf for code signing', 'purpose', () => [make({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.3'] }, issuing)]],
    ['another leaf as issuer', 'not-a-ca', () => [make({}, leaf), [leaf, issuing]]],
    [
      'CA that may not sign certificates',
      'key-usage',
      () => {
        const weak = make({ ...ca, keyUsage: ['cRLSign'] }, root);
        return [make({}, weak), [weak]];
      },
    ],
    [
      'one CA too many',
      'path-too-long',
      () => {
        const below = make({ ...ca, pathLength: 0 }, issuing);
        return [make({}, below), [below, issuing]];
      },
    ],
    ['too many intermediates', 'path-too-long', () => [leaf, Array.from({ length: 9 }, () => issuing)]],
    [
      'leaf with RSA-1024',
      'weak-key',
      () => [make({}, issuing, generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey)],
    ],
    [
      'CA with RSA-1024',
      'weak-key',
      () => {
        const weak = make(ca, root, generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey);
        return [make({}, weak), [weak]];
      },
    ],
    [
      'leaf on secp256k1',
      'weak-key',
      () => [make({}, issuing, generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)],
    ],
    [
      'leaf on P-192',
      'weak-key',
      () => [make({}, issuing, generateKeyPairSync('ec', { namedCurve: 'prime192v1' }).privateKey)],
    ],
    [
      'unknown critical extension',
      'unknown-critical-extension',
      () => {
        const content = Uint8Array.of(0x05, 0x00);
        return [make({ others: [{ oid: '1.2.3.4', critical: true, content }] }, issuing)];
      },
    ],
    [
      'CA with name constraints that are not marked critical',
      'unknown-critical-extension',
      () => {
        const content = Uint8Array.of(0x30, 0x00);
        const bound = make({ ...ca, others: [{ oid: '2.5.29.30', critical: false, content }] }, root);
        return [make({}, bound), [bound]];
      },
    ],
    [
      'root with them',
      'unknown-critical-extension',
      () => {
        const content = Uint8Array.of(0x30, 0x00);
        const bound = make({ ...ca, others: [{ oid: '2.5.29.30', critical: false, content }] }, null);
        return [make({}, bound), [], [bound]];
      },
    ],
    [
      'CA with critical name constraints',
      'unknown-critical-extension',
      () => {
        const content = Uint8Array.of(0x30, 0x00);
        const bound = make({ ...ca, others: [{ oid: '2.5.29.30', critical: true, content }] }, root);
        return [make({}, bound), [bound]];
      },
    ],
  ])('%s: %s', async (_, code, build) => {
    const [signer, between, roots] = build();
    expect(await codeOf(signer, between, roots)).toBe(code);
  });

  test('CAs that all sign each other do not make the search long', async () => {
    const subject = [['2.5.4.3', 'Vòng']] as const;
    const key = ec();
    const first = make({ ...ca, subject, pathLength: 9 }, null, key);
    const ring = Array.from({ length: 8 }, () => make({ ...ca, subject, pathLength: 9 }, first, key));
    expect(['path-too-long', 'no-path-to-root']).toContain(await codeOf(make({}, first), ring, [root]));
  });

  test('RSA issues and is issued to', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    const rsaCa = make(ca, null, rsa);
    expect(await codeOf(make({}, rsaCa, rsa), [], [rsaCa])).toBe('valid');
  });
});

describe("OpenSSL's certificates", () => {
  const at = new Date('2030-01-01T00:00:00Z');
  const finding = (pem: string, between: string[], roots: string[]) =>
    validatePath(
      nodeCrypto,
      certificateFromPem(pem),
      between.map(certificateFromPem),
      roots.map(certificateFromPem),
      at,
    );

  test('RSA-PSS', async () => {
    expect((await finding(given.PSS_LEAF, [], [given.PSS_ROOT])).code).toBe('valid');
  });

  test('P-384 with SHA-384, P-521 with SHA-512', async () => {
    expect((await finding(given.P521_LEAF, [given.P521_ISSUING], [given.P384_ROOT])).code).toBe('valid');
    expect((await finding(given.P521_LEAF, [given.P521_ISSUING], [given.PSS_ROOT])).code).toBe(
      'no-path-to-root',
    );
  });

  test('signed with SHA-1: weak-algorithm', async () => {
    expect((await finding(given.SHA1_SELF_SIGNED, [], [given.PSS_ROOT])).code).toBe('weak-algorithm');
  });
});

describe('certificates', () => {
  let signers: TestSigners;
  beforeAll(async () => {
    signers = await makeSigners();
  });

  test("node's own reader agrees", () => {
    const { homeroomTeacher, seal, pki } = signers;
    for (const { certificatePem } of [homeroomTeacher, seal, pki.issuing, pki.root]) {
      const ours = certificateFromPem(certificatePem);
      const theirs = new X509Certificate(certificatePem);
      const issuer = new X509Certificate(
        certificatePem === pki.root.certificatePem || certificatePem === pki.issuing.certificatePem
          ? pki.root.certificatePem
          : pki.issuing.certificatePem,
      );
      expect(theirs.checkIssued(issuer) && theirs.verify(issuer.publicKey)).toBe(true);
      expect(BigInt(`0x${ours.serial}`)).toBe(BigInt(`0x${theirs.serialNumber}`));
      expect(ours.notAfter.getTime()).toBe(Date.parse(theirs.validTo));
      expect(theirs.ca).toBe(ours.basicConstraints?.ca);
      expect(toBase64(ours.spki)).toBe(
        theirs.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      );
    }
  });

  test('whom they name, and that they are for training only', () => {
    const person = certificateFromPem(signers.homeroomTeacher.certificatePem);
    const seal = certificateFromPem(signers.seal.certificatePem);
    expect([personalIdOf(person), taxCodeOf(person)]).toEqual(['001185000022', undefined]);
    expect([personalIdOf(seal), taxCodeOf(seal)]).toEqual([undefined, '0101234567']);
    expect(person.subject.text).toBe(
      'UID=CCCD:001185000022,CN=Lê Văn Bền,O=Trường Tiểu học Mẫu – TẬP HUẤN,C=VN',
    );
    expect(
      [person, seal, certificateFromPem(signers.pki.root.certificatePem)].every(isTrainingCertificate),
    ).toBe(true);
    expect(isTrainingCertificate(leaf.certificate)).toBe(false);
  });

  test('a name with everything RFC 4514 escapes', () => {
    const odd = make(
      {
        subject: [
          ['2.5.4.3', ' #a,b+c"d\\e<f>g;h '],
          ['2.5.4.5', 'x'],
          ['2.5.4.10', '#'],
        ],
      },
      root,
    );
    expect(odd.certificate.subject.text).toBe(
      'O=\\#,2.5.4.5=#0c0178,CN=\\ #a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\ ',
    );
  });

  test('a UID given twice names nobody', () => {
    const uid = '0.9.2342.19200300.100.1.1';
    const two = make(
      {
        subject: [
          [uid, 'CCCD:001185000022'],
          [uid, 'CCCD:001185000033'],
        ],
      },
      root,
    );
    expect(personalIdOf(two.certificate)).toBeUndefined();
  });

  const edit = (find: string, replace: string): Uint8Array => {
    const hex = Buffer.from(leaf.certificate.der).toString('hex');
    if (!hex.includes(find)) throw new Error('nothing to change');
    return new Uint8Array(Buffer.from(hex.replace(find, replace), 'hex'));
  };

  test.each<[string, () => Uint8Array]>([
    ['version 1', () => edit('a003020102', 'a003020100')],
    [
      'negative serial',
      () => edit(`0210${leaf.certificate.serial}`, `0210${`ff${leaf.certificate.serial.slice(2)}`}`),
    ],
    ['padded serial', () => edit(`0210${leaf.certificate.serial.slice(0, 4)}`, '02100001')],
    ['inner algorithm unlike the outer', () => edit('06082a8648ce3d040302', '06082a8648ce3d040303')],
    ['compressed point', () => edit('03420004', '03420002')],
    ['unused bits in the key', () => edit('03420004', '03420104')],
    ['trailing byte', () => Uint8Array.from([...leaf.certificate.der, 0])],
    ['cut', () => leaf.certificate.der.subarray(0, -1)],
    ['keyUsage with a zero bit at the end', () => edit('030207 80'.replace(' ', ''), '03020680')],
    ['critical of another value', () => edit('0101ff', '010101')],
    ['nothing', () => new Uint8Array(0)],
    ['too large', () => new Uint8Array(20_000)],
  ])('refused: %s', (_, build) => {
    expect(() => parseCertificate(build())).toThrow(DerError);
  });

  test('any changed byte: refused, or another certificate that leads nowhere', async () => {
    const { der } = leaf.certificate;
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Uint8Array.from(der);
        changed[at] = (changed[at] ?? 0) ^ by;
        let certificate: Certificate;
        try {
          certificate = parseCertificate(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
          return;
        }
        const found = await validatePath(
          nodeCrypto,
          certificate,
          [issuing.certificate],
          [root.certificate],
          NOW,
        );
        expect(found.valid).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
