import type { SignatureAlgorithm } from '../algorithms.ts';
import type { CryptoPort } from '../crypto-port.ts';
import { plainFromDer } from '../ecdsa.ts';
import type { PublicKeyInfo } from './public-key.ts';
import type { CertificateSignatureScheme } from './signature-algorithm.ts';

/**
 * True if `signature`, as certificates, CMS, OCSP and CRLs carry it (ECDSA as Ecdsa-Sig-Value), over `data` is by
 * the key of `owner`. False for a scheme that does not go with that key; never throws.
 */
export async function isSignedBy(
  crypto: CryptoPort,
  owner: { readonly spki: Uint8Array; readonly publicKey: PublicKeyInfo },
  { scheme, hash }: CertificateSignatureScheme,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const { publicKey, spki } = owner;
  let algorithm: SignatureAlgorithm;
  let plain: Uint8Array | null = signature;
  if (scheme === 'ecdsa') {
    if (publicKey.kind !== 'ec') return false;
    algorithm = `ecdsa-${publicKey.curve}-${hash}`;
    try {
      plain = plainFromDer(publicKey.curve, signature);
    } catch {
      plain = null;
    }
  } else {
    if (publicKey.kind !== 'rsa') return false;
    algorithm = `${scheme}-${hash}`;
  }
  return plain !== null && (await crypto.verify(algorithm, spki, plain, data)) === true;
}
