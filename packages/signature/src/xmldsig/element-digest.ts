import { canonicalPieces, type XmlDocument, type XmlElement } from '@hocba/xml';
import { type CryptoPort, digestOf } from '../crypto/crypto-port.ts';

/** The digest of an element, kept in its document: data that three persons and the log sign are digested once. */
class Digested {
  readonly crypto: CryptoPort;
  readonly doc: XmlDocument;
  readonly sha256: Uint8Array;

  constructor(crypto: CryptoPort, doc: XmlDocument, sha256: Uint8Array) {
    this.crypto = crypto;
    this.doc = doc;
    this.sha256 = sha256;
  }
}

/** Below, looking it up costs as much. */
const LARGE = 2_048;

/** SHA-256 of an element's exclusive C14N (`canonicalElement`), 32 octets; not to be written to. */
export function elementDigest(crypto: CryptoPort, doc: XmlDocument, element: XmlElement): Uint8Array {
  const large = element.end - element.start >= LARGE;
  const before = large ? doc.remembered.get(element) : undefined;
  if (before instanceof Digested && before.crypto === crypto && before.doc === doc) return before.sha256;
  const sha256 = digestOf(crypto, 'sha256', canonicalPieces(doc, element));
  if (large && before === undefined) doc.remembered.set(element, new Digested(crypto, doc, sha256));
  return sha256;
}
