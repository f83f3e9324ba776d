import { namesUnknownKind } from '@hocba/record';
import { type CryptoPort, verifySignature } from '@hocba/signature';
import { CanonicalXmlError, scanCanonical, type XmlDocument, type XmlElement } from '@hocba/xml';

/**
 * Whether an XML is a record of ours of a kind that came after this version: it names one, all of its signatures hold, and one of them is over its
 * data. A verifier that was never brought up to date calls no such record false, and none genuine; one that somebody has changed into another kind
 * has lost its signatures.
 */
export async function isOfNewerKind(crypto: CryptoPort, xml: Uint8Array): Promise<boolean> {
  const document = scanned(xml);
  if (document === null || !namesUnknownKind(document)) return false;
  let isSigned = false;
  for (const signature of signaturesIn(document.root)) {
    const finding = await verifySignature(crypto, document, signature);
    if (!finding.valid) return false;
    isSigned ||= finding.references.some(({ id }) => id === 'data');
  }
  return isSigned;
}

function scanned(xml: Uint8Array): XmlDocument | null {
  try {
    return scanCanonical(xml);
  } catch (error) {
    if (error instanceof CanonicalXmlError) return null;
    throw error;
  }
}

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

function* signaturesIn(element: XmlElement): Generator<XmlElement> {
  if (element.name === 'Signature' && element.namespace === DSIG) yield element;
  for (const child of element.children) yield* signaturesIn(child);
}
