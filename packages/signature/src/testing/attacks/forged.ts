import { createHash, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeUtf8 } from '@hocba/xml';
import { DIGEST_URIS, SIGNATURE_URIS } from '../../algorithms.ts';
import { TRAINING_POLICY_OID } from '../../index.ts';
import { EXCLUSIVE_C14N } from '../../markup/vocabulary.ts';
import type { IssuedLeaf } from '../../node.ts';
import { encodePem } from '../../pem.ts';
import { spkiOf } from '../../pki/keys.node.ts';
import { issuerOf } from '../../pki/training.node.ts';
import { type CertificatePlan, type Issuer, writeCertificate } from '../../pki/write-certificate.node.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { ATTRIBUTE, PURPOSE } from '../../x509/oids.ts';
import { type Forgery, forge } from '../forge.node.ts';
import { NOW } from '../record.ts';
import { type DocumentAttack, edited } from './documents.ts';
import { type AttackRecord, type AttackSlot, put, requestOf } from './record.ts';

/**
 * Records that a forger signed with a key of his own: the value fits, and only a rule about algorithms, keys or
 * certificates can refuse them. One slot, the principal's.
 */
export interface SoloRecord {
  readonly record: AttackRecord;
  readonly slot: AttackSlot;
  /** Without the signature. */
  readonly unsigned: string;
}

export function soloRecord(whole: AttackRecord): SoloRecord {
  const slot = whole.slots.find((s) => s.slot === 'cbql');
  if (slot === undefined) throw new Error('no principal');
  const unsigned = whole.xml
    .replace(/<PHAT_HANH_HOC_BA>.*<\/PHAT_HANH_HOC_BA>/s, '<PHAT_HANH_HOC_BA></PHAT_HANH_HOC_BA>')
    .replace(/<DANH_SACH_KY>.*<\/DANH_SACH_KY>/s, '<DANH_SACH_KY></DANH_SACH_KY>');
  return { record: { ...whole, slots: [slot], xml: unsigned }, slot, unsigned };
}

const signedBy = ({ unsigned, slot }: SoloRecord, leaf: IssuedLeaf, forgery: Forgery): string =>
  put(unsigned, slot, decodeUtf8(forge(requestOf(unsigned, { ...slot, leaf: slot.leaf }), leaf, forgery)));

/** The honest way, to show that what is refused below is refused for its own fault. */
export const honest = (solo: SoloRecord): string => signedBy(solo, solo.slot.leaf, {});

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const ECDSA = SIGNATURE_URIS['ecdsa-p256-sha256'];

/** Algorithms and transforms that are refused, each in an otherwise honest signature. */
export function algorithms(solo: SoloRecord): DocumentAttack[] {
  const methods = [
    'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    'http://www.w3.org/2000/09/xmldsig#dsa-sha1',
    'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
    'http://www.w3.org/2009/xmldsig11#dsa-sha256',
    `${MORE}ecdsa-sha1`,
    `${MORE}ecdsa-sha224`,
    `${MORE}rsa-md5`,
    `${MORE}rsa-sha256`,
    `${MORE}hmac-md5`,
    `${MORE}hmac-sha256`,
    `${MORE}hmac-sha512`,
    'none',
    '',
  ];
  const digests = [
    'http://www.w3.org/2000/09/xmldsig#sha1',
    `${MORE}md5`,
    `${MORE}sha224`,
    'http://www.w3.org/2001/04/xmlenc#ripemd160',
    'none',
    '',
  ];
  const transforms = [
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    'http://www.w3.org/TR/1999/REC-xpath-19991116',
    'http://www.w3.org/2002/06/xmldsig-filter2',
    'http://www.w3.org/2000/09/xmldsig#base64',
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    `${EXCLUSIVE_C14N}WithComments`,
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
    'http://www.w3.org/2002/07/decrypt#XML',
    '',
  ];
  const refused = (name: string, forgery: Forgery): DocumentAttack => ({
    kind: 'algorithms',
    name,
    xml: signedBy(solo, solo.slot.leaf, forgery),
    general: true,
  });
  const inInfo = (name: string, from: string | RegExp, to: string | ((found: string) => string)) =>
    refused(name, { signedInfo: (xml) => edited(xml, from, to) });
  const transform = `<Transform Algorithm="${EXCLUSIVE_C14N}"></Transform>`;
  const hmac = (key: Uint8Array) => (message: Uint8Array) =>
    new Uint8Array(createHmac('sha256', key).update(message).digest());
  const [leaf = new Uint8Array()] = solo.slot.leaf.chain;
  const toHmac = (xml: string) => edited(xml, ECDSA, `${MORE}hmac-sha256`);
  return [
    ...methods.map((uri) => inInfo(`SignatureMethod "${uri}"`, ECDSA, uri)),
    ...digests.map((uri) => inInfo(`DigestMethod "${uri}"`, DIGEST_URIS.sha256, uri)),
    ...transforms.map((uri) =>
      inInfo(`Transform "${uri}"`, transform, `<Transform Algorithm="${uri}"></Transform>`),
    ),
    ...transforms.map((uri) => inInfo(`CanonicalizationMethod "${uri}"`, EXCLUSIVE_C14N, uri)),
    inInfo('two canonicalisations', transform, transform + transform),
    inInfo(
      'a parameter that shortens the value',
      '</SignatureMethod>',
      '<HMACOutputLength>8</HMACOutputLength></SignatureMethod>',
    ),
    inInfo('an XPath in a Transform', '></Transform>', '><XPath>true()</XPath></Transform>'),
    inInfo('a Reference to nothing', /URI="#data"/, 'URI="#nowhere"'),
    inInfo('a Reference outside', /URI="#data"/, 'URI="file:///etc/hostname"'),
    inInfo('a Reference by XPointer', /URI="#data"/, 'URI="#xpointer(/)"'),
    inInfo('a Reference to the whole document', /URI="#data"/, 'URI=""'),
    inInfo('the same Reference twice', /<Reference .*?<\/Reference>/s, (found) => found + found),
    inInfo('no Reference to data', /<Reference .*?<\/Reference>/s, ''),
    inInfo('SigningTime not signed', /<Reference [^>]*URI="#props-.*?<\/Reference>/s, ''),
    inInfo('SignedProperties not signed', /<Reference [^>]*URI="#xades-.*?<\/Reference>/s, ''),
    refused('HMAC with the certificate as its key', { signedInfo: toHmac, signer: hmac(leaf) }),
    refused('HMAC with an empty key', { signedInfo: toHmac, signer: hmac(new Uint8Array()) }),
    refused('a value of zeros', { value: (value) => new Uint8Array(value.length) }),
    refused('a value of the order', { value: (value) => new Uint8Array(value.length).fill(255) }),
    refused('an empty value', { value: () => new Uint8Array() }),
    refused('a value too long', { value: (value) => Uint8Array.from([...value, 0]) }),
  ];
}

type Key = { readonly name: string; readonly key: KeyObject };
const curve = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsa = (modulusLength: number, publicExponent = 65_537): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;

/** Certificates of the record's own issuing authority, or of another, that must not sign this slot. */
export function certificates(solo: SoloRecord): DocumentAttack[] {
  const issuing = issuerOf(solo.record.signers.pki.issuing);
  const plan: CertificatePlan = {
    subject: [
      [ATTRIBUTE.commonName, 'Phạm Thị Cẩm'],
      [ATTRIBUTE.userId, solo.slot.owner],
    ],
    notBefore: new Date(NOW.getTime() - 86_400_000),
    notAfter: new Date(NOW.getTime() + 30 * 86_400_000),
    pathLength: null,
    keyUsage: ['digitalSignature', 'contentCommitment'],
    policies: [TRAINING_POLICY_OID],
  };
  const made = (
    changes: Partial<CertificatePlan>,
    issuer: Issuer | null = issuing,
    key = curve('P-256'),
  ): IssuedLeaf => {
    const der = writeCertificate({ ...plan, ...changes }, spkiOf(key), issuer, key);
    return {
      certificatePem: encodePem('CERTIFICATE', der),
      privateKeyPem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
      chain: issuer === null ? [der] : [der, issuer.certificate.der],
    };
  };
  const refused = (kind: string, name: string, leaf: IssuedLeaf): DocumentAttack => ({
    kind,
    name,
    xml: withOwnCertificate(solo, leaf),
    general: true,
  });
  const by = (name: string, changes: Partial<CertificatePlan>, issuer?: Issuer | null) =>
    refused('certificates', name, made(changes, issuer));
  const authority = (changes: Partial<CertificatePlan>, above: Issuer | null = issuing): Issuer => {
    const key = curve('P-256');
    const der = writeCertificate({ ...plan, ...changes }, spkiOf(key), above, key);
    return { certificate: parseCertificate(der), privateKey: key };
  };
  const { signers } = solo.record;
  const keys: Key[] = [
    { name: 'RSA-1024', key: rsa(1_024) },
    { name: 'RSA-1536', key: rsa(1_536) },
    { name: 'RSA-2047', key: rsa(2_047) },
    { name: 'RSA with exponent 3', key: rsa(2_048, 3) },
    { name: 'P-224', key: curve('secp224r1') },
    { name: 'P-192', key: curve('prime192v1') },
    { name: 'secp256k1', key: curve('secp256k1') },
  ];
  const day = 86_400_000;
  return [
    ...keys.map(({ name, key }) => refused('weak keys', name, made({}, issuing, key))),
    refused('certificates', "the class teacher's", signers.homeroomTeacher),
    refused('certificates', "the subject teacher's", signers.subjectTeacher),
    refused('certificates', "the school's seal", signers.seal),
    by('expired', { notBefore: new Date(NOW.getTime() - 9 * day), notAfter: new Date(NOW.getTime() - day) }),
    by('not yet valid', {
      notBefore: new Date(NOW.getTime() + day),
      notAfter: new Date(NOW.getTime() + 9 * day),
    }),
    by('of another person', {
      subject: [
        [ATTRIBUTE.commonName, 'Phạm Thị Cẩm'],
        [ATTRIBUTE.userId, 'CCCD:001175000034'],
      ],
    }),
    by('of nobody', { subject: [[ATTRIBUTE.commonName, 'Phạm Thị Cẩm']] }),
    by('of two persons', { subject: [...plan.subject, [ATTRIBUTE.userId, 'CCCD:001175000034']] }),
    by('that is self-signed', {}, null),
    by('of an authority nobody knows', {}, authority({ pathLength: 0, keyUsage: ['keyCertSign'] }, null)),
    by('issued by a person', {}, authority({})),
    by('issued by one without the CA flag', {}, authority({ keyUsage: ['keyCertSign'] })),
    by('issued by a CA that may not certify', {}, authority({ pathLength: 0, keyUsage: ['cRLSign'] })),
    by('below a CA that may have none below', {}, authority({ pathLength: 0, keyUsage: ['keyCertSign'] })),
    by('of a CA', { pathLength: 0, keyUsage: ['keyCertSign', 'digitalSignature'] }),
    by('for agreeing on keys', { keyUsage: ['keyAgreement'] }),
    by('for encryption', { keyUsage: ['keyEncipherment'] }),
    by('for servers', { extendedKeyUsage: [PURPOSE.serverAuth] }),
    by('for time-stamping', { extendedKeyUsage: [PURPOSE.timeStamping], criticalPurpose: true }),
    by('for OCSP answers', { extendedKeyUsage: [PURPOSE.ocspSigning] }),
    by('for code', { extendedKeyUsage: ['1.3.6.1.5.5.7.3.3'] }),
    by('with an unknown critical extension', {
      others: [{ oid: '1.2.3.4', critical: true, content: Uint8Array.of(5, 0) }],
    }),
  ];
}

/** Signed with this key, and everything that names the certificate names this one. */
function withOwnCertificate(solo: SoloRecord, leaf: IssuedLeaf): string {
  const [der = new Uint8Array()] = leaf.chain;
  const digests = leaf.chain.map((c) => createHash('sha256').update(c).digest('base64'));
  let properties = '';
  const objects = (xml: string): string => {
    let n = 0;
    let changed = xml.replace(
      /(<CertDigest>.*?<DigestValue [^>]*>)[^<]*/g,
      (_, before) => before + (digests[n++] ?? ''),
    );
    if (digests.length === 1) changed = changed.replace(/(<\/Cert>)<Cert>.*?<\/Cert>/, '$1');
    properties = /<SignedProperties .*<\/SignedProperties>/.exec(changed)?.[0] ?? '';
    return changed;
  };
  signedBy(solo, solo.slot.leaf, { objects });
  const canonical = properties.replace(
    '<SignedProperties',
    '<SignedProperties xmlns="http://uri.etsi.org/01903/v1.3.2#"',
  );
  const digest = createHash('sha256').update(canonical).digest('base64');
  const isRsa = parseKind(der) === 'rsa';
  const signedInfo = (xml: string) =>
    xml
      .replace(ECDSA, isRsa ? SIGNATURE_URIS['rsa-pkcs1-sha256'] : ECDSA)
      .replace(/(URI="#xades-cbql".*<DigestValue>)[^<]*/, (_, before) => before + digest);
  return signedBy(solo, leaf, { objects, signedInfo });
}

function parseKind(der: Uint8Array): string {
  try {
    return parseCertificate(der).publicKey.kind;
  } catch {
    return 'unread';
  }
}
