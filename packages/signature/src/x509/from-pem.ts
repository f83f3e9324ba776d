import { decodePem } from '../pem.ts';
import { type Certificate, parseCertificate } from './certificate.ts';

/** The one certificate of a PEM text. Throws RangeError for none or several, DerError for a bad one. */
export function certificateFromPem(pem: string): Certificate {
  const [der, ...others] = decodePem('CERTIFICATE', pem);
  if (der === undefined || others.length > 0) throw new RangeError('PEM must hold one certificate');
  return parseCertificate(der);
}

/** Every certificate of a PEM text, such as a file of roots. */
export function certificatesFromPem(pem: string): Certificate[] {
  return decodePem('CERTIFICATE', pem).map(parseCertificate);
}
