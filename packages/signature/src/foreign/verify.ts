import type { SignatureAlgorithm } from '../algorithms.ts';
import { joinBytes, sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { isPlainEcdsa } from '../crypto/ecdsa.ts';
import { demand, Refused, type SignatureCode } from '../markup/refused.ts';
import { TYPE } from '../markup/vocabulary.ts';
import type { Certificate } from '../x509/certificate.ts';
import { maySign } from '../x509/path.ts';
import { isStrongKey } from '../x509/public-key.ts';
import { type AroundRoot, aroundRoot } from './around-root.ts';
import { FOREIGN_LIMITS, type ForeignDocumentCode, ForeignDocumentError } from './guard.ts';
import { checkKeyValue } from './key-value.ts';
import { type ForeignPlace, type FoundPlace, findPlaces } from './places.ts';
import { checkNamedCertificate, signedPropertiesOf, signingTimesIn } from './properties.ts';
import {
  type ForeignReference,
  type ForeignSignature,
  foreignAlgorithm,
  readForeignSignature,
} from './read.ts';
import {
  DSIG_NAMESPACE,
  type ForeignDocument,
  type ForeignElement,
  type IdAttribute,
  readForeign,
} from './tree.ts';
import { type ForeignUnsigned, unsignedOf } from './unsigned.ts';

/** A foreign signature that holds over everything that its slot must sign. */
export interface ValidForeignSignature {
  readonly valid: true;
  readonly code: 'valid';
  readonly slot: string;
  /** As written, one or, if the ministry's and XAdES' both stand there, the same twice; null if none was signed. */
  readonly signingTime: string | null;
  /** The signer's, not yet trusted: see `validatePath`. */
  readonly certificate: Certificate;
  readonly between: readonly Certificate[];
  readonly algorithm: SignatureAlgorithm;
  readonly signatureValue: Uint8Array;
  /**
   * The octets that were digested, by the path of their element. Read the record from these and from nothing else:
   * what is not in them nobody signed.
   */
  readonly signed: ReadonlyMap<string, Uint8Array>;
  /** Slots whose SignatureValue this one signed. */
  readonly signatures: readonly string[];
  /** Slots whose signatures stand within the elements that this one signed. */
  readonly enclosed: readonly string[];
  readonly unsigned: ForeignUnsigned;
}

export type ForeignFinding =
  | ValidForeignSignature
  | {
      readonly valid: false;
      readonly slot: string;
      /** `absent`: nobody signed there. `not-covered`: what the slot must sign it did not. */
      readonly code: SignatureCode | 'absent' | 'not-covered';
      readonly reference: string | undefined;
    };

export type ForeignReading =
  | {
      readonly readable: true;
      readonly findings: readonly ForeignFinding[];
      /** Whether nothing but its declaration stands around the root (`aroundRoot`). */
      readonly isBare: boolean;
    }
  | { readonly readable: false; readonly code: ForeignDocumentCode };

export interface ForeignProfile {
  /** Or what finds them, where how many there are is the document's own: what it reads there is not yet signed by anybody. */
  readonly places: readonly ForeignPlace[] | ((root: ForeignElement) => readonly ForeignPlace[]);
  /** How this vendor spells the attribute that References point at; any other spelling is refused. */
  readonly idAttribute?: IdAttribute;
}

/**
 * Verifies the signatures of a record that others wrote (XMLDSig 1.1, with or without XAdES): real canonicalisation by
 * libxml2, inclusive or exclusive, enveloped or by Id, several signers, References to others' SignatureValue. The same
 * rule as for our own: each signature at the place of its slot, over the elements at the places that the slot
 * prescribes, and no other signature anywhere. SHA-256 or better, RSA from 2048 bits, ECDSA.
 * Integrity only; the path of `certificate` is the caller's question. Loads its library at the first call. Never throws
 * for what is in the document.
 */
export async function verifyForeign(
  crypto: CryptoPort,
  bytes: Uint8Array,
  { places, idAttribute = 'Id' }: ForeignProfile,
): Promise<ForeignReading> {
  let doc: ForeignDocument | undefined;
  try {
    const around = aroundRoot(bytes);
    doc = await readForeign(around.bytes, idAttribute);
    const found = findPlaces(doc, typeof places === 'function' ? places(doc.root) : places);
    checkReferenceCount(doc);
    const findings: ForeignFinding[] = [];
    for (const place of found) findings.push(await findingOf(crypto, { doc, around }, place, found));
    return { readable: true, findings, isBare: around.isBare };
  } catch (error) {
    if (error instanceof ForeignDocumentError) return { readable: false, code: error.code };
    throw error;
  } finally {
    doc?.dispose();
  }
}

/**
 * The elements of octets that were signed (`ValidForeignSignature.signed`), for reading what they say.
 * Throws ForeignDocumentError.
 */
export async function readSigned(
  octets: Uint8Array,
  idAttribute: IdAttribute = 'Id',
): Promise<ForeignElement> {
  const doc = await readForeign(octets, idAttribute);
  doc.dispose();
  return doc.root;
}

/** Each Reference costs a canonicalisation of what it points at. */
function checkReferenceCount({ signatures }: ForeignDocument): void {
  const counts = signatures.map(
    ({ children }) => children[0]?.children.filter(({ name }) => name === 'Reference').length ?? 0,
  );
  if (counts.reduce((a, b) => a + b, 0) > 10 * FOREIGN_LIMITS.maxReferences)
    throw new ForeignDocumentError('too-many-references');
}

/** A document with what stands around its root. */
interface Given {
  readonly doc: ForeignDocument;
  readonly around: AroundRoot;
}

async function findingOf(
  crypto: CryptoPort,
  given: Given,
  place: FoundPlace,
  all: readonly FoundPlace[],
): Promise<ForeignFinding> {
  const { slot, signature } = place;
  if (signature === null) return { valid: false, slot, code: 'absent', reference: undefined };
  try {
    return await verify(crypto, given, place, readForeignSignature(signature), all);
  } catch (error) {
    if (error instanceof Refused) return { valid: false, slot, code: error.code, reference: error.reference };
    throw error;
  }
}

async function verify(
  crypto: CryptoPort,
  given: Given,
  place: FoundPlace,
  read: ForeignSignature,
  all: readonly FoundPlace[],
): Promise<ForeignFinding> {
  const { slot } = place;
  const { doc } = given;
  const algorithm = checkKey(read);
  // The value before the digests: a forged file costs one verification, however many references it has.
  const message = doc.canonicalize(read.signedInfo, read.canonicalization);
  const held = await crypto.verify(algorithm, read.leaf.spki, read.value, message);
  demand(held === true, 'signature-invalid');

  const signed = new Map<string, Uint8Array>();
  const signatures: string[] = [];
  const own: ForeignElement[] = [];
  const properties = signedPropertiesOf(read.objects);
  const seen = new Set<ForeignElement>();
  const data: ForeignElement[] = [];
  for (const reference of read.references) {
    const target = targetOf(doc, reference);
    demand(!seen.has(target), 'duplicate-reference', reference.target ?? '');
    seen.add(target);
    const role = roleOf(target, read, place, all);
    if (role === null) throw new Refused('reference-misplaced', reference.target ?? '');
    demand(
      (reference.type === TYPE.signedProperties) === (target === properties),
      'signed-properties-not-covered',
    );
    const octets = checkDigest(crypto, given, read, reference, target);
    if ('path' in role) {
      signed.set(role.path, octets);
      data.push(target);
    } else if ('slot' in role) signatures.push(role.slot);
    else own.push(target);
  }
  if (properties !== null) {
    demand(own.includes(properties), 'signed-properties-not-covered');
    checkNamedCertificate(crypto, properties, read.leaf);
  }
  const enclosed = all.filter(
    (other) => other !== place && other.signature !== null && isAmongAncestors(other.signature, data),
  );
  const whole = place.within !== null && signed.has(place.within.path);
  const missing = whole ? undefined : place.signed.find(({ path }) => !signed.has(path));
  const none = place.someOf.length > 0 && !place.someOf.some(({ path }) => signed.has(path));
  if (missing !== undefined || none)
    return { valid: false, slot, code: 'not-covered', reference: (missing ?? place.someOf[0])?.path };
  const times = signingTimesIn(own);
  // A time beside the signed ones is there to be read by mistake.
  demand(times.length === signingTimesIn(read.objects).length, 'signing-time-not-covered');
  demand(new Set(times).size <= 1, 'signing-time-mismatch');
  return {
    valid: true,
    code: 'valid',
    slot,
    signingTime: times[0] ?? null,
    certificate: read.leaf,
    between: read.between,
    algorithm,
    signatureValue: read.value,
    signed,
    signatures,
    enclosed: enclosed.map((other) => other.slot),
    unsigned: unsignedOf(doc, read),
  };
}

function checkKey({ leaf, keys, methodUri, value }: ForeignSignature): SignatureAlgorithm {
  const { publicKey } = leaf;
  demand(isStrongKey(publicKey), 'weak-key');
  demand(maySign(leaf), 'certificate-not-for-signing');
  for (const key of keys) checkKeyValue(key, leaf);
  const curve = publicKey.kind === 'ec' ? publicKey.curve : null;
  const algorithm = foreignAlgorithm(methodUri, curve);
  if (algorithm === null) throw new Refused('signature-method-refused');
  if (curve !== null) demand(isPlainEcdsa(curve, value), 'signature-value-malformed');
  return algorithm;
}

function targetOf(doc: ForeignDocument, { target }: ForeignReference): ForeignElement {
  if (target === null) return doc.root;
  const element = doc.byId.get(target);
  if (element === undefined) throw new Refused('reference-not-found', target);
  return element;
}

/** What a signed element is to its slot; null if it stands where nothing of this slot's stands. */
function roleOf(
  target: ForeignElement,
  { element, objects }: ForeignSignature,
  place: FoundPlace,
  all: readonly FoundPlace[],
): { readonly path: string } | { readonly slot: string } | { readonly own: true } | null {
  const { signed, someOf, maySign, within } = place;
  const data = [...signed, ...someOf, ...maySign, within].find((d) => d?.element === target);
  if (data) return { path: data.path };
  if (target.name === 'SignatureValue' && target.namespace === DSIG_NAMESPACE) {
    const other = all.find(({ signature }) => signature !== null && signature === target.parent);
    return other === undefined || other.signature === element ? null : { slot: other.slot };
  }
  for (let at: ForeignElement | null = target; at !== null; at = at.parent)
    if (objects.includes(at) || isKeyInfoOf(at, element)) return { own: true };
  return null;
}

function isAmongAncestors(element: ForeignElement, wanted: readonly ForeignElement[]): boolean {
  for (let at: ForeignElement | null = element; at !== null; at = at.parent)
    if (wanted.includes(at)) return true;
  return false;
}

const isKeyInfoOf = (at: ForeignElement, signature: ForeignElement): boolean =>
  at.parent === signature && at.name === 'KeyInfo';

/** The octets of a target, which must be those that its Reference digested. */
function checkDigest(
  crypto: CryptoPort,
  { doc, around }: Given,
  { element }: ForeignSignature,
  { enveloped, canonicalization, hash, digest, target: id }: ForeignReference,
  target: ForeignElement,
): Uint8Array {
  const isInside = isAmongAncestors(element, [target]);
  // The transform where there is nothing to take out, or none where there is: not what the signer can have meant.
  demand(enveloped === isInside, 'transform-refused', id ?? '');
  const octets = doc.canonicalize(target, canonicalization, enveloped ? element : undefined);
  const isDigested = (message: Uint8Array): boolean => sameBytes(crypto[hash](message), digest);
  // Of a whole document the instructions around the root are part (C14N 1.0 §2.3), and some signers leave them out; nothing is read from them.
  const whole = id === null && !around.isBare ? joinBytes(around.before, octets, around.after) : octets;
  demand(isDigested(octets) || isDigested(whole), 'digest-mismatch', id ?? '');
  return octets;
}
