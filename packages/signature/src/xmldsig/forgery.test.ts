import { createHmac } from 'node:crypto';
import { scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { derFromPlain, type SignatureFinding, verifySignature } from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { spkiOf } from '../pki/keys.node.ts';
import { issuerOf } from '../pki/training.node.ts';
import { type Forgery, forge } from '../test-forge.ts';
import { FROZEN, insert, makeSigners, requestFor, type TestSigners } from '../test-record.ts';
import { knownChain, writeKeyInfo } from './key-info.ts';

const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const ECDSA = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
const transform = `<Transform Algorithm="${EXC}"></Transform>`;

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});

/** The finding for a principal's forged signature over the data, in its place. */
async function findingOf(forgery: Forgery): Promise<SignatureFinding> {
  const request = requestFor(FROZEN, 'cbql', signers.principal, ['data']);
  const doc = scanCanonical(insert(FROZEN, 'cbql', forge(request, signers.principal, forgery)));
  const element = doc.byId.get('sig-cbql');
  if (element === undefined) throw new Error('no signature');
  return verifySignature(nodeCrypto, doc, element);
}

const replaced = (from: string | RegExp, to: string) => (xml: string) => {
  const changed = xml.replace(from, to);
  if (changed === xml) throw new Error('nothing to replace');
  return changed;
};
const firstReference = /<Reference .*?<\/Reference>/;
const extraReference = (uri: string, id: string) => (xml: string) => {
  const [first = ''] = firstReference.exec(xml) ?? [];
  return xml.replace(first, first + first.replace('#data', uri).replace(/ Id="[^"]*"/, ` Id="${id}"`));
};

test('the untouched forgery is valid, so that each row below is refused for what it changes', async () => {
  const finding = await findingOf({});
  expect(finding.code).toBe('valid');
});

describe('SignedInfo that its signer chose otherwise', () => {
  test.each<[string, string, Forgery]>([
    [
      'inclusive C14N of SignedInfo',
      'canonicalization-refused',
      { signedInfo: replaced(EXC, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315') },
    ],
    ['C14N with comments', 'canonicalization-refused', { signedInfo: replaced(EXC, `${EXC}WithComments`) }],
    [
      'C14N with inclusive prefixes',
      'canonicalization-refused',
      {
        signedInfo: replaced(
          '></CanonicalizationMethod>',
          `><InclusiveNamespaces xmlns="${EXC}" PrefixList="a"></InclusiveNamespaces></CanonicalizationMethod>`,
        ),
      },
    ],
    [
      'inclusive C14N of the data',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          '<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></Transform>',
        ),
      },
    ],
    [
      'enveloped signature',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform>',
        ),
      },
    ],
    ['two transforms', 'transform-refused', { signedInfo: replaced(transform, transform + transform) }],
    ['no transform', 'transform-refused', { signedInfo: replaced(transform, '') }],
    [
      'XPath',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(self::DIEM_SO)</XPath></Transform>',
        ),
      },
    ],
    [
      'XPath filter 2',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          '<Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"></Transform>',
        ),
      },
    ],
    [
      'XSLT',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></Transform>',
        ),
      },
    ],
    [
      'base64',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"></Transform>',
        ),
      },
    ],
    [
      'transform with inclusive prefixes',
      'transform-refused',
      {
        signedInfo: replaced(
          transform,
          transform.replace(
            '><',
            `><InclusiveNamespaces xmlns="${EXC}" PrefixList="a"></InclusiveNamespaces><`,
          ),
        ),
      },
    ],
    [
      'SHA-1 digest',
      'digest-method-refused',
      { signedInfo: replaced(SHA256, 'http://www.w3.org/2000/09/xmldsig#sha1') },
    ],
    [
      'MD5 digest',
      'digest-method-refused',
      { signedInfo: replaced(SHA256, 'http://www.w3.org/2001/04/xmldsig-more#md5') },
    ],
    ['digest method of no name', 'digest-method-refused', { signedInfo: replaced(SHA256, '') }],
    [
      'digest of another hash',
      'digest-mismatch',
      { signedInfo: replaced(SHA256, 'http://www.w3.org/2001/04/xmlenc#sha512') },
    ],
    ['empty digest', 'malformed', { signedInfo: replaced(/<DigestValue>[^<]*/, '<DigestValue>') }],
    ['short digest', 'digest-mismatch', { signedInfo: replaced(/<DigestValue>[^<]*/, '<DigestValue>AAAA') }],
    [
      'ECDSA with SHA-1',
      'signature-method-refused',
      { signedInfo: replaced(ECDSA, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1') },
    ],
    [
      'RSA method, ECDSA key',
      'signature-method-refused',
      { signedInfo: replaced(ECDSA, 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256') },
    ],
    [
      'ECDSA of another curve',
      'signature-method-refused',
      { signedInfo: replaced(ECDSA, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384') },
    ],
    [
      'HMACOutputLength',
      'signature-method-refused',
      {
        signedInfo: replaced(
          '></SignatureMethod>',
          '><HMACOutputLength>1</HMACOutputLength></SignatureMethod>',
        ),
      },
    ],
    ['same reference twice', 'duplicate-reference', { signedInfo: extraReference('#data', 'ref-cbql-9') }],
    [
      'reference to nothing',
      'reference-not-found',
      { signedInfo: replaced('URI="#data"', 'URI="#nothing"') },
    ],
    ['whole document', 'reference-not-found', { signedInfo: replaced('URI="#data"', 'URI=""') }],
    ['no URI', 'reference-not-found', { signedInfo: replaced(' URI="#data"', '') }],
    ['a file', 'reference-not-found', { signedInfo: replaced('URI="#data"', 'URI="file:///etc/hostname"') }],
    [
      'an address',
      'reference-not-found',
      { signedInfo: replaced('URI="#data"', 'URI="http://127.0.0.1/x"') },
    ],
    [
      'XPointer',
      'reference-not-found',
      { signedInfo: replaced('URI="#data"', 'URI="#xpointer(id(\'data\'))"') },
    ],
    [
      'extra reference that is not described',
      'malformed',
      { signedInfo: extraReference('#mon-TV', 'ref-cbql-9') },
    ],
    ['reference with another Id', 'malformed', { signedInfo: replaced('Id="ref-cbql-1"', 'Id="ref-x-1"') }],
    [
      'manifest',
      'malformed',
      {
        signedInfo: replaced(
          'Id="ref-cbql-1"',
          'Id="ref-cbql-1" Type="http://www.w3.org/2000/09/xmldsig#Manifest"',
        ),
      },
    ],
    [
      'signing time not covered',
      'signing-time-not-covered',
      { signedInfo: replaced(/<Reference Id="ref-cbql-2".*?<\/Reference>/, '') },
    ],
    [
      'signed properties not covered',
      'signed-properties-not-covered',
      { signedInfo: replaced(/<Reference Type="http:\/\/uri.etsi.org.*<\/Reference>/, '') },
    ],
    [
      'signed properties not said to be such',
      'signed-properties-not-covered',
      { signedInfo: replaced(' Type="http://uri.etsi.org/01903#SignedProperties"', '') },
    ],
    ['only own properties', 'nothing-signed', { signedInfo: replaced(firstReference, '') }],
    ['no references', 'signing-time-not-covered', { signedInfo: replaced(/<Reference.*<\/Reference>/, '') }],
    ['own value signed', 'reference-misplaced', { signedInfo: replaced('URI="#data"', 'URI="#sv-cbql"') }],
    [
      'own signature signed',
      'reference-misplaced',
      { signedInfo: replaced('URI="#data"', 'URI="#sig-cbql"') },
    ],
    ['own slot signed', 'reference-misplaced', { signedInfo: replaced('URI="#data"', 'URI="#cbql"') }],
    ['attribute of SignedInfo', 'malformed', { signedInfo: replaced(`#">`, `#" Id="x">`) }],
  ])('%s: %s', async (_, code, forgery) => {
    expect((await findingOf(forgery)).code).toBe(code);
  });

  test('65 references', async () => {
    const many = (xml: string) => {
      const [first = ''] = firstReference.exec(xml) ?? [];
      return xml.replace(
        first,
        Array.from({ length: 63 }, (_, i) =>
          first.replace('#data', `#x${i}`).replace(/ Id="[^"]*"/, ''),
        ).join(''),
      );
    };
    expect((await findingOf({ signedInfo: many })).code).toBe('too-many-references');
  });

  test('HMAC keyed with the public key', async () => {
    const spki = spkiOf(issuerOf(signers.principal).privateKey);
    const finding = await findingOf({
      signedInfo: replaced(ECDSA, 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'),
      signer: (message) => new Uint8Array(createHmac('sha256', spki).update(message).digest()),
    });
    expect(finding.code).toBe('signature-method-refused');
  });
});

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
