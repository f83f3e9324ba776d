import type { SignatureAlgorithm } from './algorithms.ts';

/**
 * The cryptography that this package stands on: `nodeCrypto` from `@hocba/signature/node`, `webCrypto()` in a
 * browser. Digests are synchronous, so that preparing a signature is.
 */
export interface CryptoPort {
  sha256(bytes: Uint8Array): Uint8Array;
  sha384(bytes: Uint8Array): Uint8Array;
  sha512(bytes: Uint8Array): Uint8Array;
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
