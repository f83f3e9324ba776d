import { scanCanonical } from '@hocba/xml';
import { joinBytes } from '../bytes.ts';
import { Refused } from '../xmldsig/refused.ts';
import { DSIG } from '../xmldsig/vocabulary.ts';
import { AppendError } from './append.ts';
import { qualifyingOf } from './timestamped.ts';

/**
 * The document as it was signed: every signature's unsigned properties taken out, nothing else. What extending and
 * renewing add is exactly what this removes, so both may be held against the bytes that were there before. Throws
 * AppendError, CanonicalXmlError.
 */
export function withoutUnsignedProperties(xml: Uint8Array): Uint8Array {
  const doc = scanCanonical(xml);
  const cuts: { from: number; to: number }[] = [];
  for (const element of doc.byId.values()) {
    if (element.name !== 'Signature' || element.namespace !== DSIG) continue;
    try {
      const [, unsigned] = qualifyingOf(element).children;
      if (unsigned !== undefined) cuts.push({ from: unsigned.start, to: unsigned.end });
    } catch (error) {
      throw error instanceof Refused ? new AppendError('malformed') : error;
    }
  }
  cuts.sort((a, b) => a.from - b.from);
  const kept: Uint8Array[] = [];
  let at = 0;
  for (const { from, to } of cuts) {
    kept.push(xml.subarray(at, from));
    at = to;
  }
  return joinBytes(...kept, xml.subarray(at));
}
