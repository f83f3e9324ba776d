import type { XmlDocument, XmlElement } from '@hocba/xml';
import { toBase64 } from '../base64.ts';
import { copyOf } from '../bytes.ts';
import { KeptBytes, LONGEST_KEPT } from '../kept-bytes.ts';
import { attributesAre, childrenOf, isEmptyWith, leafBase64, leafOctets } from '../markup/grammar.ts';
import { demand, Refused, required } from '../markup/refused.ts';
import { DSIG, EXCLUSIVE_C14N, type idsOf, XADES, XADES_141 } from '../markup/vocabulary.ts';
import { NO_MATERIAL, type RevocationMaterial } from '../revocation/material.ts';

/** Certificates and revocation answers that travel with a signature, DER. */
export interface ValidationData extends RevocationMaterial {
  readonly certificates: readonly Uint8Array[];
}

/** One timestamp as it stands among the unsigned properties. */
export interface TimestampProperty {
  readonly element: XmlElement;
  readonly token: Uint8Array;
}

/**
 * The unsigned properties of a signature (ETSI EN 319 132-1 §5.3–5.5), in the one order in which they are written:
 * SignatureTimeStamp, CertificateValues and RevocationValues, then per layer TimeStampValidationData and
 * ArchiveTimeStamp. Each layer's data are about the timestamp before it.
 */
export interface UnsignedProperties {
  readonly signatureTimestamp: TimestampProperty | null;
  /** Null below LT. */
  readonly values: ValidationData | null;
  /** Innermost first; the last one may still lack its archive timestamp. */
  readonly layers: readonly {
    readonly data: ValidationData | null;
    readonly archive: TimestampProperty | null;
  }[];
}

const NO_PROPERTIES: UnsignedProperties = { signatureTimestamp: null, values: null, layers: [] };
const MAX_PROPERTIES = 128;
const MAX_VALUES = 256;

type Ids = ReturnType<typeof idsOf>;

/** Every property element in order; none if there are none. Throws Refused. */
export function unsignedElements(qualifying: XmlElement): readonly XmlElement[] {
  const unsigned = qualifying.children[1];
  if (unsigned === undefined) return [];
  return required(childrenOf(unsigned, XADES, 'UnsignedSignatureProperties'))[0].children;
}

/** Reads exactly what the writers of this file make. Throws Refused. */
export function readUnsignedProperties(
  doc: XmlDocument,
  qualifying: XmlElement,
  ids: Ids,
): UnsignedProperties {
  const elements = unsignedElements(qualifying);
  demand(elements.length <= MAX_PROPERTIES);
  if (elements.length === 0) return NO_PROPERTIES;
  let taken = 0;
  const take = (name: string, namespace: string): XmlElement | undefined => {
    const next = elements[taken];
    if (next?.name !== name || next.namespace !== namespace) return undefined;
    taken++;
    return next;
  };
  const signatureTimestamp = readTimestamp(
    doc,
    required(take('SignatureTimeStamp', XADES)),
    ids.signatureTimestamp,
  );
  const certificates = take('CertificateValues', XADES);
  const revocation = take('RevocationValues', XADES);
  if (certificates === undefined && revocation === undefined) {
    demand(taken === elements.length);
    return { signatureTimestamp, values: null, layers: [] };
  }
  const { ocsp, crls } = asBefore(doc, required(revocation), readRevocationValues);
  const values = { certificates: asBefore(doc, required(certificates), readValues).certificates, ocsp, crls };
  const layers: { data: ValidationData | null; archive: TimestampProperty | null }[] = [];
  const takeData = (): XmlElement | undefined => take('TimeStampValidationData', XADES_141);
  let about = ids.signatureTimestamp;
  while (taken < elements.length) {
    let data: ValidationData | null = null;
    // A second one comes where the answers of the first had aged before the archive timestamp was obtained.
    for (let next = takeData(); next !== undefined; next = takeData())
      data = joined(data, readData(doc, next, about));
    const archiveElement = take('ArchiveTimeStamp', XADES_141);
    demand(data !== null || archiveElement !== undefined);
    if (archiveElement === undefined) demand(taken === elements.length);
    about = ids.archiveTimestamp(layers.length + 1);
    const archive = archiveElement === undefined ? null : readTimestamp(doc, archiveElement, about);
    layers.push({ data, archive });
  }
  return { signatureTimestamp, values, layers };
}

function joined(a: ValidationData | null, b: ValidationData): ValidationData {
  if (a === null) return b;
  const { certificates, ocsp, crls } = a;
  return {
    certificates: [...certificates, ...b.certificates],
    ocsp: [...ocsp, ...b.ocsp],
    crls: [...crls, ...b.crls],
  };
}

function readTimestamp(doc: XmlDocument, element: XmlElement, id: string): TimestampProperty {
  demand(attributesAre(element, { Id: id }));
  const [method, encapsulated, ...others] = element.children;
  demand(method?.name === 'CanonicalizationMethod' && method.namespace === DSIG && others.length === 0);
  demand(isEmptyWith(required(method), EXCLUSIVE_C14N));
  demand(encapsulated?.name === 'EncapsulatedTimeStamp' && encapsulated.namespace === XADES);
  return { element, token: required(leafBase64(doc, required(encapsulated))) };
}

/** Certificates and answers by their base64: those of a school stand in each of its records, a token in one. */
const decoded = new KeptBytes<Uint8Array>(2_048);

/** What a leaf holds, decoded once: a view of its own each time, since by it is told where an answer stands. */
function octets(doc: XmlDocument, element: XmlElement): Uint8Array {
  const base64 = required(leafOctets(doc, element));
  const before = decoded.find(base64);
  if (before !== undefined) return before.subarray();
  const read = required(leafBase64(doc, element));
  // A copy, since what is given out lies in the file's own memory, or in a heap of many.
  if (base64.length <= LONGEST_KEPT) decoded.keep(base64, copyOf(read));
  return read;
}

function listOf(doc: XmlDocument, element: XmlElement, name: string): Uint8Array[] {
  const { children } = element;
  demand(element.attributes.size === 0 && children.length > 0 && children.length <= MAX_VALUES);
  return children.map((child) => {
    demand(child.name === name && child.namespace === XADES);
    return octets(doc, child);
  });
}

/**
 * What was read of a whole property, by its octets: a class's records carry the same certificates, and answers that a few
 * signers share. The octets say all of it, for the property's own name and namespace were held against those that are
 * expected, and a prefix, which could mean something else elsewhere, is refused below it.
 */
const properties = new KeptBytes<ValidationData>(512);

function asBefore(
  doc: XmlDocument,
  element: XmlElement,
  read: (doc: XmlDocument, element: XmlElement) => ValidationData,
): ValidationData {
  const bytes = doc.bytes.subarray(element.start, element.end);
  const before = properties.find(bytes);
  if (before !== undefined)
    // Answers as views of their own each time, since by them is told where they stand.
    return {
      certificates: before.certificates,
      ocsp: before.ocsp.map(viewOf),
      crls: before.crls.map(viewOf),
    };
  const data = read(doc, element);
  const { certificates, ocsp, crls } = data;
  if (bytes.length <= LONGEST_KEPT)
    properties.keep(bytes, {
      certificates: certificates.map(copyOf),
      ocsp: ocsp.map(copyOf),
      crls: crls.map(copyOf),
    });
  return data;
}

const viewOf = (der: Uint8Array): Uint8Array => der.subarray();

const readCertificates = (doc: XmlDocument, element: XmlElement): Uint8Array[] =>
  listOf(doc, element, 'EncapsulatedX509Certificate');

const readValues = (doc: XmlDocument, element: XmlElement): ValidationData => ({
  certificates: readCertificates(doc, element),
  ...NO_MATERIAL,
});

const readRevocationValues = (doc: XmlDocument, element: XmlElement): ValidationData => ({
  certificates: [],
  ...readRevocation(doc, element),
});

function readRevocation(doc: XmlDocument, element: XmlElement): RevocationMaterial {
  demand(element.attributes.size === 0 && element.children.length > 0);
  const left = [...element.children];
  const take = (name: string): XmlElement | undefined =>
    left[0]?.name === name && left[0].namespace === XADES ? left.shift() : undefined;
  const crls = take('CRLValues');
  const ocsp = take('OCSPValues');
  demand(left.length === 0);
  return {
    crls: crls === undefined ? [] : listOf(doc, crls, 'EncapsulatedCRLValue'),
    ocsp: ocsp === undefined ? [] : listOf(doc, ocsp, 'EncapsulatedOCSPValue'),
  };
}

function readData(doc: XmlDocument, element: XmlElement, about: string): ValidationData {
  demand(attributesAre(element, { URI: `#${about}` }));
  return asBefore(doc, element, readTimestampData);
}

function readTimestampData(doc: XmlDocument, element: XmlElement): ValidationData {
  const [first, second, ...others] = element.children;
  demand(first !== undefined && others.length === 0);
  for (const child of element.children) demand(child.namespace === XADES);
  const certificates = first?.name === 'CertificateValues' ? first : undefined;
  const revocation = certificates === undefined ? first : second;
  if (certificates === undefined) demand(second === undefined);
  if (revocation !== undefined) demand(revocation.name === 'RevocationValues');
  return {
    certificates: certificates === undefined ? [] : readCertificates(doc, certificates),
    ...(revocation === undefined ? NO_MATERIAL : readRevocation(doc, revocation)),
  };
}

const METHOD = `<CanonicalizationMethod xmlns="${DSIG}" Algorithm="${EXCLUSIVE_C14N}"></CanonicalizationMethod>`;

/** SignatureTimeStamp (§5.3) in canonical form below UnsignedSignatureProperties. */
export const writeSignatureTimestamp = (ids: Ids, token: Uint8Array): string =>
  `<SignatureTimeStamp Id="${ids.signatureTimestamp}">${METHOD}<EncapsulatedTimeStamp>${toBase64(token)}` +
  '</EncapsulatedTimeStamp></SignatureTimeStamp>';

/** The nth ArchiveTimeStamp of XAdES 1.4.1 (§5.5.2), counted from 1. */
export const writeArchiveTimestamp = (ids: Ids, n: number, token: Uint8Array): string =>
  `<ArchiveTimeStamp xmlns="${XADES_141}" Id="${ids.archiveTimestamp(n)}">${METHOD}` +
  `<EncapsulatedTimeStamp xmlns="${XADES}">${toBase64(token)}</EncapsulatedTimeStamp></ArchiveTimeStamp>`;

const wrapped = (name: string, items: readonly Uint8Array[]): string =>
  items.map((item) => `<${name}>${toBase64(item)}</${name}>`).join('');

function certificateValues({ certificates }: ValidationData, declaration: string): string {
  if (certificates.length === 0) return '';
  const list = wrapped('EncapsulatedX509Certificate', certificates);
  return `<CertificateValues${declaration}>${list}</CertificateValues>`;
}

function revocationValues({ ocsp, crls }: ValidationData, declaration: string): string {
  if (ocsp.length + crls.length === 0) return '';
  const lists = wrapped('EncapsulatedCRLValue', crls);
  const answers = wrapped('EncapsulatedOCSPValue', ocsp);
  return (
    `<RevocationValues${declaration}>${lists === '' ? '' : `<CRLValues>${lists}</CRLValues>`}` +
    `${answers === '' ? '' : `<OCSPValues>${answers}</OCSPValues>`}</RevocationValues>`
  );
}

/** CertificateValues and RevocationValues (§5.4); both are needed, or the signature is not at LT. Throws Refused. */
export function writeValues(data: ValidationData): string {
  const written = [certificateValues(data, ''), revocationValues(data, '')];
  if (written.includes('')) throw new Refused('malformed');
  return written.join('');
}

/** TimeStampValidationData (§5.5.1) about the timestamp with this Id; '' if there is nothing to say. */
export function writeTimestampData(about: string, data: ValidationData): string {
  const declaration = ` xmlns="${XADES}"`;
  const content = certificateValues(data, declaration) + revocationValues(data, declaration);
  return content === ''
    ? ''
    : `<TimeStampValidationData xmlns="${XADES_141}" URI="#${about}">${content}</TimeStampValidationData>`;
}
