import { createPrivateKey, sign } from 'node:crypto';
import type { SigningAlgorithm } from '../algorithms.ts';
import { plainFromDer } from '../crypto/ecdsa.ts';
import type { Signer } from '../crypto/signer.ts';
import { parseCertificate } from '../x509/certificate.ts';

function required(value: Uint8Array | null): Uint8Array {
  if (value === null) throw new RangeError('not a signature of this curve');
  return value;
}

/**
 * A Signer whose key is in this process: training, and small schools' key files. `privateKeyPem` is PKCS#8;
 * `chain` DER, leaf first, without the root. Throws RangeError if key and leaf are not of a kind that signs here.
 */
export function softSigner(privateKeyPem: string, chain: readonly Uint8Array[]): Signer {
  const [leaf] = chain;
  if (leaf === undefined) throw new RangeError('a signer needs its certificate');
  const key = createPrivateKey(privateKeyPem);
  const { publicKey } = parseCertificate(leaf);
  const algorithm: SigningAlgorithm = publicKey.kind === 'rsa' ? 'rsa-pkcs1-sha256' : 'ecdsa-p256-sha256';
  const fits =
    publicKey.kind === 'rsa'
      ? key.asymmetricKeyType === 'rsa'
      : publicKey.kind === 'ec' &&
        publicKey.curve === 'p256' &&
        key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (!fits) throw new RangeError('key and certificate do not fit together');
  return {
    chain,
    algorithm,
    async sign(toBeSigned) {
      return toBeSigned.map((data) => {
        const value = new Uint8Array(sign('sha256', data, key));
        return algorithm === 'rsa-pkcs1-sha256' ? value : required(plainFromDer('p256', value));
      });
    },
  };
}
