import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IssuedLeaf } from '../node.ts';
import { makeSigners, type TestSigners } from '../testing/record.ts';
import {
  EXCLUSIVE,
  judgeForeign,
  saidOfForeign,
  signAsVendor,
  TEACHER,
  VENDOR_RECORD,
  type VendorSignature,
} from '../testing/vendor.ts';

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});
const teacher = (changes: Partial<VendorSignature> = {}): VendorSignature => ({
  place: TEACHER,
  leaf: signers.homeroomTeacher,
  references: [{ xpath: "//*[local-name()='DuLieu']", transforms: [EXCLUSIVE] }],
  ...changes,
});
const judged = async (xml: string) => saidOfForeign(await judgeForeign(xml, [TEACHER]));

describe('a key beside the certificate, as .NET and Java write it', () => {
  const rsa = (key: { n?: string; e?: string }): string =>
    `<RSAKeyValue><Modulus>${key.n}</Modulus><Exponent>${key.e}</Exponent></RSAKeyValue>`;
  const ec = (point: string, oid: string): string =>
    `<ECKeyValue xmlns="http://www.w3.org/2009/xmldsig11#"><NamedCurve URI="urn:oid:${oid}"/><PublicKey>${point}</PublicKey></ECKeyValue>`;
  const P256 = '1.2.840.10045.3.1.7';
  const plain = (base64url = ''): string => Buffer.from(base64url, 'base64url').toString('base64');
  /** The key of a leaf as KeyValue has it. */
  const keyOf = ({ chain: [der = new Uint8Array()] }: IssuedLeaf): string => {
    const { kty, n, e, x, y } = new X509Certificate(der).publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([
      Buffer.of(4),
      Buffer.from(x ?? '', 'base64url'),
      Buffer.from(y ?? '', 'base64url'),
    ]);
    return kty === 'RSA' ? rsa({ n: plain(n), e: plain(e) }) : ec(point.toString('base64'), P256);
  };
  const beside = (leaf: IssuedLeaf, value: string): string =>
    signAsVendor(VENDOR_RECORD, teacher({ leaf })).replace(
      '<X509Data>',
      `<KeyValue>${value}</KeyValue><X509Data>`,
    );
  const both = (): IssuedLeaf[] => [signers.homeroomTeacher, signers.subjectTeacher];

  test('is taken where it is the certificate’s own, RSA or ECDSA', async () => {
    const kinds = new Set<string>();
    for (const leaf of both()) {
      kinds.add(keyOf(leaf).slice(1, 3));
      expect(await judged(beside(leaf, keyOf(leaf)))).toBe('gvcn valid');
    }
    expect([...kinds].sort()).toEqual(['EC', 'RS']);
  });
  test('is refused where it is another’s, or of a form that nobody reads here', async () => {
    const [a, b] = both() as [IssuedLeaf, IssuedLeaf];
    const { principal: other } = signers;
    for (const [leaf, value] of [
      [a, keyOf(b)],
      [b, keyOf(a)],
      [a, keyOf(other)],
      [b, keyOf(other)],
      [a, keyOf(a).replace(P256, '1.3.132.0.34').replace('>AQAB<', '>AQAC<')],
      [b, keyOf(b).replace(P256, '1.3.132.0.34').replace('>AQAB<', '>AQAC<')],
      [a, `${keyOf(a)}${keyOf(b)}`],
      [a, '<DSAKeyValue/>'],
      [a, ''],
    ] as const)
      expect(await judged(beside(leaf, value))).toBe('gvcn certificate-unreadable');
  });
  test('the certificate itself may stand there twice', async () => {
    const xml = signAsVendor(VENDOR_RECORD, teacher());
    expect(await judged(xml.replace(/<X509Data>.*?<\/X509Data>/s, '$&$&'))).toBe('gvcn valid');
  });
});
