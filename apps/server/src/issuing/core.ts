import { decodeLeaf, issuedCore, type Leaf } from '@hocba/ledger';
import type { ReadRecord } from '@hocba/record';
import { canonicalElement } from '@hocba/xml';
import { RecordUntrusted, type VerifiedRecord } from '../signing/verify-slots.ts';
import { sha256 } from './log/keys.ts';

/** SHA-256 of the data element, all that persons and school have signed of the record's contents. */
export function dataDigest(read: ReadRecord): Uint8Array {
  const data = read.xmlDocument.byId.get('data');
  if (data === undefined) throw new RecordUntrusted('data-missing');
  return sha256(canonicalElement(read.xmlDocument, data));
}

/** What the log commits to: data and every signature in slot order, under the record's own salt. */
export function coreOf(record: VerifiedRecord, salt: Uint8Array): Uint8Array {
  return issuedCore(sha256, {
    salt,
    profile: record.read.profile.id,
    dataDigest: dataDigest(record.read),
    signatureValues: record.signatures.map((s) => s.signatureValue),
  });
}

/** The leaf, if its bytes are one and it commits to `core`; null otherwise. */
export function leafOver(leaf: Uint8Array, core: Uint8Array): Leaf | null {
  try {
    const decoded = decodeLeaf(leaf);
    return Buffer.compare(decoded.commitment, core) === 0 ? decoded : null;
  } catch {
    return null;
  }
}
