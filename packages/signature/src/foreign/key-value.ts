import { CURVES } from '../algorithms.ts';
import { sameBytes } from '../bytes.ts';
import { bitStringOctets, DerMembers, readDer, unsignedInteger } from '../der/read.ts';
import { SEQUENCE } from '../der/tags.ts';
import { demand, required } from '../markup/refused.ts';
import type { Certificate } from '../x509/certificate.ts';
import { attributesWithin, isDsig, octets, partsOf } from './read.ts';
import type { ForeignElement } from './tree.ts';

const DSIG_11 = 'http://www.w3.org/2009/xmldsig11#';

/**
 * A key beside the certificate (XMLDSig 1.1 §4.5.2), as .NET and Java write it: it proves nothing, and is taken for what it says
 * only where it is the certificate's own, since another reader might verify by it. Throws Refused for any other.
 */
export function checkKeyValue(element: ForeignElement, { spki, publicKey }: Certificate): void {
  attributesWithin(element, 'Id');
  const [value, ...others] = partsOf(element);
  demand(others.length === 0, 'certificate-unreadable');
  const parts = partsOf(required(value, 'certificate-unreadable'));
  const key = new DerMembers(readDer(spki), SEQUENCE);
  key.next();
  const own = bitStringOctets(key.next());
  if (publicKey.kind === 'rsa' && isDsig(value, 'RSAKeyValue')) {
    const numbers = new DerMembers(readDer(own), SEQUENCE);
    for (const name of ['Modulus', 'Exponent']) {
      const said = required(parts.shift(), 'certificate-unreadable');
      const same = sameBytes(withoutZeros(textOctets(said)), unsignedInteger(numbers.next()));
      demand(isDsig(said, name) && same, 'certificate-unreadable');
    }
    demand(parts.length === 0, 'certificate-unreadable');
    return;
  }
  const [curve, point, ...more] = parts;
  const isEc = value?.name === 'ECKeyValue' && value.namespace === DSIG_11 && more.length === 0;
  demand(isEc && publicKey.kind === 'ec', 'certificate-unreadable');
  const named = publicKey.kind === 'ec' ? `urn:oid:${CURVES[publicKey.curve].oid}` : '';
  demand(isOf11(curve, 'NamedCurve') && curve?.attributes.get('URI') === named, 'certificate-unreadable');
  const same = isOf11(point, 'PublicKey') && sameBytes(textOctets(required(point)), own);
  demand(same, 'certificate-unreadable');
}

const isOf11 = (element: ForeignElement | undefined, name: string): boolean =>
  element?.name === name && element.namespace === DSIG_11;

const textOctets = (element: ForeignElement): Uint8Array => octets(element, 'certificate-unreadable');

/** Some write a number as DER has it, with a zero before what would be its sign. */
function withoutZeros(number: Uint8Array): Uint8Array {
  const from = number.findIndex((octet) => octet !== 0);
  return number.subarray(Math.max(from, 0));
}
