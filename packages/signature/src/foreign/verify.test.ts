import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { webCrypto } from '../crypto/web-crypto.ts';
import { makeSigners, type TestSigners } from '../testing/record.ts';
import {
  ENVELOPED,
  EXCLUSIVE,
  HEAD,
  INCLUSIVE,
  judgeForeign,
  saidOfForeign,
  signAsVendor,
  TEACHER,
  VENDOR_RECORD,
  type VendorSignature,
  WHOLE,
  withValueId,
} from '../testing/vendor.ts';
import { certify } from '../time/test-authority.node.ts';

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});

const DATA = "//*[local-name()='DuLieu']";
const teacher = (changes: Partial<VendorSignature> = {}): VendorSignature => ({
  place: TEACHER,
  leaf: signers.homeroomTeacher,
  references: [{ xpath: DATA, transforms: [EXCLUSIVE] }],
  ...changes,
});
const judged = async (xml: string, places = [TEACHER]) => saidOfForeign(await judgeForeign(xml, places));

describe("another vendor's signatures hold", () => {
  test.each<[string, () => Partial<VendorSignature>]>([
    ['exclusive', () => ({})],
    [
      'inclusive',
      () => ({ references: [{ xpath: DATA, transforms: [INCLUSIVE] }], canonicalization: INCLUSIVE }),
    ],
    [
      'exclusive with InclusiveNamespaces',
      () => ({ references: [{ xpath: DATA, transforms: [EXCLUSIVE], prefixes: ['khac', 'hb'] }] }),
    ],
    ['by ECDSA', () => ({ leaf: signers.subjectTeacher })],
  ])('%s', async (_, changes) => {
    const xml = signAsVendor(VENDOR_RECORD, teacher(changes()));
    expect(await judged(xml)).toBe('gvcn valid');
    // As a browser does it.
    expect(saidOfForeign(await judgeForeign(xml, [TEACHER], 'Id', webCrypto()))).toBe('gvcn valid');
    expect(await judged(xml.replace('>9<', '>8<'))).toBe('gvcn digest-mismatch');
  });

  test('enveloped, over the whole document', async () => {
    const references = [{ xpath: '/*', transforms: [ENVELOPED, EXCLUSIVE], whole: true }];
    const xml = signAsVendor(VENDOR_RECORD, teacher({ place: WHOLE, references }));
    expect(await judged(xml, [WHOLE])).toBe('hieu-truong valid');
    expect(await judged(xml.replace('>9<', '>8<'), [WHOLE])).toBe('hieu-truong digest-mismatch');
    // Whether its signer had an instruction before the root digested or left it out.
    const styled = (one: string) => one.replace('?>', '?>\n<?xml-stylesheet href="a.xsl"?>');
    expect(await judged(styled(xml), [WHOLE])).toBe('hieu-truong valid');
    expect(await judged(styled(xml).replace('>9<', '>8<'), [WHOLE])).toBe('hieu-truong digest-mismatch');
    const reading = await judgeForeign(xml, [WHOLE]);
    const finding = reading.readable ? reading.findings[0] : undefined;
    const octets = finding?.valid ? finding.signed.get('HocBa') : undefined;
    const text = new TextDecoder().decode(octets);
    expect(text.startsWith('<hb:HocBa xmlns:hb="urn:vendor:hoc-ba" Id="goc">')).toBe(true);
    expect(text).not.toContain('Signature');
  });

  test('of several signers, the last of whom signs the value of the first', async () => {
    const one = withValueId(signAsVendor(VENDOR_RECORD, teacher()), 'gvcn');
    const value = "//*[local-name()='SignatureValue']";
    const references = [
      { xpath: DATA, transforms: [INCLUSIVE] },
      { xpath: value, transforms: [EXCLUSIVE] },
    ];
    const xml = signAsVendor(one, { place: HEAD, leaf: signers.principal, references });
    const reading = await judgeForeign(xml, [TEACHER, HEAD]);
    expect(saidOfForeign(reading)).toBe('gvcn valid, hieu-truong valid');
    expect(reading.readable && reading.findings.map((f) => (f.valid ? f.signatures : []))).toEqual([
      [],
      ['gvcn'],
    ]);
    // The teacher's taken away: the head signed what is not there any more.
    const removed = xml.replace(/<Signature [^>]*Id="ky-gvcn".*?<\/Signature>/s, '');
    expect(await judged(removed, [TEACHER, HEAD])).toBe('gvcn absent, hieu-truong reference-not-found');
  });

  test.each(['ID', 'id'] as const)('with Ids spelt %s where the vendor does', async (spelling) => {
    const record = VENDOR_RECORD.replaceAll(' Id=', ` ${spelling}=`);
    const xml = signAsVendor(record, teacher({ idAttribute: spelling }));
    expect(saidOfForeign(await judgeForeign(xml, [TEACHER], spelling))).toBe('gvcn valid');
    expect(await judged(xml)).toBe('not read: id-spelling');
  });
});

describe('what was signed elsewhere', () => {
  test('is not what the slot must sign', async () => {
    const references = [{ xpath: "//*[local-name()='HoTen']", transforms: [EXCLUSIVE] }];
    expect(await judged(signAsVendor(VENDOR_RECORD, teacher({ references })))).toBe(
      'gvcn reference-misplaced',
    );
    const twice = [EXCLUSIVE, INCLUSIVE].map((form) => ({ xpath: DATA, transforms: [form] }));
    expect(await judged(signAsVendor(VENDOR_RECORD, teacher({ references: twice })))).toBe(
      'gvcn duplicate-reference',
    );
    const both = { ...TEACHER, signed: ['HocBa/DuLieu', 'HocBa/PhuLuc'] };
    const xml = signAsVendor(VENDOR_RECORD, teacher());
    expect(await judged(xml, [both])).toBe('gvcn not-covered');
    expect(await judged(xml, [HEAD])).toBe('not read: signature-misplaced');
  });

  test('what stands among the signer’s own words and was not signed by it', async () => {
    const properties =
      '<Object><q:QualifyingProperties xmlns:q="http://uri.etsi.org/01903/v1.3.2#" Target="#ky-gvcn">' +
      '<q:SignedProperties Id="them"></q:SignedProperties></q:QualifyingProperties></Object></Signature>';
    const xml = signAsVendor(VENDOR_RECORD, teacher()).replace('</Signature>', properties);
    expect(await judged(xml)).toBe('gvcn signed-properties-not-covered');
  });

  test.each<[string, string, () => Partial<VendorSignature>]>([
    ['its signer’s certificate and one time', 'valid', () => ({})],
    ['another certificate', 'signing-certificate-mismatch', () => ({ named: signers.principal })],
    ['two times', 'signing-time-mismatch', () => ({ otherTime: '2026-05-29T08:00:00+07:00' })],
  ])('signed properties that name %s: %s', async (_, code, changes) => {
    const signingTime = '2026-05-28T08:00:00+07:00';
    const xml = signAsVendor(VENDOR_RECORD, teacher({ xades: true, signingTime, ...changes() }));
    expect(await judged(xml)).toBe(`gvcn ${code}`);
  });

  test.each([
    ['too short a key', 'weak-key', {}, 1024],
    [
      'a certificate that may not sign documents',
      'certificate-not-for-signing',
      { keyUsage: ['cRLSign'] as const },
      2048,
    ],
  ])('by %s: %s', async (_, code, plan, modulusLength) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
    const { certificate } = certify(plan, null, privateKey);
    const privateKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const xml = signAsVendor(VENDOR_RECORD, teacher({ leaf: { privateKeyPem, chain: [certificate.der] } }));
    expect(await judged(xml)).toBe(`gvcn ${code}`);
  });

  test('only what was digested is handed on', async () => {
    const reading = await judgeForeign(signAsVendor(VENDOR_RECORD, teacher()), [TEACHER]);
    const [finding] = reading.readable ? reading.findings : [];
    const octets = finding?.valid ? finding.signed.get('HocBa/DuLieu') : undefined;
    expect(new TextDecoder().decode(octets)).toMatch(
      /^<hb:DuLieu xmlns:hb="urn:vendor:hoc-ba" xmlns:khac="urn:vendor:khac" Id="du-lieu" khac:phien-ban="2">/,
    );
  });
});

describe('documents that are not read', () => {
  const deep = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;
  test.each<[string, string, (xml: string) => string]>([
    ['a DTD', 'doctype', (xml) => xml.replace('<hb:HocBa', '<!DOCTYPE hb:HocBa><hb:HocBa')],
    ['one behind a comment', 'doctype', (xml) => xml.replace('<hb:HocBa', '<!-- --><!DOCTYPE a><hb:HocBa')],
    ['a DTD after the root', 'doctype', (xml) => `${xml}<!DOCTYPE hb:HocBa>`],
    ['a comment with two hyphens', 'comment', (xml) => xml.replace('<hb:HocBa', '<!-- -- --><hb:HocBa')],
    [
      'entities',
      'doctype',
      (xml) => xml.replace('<hb:HocBa', '<!DOCTYPE a [<!ENTITY b "8">]><hb:HocBa').replace('>9<', '>&b;<'),
    ],
    ['an entity nobody declared', 'malformed', (xml) => xml.replace('>9<', '>&b;<')],
    ['comment in a mark', 'comment', (xml) => xml.replace('>9<', '>9<!-- --><')],
    ['CDATA', 'cdata', (xml) => xml.replace('>9<', '><![CDATA[9]]><')],
    ['processing instruction', 'processing-instruction', (xml) => xml.replace('>9<', '>9<?a?><')],
    ['33 instructions', 'processing-instruction', (xml) => `${xml}${'<?a?>'.repeat(33)}`],
    ['a second XML declaration', 'processing-instruction', (xml) => `${xml.slice(0, 38)}${xml}`],
    ['another encoding', 'other-encoding', (xml) => xml.replace('UTF-8', 'ISO-8859-1')],
    ['a slot twice', 'ambiguous-place', (xml) => xml.replace('<hb:GVCN>', '<hb:GVCN/><hb:GVCN>')],
    [
      'two signatures in one slot',
      'ambiguous-place',
      (xml) => xml.replace('</hb:GVCN>', '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></hb:GVCN>'),
    ],
    ['an Id twice', 'duplicate-id', (xml) => xml.replace('<hb:GVCN', '<hb:GVCN Id="du-lieu"')],
    ['another spelling of it', 'id-spelling', (xml) => xml.replace('<hb:GVCN', '<hb:GVCN ID="du-lieu"')],
    ['xml:id', 'id-spelling', (xml) => xml.replace('<hb:GVCN', '<hb:GVCN xml:id="a"')],
    ['20,000 levels', 'too-deep', (xml) => xml.replace('<hb:GhiChu/>', deep(20_000))],
    ['257 levels', 'too-deep', (xml) => xml.replace('<hb:GhiChu/>', deep(255))],
    ['200,000 elements', 'too-many-elements', (xml) => xml.replace('<hb:GhiChu/>', '<a/>'.repeat(200_000))],
    ['50 MB', 'too-large', (xml) => xml + ' '.repeat(50 * 1024 * 1024)],
    ['a tag that does not end', 'malformed', (xml) => `${xml}<a`],
    ['many tags that do not end', 'too-deep', (xml) => xml + '<'.repeat(1_000_000)],
    ['nothing', 'malformed', () => ''],
    [
      '10,000 References',
      'too-many-references',
      (xml) => xml.replace(/<Reference .*?<\/Reference>/s, (reference) => reference.repeat(10_000)),
    ],
  ])('%s: %s', async (_, code, change) => {
    expect(await judged(change(signAsVendor(VENDOR_RECORD, teacher())))).toBe(`not read: ${code}`);
  });

  test('bytes that are not UTF-8', async () => {
    const xml = Buffer.from(signAsVendor(VENDOR_RECORD, teacher()).replace('UTF-8', 'utf-8'), 'latin1');
    expect(saidOfForeign(await judgeForeign(xml, [TEACHER]))).toBe('not read: bad-utf8');
    const wide = Buffer.from(VENDOR_RECORD.replace(' encoding="UTF-8"', ''), 'utf16le');
    expect(saidOfForeign(await judgeForeign(wide, [TEACHER]))).toMatch(/^not read: /);
  });
});

describe('signatures that do not count', () => {
  const sha1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
  test.each<[string, string, (xml: string) => string]>([
    [
      'SHA-1 digest',
      'digest-method-refused',
      (xml) => xml.replaceAll('http://www.w3.org/2001/04/xmlenc#sha256', sha1),
    ],
    [
      'SHA-1 signature',
      'signature-method-refused',
      (xml) => xml.replace('xmldsig-more#rsa-sha256', 'xmldsig#rsa-sha1'),
    ],
    ['HMAC', 'signature-method-refused', (xml) => xml.replace('#rsa-sha256', '#hmac-sha256')],
    [
      'no method',
      'signature-method-refused',
      (xml) => xml.replace(/<SignatureMethod Algorithm="[^"]*"/, '<SignatureMethod'),
    ],
    [
      'XSLT',
      'transform-refused',
      (xml) =>
        xml.replace(/(<Transforms>.*?Algorithm=")[^"]*/s, '$1http://www.w3.org/TR/1999/REC-xslt-19991116'),
    ],
    [
      'XPath',
      'transform-refused',
      (xml) =>
        xml.replace(/(<Transforms>.*?Algorithm=")[^"]*/s, '$1http://www.w3.org/TR/1999/REC-xpath-19991116'),
    ],
    [
      'with comments',
      'transform-refused',
      (xml) => xml.replace(/(<Transforms>.*?Algorithm="[^"]*)/s, '$1WithComments'),
    ],
    [
      'enveloped where it is not',
      'signature-invalid',
      (xml) => xml.replace('<Transforms>', `<Transforms><Transform Algorithm="${ENVELOPED}"/>`),
    ],
    [
      'no certificate',
      'certificate-unreadable',
      (xml) => xml.replace(/<X509Data>.*?<\/X509Data>/s, '<KeyValue/>'),
    ],
    [
      'an external URI',
      'reference-not-found',
      (xml) => xml.replace('URI="#du-lieu"', 'URI="https://example.vn/a.xml"'),
    ],
    ['no URI', 'reference-not-found', (xml) => xml.replace(' URI="#du-lieu"', '')],
    ['no Reference', 'nothing-signed', (xml) => xml.replace(/<Reference .*?<\/Reference>/s, '')],
    ['words in SignedInfo', 'malformed', (xml) => xml.replace('<SignedInfo>', '<SignedInfo>a')],
    ['a Manifest', 'malformed', (xml) => xml.replace('</KeyInfo>', '</KeyInfo><Manifest/>')],
    [
      'the value of another',
      'signature-invalid',
      (xml) => xml.replace(/<SignatureValue>../, '<SignatureValue>AA'),
    ],
  ])('%s: %s', async (_, code, change) => {
    const xml = signAsVendor(VENDOR_RECORD, teacher());
    const changed = change(xml);
    expect(changed).not.toBe(xml);
    expect(await judged(changed)).toBe(`gvcn ${code}`);
  });
});
