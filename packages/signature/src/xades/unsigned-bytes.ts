import { scanCanonical, type XmlDocument, type XmlElement } from '@hocba/xml';
import { joinBytes } from '../bytes.ts';
import { Refused } from '../markup/refused.ts';
import { DSIG } from '../markup/vocabulary.ts';
import { AppendError } from './append.ts';
import { qualifyingOf } from './timestamped.ts';

/**
 * The document as it was signed: every signature's unsigned properties taken out, nothing else. What extending and
 * renewing add is exactly what this removes, so both may be held against the bytes that were there before. Throws
 * AppendError, CanonicalXmlError.
 */
export function withoutUnsignedProperties(xml: Uint8Array): Uint8Array {
  const doc = scanCanonical(xml);
  const cuts: Cut[] = [];
  for (const element of doc.byId.values())
    if (element.name === 'Signature' && element.namespace === DSIG) cuts.push(...unsignedOf(element));
  cuts.sort((a, b) => a.start - b.start);
  return joinBytes(...without(xml, 0, xml.length, cuts));
}

/** The same of one signature of a document that was scanned already: its bytes as they were signed, in pieces. Throws AppendError. */
export function signatureAsSigned({ bytes }: XmlDocument, signature: XmlElement): Uint8Array[] {
  return without(bytes, signature.start, signature.end, unsignedOf(signature));
}

/** Whether a signature that holds has got anything beyond level B. */
export function isRaised(signature: XmlElement): boolean {
  for (const unsigned of unsignedOf(signature))
    for (const { children } of unsigned.children) if (children.length > 0) return true;
  return false;
}

type Cut = Pick<XmlElement, 'start' | 'end'>;

function unsignedOf(signature: XmlElement): readonly XmlElement[] {
  try {
    return qualifyingOf(signature).children.slice(1, 2);
  } catch (error) {
    throw error instanceof Refused ? new AppendError('malformed') : error;
  }
}

/** What stands from `from` to `to`, without the cuts. */
function without(bytes: Uint8Array, from: number, to: number, cuts: readonly Cut[]): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let at = from;
  for (const { start, end } of cuts) {
    kept.push(bytes.subarray(at, start));
    at = end;
  }
  kept.push(bytes.subarray(at, to));
  return kept;
}
