import type { SigningAlgorithm } from '../algorithms.ts';

/**
 * Who holds a private key: a token, a remote service, a file in training. The key stays there.
 * `sign` gets whole messages (canonical SignedInfo), many at once, since one confirmation covers a class or a
 * school; it returns one signature for each, in the same order, in XML form (ECDSA r‖s, RSA as is), and throws
 * if one of them could not be made. What comes back is checked against the certificate before it is used.
 */
export interface Signer {
  /** DER, leaf first, then intermediates; without the root. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
  sign(toBeSigned: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
}
