import {
  constants,
  createHash,
  createPublicKey,
  hash as digestOf,
  type KeyObject,
  verify,
} from 'node:crypto';
import { partsOf } from '../algorithms.ts';
import { KeptBytes } from '../kept-bytes.ts';
import type { CryptoPort, Digest } from './crypto-port.ts';
import { derFromPlain, isPlainEcdsa } from './ecdsa.ts';

interface Key {
  readonly object: KeyObject;
  readonly type: string | undefined;
}

/** A KeyObject costs more to make than a signature to verify; a province's signers fit here. */
const keys = new KeptBytes<Key>(4_096);

function publicKey(spkiDer: Uint8Array): Key {
  const before = keys.find(spkiDer);
  if (before !== undefined) return before;
  const object = createPublicKey({ key: Buffer.from(spkiDer), format: 'der', type: 'spki' });
  const key = { object, type: object.asymmetricKeyType };
  keys.keep(spkiDer, key);
  return key;
}

/** By way of a text: a Buffer for 32 octets costs more than the digest of a kilobyte. */
const digest =
  (name: string): Digest =>
  (bytes, ...further) => {
    const text =
      further.length === 0 ? digestOf(name, bytes, 'binary') : digestOfPieces(name, bytes, further);
    const octets = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) octets[i] = text.charCodeAt(i);
    return octets;
  };

/** Where pieces are put together: to copy them costs less than a call for each, and nothing is allocated. */
const gathered = Buffer.alloc(256 * 1_024);

function digestOfPieces(name: string, first: Uint8Array, further: readonly Uint8Array[]): string {
  const length = further.reduce((sum, piece) => sum + piece.length, first.length);
  if (length <= gathered.length) {
    gathered.set(first);
    let at = first.length;
    for (const piece of further) {
      gathered.set(piece, at);
      at += piece.length;
    }
    return digestOf(name, gathered.subarray(0, length), 'binary');
  }
  const state = createHash(name).update(first);
  for (const piece of further) state.update(piece);
  return state.digest('binary');
}

/** CryptoPort over node:crypto; public keys are kept. */
export const nodeCrypto: CryptoPort = {
  sha256: digest('sha256'),
  sha384: digest('sha384'),
  sha512: digest('sha512'),
  verify(algorithm, spkiDer, signature, data) {
    const { scheme, curve, hash } = partsOf(algorithm);
    try {
      const { object: key, type } = publicKey(spkiDer);
      if (scheme === 'ecdsa') {
        if (curve === null || !isPlainEcdsa(curve, signature)) return false;
        // A bare key and DER: options beside the key cost a third of the verification again.
        return type === 'ec' && verify(hash, data, key, derFromPlain(signature));
      }
      if (type !== 'rsa') return false;
      if (scheme === 'rsa-pkcs1') return verify(hash, data, key, signature);
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify(hash, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
    } catch {
      return false;
    }
  },
};
