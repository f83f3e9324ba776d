import type { HashAlgorithm } from '../algorithms.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { Certificate } from './certificate.ts';

interface Digested {
  readonly crypto: CryptoPort;
  readonly sha256: Uint8Array;
}

/** By the certificate as it was read: every signature of a school names the same few. */
const digested = new WeakMap<Certificate, Digested>();

/** The digest of a certificate's DER; not to be written to. */
export function certificateDigest(
  crypto: CryptoPort,
  hash: HashAlgorithm,
  certificate: Certificate,
): Uint8Array {
  if (hash !== 'sha256') return crypto[hash](certificate.der);
  const before = digested.get(certificate);
  if (before?.crypto === crypto) return before.sha256;
  const sha256 = crypto.sha256(certificate.der);
  digested.set(certificate, { crypto, sha256 });
  return sha256;
}
