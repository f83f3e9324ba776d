import type { Ed25519 } from '@hocba/ledger';
import type { CryptoPort } from '@hocba/signature';
import { hashes, verify } from '@noble/ed25519';

/**
 * Ed25519 in the page itself: browsers of old school PCs have none of their own. Strict, as RFC 8032 §5.1.7 and FIPS 186-5
 * have it: encodings that are not canonical and keys of small order are refused.
 * The records of a class come under one signature of their log and one of its status: what was just found is not found again.
 * @param sha512 what the page hashes with; the library brings no hash of its own
 */
export function ed25519(sha512: CryptoPort['sha512']): Ed25519 {
  // A copy: the library's types want octets that nobody else holds.
  hashes.sha512 = (message) => Uint8Array.from(sha512(message));
  let found: Found[] = [];
  return {
    verify(publicKey, message, signature) {
      const asked = [publicKey, message, signature];
      const before = found.find(({ of }) => of.every((bytes, n) => same(bytes, asked[n])));
      if (before !== undefined) return before.holds;
      // Copies: what somebody else holds may become other octets.
      const one = { of: asked.map((bytes) => bytes.slice()), holds: isSigned(publicKey, message, signature) };
      found = [one, ...found].slice(0, KEPT);
      return one.holds;
    },
  };
}

interface Found {
  /** Key, message and signature. */
  readonly of: readonly Uint8Array[];
  readonly holds: boolean;
}
/** A class's log, its status, and their like of the year before. */
const KEPT = 4;

const same = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  a.length === b?.length && a.every((octet, n) => octet === b[n]);

function isSigned(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
