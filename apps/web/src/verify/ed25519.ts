import type { Ed25519 } from '@hocba/ledger';
import type { CryptoPort } from '@hocba/signature';
import { hashes, verify } from '@noble/ed25519';

/**
 * Ed25519 in the page itself: browsers of old school PCs have none of their own. Strict, as RFC 8032 §5.1.7 and FIPS 186-5
 * have it: encodings that are not canonical and keys of small order are refused.
 * @param sha512 what the page hashes with; the library brings no hash of its own
 */
export function ed25519(sha512: CryptoPort['sha512']): Ed25519 {
  // A copy: the library's types want octets that nobody else holds.
  hashes.sha512 = (message) => Uint8Array.from(sha512(message));
  return {
    verify(publicKey, message, signature) {
      try {
        return verify(signature, message, publicKey, { zip215: false });
      } catch {
        return false;
      }
    },
  };
}
