import type { Certificate } from './certificate.ts';

/** What is asked and found about a certificate's path to a root. */

/** What the key of a path's leaf is used for: documents, RFC 3161 tokens, OCSP answers, CRLs. */
export type PathPurpose = 'document' | 'time-stamp' | 'ocsp' | 'crl';

export type PathCode =
  | 'valid'
  | 'no-path-to-root'
  | 'not-yet-valid'
  | 'expired'
  | 'bad-link-signature'
  | 'weak-algorithm'
  | 'weak-key'
  | 'not-a-ca'
  | 'leaf-is-ca'
  | 'key-usage'
  | 'purpose'
  | 'path-too-long'
  | 'unknown-critical-extension';

export interface PathFinding {
  readonly valid: boolean;
  readonly code: PathCode;
  /** Leaf first, root last; what was walked before the first problem if there is one. */
  readonly path: readonly Certificate[];
}
