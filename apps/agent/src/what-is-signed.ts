import { createHash } from 'node:crypto';
import { fileDigestIn, fromBase64 } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import type { Order } from './server.ts';

/** A part of a record (XMLDSig), or an issued record's print (PAdES). */
export type SignedKind = 'record' | 'print';

const SIGNED_INFO = '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">';

/**
 * What an order wants signed, all of one kind, by item. A token must not be made to sign a login or a letter: only a
 * SignedInfo, or the signed attributes of a file for the order's own certificate, to the octet, is ever signed.
 * @returns null if one is neither, kinds are mixed, an id comes twice, or they are not what the digest says
 */
export function readOrder(
  order: Pick<Order, 'items' | 'digest' | 'certificate'>,
): { readonly kind: SignedKind; readonly messages: ReadonlyMap<string, Uint8Array> } | null {
  const certificate = fromBase64(order.certificate);
  const messages = new Map<string, Uint8Array>();
  const kinds = new Set<SignedKind | null>();
  const whole = createHash('sha256');
  for (const { id, message } of order.items) {
    const bytes = fromBase64(message);
    if (bytes === null || certificate === null || messages.has(id)) return null;
    kinds.add(kindOf(bytes, certificate));
    whole.update(createHash('sha256').update(bytes).digest());
    messages.set(id, bytes);
  }
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined || kind === null) return null;
  return whole.digest('hex') === order.digest ? { kind, messages } : null;
}

function kindOf(message: Uint8Array, certificate: Uint8Array): SignedKind | null {
  const text = Buffer.from(message).toString('utf8');
  if (text.startsWith(SIGNED_INFO) && text.endsWith('</SignedInfo>')) return 'record';
  return fileDigestIn(nodeCrypto, message, certificate) === null ? null : 'print';
}
