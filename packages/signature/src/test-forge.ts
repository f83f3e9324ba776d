import { sign } from 'node:crypto';
import {
  bytesToSign,
  DSIG,
  idsOf,
  type PreparedSignature,
  prepareSignature,
  type SignatureRequest,
  toBase64,
} from './index.ts';
import { type IssuedLeaf, nodeCrypto } from './node.ts';
import { readPrivateKey } from './pki/keys.node.ts';
import { knownChain, writeKeyInfo } from './xmldsig/key-info.ts';

/** What a forger with a key of his own can do: change any part first, and sign it honestly after. */
export interface Forgery {
  readonly request?: (request: SignatureRequest) => SignatureRequest;
  readonly signedInfo?: (xml: string) => string;
  readonly objects?: (xml: string) => string;
  readonly keyInfo?: (xml: string) => string;
  readonly value?: (value: Uint8Array) => Uint8Array;
  readonly signer?: (message: Uint8Array) => Uint8Array;
}

/** A `<Signature>` whose value fits its SignedInfo, whatever stands in it. */
export function forge(request: SignatureRequest, leaf: IssuedLeaf, forgery: Forgery): Uint8Array {
  const prepared: PreparedSignature = prepareSignature(nodeCrypto, forgery.request?.(request) ?? request);
  const honest = new TextDecoder().decode(bytesToSign(prepared));
  const signedInfo = forgery.signedInfo?.(honest) ?? honest;
  const message = new TextEncoder().encode(signedInfo);
  const plain =
    forgery.signer?.(message) ??
    new Uint8Array(
      sign('sha256', message, { key: readPrivateKey(leaf.privateKeyPem), dsaEncoding: 'ieee-p1363' }),
    );
  const value = forgery.value?.(plain) ?? plain;
  const keyInfo = writeKeyInfo(knownChain(leaf.chain));
  const ids = idsOf(prepared.slotId);
  return new TextEncoder().encode(
    `<Signature xmlns="${DSIG}" Id="${ids.signature}">${signedInfo.replace(` xmlns="${DSIG}"`, '')}` +
      `<SignatureValue Id="${ids.value}">${toBase64(value)}</SignatureValue>` +
      `${forgery.keyInfo?.(keyInfo) ?? keyInfo}${forgery.objects?.(prepared.objects) ?? prepared.objects}</Signature>`,
  );
}
