import { context, SEQUENCE } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { EXTENSION } from '../x509/oids.ts';
import { OCSP_ACCESS, URI_NAME } from '../x509/places.ts';
import type { CertificatePlan } from './write-certificate.node.ts';

/**
 * Host that training certificates name for their revocation answers. `.invalid` (RFC 2606 §2) is nobody's on any
 * network: only a program that keeps training authorities of its own can tell where they listen.
 */
export const TRAINING_HOST = 'tap-huan.hocba.invalid';
export const TRAINING_RESPONDER = `http://${TRAINING_HOST}/ocsp`;
export const TRAINING_ROOT_LIST = `http://${TRAINING_HOST}/goc.crl`;

type Others = NonNullable<CertificatePlan['others']>;

const uri = (place: string): Uint8Array => der.encode(URI_NAME, new TextEncoder().encode(place));

/** authorityInfoAccess of what the training PKI's issuing CA issues (RFC 5280 §4.2.2.1). */
export const askedAtResponder = (): Others => [
  {
    oid: EXTENSION.authorityInfoAccess,
    critical: false,
    content: der.sequence(der.sequence(der.oid(OCSP_ACCESS), uri(TRAINING_RESPONDER))),
  },
];

/** cRLDistributionPoints of the issuing CA: the root's list (RFC 5280 §4.2.1.13). */
export const listedByRoot = (): Others => {
  const full = der.encode(context(0, true), uri(TRAINING_ROOT_LIST));
  const point = der.encode(SEQUENCE, der.encode(context(0, true), full));
  return [{ oid: EXTENSION.crlDistributionPoints, critical: false, content: der.sequence(point) }];
};
