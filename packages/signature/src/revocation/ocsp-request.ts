import type { CryptoPort } from '../crypto/crypto-port.ts';
import { contentOf, DerError, DerMembers, encodingOf, readDer } from '../der/read.ts';
import { context, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import * as der from '../der/write.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readExtensionList } from '../x509/extension.ts';
import { type CertId, type NamingHash, readCertId, writeCertId } from './cert-id.ts';
import { OCSP } from './oids.ts';

/** Whose status is asked for. */
export interface OcspRequest {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Fresh random octets, 16 to 32 (RFC 9654); left out for responders that only hand out stored answers. */
  readonly nonce?: Uint8Array;
  /** `sha1` for responders that know no other (RFC 5019). */
  readonly namedBy?: NamingHash;
}

/** DER of an OCSPRequest for one certificate (RFC 6960 §4.1). Throws RangeError for a nonce of another length. */
export function writeOcspRequest(crypto: CryptoPort, request: OcspRequest): Uint8Array {
  const { certificate, issuer, nonce, namedBy = 'sha256' } = request;
  if (nonce !== undefined && (nonce.length < 16 || nonce.length > 32))
    throw new RangeError('a nonce has 16 to 32 octets');
  const list = der.sequence(der.sequence(writeCertId(crypto, namedBy, certificate, issuer)));
  return der.sequence(
    nonce === undefined ? der.sequence(list) : der.sequence(list, nonceExtension(2, nonce)),
  );
}

/** The nonce as explicit extensions [n], as requests ([2]) and answers ([1]) carry it. */
export function nonceExtension(n: number, nonce: Uint8Array): Uint8Array {
  const extension = der.sequence(der.oid(OCSP.nonce), der.octetString(der.octetString(nonce)));
  return der.encode(context(n, true), der.sequence(extension));
}

/** The nonce of explicit extensions; undefined if there is none. Throws DerError. */
export function readNonce(content: Uint8Array | undefined): Uint8Array | undefined {
  if (content === undefined) return undefined;
  const value = readDer(content);
  if (value.tag !== OCTET_STRING) throw new DerError('unexpected-tag');
  return contentOf(value);
}

/** What a responder reads of a request: the first certificate that is asked for. Throws DerError. */
export function readOcspRequest(bytes: Uint8Array): {
  readonly id: CertId;
  readonly idDer: Uint8Array;
  readonly nonce: Uint8Array | undefined;
} {
  const outer = new DerMembers(readDer(bytes), SEQUENCE);
  const tbs = new DerMembers(outer.next(), SEQUENCE);
  outer.optional(context(0, true));
  outer.done();
  tbs.optional(context(0, true));
  tbs.optional(context(1, true));
  const [first] = new DerMembers(tbs.next(), SEQUENCE).rest(SEQUENCE);
  const wrapper = tbs.optional(context(2, true));
  tbs.done();
  if (first === undefined) throw new DerError('truncated');
  const id = new DerMembers(first, SEQUENCE).next(SEQUENCE);
  const extensions = wrapper && readExtensionList(new DerMembers(wrapper, context(2, true)).next());
  return {
    id: readCertId(id),
    idDer: encodingOf(id),
    nonce: readNonce(extensions?.get(OCSP.nonce)?.content),
  };
}
