import { recurring, type XmlDocument, type XmlElement } from '@hocba/xml';
import { fromBase64Octets } from '../base64.ts';
import {
  attributesAre,
  childrenOf,
  isEmptyWith,
  leafBase64,
  leafOctets,
  leafText,
} from '../markup/grammar.ts';
import { demand, Refused, required } from '../markup/refused.ts';
import { ANNEX_ID, DSIG, EXCLUSIVE_C14N, idsOf, instantOf, MAX_CERTIFICATES } from '../markup/vocabulary.ts';
import { readQualifyingProperties } from '../properties/qualifying-properties.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isInOrder, knownCertificateOf, remembered } from '../x509/known.ts';
import type { ReadSignature } from './read-signature.ts';
import { keepReading, readAsBefore } from './recurring-signature.ts';
import { dataReferences, type ReadReference, readReferences } from './references.ts';

/**
 * Reads a `<Signature>` that must be exactly what `completeSignature` makes, plus unsigned properties. There is
 * no byte in it that may differ and go unseen. Throws Refused.
 */
export function readSignature(doc: XmlDocument, element: XmlElement): ReadSignature {
  const known = recurring(element);
  if (known === null) return readWhole(doc, element);
  const again = readAsBefore(doc, element, known);
  if (again !== null) return again;
  const read = readWhole(doc, element);
  keepReading(element, known, read);
  return read;
}

function readWhole(doc: XmlDocument, element: XmlElement): ReadSignature {
  demand(element.name === 'Signature' && element.namespace === DSIG);
  const slotId = required(/^sig-([a-z][a-z0-9-]{0,40})$/.exec(element.attributes.get('Id') ?? '')?.[1]);
  const ids = idsOf(slotId);
  demand(attributesAre(element, { Id: ids.signature }));
  const annexed = element.children.length === 6;
  const [signedInfo, valueElement, keyInfo, propertiesObject, xadesObject] = required(
    annexed
      ? childrenOf(element, DSIG, 'SignedInfo', 'SignatureValue', 'KeyInfo', 'Object', 'Object', 'Object')
      : childrenOf(element, DSIG, 'SignedInfo', 'SignatureValue', 'KeyInfo', 'Object', 'Object'),
  );
  const annex = element.children[5];
  if (annex !== undefined) demand(attributesAre(annex, { Id: ANNEX_ID }) && annex.children.length === 1);

  demand(attributesAre(valueElement, { Id: ids.value }) && valueElement.children.length === 0);
  const value = required(
    fromBase64Octets(doc.bytes, valueElement.contentStart, valueElement.contentEnd),
    'signature-value-malformed',
  );
  const { methodUri, references } = readSignedInfo(doc, signedInfo);
  const data = dataReferences(references, ids, annexed);
  const chain = readKeyInfo(doc, keyInfo);
  const time = readSignatureProperties(propertiesObject, ids);
  const qualifying = readQualifyingProperties(doc, onlyChild(xadesObject), ids);
  demand(qualifying.signingTime === time.signingTime, 'signing-time-mismatch');
  demand(instantOf(time.signingTime) !== null, 'bad-signing-time');
  // Every Reference but the last (SignedProperties) is described, in order, and nothing else is.
  const described = references.slice(0, -1).map((r) => r.id);
  demand(described.length === qualifying.describedReferences.length, 'data-format-mismatch');
  demand(
    described.every((id, i) => id === qualifying.describedReferences[i]),
    'data-format-mismatch',
  );
  return {
    slotId,
    signedInfo,
    methodUri,
    value,
    chain,
    leaf: required(chain[0]),
    ...time,
    signed: qualifying,
    data,
    own: [
      { reference: required(references.at(-2)), element: onlyChild(propertiesObject) },
      { reference: required(references.at(-1)), element: qualifying.element },
    ],
  };
}

function onlyChild(object: XmlElement): XmlElement {
  const [child, ...others] = object.children;
  demand(others.length === 0 && object.attributes.size === 0);
  return required(child);
}

function readSignedInfo(
  doc: XmlDocument,
  element: XmlElement,
): { methodUri: string; references: ReadReference[] } {
  demand(element.attributes.size === 0);
  const [c14n, method, ...references] = element.children;
  demand(c14n?.name === 'CanonicalizationMethod' && c14n.namespace === DSIG);
  demand(isEmptyWith(required(c14n), EXCLUSIVE_C14N), 'canonicalization-refused');
  if (method?.name !== 'SignatureMethod' || method.namespace !== DSIG) throw new Refused('malformed');
  const methodUri = method.attributes.get('Algorithm') ?? '';
  // Parameters such as HMACOutputLength weaken; none of the accepted methods needs any.
  demand(isEmptyWith(method, methodUri), 'signature-method-refused');
  return { methodUri, references: readReferences(doc, references) };
}

function readKeyInfo(doc: XmlDocument, element: XmlElement): Certificate[] {
  demand(element.attributes.size === 0);
  const [data] = required(childrenOf(element, DSIG, 'X509Data'));
  const [name, ...elements] = data.children;
  demand(data.attributes.size === 0 && name?.name === 'X509SubjectName' && name.namespace === DSIG);
  demand(elements.length >= 1 && elements.length <= MAX_CERTIFICATES);
  const chain = elements.map((e) => {
    demand(e.name === 'X509Certificate' && e.namespace === DSIG);
    const before = remembered(required(leafOctets(doc, e), 'certificate-unreadable'));
    if (before !== undefined) return before;
    const der = required(leafBase64(doc, e), 'certificate-unreadable');
    try {
      return knownCertificateOf(der);
    } catch {
      throw new Refused('certificate-unreadable');
    }
  });
  // KeyInfo is not signed, so its words must follow from the certificate, which is.
  demand(leafText(required(name)) === chain[0]?.subject.text, 'subject-name-mismatch');
  demand(isInOrder(chain), 'chain-out-of-order');
  return chain;
}

/** The ministry's SigningTime, whichever namespace the profile gives it. */
function readSignatureProperties(object: XmlElement, ids: ReturnType<typeof idsOf>) {
  const properties = onlyChild(object);
  demand(properties.name === 'SignatureProperties' && properties.namespace === DSIG);
  demand(attributesAre(properties, { Id: ids.properties }));
  const [property] = required(childrenOf(properties, DSIG, 'SignatureProperty'));
  demand(attributesAre(property, { Target: `#${ids.signature}` }));
  const [time, ...others] = property.children;
  demand(time?.name === 'SigningTime' && others.length === 0);
  const element = required(time);
  return {
    signingTime: required(leafText(element), 'bad-signing-time'),
    signingTimeNamespace: element.namespace,
  };
}
