/** Why a signature is not made. */
export type SigningCode =
  | 'bad-slot-id'
  | 'bad-signing-time'
  | 'bad-namespace'
  | 'no-references'
  | 'too-many-references'
  | 'duplicate-reference'
  | 'reference-id-mismatch'
  | 'bad-annex'
  | 'bad-certificate'
  | 'too-many-certificates'
  | 'certificate-not-for-signing'
  | 'certificate-not-valid-at-signing-time'
  | 'weak-key'
  | 'algorithm-does-not-fit-key'
  | 'bad-prepared-signature'
  | 'signature-value-not-in-xml-form'
  | 'signature-value-invalid';

export class SigningError extends Error {
  readonly code: SigningCode;

  constructor(code: SigningCode) {
    super(`not signed: ${code}`);
    this.name = 'SigningError';
    this.code = code;
  }
}
