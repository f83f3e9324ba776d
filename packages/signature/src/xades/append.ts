import { encodeUtf8, scanCanonical, type XmlDocument, type XmlElement } from '@hocba/xml';
import { joinBytes } from '../bytes.ts';
import { Refused, required } from '../markup/refused.ts';
import { idsOf } from '../markup/vocabulary.ts';
import {
  readUnsignedProperties,
  type UnsignedProperties,
  type ValidationData,
  writeArchiveTimestamp,
  writeSignatureTimestamp,
  writeTimestampData,
  writeValues,
} from '../properties/unsigned-properties.ts';
import { isCovered, qualifyingOf } from './timestamped.ts';

/** Why a property is not appended. */
export type AppendCode =
  | 'no-such-signature'
  | 'malformed'
  | 'covered-by-another-signature'
  | 'wrong-level'
  | 'nothing-to-append';

export class AppendError extends Error {
  readonly code: AppendCode;

  constructor(code: AppendCode) {
    super(`not appended: ${code}`);
    this.name = 'AppendError';
    this.code = code;
  }
}

/** One signature of a document, open for appending. */
export interface OpenSignature {
  readonly slotId: string;
  readonly doc: XmlDocument;
  readonly element: XmlElement;
  readonly qualifying: XmlElement;
  readonly unsigned: UnsignedProperties;
}

/**
 * Finds the signature of a slot in a document's canonical bytes. A signature in a part that another one signed may
 * not change any more: a subject teacher's must have reached its level before the principal signs. Throws AppendError,
 * CanonicalXmlError.
 */
export function openSignature(xml: Uint8Array, slotId: string): OpenSignature {
  const doc = scanCanonical(xml);
  const ids = idsOf(slotId);
  const element = doc.byId.get(ids.signature);
  if (element === undefined) throw new AppendError('no-such-signature');
  try {
    const qualifying = qualifyingOf(element);
    const unsigned = readUnsignedProperties(doc, qualifying, ids);
    if (isCovered(doc, element)) throw new AppendError('covered-by-another-signature');
    return { slotId, doc, element, qualifying, unsigned };
  } catch (error) {
    throw error instanceof Refused ? new AppendError('malformed') : error;
  }
}

/** The document with a SignatureTimeStamp: B to T. The bytes that stand are kept. Throws AppendError. */
export function appendSignatureTimestamp(open: OpenSignature, token: Uint8Array): Uint8Array {
  if (open.unsigned.signatureTimestamp !== null) throw new AppendError('wrong-level');
  return insert(open, writeSignatureTimestamp(idsOf(open.slotId), token));
}

/**
 * The document with the signer's validation data, and after them those of the signature timestamp's authority: T to
 * LT. What stands in KeyInfo or in a token need not be repeated. Throws AppendError.
 */
export function appendValues(
  open: OpenSignature,
  signer: ValidationData,
  authority: ValidationData,
): Uint8Array {
  if (open.unsigned.signatureTimestamp === null || open.unsigned.values !== null)
    throw new AppendError('wrong-level');
  if (signer.certificates.length === 0 || signer.ocsp.length + signer.crls.length === 0)
    throw new AppendError('nothing-to-append');
  return insert(
    open,
    writeValues(signer) + writeTimestampData(idsOf(open.slotId).signatureTimestamp, authority),
  );
}

/** The document with data about its last timestamp's authority, before that is dated anew. Throws AppendError. */
export function appendTimestampData(open: OpenSignature, authority: ValidationData): Uint8Array {
  const { layers, values } = open.unsigned;
  if (values === null) throw new AppendError('wrong-level');
  const ids = idsOf(open.slotId);
  const archives = layers.filter(({ archive }) => archive !== null).length;
  const about = archives === 0 ? ids.signatureTimestamp : ids.archiveTimestamp(archives);
  const property = writeTimestampData(about, authority);
  if (property === '') throw new AppendError('nothing-to-append');
  return insert(open, property);
}

/** The document with an ArchiveTimeStamp after all that is there: LT to LTA, or LTA renewed. Throws AppendError. */
export function appendArchiveTimestamp(open: OpenSignature, token: Uint8Array): Uint8Array {
  const { values, layers } = open.unsigned;
  if (values === null) throw new AppendError('wrong-level');
  const archives = layers.filter(({ archive }) => archive !== null).length;
  return insert(open, writeArchiveTimestamp(idsOf(open.slotId), archives + 1, token));
}

function insert({ doc, qualifying }: OpenSignature, properties: string): Uint8Array {
  const [, unsigned] = qualifying.children;
  const at = unsigned === undefined ? qualifying.contentEnd : required(unsigned.children[0]).contentEnd;
  const text =
    unsigned === undefined
      ? `<UnsignedProperties><UnsignedSignatureProperties>${properties}</UnsignedSignatureProperties></UnsignedProperties>`
      : properties;
  return joinBytes(doc.bytes.subarray(0, at), encodeUtf8(text), doc.bytes.subarray(at));
}
