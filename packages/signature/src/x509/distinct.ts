import { sameBytes } from '../bytes.ts';
import type { Certificate } from './certificate.ts';

/** True if one of the certificates has the bytes of `wanted`. */
export const isAmong = (certificates: readonly Certificate[], wanted: Certificate): boolean =>
  certificates.includes(wanted) || certificates.some((c) => sameBytes(c.der, wanted.der));

/** Each once, in their order. */
export function distinct(certificates: readonly Certificate[]): Certificate[] {
  const found: Certificate[] = [];
  // What was read from the same bytes is mostly the same object, so those are told apart first.
  for (const one of certificates) if (!isAmong(found, one)) found.push(one);
  return found;
}
