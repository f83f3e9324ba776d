import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { spkiOf } from '../pki/keys.node.ts';
import { issuerOf } from '../pki/training.node.ts';
import { type Forgery, forgedFinding, replaced } from '../testing/forge.node.ts';
import { makeSigners, type TestSigners } from '../testing/record.ts';

const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const ECDSA = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
const transform = `<Transform Algorithm="${EXC}"></Transform>`;

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});
const findingOf = (forgery: Forgery) => forgedFinding(signers, forgery);

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
