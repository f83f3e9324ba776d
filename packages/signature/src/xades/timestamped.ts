import { canonicalElement, canonicalPieces, type XmlDocument, type XmlElement } from '@hocba/xml';
import { Refused, required } from '../markup/refused.ts';
import { DSIG, XADES } from '../markup/vocabulary.ts';
import { unsignedElements } from '../properties/unsigned-properties.ts';

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
  const pieces: Uint8Array[] = [];
  const add = (part: XmlElement): void => {
    for (const piece of canonicalPieces(doc, part)) pieces.push(piece);
  };
  for (const { name, attributes } of signedInfo.children)
    if (name === 'Reference')
      add(required(doc.byId.get(attributes.get('URI')?.slice(1) ?? ''), 'reference-not-found'));
  add(signedInfo);
  add(partOf(signature, 'SignatureValue'));
  add(partOf(signature, 'KeyInfo'));
  for (const property of unsignedElements(qualifyingOf(signature))) {
    if (property === before) break;
    add(property);
  }
  for (const object of signature.children)
    if (object.name === 'Object' && !isQualifying(object.children[0])) add(object);
  return pieces;
}

const isQualifying = (element: XmlElement | undefined): boolean =>
  element !== undefined && element.name === 'QualifyingProperties' && element.namespace === XADES;

/** The QualifyingProperties of a signature. Throws Refused. */
export function qualifyingOf(signature: XmlElement): XmlElement {
  for (const { children } of signature.children) {
    const [first] = children;
    if (isQualifying(first)) return required(first);
  }
  throw new Refused('malformed');
}

function partOf(signature: XmlElement, name: string): XmlElement {
  for (const child of signature.children) if (child.name === name && child.namespace === DSIG) return child;
  throw new Refused('malformed');
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
