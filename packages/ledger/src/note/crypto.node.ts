import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { LedgerError } from '../error.ts';
import type { Ed25519, NoteSigner, Sha256 } from '../ports.ts';
import { HASH_LENGTH } from '../tree/merkle.ts';
import { formatVkey, type KeyType, verifierKey } from './note.ts';

/** SHA-256 by node:crypto. A Buffer made on the other side costs twice what hashing an act does; a text of its octets does not. */
export const nodeSha256: Sha256 = (bytes) => {
  const octets = hash('sha256', bytes, 'binary');
  const out = new Uint8Array(HASH_LENGTH);
  for (let i = 0; i < HASH_LENGTH; i++) out[i] = octets.charCodeAt(i);
  return out;
};

/** DER of a SubjectPublicKeyInfo for Ed25519 (RFC 8410) up to the key itself. */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

function publicKeyObject(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/** Ed25519 by node:crypto. A key or signature of a wrong length is simply not valid. */
export const nodeEd25519: Ed25519 = {
  verify: (publicKey, message, signature) =>
    publicKey.length === 32 &&
    signature.length === 64 &&
    verify(null, message, publicKeyObject(publicKey), signature),
};

/**
 * A signer over an Ed25519 private key (PKCS#8 PEM) held in this process: for small installations, training and tests.
 * @param name the log's origin or the witness's name
 * @param type 0x01 for a log or a status key, 0x04 for a witness
 * @throws LedgerError 'signer-wrong' when the PEM holds another kind of key
 */
export function ed25519Signer(name: string, privateKeyPem: string, type: KeyType = 0x01): NoteSigner {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') throw new LedgerError('signer-wrong');
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  const vkey = formatVkey(verifierKey(nodeSha256, name, type, publicKey));
  return { vkey, sign: async (message) => new Uint8Array(sign(null, message, key)) };
}

/** A new Ed25519 private key as PKCS#8 PEM. */
export function generateLogKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}
