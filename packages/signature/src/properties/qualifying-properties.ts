import type { XmlDocument, XmlElement } from '@hocba/xml';
import { attributesAre } from '../markup/grammar.ts';
import { demand, required } from '../markup/refused.ts';
import { type idsOf, XADES, XADES_141 } from '../markup/vocabulary.ts';
import { readSignedProperties, type SignedProperties } from './signed-properties.ts';

/** Unsigned properties that may follow (levels T, LT, LTA; ETSI EN 319 132-1 §5.3–5.5), with their namespace. */
const UNSIGNED: ReadonlyMap<string, string> = new Map([
  ['SignatureTimeStamp', XADES],
  ['CertificateValues', XADES],
  ['RevocationValues', XADES],
  ['TimeStampValidationData', XADES_141],
  ['ArchiveTimeStamp', XADES_141],
]);

/**
 * Reads QualifyingProperties: SignedProperties, and after them UnsignedProperties if there are any. The latter
 * are held to known names and otherwise left alone: they prove nothing until somebody verifies them.
 */
export function readQualifyingProperties(
  doc: XmlDocument,
  element: XmlElement,
  ids: ReturnType<typeof idsOf>,
): SignedProperties & { readonly element: XmlElement } {
  const isOurs = element.name === 'QualifyingProperties' && element.namespace === XADES;
  demand(isOurs && attributesAre(element, { Id: ids.qualifyingProperties, Target: `#${ids.signature}` }));
  const [signed, unsigned, ...others] = element.children;
  demand(signed?.name === 'SignedProperties' && signed.namespace === XADES && others.length === 0);
  if (unsigned !== undefined) checkUnsigned(unsigned);
  const signedElement = required(signed);
  return {
    ...required(readSignedProperties(doc, signedElement, ids.signedProperties)),
    element: signedElement,
  };
}

function checkUnsigned(element: XmlElement): void {
  demand(
    element.name === 'UnsignedProperties' && element.namespace === XADES && element.attributes.size === 0,
  );
  const [properties, ...others] = element.children;
  demand(
    properties?.name === 'UnsignedSignatureProperties' &&
      properties.namespace === XADES &&
      others.length === 0,
  );
  const list = required(properties).children;
  demand(required(properties).attributes.size === 0 && list.length > 0);
  for (const property of list) demand(UNSIGNED.get(property.localName) === property.namespace);
}
