import { scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { derFromPlain, verifySignature } from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { type Forgery, forge, forgedFinding, replaced } from '../testing/forge.node.ts';
import { FROZEN, insert, makeSigners, requestFor, type TestSigners } from '../testing/record.ts';
import { knownChain } from '../x509/known.ts';
import { writeKeyInfo } from './key-info.ts';

const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});
const findingOf = (forgery: Forgery) => forgedFinding(signers, forgery);

describe('parts that contradict each other', () => {
  const time = '2026-05-28T20:14:05+07:00';
  test.each<[string, string, Forgery]>([
    [
      'another time in one place',
      'signing-time-mismatch',
      { objects: replaced(time, '2026-05-27T20:14:05+07:00') },
    ],
    [
      'another time in both places',
      'digest-mismatch',
      { objects: (xml) => xml.replaceAll(time, '2026-05-27T20:14:05+07:00') },
    ],
    [
      'same instant, other offset, in both places',
      'digest-mismatch',
      { objects: (xml) => xml.replaceAll(time, '2026-05-28T13:14:05Z') },
    ],
    [
      'a time that does not exist',
      'bad-signing-time',
      { objects: (xml) => xml.replaceAll(time, '2026-02-30T20:14:05+07:00') },
    ],
    ['no time', 'bad-signing-time', { objects: replaced(time, '') }],
    [
      'time in another namespace',
      'digest-mismatch',
      { objects: replaced('urn:hocba:signing-time:1', 'urn:x') },
    ],
    [
      'properties for another signature',
      'malformed',
      { objects: replaced('Target="#sig-cbql"', 'Target="#sig-gvcn"') },
    ],
    [
      'qualifying properties for another signature',
      'malformed',
      { objects: replaced('Id="qp-cbql" Target="#sig-cbql"', 'Id="qp-cbql" Target="#sig-gvcn"') },
    ],
    [
      'certificate digest by SHA-1',
      'malformed',
      { objects: replaced(SHA256, 'http://www.w3.org/2000/09/xmldsig#sha1') },
    ],
    [
      'certificate digest of nothing',
      'signing-certificate-mismatch',
      { objects: replaced(/(<CertDigest>.*?<DigestValue [^>]*>)[^<]*/, '$1AAAA') },
    ],
    [
      'no SigningCertificateV2',
      'malformed',
      { objects: replaced(/<SigningCertificateV2>.*<\/SigningCertificateV2>/, '') },
    ],
    [
      'no data format',
      'data-format-mismatch',
      { objects: replaced(/<DataObjectFormat.*?<\/DataObjectFormat>/, '') },
    ],
    [
      'data format of another reference',
      'data-format-mismatch',
      { objects: replaced('"#ref-cbql-1"', '"#ref-cbql-9"') },
    ],
    ['extra Object', 'malformed', { objects: (xml) => `${xml}<Object><X xmlns="urn:x"></X></Object>` }],
    ['Object with an encoding', 'malformed', { objects: replaced('<Object>', '<Object Encoding="x">') }],
    [
      'extra property',
      'malformed',
      {
        objects: replaced(
          '</SignatureProperty>',
          '</SignatureProperty><SignatureProperty Target="#sig-cbql"></SignatureProperty>',
        ),
      },
    ],
    [
      'unknown unsigned property',
      'malformed',
      {
        objects: replaced(
          '</SignedProperties>',
          '</SignedProperties><UnsignedProperties><UnsignedSignatureProperties><X></X></UnsignedSignatureProperties></UnsignedProperties>',
        ),
      },
    ],
    [
      'empty unsigned properties',
      'malformed',
      {
        objects: replaced(
          '</SignedProperties>',
          '</SignedProperties><UnsignedProperties></UnsignedProperties>',
        ),
      },
    ],
    [
      'unsigned properties first',
      'malformed',
      {
        objects: replaced('<SignedProperties', '<UnsignedProperties></UnsignedProperties><SignedProperties'),
      },
    ],
    ['another subject name', 'subject-name-mismatch', { keyInfo: replaced('Phạm Thị Cẩm', 'Phạm Thị Cam') }],
    ['no subject name', 'malformed', { keyInfo: replaced(/<X509SubjectName>.*<\/X509SubjectName>/, '') }],
    [
      'a key beside the certificate',
      'malformed',
      { keyInfo: replaced('</X509Data>', '</X509Data><KeyName>x</KeyName>') },
    ],
    ['no certificate', 'malformed', { keyInfo: replaced(/<X509Certificate>.*<\/X509Certificate>/, '') }],
    [
      'certificate that is not base64',
      'certificate-unreadable',
      { keyInfo: replaced('<X509Certificate>', '<X509Certificate>*') },
    ],
    [
      'certificate with a line break',
      'certificate-unreadable',
      { keyInfo: replaced('<X509Certificate>', '<X509Certificate>\n') },
    ],
    [
      'certificate cut',
      'certificate-unreadable',
      { keyInfo: replaced('<X509Certificate>MIIC', '<X509Certificate>') },
    ],
    [
      'leaf twice',
      'chain-out-of-order',
      { keyInfo: (xml) => xml.replace(/(<X509Certificate>.*?<\/X509Certificate>)/, '$1$1') },
    ],
    ['DER instead of r‖s', 'signature-value-malformed', { value: (v) => derFromPlain(v) }],
    ['r of zero', 'signature-value-malformed', { value: (v) => v.map((b, i) => (i < 32 ? 0 : b)) }],
    ['s of zero', 'signature-value-malformed', { value: (v) => v.map((b, i) => (i < 32 ? b : 0)) }],
    [
      's beyond the order',
      'signature-value-malformed',
      { value: (v) => v.map((b, i) => (i < 32 ? b : 255)) },
    ],
    [
      'r equal to the order',
      'signature-value-malformed',
      {
        value: (v) => {
          const n = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
          return v.map((b, i) => n[i] ?? b);
        },
      },
    ],
    [
      'padded r and s',
      'signature-value-malformed',
      { value: (v) => Uint8Array.from([0, ...v.subarray(0, 32), 0, ...v.subarray(32)]) },
    ],
    ['empty value', 'signature-value-malformed', { value: () => new Uint8Array(0) }],
    [
      'another message signed',
      'signature-invalid',
      { value: (v) => v.map((b, i) => (i === 40 ? b ^ 1 : b)) },
    ],
  ])('%s: %s', async (_, code, forgery) => {
    expect((await findingOf(forgery)).code).toBe(code);
  });

  test("another signer's certificate in KeyInfo", async () => {
    const other = writeKeyInfo(knownChain(signers.subjectTeacher.chain));
    expect((await findingOf({ keyInfo: () => other })).code).toBe('signing-certificate-mismatch');
  });

  test('known unsigned properties may follow, in name and namespace', async () => {
    const unsigned =
      '<UnsignedProperties><UnsignedSignatureProperties><SignatureTimeStamp><EncapsulatedTimeStamp>AAAA' +
      '</EncapsulatedTimeStamp></SignatureTimeStamp><CertificateValues></CertificateValues><ArchiveTimeStamp xmlns="http://uri.etsi.org/01903/v1.4.1#">' +
      '</ArchiveTimeStamp></UnsignedSignatureProperties></UnsignedProperties>';
    const finding = await findingOf({
      objects: replaced('</SignedProperties>', `</SignedProperties>${unsigned}`),
    });
    expect(finding.code).toBe('valid');
  });

  test('an original that was moved into unsigned properties is not data', async () => {
    const request = requestFor(FROZEN, 'cbql', signers.principal, ['mon-TV']);
    const xml = new TextDecoder().decode(insert(FROZEN, 'cbql', forge(request, signers.principal, {})));
    const [original = ''] = /<DIEM_TONG_KET Id="mon-TV">.*?<\/DIEM_TONG_KET>/.exec(xml) ?? [];
    const moved = original.replace('<DIEM_TONG_KET', '<DIEM_TONG_KET xmlns=""');
    const shelter = `</SignedProperties><UnsignedProperties><UnsignedSignatureProperties><CertificateValues>${moved}</CertificateValues></UnsignedSignatureProperties></UnsignedProperties>`;
    const forged = xml
      .replace(original, original.replace(' Id="mon-TV"', '').replace('>9<', '>10<'))
      .replace('</SignedProperties>', shelter);
    const doc = scanCanonical(new TextEncoder().encode(forged));
    const element = doc.byId.get('sig-cbql');
    if (element === undefined) throw new Error('no signature');
    expect(await verifySignature(nodeCrypto, doc, element)).toMatchObject({
      code: 'reference-misplaced',
      reference: 'mon-TV',
    });
  });
});
