/** Why a signature is not valid. */
export type SignatureCode =
  | 'malformed'
  | 'canonicalization-refused'
  | 'signature-method-refused'
  | 'transform-refused'
  | 'digest-method-refused'
  | 'too-many-references'
  | 'duplicate-reference'
  | 'reference-not-found'
  | 'reference-misplaced'
  | 'nothing-signed'
  | 'signing-time-not-covered'
  | 'signed-properties-not-covered'
  | 'annex-not-covered'
  | 'data-format-mismatch'
  | 'bad-signing-time'
  | 'signing-time-mismatch'
  | 'certificate-unreadable'
  | 'chain-out-of-order'
  | 'subject-name-mismatch'
  | 'signing-certificate-mismatch'
  | 'weak-key'
  | 'certificate-not-for-signing'
  | 'signature-value-malformed'
  | 'signature-invalid'
  | 'digest-mismatch';

/** Leaves the reading of a signature at its first breach; caught in `verifySignature`. */
export class Refused extends Error {
  readonly code: SignatureCode;
  /** Id of the reference concerned, if it is about one. */
  readonly reference: string | undefined;

  constructor(code: SignatureCode, reference?: string) {
    super(code);
    this.code = code;
    this.reference = reference;
  }
}

/** The value if it is there; otherwise the signature is refused. */
export function required<T>(value: T | null | undefined, code: SignatureCode = 'malformed'): T {
  if (value === null || value === undefined) throw new Refused(code);
  return value;
}

export function demand(condition: boolean, code: SignatureCode = 'malformed', reference?: string): void {
  if (!condition) throw new Refused(code, reference);
}
