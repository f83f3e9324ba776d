import { digestByUri } from '../algorithms.ts';
import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { demand, Refused, required } from '../markup/refused.ts';
import { XADES } from '../markup/vocabulary.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isDsig, octets, partsOf } from './read.ts';
import type { ForeignElement } from './tree.ts';

/** The XAdES SignedProperties of a signature's Objects; null if it has no QualifyingProperties. Throws Refused. */
export function signedPropertiesOf(objects: readonly ForeignElement[]): ForeignElement | null {
  const found = objects.flatMap((object) =>
    object.children.filter((c) => c.name === 'QualifyingProperties' && c.namespace === XADES),
  );
  demand(found.length <= 1);
  const [first] = found[0] === undefined ? [] : partsOf(found[0]);
  if (found.length === 0) return null;
  demand(isXades(first, 'SignedProperties'));
  return required(first);
}

const isXades = (element: ForeignElement | undefined, name: string): boolean =>
  element?.name === name && element.namespace === XADES;

/**
 * Holds SigningCertificate(V2) against the signer's certificate: a signature that names another one was made with it.
 * Its digests are SHA-256 or better; older signers' SHA-1 binds nothing. Throws Refused.
 */
export function checkNamedCertificate(crypto: CryptoPort, signed: ForeignElement, leaf: Certificate): void {
  const own = partsOf(signed).find((c) => isXades(c, 'SignedSignatureProperties'));
  const named = own === undefined ? [] : partsOf(own).filter((c) => /^SigningCertificate(V2)?$/.test(c.name));
  const [only, ...others] = named;
  if (only === undefined || others.length > 0) throw new Refused('signing-certificate-mismatch');
  const [certificate] = partsOf(only);
  const digest = certificate?.children.find((c) => isXades(c, 'CertDigest'));
  const [method, value] = digest === undefined ? [] : partsOf(digest);
  const hash = digestByUri(method?.attributes.get('Algorithm'));
  const same =
    isDsig(method, 'DigestMethod') &&
    isDsig(value, 'DigestValue') &&
    hash !== null &&
    value !== undefined &&
    sameBytes(crypto[hash](leaf.der), octets(value));
  demand(same, 'signing-certificate-mismatch');
}

/** Every SigningTime in parts that were signed: the ministry's, XAdES', or both. */
export function signingTimesIn(parts: readonly ForeignElement[]): string[] {
  const times: string[] = [];
  const visit = (element: ForeignElement): void => {
    if (element.name === 'SigningTime' && element.children.length === 0) times.push(element.text.trim());
    element.children.forEach(visit);
  };
  parts.forEach(visit);
  return times;
}
