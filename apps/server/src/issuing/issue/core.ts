import { decodeLeaf, issuedCore, type Leaf } from '@hocba/ledger';
import type { SignedFile } from '@hocba/record';
import { elementDigest } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { RecordUntrusted, type VerifiedSigned } from '../../signing/slots/verify-slots.ts';
import { sha256 } from '../log/keys.ts';

/** SHA-256 of the data element, all that persons and school have signed of the record's contents. */
export function dataDigest(read: SignedFile['read']): Uint8Array {
  const data = read.xmlDocument.byId.get('data');
  if (data === undefined) throw new RecordUntrusted('data-missing');
  return elementDigest(nodeCrypto, read.xmlDocument, data);
}

/** What the log commits to: data and every signature in slot order, under the file's own salt. */
export function coreOf({ file, signatures }: VerifiedSigned, salt: Uint8Array): Uint8Array {
  return issuedCore(sha256, {
    salt,
    profile: file.format,
    dataDigest: dataDigest(file.read),
    signatureValues: signatures.map((s) => s.signatureValue),
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
