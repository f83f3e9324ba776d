import type { Certificate, CryptoPort } from '@hocba/signature';
import type { Suspicion } from './bundle.ts';

/**
 * Tells of a suspicion whether it names one of these certificates or of the roots that may stand above them, by the certificate itself or by its key.
 * @param roots of the trust list: a file does not carry them, and who sends it may leave out what is trusted anyway
 */
export function namedBySuspicion(
  crypto: Pick<CryptoPort, 'sha256'>,
  certificates: readonly Certificate[],
  roots: readonly Certificate[],
): (suspicion: Pick<Suspicion, 'certificate' | 'key'>) => boolean {
  const issuers = new Set(certificates.map(({ issuer }) => hex(issuer.der)));
  const all = [...certificates, ...roots.filter(({ subject }) => issuers.has(hex(subject.der)))];
  const prints = new Set(all.map(({ der }) => hex(crypto.sha256(der))));
  const keys = new Set(all.map(({ spki }) => hex(crypto.sha256(spki))));
  return ({ certificate, key }) => prints.has(certificate) || (key !== undefined && keys.has(key));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
