/** Namespaces and identifiers of XMLDSig (W3C XML Signature 1.1) and XAdES (ETSI EN 319 132-1). */

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
export const XADES_141 = 'http://uri.etsi.org/01903/v1.4.1#';
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export const TYPE = {
  object: 'http://www.w3.org/2000/09/xmldsig#Object',
  signatureProperties: 'http://www.w3.org/2000/09/xmldsig#SignatureProperties',
  signedProperties: 'http://uri.etsi.org/01903#SignedProperties',
} as const;

/** References in one SignedInfo, own parts included: a seal over 14 signatures has 20. */
export const MAX_REFERENCES = 64;
/** Certificates in one KeyInfo. */
export const MAX_CERTIFICATES = 8;

/** Id of the annex, the one Object that carries data; at most one in a document. */
export const ANNEX_ID = 'annex';

const namedIds = (slotId: string) => ({
  signature: `sig-${slotId}`,
  value: `sv-${slotId}`,
  properties: `props-${slotId}`,
  signedProperties: `xades-${slotId}`,
  qualifyingProperties: `qp-${slotId}`,
  reference: (n: number) => `ref-${slotId}-${n}`,
  signatureTimestamp: `sts-${slotId}`,
  archiveTimestamp: (n: number) => `ats-${slotId}-${n}`,
});

/** By slot: a school has a dozen, each of them in every record. */
const named = new Map<string, ReturnType<typeof namedIds>>();
const NAMED_KEPT = 64;

/** Ids of the parts of the signature in slot `slotId`. */
export function idsOf(slotId: string): ReturnType<typeof namedIds> {
  const before = named.get(slotId);
  if (before !== undefined) return before;
  const ids = namedIds(slotId);
  if (named.size >= NAMED_KEPT) named.clear();
  named.set(slotId, ids);
  return ids;
}

/** A dateTime to the second with its offset, the form of NGAY_KY. */
const SIGNING_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Those asked for lately: the signers of a class have a time each, of which several parts of a verification ask. */
const instants = new Map<string, number>();
const INSTANTS_KEPT = 32;

/** The instant of a signing time, null if it is not written in that one form or does not exist. */
export function instantOf(signingTime: string): Date | null {
  const before = instants.get(signingTime);
  if (before !== undefined) return new Date(before);
  const found = readInstant(signingTime);
  if (found === null) return null;
  if (instants.size >= INSTANTS_KEPT) instants.clear();
  instants.set(signingTime, found.getTime());
  return found;
}

const ZERO = 0x30;

function readInstant(signingTime: string): Date | null {
  // Each record has times of its own: to make a match of each costs more than to read its digits.
  if (!SIGNING_TIME.test(signingTime)) return null;
  const two = (at: number): number =>
    10 * signingTime.charCodeAt(at) + signingTime.charCodeAt(at + 1) - 11 * ZERO;
  const [year, month, day] = [100 * two(0) + two(2), two(5), two(8)];
  const local = new Date(Date.UTC(year, month - 1, day));
  // Date rolls 31 June over to 1 July, and takes the years below 100 for others.
  const exists =
    local.getUTCFullYear() === year && local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
  if (!exists || two(11) > 23 || two(14) > 59 || two(17) > 59) return null;
  const instant = new Date(signingTime);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
