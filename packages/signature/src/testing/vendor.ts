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
  readonly leaf: IssuedLeaf;
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
  if (plan.signingTime !== undefined) {
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
  if (plan.signingTime !== undefined)
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
