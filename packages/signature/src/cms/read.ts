import type { HashAlgorithm } from '../algorithms.ts';
import { joinBytes, toHex } from '../bytes.ts';
import {
  contentOf,
  DerError,
  DerMembers,
  type DerValue,
  encodingOf,
  expectTag,
  objectIdentifier,
  readDer,
  smallInteger,
  unsignedInteger,
} from '../der/read.ts';
import { context, OCTET_STRING, SEQUENCE, SET } from '../der/tags.ts';
import {
  type CertificateSignatureScheme,
  readHashAlgorithm,
  readSignerAlgorithm,
} from '../x509/signature-algorithm.ts';
import { CONTENT } from './oids.ts';

/** A SignedData with its content inside and one signer (RFC 5652 §5), as read. */
export interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** DER of the X.509 certificates it carries, in their order. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: CmsSigner;
}

export interface CmsSigner {
  /** How the signer's certificate is named. */
  readonly id: { readonly issuer: Uint8Array; readonly serial: string } | { readonly subjectKeyId: string };
  /** Null for a digest that is refused here, SHA-1 and MD5 among them. */
  readonly hash: HashAlgorithm | null;
  /** The message that was signed: the attributes' own bytes under the tag of a SET. */
  readonly signedAttributes: Uint8Array;
  /** Values by type; a type stands once. */
  readonly attributes: ReadonlyMap<string, DerValue>;
  readonly scheme: CertificateSignatureScheme | null;
  readonly signature: Uint8Array;
}

const MAX_CERTIFICATES = 16;

/**
 * Reads ContentInfo with SignedData in it. Only what a token needs: one signer, signed attributes, content inside,
 * no CRLs, no unsigned attributes (nothing covers those, so nothing is taken from them). Throws DerError.
 */
export function readSignedData(der: Uint8Array): SignedData {
  const info = new DerMembers(readDer(der), SEQUENCE);
  if (objectIdentifier(info.next()) !== CONTENT.signedData) throw new DerError('unexpected-tag');
  const wrapper = new DerMembers(info.next(), context(0, true));
  info.done();
  const data = new DerMembers(wrapper.next(), SEQUENCE);
  wrapper.done();
  const version = smallInteger(data.next());
  const digests = new DerMembers(data.next(), SET).rest(SEQUENCE).map(readHashAlgorithm);
  const { contentType, content } = readContent(data.next());
  // RFC 5652 §5.1, for certificates of X.509 alone.
  if (version !== (contentType === CONTENT.data ? 1 : 3)) throw new DerError('bad-integer');
  const carried = data.optional(context(0, true));
  const certificates =
    carried === undefined
      ? []
      : new DerMembers(carried, context(0, true)).rest(SEQUENCE).map((value) => encodingOf(value));
  if (certificates.length > MAX_CERTIFICATES) throw new DerError('trailing-bytes');
  const signers = new DerMembers(data.next(SET), SET);
  data.done();
  const signer = readSigner(signers.next());
  signers.done();
  if (!digests.includes(signer.hash)) throw new DerError('unexpected-tag');
  return { contentType, content, certificates, signer };
}

function readContent(value: DerValue): { contentType: string; content: Uint8Array } {
  const members = new DerMembers(value, SEQUENCE);
  const contentType = objectIdentifier(members.next());
  const wrapper = new DerMembers(members.next(), context(0, true));
  members.done();
  const content = contentOf(wrapper.next(OCTET_STRING));
  wrapper.done();
  return { contentType, content };
}

function readSigner(value: DerValue): CmsSigner {
  const members = new DerMembers(value, SEQUENCE);
  const version = smallInteger(members.next());
  const named = members.next();
  let id: CmsSigner['id'];
  if (version === 1) {
    const pair = new DerMembers(named, SEQUENCE);
    const issuer = encodingOf(pair.next(SEQUENCE));
    id = { issuer, serial: toHex(unsignedInteger(pair.next())) };
    pair.done();
  } else if (version === 3) {
    expectTag(named, context(0, false));
    id = { subjectKeyId: toHex(contentOf(named)) };
  } else throw new DerError('bad-integer');
  const hash = readHashAlgorithm(members.next());
  const attributeSet = members.next(context(0, true));
  const algorithm = members.next();
  const signature = contentOf(members.next(OCTET_STRING));
  members.done();
  const original = encodingOf(attributeSet);
  return {
    id,
    hash,
    // RFC 5652 §5.4: signed under the tag of SET OF, carried under [0].
    signedAttributes: joinBytes(Uint8Array.of(SET), original.subarray(1)),
    attributes: readAttributes(attributeSet),
    scheme: hash === null ? null : readSignerAlgorithm(algorithm, hash),
    signature,
  };
}

function readAttributes(set: DerValue): ReadonlyMap<string, DerValue> {
  const attributes = new Map<string, DerValue>();
  for (const attribute of new DerMembers(set, context(0, true)).rest(SEQUENCE)) {
    const members = new DerMembers(attribute, SEQUENCE);
    const type = objectIdentifier(members.next());
    const values = new DerMembers(members.next(), SET);
    members.done();
    const value = values.next();
    values.done();
    if (attributes.has(type)) throw new DerError('unexpected-tag');
    attributes.set(type, value);
  }
  return attributes;
}
