import { encodeUtf8, type XmlDocument, type XmlElement } from '@hocba/xml';
import { DIGEST_URIS, digestByUri, type HashAlgorithm } from '../algorithms.ts';
import { attributesAre, childrenOf, isEmpty, leafBase64, leafIs, leafText } from '../markup/grammar.ts';
import { DSIG, MAX_CERTIFICATES, XADES } from '../markup/vocabulary.ts';

/** What SignedProperties say (ETSI EN 319 132-1 §5.2). */
export interface SignedProperties {
  readonly signingTime: string;
  /** SigningCertificateV2: digests of DER, the leaf's first; after it those of the rest of the chain, or nothing. */
  readonly certificateDigests: readonly CertificateDigest[];
  /** Ids of the References that have a DataObjectFormat, in order. */
  readonly describedReferences: readonly string[];
}

export interface CertificateDigest {
  readonly hash: HashAlgorithm;
  readonly value: Uint8Array;
}

const MIME_TYPE = 'text/xml';
const MIME_OCTETS = encodeUtf8(MIME_TYPE);

/**
 * SignedProperties in canonical form below QualifyingProperties. `certificateDigests` are base64 of SHA-256, one for
 * each certificate of KeyInfo in its order, so that none of them can be changed unseen; `referenceIds` are Ids of
 * References.
 */
export function writeSignedProperties(
  id: string,
  signingTime: string,
  certificateDigests: readonly string[],
  referenceIds: readonly string[],
): string {
  const formats = referenceIds
    .map(
      (ref) =>
        `<DataObjectFormat ObjectReference="#${ref}"><MimeType>${MIME_TYPE}</MimeType></DataObjectFormat>`,
    )
    .join('');
  const certificates = certificateDigests
    .map(
      (digest) =>
        `<Cert><CertDigest><DigestMethod xmlns="${DSIG}" Algorithm="${DIGEST_URIS.sha256}"></DigestMethod>` +
        `<DigestValue xmlns="${DSIG}">${digest}</DigestValue></CertDigest></Cert>`,
    )
    .join('');
  return (
    `<SignedProperties Id="${id}"><SignedSignatureProperties><SigningTime>${signingTime}</SigningTime>` +
    `<SigningCertificateV2>${certificates}</SigningCertificateV2></SignedSignatureProperties>` +
    `<SignedDataObjectProperties>${formats}` +
    '</SignedDataObjectProperties></SignedProperties>'
  );
}

/** Reads exactly what `writeSignedProperties` makes; null for anything else. */
export function readSignedProperties(
  doc: XmlDocument,
  element: XmlElement,
  id: string,
): SignedProperties | null {
  if (!attributesAre(element, { Id: id })) return null;
  const top = childrenOf(element, XADES, 'SignedSignatureProperties', 'SignedDataObjectProperties');
  if (top === null) return null;
  const [own, data] = top;
  const pair = childrenOf(own, XADES, 'SigningTime', 'SigningCertificateV2');
  if (pair === null || !attributesAre(own, {}) || !attributesAre(data, {})) return null;
  const signingTime = leafText(pair[0]);
  const certificateDigests = readCertificateDigests(doc, pair[1]);
  if (signingTime === null || certificateDigests === null) return null;
  const describedReferences: string[] = [];
  for (const format of data.children) {
    const target = format.attributes.get('ObjectReference');
    if (format.name !== 'DataObjectFormat' || format.namespace !== XADES || !target?.startsWith('#'))
      return null;
    if (format.attributes.size !== 1) return null;
    const mime = childrenOf(format, XADES, 'MimeType');
    if (mime === null || !leafIs(doc, mime[0], MIME_OCTETS)) return null;
    describedReferences.push(target.slice(1));
  }
  return { signingTime, certificateDigests, describedReferences };
}

function readCertificateDigests(doc: XmlDocument, element: XmlElement): CertificateDigest[] | null {
  if (!attributesAre(element, {}) || element.children.length > MAX_CERTIFICATES) return null;
  const digests: CertificateDigest[] = [];
  for (const certificate of element.children) {
    if (certificate.name !== 'Cert' || certificate.namespace !== XADES) return null;
    const digest = readCertificateDigest(doc, certificate);
    if (digest === null) return null;
    digests.push(digest);
  }
  return digests.length === 0 ? null : digests;
}

function readCertificateDigest(doc: XmlDocument, certificate: XmlElement): CertificateDigest | null {
  const digest = childrenOf(certificate, XADES, 'CertDigest')?.[0];
  const parts = digest && childrenOf(digest, DSIG, 'DigestMethod', 'DigestValue');
  if (!parts || !attributesAre(certificate, {}) || !attributesAre(digest, {})) return null;
  const [method, valueElement] = parts;
  if (method.attributes.size !== 1 || !isEmpty(method)) return null;
  const hash = digestByUri(method.attributes.get('Algorithm'));
  const value = leafBase64(doc, valueElement);
  return hash === null || value === null ? null : { hash, value };
}
