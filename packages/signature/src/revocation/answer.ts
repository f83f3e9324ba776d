import type { Certificate } from '../x509/certificate.ts';

/** Why an answer says nothing of a certificate. */
export type RevocationCode =
  | 'no-answer'
  | 'malformed'
  | 'refused-by-responder'
  | 'not-about-this-certificate'
  | 'weak-algorithm'
  | 'nonce-mismatch'
  | 'responder-not-authorised'
  | 'responder-status-unknown'
  | 'signature-invalid'
  | 'scope-not-supported'
  | 'status-unknown'
  | 'from-the-future'
  | 'stale'
  | 'after-expiry'
  | 'signer-expired';

/** A verified answer about one certificate, whose own time is not yet judged. */
export interface RevocationAnswer {
  readonly kind: 'ocsp' | 'crl';
  readonly der: Uint8Array;
  readonly state: 'good' | 'revoked';
  readonly revokedAt: Date | null;
  readonly reason: string | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Whose key signed it: the issuer, or a responder that the issuer named. */
  readonly signer: Certificate;
}

export type RevocationFinding =
  | { readonly valid: true; readonly code: 'valid'; readonly answer: RevocationAnswer }
  | { readonly valid: false; readonly code: RevocationCode };

export const unanswered = (code: RevocationCode): RevocationFinding => ({ valid: false, code });
