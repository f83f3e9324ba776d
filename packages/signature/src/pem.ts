import { fromBase64, toBase64 } from './base64.ts';

export type PemLabel = 'CERTIFICATE' | 'PRIVATE KEY' | 'PUBLIC KEY';

/** RFC 7468 text of one object, 64 characters a line. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * The DER of every object with this label, in the order of the text (RFC 7468). Other labels are passed over;
 * text between objects is ignored. Throws RangeError if an object is not base64.
 */
export function decodePem(label: PemLabel, text: string): Uint8Array[] {
  const objects: Uint8Array[] = [];
  const pattern = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, 'g');
  for (const [, body = ''] of text.matchAll(pattern)) {
    const der = fromBase64(body.replace(/\s/g, ''));
    if (der === null || der.length === 0) throw new RangeError('malformed PEM');
    objects.push(der);
  }
  return objects;
}
