import { fromBase64 } from '../base64.ts';
import { Refused } from '../markup/refused.ts';
import { XADES, XADES_141 } from '../markup/vocabulary.ts';
import { canonicalizationOf, DEFAULT_CANONICALIZATION, type ForeignSignature, isDsig } from './read.ts';
import type { ForeignDocument, ForeignElement } from './tree.ts';

/** What stands unsigned beside a signature of others (EN 319 132-1 §5.3–5.5), to be believed no further than it is signed itself. */
export interface ForeignUnsigned {
  /** Tokens of SignatureTimeStamp, with what each must date. */
  readonly stamps: readonly { readonly value: Uint8Array; readonly message: Uint8Array }[];
  /** DER of certificates, OCSP answers and CRLs. */
  readonly values: readonly Uint8Array[];
}

const ENCAPSULATED = /^Encapsulated(?:X509Certificate|OCSPValue|CRLValue)$/;
const MOST_STAMPS = 8;
const MOST_VALUES = 128;

const isXades = ({ namespace }: ForeignElement): boolean => namespace === XADES || namespace === XADES_141;

/**
 * Gathers tokens over the SignatureValue and the values to judge by, wherever among the unsigned properties they stand.
 * Archive timestamps are not judged here. What is not as it should be is left: nothing unsigned makes a signature false.
 */
export function unsignedOf(doc: ForeignDocument, { element, objects }: ForeignSignature): ForeignUnsigned {
  const properties = objects
    .flatMap(({ children }) => children)
    .filter((child) => child.name === 'QualifyingProperties' && child.namespace === XADES)
    .flatMap(({ children }) => children)
    .filter((child) => child.name === 'UnsignedProperties' && isXades(child));
  const stamps: { value: Uint8Array; message: Uint8Array }[] = [];
  const values: Uint8Array[] = [];
  const visit = (at: ForeignElement): void => {
    if (at.name === 'SignatureTimeStamp' && at.namespace === XADES) return void stamps.push(...stampsIn(at));
    const value = ENCAPSULATED.test(at.name) && isXades(at) ? octetsOf(at) : null;
    if (value !== null && values.length < MOST_VALUES) values.push(value);
    at.children.forEach(visit);
  };
  const stampsIn = (at: ForeignElement): typeof stamps => {
    const message = messageOf(doc, element.children[1], at);
    if (message === null) return [];
    return at.children
      .filter((child) => child.name === 'EncapsulatedTimeStamp' && isXades(child))
      .flatMap((child) => octetsOf(child) ?? [])
      .map((value) => ({ value, message }));
  };
  properties.forEach(visit);
  return { stamps: stamps.slice(0, MOST_STAMPS), values };
}

/** The SignatureValue in the canonical form that the property names (§5.3); null for one that cannot be made, or has parts of its own. */
function messageOf(
  doc: ForeignDocument,
  value: ForeignElement | undefined,
  stamp: ForeignElement,
): Uint8Array | null {
  if (value === undefined || stamp.children.some(({ name }) => name === 'Include')) return null;
  const method = stamp.children.find((child) => isDsig(child, 'CanonicalizationMethod'));
  try {
    return doc.canonicalize(
      value,
      method === undefined
        ? DEFAULT_CANONICALIZATION
        : canonicalizationOf(method, 'canonicalization-refused'),
    );
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function octetsOf({ children, text }: ForeignElement): Uint8Array | null {
  return children.length > 0 ? null : fromBase64(text.replace(/[ \t\r\n]+/g, ''));
}
