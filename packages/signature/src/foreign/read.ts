import {
  CURVES,
  type Curve,
  digestByUri,
  type HashAlgorithm,
  type SignatureAlgorithm,
} from '../algorithms.ts';
import { fromBase64 } from '../base64.ts';
import { demand, Refused, required } from '../markup/refused.ts';
import { EXCLUSIVE_C14N, MAX_CERTIFICATES } from '../markup/vocabulary.ts';
import type { Certificate } from '../x509/certificate.ts';
import { distinct } from '../x509/distinct.ts';
import { knownCertificate } from '../x509/known.ts';
import { FOREIGN_LIMITS } from './guard.ts';
import { type Canonicalization, DSIG_NAMESPACE as DSIG, type ForeignElement } from './tree.ts';

/** One Reference as read. */
export interface ForeignReference {
  /** Id without `#`; null for `URI=""`, the whole document. */
  readonly target: string | null;
  readonly type: string | undefined;
  readonly enveloped: boolean;
  readonly canonicalization: Canonicalization;
  readonly hash: HashAlgorithm;
  readonly digest: Uint8Array;
}

/** A ds:Signature of others whose form is right; nothing of it is proven yet. */
export interface ForeignSignature {
  readonly element: ForeignElement;
  readonly signedInfo: ForeignElement;
  readonly canonicalization: Canonicalization;
  readonly methodUri: string;
  readonly value: Uint8Array;
  readonly references: readonly ForeignReference[];
  readonly leaf: Certificate;
  /** The other certificates, in no order. */
  readonly between: readonly Certificate[];
  /** KeyValue elements beside the certificates. */
  readonly keys: readonly ForeignElement[];
  readonly objects: readonly ForeignElement[];
}

const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const MODES: ReadonlyMap<string, Canonicalization['mode']> = new Map([
  ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'inclusive'],
  ['http://www.w3.org/2006/12/xml-c14n11', 'inclusive-1.1'],
  [EXCLUSIVE_C14N, 'exclusive'],
] as const);
/** What a Reference without a canonicalisation gets (XMLDSig 1.1 §4.4.3.2). */
export const DEFAULT_CANONICALIZATION: Canonicalization = { mode: 'inclusive', prefixes: [] };

/** Reads a Signature (XMLDSig 1.1 §4) without manifests, keys by name or value, and transforms that run programs. Throws Refused. */
export function readForeignSignature(element: ForeignElement): ForeignSignature {
  attributesWithin(element, 'Id');
  const [signedInfo, valueElement, keyInfo, ...objects] = partsOf(element);
  demand(
    isDsig(signedInfo, 'SignedInfo') && isDsig(valueElement, 'SignatureValue') && isDsig(keyInfo, 'KeyInfo'),
  );
  demand(objects.every((object) => isDsig(object, 'Object')));
  attributesWithin(required(valueElement), 'Id');
  const value = octets(required(valueElement), 'signature-value-malformed');
  const [c14n, method, ...references] = partsOf(required(signedInfo));
  attributesWithin(required(signedInfo), 'Id');
  demand(isDsig(c14n, 'CanonicalizationMethod') && isDsig(method, 'SignatureMethod'));
  demand(references.length > 0, 'nothing-signed');
  demand(references.length <= FOREIGN_LIMITS.maxReferences, 'too-many-references');
  const methodUri = algorithmOf(required(method), 'signature-method-refused');
  return {
    element,
    signedInfo: required(signedInfo),
    canonicalization: canonicalizationOf(required(c14n), 'canonicalization-refused'),
    methodUri,
    value,
    references: references.map(readReference),
    ...readKeyInfo(required(keyInfo)),
    objects,
  };
}

function readReference(element: ForeignElement): ForeignReference {
  demand(isDsig(element, 'Reference'));
  attributesWithin(element, 'Id', 'Type', 'URI');
  const uri = element.attributes.get('URI');
  if (uri === undefined || !/^(#[A-Za-z_][A-Za-z0-9_.-]*)?$/.test(uri))
    throw new Refused('reference-not-found');
  const parts = partsOf(element);
  const transforms = isDsig(parts[0], 'Transforms') ? parts.shift() : undefined;
  const [method, value, ...others] = parts;
  demand(isDsig(method, 'DigestMethod') && isDsig(value, 'DigestValue') && others.length === 0);
  const hash = digestByUri(algorithmOf(required(method), 'digest-method-refused'));
  if (hash === null) throw new Refused('digest-method-refused', uri);
  return {
    target: uri === '' ? null : uri.slice(1),
    type: element.attributes.get('Type'),
    ...readTransforms(transforms),
    hash,
    digest: octets(required(value)),
  };
}

/** The enveloped-signature transform and one canonicalisation, each at most once and in this order. */
function readTransforms(element: ForeignElement | undefined): {
  enveloped: boolean;
  canonicalization: Canonicalization;
} {
  const list = element === undefined ? [] : partsOf(element);
  demand(list.every((transform) => isDsig(transform, 'Transform')));
  const enveloped = list[0]?.attributes.get('Algorithm') === ENVELOPED;
  if (enveloped) algorithmOf(required(list.shift()), 'transform-refused');
  const [c14n, ...others] = list;
  demand(others.length === 0, 'transform-refused');
  return {
    enveloped,
    canonicalization:
      c14n === undefined ? DEFAULT_CANONICALIZATION : canonicalizationOf(c14n, 'transform-refused'),
  };
}

/** The canonicalisation that an element names, with its prefixes. Throws Refused. */
export function canonicalizationOf(
  element: ForeignElement,
  code: 'canonicalization-refused' | 'transform-refused',
): Canonicalization {
  attributesWithin(element, 'Algorithm');
  const mode = MODES.get(element.attributes.get('Algorithm') ?? '');
  if (mode === undefined) throw new Refused(code);
  const [inclusive, ...others] = partsOf(element);
  if (inclusive === undefined) return { mode, prefixes: [] };
  demand(mode === 'exclusive' && others.length === 0, code);
  demand(inclusive.name === 'InclusiveNamespaces' && inclusive.namespace === EXCLUSIVE_C14N, code);
  attributesWithin(inclusive, 'PrefixList');
  const prefixes = (inclusive.attributes.get('PrefixList') ?? '').split(/[ \t\r\n]+/).filter((p) => p !== '');
  demand(prefixes.length > 0 && prefixes.length <= 32, code);
  demand(
    prefixes.every((prefix) => prefix === '#default' || /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(prefix)),
    code,
  );
  return { mode, prefixes };
}

/** The one end-entity certificate, and those of authorities; their order is the vendor's. */
function readKeyInfo(element: ForeignElement): Pick<ForeignSignature, 'leaf' | 'between' | 'keys'> {
  attributesWithin(element, 'Id');
  const certificates: Certificate[] = [];
  const keys: ForeignElement[] = [];
  for (const data of partsOf(element)) {
    if (isDsig(data, 'KeyValue')) {
      keys.push(data);
      continue;
    }
    // Names prove nothing, and could name another key than the certificate's.
    demand(isDsig(data, 'X509Data'), 'certificate-unreadable');
    for (const part of partsOf(data)) {
      if (!isDsig(part, 'X509Certificate')) continue;
      demand(certificates.length < MAX_CERTIFICATES, 'certificate-unreadable');
      const der = octets(part, 'certificate-unreadable');
      try {
        certificates.push(knownCertificate(der).certificate);
      } catch {
        throw new Refused('certificate-unreadable');
      }
    }
  }
  const found = distinct(certificates);
  const [leaf, ...others] = found.filter((c) => c.basicConstraints?.ca !== true);
  // Of two the reader would choose, and another reader the other.
  if (leaf === undefined || others.length > 0) throw new Refused('certificate-unreadable');
  return { leaf, between: found.filter((c) => c !== leaf), keys };
}

/** Child elements; refuses text between them that is more than white space. */
export function partsOf(element: ForeignElement): ForeignElement[] {
  demand(/^[ \t\r\n]*$/.test(element.text));
  return [...element.children];
}

export const isDsig = (element: ForeignElement | undefined, name: string): boolean =>
  element?.name === name && element.namespace === DSIG;

/** Refuses attributes other than these. */
export function attributesWithin(element: ForeignElement, ...names: readonly string[]): void {
  for (const name of element.attributes.keys()) demand(names.includes(name));
}

/** The Algorithm of an element that has nothing else: parameters (HMACOutputLength, an XPath) are refused. */
export function algorithmOf(
  element: ForeignElement,
  code: 'signature-method-refused' | 'digest-method-refused' | 'transform-refused',
): string {
  const plain = element.children.length === 0 && /^[ \t\r\n]*$/.test(element.text);
  demand(plain && element.attributes.size === 1, code);
  return required(element.attributes.get('Algorithm'), code);
}

/** Bytes of base64 that may be wrapped into lines. */
export function octets(
  element: ForeignElement,
  code: 'malformed' | 'signature-value-malformed' | 'certificate-unreadable' = 'malformed',
): Uint8Array {
  demand(element.children.length === 0, code);
  return required(fromBase64(element.text.replace(/[ \t\r\n]+/g, '')), code);
}

const METHOD =
  /^http:\/\/www\.w3\.org\/(?:2001\/04\/xmldsig-more#(rsa|ecdsa)-(sha256|sha384|sha512)|2007\/05\/xmldsig-more#(sha256|sha384|sha512)-rsa-MGF1)$/;

/** The algorithm of a SignatureMethod with a key of this curve, null for RSA (RFC 9231 §2.3); null for every other method. */
export function foreignAlgorithm(uri: string, curve: Curve | null): SignatureAlgorithm | null {
  const [, scheme, hash, pssHash] = METHOD.exec(uri) ?? [];
  if (scheme === 'ecdsa')
    return curve !== null && curve in CURVES ? `ecdsa-${curve}-${hash as HashAlgorithm}` : null;
  if (curve !== null) return null;
  if (scheme === 'rsa') return `rsa-pkcs1-${hash as HashAlgorithm}`;
  return pssHash === undefined ? null : `rsa-pss-${pssHash as HashAlgorithm}`;
}
