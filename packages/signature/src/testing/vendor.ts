import { sign } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { ForeignPlace } from '../foreign/places.ts';
import { type ForeignReading, verifyForeign } from '../foreign/verify.ts';
import type { CryptoPort } from '../index.ts';
import { type IssuedLeaf, nodeCrypto } from '../node.ts';
import { readPrivateKey } from '../pki/keys.node.ts';

/** Records as another vendor would write and sign them, by xml-crypto, which shares no code with what judges them. */

export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const NAMESPACE = 'urn:vendor:hoc-ba';

/** Indented, with prefixes, single quotes, empty-element tags and an XML declaration: far from our own form. */
export const VENDOR_RECORD = `<?xml version="1.0" encoding="UTF-8"?>
<hb:HocBa xmlns:hb='${NAMESPACE}' xmlns:khac='urn:vendor:khac' Id="goc">
  <hb:DuLieu Id="du-lieu" khac:phien-ban='2'>
    <hb:HoTen>Nguyễn Ngọc Bảo</hb:HoTen>
    <hb:Diem mon='TOAN'>9</hb:Diem><hb:GhiChu/>
  </hb:DuLieu>
  <hb:ChuKy><hb:GVCN/><hb:HieuTruong/></hb:ChuKy>
</hb:HocBa>
`;

export const TEACHER: ForeignPlace = {
  slot: 'gvcn',
  signatureIn: 'HocBa/ChuKy/GVCN',
  signed: ['HocBa/DuLieu'],
};
export const HEAD: ForeignPlace = {
  slot: 'hieu-truong',
  signatureIn: 'HocBa/ChuKy/HieuTruong',
  signed: ['HocBa/DuLieu'],
};
/** Whoever signs all that stands there, in the enveloped way. */
export const WHOLE: ForeignPlace = { ...HEAD, signed: ['HocBa'] };

export interface VendorSignature {
  readonly place: ForeignPlace;
  readonly leaf: Pick<IssuedLeaf, 'privateKeyPem' | 'chain'>;
  /** XPath of what is signed, and the transforms on it; the last one canonicalises. */
  readonly references: readonly {
    readonly xpath: string;
    readonly transforms: readonly string[];
    readonly whole?: boolean;
    readonly prefixes?: readonly string[];
    readonly digest?: string;
  }[];
  readonly canonicalization?: string;
  readonly method?: string;
  readonly idAttribute?: string;
  /** Signed where the ministry's scheme has it: `Object/SignatureProperties/SignatureProperty/SigningTime`. */
  readonly signingTime?: string;
  /** With XAdES' own signed properties; unsigned ones find their place behind them (`withUnsigned`). */
  readonly xades?: boolean;
  /** Whose certificate its properties name, and another time in them: of a forger. */
  readonly named?: IssuedLeaf;
  readonly otherTime?: string;
}

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const ECDSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

class EcdsaSha256 {
  getSignature(message: string, key: string): string {
    return sign('sha256', Buffer.from(message), {
      key: readPrivateKey(key),
      dsaEncoding: 'ieee-p1363',
    }).toString('base64');
  }
  verifySignature(): boolean {
    return false;
  }
  getAlgorithmName(): string {
    return ECDSA_SHA256;
  }
}

const steps = (path: string): string =>
  path
    .split('/')
    .map((step) => step.replace(/^([^[]+)(\[\d+\])?$/, "/*[local-name()='$1']$2"))
    .join('');

/** The document with one more signature. */
export function signAsVendor(xml: string, plan: VendorSignature): string {
  const { place, leaf, references } = plan;
  const ec = readPrivateKey(leaf.privateKeyPem).asymmetricKeyType === 'ec';
  const certificates = leaf.chain.map((der) => Buffer.from(der).toString('base64'));
  const signer = new SignedXml({
    privateKey: leaf.privateKeyPem,
    idAttribute: plan.idAttribute ?? 'Id',
    signatureAlgorithm: plan.method ?? (ec ? ECDSA_SHA256 : RSA_SHA256),
    canonicalizationAlgorithm: plan.canonicalization ?? EXCLUSIVE,
    getKeyInfoContent: () =>
      `<X509Data>${certificates.map((c) => `<X509Certificate>${c.replace(/.{64}/g, '$&\n')}</X509Certificate>`).join('')}</X509Data>`,
  });
  const properties = `thoi-gian-${place.slot}`;
  if (plan.xades === true) signer.objects = [{ content: xadesProperties(plan) }];
  else if (plan.signingTime !== undefined) {
    const time = `<SignatureProperty Id="${properties}" Target="#ky-${place.slot}"><SigningTime xmlns="">${plan.signingTime}</SigningTime></SignatureProperty>`;
    signer.objects = [{ content: `<SignatureProperties>${time}</SignatureProperties>` }];
  }
  Object.assign(signer.SignatureAlgorithms, { [ECDSA_SHA256]: EcdsaSha256 });
  for (const { xpath, transforms, whole = false, prefixes = [], digest = SHA256 } of references)
    signer.addReference({
      xpath,
      transforms: [...transforms],
      digestAlgorithm: digest,
      isEmptyUri: whole,
      inclusiveNamespacesPrefixList: [...prefixes],
    });
  if (plan.xades === true)
    signer.addReference({
      xpath: `//*[@Id='xades-${place.slot}']`,
      transforms: [EXCLUSIVE],
      digestAlgorithm: SHA256,
      type: 'http://uri.etsi.org/01903#SignedProperties',
    });
  else if (plan.signingTime !== undefined)
    signer.addReference({
      xpath: `//*[@Id='${properties}']`,
      transforms: [EXCLUSIVE],
      digestAlgorithm: SHA256,
    });
  signer.computeSignature(xml, {
    attrs: { Id: `ky-${place.slot}` },
    location: { reference: steps(place.signatureIn), action: 'append' },
  });
  return signer.getSignedXml();
}

const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

function xadesProperties({ place, leaf, signingTime, named: by, otherTime }: VendorSignature): string {
  const [der = new Uint8Array()] = (by ?? leaf).chain;
  const digest = Buffer.from(nodeCrypto.sha256(der)).toString('base64');
  const named = `<DigestMethod xmlns="${DSIG}" Algorithm="${SHA256}"/><DigestValue xmlns="${DSIG}">${digest}</DigestValue>`;
  const times = [signingTime, otherTime].filter((one) => one !== undefined);
  const time = times.map((one) => `<SigningTime>${one}</SigningTime>`).join('');
  const signed = `<SignedSignatureProperties>${time}<SigningCertificateV2><Cert><CertDigest>${named}</CertDigest></Cert></SigningCertificateV2></SignedSignatureProperties>`;
  return `<QualifyingProperties xmlns="${XADES}" Target="#ky-${place.slot}"><SignedProperties Id="xades-${place.slot}">${signed}</SignedProperties></QualifyingProperties>`;
}

export interface VendorUnsigned {
  /** Gives a token over these octets. */
  readonly token?: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** Of the SignatureValue that is dated; `inclusive` is what a property without a method means. */
  readonly form?: 'exclusive' | 'inclusive';
  readonly ocsp?: readonly Uint8Array[];
  readonly certificates?: readonly Uint8Array[];
}

/** The document with unsigned properties beside the signature of a slot that has XAdES' own. */
export async function withUnsigned(xml: string, slot: string, unsigned: VendorUnsigned): Promise<string> {
  const { token, form = 'exclusive', ocsp = [], certificates = [] } = unsigned;
  const own = new RegExp(`<Signature [^>]*Id="ky-${slot}".*?</Signature>`, 's').exec(xml)?.[0] ?? '';
  const value = /<SignatureValue>(.*?)<\/SignatureValue>/s.exec(own)?.[1];
  if (value === undefined) throw new Error(slot);
  // The two canonical forms, below a root that declares but `xsi`.
  const around = form === 'inclusive' ? ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' : '';
  const message = new TextEncoder().encode(
    `<SignatureValue xmlns="${DSIG}"${around}>${value}</SignatureValue>`,
  );
  const text = (der: Uint8Array): string => Buffer.from(der).toString('base64').replace(/.{76}/g, '$&\n');
  const within = (name: string, inner: string): string => (inner === '' ? '' : `<${name}>${inner}</${name}>`);
  const method =
    form === 'inclusive' ? '' : `<CanonicalizationMethod xmlns="${DSIG}" Algorithm="${EXCLUSIVE}"/>`;
  const stamp =
    token === undefined
      ? ''
      : `${method}<EncapsulatedTimeStamp>${text(await token(message))}</EncapsulatedTimeStamp>`;
  const carried = certificates.map((der) => within('EncapsulatedX509Certificate', text(der))).join('');
  const answers = ocsp.map((der) => within('EncapsulatedOCSPValue', text(der))).join('');
  const all = [
    within('SignatureTimeStamp', stamp),
    within('CertificateValues', carried),
    within('RevocationValues', within('OCSPValues', answers)),
  ].join('');
  const properties = within('UnsignedProperties', within('UnsignedSignatureProperties', all));
  return xml.replace(own, () => own.replace('</SignedProperties>', () => `</SignedProperties>${properties}`));
}

/** Gives the SignatureValue of a slot an Id, as a signer who lets himself be countersigned does. */
export const withValueId = (xml: string, slot: string): string =>
  xml.replace(
    new RegExp(`(<Signature [^>]*Id="ky-${slot}".*?<SignatureValue)>`, 's'),
    `$1 Id="gia-tri-${slot}">`,
  );

export const judgeForeign = (
  xml: string | Uint8Array,
  places: readonly ForeignPlace[],
  idAttribute: 'Id' | 'ID' | 'id' = 'Id',
  crypto: CryptoPort = nodeCrypto,
): Promise<ForeignReading> =>
  verifyForeign(crypto, typeof xml === 'string' ? new TextEncoder().encode(xml) : xml, {
    places,
    idAttribute,
  });

/** `slot code` of every finding, or why the document was not read. */
export function saidOfForeign(reading: ForeignReading): string {
  if (!reading.readable) return `not read: ${reading.code}`;
  return reading.findings.map(({ slot, code }) => `${slot} ${code}`).join(', ');
}
