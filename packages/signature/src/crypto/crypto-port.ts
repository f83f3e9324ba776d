import type { HashAlgorithm, SignatureAlgorithm } from '../algorithms.ts';

/** The digest of octets, or of several pieces one behind the other, which then need not be put together first. */
export type Digest = (bytes: Uint8Array, ...further: readonly Uint8Array[]) => Uint8Array;

/**
 * The cryptography that this package stands on: `nodeCrypto` from `@hocba/signature/node`, `webCrypto()` in a
 * browser. Digests are synchronous, so that preparing a signature is.
 */
export interface CryptoPort {
  sha256: Digest;
  sha384: Digest;
  sha512: Digest;
  /**
   * True if `signature` (for ECDSA r‖s, as in XML) over `data` is by the key in `spkiDer` (DER of a
   * SubjectPublicKeyInfo). False for everything else, a malformed key or signature included; never throws.
   */
  verify(
    algorithm: SignatureAlgorithm,
    spkiDer: Uint8Array,
    signature: Uint8Array,
    data: Uint8Array,
  ): boolean | Promise<boolean>;
}

/** The digest of what is there in one piece or in several. */
export function digestOf(
  crypto: CryptoPort,
  hash: HashAlgorithm,
  content: Uint8Array | readonly Uint8Array[],
): Uint8Array {
  if (content instanceof Uint8Array) return crypto[hash](content);
  const [first = new Uint8Array(0), ...further] = content;
  return crypto[hash](first, ...further);
}
