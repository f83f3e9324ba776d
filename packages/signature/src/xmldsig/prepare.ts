import { decodeUtf8, encodeUtf8, isNamespaceUri } from '@hocba/xml';
import { DIGEST_URIS, SIGNATURE_URIS, type SigningAlgorithm } from '../algorithms.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import {
  ANNEX_ID,
  DSIG,
  EXCLUSIVE_C14N,
  idsOf,
  instantOf,
  MAX_CERTIFICATES,
  MAX_REFERENCES,
  TYPE,
  XADES,
} from '../markup/vocabulary.ts';
import { writeSignedProperties } from '../properties/signed-properties.ts';
import { certificateDigest } from '../x509/certificate-digest.ts';
import { isInOrder, type KnownCertificate, knownChain } from '../x509/known.ts';
import { maySign } from '../x509/path.ts';
import { isStrongKey } from '../x509/public-key.ts';
import { isCanonicalAnnex } from './annex.ts';
import { withNamespace, withoutNamespace } from './apex.ts';
import { SigningError } from './errors.ts';
import { writeKeyInfo } from './key-info.ts';

/** One signature that is wanted. */
export interface SignatureRequest {
  /** The slot, such as `gvbm-1`; every Id of the signature is made from it. */
  readonly slotId: string;
  /** What is signed, in order: Id in the document, and the exclusive C14N of that element (`canonicalElement`). */
  readonly references: readonly { readonly id: string; readonly canonical: Uint8Array }[];
  /** Canonical `<Object Id="annex">` to carry; it is then signed too, after `references`. */
  readonly annex?: Uint8Array;
  /** Such as `2026-05-28T20:14:05+07:00`; the slot's NGAY_KY. */
  readonly signingTime: string;
  /** DER, leaf first, then intermediates; without the root. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
  /** Namespace of the ministry's SigningTime, '' for none: the profile's, since receivers differ. */
  readonly signingTimeNamespace: string;
}

/**
 * A signature that only lacks its value. Plain data, so that it can be stored while a remote service waits for
 * a person's confirmation; binary members are base64.
 */
export interface PreparedSignature {
  readonly slotId: string;
  readonly algorithm: SigningAlgorithm;
  readonly signingTime: string;
  readonly chain: readonly string[];
  /** Canonical SignedInfo: the message that the signer signs. */
  readonly toBeSigned: string;
  /** The signature's own parts and the annex as they will stand in it; toBeSigned has their digests. */
  readonly properties: string;
  readonly signedProperties: string;
  readonly annex?: string;
}

/** The message to sign, as bytes. */
export function bytesToSign(prepared: PreparedSignature): Uint8Array {
  const bytes = fromBase64(prepared.toBeSigned);
  if (bytes === null) throw new SigningError('bad-prepared-signature');
  return bytes;
}

const SLOT_ID = /^[a-z][a-z0-9-]{0,40}$/;
const ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,100}$/;

/**
 * Makes everything of an XAdES-B signature (ETSI EN 319 132-1) but its value. The ministry's SigningTime stands
 * at `Object/SignatureProperties/SignatureProperty` (CV 2088/BGDĐT-GDTH II), and XAdES SignedProperties beside
 * it; both are signed. Written as text whose canonical form is known, so nothing is parsed or canonicalised.
 * Throws SigningError: a request that is not right in every point is not signed.
 */
export function prepareSignature(crypto: CryptoPort, request: SignatureRequest): PreparedSignature {
  const { slotId, algorithm, signingTime, signingTimeNamespace, annex } = request;
  if (!SLOT_ID.test(slotId)) throw new SigningError('bad-slot-id');
  const instant = instantOf(signingTime);
  if (instant === null) throw new SigningError('bad-signing-time');
  if (signingTimeNamespace !== '' && !isNamespaceUri(signingTimeNamespace))
    throw new SigningError('bad-namespace');
  const chain = readChain(request.chain);
  checkLeaf(chain, algorithm, instant);
  checkReferences(request);

  const ids = idsOf(slotId);
  const digest = (canonical: Uint8Array): string => toBase64(crypto.sha256(canonical));
  const written: string[] = [];
  const refer = (id: string, canonical: Uint8Array, type?: string): void => {
    // SignedProperties themselves have no DataObjectFormat, so their Reference needs no Id.
    const refId = type === TYPE.signedProperties ? undefined : ids.reference(written.length + 1);
    written.push(reference(id, digest(canonical), refId, type));
  };
  for (const { id, canonical } of request.references) refer(id, canonical);
  if (annex !== undefined) refer(ANNEX_ID, annex, TYPE.object);
  const properties = signatureProperties(ids, signingTime, signingTimeNamespace);
  refer(ids.properties, encodeUtf8(withNamespace(properties, DSIG)), TYPE.signatureProperties);
  const described = written.map((_, i) => ids.reference(i + 1));
  const signed = writeSignedProperties(
    ids.signedProperties,
    signingTime,
    chain.map(({ certificate }) => toBase64(certificateDigest(crypto, 'sha256', certificate))),
    described,
  );
  refer(ids.signedProperties, encodeUtf8(withNamespace(signed, XADES)), TYPE.signedProperties);

  const signedInfo =
    `<SignedInfo xmlns="${DSIG}"><CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></CanonicalizationMethod>` +
    `<SignatureMethod Algorithm="${SIGNATURE_URIS[algorithm]}"></SignatureMethod>${written.join('')}</SignedInfo>`;
  return {
    slotId,
    algorithm,
    signingTime,
    chain: chain.map(({ base64 }) => base64),
    toBeSigned: toBase64(encodeUtf8(signedInfo)),
    properties,
    signedProperties: signed,
    ...(annex === undefined ? {} : { annex: withoutNamespace(decodeUtf8(annex)) }),
  };
}

function reference(id: string, digest: string, refId: string | undefined, type: string | undefined): string {
  return (
    `<Reference${refId === undefined ? '' : ` Id="${refId}"`}${type === undefined ? '' : ` Type="${type}"`} ` +
    `URI="#${id}"><Transforms><Transform Algorithm="${EXCLUSIVE_C14N}"></Transform></Transforms>` +
    `<DigestMethod Algorithm="${DIGEST_URIS.sha256}"></DigestMethod><DigestValue>${digest}</DigestValue></Reference>`
  );
}

function signatureProperties(ids: ReturnType<typeof idsOf>, signingTime: string, namespace: string): string {
  const declaration = namespace === DSIG ? '' : ` xmlns="${namespace}"`;
  return (
    `<SignatureProperties Id="${ids.properties}"><SignatureProperty Target="#${ids.signature}">` +
    `<SigningTime${declaration}>${signingTime}</SigningTime></SignatureProperty></SignatureProperties>`
  );
}

function readChain(chain: readonly Uint8Array[]): KnownCertificate[] {
  if (chain.length > MAX_CERTIFICATES) throw new SigningError('too-many-certificates');
  let known: KnownCertificate[];
  try {
    known = knownChain(chain);
    // A subject that XML cannot hold would only show after the signer has signed.
    writeKeyInfo(known);
  } catch {
    throw new SigningError('bad-certificate');
  }
  if (!isInOrder(known.map(({ certificate }) => certificate))) throw new SigningError('bad-certificate');
  return known;
}

function checkLeaf(chain: readonly KnownCertificate[], algorithm: SigningAlgorithm, at: Date): void {
  const [leaf] = chain;
  if (leaf === undefined) throw new SigningError('bad-certificate');
  const { publicKey, notBefore, notAfter } = leaf.certificate;
  if (!isStrongKey(publicKey)) throw new SigningError('weak-key');
  const fits =
    algorithm === 'rsa-pkcs1-sha256'
      ? publicKey.kind === 'rsa'
      : publicKey.kind === 'ec' && publicKey.curve === 'p256';
  if (!fits) throw new SigningError('algorithm-does-not-fit-key');
  if (!maySign(leaf.certificate)) throw new SigningError('certificate-not-for-signing');
  if (at < notBefore || at > notAfter) throw new SigningError('certificate-not-valid-at-signing-time');
}

function checkReferences({ references, annex, slotId }: SignatureRequest): void {
  const ids = idsOf(slotId);
  const seen = new Set([
    ids.signature,
    ids.value,
    ids.properties,
    ids.signedProperties,
    ids.qualifyingProperties,
  ]);
  if (annex !== undefined) {
    if (!isCanonicalAnnex(annex)) throw new SigningError('bad-annex');
    seen.add(ANNEX_ID);
  }
  if (references.length === 0) throw new SigningError('no-references');
  // Two more are the signature's own properties, one the annex.
  if (references.length + (annex === undefined ? 2 : 3) > MAX_REFERENCES)
    throw new SigningError('too-many-references');
  for (const { id, canonical } of references) {
    if (seen.has(id)) throw new SigningError('duplicate-reference');
    seen.add(id);
    if (!ID.test(id) || !startTagHasId(canonical, id)) throw new SigningError('reference-id-mismatch');
  }
}

const latin1 = new TextDecoder('latin1');

/** A digest of the wrong element would be signed unseen, so the bytes must name the Id they are given for. */
function startTagHasId(canonical: Uint8Array, id: string): boolean {
  const head = latin1.decode(canonical.subarray(0, 512));
  const tag = /^<[A-Za-z_][A-Za-z0-9_.:-]*( [^<>]*)?>/.exec(head)?.[0];
  return tag?.includes(` Id="${id}"`) ?? false;
}
