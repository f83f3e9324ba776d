import type { HashAlgorithm } from '../algorithms.ts';
import { copyOf, toHex } from '../bytes.ts';
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
import { KeptBytes } from '../kept-bytes.ts';
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

/** A SignedData over content that stands elsewhere (PAdES), with its unsigned attributes, which nothing covers. */
export interface DetachedSignedData extends Omit<SignedData, 'content'> {
  readonly unsigned: ReadonlyMap<string, DerValue>;
}

const MAX_CERTIFICATES = 16;

/**
 * Reads ContentInfo with SignedData in it. Only what a token needs: one signer, signed attributes, content inside,
 * no CRLs, no unsigned attributes (nothing covers those, so nothing is taken from them). Throws DerError.
 */
export function readSignedData(der: Uint8Array): SignedData {
  const { content, unsigned, ...data } = read(der);
  if (content === null || unsigned.size > 0) throw new DerError('unexpected-tag');
  return { ...data, content };
}

/** Same for one without its content; unsigned attributes are handed on. Throws DerError. */
export function readDetachedSignedData(der: Uint8Array): DetachedSignedData {
  const { content, ...data } = read(der);
  if (content !== null) throw new DerError('unexpected-tag');
  return data;
}

function read(der: Uint8Array) {
  const info = new DerMembers(readDer(der), SEQUENCE);
  if (objectIdentifier(info.next()) !== CONTENT.signedData) throw new DerError('unexpected-tag');
  const wrapper = new DerMembers(info.next(), context(0, true));
  info.done();
  const data = new DerMembers(wrapper.next(), SEQUENCE);
  wrapper.done();
  const version = smallInteger(data.next());
  const digests = new DerMembers(data.next(), SET).rest(SEQUENCE).map(readHashAlgorithm);
  const { contentType, content } = readContent(data.next());
  const carried = data.optional(context(0, true));
  const certificates = carried === undefined ? NONE : readCertificates(carried);
  const signers = new DerMembers(data.next(SET), SET);
  data.done();
  const { signer, unsigned } = readSigner(signers.next());
  signers.done();
  // RFC 5652 §5.1, for certificates of X.509 alone: a signer that is named by its key's identifier makes it 3.
  const plain = contentType === CONTENT.data && 'issuer' in signer.id;
  if (version !== (plain ? 1 : 3)) throw new DerError('bad-integer');
  if (!digests.includes(signer.hash)) throw new DerError('unexpected-tag');
  return { contentType, content, certificates, signer, unsigned };
}

function asSet(attributes: Uint8Array): Uint8Array {
  const set = copyOf(attributes);
  set[0] = SET;
  return set;
}

const NONE: readonly Uint8Array[] = [];

/** Lists of certificates by their octets: those that an authority puts into each of its tokens. */
const lists = new KeptBytes<readonly Uint8Array[]>(256);

/** The certificates of a SignedData; the same list for the same octets, as long as it is kept. */
function readCertificates(carried: DerValue): readonly Uint8Array[] {
  const octets = encodingOf(carried);
  const before = lists.find(octets);
  if (before !== undefined) return before;
  const own = readDer(copyOf(octets));
  const certificates = new DerMembers(own, context(0, true)).rest(SEQUENCE).map(encodingOf);
  if (certificates.length > MAX_CERTIFICATES) throw new DerError('trailing-bytes');
  lists.keep(octets, certificates);
  return certificates;
}

function readContent(value: DerValue): { contentType: string; content: Uint8Array | null } {
  const members = new DerMembers(value, SEQUENCE);
  const contentType = objectIdentifier(members.next());
  const inside = members.optional(context(0, true));
  members.done();
  if (inside === undefined) return { contentType, content: null };
  const wrapper = new DerMembers(inside, context(0, true));
  const content = contentOf(wrapper.next(OCTET_STRING));
  wrapper.done();
  return { contentType, content };
}

function readSigner(value: DerValue): {
  signer: CmsSigner;
  unsigned: DetachedSignedData['unsigned'];
} {
  const members = new DerMembers(value, SEQUENCE);
  const version = smallInteger(members.next());
  const id = readIdentifier(version, members.next());
  const hash = readHashAlgorithm(members.next());
  const attributeSet = members.next(context(0, true));
  const algorithm = members.next();
  const signature = contentOf(members.next(OCTET_STRING));
  const unsignedSet = members.optional(context(1, true));
  members.done();
  const original = encodingOf(attributeSet);
  const signer = {
    id,
    hash,
    // RFC 5652 §5.4: signed under the tag of SET OF, carried under [0].
    signedAttributes: asSet(original),
    attributes: readAttributes(attributeSet, context(0, true)),
    scheme: hash === null ? null : readSignerAlgorithm(algorithm, hash),
    signature,
  };
  const unsigned =
    unsignedSet === undefined ? new Map<string, DerValue>() : readAttributes(unsignedSet, context(1, true));
  return { signer, unsigned };
}

/** Issuer and serial by their octets: an authority's name is longer than what it signs. */
const identifiers = new KeptBytes<CmsSigner['id']>(256);

function readIdentifier(version: number, named: DerValue): CmsSigner['id'] {
  if (version === 3) {
    expectTag(named, context(0, false));
    return { subjectKeyId: toHex(contentOf(named)) };
  }
  if (version !== 1) throw new DerError('bad-integer');
  const octets = encodingOf(named);
  const before = identifiers.find(octets);
  if (before !== undefined) return before;
  const pair = new DerMembers(readDer(copyOf(octets)), SEQUENCE);
  const issuer = encodingOf(pair.next(SEQUENCE));
  const id = { issuer, serial: toHex(unsignedInteger(pair.next())) };
  pair.done();
  identifiers.keep(octets, id);
  return id;
}

function readAttributes(set: DerValue, tag: number): ReadonlyMap<string, DerValue> {
  const attributes = new Map<string, DerValue>();
  for (const attribute of new DerMembers(set, tag).rest(SEQUENCE)) {
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
