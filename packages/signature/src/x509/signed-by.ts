import type { Curve, HashAlgorithm, SignatureAlgorithm } from '../algorithms.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { plainFromDer } from '../crypto/ecdsa.ts';
import type { PublicKeyInfo } from './public-key.ts';
import type { CertificateSignatureScheme } from './signature-algorithm.ts';

/**
 * True if `signature`, as certificates, CMS, OCSP and CRLs carry it (ECDSA as Ecdsa-Sig-Value), over `data` is by
 * the key of `owner`. False for a scheme that does not go with that key; never throws. At once where the port tells it so:
 * to wait for what is there costs a turn of the queue.
 */
export function isSignedBy(
  crypto: CryptoPort,
  owner: { readonly spki: Uint8Array; readonly publicKey: PublicKeyInfo },
  { scheme, hash }: CertificateSignatureScheme,
  signature: Uint8Array,
  data: Uint8Array,
): boolean | Promise<boolean> {
  const { publicKey, spki } = owner;
  let algorithm: SignatureAlgorithm;
  let plain: Uint8Array | null = signature;
  if (scheme === 'ecdsa') {
    if (publicKey.kind !== 'ec') return false;
    algorithm = ECDSA[publicKey.curve][hash];
    try {
      plain = plainFromDer(publicKey.curve, signature);
    } catch {
      plain = null;
    }
  } else {
    if (publicKey.kind !== 'rsa') return false;
    algorithm = `${scheme}-${hash}`;
  }
  if (plain === null) return false;
  const held = crypto.verify(algorithm, spki, plain, data);
  return held instanceof Promise ? held.then((one) => one === true) : held === true;
}

const ofCurve = <C extends Curve>(curve: C) =>
  ({
    sha256: `ecdsa-${curve}-sha256`,
    sha384: `ecdsa-${curve}-sha384`,
    sha512: `ecdsa-${curve}-sha512`,
  }) as const;
/** Written out: a name that is put together is looked up anew each time. */
const ECDSA: Readonly<Record<Curve, Readonly<Record<HashAlgorithm, SignatureAlgorithm>>>> = {
  p256: ofCurve('p256'),
  p384: ofCurve('p384'),
  p521: ofCurve('p521'),
};
