import { scanCanonical } from '@hocba/xml';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { DerError } from '../der/read.ts';
import { Refused } from '../markup/refused.ts';
import { idsOf } from '../markup/vocabulary.ts';
import { readUnsignedProperties } from '../properties/unsigned-properties.ts';
import { parseTimestampToken } from '../time/token.ts';
import { knownCertificateOf } from '../x509/known.ts';
import { AppendError } from './append.ts';
import { type ExtensionServices, extendSignature } from './extend.ts';
import { qualifyingOf } from './timestamped.ts';

/**
 * By when a signature at LTA must be dated anew: the first end among the certificates in its outermost timestamp. Null
 * below LTA. Read from the bytes alone; `verifyLevel` says the same of the path that it trusted (`renewBefore`). Throws
 * AppendError, CanonicalXmlError.
 */
export function renewBeforeOf(xml: Uint8Array, slotId: string): Date | null {
  const doc = scanCanonical(xml);
  const element = doc.byId.get(idsOf(slotId).signature);
  if (element === undefined) throw new AppendError('no-such-signature');
  try {
    const { layers } = readUnsignedProperties(doc, qualifyingOf(element), idsOf(slotId));
    const outermost = layers.findLast(({ archive }) => archive !== null)?.archive;
    if (outermost === undefined || outermost === null) return null;
    const ends = parseTimestampToken(outermost.token).cms.certificates.map(
      (der) => knownCertificateOf(der).notAfter,
    );
    return ends.length === 0 ? null : new Date(Math.min(...ends.map((end) => end.getTime())));
  } catch (error) {
    throw error instanceof Refused || error instanceof DerError ? new AppendError('malformed') : error;
  }
}

/** Half a year: an archive of a province is dated anew in weeks, not in a night. */
export const RENEWAL_MARGIN = 183 * 86_400_000;

export interface Renewable {
  /** Null for what carries no archive timestamp, which is never due. */
  readonly renewBefore: Date | null;
}

/** Those that are due, the most urgent first: what ends within `margin` milliseconds from now, or has ended. */
export function renewalsDue<T extends Renewable>(
  records: Iterable<T>,
  now: Date,
  margin: number = RENEWAL_MARGIN,
): T[] {
  const until = now.getTime() + margin;
  const end = ({ renewBefore }: Renewable): number => renewBefore?.getTime() ?? Number.POSITIVE_INFINITY;
  return [...records].filter((record) => end(record) <= until).sort((a, b) => end(a) - end(b));
}

/**
 * The record with one more archive timestamp over all that stands, and before it what the last authority's certificate
 * needs to be judged later. Bytes that stand are kept. Throws as `extendSignature`; an authority that has ended or was
 * revoked is past renewing, and is refused.
 */
export function renew(
  crypto: CryptoPort,
  xml: Uint8Array,
  slotId: string,
  services: ExtensionServices,
): Promise<Uint8Array> {
  if (renewBeforeOf(xml, slotId) === null) throw new AppendError('wrong-level');
  return extendSignature(crypto, xml, slotId, 'LTA', services);
}
