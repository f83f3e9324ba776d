import { canonicalElement, canonicalPieces, type XmlDocument, type XmlElement } from '@hocba/xml';
import { required } from '../xmldsig/refused.ts';
import { DSIG, XADES } from '../xmldsig/vocabulary.ts';
import { unsignedElements } from './unsigned-properties.ts';

/** What a SignatureTimeStamp dates (EN 319 132-1 §5.3): the exclusive C14N of SignatureValue. Throws Refused. */
export function signatureTimestampMessage(doc: XmlDocument, signature: XmlElement): Uint8Array {
  return canonicalElement(doc, partOf(signature, 'SignatureValue'));
}

/**
 * What an ArchiveTimeStamp of XAdES 1.4.1 dates (EN 319 132-1 §5.5.2.2, not distributed), pieces in this order: what
 * each Reference of SignedInfo points at, in its order; SignedInfo, SignatureValue, KeyInfo; every unsigned property
 * before `before` (all, for a new one); every Object but the one with QualifyingProperties, signed by a Reference or
 * not. Each in exclusive C14N. Throws Refused.
 */
export function archiveTimestampMessage(
  doc: XmlDocument,
  signature: XmlElement,
  before?: XmlElement,
): Uint8Array[] {
  const signedInfo = partOf(signature, 'SignedInfo');
  const parts: XmlElement[] = [];
  for (const reference of signedInfo.children) {
    if (reference.name !== 'Reference') continue;
    parts.push(
      required(doc.byId.get(reference.attributes.get('URI')?.slice(1) ?? ''), 'reference-not-found'),
    );
  }
  parts.push(signedInfo, partOf(signature, 'SignatureValue'), partOf(signature, 'KeyInfo'));
  for (const property of unsignedElements(qualifyingOf(signature))) {
    if (property === before) break;
    parts.push(property);
  }
  for (const object of signature.children) {
    if (object.name === 'Object' && !isQualifying(object.children[0])) parts.push(object);
  }
  return parts.flatMap((part) => canonicalPieces(doc, part));
}

const isQualifying = (element: XmlElement | undefined): boolean =>
  element?.name === 'QualifyingProperties' && element.namespace === XADES;

/** The QualifyingProperties of a signature. Throws Refused. */
export function qualifyingOf(signature: XmlElement): XmlElement {
  const object = signature.children.find((child) => isQualifying(child.children[0]));
  return required(object?.children[0]);
}

function partOf(signature: XmlElement, name: string): XmlElement {
  return required(signature.children.find((child) => child.name === name && child.namespace === DSIG));
}

/** True if another signature of the document signed a part that this one stands in: then it may not grow any more. */
export function isCovered(doc: XmlDocument, signature: XmlElement): boolean {
  for (const other of doc.byId.values()) {
    if (other === signature || other.name !== 'Signature' || other.namespace !== DSIG) continue;
    for (const reference of other.children[0]?.children ?? []) {
      const target = doc.byId.get(reference.attributes.get('URI')?.slice(1) ?? '');
      for (let at: XmlElement | null = signature; at !== null; at = at.parent) if (at === target) return true;
    }
  }
  return false;
}
