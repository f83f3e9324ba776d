import { canonicalElement, type XmlDocument, type XmlElement } from '@hocba/xml';
import { documentAlgorithm, type SignatureAlgorithm } from '../algorithms.ts';
import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { isPlainEcdsa } from '../crypto/ecdsa.ts';
import { demand, Refused, type SignatureCode } from '../markup/refused.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateDigest } from '../x509/certificate-digest.ts';
import { maySign } from '../x509/path.ts';
import { isStrongKey } from '../x509/public-key.ts';
import { elementDigest } from './element-digest.ts';
import { readSignature } from './read.ts';
import type { ReadSignature } from './read-signature.ts';
import { type ReadReference, resolve } from './references.ts';

/** A signature that holds: these bytes were signed with the key of this certificate. */
export interface ValidSignature {
  readonly valid: true;
  readonly code: 'valid';
  readonly slotId: string;
  /** The signed time as written; equal in both places. Claimed by the signer, not proven. */
  readonly signingTime: string;
  /** Where the profile puts the ministry's SigningTime. */
  readonly signingTimeNamespace: string;
  /** The signer's, not yet trusted: see `validatePath`. */
  readonly certificate: Certificate;
  /** Leaf first, as carried. */
  readonly chain: readonly Certificate[];
  /** The signed data in order, annex and other signers' values included; not the signature's own properties. */
  readonly references: readonly { readonly id: string; readonly element: XmlElement }[];
  readonly algorithm: SignatureAlgorithm;
  readonly signatureValue: Uint8Array;
}

/** A signature that is not to be relied on in any part. */
export interface InvalidSignature {
  readonly valid: false;
  readonly code: SignatureCode;
  /** Id of the reference at fault, if it is about one. */
  readonly reference: string | undefined;
}

export type SignatureFinding = ValidSignature | InvalidSignature;

/**
 * Verifies one signature of a canonical document against the strict profile: exclusive C14N, `#Id` references,
 * SHA-256 or better, RSA ≥ 2048 or ECDSA on P-256/P-384; SigningTime and SignedProperties covered; the
 * certificate bound by SigningCertificateV2 (XMLDSig 1.1 §3.2, ETSI EN 319 132-1 §5.2.2).
 * Integrity only. Whether the certificate is trusted is `validatePath`'s question; whether the signer was the
 * right one and signed the right places is the caller's, who compares `references`' elements with the profile.
 */
export async function verifySignature(
  crypto: CryptoPort,
  doc: XmlDocument,
  signatureElement: XmlElement,
): Promise<SignatureFinding> {
  const before = doc.remembered.get(signatureElement);
  if (before instanceof Held && before.crypto === crypto && before.doc === doc) return before.found;
  try {
    const found = await verify(crypto, doc, signatureElement);
    doc.remembered.set(signatureElement, new Held(crypto, doc, found));
    return found;
  } catch (error) {
    if (error instanceof Refused) return { valid: false, code: error.code, reference: error.reference };
    throw error;
  }
}

/**
 * What held already: who asks for a signature's level has asked for the signature before. It is kept in its own document, which
 * stands for its bytes; time and trust are no part of this finding. What did not hold is looked at again.
 */
class Held {
  readonly crypto: CryptoPort;
  readonly doc: XmlDocument;
  readonly found: ValidSignature;

  constructor(crypto: CryptoPort, doc: XmlDocument, found: ValidSignature) {
    this.crypto = crypto;
    this.doc = doc;
    this.found = found;
  }
}

async function verify(crypto: CryptoPort, doc: XmlDocument, element: XmlElement): Promise<ValidSignature> {
  const read = readSignature(doc, element);
  const algorithm = checkKey(read);
  checkSigningCertificate(crypto, read);
  // The value before the digests: a forged file costs one verification, however many references it has.
  const signed = canonicalElement(doc, read.signedInfo);
  demand((await crypto.verify(algorithm, read.leaf.spki, read.value, signed)) === true, 'signature-invalid');
  checkOwnParts(crypto, doc, read);
  const references = read.data.map((reference) => {
    const target = resolve(doc, element, reference);
    checkDigest(crypto, doc, reference, target);
    return { id: reference.target, element: target };
  });
  return {
    valid: true,
    code: 'valid',
    slotId: read.slotId,
    signingTime: read.signingTime,
    signingTimeNamespace: read.signingTimeNamespace,
    certificate: read.leaf,
    chain: read.chain,
    references,
    algorithm,
    signatureValue: read.value,
  };
}

function checkKey({ leaf, methodUri, value }: ReadSignature): SignatureAlgorithm {
  const { publicKey } = leaf;
  demand(isStrongKey(publicKey), 'weak-key');
  demand(maySign(leaf), 'certificate-not-for-signing');
  const curve = publicKey.kind === 'ec' ? publicKey.curve : null;
  const algorithm = documentAlgorithm(methodUri, curve);
  if (algorithm === null) throw new Refused('signature-method-refused');
  if (curve !== null) demand(isPlainEcdsa(curve, value), 'signature-value-malformed');
  return algorithm;
}

/**
 * Refuses a signature whose SignedProperties name other certificates than KeyInfo has: the leaf at least, or all of
 * them in their order. Signatures that name the leaf alone were made before, and stay valid.
 */
function checkSigningCertificate(crypto: CryptoPort, { chain, signed }: ReadSignature): void {
  const digests = signed.certificateDigests;
  demand(digests.length === 1 || digests.length === chain.length, 'signing-certificate-mismatch');
  digests.forEach(({ hash, value }, i) => {
    const certificate = chain[i];
    const same = certificate !== undefined && sameBytes(certificateDigest(crypto, hash, certificate), value);
    demand(same, 'signing-certificate-mismatch');
  });
}

/** Refuses a signature that does not cover its own two times, properties and certificate as they stand. */
function checkOwnParts(crypto: CryptoPort, doc: XmlDocument, read: ReadSignature): void {
  for (const { reference, element } of read.own) checkDigest(crypto, doc, reference, element);
}

/** Refuses an element that is not what its Reference digested. */
function checkDigest(
  crypto: CryptoPort,
  doc: XmlDocument,
  reference: ReadReference,
  element: XmlElement,
): void {
  const digest =
    reference.hash === 'sha256'
      ? elementDigest(crypto, doc, element)
      : crypto[reference.hash](canonicalElement(doc, element));
  demand(sameBytes(digest, reference.digest), 'digest-mismatch', reference.target);
}
