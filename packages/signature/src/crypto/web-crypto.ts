import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { CURVES, type HashAlgorithm, partsOf, type SignatureAlgorithm } from '../algorithms.ts';
import type { CryptoPort, Digest } from './crypto-port.ts';
import { isPlainEcdsa } from './ecdsa.ts';

const WEB_HASH: Readonly<Record<HashAlgorithm, string>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};
const SALT_OCTETS: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64 };

interface Hash {
  (bytes: Uint8Array): Uint8Array;
  create(): { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

const ofPieces =
  (hash: Hash): Digest =>
  (bytes, ...further) => {
    if (further.length === 0) return hash(bytes);
    const state = hash.create();
    state.update(bytes);
    for (const piece of further) state.update(piece);
    return state.digest();
  };

/** CryptoPort of a browser: WebCrypto for signatures (secure contexts only), @noble/hashes for digests. */
export function webCrypto(subtle: SubtleCrypto = globalThis.crypto.subtle): CryptoPort {
  return {
    sha256: ofPieces(sha256),
    sha384: ofPieces(sha384),
    sha512: ofPieces(sha512),
    async verify(algorithm, spkiDer, signature, data) {
      try {
        const { imported, verified } = parameters(algorithm, signature);
        if (imported === null) return false;
        const key = await subtle.importKey('spki', Uint8Array.from(spkiDer), imported, false, ['verify']);
        return await subtle.verify(verified, key, Uint8Array.from(signature), Uint8Array.from(data));
      } catch {
        return false;
      }
    },
  };
}

function parameters(algorithm: SignatureAlgorithm, signature: Uint8Array) {
  const { scheme, curve, hash } = partsOf(algorithm);
  const webHash = WEB_HASH[hash];
  if (scheme === 'ecdsa') {
    const imported =
      curve !== null && isPlainEcdsa(curve, signature)
        ? { name: 'ECDSA', namedCurve: CURVES[curve].webName }
        : null;
    return { imported, verified: { name: 'ECDSA', hash: webHash } };
  }
  if (scheme === 'rsa-pss') {
    return {
      imported: { name: 'RSA-PSS', hash: webHash },
      verified: { name: 'RSA-PSS', saltLength: SALT_OCTETS[hash] },
    };
  }
  return { imported: { name: 'RSASSA-PKCS1-v1_5', hash: webHash }, verified: { name: 'RSASSA-PKCS1-v1_5' } };
}
