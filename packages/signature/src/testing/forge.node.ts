import { sign } from 'node:crypto';
import { scanCanonical } from '@hocba/xml';
import {
  bytesToSign,
  DSIG,
  idsOf,
  type PreparedSignature,
  prepareSignature,
  type SignatureFinding,
  type SignatureRequest,
  toBase64,
  verifySignature,
  XADES,
} from '../index.ts';
import { type IssuedLeaf, nodeCrypto } from '../node.ts';
import { readPrivateKey } from '../pki/keys.node.ts';
import { knownChain } from '../x509/known.ts';
import { writeKeyInfo } from '../xmldsig/key-info.ts';
import { FROZEN, insert, requestFor, type TestSigners } from './record.ts';

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
  const objects =
    `<Object>${prepared.properties}</Object><Object><QualifyingProperties xmlns="${XADES}" Id="${ids.qualifyingProperties}" ` +
    `Target="#${ids.signature}">${prepared.signedProperties}</QualifyingProperties></Object>${prepared.annex ?? ''}`;
  return new TextEncoder().encode(
    `<Signature xmlns="${DSIG}" Id="${ids.signature}">${signedInfo.replace(` xmlns="${DSIG}"`, '')}` +
      `<SignatureValue Id="${ids.value}">${toBase64(value)}</SignatureValue>` +
      `${forgery.keyInfo?.(keyInfo) ?? keyInfo}${forgery.objects?.(objects) ?? objects}</Signature>`,
  );
}

/** The finding for a principal's forged signature over the data, in its place. */
export async function forgedFinding(signers: TestSigners, forgery: Forgery): Promise<SignatureFinding> {
  const request = requestFor(FROZEN, 'cbql', signers.principal, ['data']);
  const doc = scanCanonical(insert(FROZEN, 'cbql', forge(request, signers.principal, forgery)));
  const element = doc.byId.get('sig-cbql');
  if (element === undefined) throw new Error('no signature');
  return verifySignature(nodeCrypto, doc, element);
}

/** An edit that fails the test if it changes nothing. */
export const replaced = (from: string | RegExp, to: string) => (xml: string) => {
  const changed = xml.replace(from, to);
  if (changed === xml) throw new Error('nothing to replace');
  return changed;
};
