import type { HashAlgorithm } from '../algorithms.ts';
import { joinBytes } from '../bytes.ts';
import { context, SET } from '../der/tags.ts';
import * as der from '../der/write.ts';
import type { Certificate } from '../x509/certificate.ts';
import { hashAlgorithm, signatureAlgorithm } from '../x509/signature-algorithm.ts';
import { CONTENT, SIGNED_ATTRIBUTE, UNSIGNED_ATTRIBUTE } from './oids.ts';

/** What goes into a SignedData besides its signature (RFC 5652 §5). */
export interface CmsPlan {
  readonly contentType: string;
  /** Octets of the content; null for a detached one (PAdES). */
  readonly content: Uint8Array | null;
  readonly hash: HashAlgorithm;
  readonly signer: Certificate;
  /** DER, the signer's first, as far as they are to be carried. */
  readonly certificates: readonly Uint8Array[];
}

const attribute = (type: string, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(type), der.setOf(value));

/**
 * The signed attributes as a SET OF: the message for the signer. contentType, messageDigest, and ESSCertIDv2 of the
 * signer's certificate (RFC 5035 §3) with `certificateDigest`, which is of the same hash as the message.
 */
export function writeSignedAttributes(
  plan: CmsPlan,
  messageDigest: Uint8Array,
  certificateDigest: Uint8Array,
): Uint8Array {
  const certId = der.octetString(certificateDigest);
  // SHA-256 is the default and DER leaves defaults out.
  const essCertId =
    plan.hash === 'sha256' ? der.sequence(certId) : der.sequence(hashAlgorithm(plan.hash), certId);
  return der.setOf(
    attribute(SIGNED_ATTRIBUTE.contentType, der.oid(plan.contentType)),
    attribute(SIGNED_ATTRIBUTE.messageDigest, der.octetString(messageDigest)),
    attribute(SIGNED_ATTRIBUTE.signingCertificateV2, der.sequence(der.sequence(essCertId))),
  );
}

/**
 * ContentInfo with SignedData; `signature` is in the form of certificates (ECDSA as Ecdsa-Sig-Value), `timestamp` a
 * token over it (RFC 3161 Annex A).
 */
export function writeSignedData(
  plan: CmsPlan,
  signedAttributes: Uint8Array,
  signature: Uint8Array,
  timestamp?: Uint8Array,
): Uint8Array {
  const { signer, hash, content, contentType } = plan;
  const digest = hashAlgorithm(hash);
  const encapsulated =
    content === null
      ? der.sequence(der.oid(contentType))
      : der.sequence(der.oid(contentType), der.encode(context(0, true), der.octetString(content)));
  const serial = der.integer(hexOctets(signer.serial));
  const info = der.sequence(
    der.integer(Uint8Array.of(1)),
    der.sequence(signer.issuer.der, serial),
    digest,
    joinBytes(Uint8Array.of(context(0, true)), signedAttributes.subarray(1)),
    signatureAlgorithm(signer.publicKey.kind === 'rsa' ? 'rsa-pkcs1' : 'ecdsa', hash),
    der.octetString(signature),
    timestamp === undefined
      ? new Uint8Array(0)
      : der.encode(context(1, true), attribute(UNSIGNED_ATTRIBUTE.signatureTimestamp, timestamp)),
  );
  const carried =
    plan.certificates.length === 0
      ? new Uint8Array(0)
      : der.encode(context(0, true), der.setOf(...plan.certificates).subarray(headLength(plan.certificates)));
  // RFC 5652 §5.1: version 3 for any content but plain data.
  const version = der.integer(Uint8Array.of(contentType === CONTENT.data ? 1 : 3));
  const data = der.sequence(version, der.setOf(digest), encapsulated, carried, der.encode(SET, info));
  return der.sequence(der.oid(CONTENT.signedData), der.encode(context(0, true), data));
}

/** Octets of tag and length before the members of a SET. */
function headLength(members: readonly Uint8Array[]): number {
  const content = members.reduce((sum, member) => sum + member.length, 0);
  return der.encode(SET, new Uint8Array(content)).length - content;
}

const hexOctets = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
