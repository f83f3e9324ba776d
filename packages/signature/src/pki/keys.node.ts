import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export type KeyKind = 'p256' | 'rsa-2048' | 'rsa-4096';

const generate = promisify(generateKeyPair);

/** A fresh key from the system's generator. */
export async function newKey(kind: KeyKind): Promise<KeyObject> {
  if (kind === 'p256') return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
  return (await generate('rsa', { modulusLength: kind === 'rsa-2048' ? 2_048 : 4_096 })).privateKey;
}

/** PKCS#8 PEM of a private key, unencrypted: to be stored with mode 0600. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

export function readPrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem);
}

/** DER of the SubjectPublicKeyInfo that belongs to a private key. */
export function spkiOf(privateKey: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }));
}
