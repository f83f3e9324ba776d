import { el } from '@hocba/xml';
import type { KnownCertificate } from '../x509/known.ts';

/**
 * KeyInfo with the leaf's subject and the whole chain, in canonical form below a ds:Signature. Throws
 * CanonicalXmlError for a subject that XML cannot hold.
 */
export function writeKeyInfo(chain: readonly KnownCertificate[]): string {
  const [leaf] = chain;
  const subject = el('X509SubjectName', null, leaf?.certificate.subject.text ?? '').xml;
  const certificates = chain.map(({ base64 }) => `<X509Certificate>${base64}</X509Certificate>`).join('');
  return `<KeyInfo><X509Data>${subject}${certificates}</X509Data></KeyInfo>`;
}
